"""What is wrong with a scenario, and where: for people on a terminal, and as JSON for tools."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from clearsim.language import Text, word
from clearsim.units import columns_of

WIDEST = 72
"""Columns of a line that a message quotes, so that all of it fits 80; a longer one is clipped around the mistake."""

Path = tuple[str | int, ...]
"""Keys and indices from the top of a scenario down to a value."""


@dataclass(frozen=True)
class Source:
    """A text that was read: a file, or one `--set`. Lines are counted as editors count them, by line feed."""

    name: str
    text: str
    is_setting: bool = False

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """The line of this number, from 1."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True)
class Mark:
    """A token of a source: line and column from 1 (in characters), `width` characters long on that line."""

    source: Source
    line: int
    column: int
    width: int


@dataclass(frozen=True)
class Problem:
    """One mistake or warning. `line` and `column` count from 1; 0 means that no line is to blame (a missing file).

    `message` and `hint` are texts, which `render` and `as_json` word in the language in use.
    """

    kind: Literal["error", "warning"]
    code: str
    message: str
    file: str
    line: int = 0
    column: int = 0
    path: str = ""
    line_text: str = ""
    width: int = 1
    hint: str = ""
    is_setting: bool = False

    @classmethod
    def at(
        cls,
        mark: Mark,
        code: str,
        message: str,
        path: Path = (),
        hint: str = "",
        kind: Literal["error", "warning"] = "error",
    ) -> "Problem":
        """A problem with the token `mark`."""
        source = mark.source
        return cls(
            *(kind, code, message, source.name, mark.line, mark.column, dotted(path)),
            *(source.line(mark.line), max(1, mark.width), hint, source.is_setting),
        )


class ScenarioError(ValueError):
    """A scenario that cannot be used; `problems` holds every mistake, those of the file first, sorted by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(render(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by line and column, each once; those of `--set` after those of the file."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.is_setting, p.file, p.line, p.column, p.path)))


def dotted(path: Path) -> str:
    """The path as `--set` takes it.

    >>> dotted(("demand", "orders", "surges", 0, "peak"))
    'demand.orders.surges.0.peak'
    """
    return ".".join(map(str, path))


def render(problem: Problem) -> str:
    """The problem as lines of text: what, where, the line itself with a caret under the token, and a hint."""
    kind, code = (word(_NAMES.get(name, name)) for name in (problem.kind, problem.code))
    lines = [f"{kind}[{code}]: {_printable(word(problem.message))}"]
    where = (
        problem.file if problem.is_setting or not problem.line else f"{problem.file}:{problem.line}:{problem.column}"
    )
    lines.append("  --> " + _printable(f"{where}   {problem.path}".rstrip()))
    if problem.line:
        number = "" if problem.is_setting else str(problem.line)
        text, before, width = _clipped(problem.line_text, problem.column - 1, problem.width)
        lines += [f"{number:>5} | {text}", f"      | {' ' * before}{'^' * width}"]
    if problem.hint:
        lines.append(f"   = {_printable(word(problem.hint))}")
    return "\n".join(lines)


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as plain data; the keys are the fields of `Problem`. `kind` and `code` stay English."""
    return asdict(problem) | {"message": word(problem.message), "hint": word(problem.hint)}


_NAMES: dict[str, Text] = {
    text: text
    for text in (
        Text("error"),
        Text("warning"),
        Text("alias"),
        Text("deadlock"),
        Text("duplicate key"),
        Text("empty"),
        Text("encoding"),
        Text("file"),
        Text("grade"),
        Text("key"),
        Text("large"),
        Text("missing key"),
        Text("no effect"),
        Text("no departure"),
        Text("one of"),
        Text("out of reach"),
        Text("overbooked"),
        Text("overload"),
        Text("policy"),
        Text("range"),
        Text("roster gap"),
        Text("setting"),
        Text("shares"),
        Text("starving"),
        Text("syntax"),
        Text("tag"),
        Text("too deep"),
        Text("too long"),
        Text("unknown key"),
        Text("value"),
        Text("vary"),
        Text("weights"),
        Text("wrong type"),
    )
} | {"order": Text("wrong order")}
"""The kinds of problems and their codes, as people read them."""


def _printable(text: str) -> str:
    """The text with tabs and control characters as one visible column each, so that carets stay below their token."""
    return "".join(char if char.isprintable() else " " if char in "\t\n" else "�" for char in text)


def _clipped(text: str, start: int, width: int) -> tuple[str, int, int]:
    """The line clipped to `WIDEST` columns around the token; the columns before the token, and the token's own."""
    text = _printable(text)
    start = min(start, len(text))
    end = min(len(text), start + width)
    low, high = 0, len(text)
    if columns_of(text) > WIDEST:
        low = high = start
        room = WIDEST - 2
        while high < end and room > 2:  # the token first,
            room -= columns_of(text[high])
            high += 1
        while low > 0 and room > WIDEST // 3:  # then what leads to it,
            low -= 1
            room -= columns_of(text[low])
        while high < len(text) and room > 1:  # then what follows.
            room -= columns_of(text[high])
            high += 1
        while low > 0 and room > 1:
            low -= 1
            room -= columns_of(text[low])
    left, right = "…" * (low > 0), "…" * (high < len(text))
    before = columns_of(left + text[low:start])
    return left + text[low:high] + right, before, max(1, columns_of(text[start : min(end, high)]))
