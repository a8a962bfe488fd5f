"""Plan and demand as the compiled kernel reads them: tables of fixed rows, checked before the run.

The kernel looks up no name and checks no index. Whatever could lead it out of a table is refused here.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.plan import NONE, PROPORTIONAL, STAMPS, Code, IntArray, Paces, Plan, Rules
from clearsim.trace import departures_of, stamp_first

END = len(Code)
"""The code of the row before every flow's first step and after its last."""
NOBODY = 0
"""No slot: row 0 of the slots stays empty."""
GONE = -1
"""In place of the marks of one who gave up, and whose slot still stands in a line."""
SERVED = -1
"""In place of the moment of joining, of one who was served before his patience was over."""
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


STEP = _row("code target", "column only unless number amount stamps pace patience_ms")
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
"""The hold of `slot` ends; or, counted on after the last slot, a departure leaves; or, counted on after the last
departure, the patience of a slot is over."""


class Tables(NamedTuple):
    """What the kernel reads, the state at the beginning, and what it writes: stamps, and notes of capacities."""

    end_ms: int
    steps: Table
    need_pool: Rows
    need_count: IntArray
    group_first: Rows
    group_line: Rows
    pool_group: IntArray
    is_keepable: npt.NDArray[np.bool_]
    keeps: npt.NDArray[np.bool_]
    left: IntArray
    change_ms: IntArray
    change_pool: IntArray
    change_capacity: IntArray
    closes_ms: IntArray
    departs_ms: IntArray
    places: IntArray
    passing: npt.NDArray[np.bool_]
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
    paces: Paces
    rules: Rules
    waiting: IntArray
    serving: IntArray
    roster: IntArray
    beyond: IntArray
    coming: IntArray
    coming_ms: IntArray
    stay_until_ms: IntArray
    review_ms: IntArray
    is_due: npt.NDArray[np.bool_]
    work: IntArray
    target: IntArray
    out_of_patience: Rows
    note_ms: IntArray
    note_pool: IntArray
    note_capacity: IntArray
    noted: IntArray


def check(plan: Plan, demand: Demand) -> None:
    """Raise `ValueError` where the kernel would leave a table or int64, or where time would run backwards."""
    pools, stations, stocks, services = plan.pools, plan.stations, plan.stocks, plan.services
    flows, steps, paces = plan.flows, plan.steps, plan.paces
    n_pools, n_stations, n_stocks = len(pools.names), len(stations.names), len(stocks.names)
    n_services, n_flows = len(services.names), len(flows.names)
    counts = np.diff(demand.first)
    n_entities = int(counts.sum())
    _exactly(len(demand.first), n_flows + 1, "flows of the demand, and 1")
    _exactly(demand.first[0], 0, "the first entity")
    _within(counts, 0, NEVER, "entities of a flow")
    looks = _looks(plan, demand)
    _within(n_entities + looks + len(services.closes_ms), 0, MOST_EVENTS, "entities, looks at patience and departures")
    for name in ("arrival_ms", "priority", "flags"):
        _exactly(len(getattr(demand, name)), n_entities, f"entities with {name}")
    _within(demand.arrival_ms, 0, NEVER, "an arrival (ms)")
    _within(demand.number, 0, NEVER, "a drawn number")
    _exactly(np.diff(demand.number_first) - counts * flows.numbers, 0, "numbers beyond those that the steps read")
    _exactly(demand.number_first[[0, -1]] - [0, len(demand.number)], 0, "numbers beyond those of the flows")
    _within(stations.need_first, 0, len(stations.need_pool), "the first need of a station")
    _within(stations.need_pool, 0, n_pools - 1, "the pool of a need")
    _exactly(len(pools.is_keepable), n_pools, "pools that are keepable or not")
    _within(pools.change_pool, 0, n_pools - 1, "the pool of a change")
    _within(np.diff(pools.change_ms, prepend=0), 0, NEVER, "from one change to the next (ms)")
    _within(services.service, 0, n_services - 1, "the service of a departure")
    _exactly(len(services.passing), n_services, "services that allow passing or not")
    _within(stations.priority, -(2**61), 2**61, "a priority")
    _within(demand.priority, -(2**61), 2**61, "a priority")
    _exactly(len(stations.need_first), n_stations + 1, "first needs of the stations, and 1")
    _within(np.diff(stations.need_first), 0, NEVER, "needs of a station")
    _exactly(stations.need_first[[0, -1]] - [0, len(stations.need_pool)], 0, "needs beyond those of the stations")
    _exactly(len(stations.need_count), len(stations.need_pool), "counts of the needs")
    _exactly(len(stations.priority), n_stations, "priorities of the stations")
    for change in (pools.change_pool, pools.change_capacity):
        _exactly(len(change), len(pools.change_ms), "changes of capacity")
    _check_departures(plan, demand)
    _exactly(flows.first_step[[0, -1]] - [0, len(steps.code)], 0, "steps beyond those of the flows")
    put = 0
    targets = {Code.AWAIT: n_flows, Code.BOARD: n_services, Code.TAKE: n_stocks, Code.TRY: n_stocks, Code.PUT: n_stocks}
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
            _within(steps.pace[step], NONE, len(paces.pool) - 1, "the pace of a step")
            if code == Code.TRY:
                _within(steps.patience_ms[step], 0, NEVER, "a patience (ms)")
            own = steps.number[step] if column == NONE else numbers[:, column]
            if code == Code.BOARD:
                _within(own, 1, NEVER, "the slots of a boarding")
            if code in (Code.TAKE, Code.TRY, Code.PUT):
                _within(own, 0, n_stocks - 1 - target, "the family of a stock")
                put += int(counts[flow]) * int(steps.amount[step])
    _within(stocks.opening, -NEVER, NEVER - put, "the opening of a stock")
    _check_paces(paces, n_pools)
    _check_rules(plan.rules, n_pools, n_stations)


