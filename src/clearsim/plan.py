"""The plan: a network in integers, for the engines.

`compile_network` turns names into indices, minutes into milliseconds, weekly calendars into changes of capacity, weekly
timetables into departures, and every flow into rows of one table of steps. There is no randomness here: all that
is random is in the demand. All arrays are read-only.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from clearsim.flow.attributes import Category
from clearsim.flow.calendar import is_within
from clearsim.flow.network import Network
from clearsim.flow.pace import FASTEST, SLOWEST, Pace
from clearsim.flow.places import Control, Departures, Flow, Label, LateFee, Place, Service, attributes_of
from clearsim.flow.prices import Prices
from clearsim.flow.staffing import Backlog, Forecast, Proportional, Staffing, pools_of
from clearsim.flow.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.flow.times import Constant, Distribution, as_distribution
from clearsim.units import DAY_MS, HOUR_MS, to_ms

IntArray = npt.NDArray[np.int64]
Array = TypeVar("Array", bound=npt.NDArray[Any])
NOT_YET = -1
"""A stamp that was not reached by the end of the run."""
NONE = -1
"""No such row, column or index."""
LONGEST_RUN_MS = 100 * 366 * DAY_MS
"""No run is longer than a century; so sums of times stay far inside int64."""


class Code(IntEnum):
    """What a step does, as the engines read it. `Travel` and `Hold` are one to them."""

    SERVE = 0
    ENTER = 1
    LEAVE = 2
    HOLD = 3
    AWAIT = 4
    BOARD = 5
    TAKE = 6
    PUT = 7
    TRY = 8
    """A `Take` with patience."""


STAMPS = {Code.SERVE: 2, Code.ENTER: 1, Code.HOLD: 1, Code.AWAIT: 1, Code.BOARD: 1, Code.TAKE: 1, Code.TRY: 2}
"""Stamps a step leaves: a `Serve` its start and its end, a `Take` with patience the end of the wait and the taking,
others the moment they were done, `Leave` and `Put` none. Whoever gives up has the first of the two and no other."""
BACKLOG, PROPORTIONAL = 0, 1
"""Kinds of staffing rules."""


class Pools(NamedTuple):
    """`P` pools and every change of their capacity, in order of (ms, pool); the changes at 0 set the beginning.

    `roster` are the changes of the pools' own calendars, before adjustments.
    """

    names: tuple[str, ...]
    is_staff: npt.NDArray[np.bool_]
    change_ms: IntArray
    change_pool: IntArray
    change_capacity: IntArray
    roster_ms: IntArray
    roster_pool: IntArray
    roster_capacity: IntArray


class Stations(NamedTuple):
    """`S` stations; station `s` needs `need_count[k]` of `need_pool[k]` for k in `need_first[s]:need_first[s + 1]`."""

    names: tuple[str, ...]
    priority: IntArray
    is_inspection: npt.NDArray[np.bool_]
    is_trip: npt.NDArray[np.bool_]
    need_first: IntArray
    need_pool: IntArray
    need_count: IntArray


class Stocks(NamedTuple):
    """One row a family of a stock; `names` are ``stock`` or ``stock/family``."""

    names: tuple[str, ...]
    opening: IntArray


class Services(NamedTuple):
    """Departures of all services, in order of (closing, service, departure).

    Departure `d` of service `service[d]` closes at `closes_ms[d]` and leaves at `departs_ms[d]` with up to `slots[d]`.
    """

    names: tuple[str, ...]
    service: IntArray
    closes_ms: IntArray
    departs_ms: IntArray
    slots: IntArray


class Paces(NamedTuple):
    """Pace `p` is `thousandths[k]` from `at_ms[k]` on, for k in `first[p]:first[p + 1]`, the first at 0.

    It is multiplied by `open_thousandths[open_first[p] + n]` with n on duty in `pool[p]`, the last for more; `NONE`
    where the pace does not depend on a pool.
    """

    first: IntArray
    at_ms: IntArray
    thousandths: IntArray
    pool: IntArray
    open_first: IntArray
    open_thousandths: IntArray


class Rules(NamedTuple):
    """Staffing rules that decide while the run goes on. Rule `r` sets the pools of its members `first[r]:first[r + 1]`.

    Member `m` is pool `pool[m]`, which keeps `keep[m]`; what waits for it is the sum, over k in
    `watch_first[m]:watch_first[m + 1]`, of the line of `station[k]` times `weight[k]` (1 for a backlog rule, seconds of
    work for people who follow the work). Who is called or moved comes after `delay_ms[r]`. `rule_of[p]` is the rule
    that sets pool `p`, `NONE` without one.
    """

    kind: IntArray
    every_ms: IntArray
    delay_ms: IntArray
    stay_ms: IntArray
    call_at: IntArray
    release_at: IntArray
    crew: IntArray
    at_most: IntArray
    first: IntArray
    pool: IntArray
    keep: IntArray
    watch_first: IntArray
    station: IntArray
    weight: IntArray
    rule_of: IntArray


class Group(NamedTuple):
    """Some entities of a flow, measured apart: those whose `attribute` is `value`, or all others."""

    name: str
    attribute: str
    value: int
    others: bool


class Flows(NamedTuple):
    """`F` flows; flow `f` takes the steps `first_step[f]:first_step[f + 1]`.

    Its entities have `stamps[f]` stamps and `numbers[f]` pre-drawn numbers each. Its `groups` have names such as
    ``flow/share`` and ``flow/not share``.
    """

    names: tuple[str, ...]
    first_step: IntArray
    stamps: IntArray
    numbers: IntArray
    late_fee: tuple[LateFee | None, ...]
    attributes: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[Group, ...], ...]
    control: tuple[Control | None, ...]


class Steps(NamedTuple):
    """One row a step, flow after flow.

    A step is taken by an entity with all the flags in `only` and none in `unless`. `target` is a station, a flow, a
    service or a stock row. The hold (ms) or the stock row's offset is `number`, or the entity's own number in column
    `column` (`NONE` where there is no column). `stamp` is the step's first stamp column, `NONE` if it leaves none.
    `pace` is the row of the pace at which a hold goes, `NONE` for as drawn; `patience_ms` belongs to `TRY`.
    """

    code: IntArray
    target: IntArray
    only: IntArray
    unless: IntArray
    number: IntArray
    column: IntArray
    amount: IntArray
    stamp: IntArray
    booked_ms: IntArray
    pace: IntArray
    patience_ms: IntArray
    driver: tuple[str | None, ...]
    is_travel: npt.NDArray[np.bool_]
    milestone: tuple[str | None, ...]


class Events(NamedTuple):
    """What happens to the port: event `e` from `from_ms[e]` until `until_ms[e]`, before the run and after it too."""

    names: tuple[str, ...]
    from_ms: IntArray
    until_ms: IntArray


class Plan(NamedTuple):
    """A network in integers. Times are ms after `start`; arrivals end at `arrivals_end_ms`, the run at `end_ms`."""

    name: str
    start: datetime
    arrivals_end_ms: int
    end_ms: int
    pools: Pools
    stations: Stations
    stocks: Stocks
    services: Services
    flows: Flows
    steps: Steps
    paces: Paces
    rules: Rules
    labels: Mapping[str, Label]
    events: Events
    prices: Prices | None

    @property
    def clock_ms(self) -> int:
        """How long after midnight the run starts."""
        return _since_midnight_ms(self.start)

    def steps_of(self, flow: int) -> range:
        """Rows of `steps` that belong to the flow."""
        return range(int(self.flows.first_step[flow]), int(self.flows.first_step[flow + 1]))


class TimeColumn(NamedTuple):
    """A column of holds (ms) to draw. The purpose names its random stream."""

    purpose: str
    time: Distribution


class FamilyColumn(NamedTuple):
    """A column that follows from a category: for each of its classes in turn, the family's row within its stock."""

    category: str
    rows: tuple[int, ...]


