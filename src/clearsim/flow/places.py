"""Pools, stations, stocks, services and flows: what a network is made of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from clearsim.flow.arrivals import Ahead, Arrivals
from clearsim.flow.attributes import Attribute
from clearsim.flow.calendar import Adjustment, Calendar, Capacity, Planned, Window, adjusted, as_calendar, windows_of
from clearsim.flow.pace import Pace
from clearsim.flow.steps import Step
from clearsim.flow.times import Time, as_distribution
from clearsim.units import LONGEST_MIN, clock_min, duration_min, is_count, to_ms


class Label(NamedTuple):
    """What people read for a name: English and, where there is one, the Chinese customs term."""

    en: str
    zh: str = ""

    def __str__(self) -> str:
        return self.en if self.zh == self.en else f"{self.en} {self.zh}".strip()


@dataclass(frozen=True)
class Pool:
    """Staff or equipment: officers, lanes, bays, scanners.

    `capacity` is a number, a daily roster, a `Calendar`, or `Planned` moment by moment; `adjustments` change it between
    dates: an extra crew, the absent, a closure.
    """

    name: str
    capacity: Capacity
    kind: Literal["staff", "equipment"] = "equipment"
    adjustments: Sequence[Adjustment] = ()
    label: Label | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "adjustments", tuple(self.adjustments))

    @property
    def calendar(self) -> Calendar | Planned:
        """The capacity before adjustments."""
        return as_calendar(self.capacity)

    def changes(self, start: datetime, end_ms: int) -> list[tuple[int, int]]:
        """`(ms since start, capacity)` wherever the capacity changes in [0, end_ms), the first at 0."""
        changes = adjusted(self.calendar.changes(start, end_ms), self.adjustments)
        return [change for change in changes if change[0] < end_ms]


@dataclass(frozen=True)
class Station:
    """One waiting line and what it takes to be served there: the pools in `needs`, together or not at all.

    Where stations compete for a pool, the head with the smallest (priority, joined, entity) goes first; `priority`
    is the station's plus the entity's, and smaller is sooner. A station that needs nothing never makes anyone wait.
    `pace` makes its service faster or slower by the hour, or by how many are on duty. Every visit of a `trip` station
    costs somebody a trip to it (跑窗口), such as to a counter.
    """

    name: str
    needs: Mapping[str, int]
    priority: int = 0
    inspection: bool = False
    trip: bool = False
    pace: Pace | None = None
    label: Label | None = None


@dataclass(frozen=True)
class Stock:
    """Goods in the bonded warehouse, by family: units on the shelf at the start."""

    name: str
    opening: Mapping[str, int]
    label: Label | None = None


@dataclass(frozen=True)
class Departures:
    """A weekly timetable of departures: ``"09:00"`` or minutes after midnight, each with a number of `slots`.

    All of `weekdays` (numbers, Monday 0) have the same departures. Departures at an interval that does not divide 24 h,
    such as every 7 h, are no weekly timetable: give the service `(minute after the start, slots)` pairs instead.
    """

    minutes: Sequence[float | str]
    slots: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        minutes = tuple(clock_min(at) if isinstance(at, str) else float(at) for at in self.minutes)
        object.__setattr__(self, "minutes", minutes)
        object.__setattr__(self, "weekdays", tuple(self.weekdays))
        if any(not 0 <= minute < 24 * 60 for minute in minutes):
            raise ValueError("a departure lies between 00:00 and 23:59")
        if list(minutes) != sorted(set(minutes)):
            raise ValueError("a timetable must stand in order of time, each departure once")
        if not is_count(self.slots):
            raise ValueError(f"the slots of a departure are a whole number from 0 up, not {self.slots}")
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"weekdays are numbers from 0 (Monday) to 6, not {self.weekdays}")

    @property
    def clock_minutes(self) -> tuple[float, ...]:
        """The departures as minutes after midnight."""
        return tuple(float(at) for at in self.minutes)


@dataclass(frozen=True)
class LateDepartures:
    """Departures scheduled from `from_min` until `until_min`, minutes after the start, leave later by `by`.

    A distribution is drawn once a departure. Where the `cut_off` ``"moves"``, they close so much later as well, and
    late cargo may still catch them; where it ``"stays"``, they close as scheduled.
    """

    from_min: float
    until_min: float
    by: Time
    cut_off: Literal["moves", "stays"] = "moves"

    def __post_init__(self) -> None:
        ((from_min, until_min),) = windows_of([(self.from_min, self.until_min)])
        object.__setattr__(self, "from_min", from_min)
        object.__setattr__(self, "until_min", until_min)
        object.__setattr__(self, "by", as_distribution(self.by))
        if self.cut_off not in ("moves", "stays"):
            raise ValueError(f'the cut-off of late departures "moves" or "stays", not {self.cut_off!r}')


@dataclass(frozen=True)
class Service:
    """Departures that leave by their timetable whether or not the cargo made it: trains, courier trucks, shuttles.

    `departures` is a weekly timetable or explicit `(minute after the start, slots)` pairs. A departure takes those
    who joined the line no later than `cut_off` before it, in order of (priority, joined, entity), up to its slots.
    Departures go on until the run ends, its run-on included; one that closes before the start takes nobody.

    Every departure leaves later than scheduled by its `delay`, drawn once a departure, and closes so much later. Those
    in a window of `late` leave later still; delays add up, and windows that overlap draw on the same luck. A departure
    may be so late that the next leaves before it, or that it leaves after the end of the run, with those aboard.
    Departures scheduled within a window `(from, until)` of `cancelled`, minutes after the start, take nobody and are
    not late; entities that were booked on one have missed it.
    """

    name: str
    departures: Departures | Sequence[tuple[float, int]]
    cut_off: Time = 0.0
    delay: Time = 0.0
    cancelled: Sequence[Window] = ()
    late: Sequence[LateDepartures] = ()
    label: Label | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "delay", as_distribution(self.delay))
        object.__setattr__(self, "cancelled", windows_of(self.cancelled))
        object.__setattr__(self, "late", tuple(self.late))
        if not all(isinstance(item, LateDepartures) for item in self.late):
            raise ValueError(f"{self.name}: late is a list of `LateDepartures`, not {self.late!r}")
        cut_off = duration_min(self.cut_off) if isinstance(self.cut_off, str) else self.cut_off
        if not isinstance(cut_off, (int, float)) or not 0 <= cut_off <= LONGEST_MIN:
            raise ValueError(f"the cut-off of {self.name} is minutes or a duration, not {self.cut_off!r}")
        object.__setattr__(self, "cut_off", float(cut_off))
        if not isinstance(self.departures, Departures):
            object.__setattr__(self, "departures", tuple((float(at), slots) for at, slots in self.departures))
            times = [to_ms(at) for at, _ in self.departures if 0 <= at <= LONGEST_MIN]
            if times != sorted(set(times)) or len(times) < len(self.departures):
                raise ValueError(f"the departures of {self.name} must stand in order of time, each once, from 0 up")
            if not all(is_count(slots) for _, slots in self.departures):
                raise ValueError(f"the slots of {self.name} are whole numbers from 0 up")

    @property
    def cut_off_min(self) -> float:
        """The cut-off, in minutes before departure."""
        return float(self.cut_off)  # type: ignore[arg-type]  # `__post_init__` leaves a number


@dataclass(frozen=True)
class LateFee:
    """A fee on the `amount` (CNY) of those who finish after their `due` time (minutes after arrival).

    Every day begun after the due time costs `per_day` of the amount; a fee that falls due is at least `least_cny`.
    Both names are `Number` attributes of the flow.
    """

    due: str
    amount: str
    per_day: float
    least_cny: float


@dataclass(frozen=True)
class Control:
    """What inspection control (布控) looks for, and where: names of shares of the flow, and of stations.

    `controlled` are under a control instruction; the `non_compliant` have something to be found, and in a `hit` it is
    found (查獲). The controlled are looked at `at` these stations.
    """

    controlled: str
    non_compliant: str
    hit: str
    at: str | Sequence[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", (self.at,) if isinstance(self.at, str) else tuple(self.at))


@dataclass(frozen=True)
class Flow:
    """One kind of entity: when it arrives, what distinguishes it, and the steps it takes.

    `priority` is one number for all (smaller goes first) or the name of a `Category`, whose first class goes first.
    `milestones` says what people read for the milestones of its steps. `apart` names shares, or classes of a category
    (``"channel=online"``): those who have one, and those who do not, are measured apart as well, and `groups` says what
    people read for them (``"fast"`` and ``"not fast"``).
    """

    name: str
    arrivals: Arrivals
    steps: Sequence[Step]
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    priority: int | str = 0
    late_fee: LateFee | None = None
    label: Label | None = None
    milestones: Mapping[str, Label] = field(default_factory=dict)
    apart: str | Sequence[str] = ()
    groups: Mapping[str, Label] = field(default_factory=dict)
    control: Control | None = None

    def __post_init__(self) -> None:
        if isinstance(self.steps, Step):
            object.__setattr__(self, "steps", (self.steps,))
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "apart", (self.apart,) if isinstance(self.apart, str) else tuple(self.apart))


Place = Pool | Station | Stock | Service | Flow


def companions_of(flows: Iterable[Flow]) -> dict[str, str]:
    """Companion flow → the flow that it goes ahead of."""
    return {flow.name: flow.arrivals.of for flow in flows if isinstance(flow.arrivals, Ahead)}


def attributes_of(flow: Flow, flows: Iterable[Flow]) -> Mapping[str, Attribute]:
    """The attributes of the flow's entities; a companion has those of its partner."""
    by_name = {other.name: other for other in flows}
    if isinstance(flow.arrivals, Ahead):
        return by_name[flow.arrivals.of].attributes if flow.arrivals.of in by_name else {}
    return flow.attributes
