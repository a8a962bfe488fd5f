"""When the entities of a flow arrive: at random by a rate, at given instants, from a file, or ahead of a partner."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from attrs import converters, field, frozen
from attrs.validators import optional

from clearsim.language import Text
from clearsim.network.moments import Span, When, Window, moment, moments, ordered, windows
from clearsim.network.times import Constant, Distribution, as_distribution, one_length
from clearsim.network.values import (
    Names,
    each,
    factor,
    fraction,
    kind_of,
    minutes,
    name,
    names,
    of_a_day,
    one_of,
    rate,
    weekdays,
    weights,
    whole,
    within,
)
from clearsim.network.word import Word, named
from clearsim.units import expected, quoted

FLAT_DAY = (1.0,) * 24
FLAT_WEEK = (1.0,) * 7
ALL_WEEK = (0, 1, 2, 3, 4, 5, 6)
SLOTS = (24, 48, 96)
"""A day has so many slots in an hour profile: of 60, 30 or 15 minutes."""
LARGEST_DAY_CV = 5


@frozen(field_transformer=named)
class Surge(Word):
    """A wave on top of the ordinary rate: from `from_min` to `until_min` the rate is multiplied by up to `peak`.

    It rises in a straight line over `ramp_min`, stays, and falls in a straight line over `decay_min` before the end.
    With a `category` of the flow it concerns the arrivals of some of its `classes` alone, and their share of all grows
    while it lasts.
    """

    name: str = field(converter=name)
    from_min: float = field(converter=moment)
    until_min: float = field(converter=moment)
    peak: float = field(converter=factor)
    ramp_min: float = field(default=0.0, converter=minutes)
    decay_min: float = field(default=0.0, converter=minutes)
    category: str | None = field(default=None, validator=optional(kind_of(str, Text("the name of a category"))))
    classes: tuple[str, ...] = field(default=(), converter=names)

    def __attrs_post_init__(self) -> None:
        if (self.category is None) != (not self.classes):
            raise ValueError(Text("a category and its classes go together"))
        ordered(self.from_min, self.until_min)
        if self.ramp_min + self.decay_min > self.until_min - self.from_min:
            raise ValueError(Text("ramp and decay must fit between its beginning and its end"))


@frozen(field_transformer=named)
class Follows(Word):
    """The surges of another flow, later and weaker: trucks leave with parcels of orders placed some time before.

    Where the surges multiply the rate of `flow` by f, this flow's rate is multiplied by 1 + strength · (f - 1), `lag`
    minutes later. Nothing else of `flow` is followed: neither its hours nor its random days. What would follow
    after the network's duration is not due in the run.
    """

    flow: str = field(converter=name)
    lag: float = field(default=0.0, converter=one_length)
    strength: float = field(default=1.0, converter=fraction)


def _hours(values: Iterable[float]) -> tuple[float, ...]:
    found = weights(values)
    check_slots(len(found))
    return found


def _week(values: Iterable[float]) -> tuple[float, ...]:
    found = weights(values)
    if len(found) != len(FLAT_WEEK):
        raise ValueError(Text("7 weights are needed, not {n}", n=len(found)))
    return found


def _surges(values: Iterable[Surge]) -> tuple[Surge, ...]:
    return each(values, Surge, Text("a list of {word}", word="Surge"))


def _day_cv(value: float) -> float:
    return within(value, 0, LARGEST_DAY_CV, Text("a coefficient of variation between days"))


@frozen(field_transformer=named)
class Poisson(Word):
    """Non-homogeneous Poisson arrivals: `rate` on average over an ordinary week, shaped by hour, weekday and surges.

    `rate` is arrivals a minute, from a number or a text such as ``"24/d"``. `hours` are weights of any scale by the
    clock: 24, 48 or 96 for a day in slots of 60, 30 or 15 minutes, or seven times as many for a week from Monday 00:00.
    `weekdays` are 7 weights (Monday first) that multiply them. `day_cv` is the coefficient of variation of a gamma
    factor with mean 1 drawn for each day of the calendar: real order days vary far more than Poisson. `backlog`
    entities more arrive at instant 0. `follows` adds the surges of another flow to its own.
    """

    rate: float = field(converter=rate)
    hours: tuple[float, ...] = field(default=FLAT_DAY, converter=_hours)
    weekdays: tuple[float, ...] = field(default=FLAT_WEEK, converter=_week)
    surges: tuple[Surge, ...] = field(default=(), converter=_surges)
    day_cv: float = field(default=0.0, converter=_day_cv)
    backlog: int = field(default=0, validator=whole())
    follows: Follows | None = field(
        default=None, validator=optional(kind_of(Follows, Text("a {word}", word="Follows")))
    )

    def __attrs_post_init__(self) -> None:
        check_week(self.hours, self.weekdays)

    @property
    def by_weekday(self) -> tuple[tuple[float, ...], ...]:
        """For each weekday (Monday first) the weights of its slots, those of the weekdays multiplied in."""
        return by_weekday(self.hours, self.weekdays)


def _instants(values: Iterable[When]) -> tuple[float, ...]:
    found = moments(values)
    if min(found, default=0) < 0:
        text = Text(
            "instants are not before the start of the run; this one is {minutes:g} min before it", minutes=-min(found)
        )
        raise ValueError(text)
    if list(found) != sorted(found):
        raise ValueError(Text("instants must be given in order of time"))
    return found


@frozen(field_transformer=named)
class At(Word):
    """Arrivals at given instants: minutes or times after the start, or timestamps. Equal instants are allowed.

    Entities arrive in the order in which they are given. Instants at or after the network's
    duration are not due in the run and do not come.
    """

    minutes: tuple[float, ...] = field(converter=_instants)
    backlog: int = field(default=0, validator=whole())


@frozen(field_transformer=named)
class Landing(Word):
    """One arrival of a timetable: `count` entities at once, at the clock time `minute`, each day of `weekdays`.

    `minute` is a text such as ``"09:00"``, or minutes after midnight.
    """

    minute: float = field(converter=of_a_day)
    count: int = field(validator=whole())
    weekdays: tuple[int, ...] = field(default=ALL_WEEK, converter=weekdays)


@frozen(field_transformer=named)
class Late(Span):
    """Landings due from `from_min` to `until_min` come `by_min` later."""

    by_min: float = field(converter=minutes)


def _landings(values: Iterable[Landing]) -> tuple[Landing, ...]:
    found = each(values, Landing, Text("a list of {word}", word="Landing"))
    if [landing.minute for landing in found] != sorted(landing.minute for landing in found):
        raise ValueError(Text("the landings must be given in order of time"))
    return found


def _lates(values: Iterable[Late]) -> tuple[Late, ...]:
    return each(values, Late, Text("a list of {word}", word="Late"))


@frozen(field_transformer=named)
class Landings(Word):
    """Arrivals in batches by a weekly timetable, such as the pallets of flights; `delay` is drawn once a landing.

    Landings due within a window `(from, until)` of `cancelled` do not come; what they would have brought comes with the
    next that does. Those due in a window of `late` come later, on top of their delay.

    What is due in [0, `duration`) of the network belongs to the run, however late it lands. What lands after the run
    has ended, or finds no landing that could bring it, is not lost: the KPI `not_arrived` counts it. A run begins with
    nothing in the air: what was due before the start does not land in the run, however late it is.
    """

    landings: tuple[Landing, ...] = field(converter=_landings)
    delay: Distribution = field(default=Constant(0.0), converter=as_distribution)
    backlog: int = field(default=0, validator=whole())
    cancelled: tuple[Window, ...] = field(default=(), converter=windows)
    late: tuple[Late, ...] = field(default=(), converter=_lates)


def _path(value: str | Path) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError(expected(Text("the path of a file"), quoted(value)))
    return Path(value)


def _columns(value: Names) -> tuple[str, ...]:
    found = names(value)
    if len(found) not in (1, 2):
        what = Text("the column of timestamps, or one of dates and one of clock times")
        raise ValueError(expected(what, repr(value)))
    return found


@frozen(field_transformer=named)
class Recorded(Word):
    """Arrivals read from the timestamps of a CSV or Parquet file: local times without a zone, in any order.

    `column` names the column of the timestamps, or one of dates and one of clock times (``("date", "time")``, the times
    as ``08:30`` or as whole numbers HHMM). A CSV file is UTF-8 text whose columns are separated by commas, semicolons,
    tabs or bars. Arrivals are counted from the network's start. Timestamps outside the run are refused, unless
    `outside` is ``"leave out"``.
    """

    path: Path = field(converter=_path)
    columns: tuple[str, ...] = field(converter=_columns, alias="column")
    backlog: int = field(default=0, validator=whole())
    outside: Literal["refuse", "leave out"] = field(default="refuse", validator=one_of("refuse", "leave out"))


@frozen(field_transformer=named)
class Ahead(Word):
    """One companion for every entity of the flow `of`, which arrives `lead` before it.

    One that would have come before the start of the run comes at its start: nothing has been done before. So a run
    that starts while many partners arrive has a peak of companions at instant 0; start it at a quiet hour, or give it
    a warm-up. A companion shares its partner's attributes and its draws: the same papers take the same time, whoever
    hands them in. Only partners with the attribute `only_if` are led; the others' companions arrive with them.
    """

    of: str = field(converter=name)
    lead: Distribution = field(converter=as_distribution)
    only_if: str | None = field(default=None, converter=converters.optional(name))


Arrivals = Poisson | At | Landings | Recorded | Ahead


def by_weekday(hours: Sequence[float], weekdays: Sequence[float]) -> tuple[tuple[float, ...], ...]:
    """For each weekday the weights of its slots: those of `hours`, a day's or a week's, times its own."""
    a_day = len(hours) if len(hours) in SLOTS else len(hours) // 7
    days = [hours[first : first + a_day] for first in range(0, len(hours), a_day)] * (7 * a_day // len(hours))
    return tuple(tuple(weekday * hour for hour in day) for weekday, day in zip(weekdays, days, strict=True))


def check_slots(count: int) -> None:
    """Raises `ValueError` unless an hour profile can have so many weights."""
    if count not in (*SLOTS, *(7 * slots for slots in SLOTS)):
        text = Text(
            "expected 24, 48 or 96 weights (a day in slots of 60, 30 or 15 min) "
            "or 168, 336 or 672 (a week from Monday 00:00), found {count}",
            count=count,
        )
        raise ValueError(text)


def check_week(hours: Sequence[float], weekdays: Sequence[float]) -> None:
    """Raises `ValueError` where no weekday that counts has a slot that does."""
    if not any(map(any, by_weekday(hours, weekdays))):
        raise ValueError(Text("the weights of the hours are all 0 on every weekday whose own weight is not 0"))
