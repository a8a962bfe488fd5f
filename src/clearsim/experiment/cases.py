"""The ports that are compared: a scenario with the policies of its `compare:`, or networks by name."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from clearsim.experiment.running import Port, case_of
from clearsim.network import Label
from clearsim.scenario import BASE, Loaded, Scenario
from clearsim.units import quoted, texts_of
from clearsim.work.blocks import Case
from clearsim.work.simulating import Engine

Ports = Loaded[Scenario] | Mapping[str, Port]
"""What can be compared."""


def cases_of(
    what: Ports,
    policies: Sequence[str] | None = None,
    *,
    seed: int | None = None,
    engine: Engine = "compiled",
    wait_limit_min: float | None = None,
    force: bool = False,
) -> dict[str, Case]:
    """The case of each port by its name, the one that the others are compared with first; all on the same seed.

    Of a scenario that is the scenario as it stands, then those of its policies that are named, or all; of a mapping,
    its first. Raises `ValueError` where there are fewer than two, or a policy is not there, or a run needs `force`;
    `TypeError` for what cannot be compared.
    """
    policies = None if policies is None else texts_of(policies, "policies")
    ports = _policies(what, policies) if isinstance(what, Loaded) else what
    if not isinstance(ports, Mapping):
        hint = "; a file is first loaded: load(path)" if isinstance(ports, str | Path) else ""
        raise TypeError(f"what is compared is a loaded scenario, or ports by their names, not {quoted(what)}{hint}")
    if policies is not None and not isinstance(what, Loaded):
        raise ValueError("policies are those of a scenario's `compare:`; of ports by name, give those that are meant")
    if len(ports) < 2:
        raise ValueError("two ports or more are compared, or selected from")
    cases = {name: case_of(port, seed, engine, wait_limit_min, force=force) for name, port in ports.items()}
    if len({case.seed for case in cases.values()}) > 1:
        raise ValueError("ports of several seeds do not share their luck: give one seed for all")
    return cases


def labels_of(what: Ports, names: Iterable[str]) -> dict[str, Label]:
    """What people read for each of the ports: a policy's own title, or its name."""
    labels = {name: Label(name, name) for name in names}
    if isinstance(what, Loaded):
        labels[BASE] = Label("as it stands", "現況")
        for name in labels.keys() - {BASE}:
            title = what.variants[name].title
            if title != what.scenario.title:
                labels[name] = Label(title.en, title.zh)
    return labels


def _policies(loaded: Loaded[Scenario], wanted: Sequence[str] | None) -> dict[str, Port]:
    if not loaded.variants:
        raise ValueError(f"{loaded.source.name} has no policies to compare: it has no `compare:` section")
    unknown = [name for name in wanted or () if name not in loaded.variants]
    if unknown:
        near = get_close_matches(unknown[0], loaded.variants)
        hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(loaded.variants)}"
        raise ValueError(f"{loaded.source.name} has no policy `{unknown[0]}`; {hint}")
    chosen = [name for name in loaded.variants if wanted is None or name in wanted]
    return {BASE: loaded.scenario, **{name: loaded.variants[name] for name in chosen}}
