"""What must hold of every trace, whatever the scenario: checked at the end of every run, in both engines."""

import numpy as np

from clearsim.measures.levels import level
from clearsim.measures.subjects import in_use, on_duty, shelf_levels
from clearsim.plan import NOT_YET, Code, IntArray
from clearsim.trace import Line, Trace, stamp_before
from clearsim.units import MINUTE_MS


class ConservationError(AssertionError):
    """A trace that cannot be: the engine that made it is wrong. The message names the entity or the pool."""


def check(trace: Trace) -> None:
    """Raise `ConservationError` unless the trace conserves entities, time, capacity, slots and goods.

    Every entity's stamps follow one another, none at or after the end, none after one that was not reached. No pool's
    use grows above its capacity. No departure takes more than its slots or anyone after its cut-off. No shelf goes
    below 0. Little's law holds of every line to the millisecond: the area under the line is the sum of the waits.
    """
    lines = list(trace.lines())
    for flow in range(len(trace.plan.flows.names)):
        _stamps_follow(trace, flow)
    for line in lines:
        _littles_law(trace, line)
    _capacity_holds(trace, lines)
    _departures_hold(trace, lines)
    for name, units in zip(trace.plan.stocks.names, shelf_levels(trace, lines), strict=True):
        if units.value.size and units.value.min() < 0:
            at_ms = units.at_ms[units.value.argmin()]
            raise ConservationError(f"stock {name}: {units.value.min()} units at {_minute(at_ms)}")


def _stamps_follow(trace: Trace, flow: int) -> None:
    plan, name = trace.plan, trace.plan.flows.names[flow]
    for column in range(int(plan.flows.stamps[flow])):
        before, after = stamp_before(trace, flow, column), trace.stamps(flow)[:, column]
        _refuse(name, column, (after != NOT_YET) & (before == NOT_YET), "is stamped, the one before it is not")
        _refuse(name, column, (after != NOT_YET) & (after < before), "lies before the one before it")
        _refuse(name, column, after >= plan.end_ms, "lies at or after the end of the run")


def _refuse(flow: str, column: int, wrong: np.ndarray[tuple[int], np.dtype[np.bool_]], what: str) -> None:
    if wrong.any():
        raise ConservationError(
            f"{flow} {int(wrong.argmax())}: stamp {column} {what} ({int(wrong.sum())} such entities)"
        )


def _littles_law(trace: Trace, line: Line) -> None:
    end_ms = trace.plan.end_ms
    started = line.start_ms[line.start_ms != NOT_YET]
    area, waits = level(line.joined_ms, started, end_ms).area(), int(line.waits_ms(end_ms).sum())
    if area != waits:
        raise ConservationError(f"{line.place}: the area under the line is {area} ms, the sum of the waits {waits} ms")


def _capacity_holds(trace: Trace, lines: list[Line]) -> None:
    seized = _seized_ms(trace, lines)
    for name, capacity, used, at_ms in zip(
        trace.plan.pools.names, on_duty(trace), in_use(trace, lines), seized, strict=True
    ):
        # Nobody starts above capacity, even where another ends at that instant and the use does not grow.
        above = (used.value > capacity.at(used.at_ms)) & np.isin(used.at_ms, at_ms)
        if above.any():
            first = int(above.argmax())
            raise ConservationError(
                f"pool {name}: {used.value[first]} in use at {_minute(used.at_ms[first])}, above capacity"
            )
        if used.value.size and used.value.min() < 0:
            raise ConservationError(f"pool {name}: more was released than seized")


def _departures_hold(trace: Trace, lines: list[Line]) -> None:
    plan, services = trace.plan, trace.plan.services
    for service, name in enumerate(services.names):
        boardings = [
            line
            for line in lines
            if plan.steps.code[line.step] == Code.BOARD and plan.steps.target[line.step] == service
        ]
        own = np.flatnonzero(services.service == service)
        taken = np.zeros(len(own), dtype=np.int64)
        for line in boardings:
            gone = line.start_ms != NOT_YET
            index = np.searchsorted(services.departs_ms[own], line.start_ms[gone])
            on_time = index < len(own)
            on_time[on_time] = services.departs_ms[own][index[on_time]] == line.start_ms[gone][on_time]
            late = ~on_time
            late[on_time] = line.joined_ms[gone][on_time] > services.closes_ms[own][index[on_time]]
            if late.any():
                entity = int(line.entity[gone][late.argmax()])
                raise ConservationError(f"{plan.flows.names[line.flow]} {entity} left with a {name} that it had missed")
            np.add.at(taken, index, 1)
        if (taken > services.slots[own]).any():
            raise ConservationError(f"service {name}: a departure left with more than its slots")


def _minute(at_ms: IntArray | int) -> str:
    return f"minute {int(at_ms) / MINUTE_MS:g}"


def _seized_ms(trace: Trace, lines: list[Line]) -> list[IntArray]:
    """When some of each pool were seized."""
    stations = trace.plan.stations
    result: list[list[IntArray]] = [[] for _ in trace.plan.pools.names]
    for line in lines:
        if trace.plan.steps.code[line.step] in (Code.SERVE, Code.ENTER):
            station = int(trace.plan.steps.target[line.step])
            for pool in stations.need_pool[stations.need_first[station] : stations.need_first[station + 1]]:
                result[pool].append(line.start_ms[line.start_ms != NOT_YET])
    return [np.concatenate([*parts, np.empty(0, dtype=np.int64)]) for parts in result]
