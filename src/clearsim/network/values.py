"""How the words of a flow read what people write: one rule for every word.

A length of time is a number of minutes or a text with its unit (``"15 min"``). A moment is such a length after the
start of the run, or a timestamp. A clock time is ``"09:00"`` or minutes after midnight. Each function here turns what
was written into its final type, or raises `ValueError` that says what it expected (`clearsim.network.word` adds where).
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from numbers import Real
from types import UnionType
from typing import Any, TypeVar

import attrs
import numpy as np

from clearsim.network.word import Word, named
from clearsim.units import (
    LONGEST_MIN,
    MOST_CNY,
    MOST_COUNT,
    clock_min,
    duration_min,
    is_count,
    money_cny,
    quoted,
    rate_per_min,
)
from clearsim.units import share as share_of

Length = float | str
"""A length of time: minutes, or a text with its unit."""
When = float | str | datetime | np.datetime64
"""A moment: a length of time after the start of the run, or a timestamp in local time."""
Window = tuple[float, float]
"""From one moment until another, minutes after the start."""
Names = str | Iterable[str]
"""One name or several."""
Item = TypeVar("Item")
Value = TypeVar("Value")

EPOCH = datetime(1970, 1, 1)


# Moments


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
            raise ValueError(_EXPECTED_MOMENT + quoted(value)) from None
    if isinstance(value, datetime):
        if value != value:  # pandas' NaT
            raise ValueError(f"{_EXPECTED_MOMENT}NaT")
        if value.tzinfo is not None:
            raise ValueError(f"a timestamp is in local time, without a zone, not {value}")
        return Dated((value - EPOCH) / timedelta(minutes=1))
    if isinstance(value, Dated):
        return value
    number = _number(value, _EXPECTED_MOMENT)
    if not abs(number) <= 2 * LONGEST_MIN:  # a century of arrivals, and as long a run-on
        raise ValueError(f"a moment lies within 200 years of the start, not at minute {number:g}")
    return number


def moments(values: Iterable[When]) -> tuple[float, ...]:
    """Moments in a row; see `moment`."""
    return tuple(moment(value) for value in listed(values, "moments, such as [10, '1 h']"))


def window(value: Iterable[When]) -> Window:
    """A moment from which and one until which something holds."""
    pair = listed(value, "a window of time, such as ('1 h', '3 h')")
    if len(pair) != 2:
        raise ValueError(f"expected a window of time, such as ('1 h', '3 h'), not {quoted(value)}")
    return ordered(moment(pair[0]), moment(pair[1]))


def windows(values: Iterable[Iterable[When]]) -> tuple[Window, ...]:
    """Windows of time in a row; see `window`."""
    return tuple(window(value) for value in listed(values, "a list of windows of time, such as [('1 h', '3 h')]"))


def ordered(from_min: float, until_min: float) -> Window:
    """The window, where it ends after it begins and both moments are given in one way."""
    if isinstance(from_min, Dated) is not isinstance(until_min, Dated):
        raise ValueError("give both moments as timestamps, or both as times after the start")
    if not from_min < until_min:
        raise ValueError(f"a window of time must end after it begins, not run from {from_min!r} to {until_min!r}")
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
        raise ValueError(f"{_EXPECTED_MOMENT}{value}")
    return found


_EXPECTED_MOMENT = (
    "expected minutes after the start, a time after the start such as '90 min', or a timestamp such as "
    "'2022-11-11 20:00', not "
)


# Numbers


def minutes(value: Length) -> float:
    """Minutes from 0 up, at most a century.

    >>> minutes("1.5 h"), minutes(20)
    (90.0, 20.0)
    """
    if isinstance(value, str):
        return duration_min(value)
    number = _number(value, "expected minutes, or a time with its unit such as '15 min', not ")
    if number < 0:
        raise ValueError(f"a time is a number of minutes from 0 up, not {value!r}")
    if number > LONGEST_MIN:
        raise ValueError(f"a time is at most 100 years, not {number:.4g} min")
    return number


def clock(value: Length) -> float:
    """Minutes after midnight, up to 24:00.

    >>> clock("09:30"), clock(570)
    (570.0, 570.0)
    """
    if isinstance(value, str):
        return clock_min(value)
    number = _number(value, "expected a clock time such as '09:00', or minutes after midnight, not ")
    if not 0 <= number <= 24 * 60:
        raise ValueError(f"a clock time lies between 00:00 and 24:00, not at minute {number:g}")
    return number


def of_a_day(value: Length) -> float:
    """Minutes after midnight of what comes every day: from 00:00 to before 24:00."""
    number = clock(value)
    if number == 24 * 60:
        raise ValueError("a daily clock time lies between 00:00 and 23:59; write 00:00 for midnight")
    return number


def fraction(value: float | str) -> float:
    """A share from 0 to 1.

    >>> fraction("30 %"), fraction(0.3)
    (0.3, 0.3)
    """
    if isinstance(value, str):
        return share_of(value)
    number = _number(value, "expected a share such as '30 %' or 0.3, not ")
    if not 0 <= number <= 1:
        raise ValueError(f"a share lies between 0 and 1, not {value!r}")
    return number


def rate(value: float | str) -> float:
    """Events a minute.

    >>> rate("120/h"), rate(2)
    (2.0, 2.0)
    """
    if isinstance(value, str):
        return rate_per_min(value)
    return at_least_0(value, "a rate such as '120/h', or a number a minute")


def money(value: float | str) -> float:
    """Yuan.

    >>> money("CNY 50"), money(50)
    (50.0, 50.0)
    """
    if isinstance(value, str):
        return money_cny(value)
    amount = at_least_0(value, "an amount such as 'CNY 50', or a number of yuan")
    if amount > MOST_CNY:
        raise ValueError(f"an amount is at most CNY 1 000 000 000 000, not {value!r}")
    return amount


def at_least_0(value: object, what: str = "a number") -> float:
    """A finite number from 0 up; `what` is how a message describes it."""
    number = _number(value, f"expected {what}, not ")
    if number < 0:
        raise ValueError(f"expected {what} from 0 up, not {value!r}")
    return number


def within(value: object, least: float, most: float, what: str) -> float:
    """A number from `least`, which is 0 or more, to `most`; `what` is how a message describes it."""
    number = at_least_0(value, what)
    if not least <= number <= most:
        raise ValueError(f"{what} lies between {least:g} and {most:g}, not {value!r}")
    return number


def factor(value: float) -> float:
    """A finite number from 0 up by which something is multiplied."""
    return at_least_0(value, "a factor")


def factors(values: Iterable[float]) -> tuple[float, ...]:
    """Factors in a row."""
    return tuple(factor(value) for value in listed(values, "a list of numbers"))


def weights(values: Iterable[float]) -> tuple[float, ...]:
    """Numbers from 0 up, of which only the proportions count; not all of them are 0."""
    found = tuple(at_least_0(value, "weights") for value in listed(values, "a list of weights"))
    if not sum(found) > 0:
        raise ValueError("weights are numbers from 0 up, not all 0")
    return found


def _number(value: object, expected: str) -> float:
    """A finite number; `True`, texts and NaN are none."""
    if not isinstance(value, Real) or isinstance(value, bool | np.bool_) or not math.isfinite(value):
        raise ValueError(f"{expected}{quoted(value)}")
    return float(value)


def whole(least: int = 0, most: int = MOST_COUNT) -> Callable[[Any, Any, Any], None]:
    """A validator of whole numbers within bounds."""

    def check(word: object, item: object, value: object) -> None:
        if not is_count(value) or not least <= int(value) <= most:  # type: ignore[call-overload]  # a count is a number
            bounds = f"{least} to {most:,}".replace(",", " ")
            raise ValueError(f"expected a whole number from {bounds}, not {quoted(value)}")

    return check


def signed(word: object, item: object, value: Any) -> None:
    """A validator of whole numbers, negative ones included."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not is_count(abs(value)):
        raise ValueError(f"expected a whole number, not {quoted(value)}")


