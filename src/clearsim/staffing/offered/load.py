"""The offered load: how many would be at every station, moment by moment, if nobody ever waited.

This is the mean of the infinite-server model, for which staffing by the modified offered load is done (Jennings,
Mandelbaum, Massey and Whitt 1996, *Management Science* 42; Feldman, Mandelbaum, Massey and Whitt 2008, *Management
Science* 54). It follows from the demand's profile, not from a random sample of arrivals: many probes of every flow are
drawn with a seed of their own and walk through the flow without lines; when they are at which station, counted from
their arrival, is convolved with the expected arrivals in cells of five minutes.

Two things make the probes exact in the mean. They are weighted so that every combination of the attributes on which
the flow depends has its own probability; and every time is scaled so that its mean over those who take the step is the
distribution's. What is left is the shape of long services, known to a fraction of a percent.

Left out: waiting of any kind but for a partner or a departure (full departures, stocks), the pace by how many are on
duty, and which classes a surge concerns: it brings more, not others. Where a
pace changes by the hour, what follows the step is shifted by the average; after a departure, whoever was on board is
taken for one of all those who board. Departures are as late as they are on average. Where an attribute depends on the
moment at which a companion comes, its mean lead is taken; a budget a day is spent on as many as are expected that day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from attrs import evolve

from clearsim.demand import Demand, draw, rate_of
from clearsim.demand.departures import Lateness, expected_lateness
from clearsim.demand.entities import holds, probability_of
from clearsim.demand.streams import Streams
from clearsim.network.arrivals import Ahead, Arrivals, At, Poisson, Recorded, Timetable
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, During, Share
from clearsim.network.network import Network
from clearsim.network.places import Flow, Pool
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Serve, Travel
from clearsim.network.times import Given
from clearsim.plan import NONE, IntArray, Plan, compile_network
from clearsim.units import DAY_MS, HOUR_MS, LONGEST_MIN, MINUTE_MS, since_midnight_ms, to_ms

FloatArray = npt.NDArray[np.float64]
CELL_MS = 5 * MINUTE_MS
"""The offered load is followed in cells of five minutes, counted from the start of the run."""
PROBES = 20_000
"""Probes of every flow; their number hardly matters to the loads, for the means are exact."""
SEED = 0
"""The seed of the probes; it is not the runs'."""
FAR_MIN = 50 * 365 * 24 * 60.0
"""Probes arrive half a century after the start, so that no lead is cut off."""
MOST_A_LANDING = 1000
"""Of more entities at once, so many probes stand for all."""
MOST_LEAD = 0.999
"""So large a share of the leads may be cut off by the beginning of the run, and is looked at closely."""


class Offered(NamedTuple):
    """What the profile asks of every station, in cells of five minutes that cover the run by whole hours.

    `load` is the mean number at each station, `coming` the expected number who come to it, both of shape (stations,
    cells); `stay_ms` the mean time at each. `cargo` is how many slots those who come to each service (by index)
    take, `earliest_ms` how early one can be there.
    """

    load: FloatArray
    coming: FloatArray
    stay_ms: FloatArray
    cargo: Mapping[int, float]
    earliest_ms: Mapping[int, int]


def offered(network: Network) -> Offered:
    """The offered load of every station. Raises what `draw` raises where a recorded file cannot be read."""
    most = [evolve(pool, capacity=1_000_000, adjustments=()) for pool in network.pools]
    network = evolve(network, staffing=(), pools=most)  # nobody waits, and no rule is in force
    plan = compile_network(network)
    tally = _Tally(plan, expected_lateness(network))
    for owner in network.flows:
        if not isinstance(owner.arrivals, Ahead):
            companions = [x for x in network.flows if isinstance(x.arrivals, Ahead) and x.arrivals.of == owner.name]
            for cohort in _cohorts(owner, companions, network, tally.cells):
                _walk(cohort, plan, tally)
    load, number = np.cumsum(tally.rising, axis=1)[:, :-1], tally.number
    return Offered(
        load=np.maximum(np.round(load, 6), 0),  # what is less comes from the arithmetic
        coming=np.maximum(np.round(tally.coming[:, :-1], 6), 0),
        stay_ms=np.divide(tally.stay_ms, number, out=np.zeros_like(number), where=number > 0),
        cargo={service: round(slots, 6) for service, slots in tally.cargo.items()},
        earliest_ms=tally.earliest_ms,
    )