def _check_departures(plan: Plan, demand: Demand) -> None:
    services = plan.services
    for column in (services.closes_ms, services.departs_ms, services.slots):
        _exactly(len(column), len(services.service), "departures")
    for late_ms in (demand.closing_late_ms, demand.departure_late_ms):
        _exactly(len(late_ms), len(services.service), "delays of the departures")
        _within(late_ms, 0, NEVER, "how late a departure is (ms)")
    departures = departures_of(plan, demand)
    _within(departures.departs_ms - departures.closes_ms, 0, NEVER, "from closing to departure (ms)")


def _check_paces(paces: Paces, n_pools: int) -> None:
    for first, values in ((paces.first, paces.at_ms), (paces.open_first, paces.open_thousandths)):
        _exactly(len(first), len(paces.pool) + 1, "first moments of the paces, and 1")
        _exactly(first[[0, -1]] - [0, len(values)], 0, "moments beyond those of the paces")
        _within(np.diff(first), 1, NEVER, "moments of a pace")
    _exactly(paces.at_ms[paces.first[:-1]], 0, "the first moment of a pace")
    _exactly(len(paces.thousandths), len(paces.at_ms), "paces of the moments")
    for thousandths in (paces.thousandths, paces.open_thousandths):
        _within(thousandths, 1, 1_000_000, "a pace in thousandths")
    _within(paces.pool, NONE, n_pools - 1, "the pool of a pace")


