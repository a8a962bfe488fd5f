"""What must hold of every trace of every scenario. It is checked at the end of every run, in both engines."""

import numpy as np

from clearsim.plan import NOT_YET, Code, IntArray
from clearsim.trace import BoolArray, Line, Trace
from clearsim.units import MINUTE_MS


class ConservationError(AssertionError):
    """A trace that cannot be: the engine that made it is wrong. The message names the entity or the pool."""


def check(trace: Trace) -> None:
    """Raise `ConservationError` unless the trace conserves entities, time, capacity, slots and goods.

    Every entity's stamps follow one another, none at or after the end, none after one that was not reached. No pool's
    use grows above its capacity. No departure takes more than its slots or anyone after its cut-off. No shelf goes
    below 0. Little's law holds of every line to the millisecond: the area under the line is the sum of the waits.
    """
    for flow in range(len(trace.plan.flows.names)):
        _stamps_follow(trace, flow)
    for line in trace.lines:
        _littles_law(line)
    for pool in range(len(trace.plan.pools.names)):
        _capacity_holds(trace, pool)
    for service in range(len(trace.plan.services.names)):
        _departures_hold(trace, service)
    for name, units in zip(trace.plan.stocks.names, trace.shelves, strict=True):
        if units.value.size and units.value.min() < 0:
            at_ms = units.at_ms[units.value.argmin()]
            raise ConservationError(f"stock {name}: {units.value.min()} units at {_minute(at_ms)}")


def _stamps_follow(trace: Trace, flow: int) -> None:
    plan, name, stamps = trace.plan, trace.plan.flows.names[flow], trace.stamps(flow)
    # Without their sign, stamps not reached are the largest numbers: one comparison says that none comes before
    # another, and none after one that was not reached. Only where it fails is there a column to look for.
    unsigned = stamps.view(np.uint64)
    arrival = trace.column(flow, -1).view(np.uint64)
    follow = bool((unsigned[:, :1] >= arrival[:, None]).all() and (unsigned[:, 1:] >= unsigned[:, :-1]).all())
    if follow and stamps.max(initial=NOT_YET) < plan.end_ms and stamps.min(initial=0) >= NOT_YET:
        return
    for column in range(stamps.shape[1]):
        before, after = trace.column(flow, column - 1), trace.column(flow, column)
        _refuse(name, column, (after != NOT_YET) & (before == NOT_YET), "is stamped, the one before it is not")
        _refuse(name, column, (after != NOT_YET) & (after < before), "lies before the one before it")
        _refuse(name, column, after >= plan.end_ms, "lies at or after the end of the run")
        _refuse(name, column, after < NOT_YET, "is no time at all")


def _refuse(flow: str, column: int, wrong: BoolArray, what: str) -> None:
    if wrong.any():
        raise ConservationError(
            f"{flow} {int(wrong.argmax())}: stamp {column} {what} ({int(wrong.sum())} such entities)"
        )


def _littles_law(line: Line) -> None:
    area, waits = line.length.area(), int(line.waits_ms.sum())
    if area != waits:
        raise ConservationError(f"{line.place}: the area under the line is {area} ms, the sum of the waits {waits} ms")


def _capacity_holds(trace: Trace, pool: int) -> None:
    name, capacity, used = trace.plan.pools.names[pool], trace.on_duty[pool], trace.in_use[pool]
    if used.value.size and used.value.min() < 0:
        raise ConservationError(f"pool {name}: more was released than seized")
    above = used.value > capacity.at(used.at_ms)
    if not above.any():
        return
    # Above capacity work is only finished. Nobody starts, even where another ends at that instant.
    at_ms = used.at_ms[above]
    for line in trace.lines:
        if line.code in (Code.SERVE, Code.ENTER) and pool in dict(trace.plan.needs_of(line.target)):
            wrong = np.isin(line.start_ms, at_ms)
            if wrong.any():
                first = int(wrong.argmax())
                flow, entity = trace.plan.flows.names[line.flow], int(line.entity[first])
                raise ConservationError(
                    f"pool {name}: {flow} {entity} starts at {_minute(line.start_ms[first])}, above capacity"
                )


def _departures_hold(trace: Trace, service: int) -> None:
    """Departures of a service that leave at the same moment count as one: stamps do not say who went with which."""
    plan, when, name = trace.plan, trace.departures, trace.plan.services.names[service]
    own = when.order[plan.services.service[when.order] == service]
    left_ms, moment = np.unique(when.departs_ms[own], return_inverse=True)
    closes_ms, slots, taken = np.zeros((3, len(left_ms)), dtype=np.int64)
    np.maximum.at(closes_ms, moment, when.closes_ms[own])
    np.add.at(slots, moment, plan.services.slots[own])
    for line in trace.lines:
        if line.code != Code.BOARD or line.target != service:
            continue
        gone = line.start_ms != NOT_YET
        index = np.searchsorted(left_ms, line.start_ms[gone])
        on_time = index < len(left_ms)
        on_time[on_time] = left_ms[index[on_time]] == line.start_ms[gone][on_time]
        missed = ~on_time
        missed[on_time] = line.joined_ms[gone][on_time] > closes_ms[index[on_time]]
        if missed.any():
            entity = int(line.entity[gone][missed.argmax()])
            raise ConservationError(f"{plan.flows.names[line.flow]} {entity} left with a {name} that it had missed")
        np.add.at(taken, index, trace.slots(line.flow, line.step)[line.entity[gone]])
    if (taken > slots).any():
        raise ConservationError(f"service {name}: a departure left with more than its slots")


def _minute(at_ms: IntArray | int) -> str:
    return f"minute {int(at_ms) / MINUTE_MS:g}"
