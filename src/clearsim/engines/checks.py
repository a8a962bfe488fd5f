"""What the compiled kernel relies on, checked before the run.

The kernel looks up no name and checks no index. What could lead it out of a table is refused here.
"""

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.engines.kernel.records import MOST_EVENTS, NEVER
from clearsim.plan import NONE, PROPORTIONAL, STAMPS, Code, Paces, Plan, Rules
from clearsim.trace import departures_of


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
    looks = looks_at_patience(plan, demand)
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


def looks_at_patience(plan: Plan, demand: Demand) -> int:
    """How often, at most, anybody's patience is looked at: when joining, and once more when it is over."""
    tries = [
        sum(int(plan.steps.code[step]) == Code.TRY for step in plan.steps_of(f)) for f in range(len(demand.first) - 1)
    ]
    return 2 * int(np.dot(np.diff(demand.first), tries))
