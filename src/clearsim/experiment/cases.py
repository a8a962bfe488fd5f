"""What is compared or selected from: a scenario with the policies of its `compare:`, or networks by name."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from clearsim.experiment.running import Runnable, case_of
from clearsim.language import Label, Text, listed
from clearsim.scenario import BASE, Loaded, Scenario
from clearsim.units import quoted, texts_of
from clearsim.work.blocks import Case
from clearsim.work.study import Study

Alternatives = Loaded[Scenario] | Mapping[str, Runnable]
"""A scenario with its `compare:`, or scenarios and networks by name, the first of which is the base."""


def cases_of(
    what: Alternatives, policies: Sequence[str] | None = None, *, seed: int | None = None, study: Study = Study()
) -> dict[str, Case]:
    """The case of each alternative by its name, the base first; all on the same seed.

    The base of a scenario is the scenario itself; then come those of its policies that are named, or all. Raises
    `ValueError` where there are fewer than two, or a policy is not there, or a run needs `force`; `TypeError` for what
    cannot be compared.
    """
    policies = None if policies is None else texts_of(policies, "policies")
    by_name = _policies(what, policies) if isinstance(what, Loaded) else what
    if not isinstance(by_name, Mapping):
        refusal = Text(
            "what is compared is a loaded scenario, or scenarios and networks by name, not {value}", value=quoted(what)
        )
        if isinstance(by_name, str | Path):
            refusal = Text("{refusal}; a file is loaded first: `load(path)`", refusal=refusal)
        raise TypeError(refusal)
    if policies is not None and not isinstance(what, Loaded):
        raise ValueError(
            Text("policies are those of the `compare:` of a scenario; of networks by name, give only those to compare")
        )
    if len(by_name) < 2:
        raise ValueError(Text("comparing or selecting takes at least two scenarios or networks"))
    cases = {name: case_of(one, seed, study) for name, one in by_name.items()}
    if len({case.seed for case in cases.values()}) > 1:
        raise ValueError(
            Text("scenarios with different seeds do not have the same random numbers: give one seed for all")
        )
    return cases


def labels_of(what: Alternatives, names: Iterable[str]) -> dict[str, Label]:
    """What people read for each alternative: a policy's own title, or its name."""
    labels = {name: Label(name, name) for name in names}
    if isinstance(what, Loaded):
        labels[BASE] = Label("as it stands")
        for name in labels.keys() - {BASE}:
            title = what.variants[name].title
            if title != what.scenario.title:
                labels[name] = Label(title.en, title.zh)
    return labels


def _policies(loaded: Loaded[Scenario], wanted: Sequence[str] | None) -> dict[str, Runnable]:
    if not loaded.variants:
        raise ValueError(
            Text("{file} has no policies to compare: it has no `compare:` section", file=loaded.source.name)
        )
    unknown = [name for name in wanted or () if name not in loaded.variants]
    if unknown:
        file, policy = loaded.source.name, unknown[0]
        if near := get_close_matches(policy, loaded.variants):
            raise ValueError(
                Text("{file} has no policy `{policy}`; did you mean `{near}`?", file=file, policy=policy, near=near[0])
            )
        there = listed(loaded.variants)
        raise ValueError(
            Text("{file} has no policy `{policy}`; there are: {there}", file=file, policy=policy, there=there)
        )
    chosen = [name for name in loaded.variants if wanted is None or name in wanted]
    return {BASE: loaded.scenario, **{name: loaded.variants[name] for name in chosen}}
