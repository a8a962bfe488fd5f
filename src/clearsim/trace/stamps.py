"""The trace: when every entity did every step. Everything that is measured is a difference of two of its stamps."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from clearsim.demand import Demand
from clearsim.plan import NONE, NOT_YET, PROPORTIONAL, STAMPS, Code, IntArray, Plan
from clearsim.trace.departures import Departures, departures_of
from clearsim.trace.levels import Level, level, steps, together
from clearsim.trace.lines import LINED, BoolArray, Line


@dataclass(frozen=True, eq=False)
class Trace:
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

    def column(self, flow: int, column: int) -> IntArray:
        """One stamp of every entity of the flow: shape (entities,). Column -1 is the arrival, `NOT_YET` if too late."""
        if column >= 0:
            return np.asarray(self._columns[flow][column])
        arrival_ms = self.arrival_ms(flow)
        return np.where(arrival_ms < self.plan.end_ms, arrival_ms, NOT_YET)

    @cached_property
    def _columns(self) -> list[IntArray]:
        # Engines write row by row, and measures read column by column. One transposition makes reading fast.
        return [_transposed(self.stamps(flow)) for flow in range(len(self.plan.flows.names))]

    def entities(self, flow: int) -> int:
        """How many entities the flow has."""
        return int(self.demand.first[flow + 1] - self.demand.first[flow])

    def arrival_ms(self, flow: int) -> IntArray:
        """When the flow's entities arrived: shape (entities,)."""
        return self.demand.arrival_ms[self.demand.rows(flow)]

    def finished_ms(self, flow: int) -> IntArray:
        """When the flow's entities finished, `NOT_YET` for those inside: shape (entities,)."""
        return self.column(flow, int(self.plan.flows.stamps[flow]) - 1)

    def left_ms(self, flow: int) -> IntArray:
        """When the flow's entities finished or gave up, `NOT_YET` for those inside: shape (entities,)."""
        last_ms = self.stamps(flow).max(axis=1, initial=NOT_YET)
        return np.where(self.lost(flow), last_ms, self.finished_ms(flow))

    def done_ms(self, flow: int, step: int) -> IntArray:
        """When the flow's entities were done with a step (or passed it by): shape (entities,)."""
        return self.column(flow, self._stamps_until(flow, step + 1) - 1)

    def lost(self, flow: int) -> BoolArray:
        """Which of the flow's entities gave up waiting for a stock: shape (entities,)."""
        lost = np.zeros(self.entities(flow), dtype=np.bool_)
        own = self.plan.steps_of(flow)
        tries = np.flatnonzero(self.plan.steps.code[own.start : own.stop] == Code.TRY) + own.start
        for first in self.plan.steps.stamp[tries].tolist():
            lost |= (self.column(flow, first) != NOT_YET) & (self.column(flow, first + 1) == NOT_YET)
        return lost

    def counted(self, flow: int) -> BoolArray:
        """Which of the flow's entities KPIs count: those that arrive when the warm-up is over and the run is not."""
        return self.arrived(flow) & (self.arrival_ms(flow) >= self.plan.warm_up_ms)

    def arrived(self, flow: int) -> BoolArray:
        """Which of the flow's entities arrive before the end of the run: shape (entities,).

        A companion that takes no step is not there: the declaration of a truck that does not report is never filed.
        """
        here = np.asarray(self.arrival_ms(flow) < self.plan.end_ms)
        return here & self.takes_any(flow, self.plan.steps_of(flow)) if self.plan.flows.is_companion[flow] else here

    def concerned(self, flow: int, step: int) -> BoolArray:
        """Which of the flow's entities take the step rather than pass it by: shape (entities,)."""
        flags = self.demand.flags[self.demand.rows(flow)]
        only, unless = self.plan.steps.only[step], self.plan.steps.unless[step]
        if not only and not unless:
            return np.ones(len(flags), dtype=np.bool_)
        return np.asarray(((flags & only) == only) & ((flags & unless) == 0))

    def takes_any(self, flow: int, steps: Iterable[int]) -> BoolArray:
        """Which of the flow's entities take at least one of these steps of it: shape (entities,)."""
        takes = np.zeros(self.entities(flow), dtype=np.bool_)
        for step in steps:
            takes |= self.concerned(flow, step)
        return takes

    def stock_rows(self, flow: int, step: int) -> IntArray:
        """The stock row that each entity of the flow takes from or puts into at a step: shape (entities,)."""
        return int(self.plan.steps.target[step]) + self._numbers(flow, step)

    def slots(self, flow: int, step: int) -> IntArray:
        """The slots that each entity of the flow takes as it boards at a step: shape (entities,)."""
        return self._numbers(flow, step)

    def _numbers(self, flow: int, step: int) -> IntArray:
        """The step's number: its own for all, or that of each entity."""
        column = int(self.plan.steps.column[step])
        if column == NONE or not self.entities(flow):
            return np.full(self.entities(flow), self.plan.steps.number[step])
        return self.demand.numbers(flow)[:, column]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every line that entities of a flow may join, in the order of the flows and their steps."""
        return tuple(
            self._line(flow, step)
            for flow in range(len(self.plan.flows.names))
            for step in self.plan.steps_of(flow)
            if self.plan.steps.code[step] in LINED
        )

    def _line(self, flow: int, step: int) -> Line:
        plan, steps = self.plan, self.plan.steps
        code, first, target = Code(int(steps.code[step])), int(steps.stamp[step]), int(steps.target[step])
        joined = self.column(flow, first - 1)
        start = end = self.column(flow, first)
        if code == Code.SERVE:
            end = self.column(flow, first + 1)
        elif code == Code.ENTER:
            end = self.done_ms(flow, plan.leave_of(flow, step))
        chosen = np.flatnonzero(self.concerned(flow, step) & (joined != NOT_YET))
        counted = self.counted(flow)[chosen]
        if len(chosen) < len(joined):
            joined, start, end = joined[chosen], start[chosen], end[chosen]
        place = plan.place_of(step)
        return Line(flow, step, code, target, place, chosen, counted, joined, start, end, plan.warm_up_ms, plan.end_ms)

    @cached_property
    def departures(self) -> Departures:
        """When every departure of the plan closed and left."""
        return departures_of(self.plan, self.demand)

    @cached_property
    def inside(self) -> Level:
        """How many entities of all flows are inside, over time: arrived, and neither finished nor gone."""
        changes: list[tuple[IntArray, int]] = []
        for flow in range(len(self.plan.flows.names)):
            came_ms, left_ms = self.column(flow, -1), self.left_ms(flow)
            changes += [(came_ms[came_ms != NOT_YET], 1), (left_ms[left_ms != NOT_YET], -1)]
        return level(changes, self.plan.end_ms)

    @cached_property
    def on_duty(self) -> tuple[Level, ...]:
        """The capacity of every pool over time."""
        owns = [self.capacity_pool == pool for pool in range(len(self.plan.pools.names))]
        return tuple(Level(self.capacity_ms[own], self.capacity[own], self.plan.end_ms) for own in owns)

    @cached_property
    def in_use(self) -> tuple[Level, ...]:
        """How many of every pool were held, over time."""
        changes: list[list[tuple[IntArray, int]]] = [[] for _ in self.plan.pools.names]
        for line in self.lines:
            if line.code not in (Code.SERVE, Code.ENTER):
                continue
            started, ended = line.start_ms[line.start_ms != NOT_YET], line.end_ms[line.end_ms != NOT_YET]
            for pool, count in self.plan.needs_of(line.target):
                changes[pool] += [(started, count), (ended, -count)]
        return tuple(level(parts, self.plan.end_ms) for parts in changes)

    @cached_property
    def sharing(self) -> tuple[tuple[int, ...], ...]:
        """For every pool, the pools that share its people, itself included, in the order of the rule."""
        rules = self.plan.rules
        pools = [tuple(rules.pool[first:last].tolist()) for first, last in pairwise(rules.first.tolist())]
        shared = {pool: pools[rule] for rule in np.flatnonzero(rules.kind == PROPORTIONAL) for pool in pools[rule]}
        return tuple(shared.get(pool, (pool,)) for pool in range(len(self.plan.pools.names)))

    @cached_property
    def people(self) -> tuple[Level, ...]:
        """How many members of every pool are on duty, over time.

        This is the pool's capacity; but people who are shared among pools count in the pool whose roster they are on,
        wherever they work, and on the way.
        """
        pools, end_ms = self.plan.pools, self.plan.end_ms
        owns = [pools.change_pool == pool for pool in range(len(pools.names))]
        return tuple(
            there if group == (pool,) else Level(pools.change_ms[owns[pool]], pools.change_capacity[owns[pool]], end_ms)
            for pool, (there, group) in enumerate(zip(self.on_duty, self.sharing, strict=True))
        )

    @cached_property
    def finishing(self) -> tuple[Level, ...]:
        """How many of every pool are in use above its capacity, over time: they finish what they began."""
        return tuple(used.above(there) for used, there in zip(self.in_use, self.on_duty, strict=True))

    @cached_property
    def staying(self) -> tuple[Level, ...]:
        """How many members of every pool finish what they began and are not on duty, over time.

        All that are `finishing`; but pools that share people have only as many as are in use in all of them above the
        people of all of them, and these are handed out to the pools in the order of the rule.
        """
        staying = list(self.finishing)
        for group in sorted({group for group in self.sharing if len(group) > 1}):
            kinds = (self.in_use, self.people, self.finishing)
            moments, values = together([levels[pool] for levels in kinds for pool in group])
            in_use, on_duty, finishing = values.reshape(3, len(group), -1)
            left = np.maximum((in_use - on_duty).sum(axis=0), 0)
            for pool, most in zip(group, finishing, strict=True):
                staying[pool] = steps(moments, np.minimum(most, left), self.plan.end_ms)
                left = np.maximum(left - most, 0)
        return tuple(staying)

    @cached_property
    def shelves(self) -> tuple[Level, ...]:
        """Units of every row of the stocks, over time."""
        opening = self.plan.stocks.opening.tolist()
        changes: list[list[tuple[IntArray, int]]] = [[(np.zeros(1, dtype=np.int64), units)] for units in opening]
        for flow in range(len(self.plan.flows.names)):
            for step in self.plan.steps_of(flow):
                if self.plan.steps.code[step] not in (Code.TAKE, Code.TRY, Code.PUT):
                    continue
                moved_ms, rows = self.done_ms(flow, step), self.stock_rows(flow, step)
                chosen = self.concerned(flow, step) & (moved_ms != NOT_YET)
                sign = 1 if self.plan.steps.code[step] == Code.PUT else -1
                for row in np.unique(rows[chosen]).tolist():
                    changes[row].append((moved_ms[chosen & (rows == row)], sign * int(self.plan.steps.amount[step])))
        return tuple(level(parts, self.plan.end_ms) for parts in changes)

    def _stamps_until(self, flow: int, step: int) -> int:
        """How many stamps the flow's steps before this one leave."""
        rows = range(int(self.plan.flows.first_step[flow]), step)
        return sum(STAMPS.get(Code(int(self.plan.steps.code[row])), 0) for row in rows)


