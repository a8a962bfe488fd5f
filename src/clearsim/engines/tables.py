"""Plan and demand as the compiled kernel reads them: tables of fixed rows, checked before the run.

The kernel looks up no name and checks no index. Whatever could lead it out of a table is refused here.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.plan import NONE, STAMPS, Code, IntArray, Plan
from clearsim.trace import stamp_first

END = len(Code)
"""The code of the row before every flow's first step and after its last."""
NOBODY = 0
"""No slot: row 0 of the slots stays empty."""
FINISHED = 2**32 - 1
"""In place of who waits for an entity, once it has finished."""
NEVER = 2**63 - 1
MOST_EVENTS = 2**30 - 1
"""Four children of the last event in the heap must have a number in 32 bits."""

Table = npt.NDArray[Any]
"""Rows with named fields; their type is one of those below."""
Rows = npt.NDArray[np.uint32]
"""Row numbers. They are unsigned because numba looks at every signed index twice, lest it count from the end."""


def _row(rows: str, numbers: str) -> np.dtype[Any]:
    fields = [(name, np.uint32) for name in rows.split()] + [(name, np.int64) for name in numbers.split()]
    return np.dtype((np.record, np.dtype(fields, align=True)))


STEP = _row("code target", "column only unless number amount stamps")
"""As in the plan, but `target` is a line; and for `AWAIT` `number` leads from an entity to its partner.

The step leaves `stamps` stamps.
"""
FLOW = _row("step", "next end next_ms order first stamp stamps number numbers")
"""The arrival number `next` of `end` comes at `next_ms`. It is that row of the flow, or the row that stands at
`order + next` in the table of orders. `first`, `step`, `stamp` and `number` say where the flow begins."""
LINE = _row("head tail root group need_first need_end", "priority")
"""A line is a list from `head` to `tail`, and a pairing heap below `root` of those who joined out of order.

Lines stand in the order: stations, services, rows of stocks. Stations that share pools make a group; every row of a
stock is a group by itself.
"""
SLOT = _row("step next child", "entity stamp number marks priority joined_ms")
"""An entity inside: its step, its next stamp, its first number; its place in a line, by slots `next` and `child`."""
EVENT = _row("slot", "due_ms")
"""The hold of `slot` ends; or, counted on after the last slot, a departure leaves."""


class Tables(NamedTuple):
    """What the kernel reads (down to `number`), the state at the beginning, and the stamps that it writes."""

    end_ms: int
    steps: Table
    need_pool: Rows
    need_count: IntArray
    group_first: Rows
    group_line: Rows
    pool_group: IntArray
    change_ms: IntArray
    change_pool: IntArray
    change_capacity: IntArray
    closes_ms: IntArray
    departs_ms: IntArray
    places: IntArray
    quay: Rows
    order: IntArray
    arrival_ms: IntArray
    priority: IntArray
    flags: IntArray
    number: IntArray
    flows: Table
    lines: Table
    capacity: IntArray
    free: IntArray
    level: IntArray
    is_touched: npt.NDArray[np.bool_]
    touched: Rows
    boarded: Rows
    waiter: Rows
    slot: Table
    event: Table
    stamp: IntArray


