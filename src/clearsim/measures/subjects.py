"""From a trace to the subjects that KPIs are about: lines, drivers, milestones, departures, pools, stocks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from clearsim.measures.control import Controls
from clearsim.measures.deadlock import deadlock, may_lock
from clearsim.measures.departures import Booked, Slots
from clearsim.measures.drivers import Drivers
from clearsim.measures.duty import shifts_of, staff_hours, worked_ms
from clearsim.measures.dwell import Dwell, Fees, Losses, Through, Trips
from clearsim.measures.kpi import Subject
from clearsim.measures.labour import conducts
from clearsim.measures.money import bills
from clearsim.measures.recovery import Recovery
from clearsim.measures.resources import Inspections, Shelf, Use, Workforce
from clearsim.measures.waits import Waits
from clearsim.plan import NONE, NOT_YET, STAMPS, Code, IntArray
from clearsim.trace import BoolArray, Line, Trace
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS


def subjects_of(trace: Trace, wait_limit_min: float) -> Iterator[Subject]:
    """Everything in the trace that a KPI is about, in the order in which a planner reads."""
    plan, wholes = trace.plan, list[Subject]()
    for flow, name in enumerate(plan.flows.names):
        here = trace.counted(flow)
        whole = list(_whole(trace, flow, name, here))
        wholes += whole
        yield from whole
        for group in plan.flows.groups[flow]:
            member = (trace.demand.attributes[flow][group.attribute] == group.value) != group.others
            yield from _apart(trace, flow, group.name, here & member)
    if may_lock(plan):
        yield deadlock(trace)
    lines = list(_waits(trace, wait_limit_min))
    yield from lines
    yield from _recoveries(trace, lines)
    yield from _slots(trace)
    yield from _pools(trace)
    shifts = list(shifts_of(trace))
    yield from shifts
    if shifts:
        yield Workforce(staff_hours(trace, range(len(plan.pools.names)), plan.end_ms))
    yield from conducts(trace)
    yield from _shelves(trace)
    if plan.prices is not None:
        yield from bills([*wholes, *shifts], plan.prices)


def _whole(trace: Trace, flow: int, name: str, here: BoolArray) -> Iterator[Subject]:
    """The subjects of a flow. Only the entities in `here` count."""
    arrived, lost = int(here.sum()), int((trace.lost(flow) & here).sum())
    yield from _drivers(trace, flow, name, here)
    finished = int(((trace.finished_ms(flow) != NOT_YET) & here).sum())
    not_arrived = int((trace.arrival_ms(flow) >= trace.plan.end_ms).sum())
    yield Through(name, arrived, finished, lost, not_arrived)
    if Code.TRY in trace.plan.steps.code[trace.plan.steps_of(flow)]:
        yield Losses(name, _waiters(trace, flow, here), lost)
    yield from _trips(trace, flow)
    yield from _dwells(trace, flow, name, here)
    yield from _fees(trace, flow)
    yield from _booked(trace, flow, name, here)
    yield from _controls(trace, flow)


def _waiters(trace: Trace, flow: int, here: BoolArray) -> int:
    """How many entities in `here` may give up: they wait for goods with a patience."""
    tries = [step for step in trace.plan.steps_of(flow) if trace.plan.steps.code[step] == Code.TRY]
    return int((trace.takes_any(flow, tries) & here).sum())


def _apart(trace: Trace, flow: int, name: str, chosen: BoolArray) -> Iterator[Subject]:
    """A group of the flow's entities, measured apart."""
    yield from _drivers(trace, flow, name, chosen)
    yield from _dwells(trace, flow, name, chosen)
    yield from _booked(trace, flow, name, chosen)


def _waits(trace: Trace, limit_min: float) -> Iterator[Waits]:
    """Each line by flow and, where several flows share it, also as a whole."""
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


def _recoveries(trace: Trace, lines: Iterable[Waits]) -> Iterator[Recovery]:
    """Every line of a station or stock, all flows together, after every event."""
    plan, events = trace.plan, trace.plan.events
    # The line as a whole comes after the lines of its flows, and is the one that stays.
    wholes = {line.station: line for line in lines if line.station not in plan.services.names}
    calm_ms = int(events.from_ms.min(initial=plan.end_ms))
    for name, from_ms, until_ms in zip(events.names, events.from_ms.tolist(), events.until_ms.tolist(), strict=True):
        for place, line in wholes.items():
            yield Recovery(f"{place}/{name}", line.whole_length, calm_ms, from_ms, until_ms, plan.clock_ms)


