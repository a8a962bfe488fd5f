"""Moments and windows of time: minutes after the start of the run, or timestamps in local time."""

import operator
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import attrs
import numpy as np

from clearsim.language import Text
from clearsim.network.values import finite, listed, minutes
from clearsim.network.word import Word, named
from clearsim.units import LONGEST_MIN, expected, quoted

When = float | str | datetime | np.datetime64
"""A moment: a length of time after the start of the run, or a timestamp in local time."""
Window = tuple[float, float]
"""From one moment until another, minutes after the start."""
Value = TypeVar("Value")

EPOCH = datetime(1970, 1, 1)


class Dated(float):
    """A moment by the calendar: minutes since 1970. A network makes it minutes after its own start."""

    def __repr__(self) -> str:
        return f"{EPOCH + timedelta(minutes=float(self)):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def moment(value: When) -> float:
    """Minutes after the start of the run; a `Dated` number for a timestamp.

    >>> moment("1.5 h"), moment(20), moment("2022-11-11 20:00")
    (90.0, 20.0, 2022-11-11 20:00)
    """
    if isinstance(value, np.datetime64):
        value = _datetime(value)
    if isinstance(value, str):
        written = value.strip()
        if len(written) < len("2022-11-11") or written[4] != "-":
            return minutes(value)
        try:
            value = datetime.fromisoformat(written)
        except ValueError:
            raise ValueError(expected(_EXPECTED_MOMENT, quoted(value))) from None
    if isinstance(value, datetime):
        if value != value:  # pandas' NaT
            raise ValueError(expected(_EXPECTED_MOMENT, "NaT"))
        if value.tzinfo is not None:
            raise ValueError(Text("a timestamp is in local time, without a zone, not {value}", value=str(value)))
        return Dated((value - EPOCH) / timedelta(minutes=1))
    if isinstance(value, Dated):
        return value
    number = finite(value, _EXPECTED_MOMENT)
    if not abs(number) <= 2 * LONGEST_MIN:  # a century of arrivals, and as long a run-on
        raise ValueError(Text("a moment lies within 200 years of the start, not at minute {minute:g}", minute=number))
    return number


def moments(values: Iterable[When]) -> tuple[float, ...]:
    """Moments in a row; see `moment`."""
    return tuple(moment(value) for value in listed(values, Text("moments, such as [10, '1 h']")))


def window(value: Iterable[When]) -> Window:
    """A moment from which and one until which something holds."""
    what = Text("a window of time, such as ('1 h', '3 h')")
    pair = listed(value, what)
    if len(pair) != 2:
        raise ValueError(expected(what, quoted(value)))
    return ordered(moment(pair[0]), moment(pair[1]))


def windows(values: Iterable[Iterable[When]]) -> tuple[Window, ...]:
    """Windows of time in a row; see `window`."""
    what = Text("a list of windows of time, such as [('1 h', '3 h')]")
    return tuple(window(value) for value in listed(values, what))


def ordered(from_min: float, until_min: float) -> Window:
    """The window, where it ends after it begins and both moments are given in one way."""
    if isinstance(from_min, Dated) is not isinstance(until_min, Dated):
        raise ValueError(Text("give both moments as timestamps, or both as times after the start"))
    if not from_min < until_min:
        raise ValueError(
            Text(
                "a window of time must end after it begins, not run from {first} to {last}",
                first=repr(from_min),
                last=repr(until_min),
            )
        )
    return from_min, until_min


@attrs.frozen(field_transformer=named)
class Span(Word):
    """What holds from `from_min` until `until_min`."""

    from_min: float = attrs.field(converter=moment)
    until_min: float = attrs.field(converter=moment)

    def __attrs_post_init__(self) -> None:
        ordered(self.from_min, self.until_min)

    @property
    def window(self) -> Window:
        """From when until when."""
        return self.from_min, self.until_min


def resolved(value: Value, start: datetime) -> Value:
    """The value with every `Dated` moment in it, however deep, as minutes after `start`."""
    if isinstance(value, Dated):
        return float(value) - (start - EPOCH) / timedelta(minutes=1)  # type: ignore[return-value]  # a Dated is a float
    if isinstance(value, tuple):
        items = [resolved(item, start) for item in value]
        return value if all(map(operator.is_, items, value)) else tuple(items)  # type: ignore[return-value]  # a tuple
    if isinstance(value, dict):
        entries = {key: resolved(item, start) for key, item in value.items()}
        return value if all(map(operator.is_, entries.values(), value.values())) else entries  # type: ignore[return-value]  # a dict
    if isinstance(value, Word) and attrs.has(type(value)):
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type(value))  # type: ignore[arg-type]  # made by attrs
        found = {item.alias: getattr(value, item.name) for item in fields if item.init}
        changed = {name: new for name, old in found.items() if (new := resolved(old, start)) is not old}
        return attrs.evolve(value, **changed) if changed else value  # type: ignore[misc, arg-type]  # made by attrs
    return value


def _datetime(value: np.datetime64) -> datetime:
    found = value.astype("datetime64[us]").item()
    if not isinstance(found, datetime):
        raise ValueError(expected(_EXPECTED_MOMENT, str(value)))
    return found


_EXPECTED_MOMENT = Text(
    "minutes after the start, a time after the start such as '90 min', or a timestamp such as '2022-11-11 20:00'"
)
