"""Running one scenario or network: as often as asked, or until its figures are as precise as asked."""

from collections.abc import Sequence
from numbers import Integral

from clearsim.customs import network as network_of
from clearsim.engines import Progress
from clearsim.experiment.headline import headline
from clearsim.experiment.results import Reached, Result, named
from clearsim.language import Label, Text, plural
from clearsim.network import Network
from clearsim.scenario import Loaded, Scenario
from clearsim.stats import Precision, all_reached, look_ahead, predicted
from clearsim.trace import Trace
from clearsim.units import is_count, quoted, texts_of
from clearsim.work.blocks import Case, Each, Sample, joined, part_of
from clearsim.work.crew import Crew
from clearsim.work.size import check_memory, check_time, size_of
from clearsim.work.study import Study

Runnable = Scenario | Loaded[Scenario] | Network
"""What can be run."""
CEILING = Precision().ceiling


def run(
    what: Runnable,
    *,
    seed: int | None = None,
    replications: int = 1,
    precision: float | None = None,
    kpis: Sequence[str] = (),
    ceiling: int = CEILING,
    each: Each | None = None,
    study: Study = Study(),
) -> Result:
    """Run a scenario (as it was loaded, too) or a network, and measure it.

    A scenario brings its own seed; a network's is 0 unless given. With a `precision` such as 0.05, it is replicated
    until the half-widths of `kpis` (`flow:kpi@station`; the driver wait of every flow unless given) are at most that
    share of their means and stay so (`clearsim.stats.sequential`), or up to the `ceiling`; once, where nothing in it is
    random. `each` is handed every replication's number and trace, which is then forgotten; all work is then done here.
    Raises `ValueError` where the demand cannot be drawn, and where the work is more than this machine holds
    (`clearsim.work.size`), unless the study has `force`.
    """
    case = case_of(what, seed, study)
    check_replications(replications)
    kpis = texts_of(kpis, "kpis")
    if precision is not None:
        check_precision(precision, replications, ceiling, each)
    elif kpis or ceiling != CEILING:
        raise ValueError(
            Text("kpis and a ceiling belong to a run that is to be precise: give a precision, such as 0.05")
        )
    least = replications if precision is None else Precision().initial + Precision().look_ahead
    check_time([(case.size, least)], force=study.force)
    traces: list[Trace] = []

    def seen(replication: int, trace: Trace) -> None:
        if replication == 0:
            traces.append(trace)
        if each is not None:
            each(replication, trace)

    once = replications == 1 and precision is None and study.executor is None and not study.resume
    reached = None
    with Crew(study, seen if once or each is not None else None) as crew:
        if precision is None:
            sample = crew.replicate([case], 0, replications)[0]
        else:
            sample, reached = _until_precise(crew, case, kpis, Precision(precision, ceiling=ceiling))
    return Result(case, sample, crew.elapsed_s, reached, traces[0] if traces else None)


def replicated(cases: Sequence[Case], replications: int, study: Study) -> list[Result]:
    """What every case finds in so many replications; the time of each result is that of all of them together.

    Raises `ValueError` where that takes too long, unless the study has `force`.
    """
    check_time([(case.size, replications) for case in cases], force=study.force)
    with Crew(study) as crew:
        samples = crew.replicate(cases, 0, replications)
    return [Result(case, sample, crew.elapsed_s) for case, sample in zip(cases, samples, strict=True)]


