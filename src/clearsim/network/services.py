"""Services: departures that leave by their timetable."""

from collections.abc import Iterable
from typing import Literal

from attrs import field, frozen

from clearsim.language import Label, Text
from clearsim.network.arrivals import ALL_WEEK
from clearsim.network.moments import Span, When, Window, moment, windows
from clearsim.network.places import is_label
from clearsim.network.times import Constant, Distribution, as_distribution, one_length
from clearsim.network.values import Length, each, listed, name, of_a_day, one_of, pairs, weekdays, whole
from clearsim.network.word import Word, named
from clearsim.units import is_count, to_ms


def _clocks(values: Length | Iterable[Length]) -> tuple[float, ...]:
    """Clock times of a day, one or several, in order."""
    several = (values,) if isinstance(values, str | int | float) else values
    found = tuple(of_a_day(at) for at in listed(several, Text("clock times such as ['09:00', '18:00']")))
    if list(found) != sorted(set(found)):
        raise ValueError(Text("a timetable must be given in order of time, each departure once"))
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
    what = Text("Departures, or moments and slots such as [('9 h', 50), ('18 h', 50)]")
    found = tuple((moment(at), slots) for at, slots in pairs(value, what))
    if not all(is_count(slots) for _, slots in found):
        raise ValueError(Text("the slots of a departure are a whole number from 0 up"))
    times = [to_ms(at) for at, _ in found]
    if times != sorted(set(times)) or min(times, default=0) < 0:
        text = Text("departures must be given in order of time, each once, from the start of the run on")
        raise ValueError(text)
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
    return each(values, LateDepartures, Text("a list of {word}", word="LateDepartures"))


@frozen(field_transformer=named)
class Service(Word):
    """Departures that leave by their timetable whether or not the cargo made it: trains, courier trucks, shuttles.

    `departures` is a weekly timetable or explicit `(moment, slots)` pairs. A departure takes those who joined the line
    no later than `cut_off` minutes before it, in order of (priority, joined, entity), up to its slots. One that takes
    more slots than are left waits for the next departure, and those behind it too; with `passing` smaller ones behind
    it may go. Departures go on until the run ends, its run-on included; one that closes before the start takes nobody.

    Every departure leaves later than scheduled by its `delay`, drawn once a departure, and closes so much later. Those
    in a window of `late` leave later still; delays add up, and windows that overlap use the same draw. A departure
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
    label: Label | None = field(default=None, validator=is_label)
    passing: bool = field(default=False, validator=one_of(True, False))
