"""Comparing ports on the same luck."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from clearsim.engines import Progress
from clearsim.experiment.cases import Ports, cases_of, labels_of
from clearsim.experiment.comparison import Comparison
from clearsim.experiment.results import Result, named
from clearsim.experiment.running import check_replications, store_of
from clearsim.network import Ahead
from clearsim.units import texts_of
from clearsim.work.blocks import Key, keys_of
from clearsim.work.simulating import Engine
from clearsim.work.size import check_time
from clearsim.work.store import Store
from clearsim.work.studying import Study


def compare(
    what: Ports,
    *,
    replications: int = 20,
    policies: Sequence[str] | None = None,
    kpis: Sequence[str] = (),
    seed: int | None = None,
    engine: Engine = "compiled",
    wait_limit_min: float | None = None,
    executor: str | Executor | None = None,
    workers: int | None = None,
    store: Store | str | Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    force: bool = False,
) -> Comparison:
    """Run a scenario and its policies, or any ports by name, on common random numbers, and tell what differs.

    `what` is a loaded scenario with its `compare:` section, or ports by name of which the first is the base. `policies`
    chooses some of a scenario's (the base is always there), `kpis` what a planner reads, as `flow:kpi@station`; all
    KPIs are compared. `executor`, `workers`, `store` and `resume`: see `Study`. Raises `ValueError` where there is
    nothing to compare, or no such policy or KPI, and where the work is more than this machine holds, unless by `force`.
    """
    cases = cases_of(what, policies, seed=seed, engine=engine, wait_limit_min=wait_limit_min, force=force)
    check_replications(replications, least=2 if any(case.is_random for case in cases.values()) else 1)
    check_time([(case.size, replications) for case in cases.values()], force=force)
    asked = tuple(named(keys_of(cases.values()), text) for text in texts_of(kpis, "kpis"))
    began = time.perf_counter()
    with Study(executor, workers, store_of(store), resume, progress=progress) as study:
        samples = study.replicate(list(cases.values()), 0, replications)
    elapsed_s = time.perf_counter() - began
    results = {
        name: Result(case, sample, elapsed_s) for (name, case), sample in zip(cases.items(), samples, strict=True)
    }
    found = Comparison(results, labels_of(what, cases), (), elapsed_s)
    return replace(found, kpis=asked or tuple(_first_read(found)))


def _first_read(found: Comparison) -> list[Key]:
    """What a planner asks first, where any policy has it.

    Drivers' waits, the time to the first milestone, trains, losses, the lines that are the longest under some policy,
    staff hours, money.
    """
    keys = [key for key in found.keys if "/" not in key.flow and any(found.mean(name, key).n for name in found.names)]
    with_drivers = {key.flow for key in keys if key.kpi == "driver_wait_mean"}
    ahead = {
        flow.name
        for result in found.results.values()
        for flow in result.network.flows
        if isinstance(flow.arrivals, Ahead)
    }
    read = [key for key in keys if key.kpi in ("driver_wait_mean", "driver_wait_p95")]
    times = [key for key in keys if key.kpi == "dwell_p90" and key.flow not in with_drivers | ahead]
    read += {key.flow: key for key in reversed(times)}.values()
    read += [key for key in keys if key.kpi == "on_booked"]
    read += [key for key in keys if key.kpi == "lost" and any(found.mean(name, key).mean for name in found.names)]
    read += _longest_lines(found, keys)
    return read + [key for key in keys if key.kpi in ("staff_hours", "total_cost")]


def _longest_lines(found: Comparison, keys: Sequence[Key]) -> list[Key]:
    """The line that is the longest under each policy; the whole line, where several flows share it."""
    whole = {key.station: key for key in keys if key.kpi == "line_peak"}  # a whole stands last
    longest = []
    for name, result in found.results.items():
        lines = {
            key: peak.mean
            for place, key in whole.items()
            if place not in result.plan.services.names and (peak := found.mean(name, key)).n and peak.mean
        }
        longest += [max(lines, key=lines.__getitem__)] if lines else []
    return list(dict.fromkeys(longest))
