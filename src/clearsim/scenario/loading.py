"""From a scenario file to a validated scenario, or to every mistake in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from clearsim.language import Text
from clearsim.located.files import read_file, source_of
from clearsim.located.mistakes import problems_from
from clearsim.located.problems import Mark, Path, Problem, ScenarioError, Source
from clearsim.located.provenance import Origin, Provenance, stripped
from clearsim.located.settings import MALFORMED, Refused, apply, at, put
from clearsim.located.source import Entry, Node, parse
from clearsim.located.spots import locate
from clearsim.units import shown

if TYPE_CHECKING:
    from clearsim.scenario.model import Scenario

Model = TypeVar("Model", bound=BaseModel)
OF_THE_RUN = ("question", "start", "duration", "run_on", "warm_up", "seed", "wait_limit")
"""What no policy can change, or it could not be compared with the scenario."""

BASE, ALL = "base", "all"
"""What commands call the scenario without a policy, and the scenario with all of its policies."""
WITHOUT_POLICIES = Text('`--set "compare={}"` leaves out the policies')
"""The hint where a policy of the file and a setting contradict each other."""


@dataclass(frozen=True)
class Loaded(Generic[Model]):
    """A valid scenario with all that its text says beside the values.

    `variants` are the named policies of `compare`, each the whole scenario after its changes; `policy` is the one whose
    changes this scenario has.
    """

    scenario: Model
    source: Source
    provenance: Provenance
    root: Node
    variants: Mapping[str, Model]
    policy: str | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The plain data after every `--set`, without sources; a new dictionary each time."""
        data = self.root.data
        return data if isinstance(data, dict) else {}

    def origin(self, path: str | Path) -> Origin:
        """Where the value at ``"zone.gate.lanes"`` comes from."""
        return self.provenance.of(self.path(path))

    def mark(self, path: str | Path) -> Mark:
        """The position of the value at `path`; that of the nearest section where the value has its default."""
        return locate(self.root, self.path(path)).mark

    def warning(self, path: str | Path, code: str, message: str, hint: str = "") -> Problem:
        """A warning about the value at `path`, located."""
        return Problem.at(self.mark(path), code, message, self.path(path), hint, kind="warning")

    def path(self, path: str | Path) -> Path:
        """The path as keys and indices; a text such as ``"demand.orders.surges.0.peak"`` is cut at its dots."""
        if not isinstance(path, str):
            return path
        parts: list[str | int] = []
        for part in path.split("."):
            content = at(self.root, tuple(parts)).content if locate(self.root, parts).path == tuple(parts) else None
            parts.append(int(part) if isinstance(content, list) and part.isdecimal() else part)
        return tuple(parts)

    def under(self, policy: str) -> "Loaded[Model]":
        """The scenario as a policy of `compare` changes it, without that section; raises `KeyError`."""
        content = dict(self.root.content) if isinstance(self.root.content, dict) else {}
        if policy not in self.variants:
            raise KeyError(policy)
        changes = at(content.pop("compare").node, (policy,))
        tree, provenance = Node(self.root.mark, content), self.provenance
        for name, change in changes.content.items() if isinstance(changes.content, dict) else ():
            segments = name.split(".")
            tree, path = put(tree, segments, [change.key] * len(segments), change.node)
            said = {path: self.provenance.of(("compare", policy, name))}
            provenance = provenance.without(path).having(Provenance(said))
        return Loaded(self.variants[policy], self.source, provenance.without(("compare",)), tree, {}, policy)

    def having(self, settings: Mapping[str, str], policies: Sequence[str] = ()) -> "Loaded[Model]":
        """The scenario after more settings, with only these of its policies, any of which may now change nothing.

        `settings` are ``path=value`` texts, each with what messages call it. Raises `ScenarioError`.
        """
        content = dict(self.root.content) if isinstance(self.root.content, dict) else {}
        entry = content.pop("compare", None)
        if entry is not None and isinstance(entry.node.content, dict) and policies:
            kept = {name: policy for name, policy in entry.node.content.items() if name in policies}
            content["compare"] = Entry(entry.key, Node(entry.node.mark, kept))
        tree, provenance, problems = Node(self.root.mark, content), self.provenance, list[Problem]()
        for setting, written in settings.items():
            tree, provenance, more = apply(tree, provenance, setting, written)
            problems += more
        return _finished(self.source, tree, provenance, type(self.scenario), problems, idle=True)

    def resolved_yaml(self) -> str:
        """The scenario after every `--set` as YAML, every value with its source; loads again to an equal scenario."""
        from clearsim.located.write import written

        return written(self.root, self.provenance)


def load(path: str | FilePath, settings: Sequence[str] = ()) -> "Loaded[Scenario]":
    """The scenario in the file at `path`, after each ``path=value`` of `settings` in turn.

    Raises `ScenarioError` with every mistake, sorted by line.
    """
    from clearsim.scenario.model import Scenario

    return build(read_file(path), settings, Scenario)


def loads(text: str, name: str = "scenario.yaml", settings: Sequence[str] = ()) -> "Loaded[Scenario]":
    """The scenario in `text`; `name` is what messages call it. See `load`."""
    from clearsim.scenario.model import Scenario

    return build(source_of(text, name), settings, Scenario)


