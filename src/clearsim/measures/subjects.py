"""From a trace to the subjects that KPIs are about: lines, drivers, milestones, departures, pools, stocks."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from clearsim.measures.departures import Booked, Slots
from clearsim.measures.drivers import Drivers
from clearsim.measures.dwell import Dwell, Fees, Through
from clearsim.measures.kpi import Subject
from clearsim.measures.resources import Inspections, Shelf, Use
from clearsim.measures.waits import Waits
from clearsim.plan import NONE, NOT_YET, STAMPS, Code, IntArray
from clearsim.trace import Line, Trace
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS


def subjects(trace: Trace, wait_limit_min: float) -> Iterator[Subject]:
    """Everything in the trace that a KPI is about, in the order in which a planner reads."""
    for flow, name in enumerate(trace.plan.flows.names):
        yield from _drivers(trace, flow)
        arrival_ms = trace.arrival_ms(flow)
        here = arrival_ms < trace.plan.end_ms
        done = trace.finished_ms(flow) != NOT_YET
        yield Through(name, int(here.sum()), int(done.sum()))
        yield from _dwells(trace, flow)
        yield from _fees(trace, flow)
        yield from _booked(trace, flow)
    yield from _waits(trace, wait_limit_min)
    yield from _slots(trace)
    yield from _pools(trace)
    yield from _shelves(trace)


def _waits(trace: Trace, limit_min: float) -> Iterator[Waits]:
    """A line by flow, and where several flows share it, the line as a whole too."""
    names = trace.plan.flows.names
    by_place: dict[str, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in trace.lines:
        by_place[line.place][line.flow].append(line)
    for place, by_flow in by_place.items():
        groups = [(names[flow], parts) for flow, parts in by_flow.items()]
        if len(groups) > 1:
            groups.append(("", [line for parts in by_flow.values() for line in parts]))
        for name, parts in groups:
            yield Waits(name, place, tuple(parts), limit_min)


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
    before, after = trace.column(flow, column - 1), trace.column(flow, column)
    until = np.where(after == NOT_YET, trace.plan.end_ms, after)
    return np.where(before == NOT_YET, 0, until - before)


def _dwells(trace: Trace, flow: int) -> Iterator[Dwell]:
    plan, arrival_ms = trace.plan, trace.arrival_ms(flow)
    here = arrival_ms < plan.end_ms
    for step in plan.steps_of(flow):
        milestone = plan.steps.milestone[step]
        if milestone is not None:
            reached_ms = trace.done_ms(flow, step)
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


def _booked(trace: Trace, flow: int) -> Iterator[Booked]:
    plan, services = trace.plan, trace.plan.services
    for line in trace.lines:
        allowance_ms = int(plan.steps.booked_ms[line.step])
        if line.flow != flow or line.code != Code.BOARD or allowance_ms == NONE:
            continue
        arrival_ms = trace.arrival_ms(flow)
        chosen = trace.concerned(flow, line.step) & (arrival_ms < plan.end_ms)
        ready_ms = arrival_ms[chosen] + allowance_ms
        departed_ms = trace.done_ms(flow, line.step)[chosen]
        own = np.flatnonzero(services.service == line.target)
        first = np.searchsorted(services.closes_ms[own], ready_ms, side="left")
        known = first < len(own)
        booked_ms = services.departs_ms[own][np.minimum(first, len(own) - 1)] if len(own) else ready_ms
        known &= booked_ms < plan.end_ms
        yield Booked(plan.flows.names[flow], line.place, booked_ms[known], departed_ms[known], plan.end_ms)


def _slots(trace: Trace) -> Iterator[Slots]:
    plan, services = trace.plan, trace.plan.services
    for service, name in enumerate(services.names):
        own = (services.service == service) & (services.departs_ms < plan.end_ms)
        boarded = [
            line.start_ms[line.start_ms != NOT_YET]
            for line in trace.lines
            if line.code == Code.BOARD and line.target == service
        ]
        left = np.sort(np.concatenate([*boarded, np.empty(0, dtype=np.int64)]))
        departs = services.departs_ms[own]
        used = np.searchsorted(left, departs, side="right") - np.searchsorted(left, departs, side="left")
        yield Slots(name, services.slots[own], used)


def _pools(trace: Trace) -> Iterator[Use | Inspections]:
    plan, until_ms = trace.plan, trace.plan.arrivals_end_ms
    duty = trace.on_duty
    for name, capacity, used in zip(plan.pools.names, duty, trace.in_use, strict=True):
        yield Use(name, capacity, used, until_ms)
    for station in np.flatnonzero(plan.stations.is_inspection):
        pools = plan.stations.need_pool[plan.stations.need_first[station] : plan.stations.need_first[station + 1]]
        staff_ms = sum(duty[pool].area(0, until_ms) for pool in pools if plan.pools.is_staff[pool])
        ends = [line.end_ms for line in trace.lines if line.place == plan.stations.names[station]]
        finished = sum(int(((end != NOT_YET) & (end < until_ms)).sum()) for end in ends)
        yield Inspections(plan.stations.names[station], finished, staff_ms / HOUR_MS)


def _shelves(trace: Trace) -> Iterator[Shelf]:
    plan = trace.plan
    waited = np.zeros(len(plan.stocks.names), dtype=np.int64)
    for line in trace.lines:
        if line.code in (Code.TAKE, Code.TRY):
            late = line.waits_ms > 0
            rows = trace.stock_rows(line.flow, line.step)[line.entity]
            waited += np.bincount(rows[late], minlength=len(waited))
    for name, units, count in zip(plan.stocks.names, trace.shelves, waited, strict=True):
        yield Shelf(name, units, int(count))