def people(network: Network, by_station: FloatArray, pool: Pool) -> FloatArray:
    """Units of the pool that are taken, from numbers at the stations (rows)."""
    needs = np.array([station.needs.get(pool.name, 0) for station in network.stations], dtype=np.float64)
    return np.asarray(needs @ by_station)


def crew(network: Network, found: Offered, pool: Pool) -> float:
    """How many of the pool one service takes, on average over the work of the run; 1 where there is none."""
    load = found.load.sum(axis=1)
    using = [index for index, station in enumerate(network.stations) if station.needs.get(pool.name, 0)]
    work = float(load[using].sum())
    return float(people(network, load[:, None], pool)[0]) / work if work > 0 else 1.0


class _Cohort(NamedTuple):
    """Probes of a flow and its companions with the same law of arrival.

    Their arrivals count from an origin. `rate` says how many origins to expect: anywhere in each cell where they are
    `scattered`, else at each cell's beginning. Where it is None, the origin is the start of the run. `weight` is how
    many each probe stands for, or its probability.
    """

    flows: Sequence[Flow]
    demand: Demand
    arrival_ms: Sequence[FloatArray]
    weight: FloatArray
    rate: FloatArray | None
    scattered: bool
    first_ms: float


@dataclass
class _Tally:
    """By station and cell: how many come, and by how much the mean number of a cell is larger than that before it."""

    plan: Plan
    late: Lateness
    cells: int = 0
    cargo: dict[int, float] = field(default_factory=dict)
    earliest_ms: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cells = 1 + -(-self.plan.end_ms // HOUR_MS) * (HOUR_MS // CELL_MS)
        self.begins_ms: FloatArray = np.arange(self.cells, dtype=np.float64) * CELL_MS
        stations = len(self.plan.stations.names)
        self.coming, self.rising = np.zeros((2, stations, self.cells))
        self.number, self.stay_ms = np.zeros((2, stations))


@dataclass
class _Part:
    """Probes with a common origin, the earliest at `first_ms`; by station what is to be convolved with the rate."""

    rows: IntArray
    rate: FloatArray | None
    scattered: bool
    first_ms: float
    coming: dict[int, FloatArray] = field(default_factory=dict)
    rising: dict[int, FloatArray] = field(default_factory=dict)

    @property
    def number(self) -> float:
        """How many origins are expected; 1 where each probe stands for so many as its weight says."""
        return 1.0 if self.rate is None else float(self.rate.sum())


def _cohorts(owner: Flow, companions: Sequence[Flow], network: Network, cells: int) -> Iterator[_Cohort]:
    flows = (owner, *companions)
    if any(isinstance(getattr(step, "time", None), Given) for flow in flows for step in flow.steps):
        demand = draw(evolve(network, flows=flows), SEED)  # given entity by entity: the run's own
        arrival_ms = [demand.arrival_ms[demand.rows(flow)].astype(np.float64) for flow in range(len(flows))]
        yield _Cohort(flows, demand, arrival_ms, np.ones(len(arrival_ms[0])), None, False, 0.0)
        return
    rate, first_ms = _profile(owner, network, cells)
    clock_ms = since_midnight_ms(network.start)
    for attributes, holding in _budgets(_spells(owner, cells), rate, clock_ms):
        drawn = _probes(evolve(owner, attributes=attributes), companions, network)
        early = min(float(np.quantile(arrival, 1 - MOST_LEAD)) for arrival in drawn.arrival_ms)
        head = max(0, min(cells, -int(early // CELL_MS)))
        yield from _early(drawn, np.where(holding, rate, 0.0)[:head])
        if holding[0] and (backlog := getattr(owner.arrivals, "backlog", 0)):
            at_once = [np.zeros(PROBES)] * len(drawn.flows)
            yield drawn._replace(arrival_ms=at_once, weight=drawn.weight * backlog)
        later = np.where(holding & (np.arange(cells) >= head), rate, 0.0)
        if later.any():
            yield drawn._replace(rate=later, scattered=isinstance(owner.arrivals, Poisson), first_ms=first_ms)


def _spells(flow: Flow, cells: int) -> Iterator[tuple[Mapping[str, Attribute], npt.NDArray[np.bool_]]]:
    """The flow's attributes with every `During` as always or never, and the cells in whose middle it is so."""
    during = {name: attribute for name, attribute in flow.attributes.items() if isinstance(attribute, During)}
    middle = (np.arange(cells) + 0.5) * CELL_MS / MINUTE_MS
    holds = np.zeros((len(during), cells), dtype=np.bool_)
    for row, attribute in enumerate(during.values()):
        moment = middle - attribute.ahead.expected
        for from_min, until_min in attribute.windows:
            holds[row] |= (moment >= from_min) & (moment < until_min)
    always = ((-LONGEST_MIN, LONGEST_MIN),)
    for spell in np.unique(holds, axis=1).T:
        fixed = {name: During(always if yes else ()) for name, yes in zip(during, spell, strict=True)}
        yield {**flow.attributes, **fixed}, np.asarray((holds == spell[:, None]).all(axis=0))


def _budgets(
    spells: Iterable[tuple[Mapping[str, Attribute], npt.NDArray[np.bool_]]], rate: FloatArray, clock_ms: int
) -> Iterator[tuple[Mapping[str, Attribute], npt.NDArray[np.bool_]]]:
    """The spells with every budget a day as so many of the probes, apart for days on which it leaves other shares."""
    day = (np.arange(len(rate)) * CELL_MS + clock_ms) // DAY_MS
    expected = np.bincount(day, rate)[day]
    for attributes, holding in spells:
        budgets = {name: x for name, x in attributes.items() if isinstance(x, Share) and x.a_day is not None}
        kept = [np.rint((x.a_day or 0) * PROBES / np.maximum(expected, 1e-9)) for x in budgets.values()]
        scaled = np.minimum(np.array(kept).reshape(len(kept), len(rate)), PROBES).astype(np.int64)
        for left in np.unique(scaled, axis=1).T:
            own = {name: evolve(x, a_day=int(n)) for (name, x), n in zip(budgets.items(), left, strict=True)}
            yield {**attributes, **own}, holding & (scaled == left[:, None]).all(axis=0)


def _probes(owner: Flow, companions: Sequence[Flow], network: Network) -> _Cohort:
    """Probes whose arrivals count from the moment at which the owner is due."""
    flows = (evolve(owner, arrivals=At([FAR_MIN] * PROBES)), *companions)
    services = [evolve(service, departures=()) for service in network.services]  # a century of them takes its time
    demand = draw(evolve(network, flows=flows, services=services, duration=2 * FAR_MIN, run_on=0.0), SEED)
    weight = _weights(demand, owner.attributes, flows)
    far_ms = to_ms(FAR_MIN)
    arrival_ms = [(demand.arrival_ms[demand.rows(i)] - far_ms).astype(np.float64) for i in range(len(flows))]
    if isinstance(owner.arrivals, Timetable):
        delay = owner.arrivals.delay
        delay_ms = Streams(SEED, 0).sample(f"{owner.name}/delay", delay, {1: PROBES}) * MINUTE_MS
        arrival_ms = [arrival + _exact(delay_ms, weight, delay.expected * MINUTE_MS) for arrival in arrival_ms]
    return _Cohort(flows, demand, arrival_ms, weight, None, False, 0.0)


def _early(probes: _Cohort, rate: FloatArray) -> Iterator[_Cohort]:
    """Arrivals so early that a companion comes with the start: moments spread over the probes one by one."""
    total = np.cumsum([0.0, *rate])
    if total[-1] > 0:
        level = (np.arange(PROBES) + 0.5) / PROBES * total[-1]
        at_ms = np.interp(level, total, np.arange(len(total)) * float(CELL_MS))
        arrival_ms = [np.maximum(at_ms + arrival, 0) for arrival in probes.arrival_ms]
        yield probes._replace(arrival_ms=arrival_ms, weight=probes.weight * total[-1])


def _profile(flow: Flow, network: Network, cells: int) -> tuple[FloatArray, float]:
    """Expected arrivals in every cell, and the first moment at which any can come."""
    arrivals, end_ms, each = flow.arrivals, to_ms(network.duration), 1.0
    match arrivals:
        case Poisson():
            exact = rate_of(network, flow, 0, end_ms)
            first_ms = float(exact.inverse(np.zeros(1))[0]) if exact.total > 0 else float(end_ms)
            return np.diff(exact.cumulative(np.arange(cells + 1) * CELL_MS)), first_ms
        case At() | Recorded():
            punctual: Arrivals = evolve(arrivals, backlog=0)
        case Timetable():
            largest = max([0, *(landing.count for landing in arrivals.landings)])
            each = max(1.0, largest / MOST_A_LANDING)
            landings = tuple(evolve(landing, count=round(landing.count / each)) for landing in arrivals.landings)
            punctual = evolve(arrivals, landings=landings, backlog=0, delay=0.0)
        case Ahead():
            raise TypeError("companions arrive with their partners")
    alone = Flow(flow.name, punctual, [Hold(0.0)])
    instants_ms = draw(evolve(network, flows=[alone]), SEED).arrival_ms.astype(np.float64)
    rate = _counted(instants_ms, np.full(len(instants_ms), each), cells, scattered=True)
    return rate, float(instants_ms.min(initial=to_ms(network.end_min)))


def _weights(demand: Demand, attributes: Mapping[str, Attribute], flows: Iterable[Flow]) -> FloatArray:
    """A weight for every probe, such that each combination of what the flows depend on has its probability."""
    names = _named(name for flow in flows for step in flow.steps for name in (*step.only_if, *step.unless))
    boarded = [step.slots for flow in flows for step in flow.steps if isinstance(step, Board)]
    names |= _named(name for slots in boarded if isinstance(slots, Mapping) for name in slots)
    names |= {flow.arrivals.only_if for flow in flows if isinstance(flow.arrivals, Ahead) and flow.arrivals.only_if}
    for name in reversed(list(attributes)):  # a share's parent and axes stand before it, or count as well
        attribute = attributes[name]
        if name in names and isinstance(attribute, Share):
            names |= {*attribute.factors, *_named((*attribute.among, *attribute.unless))}
        elif name in names and isinstance(attribute, AnyOf | AllOf):
            names |= _named(attribute.conditions)
    values = demand.attributes[0]
    kind = np.zeros(PROBES, dtype=np.int64)
    probability = np.ones(PROBES)
    for name, attribute in attributes.items():
        if name not in names:
            continue
        value: npt.NDArray[Any] = values[name]
        if isinstance(attribute, Category):
            probability = probability * np.array(list(attribute.classes.values()))[value]
            kind = kind * len(attribute.classes) + value
        elif isinstance(attribute, Share) and attribute.a_day is not None:
            among = np.bincount(kind)[kind]  # what a budget leaves has no other law than that of the probes
            kind = kind * 2 + value
            probability = probability * np.bincount(kind)[kind] / among
        elif isinstance(attribute, Share):
            yes = np.minimum(probability_of(attribute, attributes, values), 1.0)
            possible = np.ones(PROBES, dtype=np.bool_)
            for condition in attribute.among:
                possible &= holds(condition, attributes, values)
            for condition in attribute.unless:
                possible &= ~holds(condition, attributes, values)
            probability = probability * np.where(possible, np.where(value, yes, 1 - yes), 1.0)
            kind = kind * 2 + value
        _, kind = np.unique(kind, return_inverse=True)
    weight = probability / np.bincount(kind)[kind]
    return np.asarray(weight / weight.sum())


def _named(conditions: Iterable[str]) -> set[str]:
    """The attributes that the conditions name."""
    return {condition.partition("=")[0] for condition in conditions}


def _exact(values: FloatArray, weight: FloatArray, expected: float) -> FloatArray:
    """The values scaled to the expected mean."""
    mean = float(np.average(values, weights=weight)) if weight.sum() > 0 else 0.0
    return values * (expected / mean) if mean > 0 else values


def _walk(cohort: _Cohort, plan: Plan, tally: _Tally) -> None:
    """Every probe through its flow. Companions first: those who wait for them need to know when they are done."""
    finished: dict[str, FloatArray] = {}
    order = sorted(range(len(cohort.flows)), key=lambda i: any(isinstance(x, Await) for x in cohort.flows[i].steps))
    for index in order:
        flow = cohort.flows[index]
        finished[flow.name] = _Walk(cohort, index, plan, tally, finished).done()


class _Walk:
    """One flow's probes on their way: where each stands in time, counted from the origin of its part."""

    def __init__(
        self,
        cohort: _Cohort,
        index: int,
        plan: Plan,
        tally: _Tally,
        finished: Mapping[str, FloatArray],
    ) -> None:
        self.plan, self.tally, self.finished = plan, tally, finished
        self.flow = cohort.flows[index]
        self.now_ms = np.array(cohort.arrival_ms[index], dtype=np.float64)
        self.before = max(0, -int(np.floor(self.now_ms.min(initial=0.0) / CELL_MS)))
        self.weight = np.array(cohort.weight)
        self.flags = cohort.demand.flags[cohort.demand.rows(index)]
        self.numbers = cohort.demand.numbers(index)
        self.entered: dict[int, FloatArray] = {}
        self.parts = [_Part(np.arange(len(self.now_ms)), cohort.rate, cohort.scattered, cohort.first_ms)]
        self.moved = np.zeros(len(self.now_ms), dtype=np.bool_)

    def done(self) -> FloatArray:
        """When each probe has finished the flow; NaN where its origin is no longer its arrival's."""
        first = self.plan.flows.names.index(self.flow.name)
        rows = list(self.plan.steps_of(first))
        for row, step in zip(rows, self.flow.steps, strict=True):
            only, unless = self.plan.steps.only[row], self.plan.steps.unless[row]
            taken = ((self.flags & only) == only) & ((self.flags & unless) == 0)
            target = int(self.plan.steps.target[row])
            match step:
                case Serve():
                    self._timed(row, step, taken, target)
                case Hold() | Travel():
                    self._timed(row, step, taken, None)
                case Enter():
                    self.entered[target] = self.now_ms.copy()
                    self._taken(target, taken)
                case Leave():
                    self._left(target, taken, self.entered[target])
                case Await(flow=partner) if partner in self.finished:
                    there = np.where(taken & ~self.moved, self.finished[partner], np.nan)
                    self.now_ms = np.fmax(self.now_ms, there)
                case Board():
                    self._board(row, target, taken, last=row == rows[-1])
                case _:
                    pass
        for part in self.parts:
            self._flush(part)
        return np.where(self.moved, np.nan, self.now_ms)

    def _timed(self, row: int, step: Serve | Hold | Travel, taken: Any, station: int | None) -> None:
        pace = int(self.plan.steps.pace[row])
        column = int(self.plan.steps.column[row])
        expected_ms = step.time.expected * MINUTE_MS
        hold_ms = np.full(len(self.now_ms), float(self.plan.steps.number[row]))
        if column != NONE:
            hold_ms = self.numbers[:, column].astype(np.float64)
            if not isinstance(step.time, Given):
                hold_ms *= expected_ms / mean if (mean := _mean(hold_ms[taken], self.weight[taken])) > 0 else 1.0
        start_ms = self.now_ms.copy()
        if station is not None:
            self._taken(station, taken)
        for part in self.parts:
            rows = part.rows[taken[part.rows]]
            if pace == NONE:
                self.now_ms[rows] += hold_ms[rows]
            elif part.rate is None:
                hold_ms[rows] /= self._pace(pace, start_ms[rows])
                self.now_ms[rows] += hold_ms[rows]
            else:
                self._paced(part, rows, hold_ms, pace, station)
        if station is not None:
            self._left(station, taken, start_ms, paced=pace != NONE)

    def _paced(self, part: _Part, rows: IntArray, hold_ms: FloatArray, pace: int, station: int | None) -> None:
        """A step whose pace depends on the moment at which it begins, for probes whose moments count from an origin."""
        coming = self._convolved(part, self._counts(part, rows))
        if not rows.size or coming.sum() <= 0:
            return
        paces = self._pace(pace, self.tally.begins_ms + CELL_MS / 2 * part.scattered)
        if station is not None:
            weight = self.weight[rows] / self.weight[rows].sum()
            for factor in np.unique(paces):
                falling = _rising(hold_ms[rows] / factor, weight, self.tally.cells, part.scattered)
                begun = np.where(paces == factor, coming, 0.0)
                self.tally.rising[station] -= _convolved(begun, falling)[: self.tally.cells]
        self.now_ms[rows] += hold_ms[rows] * float((coming / paces).sum() / coming.sum())

    def _pace(self, pace: int, at_ms: FloatArray) -> FloatArray:
        """The pace at each moment, by the clock and between dates."""
        own = slice(int(self.plan.paces.first[pace]), int(self.plan.paces.first[pace + 1]))
        index = np.searchsorted(self.plan.paces.at_ms[own], at_ms, side="right") - 1
        return np.asarray(self.plan.paces.thousandths[own][np.maximum(index, 0)] / 1000)

    def _taken(self, station: int, taken: npt.NDArray[np.bool_]) -> None:
        for part in self.parts:
            if (rows := part.rows[taken[part.rows]]).size:
                part.coming[station] = part.coming.get(station, 0.0) + self._counts(part, rows)
                part.rising[station] = part.rising.get(station, 0.0) + self._rises(part, rows)

    def _left(self, station: int, taken: npt.NDArray[np.bool_], since_ms: FloatArray, paced: bool = False) -> None:
        for part in self.parts:
            if (rows := part.rows[taken[part.rows]]).size:
                weight = self.weight[rows]
                self.tally.number[station] += part.number * weight.sum()
                self.tally.stay_ms[station] += part.number * (weight * (self.now_ms - since_ms)[rows]).sum()
                if not (paced and part.rate is not None):
                    part.rising[station] = part.rising.get(station, 0.0) - self._rises(part, rows)

    def _counts(self, part: _Part, rows: IntArray) -> FloatArray:
        """Weights of the rows by cell; the first `before` cells lie ahead of the origin."""
        at_ms = self.now_ms[rows] + self.before * CELL_MS
        return _counted(at_ms, self.weight[rows], self.before + self.tally.cells, part.scattered)

    def _rises(self, part: _Part, rows: IntArray) -> FloatArray:
        """By how much the mean number of each cell rises over the cell before, if the rows come now and stay."""
        at_ms = self.now_ms[rows] + self.before * CELL_MS
        return _rising(at_ms, self.weight[rows], self.before + self.tally.cells, part.scattered)

    def _flush(self, part: _Part) -> None:
        for kernels, total in ((part.coming, self.tally.coming), (part.rising, self.tally.rising)):
            for station, kernel in kernels.items():
                total[station] += self._convolved(part, kernel)

    def _convolved(self, part: _Part, kernel: FloatArray) -> FloatArray:
        spread = kernel if part.rate is None else _convolved(part.rate, kernel)
        return spread[self.before :][: self.tally.cells]

    def _board(self, row: int, service: int, taken: npt.NDArray[np.bool_], last: bool) -> None:
        """Those who come leave with the next departure; from then on they count from it."""
        services = self.plan.services
        own = np.flatnonzero((services.service == service) & (services.slots > 0))
        column, number = int(self.plan.steps.column[row]), int(self.plan.steps.number[row])
        slots = np.full(len(self.now_ms), number) if column == NONE else self.numbers[:, column]
        closes_ms = services.closes_ms[own] + self.tally.late.closing_ms[own]
        departs_ms = (services.departs_ms[own] + self.tally.late.departure_ms[own]).astype(np.float64)
        order = np.argsort(closes_ms, kind="stable")
        closes_ms, departs_ms = closes_ms[order], departs_ms[order]
        parts: list[_Part] = []
        for part in self.parts:
            rows = part.rows[taken[part.rows]]
            parts.append(part)
            if not rows.size:
                continue
            first_ms = part.first_ms + float(self.now_ms[rows].min())
            asked = part.number * float(self.weight[rows] @ slots[rows])
            self.tally.cargo[service] = self.tally.cargo.get(service, 0.0) + asked
            earliest = self.tally.earliest_ms.get(service, self.plan.end_ms)
            self.tally.earliest_ms[service] = min(earliest, int(first_ms))
            if part.rate is None:
                index = np.searchsorted(closes_ms, self.now_ms[rows], side="left")
                self.now_ms[rows] = np.append(departs_ms, self.plan.end_ms)[index]
            elif not last:
                parts.append(self._departed(part, rows, closes_ms, departs_ms))
        self.parts = parts

    def _departed(self, part: _Part, rows: IntArray, closes_ms: IntArray, departs_ms: FloatArray) -> _Part:
        coming, begins_ms = self._convolved(part, self._counts(part, rows)), self.tally.begins_ms
        if part.scattered:
            there = np.interp(
                closes_ms, np.append(begins_ms, len(begins_ms) * CELL_MS), np.cumsum(np.append(0, coming))
            )
        else:
            there = np.append(0, np.cumsum(coming))[np.searchsorted(begins_ms, closes_ms, side="right")]
        aboard = np.diff(there, prepend=0.0)
        on_time = coming * (begins_ms < closes_ms.max(initial=0))
        waited_ms = float((aboard * departs_ms).sum() - (on_time * (begins_ms + CELL_MS / 2 * part.scattered)).sum())
        waited_ms /= aboard.sum() or 1.0
        for station, entered in self.entered.items():
            entered[rows] -= self.now_ms[rows] + waited_ms
            self.entered[station] = entered
        part.rows = np.setdiff1d(part.rows, rows)
        self.weight[rows] /= self.weight[rows].sum()
        self.now_ms[rows] = 0.0
        self.moved[rows] = True
        used = aboard > 0
        first_ms = float(departs_ms[used].min(initial=self.plan.end_ms))
        rate = _counted(departs_ms, aboard, self.tally.cells, scattered=True)
        return _Part(rows, rate, False, first_ms)


def _mean(values: FloatArray, weight: FloatArray) -> float:
    total = float(weight.sum())
    return float((values * weight).sum()) / total if total > 0 else 0.0


def _counted(at_ms: FloatArray, weight: FloatArray, cells: int, scattered: bool) -> FloatArray:
    """Weights by cell; with origins scattered over a cell, a moment falls partly into its cell and partly the next."""
    inside = at_ms < cells * float(CELL_MS)
    position, weight = at_ms[inside] / CELL_MS, weight[inside]
    cell = position.astype(np.int64)
    after = weight * (position - cell) if scattered else np.zeros_like(weight)
    return _placed(cell, cells, (weight - after, after))


def _rising(at_ms: FloatArray, weight: FloatArray, cells: int, scattered: bool) -> FloatArray:
    """How the mean number in each cell differs from that before it, if the weights come at these moments and stay.

    A moment the part φ into a cell counts 1 - φ in that cell; with origins scattered over a cell, (1 - φ)²/2 in that
    cell and 1 - φ²/2 in the next.
    """
    inside = at_ms < cells * float(CELL_MS)
    position, weight = at_ms[inside] / CELL_MS, weight[inside]
    cell = position.astype(np.int64)
    part = position - cell
    if not scattered:
        return _placed(cell, cells, (weight * (1 - part), weight * part))
    first, third = weight * (1 - part) ** 2 / 2, weight * part**2 / 2
    return _placed(cell, cells, (first, weight - first - third, third))


def _placed(cell: IntArray, cells: int, weights: Sequence[FloatArray]) -> FloatArray:
    """The weights in the cell of each and the ones that follow it."""
    result = np.zeros(cells + len(weights))
    for later, weight in enumerate(weights):
        result[later : later + cells] += np.bincount(cell, weight, minlength=cells)
    return result[:cells]


def _convolved(rate: FloatArray, kernel: FloatArray) -> FloatArray:
    """Origins in each cell, spread by the kernel: at least as long as the kernel."""
    used = int(np.flatnonzero(kernel).max(initial=0)) + 1
    size = 1 << (len(rate) + used).bit_length()
    result = np.fft.irfft(np.fft.rfft(rate, size) * np.fft.rfft(kernel[:used], size), size)
    return np.asarray(np.pad(result, (0, max(0, len(kernel) + 1 - size))))