NumberColumn = TimeColumn | FamilyColumn


def number_columns(flow: Flow, network: Network) -> list[NumberColumn]:
    """What is to be drawn for the flow's steps, in the order of the columns.

    Constants take no column. A purpose is the place, and how often it came before in the flow, so that a step added
    elsewhere moves no draw.
    """
    return [column for _, column in _columns_by_step(flow, network) if column is not None]


def flag_bits(flow: Flow) -> dict[str, int]:
    """Bit in an entity's flags of every condition on which a step of the flow depends."""
    conditions = dict.fromkeys(name for step in flow.steps for name in (*step.only_if, *step.unless))
    return {name: 1 << bit for bit, name in enumerate(conditions)}


def compile_network(network: Network) -> Plan:
    """The plan of a network. Raises `ValueError` where the run would leave the range of the clock."""
    end_ms = to_ms(network.end_min)
    if end_ms > LONGEST_RUN_MS:
        raise ValueError(f"a run is at most 100 years long, not {end_ms / DAY_MS:.4g} days")
    for rule in network.staffing:
        if isinstance(rule, Forecast):
            raise ValueError(f"the forecast for `{rule.pool}` is first carried out: clearsim.policies.planned(network)")
    flows = network.flows
    places: list[Place] = [*network.pools, *network.stations, *network.stocks, *network.services, *flows]
    paces = _all_paces(network)
    stocks = [(stock.name, family, units) for stock in network.stocks for family, units in stock.opening.items()]
    return Plan(
        name=network.name,
        start=network.start,
        arrivals_end_ms=to_ms(network.duration_min),
        end_ms=end_ms,
        pools=_pools(network, end_ms),
        stations=_stations(network),
        stocks=Stocks(
            tuple(_stock_row(stock, family, network) for stock, family, _ in stocks),
            _ints(units for _, _, units in stocks),
        ),
        services=_services(network, end_ms),
        flows=Flows(
            names=tuple(flow.name for flow in flows),
            first_step=_ints(np.cumsum([0, *(len(flow.steps) for flow in flows)])),
            stamps=_ints(sum(STAMPS.get(_code(step), 0) for step in flow.steps) for flow in flows),
            numbers=_ints(len(number_columns(flow, network)) for flow in flows),
            late_fee=tuple(flow.late_fee for flow in flows),
            attributes=tuple(tuple(attributes_of(flow, flows)) for flow in flows),
            groups=tuple(_groups(flow, network) for flow in flows),
            control=tuple(flow.control for flow in flows),
        ),
        steps=_steps(network, [(stock, family) for stock, family, _ in stocks], paces),
        paces=_paces(network, paces, end_ms),
        rules=_rules(network),
        labels={
            **{name: label for flow in flows for name, label in flow.milestones.items()},
            **{f"{flow.name}/{name}": label for flow in flows for name, label in flow.groups.items()},
            **{event.name: event.label for event in network.events if event.label is not None},
            **{place.name: place.label for place in places if place.label is not None},
        },
        events=Events(
            names=tuple(event.name for event in network.events),
            from_ms=_ints(to_ms(event.from_min) for event in network.events),
            until_ms=_ints(to_ms(event.until_min) for event in network.events),
        ),
        prices=network.prices,
    )


