"""Running: the only loop over replications."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, NamedTuple

from clearsim.demand import Demand, draw
from clearsim.engines import Progress
from clearsim.flow import At, Flow, Hold, Label, Network
from clearsim.flows import network as network_of
from clearsim.measures import check, measure
from clearsim.plan import Plan, compile_network
from clearsim.policies import planned
from clearsim.scenario import Loaded, Scenario
from clearsim.stats import estimate
from clearsim.tables import boardings, visits
from clearsim.trace import Trace
from clearsim.units import is_count, shown

if TYPE_CHECKING:
    import pandas as pd

Engine = Literal["compiled", "simpy"]
ENGINES: tuple[Engine, ...] = ("compiled", "simpy")


class KpiRow(NamedTuple):
    """A KPI over the `n` replications in which it is defined, with the `half_width` of its 95 % interval.

    `mean` is None where it is defined in none, `half_width` where `n` is below 2.
    """

    flow: str
    station: str
    kpi: str
    unit: str
    mean: float | None
    half_width: float | None
    n: int


@dataclass(frozen=True)
class Result:
    """What a run found: a row a KPI, and the trace of the first replication."""

    network: Network
    engine: Engine
    seed: int
    replications: int
    kpis: tuple[KpiRow, ...]
    trace: Trace
    elapsed_s: float

    def to_pandas(self) -> "pd.DataFrame":
        """The KPIs: columns `flow, station, kpi, unit, mean, half_width, n`."""
        import pandas as pd  # 0.4 s to import, and the command line needs none

        return pd.DataFrame(self.kpis, columns=list(KpiRow._fields)).astype(
            {"mean": "float64", "half_width": "float64"}
        )

    def kpi(self, name: str, flow: str = "", station: str = "") -> float | None:
        """The mean of one KPI; `flow` may be left away where one flow alone has it, groups of flows apart.

        Raises `KeyError` where there is no such row, or several.
        """
        rows = [row for row in self.kpis if (row.kpi, row.station) == (name, station)]
        exact = [row for row in rows if row.flow == flow]
        chosen = exact or ([] if flow else [row for row in rows if "/" not in row.flow])
        if len(chosen) != 1:
            near = get_close_matches(name, {row.kpi for row in self.kpis})
            hint = f"; did you mean {', '.join(near)}?" if near and name not in near else ""
            places = sorted({(row.flow, row.station) for row in self.kpis if row.kpi == name})
            there = f"; it stands for (flow, station) {', '.join(map(str, places))}" if places else ""
            raise KeyError(f"no single row with kpi {name!r}, flow {flow!r}, station {station!r}{hint}{there}")
        return chosen[0].mean

    def visits(self) -> "pd.DataFrame":
        """The first replication's visits of stations: see `clearsim.tables.visits`."""
        return visits(self.trace)

    def boardings(self) -> "pd.DataFrame":
        """The first replication's boardings: see `clearsim.tables.boardings`."""
        return boardings(self.trace)

    def _repr_html_(self) -> str:
        return str(self.to_pandas().to_html(index=False, max_rows=60, float_format="{:.4g}".format, na_rep=""))

    def __repr__(self) -> str:
        return f"<Result of {self.network.name!r}: {self.replications} × {self.engine}, {len(self.kpis)} KPIs>"


def simulate(plan: Plan, demand: Demand, engine: Engine = "compiled", progress: Progress | None = None) -> Trace:
    """The trace of a plan and a demand, checked for conservation."""
    # SimPy and numba take their time to import: each where a run needs it.
    if engine == "simpy":
        from clearsim.engines.reference import simulate as run_engine
    else:
        from clearsim.engines.compiled import simulate as run_engine
    trace = run_engine(plan, demand, progress)
    check(trace)
    return trace


def preparation(engine: Engine) -> str | None:
    """What the engine must do before its first run, in a sentence; None where it is ready."""
    if engine == "simpy":
        return None
    from clearsim.engines.cache import folder, is_filled

    if folder() is None:
        return "compiling the engine takes some seconds in every run: no folder can be written to keep it"
    return None if is_filled() else "compiling the engine, once; this takes some seconds"


def warm_up() -> None:
    """Compile the engine, or load it, with a run of nothing in particular."""
    nothing = Network(flows=[Flow("nobody", arrivals=At([0.0]), steps=[Hold(1.0)])])
    simulate(compile_network(nothing), draw(nothing, seed=0))


def run(
    what: Scenario | Loaded[Scenario] | Network,
    *,
    seed: int | None = None,
    replications: int = 1,
    engine: Engine = "compiled",
    wait_limit_min: float | None = None,
    progress: Progress | None = None,
    each: Callable[[int, Trace], None] | None = None,
) -> Result:
    """Run a scenario (as it was loaded, too) or a network, and measure it.

    A scenario brings its own seed and wait limit; a network's are 0 and 30 min unless given. `each` is handed every
    replication's trace, which is then forgotten. Raises `ValueError` where the demand cannot be drawn.
    """
    if isinstance(what, Loaded):
        what = what.scenario
    if not isinstance(what, Scenario | Network):
        raise TypeError(
            f"run takes a scenario or a network, not {shown(what)}; a file is first loaded: run(load(path))"
        )
    if not is_count(replications) or replications < 1:
        raise ValueError(f"at least one replication is needed, and a whole number of them, not {replications}")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise ValueError(f"a seed is a whole number from 0 up, not {shown(seed)}")
    if wait_limit_min is not None and not (isinstance(wait_limit_min, int | float) and wait_limit_min >= 0):
        raise ValueError(f"the wait limit is a number of minutes from 0 up, not {wait_limit_min}")
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
    network = network_of(what) if isinstance(what, Scenario) else what
    if seed is None:
        seed = what.seed if isinstance(what, Scenario) else 0
    if wait_limit_min is None:
        wait_limit_min = what.wait_limit if isinstance(what, Scenario) else 30.0
    began = time.perf_counter()
    network = planned(network)
    plan = compile_network(network)
    values: dict[tuple[str, str, str, str], list[float]] = {}
    traces: list[Trace] = []
    for replication in range(replications):
        trace = simulate(plan, draw(network, seed, replication), engine, _part(progress, replication, replications))
        for row in measure(trace, wait_limit_min):
            values.setdefault((row.flow, row.station, row.kpi, row.unit), []).append(row.value)
        if each is not None:
            each(replication, trace)
        traces = traces or [trace]
        if progress is not None:
            progress((replication + 1) / replications)
    kpis = []
    for key, replicated in values.items():
        found = estimate(replicated)
        kpis.append(KpiRow(*key, found.mean if found.n else None, found.half_width, found.n))
    return Result(network, engine, seed, replications, tuple(kpis), traces[0], time.perf_counter() - began)


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


def _part(progress: Progress | None, replication: int, replications: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress((replication + share) / replications)
