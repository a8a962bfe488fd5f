"""Which language somebody asks for: `--lang`, else `CLEARSIM_LANG`, else the locale of the system."""

import os
from collections.abc import Mapping

from clearsim.language.catalogues import CODES, Code
from clearsim.language.joining import listed
from clearsim.language.text import Text

Languages = tuple[Code, ...]
"""One language, or two whose texts are shown side by side."""
TRADITIONAL = {"tw", "hk", "mo", "hant"}
"""Regions and the script whose Chinese is traditional; all other Chinese is simplified."""


def languages_of(written: str) -> Languages:
    """The languages that a text such as ``zh``, ``zh_TW.UTF-8`` or ``en+zh`` asks for; raises `ValueError`.

    >>> languages_of("zh"), languages_of("zh_TW.UTF-8"), languages_of("en+zh")
    (('zh-Hans',), ('zh-Hant',), ('en', 'zh-Hans'))
    """
    found = [_code(part) for part in written.split("+")]
    known = tuple(dict.fromkeys(code for code in found if code is not None))
    if None in found or len(known) > 2:
        there = listed([*CODES, "en+zh"])
        raise ValueError(Text("there is no language `{written}`; there are: {there}", written=written, there=there))
    return known


def preferred(environment: Mapping[str, str] = os.environ) -> Languages:
    """The languages of `CLEARSIM_LANG`, else of the locale; English where the locale is another or none.

    Raises `ValueError` for a `CLEARSIM_LANG` that names no language.

    >>> preferred({"LANG": "zh_CN.UTF-8"}), preferred({"LC_ALL": "C", "LANG": "zh_CN"}), preferred({})
    (('zh-Hans',), ('en',), ('en',))
    """
    if asked := environment.get("CLEARSIM_LANG"):
        return languages_of(asked)
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return (_code(locale) or "en",)


def _code(written: str) -> Code | None:
    """The language of a locale or a language tag, None for one that there is not."""
    language, *more = written.strip().partition(".")[0].lower().replace("_", "-").split("-")
    if language == "zh":
        return "zh-Hant" if TRADITIONAL & {*more} else "zh-Hans"
    return "en" if language == "en" else None