def _groups(flow: Flow, network: Network) -> tuple[Group, ...]:
    groups = []
    for name in flow.apart:
        attribute, _, label = name.partition("=")
        category = attributes_of(flow, network.flows)[attribute]
        value = list(category.classes).index(label) if isinstance(category, Category) else 1
        groups += [Group(f"{flow.name}/{'not ' * others}{name}", attribute, value, others) for others in (False, True)]
    return tuple(groups)


def _pools(network: Network, end_ms: int) -> Pools:
    changes = _in_order(pool.changes(network.start, end_ms) for pool in network.pools)
    roster = _in_order(pool.calendar.changes(network.start, end_ms) for pool in network.pools)
    return Pools(
        names=tuple(pool.name for pool in network.pools),
        is_staff=_frozen(np.array([pool.kind == "staff" for pool in network.pools], dtype=np.bool_)),
        change_ms=_ints(at_ms for at_ms, _, _ in changes),
        change_pool=_ints(pool for _, pool, _ in changes),
        change_capacity=_ints(capacity for _, _, capacity in changes),
        roster_ms=_ints(at_ms for at_ms, _, _ in roster),
        roster_pool=_ints(pool for _, pool, _ in roster),
        roster_capacity=_ints(capacity for _, _, capacity in roster),
    )


