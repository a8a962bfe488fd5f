"""Where every number comes from: `source`, `grade` and `note`, written beside a value or for a whole section."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from clearsim.language import Text
from clearsim.located.problems import Path, Problem
from clearsim.located.source import Entry, Node
from clearsim.units import shown

Grade = Literal["A", "B", "C", "derived", "assumed"]
GRADES: tuple[Grade, ...] = get_args(Grade)
BESIDE = ("source", "grade", "note")
"""Keys that may stand in any mapping, and are about the values in it."""


@dataclass(frozen=True)
class Origin:
    """Where a value comes from; empty where its text says nothing."""

    source: str = ""
    grade: Grade | None = None
    note: str = ""


@dataclass(frozen=True)
class Provenance:
    """The origins of values: `own` holds those written at a path, `of` adds what the sections around it say."""

    own: Mapping[Path, Origin] = field(default_factory=dict)

    def of(self, path: Path) -> Origin:
        """The origin of the value at `path`: its own, else that of the nearest section around it, else assumed.

        A value that is called assumed does not take the source of its section.
        """
        result = Origin()
        for end in range(len(path) + 1):
            own = self.own.get(path[:end])
            if own is not None:
                source = own.source or ("" if own.grade == "assumed" else result.source)
                result = Origin(source, own.grade or result.grade, own.note or result.note)
        return result if result.grade else replace(result, grade="assumed")

    def without(self, path: Path) -> "Provenance":
        """The same without the origins at `path` and below it."""
        return Provenance({at: origin for at, origin in self.own.items() if at[: len(path)] != path})

    def having(self, other: "Provenance") -> "Provenance":
        """Both; `other` wins."""
        return Provenance({**self.own, **other.own})


def stripped(node: Node, path: Path = ()) -> tuple[Node, Provenance, list[Problem]]:
    """The tree without `{value: …, source: …}` wrappers and without `source`, `grade`, `note`; and what they said."""
    own: dict[Path, Origin] = {}
    problems: list[Problem] = []
    result = _strip(node, path, own, problems)
    return result, Provenance(own), problems


def _strip(node: Node, path: Path, own: dict[Path, Origin], problems: list[Problem]) -> Node:
    if isinstance(node.content, list):
        items = [_strip(item, (*path, index), own, problems) for index, item in enumerate(node.content)]
        return Node(node.mark, items)
    if not isinstance(node.content, dict):
        return node
    origin = _origin(node.content, path, problems)
    if origin != Origin():
        before = own.get(path, Origin())
        own[path] = Origin(origin.source or before.source, origin.grade or before.grade, origin.note or before.note)
    if path and _is_wrapper(node.content):
        for key, entry in node.content.items():
            if key not in ("value", *BESIDE):
                close = difflib.get_close_matches(key, BESIDE, n=1)
                hint = Text("only `source`, `grade` and `note` are allowed beside `value`")
                if close:
                    hint = Text("did you mean `{name}`?", name=close[0])
                message = Text("`{key}` is not allowed beside `value`", key=shown(key))
                problems.append(Problem.at(entry.key, "unknown key", message, (*path, key), hint))
        return _strip(node.content["value"].node, path, own, problems)
    inside = {
        key: Entry(entry.key, _strip(entry.node, (*path, key), own, problems))
        for key, entry in node.content.items()
        if key not in BESIDE
    }
    return Node(node.mark, inside)


def _is_wrapper(content: Mapping[str, Entry]) -> bool:
    if "value" not in content:
        return False
    others = content.keys() - {"value", *BESIDE}
    return not others or any(key in content or difflib.get_close_matches(key, others, n=1) for key in BESIDE)


def _origin(content: Mapping[str, Entry], path: Path, problems: list[Problem]) -> Origin:
    said: dict[str, str] = {}
    for name in BESIDE:
        entry = content.get(name)
        if entry is None:
            continue
        value = entry.node.content
        mark = entry.node.mark if entry.node.mark.width else entry.key
        if isinstance(value, str) and value.strip() and (name != "grade" or value in GRADES):
            said[name] = value
        elif name == "grade":
            message = Text("a grade is one of A, B, C, derived, assumed")
            if isinstance(value, str | int | float):
                message = Text("a grade is one of A, B, C, derived, assumed, not `{value}`", value=shown(value))
            hint = _grade_hint(value)
            problems.append(Problem.at(mark, "grade", message, (*path, name), hint))
        else:
            hint = Text("put it in quotes") if isinstance(value, int | float) else ""
            problems.append(Problem.at(mark, "wrong type", Text("`{name}` is a text", name=name), (*path, name), hint))
    grade = next((grade for grade in GRADES if grade == said.get("grade")), None)
    return Origin(said.get("source", ""), grade, said.get("note", ""))


def _grade_hint(value: object) -> str:
    if not isinstance(value, str):
        return ""
    by_lower = {grade.lower(): grade for grade in GRADES}
    close = difflib.get_close_matches(value.strip().lower(), by_lower, n=1)
    return Text("did you mean `{name}`?", name=by_lower[close[0]]) if close else ""
