"""YAML's scalars, and the mistakes of its syntax in words for people who do not know YAML's."""

import re
import unicodedata

from ruamel.yaml.error import MarkedYAMLError

from clearsim.language import Text, clauses

Scalar = str | int | float | bool | None

INDENTATION = Text("fields of one section begin in the same column; indent with spaces")
FULL_WIDTH = "\uff1a\uff0c\uff5b\uff5d\uff3b\uff3d\uff02\uff03\uff0d"
"""Full-width signs that look like those of YAML."""


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
    wide = next((position for position, sign in enumerate(written) if sign in FULL_WIDTH), None)
    if wide is not None:
        sign = written[wide]
        half = unicodedata.normalize("NFKC", sign)
        return (
            begins + wide,
            Text("the full-width `{sign}` means nothing to YAML", sign=sign),
            Text("type the half-width `{sign}`, or quote the text", sign=half),
        )
    if character == "\t" or "\t" in line[: len(line) - len(line.lstrip())]:
        tab = text.find("\t", text.rfind("\n", 0, index) + 1)
        return tab, Text("this is a tab, where spaces belong"), Text("indent with spaces, two for each level")
    if "quoted scalar" in context and ("end of stream" in problem or "document separator" in problem):
        return opened, Text("this quotation mark is never closed"), ""
    if "quoted scalar" in context and "escape" in problem + context:
        message = Text("a backslash inside double quotes must begin a known escape")
        return index, message, Text("use single quotes, or write `\\\\`")
    if "cannot start any token" in problem:
        return index, Text("a value cannot begin with `{sign}`", sign=character), Text("put the text in quotes")
    if "mapping values are not allowed" in problem:
        return (
            index,
            Text("this colon makes no sense here"),
            clauses([Text("a text with a colon needs quotes"), INDENTATION]),
        )
    if "expected ':'" in problem:
        return opened, Text("a key needs a colon and a space after it, as in `lanes: 4`"), ""
    if "flow sequence" in context or "flow mapping" in context or "flow node" in context:
        return _bracket(text, index, opened, context)
    if "expected <block end>" in problem or "block" in context:
        hint = clauses([INDENTATION, Text("a text that goes on over several lines needs quotes")])
        return index, Text("this line does not fit those above it"), hint
    if "<document start>" in problem:
        return index, Text("this is outside the scenario's fields"), INDENTATION
    if "anchor" in context or "alias" in context:
        hint = Text("a text that begins with one of them needs quotes")
        return index, Text("`&` and `*` must be followed by a name"), hint
    if "tag" in context:
        hint = Text("a text that begins with `!` needs quotes")
        return opened, Text("tags (`!`) are not allowed in a scenario"), hint
    return index, Text("this is not YAML: {reason}", reason=problem or context), ""


def _bracket(text: str, index: int, opened: int, context: str) -> tuple[int, str, str]:
    """A bracket that is not closed, or something wrong between two brackets."""
    if index >= len(text.rstrip()) or text.count("\n", opened, index):
        bracket = text[opened] if opened < len(text) and text[opened] in "[{" else "{" if "mapping" in context else "["
        closing = "]" if bracket == "[" else "}"
        return opened, Text("this `{opening}` is not closed by `{closing}`", opening=bracket, closing=closing), ""
    return (
        index,
        Text("`{sign}` is not expected here", sign=text[index]),
        Text("items are separated by commas; a text with , [ ] { } needs quotes"),
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
