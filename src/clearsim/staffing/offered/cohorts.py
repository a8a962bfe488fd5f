"""Probes: entities that stand for all of a flow and its companions, in cohorts with the same law of arrival."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from attrs import evolve

from clearsim.demand import Demand, draw, rate_of
from clearsim.demand.streams import Streams
from clearsim.language import Text
from clearsim.network.arrivals import Ahead, Arrivals, At, Landings, Poisson, Recorded
from clearsim.network.attributes import Attribute, During, Share
from clearsim.network.flows import Flow
from clearsim.network.network import Network
from clearsim.network.steps import Hold
from clearsim.network.times import Given
from clearsim.staffing.offered.cells import CELL_MS, FloatArray, counted
from clearsim.staffing.offered.weights import weights_of
from clearsim.units import DAY_MS, LONGEST_MIN, MINUTE_MS, since_midnight_ms, to_ms

PROBES = 20_000
"""Probes of every flow; their number hardly matters to the loads, since the means are exact."""
SEED = 0
"""The seed of the probes, which is not that of any run."""
FAR_MIN = 50 * 365 * 24 * 60.0
"""Probes arrive half a century after the start, so that no lead is cut off."""
MOST_A_LANDING = 1000
"""Where more entities than this land at once, this many probes stand for all of them."""
MOST_LEAD = 0.999
"""Leads up to this quantile may be cut off by the start of the run; arrivals that early are followed one by one."""


class Cohort(NamedTuple):
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


def cohorts_of(owner: Flow, companions: Sequence[Flow], network: Network, cells: int) -> Iterator[Cohort]:
    """The cohorts of a flow and its companions; those with times given entity by entity are the run's own."""
    flows = (owner, *companions)
    if any(isinstance(getattr(step, "time", None), Given) for flow in flows for step in flow.steps):
        demand = draw(evolve(network, flows=flows), SEED)
        arrival_ms = [demand.arrival_ms[demand.rows(flow)].astype(np.float64) for flow in range(len(flows))]
        yield Cohort(flows, demand, arrival_ms, np.ones(len(arrival_ms[0])), None, False, 0.0)
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


def _probes(owner: Flow, companions: Sequence[Flow], network: Network) -> Cohort:
    """Probes whose arrivals count from the moment at which the owner is due."""
    flows = (evolve(owner, arrivals=At([FAR_MIN] * PROBES)), *companions)
    services = [evolve(service, departures=()) for service in network.services]  # a century of them takes its time
    demand = draw(evolve(network, flows=flows, services=services, duration=2 * FAR_MIN, run_on=0.0), SEED)
    weight = weights_of(demand, owner.attributes, flows)
    far_ms = to_ms(FAR_MIN)
    arrival_ms = [(demand.arrival_ms[demand.rows(i)] - far_ms).astype(np.float64) for i in range(len(flows))]
    if isinstance(owner.arrivals, Landings):
        delay = owner.arrivals.delay
        delay_ms = Streams(SEED, 0).sample(f"{owner.name}/delay", delay, {1: PROBES}) * MINUTE_MS
        arrival_ms = [arrival + _exact(delay_ms, weight, delay.expected * MINUTE_MS) for arrival in arrival_ms]
    return Cohort(flows, demand, arrival_ms, weight, None, False, 0.0)


def _early(probes: Cohort, rate: FloatArray) -> Iterator[Cohort]:
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
        case Landings():
            largest = max([0, *(landing.count for landing in arrivals.landings)])
            each = max(1.0, largest / MOST_A_LANDING)
            landings = tuple(evolve(landing, count=round(landing.count / each)) for landing in arrivals.landings)
            punctual = evolve(arrivals, landings=landings, backlog=0, delay=0.0)
        case Ahead():
            raise TypeError(Text("companions arrive with their partners"))
    alone = Flow(flow.name, punctual, [Hold(0.0)])
    instants_ms = draw(evolve(network, flows=[alone]), SEED).arrival_ms.astype(np.float64)
    rate = counted(instants_ms, np.full(len(instants_ms), each), cells, scattered=True)
    return rate, float(instants_ms.min(initial=to_ms(network.end_min)))


def _exact(values: FloatArray, weight: FloatArray, expected: float) -> FloatArray:
    """The values scaled to the expected mean."""
    mean = float(np.average(values, weights=weight)) if weight.sum() > 0 else 0.0
    return values * (expected / mean) if mean > 0 else values