def capacity_changes(ms: IntArray, pool: IntArray, capacity: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """What engines note of capacities, in order of (ms, pool): of each moment the last, and only what changed.

    The notes are in the order in which they were made.

    >>> import numpy as np
    >>> notes = np.array([[0, 1, 4], [0, 0, 2], [5, 0, 3], [5, 0, 2], [9, 1, 5]]).T
    >>> [column.tolist() for column in capacity_changes(*notes)]
    [[0, 0, 9], [0, 1, 1], [2, 4, 5]]
    """
    by_pool = np.lexsort((ms, pool))  # stable: notes of one moment stay in their order
    ms, pool, capacity = ms[by_pool], pool[by_pool], capacity[by_pool]
    last = np.append((ms[1:] != ms[:-1]) | (pool[1:] != pool[:-1]), True)[: len(ms)]
    ms, pool, capacity = ms[last], pool[last], capacity[last]
    changed = np.append(True, (pool[1:] != pool[:-1]) | (capacity[1:] != capacity[:-1]))[: len(ms)]
    ms, pool, capacity = ms[changed], pool[changed], capacity[changed]
    by_time = np.lexsort((pool, ms))
    return ms[by_time], pool[by_time], capacity[by_time]


def stamp_first(plan: Plan, demand: Demand) -> IntArray:
    """Where the stamps of every flow begin, and last how many there are: shape (flows + 1,)."""
    return np.concatenate([[0], np.cumsum(np.diff(demand.first) * plan.flows.stamps)]).astype(np.int64)


def _transposed(table: IntArray) -> IntArray:
    """The table's columns as rows. It is copied in blocks that fit into the processor's cache."""
    transposed = np.empty(table.shape[::-1], dtype=np.int64)
    for first in range(0, len(table), 4096):
        transposed[:, first : first + 4096] = table[first : first + 4096].T
    return transposed
