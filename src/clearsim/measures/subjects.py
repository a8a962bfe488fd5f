"""From a trace to the subjects that KPIs are about: lines, drivers, milestones, departures, pools, stocks."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from clearsim.measures.departures import Booked, Slots
from clearsim.measures.drivers import Drivers
from clearsim.measures.dwell import Dwell, Fees, Through
from clearsim.measures.kpi import Subject
from clearsim.measures.levels import Level, stepped
from clearsim.measures.resources import Inspections, Shelf, Use
from clearsim.measures.waits import Waits
from clearsim.plan import NONE, NOT_YET, STAMPS, Code, IntArray
from clearsim.trace import Line, Trace, stamp_before, stamps_until
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS


def subjects(trace: Trace, wait_limit_min: float) -> Iterator[Subject]:
    """Everything in the trace that a KPI is about, in the order in which a planner reads."""
    lines = list(trace.lines())
    for flow, name in enumerate(trace.plan.flows.names):
        yield from _drivers(trace, flow)
        arrival_ms = trace.arrival_ms(flow)
        here = arrival_ms < trace.plan.end_ms
        done = trace.finished_ms(flow) != NOT_YET
        yield Through(name, int(here.sum()), int(done.sum()))
        yield from _dwells(trace, flow)
        yield from _fees(trace, flow)
        yield from _booked(trace, [line for line in lines if line.flow == flow])
    yield from _waits(trace, lines, wait_limit_min)
    yield from _slots(trace, lines)
    yield from _pools(trace, lines)
    yield from _shelves(trace, lines)


def _waits(trace: Trace, lines: list[Line], limit_min: float) -> Iterator[Waits]:
    """A line by flow, and where several flows share it, the line as a whole too."""
    names, end_ms = trace.plan.flows.names, trace.plan.end_ms
    by_place: dict[str, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        by_place[line.place][line.flow].append(line)
    for place, by_flow in by_place.items():
        groups = [(names[flow], parts) for flow, parts in by_flow.items()]
        if len(groups) > 1:
            groups.append(("", [line for parts in by_flow.values() for line in parts]))
        for name, parts in groups:
            joined = np.concatenate([line.joined_ms for line in parts])
            start = np.concatenate([line.start_ms for line in parts])
            yield Waits(name, place, joined, start, end_ms, limit_min)


def _drivers(trace: Trace, flow: int) -> Iterator[Drivers]:
    steps = trace.plan.steps
    bound = [step for step in trace.plan.steps_of(flow) if steps.driver[step] is not None]
    if not bound:
        return
    here = trace.arrival_ms(flow) < trace.plan.end_ms
    drivers = Drivers(trace.plan.flows.names[flow], *(np.zeros(int(here.sum())) for _ in range(4)))
    for step in bound:
        first = int(steps.stamp[step])
        for column in range(first, first + STAMPS.get(Code(int(steps.code[step])), 0)):
            is_wait = steps.code[step] != Code.HOLD and column == first
            if steps.driver[step] == "out":
                minutes = drivers.out_of_cab
            elif steps.is_travel[step]:
                minutes = drivers.driving
            else:
                minutes = drivers.queueing_in_cab if is_wait else drivers.served_in_cab
            minutes += _elapsed_ms(trace, flow, column)[here] / MINUTE_MS
    yield drivers


def _elapsed_ms(trace: Trace, flow: int, column: int) -> IntArray:
    """Time between a stamp and the one before it; so far, where it was not reached; 0 where the one before was not."""
    before, after = stamp_before(trace, flow, column), trace.stamps(flow)[:, column]
    until = np.where(after == NOT_YET, trace.plan.end_ms, after)
    return np.where(before == NOT_YET, 0, until - before)


def _dwells(trace: Trace, flow: int) -> Iterator[Dwell]:
    plan, arrival_ms = trace.plan, trace.arrival_ms(flow)
    here = arrival_ms < plan.end_ms
    for step in plan.steps_of(flow):
        milestone = plan.steps.milestone[step]
        if milestone is not None:
            reached_ms = stamp_before(trace, flow, stamps_until(plan, flow, step + 1))
            yield Dwell(plan.flows.names[flow], milestone, arrival_ms[here], reached_ms[here], plan.end_ms)


def _fees(trace: Trace, flow: int) -> Iterator[Fees]:
    plan, terms = trace.plan, trace.plan.flows.late_fee[flow]
    if terms is None:
        return
    here = trace.arrival_ms(flow) < plan.end_ms
    attributes = trace.demand.attributes[flow]
    due_ms = trace.arrival_ms(flow)[here] + np.rint(attributes[terms.due][here] * MINUTE_MS).astype(np.int64)
    finished_ms = trace.finished_ms(flow)[here]
    until_ms = np.where(finished_ms == NOT_YET, plan.end_ms, finished_ms)
    late_days = -(-np.maximum(until_ms - due_ms, 0) // DAY_MS)
    yield Fees(plan.flows.names[flow], terms, attributes[terms.amount][here], late_days)


def _booked(trace: Trace, lines: list[Line]) -> Iterator[Booked]:
    plan, services = trace.plan, trace.plan.services
    for line in lines:
        allowance_ms = int(plan.steps.booked_ms[line.step])
        if plan.steps.code[line.step] != Code.BOARD or allowance_ms == NONE:
            continue
        arrival_ms = trace.arrival_ms(line.flow)
        chosen = trace.concerned(line.flow, line.step) & (arrival_ms < plan.end_ms)
        ready_ms = arrival_ms[chosen] + allowance_ms
        departed_ms = trace.stamps(line.flow)[chosen, int(plan.steps.stamp[line.step])]
        own = np.flatnonzero(services.service == plan.steps.target[line.step])
        first = np.searchsorted(services.closes_ms[own], ready_ms, side="left")
        known = first < len(own)
        booked_ms = services.departs_ms[own][np.minimum(first, len(own) - 1)] if len(own) else ready_ms
        known &= booked_ms < plan.end_ms
        yield Booked(plan.flows.names[line.flow], line.place, booked_ms[known], departed_ms[known], plan.end_ms)


def _slots(trace: Trace, lines: list[Line]) -> Iterator[Slots]:
    plan, services = trace.plan, trace.plan.services
    for service, name in enumerate(services.names):
        own = (services.service == service) & (services.departs_ms < plan.end_ms)
        boarded = [
            line.start_ms[line.start_ms != NOT_YET]
            for line in lines
            if plan.steps.code[line.step] == Code.BOARD and plan.steps.target[line.step] == service
        ]
        left = np.sort(np.concatenate([*boarded, np.empty(0, dtype=np.int64)]))
        departs = services.departs_ms[own]
        used = np.searchsorted(left, departs, side="right") - np.searchsorted(left, departs, side="left")
        yield Slots(name, services.slots[own], used)


def on_duty(trace: Trace) -> list[Level]:
    """The capacity of every pool over time."""
    result = []
    for pool in range(len(trace.plan.pools.names)):
        own = trace.capacity_pool == pool
        result.append(Level(trace.capacity_ms[own], trace.capacity[own], trace.plan.end_ms))
    return result


def in_use(trace: Trace, lines: list[Line]) -> list[Level]:
    """How many of every pool were held, over time."""
    stations = trace.plan.stations
    changes: list[list[tuple[IntArray, int]]] = [[] for _ in trace.plan.pools.names]
    for line in lines:
        if trace.plan.steps.code[line.step] not in (Code.SERVE, Code.ENTER):
            continue
        station = int(trace.plan.steps.target[line.step])
        for need in range(int(stations.need_first[station]), int(stations.need_first[station + 1])):
            pool, count = int(stations.need_pool[need]), int(stations.need_count[need])
            changes[pool] += [
                (line.start_ms[line.start_ms != NOT_YET], count),
                (line.end_ms[line.end_ms != NOT_YET], -count),
            ]
    return [_summed(parts, trace.plan.end_ms) for parts in changes]


def shelf_levels(trace: Trace, lines: list[Line]) -> list[Level]:
    """Units of every row of the stocks, over time."""
    plan = trace.plan
    changes: list[list[tuple[IntArray, int]]] = [
        [(np.zeros(1, dtype=np.int64), int(units))] for units in plan.stocks.opening
    ]
    for flow in range(len(plan.flows.names)):
        for step in plan.steps_of(flow):
            code = plan.steps.code[step]
            if code not in (Code.TAKE, Code.PUT):
                continue
            moved_ms = stamp_before(trace, flow, stamps_until(plan, flow, step + 1))
            rows = stock_rows(trace, flow, step)
            chosen = trace.concerned(flow, step) & (moved_ms != NOT_YET)
            amount = int(plan.steps.amount[step]) * (-1 if code == Code.TAKE else 1)
            for row in np.unique(rows[chosen]):
                changes[row].append((moved_ms[chosen & (rows == row)], amount))
    return [_summed(parts, plan.end_ms) for parts in changes]


def stock_rows(trace: Trace, flow: int, step: int) -> IntArray:
    """The stock row that each entity of the flow takes from or puts into at a step: shape (entities,)."""
    steps = trace.plan.steps
    column, first = int(steps.column[step]), int(steps.target[step])
    if column == NONE:
        return np.full(trace.entities(flow), first)
    return first + trace.demand.numbers(flow)[:, column]


def _summed(parts: list[tuple[IntArray, int]], end_ms: int) -> Level:
    at_ms = np.concatenate([*(moments for moments, _ in parts), np.empty(0, dtype=np.int64)])
    change = np.repeat([count for _, count in parts], [len(moments) for moments, _ in parts]).astype(np.int64)
    return stepped(at_ms, change, end_ms)


def _pools(trace: Trace, lines: list[Line]) -> Iterator[Use | Inspections]:
    plan, until_ms = trace.plan, trace.plan.arrivals_end_ms
    duty = on_duty(trace)
    for name, capacity, used in zip(plan.pools.names, duty, in_use(trace, lines), strict=True):
        yield Use(name, capacity, used, until_ms)
    for station in np.flatnonzero(plan.stations.is_inspection):
        pools = plan.stations.need_pool[plan.stations.need_first[station] : plan.stations.need_first[station + 1]]
        staff_ms = sum(duty[pool].area(0, until_ms) for pool in pools if plan.pools.is_staff[pool])
        ends = [line.end_ms for line in lines if line.place == plan.stations.names[station]]
        finished = sum(int(((end != NOT_YET) & (end < until_ms)).sum()) for end in ends)
        yield Inspections(plan.stations.names[station], finished, staff_ms / HOUR_MS)


def _shelves(trace: Trace, lines: list[Line]) -> Iterator[Shelf]:
    plan = trace.plan
    waited = np.zeros(len(plan.stocks.names), dtype=np.int64)
    for line in lines:
        if plan.steps.code[line.step] == Code.TAKE:
            late = line.waits_ms(plan.end_ms) > 0
            rows = stock_rows(trace, line.flow, line.step)[line.entity]
            waited += np.bincount(rows[late], minlength=len(waited))
    for name, units, count in zip(plan.stocks.names, shelf_levels(trace, lines), waited, strict=True):
        yield Shelf(name, units, int(count))
