"""Comparing scenarios or networks with the same random numbers."""

from collections.abc import Sequence

from clearsim.experiment.cases import Alternatives, cases_of, labels_of
from clearsim.experiment.comparison import Comparison
from clearsim.experiment.results import named
from clearsim.experiment.running import check_replications, replicated
from clearsim.units import texts_of
from clearsim.work.blocks import keys_of
from clearsim.work.study import Study


def compare(
    what: Alternatives,
    *,
    replications: int = 20,
    policies: Sequence[str] | None = None,
    kpis: Sequence[str] = (),
    seed: int | None = None,
    study: Study = Study(),
) -> Comparison:
    """Run a scenario and its policies, or any scenarios and networks by name; report what differs.

    All of them have the same random numbers.

    `what` is a loaded scenario with its `compare:` section, or a mapping whose first is the base. `policies` chooses
    some of a scenario's (the base is always there), `kpis` what a planner reads, as `flow:kpi@station`; all KPIs are
    compared. Raises `ValueError` where there is nothing to compare, or no such policy or KPI, and where the work is
    more than this machine holds, unless the study has `force`.
    """
    cases = cases_of(what, policies, seed=seed, study=study)
    check_replications(replications, least=2 if any(case.is_random for case in cases.values()) else 1)
    asked = tuple(named(keys_of(cases.values()), text) for text in texts_of(kpis, "kpis"))
    results = dict(zip(cases, replicated(list(cases.values()), replications, study), strict=True))
    return Comparison(results, labels_of(what, cases), asked)
