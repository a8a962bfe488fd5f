"""Calendars: how many of a pool are on duty, and when. Immutable values that print as a roster reads."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from numbers import Integral

from attrs import field, frozen

from clearsim.language import Text
from clearsim.language import listed as joined
from clearsim.network.moments import Span, When, Window, moment
from clearsim.network.values import listed, of_a_day, pairs, signed, within
from clearsim.network.word import Word, named
from clearsim.units import DAY_MS, MINUTE_MS, clock_text, expected, is_count, quoted, since_midnight_ms, to_ms

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Roster = Mapping[str, int]
"""Clock times to the number on duty from then on, such as ``{"00:00": 4, "08:00": 8}``."""
MOST_CAPACITY = 1_000_000


def is_within(at_ms: int, windows: Iterable[Window]) -> bool:
    """Whether the moment lies in one of the windows; each holds its beginning and not its end."""
    return any(to_ms(from_min) <= at_ms < to_ms(until_min) for from_min, until_min in windows)


def weekdays_of(text: str) -> tuple[int, ...]:
    """Indices (Monday 0) of ``"mon"``, ``"mon-fri"`` or ``"sat,sun"``.

    >>> weekdays_of("mon-wed,sun")
    (0, 1, 2, 6)
    """
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last and last not in WEEKDAYS):
            raise ValueError(expected(Text("weekdays such as `mon-fri` or `sat,sun`"), f"`{text}`"))
        low, high = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if low > high:
            backwards = Text("weekdays run from Monday to Sunday; `{days}` runs backwards", days=part.strip())
            raise ValueError(backwards)
        days += range(low, high + 1)
    if len(set(days)) < len(days):
        raise ValueError(Text("`{days}` names a weekday twice", days=text))
    return tuple(days)


def _capacity(value: int) -> int:
    if not is_count(value) or value > MOST_CAPACITY:
        raise ValueError(Text("a capacity is a whole number from 0 to 1 000 000, not {value}", value=quoted(value)))
    return int(value)


def _week(days: Iterable[Iterable[tuple[int, int]]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    what = Text("seven days, each with its (minute, capacity) changes")
    week = tuple(
        tuple((int(of_a_day(minute)), _capacity(capacity)) for minute, capacity in pairs(day, what))
        for day in listed(days, what)
    )
    if len(week) != 7:
        raise ValueError(Text("a calendar has seven days"))
    if not any(week):
        raise ValueError(Text("a calendar needs at least one capacity"))
    if any([m for m, _ in day] != sorted({m for m, _ in day}) for day in week):
        raise ValueError(Text("the changes of a day are given in the order of the clock, each once"))
    return week


@frozen(field_transformer=named, repr=False)
class Calendar(Word):
    """Capacity over the week: for each weekday (Monday first) the `(minute of the day, capacity)` changes.

    Make one with `constant`, `daily` or `weekly`. Before a day's first change yesterday's last capacity goes on.

    >>> Calendar.daily({"00:00": 4, "08:00": 8})
    Calendar: daily 00:00 4, 08:00 8
    >>> Calendar.weekly({"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": {"00:00": 0}}).most
    3
    """

    week: tuple[tuple[tuple[int, int], ...], ...] = field(converter=_week)

    @classmethod
    def constant(cls, capacity: int) -> "Calendar":
        """The same capacity at every hour."""
        return cls((((0, capacity),),) * 7)

    @classmethod
    def daily(cls, roster: Roster) -> "Calendar":
        """The same `roster` every day."""
        return cls((_day(roster),) * 7)

    @classmethod
    def weekly(cls, rosters: Mapping[str, Roster]) -> "Calendar":
        """A roster for some weekdays each, such as ``{"mon-fri": …, "sat,sun": …}``; every weekday exactly once."""
        week: list[tuple[tuple[int, int], ...] | None] = [None] * 7
        for days, roster in rosters.items():
            for index in weekdays_of(days):
                if week[index] is not None:
                    raise ValueError(Text("{day} has two rosters", day=WEEKDAYS[index]))
                week[index] = _day(roster)
        missing = [name for name, day in zip(WEEKDAYS, week, strict=True) if day is None]
        if missing:
            raise ValueError(Text("no roster for {days}", days=joined(missing)))
        return cls(tuple(day for day in week if day is not None))

    @property
    def most(self) -> int:
        """The largest capacity."""
        return max(capacity for day in self.week for _, capacity in day)

    def changes(self, start: datetime, end_ms: int) -> list[tuple[int, int]]:
        """`(ms since start, capacity)` wherever the capacity changes in [0, end_ms), the first at 0."""
        midnight_ms = -since_midnight_ms(start)
        result: list[tuple[int, int]] = []
        current = self._before(start.weekday())
        day = 0
        while midnight_ms + day * DAY_MS < end_ms:
            for minute, capacity in self.week[(start.weekday() + day) % 7]:
                at_ms = midnight_ms + day * DAY_MS + minute * MINUTE_MS
                if at_ms <= 0:
                    current = capacity
                elif at_ms < end_ms:
                    result.append((at_ms, capacity))
            day += 1
        result.insert(0, (0, current))
        return _changing(result)

    def __add__(self, other: "Calendar") -> "Calendar":
        """Both together, as when two teams become one.

        >>> Calendar.daily({"08:00": 2, "16:00": 0}) + Calendar.constant(3)
        Calendar: daily 00:00 3, 08:00 5, 16:00 3
        """
        if not isinstance(other, Calendar):
            return NotImplemented
        week = []
        for weekday in range(7):
            mine, theirs = dict(self.week[weekday]), dict(other.week[weekday])
            here, there = self._before(weekday), other._before(weekday)
            day = []
            for minute in sorted(mine.keys() | theirs.keys()):
                here, there = mine.get(minute, here), theirs.get(minute, there)
                day.append((minute, here + there))
            week.append(tuple(day))
        return Calendar(tuple(week))

    def _before(self, weekday: int) -> int:
        """The capacity in force as this weekday begins: the last change of the days before it."""
        for back in range(1, 8):
            day = self.week[(weekday - back) % 7]
            if day:
                return day[-1][1]
        raise ValueError(Text("a calendar needs at least one capacity"))

    def __repr__(self) -> str:
        if len(set(self.week)) == 1:
            return f"Calendar: daily {_shown(self.week[0])}"
        return "Calendar: " + "; ".join(f"{name} {_shown(d)}" for name, d in zip(WEEKDAYS, self.week, strict=True))


def _moments(values: Iterable[tuple[When, int]]) -> tuple[tuple[float, int], ...]:
    what = Text("a list of moments and capacities, such as [(0, 4), ('8 h', 6)]")
    found = tuple((moment(at), _capacity(capacity)) for at, capacity in pairs(values, what))
    at_min = [at for at, _ in found]
    if not found or at_min[0] != 0 or at_min != sorted(set(at_min)):
        text = Text("the moments of a planned capacity are given in order of time, each once, the first at 0")
        raise ValueError(text)
    return found


@frozen(field_transformer=named)
class Planned(Word):
    """Capacity moment by moment: `(minutes after the start, capacity)` changes in order of time, the first at 0.

    >>> Planned(((0.0, 2), (90.0, 5))).most
    5
    """

    moments: tuple[tuple[float, int], ...] = field(converter=_moments)

    @property
    def most(self) -> int:
        """The largest capacity."""
        return max(capacity for _, capacity in self.moments)

    def changes(self, start: datetime, end_ms: int) -> list[tuple[int, int]]:
        """`(ms since start, capacity)` wherever the capacity changes in [0, end_ms), the first at 0."""
        return _changing([(at_ms, now) for at, now in self.moments if (at_ms := to_ms(at)) < end_ms])


def _times(value: float) -> float:
    return within(value, 0, 1000, Text("a factor"))


@frozen(field_transformer=named)
class Adjustment(Span):
    """From `from_min` to `until_min` after the start the capacity is `times` as large, and then `plus` larger.

    `times` rounds to the nearest whole number, halves up; nothing falls below 0. Several may hold at once: all the
    factors apply before anything is added.

    >>> adjusted([(0, 4)], [Adjustment(60, 120, times=0.6), Adjustment(90, 180, plus=3)])
    [(0, 4), (3600000, 2), (5400000, 5), (7200000, 7), (10800000, 4)]
    """

    times: float = field(default=1.0, converter=_times)
    plus: int = field(default=0, validator=signed)


def adjusted(changes: Sequence[tuple[int, int]], adjustments: Sequence[Adjustment]) -> list[tuple[int, int]]:
    """The `(ms, capacity)` changes, the first at 0, after the adjustments."""
    if not adjustments:
        return list(changes)
    windows = [(to_ms(item.from_min), to_ms(item.until_min), item) for item in adjustments]
    last_ms = max([changes[-1][0], *(until_ms for _, until_ms, _ in windows)])
    moments = {at_ms for at_ms, _ in changes} | {at for a, b, _ in windows for at in (a, b) if 0 < at <= last_ms}
    result: list[tuple[int, int]] = []
    later = iter([*changes[1:], (last_ms + 1, 0)])
    base, (next_ms, following) = changes[0][1], next(later)
    for at_ms in sorted(moments):
        while next_ms <= at_ms:
            base, (next_ms, following) = following, next(later)
        holding = [item for from_ms, until_ms, item in windows if from_ms <= at_ms < until_ms]
        scaled = math.floor(base * math.prod(item.times for item in holding) + 0.5)
        result.append((at_ms, max(0, scaled + sum(item.plus for item in holding))))
    return _changing(result)


def _changing(moments: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Only the moments at which the capacity is another than before."""
    return [now for i, now in enumerate(moments) if i == 0 or now[1] != moments[i - 1][1]]


Capacity = int | Calendar | Planned | Roster


def as_calendar(capacity: Capacity) -> Calendar | Planned:
    """A number is a constant capacity, a mapping a daily roster."""
    if isinstance(capacity, Calendar | Planned):
        return capacity
    if isinstance(capacity, Mapping):
        return Calendar.daily(capacity)
    if not isinstance(capacity, Integral):
        what = Text("a whole number, a roster such as {'08:00': 4, '16:00': 0}, a Calendar or a Planned capacity")
        raise ValueError(expected(what, quoted(capacity)))
    return Calendar.constant(capacity)


def _day(roster: Roster) -> tuple[tuple[int, int], ...]:
    if not isinstance(roster, Mapping):
        raise ValueError(expected(Text("a roster such as {'08:00': 4, '16:00': 0}"), quoted(roster)))
    return tuple((int(of_a_day(clock)), capacity) for clock, capacity in roster.items())


def _shown(day: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{clock_text(minute)} {capacity}" for minute, capacity in day) or "as before"
