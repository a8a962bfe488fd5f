"""Changes to a scenario's tree: `--set zone.gate.lanes=6`, and the named policies of `compare`."""

import re
from collections.abc import Sequence

from clearsim.language import Text
from clearsim.located.problems import Mark, Path, Problem, Source, dotted
from clearsim.located.provenance import Origin, Provenance, stripped
from clearsim.located.source import Entry, Node, parse
from clearsim.units import shown

ORIGIN = Origin("set on the command line", "assumed")
MALFORMED = Text("a path is names with dots between them, such as `zone.gate.lanes`")


class Refused(Exception):  # noqa: N818 -- carries a problem to the caller, who collects them
    """A change that cannot be made."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def apply(
    root: Node, provenance: Provenance, setting: str, written: str = ""
) -> tuple[Node, Provenance, list[Problem]]:
    """The tree after one ``path=value``; `value` is YAML, and may be ``{value: …, source: …, grade: …}``.

    `written` is what a person wrote, where that was not this ``--set``: messages call the setting by it.
    """
    name, equals, _ = setting.partition("=")
    source = Source(written or f"--set {setting}", setting.replace("\r\n", "\n").replace("\r", "\n"), is_setting=True)
    whole = Mark(source, 1, 1, max(1, len(name)))
    if not equals:
        text = Text("a setting is written `path=value`, such as `zone.gate.lanes=6`")
        problem = Problem.at(whole, "setting", text)
        return root, provenance, [problem]
    segments = name.strip().split(".")
    marks, column = [], 1 + len(name) - len(name.lstrip())
    for segment in segments:
        marks.append(Mark(source, 1, column, max(1, len(segment))))
        column += len(segment) + 1
    if not all(segments) or not name.isprintable():
        return root, provenance, [Problem.at(whole, "setting", MALFORMED)]
    value, problems = parse(source, indent=len(name) + 1)
    if value is None:
        here = Mark(source, 1, len(name) + 2, 1)
        return root, provenance, problems or [Problem.at(here, "setting", Text("there is no value after `=`"))]
    path: Path = tuple(segments)
    try:
        root, path = put(root, segments, marks, value)
    except Refused as refused:
        return root, provenance, [*problems, refused.problem]
    # The new value's own wrapper, in its place.
    bare, said, more = stripped(at(root, path), path)
    root, _ = put(root, [str(part) for part in path], marks, bare)
    said = said if path in said.own else Provenance({path: ORIGIN}).having(said)
    return root, provenance.without(path).having(said), problems + more


def at(node: Node, path: Path) -> Node:
    """The node at a path that exists."""
    for part in path:
        if isinstance(node.content, dict) and isinstance(part, str):
            node = node.content[part].node
        elif isinstance(node.content, list) and isinstance(part, int):
            node = node.content[part]
    return node


def put(root: Node, segments: Sequence[str], marks: Sequence[Mark], value: Node) -> tuple[Node, Path]:
    """A copy of the tree with `value` at the path, and the path with its indices; raises `Refused`.

    Sections on the way that do not exist are made, and found unknown later where the model has no such section.
    `marks` says where each segment of the path was written.
    """
    path: list[str | int] = []

    def inside(node: Node | None, depth: int) -> Node:
        if depth == len(segments):
            return _changed(node, value)
        segment, mark = segments[depth], marks[depth]
        content = node.content if node is not None else None
        if isinstance(content, list):
            if not re.fullmatch(r"\d{1,9}", segment) or int(segment) >= len(content):
                raise Refused(_no_item(mark, path, segment, len(content)))
            index = int(segment)
            path.append(index)
            items = [inside(item, depth + 1) if at == index else item for at, item in enumerate(content)]
            return Node(node.mark if node else mark, list(items))
        if content is not None and not isinstance(content, dict):
            message = Text(
                "`{path}` is a single value, `{value}`: there is nothing inside it",
                path=dotted(tuple(path)),
                value=shown(content),
            )
            raise Refused(Problem.at(mark, "setting", message, (*path, segment)))
        path.append(segment)
        entry = (content or {}).get(segment)
        new = inside(entry.node if entry else None, depth + 1)
        key = entry.key if entry and depth + 1 < len(segments) else mark
        return Node(node.mark if node else mark, {**(content or {}), segment: Entry(key, new)})

    return inside(root, 0), tuple(path)


def _no_item(mark: Mark, path: Sequence[str | int], segment: str, count: int) -> Problem:
    where, wrong = dotted(tuple(path)), shown(segment)
    message = Text("`{path}` is an empty list: it has no item `{item}`", path=where, item=wrong)
    if count:
        message = Text(
            "`{path}` is a list whose items are numbered 0 to {last}, not `{item}`",
            path=where,
            last=count - 1,
            item=wrong,
        )
    return Problem.at(mark, "setting", message, (*path, segment))


def _changed(old: Node | None, new: Node) -> Node:
    """The new value; `+2` and `-2` add to a number, or to every number of a roster that is above 0."""
    step = new.content
    if isinstance(step, str) and re.fullmatch(r"\+\d{1,9}", step):
        step = int(step)
    elif not isinstance(step, int) or isinstance(step, bool) or step >= 0:
        return new
    if old is None or not _numbers(old):
        return new
    return _added(old, step, new.mark)


def _numbers(node: Node) -> bool:
    if isinstance(node.content, dict):
        return bool(node.content) and all(_numbers(entry.node) for entry in node.content.values())
    return isinstance(node.content, int | float) and not isinstance(node.content, bool)


def _added(node: Node, step: int, mark: Mark) -> Node:
    if isinstance(node.content, dict):
        return Node(mark, {k: Entry(e.key, _added(e.node, step, mark)) for k, e in node.content.items()})
    number = node.content
    if not isinstance(number, int | float) or number <= 0:
        return node
    return Node(mark, number + step)  # below 0 it is refused as such a number is
