"""YAML's scalars, and the mistakes of its syntax in words for people who do not know YAML's."""

import re
import unicodedata

from ruamel.yaml.error import MarkedYAMLError

Scalar = str | int | float | bool | None

INDENTATION = "fields of one section begin in the same column; indent with spaces"


def explained(error: MarkedYAMLError, text: str) -> tuple[int, str, str]:
    """The index of the character to blame, what is wrong with it, and a hint."""
    mark = error.problem_mark or error.context_mark
    index = mark.index if mark is not None else 0
    problem = str(error.problem or "")
    context = str(error.context or "")
    opened = error.context_mark.index if error.context_mark is not None else index
    character = text[index] if index < len(text) else ""
    line = text[text.rfind("\n", 0, index) + 1 :].partition("\n")[0]
    begins = text.rfind("\n", 0, opened if "expected ':'" in problem else index) + 1
    written = re.split(r"(?:^|\s)#", text[begins:].partition("\n")[0])[0]
    wide = next((position for position, sign in enumerate(written) if sign in "：，｛｝［］＂＃－"), None)
    if wide is not None:
        sign = written[wide]
        half = unicodedata.normalize("NFKC", sign)
        return (
            begins + wide,
            f"the full-width `{sign}` means nothing to YAML",
            f"type the half-width `{half}`; or quote the text",
        )
    if character == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        tab = text.find("\t", text.rfind("\n", 0, index) + 1)
        return tab, "a tab stands where spaces belong", "indent with spaces, two for each level"
    if "quoted scalar" in context and ("end of stream" in problem or "document separator" in problem):
        return opened, "this quotation mark is never closed", ""
    if "quoted scalar" in context and "escape" in problem + context:
        return index, "a backslash inside double quotes begins no known sign", "use single quotes, or write `\\\\`"
    if "cannot start any token" in problem:
        return index, f"a value cannot begin with `{character}`", "put the text in quotes"
    if "mapping values are not allowed" in problem:
        return index, "this colon makes no sense here", f"a text with a colon needs quotes; {INDENTATION}"
    if "expected ':'" in problem:
        return opened, "a key needs a colon and a space behind it, as in `lanes: 4`", ""
    if "flow sequence" in context or "flow mapping" in context or "flow node" in context:
        return _bracket(text, index, opened, context)
    if "expected <block end>" in problem or "block" in context:
        return index, "this line does not fit those above it", f"{INDENTATION}; a text that goes on needs quotes"
    if "<document start>" in problem:
        return index, "this stands outside the scenario's fields", INDENTATION
    if "anchor" in context or "alias" in context:
        return index, "a name belongs behind `&` or `*`", "a text that begins with one of them needs quotes"
    if "tag" in context:
        return opened, "tags (`!`) are not allowed in a scenario", "a text that begins with `!` needs quotes"
    return index, f"this is not YAML: {problem or context}", ""


def _bracket(text: str, index: int, opened: int, context: str) -> tuple[int, str, str]:
    """A bracket that is not closed, or something wrong between two brackets."""
    if index >= len(text.rstrip()) or text.count("\n", opened, index):
        bracket = text[opened] if opened < len(text) and text[opened] in "[{" else "{" if "mapping" in context else "["
        return opened, f"this `{bracket}` is not closed by `{']' if bracket == '[' else '}'}`", ""
    return (
        index,
        f"`{text[index]}` is not expected here",
        "items are divided by commas; a text with , [ ] { } needs quotes",
    )


_INT = re.compile(r"-?[0-9]{1,30}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}
_WORDS |= {form(word): value for word, value in _WORDS.items() for form in (str.upper, str.capitalize)}
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def scalar(text: str) -> Scalar:
    """The value of a plain scalar in YAML 1.2's core schema, except that `+2` stays a text.

    >>> [scalar(text) for text in ("4", "4.0", "1e3", "no", "17:00", "+2", "")]
    [4, 4.0, 1000.0, 'no', '17:00', '+2', None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if re.fullmatch(r"\+\d+", text):
        return text
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _INFINITE.fullmatch(text) else text
