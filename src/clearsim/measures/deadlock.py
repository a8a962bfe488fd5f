"""Deadlock at the end of a run: who can never move again, since when, and who holds what meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clearsim.measures.kpi import UNDEFINED, Everything, kpi
from clearsim.plan import NONE, NOT_YET, STAMPS, Code, IntArray, Plan
from clearsim.trace import BoolArray, Trace
from clearsim.units import HOUR_MS

WAITS = (Code.SERVE, Code.ENTER, Code.AWAIT)
"""The steps at which an entity may wait for what others hold, or for one who waits for that."""


class Held(NamedTuple):
    """What the locked entities of a flow hold of a pool: so many `units`, by so many `entities`."""

    flow: str
    pool: str
    entities: int
    units: int


@dataclass(frozen=True)
class Deadlock(Everything):
    """The entities of all flows that can never move again when the run ends, of those that arrived.

    The first of them were locked at `since_ms`; None where nobody is. `held` is what they hold, by flow and pool.
    """

    locked: int
    arrived: int
    since_ms: int | None
    held: tuple[Held, ...]


@kpi("units", "locked at the end", better="less")
def locked(d: Deadlock) -> float:
    """How many entities can never move again when the run ends (a deadlock).

    They wait for pools that are held by entities that wait in the same way, or for a partner that does. Entities that
    wait for goods, for a departure, for a closed pool, or for an entity that can still move are not locked. Measured
    where a flow waits between `Enter` and `Leave`.
    """
    return float(d.locked)


@kpi("h", "locked from")
def locked_from(d: Deadlock) -> float:
    """Hours from the start of the run until the first of the locked entities moves for the last time.

    Undefined in runs without a deadlock, so its n is the number of replications with one.
    """
    return UNDEFINED if d.since_ms is None else d.since_ms / HOUR_MS


def may_lock(plan: Plan) -> bool:
    """Whether a flow waits for anything between `Enter` and `Leave`: without that no entity is ever locked."""
    return any(
        plan.steps.code[step] in WAITS
        for flow in range(len(plan.flows.names))
        for enter, leave in _brackets(plan, flow)
        for step in range(enter + 1, leave)
    )


def deadlock(trace: Trace) -> Deadlock:
    """The entities that can never move again in the state at the end of the run.

    At first every entity that waits for a station or a partner is assumed to be locked. It is freed if the needs of its
    station fit into what the locked entities leave of the pools at their largest (`Plan.most`), or if its partner is
    not locked. This is repeated until no further entity is freed; those that are left wait for each other. All others
    are assumed to release one day what they hold, and every pool to open. So no entity is called locked that could
    still move.
    """
    waiting = _Waiting.at_the_end_of(trace)
    everybody = np.ones(len(waiting.since_ms), dtype=np.bool_)
    chosen = waiting.locked(everybody)
    arrived = sum(int(trace.arrived(flow).sum()) for flow in range(len(trace.plan.flows.names)))
    since_ms = _since_ms(waiting, chosen) if chosen.any() else None
    return Deadlock(int(chosen.sum()), arrived, since_ms, tuple(_held(trace.plan, waiting, chosen)))


class _Hold(NamedTuple):
    """The rows of those waiting who have entered a station and not left it."""

    flow: int
    station: int
    rows: IntArray


@dataclass(frozen=True, eq=False)
class _Waiting:
    """Those who wait for a station or a partner at the end of the run, a row each, and what they hold.

    `station` is `NONE` for those who wait for a partner; `partner` is the row of the one they wait for, `NONE` where
    it does not wait itself.
    """

    plan: Plan
    since_ms: IntArray
    station: IntArray
    partner: IntArray
    holds: tuple[_Hold, ...]

    @classmethod
    def at_the_end_of(cls, trace: Trace) -> "_Waiting":
        """Everyone who waits, flow after flow."""
        plan, steps = trace.plan, trace.plan.steps
        since, station, partner, holds = list[IntArray](), list[IntArray](), list[IntArray](), list[_Hold]()
        row_of, first = np.full(len(trace.demand.arrival_ms), NONE), 0
        for flow in range(len(plan.flows.names)):
            entity, step, since_ms = _waiting_in(trace, flow)
            awaits = steps.code[step] == Code.AWAIT
            since.append(since_ms)
            station.append(np.where(awaits, NONE, steps.target[step]))
            partner.append(np.where(awaits, trace.demand.first[steps.target[step] * awaits] + entity, NONE))
            row_of[trace.demand.first[flow] + entity] = first + np.arange(len(entity))
            for enter, leave in _brackets(plan, flow):
                inside = (enter < step) & (step < leave) & trace.concerned(flow, enter)[entity]
                holds.append(_Hold(flow, int(steps.target[enter]), first + np.flatnonzero(inside)))
            first += len(entity)
        partners = np.concatenate(partner)
        partners = np.where(partners == NONE, NONE, row_of[partners])
        return cls(plan, np.concatenate(since), np.concatenate(station), partners, tuple(holds))

    def locked(self, among: BoolArray) -> BoolArray:
        """Which of these wait for each other for ever; all others are taken to release what they hold."""
        most = np.array([self.plan.most(pool) for pool in range(len(self.plan.pools.names))], dtype=np.int64)
        while True:
            held = np.zeros_like(most)
            for hold in self.holds:
                for pool, count in self.plan.needs_of(hold.station):
                    held[pool] += count * int(among[hold.rows].sum())
            lacks = self._lacks(most - held) & ~self._lacks(most)  # a station that is always closed locks nobody
            behind = (self.partner != NONE) & among[self.partner]
            still = among & np.where(self.station == NONE, behind, lacks[self.station])
            if (still == among).all():
                return still
            among = still

    def _lacks(self, free: IntArray) -> BoolArray:
        """Which stations need more of a pool than there is; the last, `NONE`, does not."""
        stations = self.plan.stations
        station = np.repeat(np.arange(len(stations.names)), np.diff(stations.need_first))
        short = stations.need_count > free[stations.need_pool]
        return np.bincount(station[short], minlength=len(stations.names) + 1) > 0


def _waiting_in(trace: Trace, flow: int) -> tuple[IntArray, IntArray, IntArray]:
    """Those of a flow who wait for a station or a partner at the end: the entity, at which step, since when."""
    steps = trace.plan.steps
    rows = [step for step in trace.plan.steps_of(flow) for _ in range(STAMPS.get(Code(int(steps.code[step])), 0))]
    step_of = np.array([*rows, NONE], dtype=np.int64)
    waits_at = np.isin(steps.code[step_of], WAITS) & (steps.stamp[step_of] == np.arange(len(step_of)))
    inside = (trace.column(flow, -1) != NOT_YET) & (trace.finished_ms(flow) == NOT_YET) & ~trace.lost(flow)
    entity = np.flatnonzero(inside)
    stamps = np.column_stack([trace.arrival_ms(flow)[entity], trace.stamps(flow)[entity]])
    reached = (stamps != NOT_YET).sum(axis=1) - 1
    waits = waits_at[reached]
    return entity[waits], step_of[reached][waits], stamps[np.arange(len(entity)), reached][waits]


def _since_ms(waiting: _Waiting, chosen: BoolArray) -> int:
    """The first moment at which some of the locked were locked already, by those alone who waited by then."""
    moments = np.unique(waiting.since_ms[chosen])
    low, high = 0, len(moments) - 1
    while low < high:
        middle = (low + high) // 2
        if waiting.locked(chosen & (waiting.since_ms <= moments[middle])).any():
            high = middle
        else:
            low = middle + 1
    return int(moments[low])


def _held(plan: Plan, waiting: _Waiting, chosen: BoolArray) -> Iterator[Held]:
    for flow, name in enumerate(plan.flows.names):
        own = [hold for hold in waiting.holds if hold.flow == flow]
        for pool, pool_name in enumerate(plan.pools.names):
            holders, units = np.zeros(len(chosen), dtype=np.bool_), 0
            for hold in own:
                rows = hold.rows[chosen[hold.rows]]
                count = dict(plan.needs_of(hold.station)).get(pool, 0)
                holders[rows] |= count > 0
                units += count * len(rows)
            if units:
                yield Held(name, pool_name, int(holders.sum()), units)


def _brackets(plan: Plan, flow: int) -> Iterator[tuple[int, int]]:
    """Every `Enter` of the flow with its `Leave`."""
    opened: dict[int, int] = {}
    for step in plan.steps_of(flow):
        if plan.steps.code[step] == Code.ENTER:
            opened[int(plan.steps.target[step])] = step
        elif plan.steps.code[step] == Code.LEAVE:
            yield opened.pop(int(plan.steps.target[step])), step
