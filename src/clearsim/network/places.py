"""Pools, stations, stocks, services and flows: what a network is made of."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from attrs import field, frozen
from attrs.validators import optional

from clearsim.network.arrivals import ALL_WEEK, Ahead, Arrivals
from clearsim.network.attributes import Attribute
from clearsim.network.calendar import Adjustment, Calendar, Planned, adjusted, as_calendar
from clearsim.network.labour import Spell
from clearsim.network.moments import Span, When, Window, moment, windows
from clearsim.network.pace import Pace
from clearsim.network.steps import Step
from clearsim.network.times import Constant, Distribution, as_distribution, one_length
from clearsim.network.values import (
    Length,
    each,
    fraction,
    kind_of,
    listed,
    mapping,
    money,
    name,
    names,
    of_a_day,
    one_of,
    pairs,
    signed,
    weekdays,
    whole,
)
from clearsim.network.word import Word, named
from clearsim.units import is_count, quoted, to_ms


class Label(NamedTuple):
    """What people read for a name: English and, where there is one, the Chinese customs term."""

    en: str
    zh: str = ""

    def __str__(self) -> str:
        return self.en if self.zh == self.en else f"{self.en} {self.zh}".strip()


_label = optional(kind_of(Label, "a Label"))


def _adjustments(values: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    return each(values, Adjustment, "a list of Adjustment")


def _spells(values: Iterable[Spell]) -> tuple[Spell, ...]:
    return each(values, Spell, "a list of Spell")


@frozen(field_transformer=named)
class Pool(Word):
    """Staff or equipment: officers, lanes, bays, scanners.

    `capacity` is a `Calendar`, made from a number, a daily roster or a calendar, or `Planned` moment by moment;
    `adjustments` change it between dates: an extra crew, the absent, a closure. With `labour`, the people of the pool
    and the rules that they keep, spell by spell, a KPI says whether they could have worked the hours of a run.

    Where several stations need the pool, an entity that waits for more of it than is free is not passed: what is free
    is kept for it (the rule is in `Station`). With `passing` those behind it take what is free. So more is in use, but
    an entity that needs several at once may wait for very long.
    """

    name: str = field(converter=name)
    capacity: Calendar | Planned = field(converter=as_calendar)
    kind: Literal["staff", "equipment"] = field(default="equipment", validator=one_of("staff", "equipment"))
    adjustments: tuple[Adjustment, ...] = field(default=(), converter=_adjustments)
    label: Label | None = field(default=None, validator=_label)
    labour: tuple[Spell, ...] = field(default=(), converter=_spells)
    passing: bool = field(default=False, validator=one_of(True, False))

    def __attrs_post_init__(self) -> None:
        if self.labour and self.kind == "equipment":
            raise ValueError("it is equipment: only staff have labour rules")

    def changes(self, start: datetime, end_ms: int) -> list[tuple[int, int]]:
        """`(ms since start, capacity)` wherever the capacity changes in [0, end_ms), the first at 0."""
        changes = adjusted(self.capacity.changes(start, end_ms), self.adjustments)
        return [change for change in changes if change[0] < end_ms]


def _needs(values: Mapping[str, int]) -> dict[str, int]:
    found = mapping(values, "needs such as {'officers': 1}")
    for pool, count in found.items():
        if not is_count(count) or count < 1:
            raise ValueError(f"how many of `{pool}` are needed is a whole number from 1 up, not {quoted(count)}")
    return found


@frozen(field_transformer=named)
class Station(Word):
    """One waiting line and what it takes to be served there: the pools in `needs`, together or not at all.

    Where stations compete for a pool, the heads of their lines are looked at in the order (priority, joined, entity);
    `priority` is the station's plus the entity's, and smaller is sooner. A head that fits into what is free is served.
    A head that does not fit waits, and what is free of the shared pools is kept for it, up to its needs: nobody behind
    it takes that. Three kinds of heads keep nothing, since people kept for them would stand idle:

    - a head that lacks something only its own station needs, such as a lane;
    - a head that needs more than are on duty;
    - a head that lacks units of a pool with `passing`, or of a pool held from `Enter` to `Leave` by entities that wait
      in between for what the head would keep: they could never leave.

    A station that needs nothing never makes anyone wait. `pace` makes its service faster or slower by the hour, or by
    how many are on duty. Every visit of a `trip` station costs somebody a trip to it (跑窗口), such as to a counter.
    """

    name: str = field(converter=name)
    needs: dict[str, int] = field(converter=_needs)
    priority: int = field(default=0, validator=signed)
    inspection: bool = field(default=False, validator=one_of(True, False))
    trip: bool = field(default=False, validator=one_of(True, False))
    pace: Pace | None = field(default=None, validator=optional(kind_of(Pace, "a Pace")))
    label: Label | None = field(default=None, validator=_label)


def _opening(values: Mapping[str, int]) -> dict[str, int]:
    found = mapping(values, "units of each family such as {'wine': 200}")
    if not found or not all(map(is_count, found.values())):
        raise ValueError(f"every family needs a whole number of units from 0 up, not {quoted(values)}")
    return found


@frozen(field_transformer=named)
class Stock(Word):
    """Goods in the bonded warehouse, by family: units on the shelf at the start."""

    name: str = field(converter=name)
    opening: dict[str, int] = field(converter=_opening)
    label: Label | None = field(default=None, validator=_label)


def _clocks(values: Length | Iterable[Length]) -> tuple[float, ...]:
    """Clock times of a day, one or several, in order."""
    several = (values,) if isinstance(values, str | int | float) else values
    found = tuple(of_a_day(at) for at in listed(several, "clock times such as ['09:00', '18:00']"))
    if list(found) != sorted(set(found)):
        raise ValueError("a timetable must be given in order of time, each departure once")
    return found


@frozen(field_transformer=named)
class Departures(Word):
    """A weekly timetable of departures: one or several clock times (``"09:00"``, or minutes), each with `slots`.

    All of `weekdays` (numbers, Monday 0) have the same departures. Departures at an interval that does not divide 24 h,
    such as every 7 h, are no weekly timetable: give the service `(moment, slots)` pairs instead.
    """

    minutes: tuple[float, ...] = field(converter=_clocks)
    slots: int = field(validator=whole())
    weekdays: tuple[int, ...] = field(default=ALL_WEEK, converter=weekdays)


def _departures(value: Departures | Iterable[tuple[When, int]]) -> Departures | tuple[tuple[float, int], ...]:
    if isinstance(value, Departures):
        return value
    what = "Departures, or moments and slots such as [('9 h', 50), ('18 h', 50)]"
    found = tuple((moment(at), slots) for at, slots in pairs(value, what))
    if not all(is_count(slots) for _, slots in found):
        raise ValueError("the slots of a departure are a whole number from 0 up")
    times = [to_ms(at) for at, _ in found]
    if times != sorted(set(times)) or min(times, default=0) < 0:
        raise ValueError("departures must be given in order of time, each once, from the start of the run on")
    return found


@frozen(field_transformer=named)
class LateDepartures(Span):
    """Departures scheduled from `from_min` until `until_min` leave later by `by`.

    A distribution is drawn once a departure. Where the `cut_off` ``"moves"``, they close so much later as well, and
    late cargo may still catch them; where it ``"stays"``, they close as scheduled.
    """

    by: Distribution = field(converter=as_distribution)
    cut_off: Literal["moves", "stays"] = field(default="moves", validator=one_of("moves", "stays"))


def _late(values: Iterable[LateDepartures]) -> tuple[LateDepartures, ...]:
    return each(values, LateDepartures, "a list of LateDepartures")


@frozen(field_transformer=named)
class Service(Word):
    """Departures that leave by their timetable whether or not the cargo made it: trains, courier trucks, shuttles.

    `departures` is a weekly timetable or explicit `(moment, slots)` pairs. A departure takes those who joined the line
    no later than `cut_off` minutes before it, in order of (priority, joined, entity), up to its slots. One that takes
    more slots than are left waits for the next departure, and those behind it too; with `passing` smaller ones behind
    it may go. Departures go on until the run ends, its run-on included; one that closes before the start takes nobody.

    Every departure leaves later than scheduled by its `delay`, drawn once a departure, and closes so much later. Those
    in a window of `late` leave later still; delays add up, and windows that overlap draw on the same luck. A departure
    may be so late that the next leaves before it, or that it leaves after the end of the run, with those aboard.
    Departures scheduled within a window `(from, until)` of `cancelled` take nobody and are not late; entities that were
    booked on one have missed it.
    """

    name: str = field(converter=name)
    departures: Departures | tuple[tuple[float, int], ...] = field(converter=_departures)
    cut_off: float = field(default=0.0, converter=one_length)
    delay: Distribution = field(default=Constant(0.0), converter=as_distribution)
    cancelled: tuple[Window, ...] = field(default=(), converter=windows)
    late: tuple[LateDepartures, ...] = field(default=(), converter=_late)
    label: Label | None = field(default=None, validator=_label)
    passing: bool = field(default=False, validator=one_of(True, False))


@frozen(field_transformer=named)
class LateFee(Word):
    """A fee on the `amount` (CNY) of those who finish after their `due` time (minutes after arrival).

    Every day begun after the due time costs `per_day` of the amount; a fee that falls due is at least `least_cny`.
    Both names are `Number` attributes of the flow.
    """

    due: str = field(converter=name)
    amount: str = field(converter=name)
    per_day: float = field(converter=fraction)
    least_cny: float = field(converter=money)


@frozen(field_transformer=named)
class Control(Word):
    """What inspection control (布控) looks for, and where: names of shares of the flow, and of stations.

    `controlled` are under a control instruction; the `non_compliant` have something to be found, and in a `hit` it is
    found (查獲). The controlled are looked at `at` these stations.
    """

    controlled: str = field(converter=name)
    non_compliant: str = field(converter=name)
    hit: str = field(converter=name)
    at: tuple[str, ...] = field(converter=names)


def _steps(values: Step | Iterable[Step]) -> tuple[Step, ...]:
    several = (values,) if isinstance(values, Step) else values
    return each(several, Step, "a list of steps such as Serve('gate', '2 min')")


def _attributes(values: Mapping[str, Attribute]) -> dict[str, Attribute]:
    found = mapping(values, "attributes by their names, such as {'inspected': Share('30 %')}")
    for attribute, value in found.items():
        if not isinstance(value, Attribute):
            what = "a Share, Category, Number, During, AnyOf or AllOf"
            raise ValueError(f"attribute `{attribute}` is {what}, not {quoted(value)}")
    return found


def _labels(values: Mapping[str, Label]) -> dict[str, Label]:
    found = mapping(values, "labels by the names that they are for")
    each(found.values(), Label, "a Label for each name, such as Label('released', '放行')")
    return found


def _priority(word: object, item: object, value: object) -> None:
    if not isinstance(value, str):
        signed(word, item, value)


@frozen(field_transformer=named)
class Flow(Word):
    """One kind of entity: when it arrives, what distinguishes it, and the steps it takes.

    `priority` is one number for all (smaller goes first) or the name of a `Category`, whose first class goes first.
    `milestones` says what people read for the milestones of its steps. `apart` names shares, or classes of a category
    (``"channel=online"``): those who have one, and those who do not, are measured apart as well, and `groups` says what
    people read for them (``"fast"`` and ``"not fast"``).
    """

    name: str = field(converter=name)
    arrivals: Arrivals = field(validator=kind_of(Arrivals, "Poisson, At, Landings, Recorded or Ahead"))
    steps: tuple[Step, ...] = field(converter=_steps)
    attributes: dict[str, Attribute] = field(factory=dict, converter=_attributes)
    priority: int | str = field(default=0, validator=_priority)
    late_fee: LateFee | None = field(default=None, validator=optional(kind_of(LateFee, "a LateFee")))
    label: Label | None = field(default=None, validator=_label)
    milestones: dict[str, Label] = field(factory=dict, converter=_labels)
    apart: tuple[str, ...] = field(default=(), converter=names)
    groups: dict[str, Label] = field(factory=dict, converter=_labels)
    control: Control | None = field(default=None, validator=optional(kind_of(Control, "a Control")))


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
