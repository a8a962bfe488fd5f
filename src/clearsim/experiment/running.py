"""Running one port: as often as asked, or until its figures are as precise as asked."""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from numbers import Integral
from pathlib import Path

from clearsim.customs import network as network_of
from clearsim.engines import Progress
from clearsim.experiment.results import Reached, Result, headline, named
from clearsim.network import Label, Network
from clearsim.outputs import check_folder, named_path
from clearsim.scenario import Loaded, Scenario
from clearsim.stats import Precision, all_reached, look_ahead, predicted
from clearsim.trace import Trace
from clearsim.units import is_count, quoted, texts_of
from clearsim.work.blocks import Case, Each, Sample, joined
from clearsim.work.simulating import ENGINES, Engine
from clearsim.work.size import check_memory, check_time, size_of
from clearsim.work.store import Store
from clearsim.work.studying import Study

Port = Scenario | Loaded[Scenario] | Network
"""What can be run."""
CEILING = Precision().ceiling


def run(
    what: Port,
    *,
    seed: int | None = None,
    replications: int = 1,
    precision: float | None = None,
    kpis: Sequence[str] = (),
    ceiling: int = CEILING,
    engine: Engine = "compiled",
    wait_limit_min: float | None = None,
    executor: str | Executor | None = None,
    workers: int | None = None,
    store: Store | str | Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    each: Each | None = None,
    force: bool = False,
) -> Result:
    """Run a scenario (as it was loaded, too) or a network, and measure it.

    A scenario brings its own seed and wait limit; a network's are 0 and 30 min unless given. With a `precision` such as
    0.05, it is replicated until the half-widths of `kpis` (`flow:kpi@station`; the driver wait of every flow unless
    given) are at most that share of their means and stay so (`clearsim.stats.sequential`), or up to the `ceiling`;
    once, where nothing in it is random.
    `each` is handed every replication's trace, which is then forgotten; all work is then done here. `executor`,
    `workers`, `store` and `resume`: see `Study`. Raises `ValueError` where the demand cannot be drawn, and where the
    work is more than this machine holds (`clearsim.work.size`), unless by `force`.
    """
    case = case_of(what, seed, engine, wait_limit_min, force=force)
    check_replications(replications)
    kpis = texts_of(kpis, "kpis")
    if precision is not None:
        check_precision(precision, replications, ceiling, each)
    elif kpis or ceiling != CEILING:
        raise ValueError("kpis and a ceiling belong to a run that is to be precise: give a precision, such as 0.05")
    least = replications if precision is None else Precision().initial + Precision().look_ahead
    check_time([(case.size, least)], force=force)
    began = time.perf_counter()
    traces: list[Trace] = []

    def seen(replication: int, trace: Trace) -> None:
        if replication == 0:
            traces.append(trace)
        if each is not None:
            each(replication, trace)

    once = replications == 1 and precision is None and executor is None and not resume
    reached = None
    with Study(
        executor, workers, store_of(store), resume, seen if once or each is not None else None, progress
    ) as study:
        if precision is None:
            sample = study.replicate([case], 0, replications)[0]
        else:
            sample, reached = _until_precise(study, case, kpis, Precision(precision, ceiling=ceiling))
    return Result(case, sample, time.perf_counter() - began, reached, traces[0] if traces else None)


def _until_precise(study: Study, case: Case, kpis: Sequence[str], wanted: Precision) -> tuple[Sample, Reached]:
    """Replications until the precision is reached. How many are made beyond that at a time changes nothing."""
    keys = tuple(named(case.keys, text) for text in kpis) or headline(case.keys)
    if not case.is_random:
        return study.replicate([case], 0, 1)[0], Reached(wanted.relative, keys, 1)
    samples, made, until = list[Sample](), 0, wanted.initial + wanted.look_ahead
    study.expected = wanted.ceiling
    while True:
        until = min(-(-until // case.block) * case.block, wanted.ceiling)
        samples += study.replicate([case], made, until)
        sample, made = joined(samples), until
        columns = {str(key): sample.of(key) for key in keys}
        n = all_reached(columns, wanted)
        if n is not None:
            return sample.until(n + look_ahead(wanted, n)), Reached(wanted.relative, keys, n)
        if made == wanted.ceiling:
            return sample, Reached(wanted.relative, keys, None)
        study.expected = predicted(columns, wanted)
        until = max(made + 1, min(2 * made, study.expected))


def case_of(what: Port, seed: int | None, engine: Engine, wait_limit_min: float | None, *, force: bool = False) -> Case:
    """What is replicated; raises `TypeError` and `ValueError` for what cannot be run, or not without `force`."""
    if isinstance(what, Loaded):
        what = what.scenario
    if not isinstance(what, Scenario | Network):
        raise TypeError(
            f"run takes a scenario or a network, not {quoted(what)}; a file is first loaded: run(load(path))"
        )
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0):
        raise ValueError(f"a seed is a whole number from 0 up, not {quoted(seed)}")
    if wait_limit_min is not None and not (isinstance(wait_limit_min, int | float) and wait_limit_min >= 0):
        raise ValueError(f"the wait limit is a number of minutes from 0 up, not {quoted(wait_limit_min)}")
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
    own_seed, own_limit = (what.seed, what.wait_limit) if isinstance(what, Scenario) else (0, 30.0)
    network = network_of(what) if isinstance(what, Scenario) else what
    check_memory(size_of(network, engine), force=force)  # before a forecast looks at every moment
    return Case.of(
        network,
        own_seed if seed is None else int(seed),
        engine,
        own_limit if wait_limit_min is None else float(wait_limit_min),
    )


def check_precision(precision: float, replications: int, ceiling: int, each: Each | None) -> None:
    """Raises `ValueError` for a precision that cannot be, or not together with the rest."""
    if isinstance(precision, bool) or not isinstance(precision, int | float) or not 0 < precision < 1:
        raise ValueError(f"a precision is a share between 0 and 100 %, such as 5 %, or 0.05, not {quoted(precision)}")
    if replications != 1:
        raise ValueError("a run is as long as its precision takes, or has a number of replications: not both")
    if not is_count(ceiling) or ceiling < Precision().initial + Precision().look_ahead:
        least = Precision().initial + Precision().look_ahead
        raise ValueError(f"the ceiling is a whole number of replications from {least} up, not {quoted(ceiling)}")
    if each is not None:
        raise ValueError("traces are handed over where the number of replications is given, not with a precision")


def check_replications(replications: int, least: int = 1) -> None:
    """Raises `ValueError` where they are no whole number, or too few."""
    if not is_count(replications) or replications < least:
        few = "at least one replication is needed" if least == 1 else f"at least {least} replications are needed"
        raise ValueError(f"{few}, and a whole number of them, not {quoted(replications)}")


def store_of(store: Store | str | Path | None) -> Store | None:
    """The store that a folder's name means; raises `ValueError` for an empty one, `OutputError` for no folder."""
    if not isinstance(store, Store | str | Path | None):
        raise TypeError(f"a store is a folder or a Store, not {store!r}")
    if not isinstance(store, str | Path):
        return store
    folder = named_path(str(store))
    check_folder(folder)
    return Store(folder)


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
            force=True,  # as large as what was run before
        )
    return results


def _pre_reporting(share: float) -> Label:
    return Label(f"pre-report {share:.0%}", f"報備 {share:.0%}")


def _part(progress: Progress | None, done: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((done + share) / count)
