"""The plan: a network in integers, as the engines read it. All arrays are read-only."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from clearsim.language import Label
from clearsim.network.flows import Control, LateFee
from clearsim.network.labour import Spell
from clearsim.network.prices import Prices
from clearsim.units import DAY_MS, since_midnight_ms

IntArray = npt.NDArray[np.int64]
Array = TypeVar("Array", bound=npt.NDArray[Any])
NOT_YET = -1
"""A stamp that was not reached by the end of the run."""
NONE = -1
"""No such row, column or index."""
LONGEST_RUN_MS = 100 * 366 * DAY_MS
"""No run is longer than a century. So sums of times stay far below the limit of int64."""


class Code(IntEnum):
    """What a step does, as the engines read it. `Travel` and `Hold` have the same code."""

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
others the moment they were done, `Leave` and `Put` none. An entity that gives up has only the first of the two."""
BACKLOG, PROPORTIONAL = 0, 1
"""Kinds of staffing rules."""


class Pools(NamedTuple):
    """`P` pools and every change of their capacity, in order of (ms, pool); the changes at 0 set the beginning.

    `most` is the capacity at its largest, in the run and in the week after it. `roster` are the changes of the pools'
    own calendars, before adjustments. A waiting head keeps what is free of the pools that are `is_keepable`. `labour`
    are the pools' people and the rules that these keep, which engines do not look at.
    """

    names: tuple[str, ...]
    is_staff: npt.NDArray[np.bool_]
    is_keepable: npt.NDArray[np.bool_]
    change_ms: IntArray
    change_pool: IntArray
    change_capacity: IntArray
    most: IntArray
    roster_ms: IntArray
    roster_pool: IntArray
    roster_capacity: IntArray
    labour: tuple[tuple[Spell, ...], ...]


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
    """Departures of all services as scheduled, in order of (closing, service, departure).

    Departure `d` of service `service[d]` is to close at `closes_ms[d]`, which may lie before the start, and to leave at
    `departs_ms[d]` with up to `slots[d]`. How late it is, is random and so in the demand; a cancelled one has 0 slots.
    Smaller ones may pass one that does not fit where the service's `passing` is true.
    """

    names: tuple[str, ...]
    passing: npt.NDArray[np.bool_]
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
    """Staffing rules that decide during the run. Rule `r` sets the pools of its members `first[r]:first[r + 1]`.

    Member `m` is pool `pool[m]`, which keeps `keep[m]`; what waits for it is the sum, over k in
    `watch_first[m]:watch_first[m + 1]`, of the line of `station[k]` times `weight[k]` (1 for a backlog rule, seconds of
    work for people who follow the work). People who are called or moved arrive after `delay_ms[r]`. `rule_of[p]` is the
    rule that sets pool `p`, `NONE` without one.
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
    ``flow/share`` and ``flow/not share``. A companion goes ahead of an entity of another flow.
    """

    names: tuple[str, ...]
    is_companion: npt.NDArray[np.bool_]
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
    service or a stock row. The hold (ms), the stock row's offset or the slots of a boarding is `number`, or the
    entity's own number in column `column` (`NONE` where there is no column). `stamp` is the step's first stamp column,
    `NONE` if it leaves none. `pace` is the row of the pace at which a hold goes, `NONE` for as drawn; `patience_ms`
    belongs to `TRY`. A step's milestone counts the entities that take the step, or ``"all"`` that come past it
    (`milestone_of`).
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
    milestone_of: tuple[str, ...]


class Events(NamedTuple):
    """Surges and disruptions: event `e` lasts from `from_ms[e]` until `until_ms[e]`; both may be outside the run."""

    names: tuple[str, ...]
    from_ms: IntArray
    until_ms: IntArray


class Plan(NamedTuple):
    """A network in integers. Times are ms after `start`; arrivals end at `arrivals_end_ms`, the run at `end_ms`.

    Engines know nothing of `warm_up_ms`; measures leave out what lies before it.
    """

    name: str
    start: datetime
    warm_up_ms: int
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
        return since_midnight_ms(self.start)

    def label(self, name: str) -> Label:
        """The label of a pool, station, flow or another name; made from the name where it has none."""
        return self.labels.get(name) or Label(name.replace("_", " "))

    def most(self, pool: int) -> int:
        """The most that a pool can have: its largest capacity, and those that a rule may add."""
        most, rule = int(self.pools.most[pool]), int(self.rules.rule_of[pool])
        if rule == NONE:
            return most
        if self.rules.kind[rule] == BACKLOG:
            return most + int(self.rules.at_most[rule])
        return int(self.pools.most[self.rules.pool[self.rules.first[rule] : self.rules.first[rule + 1]]].sum())

    def needs_of(self, station: int) -> list[tuple[int, int]]:
        """The pools that a station needs, and how much of each."""
        own = slice(*self.stations.need_first[station : station + 2].tolist())
        return list(zip(self.stations.need_pool[own].tolist(), self.stations.need_count[own].tolist(), strict=True))

    def leave_of(self, flow: int, enter: int) -> int:
        """The step of the flow that leaves what the step `enter` enters."""
        code, target = self.steps.code, self.steps.target
        later = [step for step in self.steps_of(flow) if step > enter and code[step] == Code.LEAVE]
        return next(step for step in later if target[step] == target[enter])

    def place_of(self, step: int) -> str:
        """The name of the station, service or stock at which the line of a step forms."""
        target = int(self.steps.target[step])
        match Code(int(self.steps.code[step])):
            case Code.BOARD:
                return self.services.names[target]
            case Code.TAKE | Code.TRY | Code.PUT:
                return self.stocks.names[target].partition("/")[0]
            case _:
                return self.stations.names[target]

    def steps_of(self, flow: int) -> range:
        """Rows of `steps` that belong to the flow."""
        return range(int(self.flows.first_step[flow]), int(self.flows.first_step[flow + 1]))


def ints(values: Iterable[int] | IntArray) -> IntArray:
    """The numbers as a read-only array."""
    return frozen(np.array(values if isinstance(values, np.ndarray) else list(values), dtype=np.int64))


def frozen(array: Array) -> Array:
    """The array, read-only from now on."""
    array.flags.writeable = False
    return array
