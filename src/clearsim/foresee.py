"""What can be said before a run: where work would exceed the people on duty, and departures nobody can reach.

Everything here follows from the offered load: the work in progress if nobody ever waited, which is what the
modified-offered-load approximation staffs for (Jennings, Mandelbaum, Massey and Whitt 1996). The entities are drawn
as for a run, thinned where they are many, and walk through their flows without lines.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand, draw
from clearsim.flow.arrivals import Poisson, Timetable
from clearsim.flow.network import Network
from clearsim.flow.places import Flow
from clearsim.flow.times import Given
from clearsim.plan import NONE, Code, IntArray, Plan, compile_network
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS

MOST_WALKED = 100_000
FEWEST_WALKED = 10_000
"""Arrivals at random or by timetable are thinned or multiplied to so many a flow; their work is scaled back."""
WORTH_SAYING_H = 0.1
"""An overload is told of if it makes those who come wait for some six minutes or more."""
FloatArray = npt.NDArray[np.float64]


class Foreseen(NamedTuple):
    """A warning before the run: the pool or service that it is about, its kind, and a sentence."""

    place: str
    kind: str
    message: str


class _Walk(NamedTuple):
    """Work by pool and hour, in units on duty, and the earliest moment at which cargo can be at each service."""

    load: FloatArray
    earliest_ms: dict[int, int]
    cargo: dict[int, float]


def foresee(network: Network) -> list[Foreseen]:
    """Warnings about what the network's run would be, in the order of its pools and services."""
    thinned, weights = _thin(network)
    plan = compile_network(thinned)
    walk = _walk(plan, draw(thinned, seed=0), weights)
    return [*_pools(plan, walk), *_services(plan, walk)]


