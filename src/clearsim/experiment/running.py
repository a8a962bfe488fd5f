"""Running one port: as often as asked, or until its figures are as precise as asked."""

import time
from concurrent.futures import Executor
from pathlib import Path

from clearsim.engines import Progress
from clearsim.experiment.results import Result
from clearsim.experiment.simulating import ENGINES, Engine
from clearsim.experiment.store import Store
from clearsim.experiment.studying import Study
from clearsim.experiment.work import Case, Each
from clearsim.flow import Label, Network
from clearsim.flows import network as network_of
from clearsim.scenario import Loaded, Scenario
from clearsim.trace import Trace
from clearsim.units import is_count, shown

Port = Scenario | Loaded[Scenario] | Network
"""What can be run."""


def run(
    what: Port,
    *,
    seed: int | None = None,
    replications: int = 1,
    engine: Engine = "compiled",
    wait_limit_min: float | None = None,
    executor: str | Executor | None = None,
    workers: int | None = None,
    store: Store | str | Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    each: Each | None = None,
) -> Result:
    """Run a scenario (as it was loaded, too) or a network, and measure it.

    A scenario brings its own seed and wait limit; a network's are 0 and 30 min unless given. `each` is handed every
    replication's trace, which is then forgotten; all work is then done here. `executor`, `workers`, `store` and
    `resume`: see `Study`. Raises `ValueError` where the demand cannot be drawn.
    """
    case = case_of(what, seed, engine, wait_limit_min)
    check_replications(replications)
    began = time.perf_counter()
    traces: list[Trace] = []

    def seen(replication: int, trace: Trace) -> None:
        if replication == 0:
            traces.append(trace)
        if each is not None:
            each(replication, trace)

    watched = seen if each is not None or (replications == 1 and executor is None and not resume) else None
    with Study(executor, workers, store_of(store), resume, watched, progress) as study:
        sample = study.replicate([case], 0, replications)[0]
    return Result(case, sample, time.perf_counter() - began, traces[0] if traces else None)


def case_of(what: Port, seed: int | None, engine: Engine, wait_limit_min: float | None) -> Case:
    """What is replicated; raises `TypeError` and `ValueError` for what cannot be run."""
    if isinstance(what, Loaded):
        what = what.scenario
    if not isinstance(what, Scenario | Network):
        raise TypeError(
            f"run takes a scenario or a network, not {shown(what)}; a file is first loaded: run(load(path))"
        )
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise ValueError(f"a seed is a whole number from 0 up, not {shown(seed)}")
    if wait_limit_min is not None and not (isinstance(wait_limit_min, int | float) and wait_limit_min >= 0):
        raise ValueError(f"the wait limit is a number of minutes from 0 up, not {wait_limit_min}")
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
    own_seed, own_limit = (what.seed, what.wait_limit) if isinstance(what, Scenario) else (0, 30.0)
    return Case.of(
        network_of(what) if isinstance(what, Scenario) else what,
        own_seed if seed is None else seed,
        engine,
        own_limit if wait_limit_min is None else float(wait_limit_min),
    )


def check_replications(replications: int, least: int = 1) -> None:
    """Raises `ValueError` where they are no whole number, or too few."""
    if not is_count(replications) or replications < least:
        few = "at least one replication is needed" if least == 1 else f"at least {least} replications are needed"
        raise ValueError(f"{few}, and a whole number of them, not {replications}")


def store_of(store: Store | str | Path | None) -> Store | None:
    """The store that a folder's name means."""
    return Store(Path(store)) if isinstance(store, str | Path) else store


def pre_reports(scenario: Scenario, planned: Result, progress: Progress | None = None) -> dict[Label, Result]:
    """A scenario's result without pre-report, as planned, and with every truck reporting, on the same luck.

    `planned` is the scenario's own result. Empty where no truck came.
    """
    if scenario.demand.export_trucks is None or planned.kpi("driver_wait_mean", "export_truck") is None:
        return {}
    own = scenario.policy.pre_report
    uneven = bool(own.by_enterprise or own.by_size)
    as_planned = Label("pre-report as planned", "報備現況") if uneven else _pre_reporting(own.share or 0.0)
    results: dict[Label, Result] = {}
    shares = [0.0, None, 1.0] if uneven else sorted({0.0, own.share or 0.0, 1.0})
    for done, share in enumerate(shares):
        if share is None or (not uneven and share == own.share):
            results[as_planned] = planned
            continue
        everybody = own.model_copy(update={"share": share, "by_enterprise": {}, "by_size": {}})
        policy = scenario.policy.model_copy(update={"pre_report": everybody})
        results[_pre_reporting(share)] = run(
            scenario.model_copy(update={"policy": policy}),
            seed=planned.seed,
            replications=planned.replications,
            engine=planned.engine,
            progress=_part(progress, done, len(shares)),
        )
    return results


def _pre_reporting(share: float) -> Label:
    return Label(f"pre-report {share:.0%}", f"報備 {share:.0%}")


def _part(progress: Progress | None, done: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((done + share) / count)