def check(plan: Plan, demand: Demand) -> None:
    """Raise `ValueError` where the kernel would leave a table or int64, or where time would run backwards."""
    pools, stations, stocks, services = plan.pools, plan.stations, plan.stocks, plan.services
    flows, steps = plan.flows, plan.steps
    n_pools, n_stations, n_stocks = len(pools.names), len(stations.names), len(stocks.names)
    n_services, n_flows = len(services.names), len(flows.names)
    counts = np.diff(demand.first)
    n_entities = int(counts.sum())
    _exactly(len(demand.first), n_flows + 1, "flows of the demand, and 1")
    _exactly(demand.first[0], 0, "the first entity")
    _within(counts, 0, NEVER, "entities of a flow")
    _within(n_entities + len(services.closes_ms), 0, MOST_EVENTS, "entities and departures")
    for name in ("arrival_ms", "priority", "flags"):
        _exactly(len(getattr(demand, name)), n_entities, f"entities with {name}")
    _within(demand.arrival_ms, 0, NEVER, "an arrival (ms)")
    _within(demand.number, 0, NEVER, "a drawn number")
    _exactly(np.diff(demand.number_first) - counts * flows.numbers, 0, "numbers beyond those that the steps read")
    _exactly(demand.number_first[[0, -1]] - [0, len(demand.number)], 0, "numbers beyond those of the flows")
    _within(stations.need_first, 0, len(stations.need_pool), "the first need of a station")
    _within(stations.need_pool, 0, n_pools - 1, "the pool of a need")
    _within(pools.change_pool, 0, n_pools - 1, "the pool of a change")
    _within(np.diff(pools.change_ms, prepend=0), 0, NEVER, "from one change to the next (ms)")
    _within(services.service, 0, n_services - 1, "the service of a departure")
    _within(np.diff(services.closes_ms, prepend=0), 0, NEVER, "from one closing to the next (ms)")
    _within(services.departs_ms - services.closes_ms, 0, NEVER, "from closing to departure (ms)")
    _within(stations.priority, -(2**61), 2**61, "a priority")
    _within(demand.priority, -(2**61), 2**61, "a priority")
    _exactly(len(stations.need_first), n_stations + 1, "first needs of the stations, and 1")
    _within(np.diff(stations.need_first), 0, NEVER, "needs of a station")
    _exactly(stations.need_first[[0, -1]] - [0, len(stations.need_pool)], 0, "needs beyond those of the stations")
    _exactly(len(stations.need_count), len(stations.need_pool), "counts of the needs")
    _exactly(len(stations.priority), n_stations, "priorities of the stations")
    for change in (pools.change_pool, pools.change_capacity):
        _exactly(len(change), len(pools.change_ms), "changes of capacity")
    for departure in (services.closes_ms, services.departs_ms, services.slots):
        _exactly(len(departure), len(services.service), "departures")
    _exactly(flows.first_step[[0, -1]] - [0, len(steps.code)], 0, "steps beyond those of the flows")
    put = 0
    targets = {Code.AWAIT: n_flows, Code.BOARD: n_services, Code.TAKE: n_stocks, Code.PUT: n_stocks}
    for flow in range(n_flows):
        first, end = demand.number_first[flow : flow + 2]
        numbers = demand.number[first:end].reshape(counts[flow], flows.numbers[flow])
        stamps = sum(STAMPS.get(Code(int(steps.code[step])), 0) for step in plan.steps_of(flow))
        _exactly(flows.stamps[flow], stamps, "stamps of a flow")
        for step in plan.steps_of(flow):
            code, target, column = Code(int(steps.code[step])), int(steps.target[step]), int(steps.column[step])
            if code != Code.HOLD:
                _within(target, 0, targets.get(code, n_stations) - 1, "the target of a step")
            _within(column, NONE, int(flows.numbers[flow]) - 1, "the column of a step")
            _within(steps.number[step], 0, NEVER, "the number of a step")
            if code == Code.AWAIT:
                _within(counts[target], int(counts[flow]), NEVER, "entities of the flow that is awaited")
            if code in (Code.TAKE, Code.PUT):
                rows = steps.number[step] if column == NONE else numbers[:, column]
                _within(rows, 0, n_stocks - 1 - target, "the family of a stock")
                put += int(counts[flow]) * int(steps.amount[step])
    _within(stocks.opening, -NEVER, NEVER - put, "the opening of a stock")


def _within(values: npt.ArrayLike, least: int, most: int, what: str) -> None:
    values = np.asarray(values)
    if values.size and (values.min() < least or (most < NEVER and values.max() > most)):
        raise ValueError(f"{what}: from {least} to {most} is possible, not {values.min()} to {values.max()}")


def _exactly(values: npt.ArrayLike, value: int, what: str) -> None:
    _within(values, value, value, what)


