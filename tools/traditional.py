"""Make the traditional Chinese catalogue from the simplified one: `python tools/traditional.py`.

OpenCC (Apache-2.0) converts characters and words. `TERMS` are the words that it would write otherwise than customs do.
"""

import json
import tomllib
from pathlib import Path

from opencc import OpenCC

SOURCES = Path(__file__).parents[1] / "src" / "clearsim"
LANGUAGE = SOURCES / "language"
STARTER = SOURCES / "scenario" / "starter.zh-Hans.yaml"
"""What `clearsim new` writes; its traditional form is beside it."""
CONVERTER = OpenCC("s2t")
TERMS: dict[str, str] = {"覈": "核", "爲": "為", "羣": "群", "纔": "才", "峯": "峰", "託盤": "托盤", "佔比": "占比"}
"""What OpenCC makes of a term, and what is written instead."""


def converted(file: Path) -> str:
    """The file of the traditional catalogue that belongs to one of the simplified catalogue, as TOML."""
    table: dict[str, str] = tomllib.loads(file.read_text(encoding="utf-8"))
    lines = ["# Made by tools/traditional.py from the file of this name in zh-Hans."]
    for template, simplified in table.items():
        pair = (template, traditional(simplified))
        lines.append(" = ".join(json.dumps(part, ensure_ascii=False) for part in pair))
    return "\n".join(lines) + "\n"


def traditional(simplified: str) -> str:
    """A text in traditional Chinese."""
    text = CONVERTER.convert(simplified)
    for usual, wanted in TERMS.items():
        text = text.replace(usual, wanted)
    return text


def traditional_starter() -> str:
    """The scenario to start from, in traditional Chinese."""
    return traditional(STARTER.read_text(encoding="utf-8"))


def main() -> None:
    """Write every file of the traditional catalogue, and the scenario to start from."""
    (LANGUAGE / "zh-Hant").mkdir(exist_ok=True)
    for file in sorted((LANGUAGE / "zh-Hans").glob("*.toml")):
        (LANGUAGE / "zh-Hant" / file.name).write_text(converted(file), encoding="utf-8")
    STARTER.with_name("starter.zh-Hant.yaml").write_text(traditional_starter(), encoding="utf-8")


if __name__ == "__main__":
    main()