def _in_order(by_pool: Iterable[Sequence[tuple[int, int]]]) -> list[tuple[int, int, int]]:
    """Changes as `(ms, pool, capacity)`, in that order."""
    return sorted((at_ms, pool, capacity) for pool, changes in enumerate(by_pool) for at_ms, capacity in changes)


def _stations(network: Network) -> Stations:
    pool_index = {pool.name: index for index, pool in enumerate(network.pools)}
    needs = [(pool_index[pool], count) for station in network.stations for pool, count in station.needs.items()]
    return Stations(
        names=tuple(station.name for station in network.stations),
        priority=_ints(station.priority for station in network.stations),
        is_inspection=_frozen(np.array([station.inspection for station in network.stations], dtype=np.bool_)),
        is_trip=_frozen(np.array([station.trip for station in network.stations], dtype=np.bool_)),
        need_first=_ints(np.cumsum([0, *(len(station.needs) for station in network.stations)])),
        need_pool=_ints(pool for pool, _ in needs),
        need_count=_ints(count for _, count in needs),
    )


def _services(network: Network, end_ms: int) -> Services:
    rows = sorted(
        (departs_ms - to_ms(service.cut_off_min), index, departs_ms, slots)
        for index, service in enumerate(network.services)
        for departs_ms, slots in _departures(service, network, end_ms)
    )
    rows = [row for row in rows if 0 <= row[0] < end_ms]
    return Services(
        names=tuple(service.name for service in network.services),
        service=_ints(row[1] for row in rows),
        closes_ms=_ints(row[0] for row in rows),
        departs_ms=_ints(row[2] for row in rows),
        slots=_ints(row[3] for row in rows),
    )


def _departures(service: Service, network: Network, end_ms: int) -> list[tuple[int, int]]:
    """Every departure that runs and closes before the end of the run: `(ms, slots)`."""
    due = _due(service, network, end_ms)
    return [(at_ms, slots) for at_ms, slots in due if not is_within(at_ms, service.cancelled)]


