"""Pace: how fast work goes, by the hour, between dates, and by how many are on duty."""

from collections.abc import Iterable, Mapping

from attrs import field, frozen
from attrs.converters import optional

from clearsim.language import Text
from clearsim.network.calendar import MOST_CAPACITY
from clearsim.network.moments import Span
from clearsim.network.values import each, listed, name, within
from clearsim.network.word import Word, named
from clearsim.units import expected, is_count, quoted

SLOWEST, FASTEST = 0.001, 1000.0
"""A pace is kept in whole thousandths."""


def _pace(value: float) -> float:
    return within(value, SLOWEST, FASTEST, Text("a pace"))


@frozen(field_transformer=named)
class Between(Span):
    """From `from_min` to `until_min` work goes at `pace`."""

    pace: float = field(converter=_pace)


def _hours(values: Iterable[float]) -> tuple[float, ...]:
    found = tuple(_pace(value) for value in listed(values, Text("24 paces")))
    if len(found) != 24:
        raise ValueError(Text("a pace has 24 hours, not {n}", n=len(found)))
    return found


def _windows(values: Iterable[Between]) -> tuple[Between, ...]:
    return each(values, Between, Text("a list of {word}", word="Between"))


def _by_open(values: Mapping[int, float]) -> dict[int, float]:
    if not isinstance(values, Mapping) or not all(is_count(number) and number <= MOST_CAPACITY for number in values):
        what = Text("paces by whole numbers on duty from 0 to 1 000 000, such as {1: 1.2, 4: 1.0}")
        raise ValueError(expected(what, quoted(values)))
    return {int(number): _pace(value) for number, value in values.items()}


@frozen(field_transformer=named)
class Pace(Word):
    """How fast a service or a drive goes, 1 as drawn, 0.5 twice as long: decided when it begins, and kept to its end.

    `hours` are 24 paces by the clock; `windows` multiply them between dates. `by_open` is the pace with so many on duty
    in `pool` (up to the next number that is named; below the least, the least's): officers at Peace Arch worked faster
    with fewer booths open. All factors multiply; each is rounded to whole thousandths.

    >>> Pace(by_open={1: 1.2, 4: 1.0}, pool="booths").with_open(3)
    1.2
    """

    hours: tuple[float, ...] = field(default=(1.0,) * 24, converter=_hours)
    windows: tuple[Between, ...] = field(default=(), converter=_windows)
    by_open: dict[int, float] = field(factory=dict, converter=_by_open)
    pool: str | None = field(default=None, converter=optional(name))

    def __attrs_post_init__(self) -> None:
        if bool(self.by_open) != (self.pool is not None):
            text = Text("a pace by how many are on duty needs both `by_open` and the `pool` that it counts")
            raise ValueError(text)

    def with_open(self, number: int) -> float:
        """The pace with so many on duty."""
        named = [count for count in sorted(self.by_open) if count <= number] or sorted(self.by_open)[:1]
        return self.by_open[named[-1]] if named else 1.0
