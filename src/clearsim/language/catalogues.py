"""The translations of each language: folders of TOML files, one a package, whose keys are the English templates.

The files in `zh-Hans` are written by people. Those in `zh-Hant` are made from them: `python tools/traditional.py`.
"""

import functools
from collections.abc import Mapping
from typing import Literal, get_args

Code = Literal["en", "zh-Hans", "zh-Hant"]
"""A language, by its code in BCP 47."""
CODES: tuple[Code, ...] = get_args(Code)


@functools.cache
def catalogue(code: Code) -> Mapping[str, str]:
    """Translations by English template; empty for English."""
    if code == "en":
        return {}
    import tomllib  # these take a tenth of `clearsim --help`, and English needs none
    from importlib.resources import files

    folder = files("clearsim.language").joinpath(code)
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    tables = map(tomllib.loads, texts)
    return {template: text for table in tables for template, text in table.items()}