# Names and lists


def name(value: str) -> str:
    """A name: a text that can be printed and is not empty."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(f"expected a name, a text such as 'gate', not {quoted(value)}")
    return value


def names(values: Names) -> tuple[str, ...]:
    """One name or several."""
    if isinstance(values, str):
        return (name(values),)
    return tuple(name(value) for value in listed(values, "one name or a list of names such as 'inspected'"))


def weekdays(values: Iterable[int]) -> tuple[int, ...]:
    """Numbers from 0 (Monday) to 6 (Sunday)."""
    found = listed(values, "a list of weekdays, numbers from 0 (Monday) to 6 (Sunday)")
    if not all(is_count(day) and day <= 6 for day in found):
        raise ValueError(f"weekdays are numbers from 0 (Monday) to 6 (Sunday), not {quoted(values)}")
    return found


def listed(values: Iterable[Item], what: str) -> tuple[Item, ...]:
    """The items of a list, or of another iterable that is no text."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise ValueError(f"expected {what}, not {quoted(values)}")
    return tuple(values)


def pairs(values: Iterable[Iterable[Any]], what: str) -> tuple[tuple[Any, Any], ...]:
    """A list of pairs; `what` is how a message describes it."""
    found = tuple(listed(value, what) for value in listed(values, what))
    if not all(len(pair) == 2 for pair in found):
        raise ValueError(f"expected {what}, not {quoted(values)}")
    return tuple((one, other) for one, other in found)


def each(values: Iterable[Item], kind: type | UnionType, what: str) -> tuple[Item, ...]:
    """The items of a list, each of which is a `kind`; `what` is how a message describes them."""
    found = listed(values, what)
    for value in found:
        if not isinstance(value, kind):
            raise ValueError(f"expected {what}, not {quoted(value)}")
    return found


def mapping(values: Mapping[str, Item], what: str) -> dict[str, Item]:
    """A mapping from names, as a copy of one's own; `what` is how a message describes it."""
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise ValueError(f"expected {what}, not {quoted(values)}")
    return dict(values)


def one_of(*words: object) -> Callable[[Any, Any, Any], None]:
    """A validator of a choice."""

    def check(word: object, item: object, value: object) -> None:
        if not any(value is choice or (isinstance(value, str) and value == choice) for choice in words):
            raise ValueError(f"expected {' or '.join(map(repr, words))}, not {quoted(value)}")

    return check


def kind_of(kind: type | UnionType, what: str) -> Callable[[Any, Any, Any], None]:
    """A validator of a value's type; `what` is how a message describes it."""

    def check(word: object, item: object, value: object) -> None:
        if not isinstance(value, kind):
            raise ValueError(f"expected {what}, not {quoted(value)}")

    return check
