"""The trace: when every entity did every step. All that is measured is a difference of two stamps in it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.plan import NOT_YET, STAMPS, Code, IntArray, Plan

BoolArray = npt.NDArray[np.bool_]


class Trace(NamedTuple):
    """Stamps in ms since the start, `NOT_YET` where the run ended first, and the capacity that every pool had.

    Flow `f`'s stamps are the rows of `stamp[stamp_first[f]:stamp_first[f + 1]]`, one row an entity, one column a
    stamp. Pool `capacity_pool[i]` has `capacity[i]` from `capacity_ms[i]` on, in order of (ms, pool).
    """

    plan: Plan
    demand: Demand
    stamp: IntArray
    stamp_first: IntArray
    capacity_ms: IntArray
    capacity_pool: IntArray
    capacity: IntArray

    def stamps(self, flow: int) -> IntArray:
        """The stamps of one flow: shape (entities, stamps)."""
        table = self.stamp[self.stamp_first[flow] : self.stamp_first[flow + 1]]
        return table.reshape(self.entities(flow), int(self.plan.flows.stamps[flow]))

    def entities(self, flow: int) -> int:
        """How many entities the flow has."""
        return int(self.demand.first[flow + 1] - self.demand.first[flow])

    def arrival_ms(self, flow: int) -> IntArray:
        """When the flow's entities arrived: shape (entities,)."""
        return self.demand.arrival_ms[self.demand.rows(flow)]

    def finished_ms(self, flow: int) -> IntArray:
        """When the flow's entities finished, `NOT_YET` for those inside: shape (entities,)."""
        return stamp_before(self, flow, int(self.plan.flows.stamps[flow]))

    def concerned(self, flow: int, step: int) -> BoolArray:
        """Which of the flow's entities take the step rather than pass it by: shape (entities,)."""
        flags = self.demand.flags[self.demand.rows(flow)]
        only, unless = self.plan.steps.only[step], self.plan.steps.unless[step]
        return np.asarray(((flags & only) == only) & ((flags & unless) == 0))

    def lines(self) -> Iterator["Line"]:
        """Every line that entities of a flow may join, in the order of the flows and their steps."""
        for flow in range(len(self.plan.flows.names)):
            for step in self.plan.steps_of(flow):
                if self.plan.steps.code[step] in (Code.SERVE, Code.ENTER, Code.BOARD, Code.TAKE):
                    yield line(self, flow, step)


class Line(NamedTuple):
    """The waits of one flow at one step: of those who joined, row by row.

    `entity` is the row within the flow; `start_ms` is `NOT_YET` for those who still wait, `end_ms` for those who
    still hold what they were granted. A boarding ends where it starts: at the departure.
    """

    flow: int
    step: int
    place: str
    entity: IntArray
    joined_ms: IntArray
    start_ms: IntArray
    end_ms: IntArray

    def waits_ms(self, end_ms: int) -> IntArray:
        """Waits from joining to the start; of those who still wait at `end_ms`, the wait so far."""
        return np.where(self.start_ms == NOT_YET, end_ms, self.start_ms) - self.joined_ms


def line(trace: Trace, flow: int, step: int) -> Line:
    """The line of a step that may have to wait (`Serve`, `Enter`, `Board`, `Take`)."""
    plan, stamps = trace.plan, trace.stamps(flow)
    code, first = Code(int(plan.steps.code[step])), int(plan.steps.stamp[step])
    joined = stamp_before(trace, flow, first)
    start = stamps[:, first]
    end = start
    if code == Code.SERVE:
        end = stamps[:, first + 1]
    elif code == Code.ENTER:
        end = stamp_before(trace, flow, stamps_until(plan, flow, _leave(plan, flow, step)))
    chosen = np.flatnonzero(trace.concerned(flow, step) & (joined != NOT_YET))
    names = {Code.BOARD: plan.services.names, Code.TAKE: tuple(n.partition("/")[0] for n in plan.stocks.names)}
    place = names.get(code, plan.stations.names)[int(plan.steps.target[step])]
    return Line(flow, step, place, chosen, joined[chosen], start[chosen], end[chosen])


def _leave(plan: Plan, flow: int, enter: int) -> int:
    return next(
        step
        for step in plan.steps_of(flow)
        if step > enter and plan.steps.code[step] == Code.LEAVE and plan.steps.target[step] == plan.steps.target[enter]
    )


def stamps_until(plan: Plan, flow: int, step: int) -> int:
    """How many stamps the flow's steps before this one leave."""
    rows = range(int(plan.flows.first_step[flow]), step)
    return sum(STAMPS.get(Code(int(plan.steps.code[row])), 0) for row in rows)


def stamp_before(trace: Trace, flow: int, column: int) -> IntArray:
    """The stamp before stamp column `column`: the previous column, or the arrival (`NOT_YET` if after the end)."""
    if column > 0:
        return trace.stamps(flow)[:, column - 1]
    arrival = trace.arrival_ms(flow)
    return np.where(arrival < trace.plan.end_ms, arrival, NOT_YET)