def _check_rules(rules: Rules, n_pools: int, n_stations: int) -> None:
    n_rules, n_members = len(rules.kind), len(rules.pool)
    for row in rules[1:8]:
        _exactly(len(row), n_rules, "rules")
        _within(row, 0, NEVER, "a number of a rule")
    _within(rules.kind, 0, PROPORTIONAL, "the kind of a rule")
    _within(rules.every_ms, 1, NEVER, "from one look of a rule to the next (ms)")
    for first, rows, end in ((rules.first, n_rules, n_members), (rules.watch_first, n_members, len(rules.station))):
        _exactly(len(first), rows + 1, "first members or lines of the rules, and 1")
        _exactly(first[[0, -1]] - [0, end], 0, "members or lines beyond those of the rules")
        _within(np.diff(first), 0, NEVER, "members or lines of a rule")
    _within(np.diff(rules.first), 1, NEVER, "members of a rule")
    _within(rules.pool, 0, n_pools - 1, "the pool of a member")
    _exactly(len(rules.keep), n_members, "members with a number to keep")
    _within(rules.station, 0, n_stations - 1, "the station that a rule watches")
    _exactly(len(rules.weight), len(rules.station), "weights of the stations watched")
    _within(rules.weight, 0, 10**9, "the weight of a line")
    expected = np.full(n_pools, NONE)
    expected[rules.pool] = np.repeat(np.arange(n_rules), np.diff(rules.first))
    _exactly(rules.rule_of - expected, 0, "pools whose rule is another's")


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
    departures = departures_of(plan, demand)
    closing = departures.order
    looks = _looks(plan, demand)
    event = _table(len(demand.arrival_ms) + looks + len(closing) + 4, EVENT)
    event["due_ms"][:4] = NEVER
    notes = _most_notes(plan)
    awaited = bool(np.any(plan.steps.code == Code.AWAIT))
    return Tables(
        end_ms=plan.end_ms,
        steps=_steps(plan, demand, first_stock),
        need_pool=_rows(stations.need_pool),
        need_count=_frozen(stations.need_count),
        group_first=_rows(np.concatenate([[0], np.cumsum(np.bincount(group_of, minlength=groups))])),
        group_line=_rows(np.argsort(group_of, kind="stable")),
        pool_group=_frozen(pool_group),
        is_keepable=np.array(pools.is_keepable, dtype=np.bool_),
        keeps=_keeps(plan, group_of, groups),
        left=np.zeros(len(pools.names), dtype=np.int64),
        change_ms=_frozen(pools.change_ms),
        change_pool=_frozen(pools.change_pool),
        change_capacity=_frozen(pools.change_capacity),
        closes_ms=_frozen(departures.closes_ms[closing]),
        departs_ms=_frozen(departures.departs_ms[closing]),
        places=_frozen(services.slots[closing]),
        passing=np.array(services.passing[services.service[closing]], dtype=np.bool_),
        quay=_rows(services.service[closing] + len(stations.names)),
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
        boarded=np.zeros(len(closing), dtype=np.uint32),
        waiter=np.zeros(len(demand.arrival_ms) if awaited else 0, dtype=np.uint32),
        slot=_table(len(demand.arrival_ms) + 1, SLOT),
        event=event,
        stamp=np.empty(int(stamp_first(plan, demand)[-1]), dtype=np.int64),
        paces=Paces(*map(_frozen, plan.paces)),
        rules=Rules(*map(_frozen, plan.rules)),
        waiting=np.zeros(len(stations.names), dtype=np.int64),
        serving=np.zeros(len(stations.names), dtype=np.int64),
        roster=np.zeros(len(pools.names), dtype=np.int64),
        beyond=np.zeros(len(pools.names), dtype=np.int64),
        coming=np.zeros(len(pools.names), dtype=np.int64),
        coming_ms=np.full(len(plan.rules.kind), NEVER),
        stay_until_ms=np.zeros(len(plan.rules.kind), dtype=np.int64),
        review_ms=np.array(plan.rules.every_ms, dtype=np.int64),
        is_due=np.zeros(len(plan.rules.kind), dtype=np.bool_),
        work=np.zeros(len(plan.rules.pool), dtype=np.int64),
        target=np.zeros(len(plan.rules.pool), dtype=np.int64),
        out_of_patience=np.empty(looks, dtype=np.uint32),
        note_ms=np.empty(notes, dtype=np.int64),
        note_pool=np.empty(notes, dtype=np.int64),
        note_capacity=np.empty(notes, dtype=np.int64),
        noted=np.zeros(1, dtype=np.int64),
    )


def _looks(plan: Plan, demand: Demand) -> int:
    """How often, at most, anybody's patience is looked at: when joining, and once more when it is over."""
    tries = [
        sum(int(plan.steps.code[step]) == Code.TRY for step in plan.steps_of(f)) for f in range(len(demand.first) - 1)
    ]
    return 2 * int(np.dot(np.diff(demand.first), tries))


def _most_notes(plan: Plan) -> int:
    """How many notes of capacities a run can make, at most."""
    rules, pools = plan.rules, plan.pools
    members = np.diff(rules.first)
    looks = -(-plan.end_ms // np.maximum(rules.every_ms, 1)) + 1
    ruled = rules.rule_of[pools.change_pool]
    resets = np.bincount(ruled[ruled != NONE], minlength=len(members))
    # A look changes every member, and so does the coming of those called; a new roster sends all back, and is a look.
    return len(pools.change_ms) + int(np.dot(members, 2 * looks + 3 * resets))


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


def _steps(plan: Plan, demand: Demand, first_stock: int) -> Table:
    steps = _table(len(plan.steps.code) + len(plan.flows.names) + 1, STEP)
    steps["code"] = END
    first_service = len(plan.stations.names)
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