def _drivers(trace: Trace, flow: int, name: str, chosen: BoolArray) -> Iterator[Drivers]:
    steps = trace.plan.steps
    bound = [step for step in trace.plan.steps_of(flow) if steps.driver[step] is not None]
    if not bound:
        return
    chosen = chosen & trace.takes_any(flow, bound)
    drivers = Drivers(name, *(np.zeros(int(chosen.sum())) for _ in range(4)))
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
            minutes += _elapsed_ms(trace, flow, column)[chosen] / MINUTE_MS
    yield drivers


def _elapsed_ms(trace: Trace, flow: int, column: int) -> IntArray:
    """Time between a stamp and the one before it; so far, where it was not reached; 0 where the one before was not.

    An entity that has given up spends no more time.
    """
    before, after = trace.column(flow, column - 1), trace.column(flow, column)
    until = np.where(after == NOT_YET, trace.plan.end_ms, after)
    return np.where((before == NOT_YET) | ((after == NOT_YET) & trace.lost(flow)), 0, until - before)


def _trips(trace: Trace, flow: int) -> Iterator[Trips]:
    stations = trace.plan.stations
    lines = [line for line in trace.lines if line.flow == flow and line.code in (Code.SERVE, Code.ENTER)]
    trips = [int(line.counted.sum()) for line in lines if stations.is_trip[line.target]]
    if trips:
        yield Trips(trace.plan.flows.names[flow], sum(trips))


def _dwells(trace: Trace, flow: int, name: str, chosen: BoolArray) -> Iterator[Dwell]:
    steps, arrival_ms, lost = trace.plan.steps, trace.arrival_ms(flow), trace.lost(flow)
    for step in trace.plan.steps_of(flow):
        milestone = steps.milestone[step]
        if milestone is not None:
            of = chosen if steps.milestone_of[step] == "all" else chosen & trace.concerned(flow, step)
            reached_ms = trace.done_ms(flow, step)[of]
            yield Dwell(name, milestone, arrival_ms[of], reached_ms, lost[of], trace.plan.end_ms)