def _due(service: Service, network: Network, end_ms: int) -> list[tuple[int, int]]:
    if not isinstance(service.departures, Departures):
        return [(to_ms(minute), slots) for minute, slots in service.departures]
    start, midnight_ms = network.start, -_since_midnight_ms(network.start)
    last_ms = end_ms + to_ms(service.cut_off_min)
    return [
        (at_ms, service.departures.slots)
        for day in range((last_ms - midnight_ms) // DAY_MS + 1)
        if (start.weekday() + day) % 7 in service.departures.weekdays
        for minute in service.departures.clock_minutes
        if (at_ms := midnight_ms + day * DAY_MS + to_ms(minute)) >= 0
    ]


def _all_paces(network: Network) -> list[Pace]:
    """Every pace of the network, each once, in the order in which stations and steps name them."""
    steps = [step for flow in network.flows for step in flow.steps if isinstance(step, Travel | Hold)]
    found = [place.pace for place in (*network.stations, *steps) if place.pace is not None]
    return [pace for i, pace in enumerate(found) if pace not in found[:i]]


def _paces(network: Network, paces: Sequence[Pace], end_ms: int) -> Paces:
    pool_index = {pool.name: index for index, pool in enumerate(network.pools)}
    by_time = [_pace_changes(pace, network.start, end_ms) for pace in paces]
    by_open = [[pace.with_open(number) for number in range(max(pace.by_open, default=0) + 1)] for pace in paces]
    return Paces(
        first=_ints(np.cumsum([0, *map(len, by_time)])),
        at_ms=_ints(at_ms for changes in by_time for at_ms, _ in changes),
        thousandths=_ints(thousandths for changes in by_time for _, thousandths in changes),
        pool=_ints(NONE if pace.pool is None else pool_index[pace.pool] for pace in paces),
        open_first=_ints(np.cumsum([0, *map(len, by_open)])),
        open_thousandths=_ints(_thousandths(factor) for factors in by_open for factor in factors),
    )


def _pace_changes(pace: Pace, start: datetime, end_ms: int) -> list[tuple[int, int]]:
    """`(ms, thousandths)` wherever the pace changes in [0, end_ms), the first at 0."""
    clock_ms = _since_midnight_ms(start)
    windows = [(to_ms(window.from_min), to_ms(window.until_min), window.pace) for window in pace.windows]
    moments = {0} | {edge for first, until, _ in windows for edge in (first, until)}
    if len(set(pace.hours)) > 1:
        moments |= set(range(HOUR_MS - clock_ms % HOUR_MS, end_ms, HOUR_MS))
    result: list[tuple[int, int]] = []
    for at_ms in sorted(at_ms for at_ms in moments if 0 <= at_ms < end_ms):
        factor = pace.hours[(at_ms + clock_ms) // HOUR_MS % 24]
        factor *= math.prod(times for first, until, times in windows if first <= at_ms < until)
        if not result or result[-1][1] != _thousandths(factor):
            result.append((at_ms, _thousandths(factor)))
    return result


def _thousandths(factor: float) -> int:
    return min(max(round(1000 * factor), round(1000 * SLOWEST)), round(1000 * FASTEST))


def _rules(network: Network) -> Rules:
    """The rules that decide while the run goes on; a forecast has been carried out before (see `compile_network`)."""
    live = [rule for rule in network.staffing if not isinstance(rule, Forecast)]
    pools = [pool.name for pool in network.pools]
    members = [(rule, pool) for rule in live for pool in pools_of(rule)]
    watched = [_watched(network, rule, pool) for rule, pool in members]
    rows = [
        (BACKLOG, rule.every, rule.lead, rule.stay, rule.call_at, rule.release_at, rule.crew, rule.at_most)
        if isinstance(rule, Backlog)
        else (PROPORTIONAL, rule.every, rule.move, 0.0, 0, 0, 0, 0)
        for rule in live
    ]
    rule_of = np.full(len(pools), NONE)
    for number, rule in enumerate(live):
        rule_of[[pools.index(pool) for pool in pools_of(rule)]] = number
    return Rules(
        kind=_ints(row[0] for row in rows),
        every_ms=_ints(to_ms(as_distribution(row[1]).expected) for row in rows),
        delay_ms=_ints(to_ms(as_distribution(row[2]).expected) for row in rows),
        stay_ms=_ints(to_ms(as_distribution(row[3]).expected) for row in rows),
        call_at=_ints(row[4] for row in rows),
        release_at=_ints(row[5] for row in rows),
        crew=_ints(row[6] for row in rows),
        at_most=_ints(row[7] for row in rows),
        first=_ints(np.cumsum([0, *(len(pools_of(rule)) for rule in live)])),
        pool=_ints(pools.index(pool) for _, pool in members),
        keep=_ints(rule.keep.get(pool, 0) if isinstance(rule, Proportional) else 0 for rule, pool in members),
        watch_first=_ints(np.cumsum([0, *map(len, watched)])),
        station=_ints(station for lines in watched for station, _ in lines),
        weight=_ints(weight for lines in watched for _, weight in lines),
        rule_of=_ints(rule_of),
    )


def _watched(network: Network, rule: Staffing, pool: str) -> list[tuple[int, int]]:
    """The stations whose lines wait for the pool, and what one who waits there weighs."""
    result = []
    for index, station in enumerate(network.stations):
        if pool in station.needs:
            weight = 1
            if isinstance(rule, Proportional):
                weight = station.needs[pool] * max(1, round(60 * _mean_service_min(network, station.name)))
            result.append((index, min(weight, 10**9)))
    return result


def _mean_service_min(network: Network, station: str) -> float:
    """The mean over the steps that serve at the station of their mean times; 0 where there is none."""
    steps = [step for flow in network.flows for step in flow.steps if isinstance(step, Serve)]
    times = [as_distribution(step.time).expected for step in steps if step.station == station]
    return sum(times) / len(times) if times else 0.0


def _steps(network: Network, stocks: Sequence[tuple[str, str]], paces: Sequence[Pace]) -> Steps:
    index = {
        kind: {item.name: i for i, item in enumerate(getattr(network, kind))}
        for kind in ("stations", "services", "flows")
    }
    paced = {station.name: station.pace for station in network.stations}
    first_stock = {stock: stocks.index((stock, family)) for stock, family in reversed(stocks)}
    rows: list[dict[str, Any]] = []
    for flow in network.flows:
        bits = flag_bits(flow)
        columns = stamps = 0
        for step, column in _columns_by_step(flow, network):
            code = _code(step)
            target, number = NONE, 0
            if isinstance(step, Serve | Enter | Leave):
                target = index["stations"][step.station]
            elif isinstance(step, Await):
                target = index["flows"][step.flow]
            elif isinstance(step, Board):
                target = index["services"][step.service]
            elif isinstance(step, Take | Put):
                target = first_stock[step.stock]
            if isinstance(step, Serve | Travel | Hold) and column is None:
                number = to_ms(as_distribution(step.time).expected)
            booked = step.booked if isinstance(step, Board) else None
            patience = step.patience if isinstance(step, Take) else None
            pace = step.pace if isinstance(step, Travel | Hold) else None
            if isinstance(step, Serve):
                pace = paced[step.station]
            rows.append(
                {
                    "code": code,
                    "target": target,
                    "only": sum({bits[name] for name in step.only_if}),
                    "unless": sum({bits[name] for name in step.unless}),
                    "number": number,
                    "column": NONE if column is None else columns,
                    "amount": step.amount if isinstance(step, Take | Put) else 0,
                    "stamp": stamps if code in STAMPS else NONE,
                    "booked_ms": NONE if booked is None else to_ms(as_distribution(booked).expected),
                    "pace": NONE if pace is None else paces.index(pace),
                    "patience_ms": NONE if patience is None else to_ms(as_distribution(patience).expected),
                }
            )
            columns += column is not None
            stamps += STAMPS.get(code, 0)
    all_steps = [step for flow in network.flows for step in flow.steps]
    return Steps(
        **{name: _ints(row[name] for row in rows) for name in Steps._fields if rows and name in rows[0]},
        driver=tuple(step.driver for step in all_steps),
        is_travel=_frozen(np.array([isinstance(step, Travel) for step in all_steps], dtype=np.bool_)),
        milestone=tuple(step.milestone for step in all_steps),
    )


def _columns_by_step(flow: Flow, network: Network) -> list[tuple[Step, NumberColumn | None]]:
    seen: dict[str, int] = {}
    attributes = attributes_of(flow, network.flows)
    result: list[tuple[Step, NumberColumn | None]] = []
    for step in flow.steps:
        column: NumberColumn | None = None
        if isinstance(step, Serve | Travel | Hold):
            place = step.station if isinstance(step, Serve) else type(step).__name__.lower()
            time = as_distribution(step.time)
            if not isinstance(time, Constant):
                column = TimeColumn(f"time at {place} {seen.get(place, 0)}", time)
            seen[place] = seen.get(place, 0) + 1
        elif isinstance(step, Take | Put) and step.family is not None:
            families = list(next(stock.opening for stock in network.stocks if stock.name == step.stock))
            category = attributes[step.family]
            classes = category.classes if isinstance(category, Category) else {}
            column = FamilyColumn(step.family, tuple(families.index(name) for name in classes))
        result.append((step, column))
    return result


def _code(step: Step) -> Code:
    if isinstance(step, Take) and step.patience is not None:
        return Code.TRY
    codes = {
        Serve: Code.SERVE,
        Enter: Code.ENTER,
        Leave: Code.LEAVE,
        Travel: Code.HOLD,
        Hold: Code.HOLD,
        Await: Code.AWAIT,
        Board: Code.BOARD,
        Take: Code.TAKE,
        Put: Code.PUT,
    }
    return codes[type(step)]


def _since_midnight_ms(moment: datetime) -> int:
    return to_ms((moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 60)


def _stock_row(stock: str, family: str, network: Network) -> str:
    families = next(item.opening for item in network.stocks if item.name == stock)
    return stock if len(families) == 1 else f"{stock}/{family}"


def _ints(values: Iterable[int] | IntArray) -> IntArray:
    return _frozen(np.array(values if isinstance(values, np.ndarray) else list(values), dtype=np.int64))


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