def build(source: Source, settings: Sequence[str], model: type[Model]) -> Loaded[Model]:
    """The model in the text of `source`, after each of `settings`; raises `ScenarioError`."""
    root, problems = parse(source)
    if root is None or not isinstance(root.content, dict) or not root.content:
        if not problems:
            problems = [_not_a_scenario(source, root)]
        raise ScenarioError(problems)
    root, provenance, more = stripped(root)
    problems += more
    for setting in settings:
        root, provenance, more = apply(root, provenance, setting)
        problems += more
    return _finished(source, root, provenance, model, problems, hint=WITHOUT_POLICIES if settings else "")


def _finished(
    source: Source,
    root: Node,
    provenance: Provenance,
    model: type[Model],
    problems: Sequence[Problem],
    hint: str = "",
    idle: bool = False,
) -> Loaded[Model]:
    """The scenario of a finished tree, or all `problems`; `hint` helps where a policy is at fault.

    Where `idle` is set, a policy may change nothing.
    """
    scenario, more = _validated(root, model)
    variants, wrong = _variants(root, scenario, idle) if scenario is not None else ({}, [])
    problems = [*problems, *more, *(replace(problem, hint=problem.hint or hint) for problem in wrong)]
    if problems or scenario is None:
        raise ScenarioError(problems)
    return Loaded(scenario, source, provenance, root, variants)


def _validated(root: Node, model: type[Model]) -> tuple[Model | None, list[Problem]]:
    try:
        return model.model_validate(root.data), []
    except ValidationError as error:
        return None, problems_from(error, root, model)


def _variants(root: Node, scenario: Model, idle: bool) -> tuple[dict[str, Model], list[Problem]]:
    """Each policy of `compare` on the scenario without that section, where the model has one."""
    content = dict(root.content) if isinstance(root.content, dict) else {}
    entry = content.pop("compare", None)
    model = type(scenario)
    variants: dict[str, Model] = {}
    problems: list[Problem] = []
    policies = entry.node.content if entry is not None and "compare" in model.model_fields else None
    for name, policy in policies.items() if isinstance(policies, dict) else ():
        tree, found = _changed(Node(root.mark, content), policy.node)
        if name in (BASE, ALL):
            message = Text("a policy needs another name: `{name}` means all of them", name=name)
            if name == BASE:
                message = Text("a policy needs another name: `{name}` means the scenario itself", name=name)
            found.append(Problem.at(policy.key, "policy", message, ("compare", name)))
        variant, more = _validated(tree, model)
        own = set(_lines(policy.node))
        found += [problem if (problem.file, problem.line) in own else _caused_by(policy, problem) for problem in more]
        if variant is not None and not found and not idle and not _differs(variant, scenario):
            message = Text("the policy `{name}` changes nothing; the scenario itself is always compared", name=name)
            found = [Problem.at(policy.key, "policy", message, ("compare", name))]
        if variant is not None and not found:
            variants[name] = variant
        problems += found
    return variants, problems


def _changed(tree: Node, policy: Node) -> tuple[Node, list[Problem]]:
    """The scenario's tree after a policy's changes, and those that cannot be made."""
    problems: list[Problem] = []
    for path, change in policy.content.items() if isinstance(policy.content, dict) else ():
        segments = path.split(".")
        if not all(segments) or not path.isprintable():
            problems.append(Problem.at(change.key, "setting", MALFORMED))
        elif segments[0] == "compare":
            text = Text("a policy cannot change the policies beside it")
            problems.append(Problem.at(change.key, "setting", text))
        elif segments[0] in OF_THE_RUN:
            text = Text(
                "policies are compared in the same run with the same random numbers: they cannot change its `{field}`",
                field=segments[0],
            )
            problems.append(Problem.at(change.key, "setting", text))
        else:
            try:
                tree, _ = put(tree, segments, [change.key] * len(segments), change.node)
            except Refused as refused:
                problems.append(refused.problem)
    return tree, problems


def _lines(node: Node) -> Iterator[tuple[str, int]]:
    """The lines of a section and of everything in it."""
    yield node.mark.source.name, node.mark.line
    if isinstance(node.content, dict):
        for entry in node.content.values():
            yield entry.key.source.name, entry.key.line
            yield from _lines(entry.node)
    elif isinstance(node.content, list):
        for item in node.content:
            yield from _lines(item)


def _caused_by(policy: Entry, problem: Problem) -> Problem:
    """A mistake outside the policy that the policy causes, reported at the policy's name."""
    message = Text("with this policy, `{path}`: {problem}", path=problem.path, problem=problem.message)
    return Problem.at(policy.key, problem.code, message, hint=problem.hint)


def _differs(variant: BaseModel, scenario: BaseModel) -> bool:
    """Whether anything but its title tells the variant from the scenario."""
    names = type(scenario).model_fields.keys() - {"title", "compare"}
    return any(getattr(variant, name) != getattr(scenario, name) for name in names)


def _not_a_scenario(source: Source, root: Node | None) -> Problem:
    if root is None or root.content is None or root.content == {}:
        mark = Mark(source, 1, 1, 1)
        message = Text("there is no scenario here; it begins with `title:`, `question:`, `start:`")
        return Problem.at(mark, "empty", message)
    what = Text("a list") if isinstance(root.content, list) else f"`{shown(root.content)}`"
    message = Text("a scenario is made of fields such as `title:` and `start:`, not of {what}", what=what)
    return Problem.at(root.mark, "wrong type", message)