def tables_of(plan: Plan, demand: Demand) -> Tables:
    """The tables of one run; to be used once, for the kernel writes its state into them.

    There is a slot for every entity and an event for every slot and departure: as many as there can ever be. Rows that
    are never used are never written, and cost an address but no memory.
    """
    pools, stations, services, stocks = plan.pools, plan.stations, plan.services, plan.stocks
    first_stock = len(stations.names) + len(services.names)
    group_of = _groups(plan)
    groups = len(set(group_of))
    lines = _table(first_stock + len(stocks.names), LINE)
    lines["group"][: len(stations.names)] = group_of
    lines["group"][first_stock:] = groups + np.arange(len(stocks.names))
    lines["priority"][: len(stations.names)] = stations.priority
    lines["need_first"][: len(stations.names)] = stations.need_first[:-1]
    lines["need_end"][: len(stations.names)] = stations.need_first[1:]
    pool_group = np.full(len(pools.names), NONE)
    pool_group[stations.need_pool] = np.repeat(group_of, np.diff(stations.need_first))
    flows, order = _flows(plan, demand)
    event = _table(len(demand.arrival_ms) + len(services.closes_ms) + 4, EVENT)
    event["due_ms"][:4] = NEVER
    awaited = bool(np.any(plan.steps.code == Code.AWAIT))
    return Tables(
        end_ms=plan.end_ms,
        steps=_steps(plan, demand, first_stock),
        need_pool=_rows(stations.need_pool),
        need_count=_frozen(stations.need_count),
        group_first=_rows(np.concatenate([[0], np.cumsum(np.bincount(group_of, minlength=groups))])),
        group_line=_rows(np.argsort(group_of, kind="stable")),
        pool_group=_frozen(pool_group),
        change_ms=_frozen(pools.change_ms),
        change_pool=_frozen(pools.change_pool),
        change_capacity=_frozen(pools.change_capacity),
        closes_ms=_frozen(services.closes_ms),
        departs_ms=_frozen(services.departs_ms),
        places=_frozen(services.slots),
        quay=_rows(services.service + len(stations.names)),
        order=_frozen(order),
        arrival_ms=_frozen(demand.arrival_ms),
        priority=_frozen(demand.priority),
        flags=_frozen(demand.flags),
        number=_frozen(demand.number),
        flows=flows,
        lines=lines,
        capacity=np.zeros(len(pools.names), dtype=np.int64),
        free=np.zeros(len(pools.names), dtype=np.int64),
        level=np.array(stocks.opening, dtype=np.int64),
        is_touched=np.zeros(groups + len(stocks.names), dtype=np.bool_),
        touched=np.empty(groups + len(stocks.names), dtype=np.uint32),
        boarded=np.zeros(len(services.closes_ms), dtype=np.uint32),
        waiter=np.zeros(len(demand.arrival_ms) if awaited else 0, dtype=np.uint32),
        slot=_table(len(demand.arrival_ms) + 1, SLOT),
        event=event,
        stamp=np.empty(int(stamp_first(plan, demand)[-1]), dtype=np.int64),
    )


def _groups(plan: Plan) -> IntArray:
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


def _steps(plan: Plan, demand: Demand, first_stock: int) -> Table:
    steps = _table(len(plan.steps.code) + len(plan.flows.names) + 1, STEP)
    steps["code"] = END
    first_service = len(plan.stations.names)
    first_line = {Code.BOARD: first_service, Code.TAKE: first_stock, Code.PUT: first_stock}
    first_line |= dict.fromkeys((Code.SERVE, Code.ENTER, Code.LEAVE), 0)
    for flow in range(len(plan.flows.names)):
        for step in plan.steps_of(flow):
            row = steps[step + flow + 1]
            for name in ("code", "column", "only", "unless", "number", "amount"):
                row[name] = getattr(plan.steps, name)[step]
            row["stamps"] = STAMPS.get(Code(int(row["code"])), 0)
            code, target = row["code"], plan.steps.target[step]
            if code in first_line:
                row["target"] = first_line[code] + target
            elif code == Code.AWAIT:
                row["number"] = demand.first[target] - demand.first[flow]
    return steps


def _flows(plan: Plan, demand: Demand) -> tuple[Table, IntArray]:
    """The table of flows, and for the flows whose rows do not stand in order of arrival, that order."""
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


def _frozen(array: IntArray) -> IntArray:
    """The array as the kernel was compiled for: int64, contiguous, read-only."""
    array = np.ascontiguousarray(array, dtype=np.int64).view()
    array.flags.writeable = False
    return array
