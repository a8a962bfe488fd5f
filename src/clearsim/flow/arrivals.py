"""When the entities of a flow arrive: at random by a rate, at given instants, from a file, or ahead of a partner."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from clearsim.flow.calendar import Window, windows_of
from clearsim.flow.times import Constant, Time, as_distribution
from clearsim.units import LONGEST_MIN, is_count, rate_per_min, share

FLAT_DAY = (1.0,) * 24
FLAT_WEEK = (1.0,) * 7
SLOTS = (24, 48, 96)
"""A day has so many slots in an hour profile: of 60, 30 or 15 minutes."""


@dataclass(frozen=True)
class Surge:
    """A wave on top of the ordinary rate: from `from_min` to `until_min` the rate is multiplied by up to `peak`.

    It rises in a straight line over `ramp_min`, stays, and falls in a straight line over `decay_min` before the end.
    With a `category` of the flow it concerns the arrivals of some of its `classes` alone, and their share of all grows
    while it lasts.
    """

    name: str
    from_min: float
    until_min: float
    peak: float
    ramp_min: float = 0.0
    decay_min: float = 0.0
    category: str | None = None
    classes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "classes", tuple(self.classes))
        if (self.category is None) != (not self.classes):
            raise ValueError(f"surge {self.name}: a category and its classes go together")
        if not all(map(math.isfinite, (self.from_min, self.until_min, self.ramp_min, self.decay_min))):
            raise ValueError(f"surge {self.name}: its times must be finite")
        if not self.from_min < self.until_min:
            raise ValueError(f"surge {self.name}: it must end after it begins")
        if self.peak < 0 or not math.isfinite(self.peak):
            raise ValueError(f"surge {self.name}: the peak is a factor from 0 up, not {self.peak}")
        if self.ramp_min < 0 or self.decay_min < 0 or self.ramp_min + self.decay_min > self.until_min - self.from_min:
            raise ValueError(f"surge {self.name}: ramp and decay must fit between its beginning and its end")


@dataclass(frozen=True)
class Follows:
    """The surges of another flow, later and weaker: trucks leave with parcels of orders placed some time before.

    Where the surges multiply the rate of `flow` by f, this flow's rate is multiplied by 1 + strength · (f - 1), `lag`
    later. Nothing else of `flow` is followed: neither its hours nor its luck.
    """

    flow: str
    lag: Time = 0.0
    strength: float | str = 1.0

    def __post_init__(self) -> None:
        lag = as_distribution(self.lag)
        if not isinstance(lag, Constant):
            raise ValueError("a lag is one length of time, not a distribution")
        object.__setattr__(self, "lag", lag.expected)
        if isinstance(self.strength, str):
            object.__setattr__(self, "strength", share(self.strength))
        if not 0 <= self.damped <= 1:
            raise ValueError(f"the strength of what follows lies between 0 and 1, not {self.strength}")

    @property
    def lag_min(self) -> float:
        """The lag in minutes."""
        return as_distribution(self.lag).expected

    @property
    def damped(self) -> float:
        """The strength as a number."""
        return float(self.strength)


@dataclass(frozen=True)
class Poisson:
    """Non-homogeneous Poisson arrivals: `rate` on average over an ordinary week, shaped by hour, weekday and surges.

    `rate` is a number a minute or a string such as ``"24/d"``. `hours` are weights of any scale by the clock: 24, 48 or
    96 for a day in slots of 60, 30 or 15 minutes, or seven times as many for a week from Monday 00:00. `weekdays` are 7
    weights (Monday first) that multiply them. `day_cv` is the coefficient of variation of a gamma factor with mean 1
    drawn for each day of the calendar: real order days vary far more than Poisson. `backlog` entities more arrive at
    instant 0. `follows` adds the surges of another flow to its own.
    """

    rate: float | str
    hours: tuple[float, ...] = FLAT_DAY
    weekdays: tuple[float, ...] = FLAT_WEEK
    surges: tuple[Surge, ...] = ()
    day_cv: float = 0.0
    backlog: int = 0
    follows: Follows | None = None

    def __post_init__(self) -> None:
        if isinstance(self.rate, str):
            object.__setattr__(self, "rate", rate_per_min(self.rate))
        if not math.isfinite(self.per_min) or self.per_min < 0:
            raise ValueError(f"a rate is a number from 0 up, not {self.rate}")
        check_slots(len(self.hours))
        if len(self.weekdays) != 7:
            raise ValueError(f"weekdays: 7 weights are needed, not {len(self.weekdays)}")
        for name, weights in (("hours", self.hours), ("weekdays", self.weekdays)):
            if any(not math.isfinite(w) or w < 0 for w in weights) or sum(weights) <= 0:
                raise ValueError(f"{name}: weights are numbers from 0 up, not all 0")
        check_week(self.hours, self.weekdays)
        if not 0 <= self.day_cv <= 5:
            raise ValueError(f"day_cv lies between 0 and 5, not {self.day_cv}")
        _check_backlog(self.backlog)

    @property
    def per_min(self) -> float:
        """The average rate, arrivals a minute."""
        return float(self.rate)

    @property
    def by_weekday(self) -> tuple[tuple[float, ...], ...]:
        """For each weekday (Monday first) the weights of its slots, those of the weekdays multiplied in."""
        return by_weekday(self.hours, self.weekdays)


@dataclass(frozen=True)
class At:
    """Arrivals at given instants, minutes after the start; equal instants are allowed, the order is theirs.

    Instants at or after the network's duration do not come.
    """

    minutes: tuple[float, ...]
    backlog: int = 0

    def __init__(self, minutes: Sequence[float], backlog: int = 0) -> None:
        object.__setattr__(self, "minutes", tuple(map(float, minutes)))
        object.__setattr__(self, "backlog", backlog)
        if not all(map(math.isfinite, self.minutes)) or min(self.minutes, default=0) < 0:
            raise ValueError("instants are minutes from 0 up")
        if list(self.minutes) != sorted(self.minutes):
            raise ValueError("instants must stand in order of time")
        _check_backlog(backlog)


@dataclass(frozen=True)
class Landing:
    """One arrival of a timetable: `count` entities at once, `minute` minutes after midnight, each day of `weekdays`."""

    minute: float
    count: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def __post_init__(self) -> None:
        if not 0 <= self.minute < 24 * 60:
            raise ValueError(f"a landing lies between 00:00 and 23:59, not at minute {self.minute}")
        if not is_count(self.count):
            raise ValueError(f"a landing brings a whole number of entities, not {self.count}")
        if not set(self.weekdays) <= set(range(7)):
            raise ValueError(f"weekdays are numbers from 0 (Monday) to 6, not {self.weekdays}")


class Late(NamedTuple):
    """Landings due from `from_min` to `until_min` after the start come `by_min` later."""

    from_min: float
    until_min: float
    by_min: float


@dataclass(frozen=True)
class Timetable:
    """Arrivals in batches by a weekly timetable, such as the pallets of flights; `delay` is drawn once a landing.

    Landings due within a window `(from, until)` of `cancelled`, minutes after the start, do not come; what they would
    have brought comes with the next that does, or, where none follows in the run, not at all. Those due in a window of
    `late` come later, on top of their delay.
    """

    landings: tuple[Landing, ...]
    delay: Time = 0.0
    backlog: int = 0
    cancelled: Sequence[Window] = ()
    late: Sequence[Late] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "delay", as_distribution(self.delay))
        object.__setattr__(self, "cancelled", windows_of(self.cancelled))
        object.__setattr__(self, "late", tuple(Late(*item) for item in self.late))
        windows_of([item[:2] for item in self.late])
        if any(not 0 <= item.by_min <= LONGEST_MIN for item in self.late):
            raise ValueError("landings come late by minutes from 0 up")
        if [x.minute for x in self.landings] != sorted(x.minute for x in self.landings):
            raise ValueError("a timetable must stand in order of time")
        _check_backlog(self.backlog)


@dataclass(frozen=True)
class Recorded:
    """Arrivals read from the timestamps of a CSV or Parquet file: local times without a zone, in any order.

    They are counted from the network's start. Timestamps outside the run are refused, unless `outside` is
    ``"leave out"``.
    """

    path: Path
    column: str
    backlog: int = 0
    outside: Literal["refuse", "leave out"] = "refuse"

    def __init__(
        self,
        path: str | Path,
        column: str,
        backlog: int = 0,
        outside: Literal["refuse", "leave out"] = "refuse",
    ) -> None:
        if outside not in ("refuse", "leave out"):
            raise ValueError(f'outside is "refuse" or "leave out", not {outside!r}')
        object.__setattr__(self, "outside", outside)
        object.__setattr__(self, "path", Path(path))
        object.__setattr__(self, "column", column)
        object.__setattr__(self, "backlog", backlog)
        _check_backlog(backlog)


@dataclass(frozen=True)
class Ahead:
    """One companion for every entity of the flow `of`, which arrives `lead` before it (never before instant 0).

    A companion shares its partner's attributes and its draws: the same papers take the same time, whoever
    hands them in. Only partners with the attribute `only_if` are led; the others' companions arrive with them.
    """

    of: str
    lead: Time
    only_if: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "lead", as_distribution(self.lead))


Arrivals = Poisson | At | Timetable | Recorded | Ahead


def by_weekday(hours: Sequence[float], weekdays: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """For each weekday the weights of its slots: those of `hours`, a day's or a week's, times its own."""
    a_day = len(hours) if len(hours) in SLOTS else len(hours) // 7
    days = [hours[first : first + a_day] for first in range(0, len(hours), a_day)] * (7 * a_day // len(hours))
    return tuple(tuple(weekday * hour for hour in day) for weekday, day in zip(weekdays, days, strict=True))


def check_slots(count: int) -> None:
    """Raises `ValueError` unless an hour profile can have so many weights."""
    if count not in (*SLOTS, *(7 * slots for slots in SLOTS)):
        a_day = "24, 48 or 96 weights (a day in slots of 60, 30 or 15 min)"
        raise ValueError(f"hours: expected {a_day} or 168, 336 or 672 (a week from Monday 00:00), found {count}")


def check_week(hours: Sequence[float], weekdays: Sequence[float]) -> None:
    """Raises `ValueError` where no weekday that counts has a slot that does."""
    if not any(map(any, by_weekday(hours, weekdays))):
        raise ValueError("hours: on every weekday whose weight is not 0, all of them are 0")


def _check_backlog(backlog: int) -> None:
    if not is_count(backlog):
        raise ValueError(f"a backlog is a whole number from 0 up, not {backlog}")
