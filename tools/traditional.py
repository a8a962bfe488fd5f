"""Make the traditional Chinese catalogue from the simplified one: `python tools/traditional.py`.

OpenCC (Apache-2.0) converts characters and words. `TERMS` are the words that it would write otherwise than customs do.
"""

import json
import tomllib
from pathlib import Path

from opencc import OpenCC

LANGUAGE = Path(__file__).parents[1] / "src" / "clearsim" / "language"
TERMS: dict[str, str] = {}
"""What OpenCC makes of a term, and what is written instead."""


def converted(file: Path) -> str:
    """The file of the traditional catalogue that belongs to one of the simplified catalogue, as TOML."""
    table: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    converter = OpenCC("s2t")
    lines = ["# Made by tools/traditional.py from the file of this name in zh-Hans."]
    for template, simplified in table.items():
        text = converter.convert(simplified)
        for usual, wanted in TERMS.items():
            text = text.replace(usual, wanted)
        pair = (template, text)
        lines.append(" = ".join(json.dumps(part, ensure_ascii=False) for part in pair))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write every file of the traditional catalogue."""
    (LANGUAGE / "zh-Hant").mkdir(exist_ok=True)
    for file in sorted((LANGUAGE / "zh-Hans").glob("*.toml")):
        (LANGUAGE / "zh-Hant" / file.name).write_text(converted(file), encoding="utf-8")


if __name__ == "__main__":
    main()
