"""The tables of one run, made from plan and demand."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.engines.checks import looks_at_patience
from clearsim.engines.kernel.records import (
    END,
    EVENT,
    FLOW,
    LINE,
    NEVER,
    SLOT,
    STEP,
    Changes,
    Closings,
    Drawn,
    Duty,
    Events,
    Groups,
    Inside,
    Notes,
    OutOfPatience,
    PoolState,
    Rows,
    RuleState,
    StationState,
    Table,
    Tables,
)
from clearsim.plan import NONE, STAMPS, Code, IntArray, Paces, Plan, Rules, frozen
from clearsim.trace import departures_of, stamp_first


def tables_of(plan: Plan, demand: Demand) -> Tables:
    """The tables of one run. They are used once, since the kernel writes its state into them.

    There is a slot for every entity, and an event for every slot, every departure and every look at patience: as many
    as there can ever be. Rows that are never used are never written; they take addresses but no memory.
    """
    group_of = _group_of_stations(plan)
    flows, order = _flows(plan, demand)
    looks = looks_at_patience(plan, demand)
    return Tables(
        end_ms=plan.end_ms,
        steps=_steps(plan, demand),
        flows=flows,
        lines=_lines(plan, group_of),
        first_stock=_first_stock(plan),
        level=np.concatenate([_zeros(_first_stock(plan)), plan.stocks.opening]),
        inside=_inside(plan, demand),
        drawn=Drawn(*map(_typed, (demand.arrival_ms, order, demand.priority, demand.flags, demand.number))),
        events=_events(len(demand.arrival_ms) + looks + len(plan.services.service)),
        duty=Duty(_pools(plan, group_of), Rules(*map(_typed, plan.rules)), _rule_state(plan), _notes(plan)),
        stations=StationState(
            waiting=_zeros(len(plan.stations.names)),
            serving=_zeros(len(plan.stations.names)),
            need_pool=_rows(plan.stations.need_pool),
            need_count=_typed(plan.stations.need_count),
        ),
        groups=_groups(plan, group_of),
        changes=Changes(
            ms=_typed(plan.pools.change_ms),
            pool=_typed(plan.pools.change_pool),
            capacity=_typed(plan.pools.change_capacity),
            next=_counter(),
        ),
        closings=_closings(plan, demand),
        paces=Paces(*map(_typed, plan.paces)),
        out_of_patience=OutOfPatience(np.empty(looks, dtype=np.uint32), _counter()),
    )


def _inside(plan: Plan, demand: Demand) -> Inside:
    entities = len(demand.arrival_ms)
    awaited = bool(np.any(plan.steps.code == Code.AWAIT))
    return Inside(
        slot=_table(entities + 1, SLOT),
        waiter=np.zeros(entities if awaited else 0, dtype=np.uint32),
        stamp=np.empty(int(stamp_first(plan, demand)[-1]), dtype=np.int64),
        used=_counter(1),  # slot 0 is nobody's
        unused=_counter(),
    )


def _events(most: int) -> Events:
    """An empty heap with room for `most` events, and for the four rows past its end."""
    row = _table(most + 4, EVENT)
    row["due_ms"][:4] = NEVER
    return Events(row, _counter())


def _pools(plan: Plan, group_of: IntArray) -> PoolState:
    pools, stations = plan.pools, plan.stations
    group = np.full(len(pools.names), NONE)
    group[stations.need_pool] = np.repeat(group_of, np.diff(stations.need_first))
    roster, beyond, coming, capacity, free, left = np.zeros((6, len(pools.names)), dtype=np.int64)
    is_keepable = np.array(pools.is_keepable, dtype=np.bool_)
    return PoolState(roster, beyond, coming, capacity, free, left, is_keepable, _typed(group))


def _groups(plan: Plan, group_of: IntArray) -> Groups:
    number = int(group_of.max(initial=-1)) + 1
    with_stocks = number + len(plan.stocks.names)
    return Groups(
        first=_rows(np.concatenate([[0], np.cumsum(np.bincount(group_of, minlength=number))])),
        line=_rows(np.argsort(group_of, kind="stable")),
        keeps=_keeps(plan, group_of, number),
        is_touched=np.zeros(with_stocks, dtype=np.bool_),
        touched=np.empty(with_stocks, dtype=np.uint32),
        n_touched=_counter(),
    )


def _closings(plan: Plan, demand: Demand) -> Closings:
    services, departures = plan.services, departures_of(plan, demand)
    order = departures.order
    return Closings(
        closes_ms=_typed(departures.closes_ms[order]),
        departs_ms=_typed(departures.departs_ms[order]),
        slots=_typed(services.slots[order]),
        passing=np.array(services.passing[services.service[order]], dtype=np.bool_),
        line=_rows(services.service[order] + len(plan.stations.names)),
        boarded=np.zeros(len(order), dtype=np.uint32),
        next=_counter(),
    )


def _rule_state(plan: Plan) -> RuleState:
    rules = plan.rules
    return RuleState(
        coming_ms=np.full(len(rules.kind), NEVER),
        stay_until_ms=_zeros(len(rules.kind)),
        review_ms=np.array(rules.every_ms, dtype=np.int64),
        is_due=np.zeros(len(rules.kind), dtype=np.bool_),
        work=_zeros(len(rules.pool)),
        target=_zeros(len(rules.pool)),
    )


def _lines(plan: Plan, group_of: IntArray) -> Table:
    stations, first_stock = plan.stations, _first_stock(plan)
    lines = _table(first_stock + len(plan.stocks.names), LINE)
    own = lines[: len(stations.names)]
    own["group"] = group_of
    own["priority"] = stations.priority
    own["need_first"] = stations.need_first[:-1]
    own["need_end"] = stations.need_first[1:]
    lines["group"][first_stock:] = group_of.max(initial=-1) + 1 + np.arange(len(plan.stocks.names))
    return lines


def _first_stock(plan: Plan) -> int:
    """The line of the first row of the stocks."""
    return len(plan.stations.names) + len(plan.services.names)


def _notes(plan: Plan) -> Notes:
    """Room for as many notes as a run can make."""
    rules, pools = plan.rules, plan.pools
    members = np.diff(rules.first)
    looks = -(-plan.end_ms // np.maximum(rules.every_ms, 1)) + 1
    ruled = rules.rule_of[pools.change_pool]
    resets = np.bincount(ruled[ruled != NONE], minlength=len(members))
    # A look changes every member, and so does the coming of those called; a new roster sends all back, and is a look.
    most = len(pools.change_ms) + int(np.dot(members, 2 * looks + 3 * resets))
    ms, pool, capacity = np.empty((3, most), dtype=np.int64)
    return Notes(ms, pool, capacity, size=_zeros(1))


def _group_of_stations(plan: Plan) -> IntArray:
    """The group of every station. Stations that share pools, or that share them with others in between, are one."""
    first = plan.stations.need_first.tolist()
    pools_of = [set(plan.stations.need_pool[a:b].tolist()) for a, b in pairwise(first)]
    groups: list[tuple[set[int], list[int]]] = []
    for station, pools in enumerate(pools_of):
        joined, members = set(pools), [station]
        for other in [group for group in groups if group[0] & pools]:
            groups.remove(other)
            joined |= other[0]
            members += other[1]
        groups.append((joined, members))
    group_of = np.empty(len(pools_of), dtype=np.int64)
    for group, (_, members) in enumerate(groups):
        group_of[members] = group
    return group_of


def _keeps(plan: Plan, group_of: IntArray, groups: int) -> npt.NDArray[np.bool_]:
    """The groups in which a waiting head may keep something.

    Where no station needs two keepable units, a head that lacks one lacks all that it could keep.
    """
    stations = plan.stations
    station = np.repeat(np.arange(len(group_of)), np.diff(stations.need_first))
    units = np.zeros(len(group_of), dtype=np.int64)
    np.add.at(units, station, stations.need_count * plan.pools.is_keepable[stations.need_pool])
    keeps = np.zeros(groups, dtype=np.bool_)
    keeps[group_of[units > 1]] = True
    return keeps


def _steps(plan: Plan, demand: Demand) -> Table:
    steps = _table(len(plan.steps.code) + len(plan.flows.names) + 1, STEP)
    steps["code"] = END
    first_service, first_stock = len(plan.stations.names), _first_stock(plan)
    first_line = {Code.BOARD: first_service, Code.TAKE: first_stock, Code.TRY: first_stock, Code.PUT: first_stock}
    first_line |= dict.fromkeys((Code.SERVE, Code.ENTER, Code.LEAVE), 0)
    for flow in range(len(plan.flows.names)):
        for step in plan.steps_of(flow):
            row = steps[step + flow + 1]
            for name in ("code", "column", "only", "unless", "number", "amount", "pace", "patience_ms"):
                row[name] = getattr(plan.steps, name)[step]
            row["stamps"] = STAMPS.get(Code(int(row["code"])), 0)
            code, target = row["code"], plan.steps.target[step]
            if code in first_line:
                row["target"] = first_line[code] + target
            elif code == Code.AWAIT:
                row["number"] = demand.first[target] - demand.first[flow]
    return steps


def _flows(plan: Plan, demand: Demand) -> tuple[Table, IntArray]:
    """The table of flows, and for the flows whose rows are not in order of arrival, that order."""
    flows = _table(len(plan.flows.names), FLOW)
    orders: list[IntArray] = [np.empty(0, dtype=np.int64)]
    flows["end"] = np.diff(demand.first)
    flows["next_ms"] = NEVER
    flows["order"] = NONE
    flows["first"] = demand.first[:-1]
    flows["step"] = plan.flows.first_step[:-1] + np.arange(len(flows)) + 1
    flows["stamp"] = stamp_first(plan, demand)[:-1]
    flows["stamps"] = plan.flows.stamps
    flows["number"] = demand.number_first[:-1]
    flows["numbers"] = plan.flows.numbers
    for flow in range(len(flows)):
        arrival_ms = demand.arrival_ms[demand.first[flow] : demand.first[flow + 1]]
        if np.any(arrival_ms[1:] < arrival_ms[:-1]):
            flows["order"][flow] = sum(map(len, orders))
            orders.append(np.argsort(arrival_ms, kind="stable"))
        if len(arrival_ms):
            flows["next_ms"][flow] = arrival_ms.min()
    return flows, np.concatenate(orders)


def _table(rows: int, row: np.dtype[Any]) -> Table:
    return np.zeros(rows, dtype=row)


def _rows(array: IntArray) -> Rows:
    return array.astype(np.uint32)


def _typed(array: IntArray) -> IntArray:
    """The array as the kernel was compiled for: int64, contiguous, read-only."""
    return frozen(np.ascontiguousarray(array, dtype=np.int64).view())


def _zeros(size: int) -> IntArray:
    return np.zeros(size, dtype=np.int64)


def _counter(start: int = 0) -> Rows:
    """A number that the kernel changes, in an array of its own."""
    return np.array([start], dtype=np.uint32)
