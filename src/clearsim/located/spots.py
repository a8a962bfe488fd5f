"""Where pydantic's location of an error leads in the tree of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearsim.language import Text
from clearsim.located.problems import Mark, Path
from clearsim.located.source import Node
from clearsim.units import shown


@dataclass(frozen=True)
class Spot:
    """Where an error's location leads in the tree: as far as it exists there, and what is left of it."""

    path: Path
    node: Node
    key: Mark | None
    rest: tuple[str | int, ...]
    branch: str = ""
    branch_at: Path = ()
    kind: object = None
    """What the innermost section around it says of its `kind`, where it can be of several."""

    @property
    def mark(self) -> Mark:
        """The value if it is a single one, else the name of the section."""
        single = not isinstance(self.node.content, dict | list) and self.node.mark.width > 0
        return self.node.mark if single or self.key is None else self.key

    @property
    def written(self) -> str:
        """The value there, as a message quotes it."""
        content = self.node.content
        if content is None:
            return Text("nothing")
        if isinstance(content, dict):
            return Text("a section")
        if isinstance(content, list):
            return Text("a list")
        mark = self.node.mark
        text = mark.source.line(mark.line)[mark.column - 1 :][: mark.width]
        return f"`{shown(text)}`"

    def instead_of(self, what: object) -> Text:
        """The sentence that says what was expected instead of what is written there."""
        if self.node.content is None:
            return Text("expected {expected}, but there is nothing here", expected=what)
        return Text("expected {expected}, not {found}", expected=what, found=self.written)


def locate(root: Node, loc: Sequence[str | int]) -> Spot:
    """Follow a location through the tree, past the branches of unions that pydantic puts into it."""
    path: Path = ()
    branch_at: Path = ()
    node, key, branch = root, None, ""
    kind: object = None
    rest: tuple[str | int, ...] = ()
    for part in loc:
        if isinstance(node.content, dict) and str(part) in node.content:
            entry, kind = node.content[str(part)], kind_of(node)
            node, key = entry.node, entry.key
        elif isinstance(node.content, list) and isinstance(part, int) and part < len(node.content):
            node, key, kind = node.content[part], None, None
        elif part == kind_of(node) and not rest:
            continue  # pydantic names the member of a union that was chosen by its `kind`
        else:
            if part != "[key]" and not rest:
                branch, branch_at = str(part), path
            rest = (*rest, part)
            continue
        path, rest = (*path, part), ()
    return Spot(path, node, key, rest, branch, branch_at, kind)


def kind_of(node: Node) -> object:
    """What the section says of its `kind`; None where it says nothing."""
    entry = node.content.get("kind") if isinstance(node.content, dict) else None
    return entry.node.content if entry is not None else None
