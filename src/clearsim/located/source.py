"""A YAML text read into a tree of nodes that know their position.

One walk over ruamel's events, without recursion: a text of a million brackets costs a message and no stack. The walk
collects every mistake that it can step over (keys twice, keys that are not text, tags, unknown aliases); a mistake of
syntax ends it. Scalars follow the core schema of YAML 1.2: `17:00`, `no` and `2022-10-31` are texts. A whole
number with a plus sign stays a text too: `+2` is a change, not a number.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from clearsim.language import Text
from clearsim.located.problems import Mark, Path, Problem, Source
from clearsim.located.syntax import Scalar, explained, scalar
from clearsim.units import shown

MOST_LINES = 20_000
LONGEST_LINE = 50_000
DEEPEST = 40
MOST_MISTAKES = 100
MOST_VALUES = 20_000
"""Far beyond any scenario; with them the worst text is refused within a second or two."""


@dataclass(slots=True, eq=False)
class Node:
    """A value of the text: a scalar, a list of nodes, or a mapping of entries."""

    mark: Mark
    content: "Scalar | list[Node] | dict[str, Entry]"
    size: int = 1
    height: int = 0
    flow: bool = False

    @property
    def data(self) -> object:
        """The plain value, without positions."""
        if isinstance(self.content, dict):
            return {key: entry.node.data for key, entry in self.content.items()}
        return [node.data for node in self.content] if isinstance(self.content, list) else self.content


@dataclass(slots=True, eq=False)
class Entry:
    """One entry of a mapping: the position of its key, and its value."""

    key: Mark
    node: Node


def parse(source: Source, indent: int = 0) -> tuple[Node | None, list[Problem]]:
    """The tree of the text, and every mistake found on the way; no tree where the syntax is broken.

    The first `indent` characters of the text are left out: the ``path=`` of a setting.
    """
    number = next((at for at, line in enumerate(source.lines, 1) if len(line) > LONGEST_LINE or at > MOST_LINES), None)
    if number is not None:
        what = Text("a line of more than {most} characters", most=LONGEST_LINE)
        if number > MOST_LINES:
            what = Text("more than {most} lines", most=MOST_LINES)
        return None, [Problem.at(Mark(source, number, 1, 1), "too long", _too_long(what))]
    return _Walk(source, indent).run()


def _too_long(what: Text) -> Text:
    return Text("{what}; a scenario is a page or two of text", what=what)


@dataclass(slots=True)
class _Frame:
    """A collection that is open; for a mapping, the key whose value comes next."""

    node: Node
    anchor: str | None = None
    key: str | None = None
    key_mark: Mark | None = None
    """Set while a value is awaited; `key` is None then where the key was refused, and the value is dropped."""


class _Stopped(Exception):  # noqa: N818 -- a stop, not an error: the problem is recorded
    """The walk cannot go on."""


@dataclass
class _Walk:
    source: Source
    indent: int
    problems: list[Problem] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    anchors: dict[str, Node] = field(default_factory=dict)
    root: Node | None = None
    values: int = 0

    def run(self) -> tuple[Node | None, list[Problem]]:
        text = " " * self.indent + self.source.text[self.indent :]
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        self.starts = starts
        try:
            for event in _events(text):
                self._take(event)
            return self.root, self.problems
        except _Stopped:
            return None, self.problems
        except ReaderError as error:
            code = error.character if isinstance(error.character, int) else ord(error.character)
            what = Text("the character U+{code:04X} is not allowed", code=code)
            self._note(self._mark(int(error.position), 1), "syntax", what)
        except MarkedYAMLError as error:
            index, message, hint = explained(error, text)
            self._note(self._mark(index, 1), "syntax", message, hint)
        except (YAMLError, ValueError, AssertionError, IndexError, AttributeError, KeyError, TypeError) as error:
            # ruamel answers some broken directives and escapes with errors of other kinds
            self._note(self._mark(0, 1), "syntax", Text("this is not YAML: {reason}", reason=shown(error)))
        return None, self.problems

    def _mark(self, start: int, end: int | None = None) -> Mark:
        """The token from index `start` to `end`, as far as it is on the first line."""
        start = max(0, min(start, self.starts[-1] - 1))
        line = bisect_right(self.starts, start) - 1
        width = max(0, min((start + 1 if end is None else end), self.starts[line + 1] - 1) - start)
        return Mark(self.source, line + 1, start - self.starts[line] + 1, width)

    def _path(self) -> Path:
        return tuple(
            len(frame.node.content) if isinstance(frame.node.content, list) else frame.key or ""
            for frame in self.frames
            if isinstance(frame.node.content, list) or frame.key is not None
        )

    def _note(self, mark: Mark, code: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem.at(mark, code, message, self._path(), hint))

    def _take(self, event: Event) -> None:
        if len(self.problems) >= MOST_MISTAKES:
            raise _Stopped
        if isinstance(event, DocumentStartEvent) and self.root is not None:
            mark = self._mark(event.start_mark.index, event.end_mark.index)
            self._note(mark, "syntax", Text("a second document begins here; a scenario is one document"))
            raise _Stopped
        if isinstance(event, CollectionEndEvent):
            self._close(event)
        elif isinstance(event, NodeEvent):
            mark = self._mark(event.start_mark.index, event.end_mark.index)
            self.values += 1
            if self.values > MOST_VALUES:
                self._note(mark, "too long", _too_long(Text("more than {most} values", most=MOST_VALUES)))
                raise _Stopped
            if isinstance(event, AliasEvent):
                self._alias(str(event.anchor), mark)
            else:
                self._open(event, mark)

    def _open(self, event: NodeEvent, mark: Mark) -> None:
        tag = getattr(event, "ctag", None)
        if tag is not None and str(tag) != "None":
            message = Text("tags such as `{tag}` are not allowed in a scenario", tag=shown(tag))
            self._note(mark, "tag", message, Text("write the value itself"))
        anchor = str(event.anchor) if event.anchor else None
        if isinstance(event, ScalarEvent):
            node = Node(mark, scalar(event.value) if event.style in (None, "") else str(event.value))
            if anchor:
                self.anchors[anchor] = node
            self._add(node)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            if len(self.frames) >= DEEPEST:
                deep = Text("more than {most} levels inside each other; a scenario needs about 8", most=DEEPEST)
                self._note(mark, "too deep", deep)
                raise _Stopped
            content: list[Node] | dict[str, Entry] = {} if isinstance(event, MappingStartEvent) else []
            self.frames.append(_Frame(Node(mark, content, flow=bool(event.flow_style)), anchor))
            if anchor:
                self.anchors.pop(anchor, None)

    def _close(self, event: Event) -> None:
        frame = self.frames.pop()
        node = frame.node
        if not node.flow:  # a block has no closing token: point at its first key or item
            first = next(iter(node.content.values())).key if isinstance(node.content, dict) and node.content else None
            node.mark = Mark(self.source, node.mark.line, node.mark.column, first.width if first else 1)
        else:
            start = self.starts[node.mark.line - 1] + node.mark.column - 1
            node.mark = self._mark(start, event.end_mark.index)
        children = [entry.node for entry in node.content.values()] if isinstance(node.content, dict) else node.content
        if isinstance(children, list):
            node.size = 1 + sum(child.size for child in children)
            node.height = 1 + max((child.height for child in children), default=0)
        if frame.anchor:
            self.anchors[frame.anchor] = node
        self._add(node)

    def _alias(self, name: str, mark: Mark) -> None:
        node = self.anchors.get(name)
        if node is None:
            if any(frame.anchor == name for frame in self.frames):
                text = Text("`*{name}` is inside what `&{name}` names: it would contain itself", name=name)
            else:
                text = Text("`*{name}` is used, but there is no `&{name}` above it", name=name)
            self._note(mark, "alias", text)
            self._drop(mark)
            return
        self.values += node.size
        if self.values > MOST_VALUES or len(self.frames) + node.height > DEEPEST:
            text = Text(
                "the aliases expand to more than {most} values or {levels} levels", most=MOST_VALUES, levels=DEEPEST
            )
            self._note(mark, "alias", text)
            raise _Stopped
        self._add(node, mark)

    def _add(self, node: Node, mark: Mark | None = None) -> None:
        """Put a finished node where it belongs: the root, an item, a key or a value."""
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        content = frame.node.content
        if isinstance(content, list):
            content.append(node)
        elif isinstance(content, dict) and frame.key_mark is None:
            frame.key_mark = mark or node.mark
            frame.key = self._key(node, frame.key_mark, content)
        elif isinstance(content, dict) and frame.key_mark is not None:
            if frame.key is not None:
                content[frame.key] = Entry(frame.key_mark, node)
            frame.key = frame.key_mark = None

    def _drop(self, mark: Mark) -> None:
        self._add(Node(mark, None))

    def _key(self, node: Node, mark: Mark, content: dict[str, Entry]) -> str | None:
        """The key, or None where it is refused."""
        key = node.content
        if not isinstance(key, str):
            written = shown(self.source.line(mark.line)[mark.column - 1 :][: mark.width])
            plain = not isinstance(key, list | dict | None)
            hint = Text('write it in quotes: `"{value}"`', value=written) if plain else ""
            message = (
                Text("a key must be a text, not `{key}`", key=written) if written else Text("a key is missing here")
            )
            self._note(mark, "key", message, hint)
        elif key == "<<" and mark.width == 2:  # not where it is quoted
            hint = Text("give the whole section an alias, or repeat the lines")
            self._note(mark, "key", Text("merging with `<<` is not part of YAML 1.2"), hint)
        elif key in content:
            line = content[key].key.line
            text = Text("`{key}` is written twice in this section, first on line {line}", key=shown(key), line=line)
            self._note(mark, "duplicate key", text)
        else:
            return key
        return None


def _events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(text)