def _thin(network: Network) -> tuple[Network, list[float]]:
    """The network with a number of entities that tells enough and costs little; what one of each flow stands for."""
    flows: list[Flow] = []
    weights: dict[str, float] = {}
    given = {getattr(flow.arrivals, "of", flow.name) for flow in network.flows if _has_given_times(flow)}
    for flow in network.flows:
        arrivals, weight = flow.arrivals, 1.0
        if flow.name in given:
            pass  # times given entity by entity are the run's own, and there are no more of them
        elif isinstance(arrivals, Poisson):
            expected = arrivals.per_min * network.duration_min + arrivals.backlog
            weight = expected / min(max(expected, FEWEST_WALKED), MOST_WALKED) or 1.0
            backlog = round(arrivals.backlog / weight)
            arrivals = replace(arrivals, rate=arrivals.per_min / weight, day_cv=0.0, backlog=backlog)
        elif isinstance(arrivals, Timetable) and (landed := sum(x.count for x in arrivals.landings)):
            times = -(-FEWEST_WALKED // landed)
            weight = 1 / times
            landings = tuple(replace(x, count=x.count * times) for x in arrivals.landings)
            arrivals = replace(arrivals, landings=landings, backlog=arrivals.backlog * times)
        flows.append(replace(flow, arrivals=arrivals))
        weights[flow.name] = weight
    partner = {flow.name: getattr(flow.arrivals, "of", flow.name) for flow in flows}
    return replace(network, flows=flows), [weights[partner[flow.name]] for flow in flows]


def _has_given_times(flow: Flow) -> bool:
    return any(isinstance(getattr(step, "time", None), Given) for step in flow.steps)


def _walk(plan: Plan, demand: Demand, weights: list[float]) -> _Walk:
    hours = -(-plan.end_ms // HOUR_MS)
    load = np.zeros((len(plan.pools.names), hours))
    earliest: dict[int, int] = {}
    cargo: dict[int, float] = {}
    finished: dict[int, IntArray] = {}
    # Companions first: those who wait for them need to know when they are done.
    order = sorted(range(len(plan.flows.names)), key=lambda flow: _awaits(plan, flow))
    for flow in order:
        rows, numbers = demand.rows(flow), demand.numbers(flow)
        now_ms, flags = demand.arrival_ms[rows], demand.flags[rows]
        entered: dict[int, IntArray] = {}
        for step in plan.steps_of(flow):
            code, target = plan.steps.code[step], int(plan.steps.target[step])
            only, unless, column = plan.steps.only[step], plan.steps.unless[step], int(plan.steps.column[step])
            taken = ((flags & only) == only) & ((flags & unless) == 0)
            if code in (Code.SERVE, Code.HOLD):
                hold_ms = plan.steps.number[step] if column == NONE else numbers[:, column]
                start_ms, now_ms = now_ms, now_ms + np.where(taken, hold_ms, 0)
                if code == Code.SERVE:
                    _add(load, plan, target, start_ms[taken], now_ms[taken], weights[flow])
            elif code == Code.ENTER:
                entered[target] = now_ms
            elif code == Code.LEAVE:
                _add(load, plan, target, entered[target][taken], now_ms[taken], weights[flow])
            elif code == Code.AWAIT and target in finished:
                now_ms = np.where(taken, np.maximum(now_ms, finished[target]), now_ms)
            elif code == Code.BOARD:
                cargo[target] = cargo.get(target, 0.0) + weights[flow] * float(taken.sum())
                if taken.any():
                    earliest[target] = min(earliest.get(target, plan.end_ms), int(now_ms[taken].min()))
                now_ms = np.where(taken, _next_departure(plan, target, now_ms), now_ms)
        finished[flow] = now_ms
    return _Walk(load, earliest, cargo)


def _awaits(plan: Plan, flow: int) -> bool:
    return any(plan.steps.code[step] == Code.AWAIT for step in plan.steps_of(flow))


def _next_departure(plan: Plan, service: int, ready_ms: IntArray) -> IntArray:
    own = np.flatnonzero(plan.services.service == service)
    index = np.searchsorted(plan.services.closes_ms[own], ready_ms, side="left")
    departs_ms = np.append(plan.services.departs_ms[own], plan.end_ms)
    return departs_ms[index]


def _add(load: FloatArray, plan: Plan, station: int, start_ms: IntArray, end_ms: IntArray, weight: float) -> None:
    edges_ms = np.arange(load.shape[1] + 1) * HOUR_MS
    work = np.diff(_until(start_ms, edges_ms) - _until(end_ms, edges_ms)) / HOUR_MS
    first, last = plan.stations.need_first[station], plan.stations.need_first[station + 1]
    for pool, count in zip(plan.stations.need_pool[first:last], plan.stations.need_count[first:last], strict=True):
        load[pool] += weight * count * work


def _until(moments_ms: IntArray, edges_ms: IntArray) -> FloatArray:
    """Sum over the moments of the time from each until an edge, for every edge."""
    moments = np.sort(moments_ms).astype(np.float64)
    total = np.concatenate([[0.0], np.cumsum(moments)])
    passed = np.searchsorted(moments, edges_ms)
    return np.asarray(passed * edges_ms - total[passed])


def _pools(plan: Plan, walk: _Walk) -> Iterator[Foreseen]:
    edges_ms = np.arange(walk.load.shape[1] + 1) * HOUR_MS
    for pool, name in enumerate(plan.pools.names):
        own = plan.pools.change_pool == pool
        at_ms, on_duty = plan.pools.change_ms[own], plan.pools.change_capacity[own]
        crew = plan.stations.need_count[plan.stations.need_pool == pool].min(initial=MOST_WALKED)
        usable = np.where(on_duty < crew, 0, on_duty)  # fewer than the smallest crew serve nobody
        capacity, load = np.diff(_capacity_area(at_ms, usable, edges_ms)) / HOUR_MS, walk.load[pool]
        closed = (capacity == 0) & (load > 0.05)
        if closed.any():
            first, last = _longest(closed)
            work = load[first:last].sum()
            some = np.diff(_capacity_area(at_ms, on_duty, edges_ms))[first:last].any()
            who = f"fewer than a crew of {crew} are" if some else "nobody is"
            message = f"{who} on duty {_span(plan, first, last)} while {work:.1f} h of work comes in"
            yield Foreseen(name, "roster gap", f"{_label(plan, name)}: {message}")
        over = (capacity > 0) & (load > capacity * 1.005)
        if over.any():
            first, last = max(_windows(over), key=lambda window: float((load - capacity)[slice(*window)].sum()))
            if (load - capacity)[first:last].sum() < WORTH_SAYING_H * capacity[first:last].max():
                continue
            fewest = f"{capacity[first:last].min():.1f}".removesuffix(".0")
            against = f"offered load up to {load[first:last].max():.1f} against {fewest} on duty"
            clears = _clears(load, capacity, first)
            ending = "does not clear before the run ends" if clears is None else f"clears by {_at(plan, clears)}"
            yield Foreseen(
                name,
                "overload",
                f"{_label(plan, name)}: {against}, {_span(plan, first, last)}; a queue builds and {ending}",
            )


def _clears(load: FloatArray, capacity: FloatArray, first: int) -> int | None:
    """The hour by whose end the work that piles up from hour `first` on is done, as a fluid; None if it never is."""
    backlog = 0.0
    for hour in range(first, len(load)):
        backlog = max(0.0, backlog + load[hour] - capacity[hour])
        if backlog == 0:
            return hour + 1
    return None


def _capacity_area(at_ms: IntArray, capacity: IntArray, edges_ms: IntArray) -> FloatArray:
    """Capacity times time, from 0 to each edge."""
    change = np.diff(capacity, prepend=0)
    return np.array([float((change * np.maximum(edge - at_ms, 0)).sum()) for edge in edges_ms])


def _services(plan: Plan, walk: _Walk) -> Iterator[Foreseen]:
    start_ms = plan.start.hour * HOUR_MS + plan.start.minute * MINUTE_MS
    for service, name in enumerate(plan.services.names):
        own = plan.services.service == service
        if service not in walk.earliest_ms:
            continue
        if not own.any():
            message = "no departure closes during the run; nobody can leave with it"
            yield Foreseen(name, "no departure", f"{_label(plan, name)}: {message}")
            continue
        slots = int(plan.services.slots[own].sum())
        if walk.cargo[service] > slots:
            message = f"about {walk.cargo[service]:.0f} come for {slots} slots in the whole run; the rest stays behind"
            yield Foreseen(name, "overbooked", f"{_label(plan, name)}: {message}")
        reachable = plan.services.closes_ms[own] >= walk.earliest_ms[service]
        clock_ms = (plan.services.departs_ms[own] + start_ms) % DAY_MS
        for clock in np.unique(clock_ms):
            if not reachable[clock_ms == clock].any():
                clock_text = f"{clock // HOUR_MS:02d}:{clock // MINUTE_MS % 60:02d}"
                message = f"the {clock_text} departure closes before any cargo can be there, on every day of the run"
                yield Foreseen(name, "out of reach", f"{_label(plan, name)}: {message}")


def _label(plan: Plan, name: str) -> str:
    return str(plan.labels.get(name, name))


def _windows(chosen: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _longest(chosen: npt.NDArray[np.bool_]) -> tuple[int, int]:
    return max(_windows(chosen), key=lambda window: window[1] - window[0])


def _at(plan: Plan, hour: int) -> str:
    moment = plan.start + timedelta(hours=hour)
    return f"{moment:%H:%M}" if plan.end_ms <= DAY_MS else f"{moment:%d %b %H:%M}"


def _span(plan: Plan, first: int, last: int) -> str:
    start, end = plan.start + timedelta(hours=first), plan.start + timedelta(hours=last)
    if plan.end_ms <= DAY_MS or (start.date() == end.date()):
        return f"{_at(plan, first)}–{end:%H:%M}"
    return f"{_at(plan, first)}–{_at(plan, last)}"