def _fees(trace: Trace, flow: int) -> Iterator[Fees]:
    plan, terms = trace.plan, trace.plan.flows.late_fee[flow]
    if terms is None:
        return
    here = trace.counted(flow) & ~trace.lost(flow)
    attributes = trace.demand.attributes[flow]
    due_ms = trace.arrival_ms(flow)[here] + np.rint(attributes[terms.due][here] * MINUTE_MS).astype(np.int64)
    finished_ms = trace.finished_ms(flow)[here]
    until_ms = np.where(finished_ms == NOT_YET, plan.end_ms, finished_ms)
    late_days = -(-np.maximum(until_ms - due_ms, 0) // DAY_MS)
    yield Fees(plan.flows.names[flow], terms, attributes[terms.amount][here], late_days)


def _booked(trace: Trace, flow: int, name: str, among: BoolArray) -> Iterator[Booked]:
    plan, services = trace.plan, trace.plan.services
    for line in trace.lines:
        allowance_ms = int(plan.steps.booked_ms[line.step])
        if line.flow != flow or line.code != Code.BOARD or allowance_ms == NONE:
            continue
        arrival_ms = trace.arrival_ms(flow)
        chosen = trace.concerned(flow, line.step) & among & ~trace.lost(flow)
        ready_ms = arrival_ms[chosen] + allowance_ms
        departed_ms = trace.done_ms(flow, line.step)[chosen]
        own = np.flatnonzero(services.service == line.target)
        first = np.searchsorted(services.closes_ms[own], ready_ms, side="left")
        known = first < len(own)
        booked_ms = trace.departures.departs_ms[own][np.minimum(first, len(own) - 1)] if len(own) else ready_ms
        known &= booked_ms < plan.end_ms
        yield Booked(name, line.place, booked_ms[known], departed_ms[known], plan.end_ms)


def _controls(trace: Trace, flow: int) -> Iterator[Controls]:
    plan, steps, terms = trace.plan, trace.plan.steps, trace.plan.flows.control[flow]
    if terms is None:
        return
    at = {plan.stations.names.index(name) for name in terms.at}
    looks = [step for step in plan.steps_of(flow) if steps.code[step] == Code.SERVE and int(steps.target[step]) in at]
    done_ms = trace.done_ms(flow, looks[-1])
    done = (done_ms != NOT_YET) & trace.counted(flow)
    attributes = trace.demand.attributes[flow]
    controlled, non_compliant, hit = (
        np.asarray(attributes[name], dtype=np.bool_) for name in (terms.controlled, terms.non_compliant, terms.hit)
    )
    bound = [int(steps.stamp[step]) + place for step in looks if steps.driver[step] is not None for place in (0, 1)]
    spent_ms = sum(int(_elapsed_ms(trace, flow, column)[done].sum()) for column in bound)
    pools = {pool for station in at if plan.stations.is_inspection[station] for pool, _ in plan.needs_of(station)}
    yield Controls(
        plan.flows.names[flow],
        controlled[done],
        non_compliant[done],
        hit[done],
        int((hit & (done_ms >= plan.warm_up_ms) & (done_ms < plan.arrivals_end_ms)).sum()),
        staff_hours(trace, pools, plan.arrivals_end_ms),
        spent_ms / HOUR_MS,
    )


def _slots(trace: Trace) -> Iterator[Slots]:
    plan, services, when = trace.plan, trace.plan.services, trace.departures
    for service, name in enumerate(services.names):
        own = (services.service == service) & (services.slots > 0) & (when.closes_ms >= 0)
        left = own & (when.departs_ms >= plan.warm_up_ms) & (when.departs_ms < plan.end_ms)
        due = own & (services.departs_ms >= plan.warm_up_ms) & (services.departs_ms < plan.end_ms)
        taken = [
            trace.slots(line.flow, line.step)[line.entity][np.isin(line.start_ms, when.departs_ms[left])].sum()
            for line in trace.lines
            if line.code == Code.BOARD and line.target == service
        ]
        late_ms = np.minimum(when.departs_ms, plan.end_ms) - services.departs_ms
        yield Slots(name, services.slots[left], int(sum(taken)), late_ms[due] / MINUTE_MS)


def _pools(trace: Trace) -> Iterator[Use | Inspections]:
    plan, from_ms, until_ms = trace.plan, trace.plan.warm_up_ms, trace.plan.arrivals_end_ms
    for pool, name in enumerate(plan.pools.names):
        finishing = trace.finishing[pool]
        in_use_ms = trace.in_use[pool].area(from_ms, until_ms) + finishing.area(until_ms, plan.end_ms)
        there_ms = trace.on_duty[pool].area(from_ms, until_ms) + finishing.area(from_ms, plan.end_ms)
        yield Use(name, in_use_ms, there_ms, worked_ms(trace, pool, plan.end_ms))
    for station in np.flatnonzero(plan.stations.is_inspection).tolist():
        ends = [line.end_ms for line in trace.lines if line.place == plan.stations.names[station]]
        finished = sum(int(((end >= from_ms) & (end < until_ms)).sum()) for end in ends)
        hours = staff_hours(trace, dict(plan.needs_of(station)), until_ms)
        yield Inspections(plan.stations.names[station], finished, hours)


def _shelves(trace: Trace) -> Iterator[Shelf]:
    plan = trace.plan
    waited, lost = np.zeros((2, len(plan.stocks.names)), dtype=np.int64)
    for line in trace.lines:
        if line.code in (Code.TAKE, Code.TRY):
            gave_up = (line.start_ms != NOT_YET) & (trace.done_ms(line.flow, line.step)[line.entity] == NOT_YET)
            rows = trace.stock_rows(line.flow, line.step)[line.entity]
            waited += np.bincount(rows[line.counted & (gave_up | (line.waits_ms > 0))], minlength=len(waited))
            lost += np.bincount(rows[line.counted & gave_up], minlength=len(lost))
    for name, units, *counts in zip(plan.stocks.names, trace.shelves, waited.tolist(), lost.tolist(), strict=True):
        yield Shelf(name, units.since(plan.warm_up_ms), *counts)
