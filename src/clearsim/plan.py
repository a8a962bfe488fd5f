"""The plan: a network in integers, for the engines.

`compile_network` turns names into indices, minutes into milliseconds, weekly calendars into changes of capacity, weekly
timetables into departures, and every flow into rows of one table of steps. There is no randomness here: all that
is random is in the demand. All arrays are read-only.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from clearsim.flow.attributes import Category
from clearsim.flow.network import Network
from clearsim.flow.places import Departures, Flow, Label, LateFee, Place, Service, attributes_of
from clearsim.flow.staffing import Forecast
from clearsim.flow.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.flow.times import Constant, Distribution, as_distribution
from clearsim.units import DAY_MS, to_ms

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


STAMPS = {Code.SERVE: 2, Code.ENTER: 1, Code.HOLD: 1, Code.AWAIT: 1, Code.BOARD: 1, Code.TAKE: 1}
"""Stamps a step leaves: a `Serve` its start and its end, others the moment they were done, `Leave` and `Put` none."""


class Pools(NamedTuple):
    """`P` pools and every change of their capacity, in order of (ms, pool); the changes at 0 set the beginning."""

    names: tuple[str, ...]
    is_staff: npt.NDArray[np.bool_]
    change_ms: IntArray
    change_pool: IntArray
    change_capacity: IntArray


class Stations(NamedTuple):
    """`S` stations; station `s` needs `need_count[k]` of `need_pool[k]` for k in `need_first[s]:need_first[s + 1]`."""

    names: tuple[str, ...]
    priority: IntArray
    is_inspection: npt.NDArray[np.bool_]
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


class Flows(NamedTuple):
    """`F` flows; flow `f` takes the steps `first_step[f]:first_step[f + 1]`.

    Its entities have `stamps[f]` stamps and `numbers[f]` pre-drawn numbers each.
    """

    names: tuple[str, ...]
    first_step: IntArray
    stamps: IntArray
    numbers: IntArray
    late_fee: tuple[LateFee | None, ...]
    attributes: tuple[tuple[str, ...], ...]


class Steps(NamedTuple):
    """One row a step, flow after flow.

    A step is taken by an entity with all the flags in `only` and none in `unless`. `target` is a station, a flow, a
    service or a stock row. The hold (ms) or the stock row's offset is `number`, or the entity's own number in column
    `column` (`NONE` where there is no column). `stamp` is the step's first stamp column, `NONE` if it leaves none.
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
    driver: tuple[str | None, ...]
    is_travel: npt.NDArray[np.bool_]
    milestone: tuple[str | None, ...]


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
    labels: Mapping[str, Label]

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
        ),
        steps=_steps(network, [(stock, family) for stock, family, _ in stocks]),
        labels={
            **{name: label for flow in flows for name, label in flow.milestones.items()},
            **{place.name: place.label for place in places if place.label is not None},
        },
    )


def _pools(network: Network, end_ms: int) -> Pools:
    changes = sorted(
        (at_ms, pool, capacity)
        for pool, item in enumerate(network.pools)
        for at_ms, capacity in item.changes(network.start, end_ms)
    )
    return Pools(
        names=tuple(pool.name for pool in network.pools),
        is_staff=_frozen(np.array([pool.kind == "staff" for pool in network.pools], dtype=np.bool_)),
        change_ms=_ints(at_ms for at_ms, _, _ in changes),
        change_pool=_ints(pool for _, pool, _ in changes),
        change_capacity=_ints(capacity for _, _, capacity in changes),
    )


def _stations(network: Network) -> Stations:
    pool_index = {pool.name: index for index, pool in enumerate(network.pools)}
    needs = [(pool_index[pool], count) for station in network.stations for pool, count in station.needs.items()]
    return Stations(
        names=tuple(station.name for station in network.stations),
        priority=_ints(station.priority for station in network.stations),
        is_inspection=_frozen(np.array([station.inspection for station in network.stations], dtype=np.bool_)),
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
    """Every departure that closes before the end of the run: `(ms, slots)`."""
    if not isinstance(service.departures, Departures):
        return [(to_ms(minute), slots) for minute, slots in service.departures]
    start = network.start
    midnight_ms = -to_ms((start - start.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds() / 60)
    last_ms = end_ms + to_ms(service.cut_off_min)
    return [
        (at_ms, service.departures.slots)
        for day in range((last_ms - midnight_ms) // DAY_MS + 1)
        if (start.weekday() + day) % 7 in service.departures.weekdays
        for minute in service.departures.clock_minutes
        if (at_ms := midnight_ms + day * DAY_MS + to_ms(minute)) >= 0
    ]


def _steps(network: Network, stocks: Sequence[tuple[str, str]]) -> Steps:
    index = {
        kind: {item.name: i for i, item in enumerate(getattr(network, kind))}
        for kind in ("stations", "services", "flows")
    }
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


def _stock_row(stock: str, family: str, network: Network) -> str:
    families = next(item.opening for item in network.stocks if item.name == stock)
    return stock if len(families) == 1 else f"{stock}/{family}"


def _ints(values: Iterable[int] | IntArray) -> IntArray:
    return _frozen(np.array(values if isinstance(values, np.ndarray) else list(values), dtype=np.int64))


def _frozen(array: Array) -> Array:
    array.flags.writeable = False
    return array