def _until_precise(crew: Crew, case: Case, kpis: Sequence[str], wanted: Precision) -> tuple[Sample, Reached]:
    """Replications until the precision is reached. How many are made beyond that at a time changes nothing."""
    keys = tuple(named(case.keys, text) for text in kpis) or headline(case.keys)
    if not case.is_random:
        return crew.replicate([case], 0, 1)[0], Reached(wanted.relative, keys, 1)
    samples, made, until = list[Sample](), 0, wanted.initial + wanted.look_ahead
    crew.expected = wanted.ceiling
    while True:
        until = min(-(-until // case.block) * case.block, wanted.ceiling)
        samples += crew.replicate([case], made, until)
        sample, made = joined(samples), until
        columns = {str(key): sample.of(key) for key in keys}
        n = all_reached(columns, wanted)
        if n is not None:
            return sample.until(n + look_ahead(wanted, n)), Reached(wanted.relative, keys, n)
        if made == wanted.ceiling:
            return sample, Reached(wanted.relative, keys, None)
        crew.expected = predicted(columns, wanted)
        until = max(made + 1, min(2 * made, crew.expected))


def case_of(what: Runnable, seed: int | None, study: Study) -> Case:
    """What is replicated; raises `TypeError` and `ValueError` for what cannot be run, or not without `force`."""
    if isinstance(what, Loaded):
        what = what.scenario
    if not isinstance(what, Scenario | Network):
        raise TypeError(
            Text(
                "run takes a scenario or a network, not {value}; a file is loaded first: `run(load(path))`",
                value=quoted(what),
            )
        )
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0):
        raise ValueError(Text("a seed is a whole number from 0 up, not {value}", value=quoted(seed)))
    own_seed, own_limit = (what.seed, what.wait_limit) if isinstance(what, Scenario) else (0, Case.wait_limit_min)
    network = network_of(what) if isinstance(what, Scenario) else what
    check_memory(size_of(network, study.engine), force=study.force)  # before a forecast looks at every moment
    limit = own_limit if study.wait_limit_min is None else float(study.wait_limit_min)
    return Case.of(network, own_seed if seed is None else int(seed), study.engine, limit)


def check_precision(precision: float, replications: int, ceiling: int, each: Each | None) -> None:
    """Raises `ValueError` for a precision that cannot be, or not together with the rest."""
    if isinstance(precision, bool) or not isinstance(precision, int | float) or not 0 < precision < 1:
        raise ValueError(
            Text(
                "a precision is a share between 0 and 100 %, such as 5 %, or 0.05, not {value}", value=quoted(precision)
            )
        )
    if replications != 1:
        raise ValueError(Text("a run has either a precision, or a number of replications: not both"))
    if not is_count(ceiling) or ceiling < Precision().initial + Precision().look_ahead:
        least = Precision().initial + Precision().look_ahead
        raise ValueError(
            Text(
                "the ceiling is a whole number of replications from {least} up, not {value}",
                least=least,
                value=quoted(ceiling),
            )
        )
    if each is not None:
        raise ValueError(Text("traces are handed over where the number of replications is given, not with a precision"))


def check_replications(replications: int, least: int = 1) -> None:
    """Raises `ValueError` where they are no whole number, or too few."""
    if not is_count(replications) or replications < least:
        raise ValueError(
            plural(
                least,
                "at least one replication is needed, and a whole number of them, not {value}",
                "at least {n} replications are needed, and a whole number of them, not {value}",
                value=quoted(replications),
            )
        )


def pre_reports(scenario: Scenario, planned: Result, progress: Progress | None = None) -> dict[Label, Result]:
    """A scenario's result without pre-report, as planned, and with every truck reporting, with the same random numbers.

    `planned` is the scenario's own result. Empty where no truck came.
    """
    if scenario.demand.export_trucks is None or planned.kpi("driver_wait_mean", "export_truck") is None:
        return {}
    own = scenario.policy.pre_report
    uneven = bool(own.by_enterprise or own.by_size)
    as_planned = Label("pre-report as planned") if uneven else _pre_reporting(own.share or 0.0)
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
            study=Study(
                engine=planned.engine,
                progress=part_of(progress, done, len(shares)),
                force=True,  # as large as what was run before
            ),
        )
    return results


def _pre_reporting(share: float) -> Label:
    return Label(Text("pre-report {share:.0%}", share=share))
