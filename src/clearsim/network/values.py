"""How the words of a flow read what people write: one rule for every word.

A length of time is a number of minutes or a text with its unit (``"15 min"``). A clock time is ``"09:00"`` or minutes
after midnight. `clearsim.network.moments` reads moments and windows. Each function here turns what was written into its
final type, or raises `ValueError` that says what it expected (`clearsim.network.word` adds where).
"""

import math
from collections.abc import Callable, Iterable, Mapping
from numbers import Real
from types import UnionType
from typing import Any, TypeVar

import numpy as np

from clearsim.language import Text, either
from clearsim.units import (
    LONGEST_MIN,
    MOST_CNY,
    MOST_COUNT,
    clock_min,
    duration_min,
    expected,
    is_count,
    money_cny,
    quoted,
    rate_per_min,
)
from clearsim.units import share as share_of

Length = float | str
"""A length of time: minutes, or a text with its unit."""
Names = str | Iterable[str]
"""One name or several."""
Item = TypeVar("Item")

# Numbers


def minutes(value: Length) -> float:
    """Minutes from 0 up, at most a century.

    >>> minutes("1.5 h"), minutes(20)
    (90.0, 20.0)
    """
    if isinstance(value, str):
        return duration_min(value)
    number = finite(value, Text("minutes, or a time with its unit such as '15 min'"))
    if number < 0:
        raise ValueError(Text("a time is a number of minutes from 0 up, not {value}", value=repr(value)))
    if number > LONGEST_MIN:
        raise ValueError(Text("a time is at most 100 years, not {minutes:.4g} min", minutes=number))
    return number


def clock(value: Length) -> float:
    """Minutes after midnight, up to 24:00.

    >>> clock("09:30"), clock(570)
    (570.0, 570.0)
    """
    if isinstance(value, str):
        return clock_min(value)
    number = finite(value, Text("a clock time such as '09:00', or minutes after midnight"))
    if not 0 <= number <= 24 * 60:
        raise ValueError(Text("a clock time lies between 00:00 and 24:00, not at minute {minute:g}", minute=number))
    return number


def of_a_day(value: Length) -> float:
    """Minutes after midnight of what comes every day: from 00:00 to before 24:00."""
    number = clock(value)
    if number == 24 * 60:
        raise ValueError(Text("a daily clock time lies between 00:00 and 23:59; write `00:00` for midnight"))
    return number


def fraction(value: float | str) -> float:
    """A share from 0 to 1.

    >>> fraction("30 %"), fraction(0.3)
    (0.3, 0.3)
    """
    if isinstance(value, str):
        return share_of(value)
    number = finite(value, Text("a share such as '30 %' or 0.3"))
    if not 0 <= number <= 1:
        raise ValueError(Text("a share lies between 0 and 1, not {value}", value=repr(value)))
    return number


def rate(value: float | str) -> float:
    """Events a minute.

    >>> rate("120/h"), rate(2)
    (2.0, 2.0)
    """
    if isinstance(value, str):
        return rate_per_min(value)
    return at_least_0(value, Text("a rate such as '120/h', or a number per minute"))


def money(value: float | str) -> float:
    """Yuan.

    >>> money("CNY 50"), money(50)
    (50.0, 50.0)
    """
    if isinstance(value, str):
        return money_cny(value)
    amount = at_least_0(value, Text("an amount such as 'CNY 50', or a number of yuan"))
    if amount > MOST_CNY:
        raise ValueError(Text("an amount is at most CNY 1 000 000 000 000, not {value}", value=repr(value)))
    return amount


def at_least_0(value: object, what: str) -> float:
    """A finite number from 0 up; `what` is how a message describes it."""
    number = finite(value, what)
    if number < 0:
        raise ValueError(expected(Text("{what} from 0 up", what=what), repr(value)))
    return number


def within(value: object, least: float, most: float, what: str) -> float:
    """A number from `least`, which is 0 or more, to `most`; `what` is how a message describes it."""
    number = at_least_0(value, what)
    if not least <= number <= most:
        bounds = Text("{least:g} and {most:g}", least=least, most=most)
        raise ValueError(Text("{what} lies between {bounds}, not {value}", what=what, bounds=bounds, value=repr(value)))
    return number


def factor(value: float) -> float:
    """A finite number from 0 up by which something is multiplied."""
    return at_least_0(value, Text("a factor"))


def factors(values: Iterable[float]) -> tuple[float, ...]:
    """Factors in a row."""
    return tuple(factor(value) for value in listed(values, Text("a list of numbers")))


def weights(values: Iterable[float]) -> tuple[float, ...]:
    """Numbers from 0 up, of which only the proportions count; not all of them are 0."""
    found = tuple(at_least_0(value, Text("weights")) for value in listed(values, Text("a list of weights")))
    if not sum(found) > 0:
        raise ValueError(Text("weights are numbers from 0 up, not all 0"))
    return found


def finite(value: object, what: str) -> float:
    """A finite number; `True`, texts and NaN are none. `what` is how a message describes it."""
    if not isinstance(value, Real) or isinstance(value, bool | np.bool_) or not math.isfinite(value):
        raise ValueError(expected(what, quoted(value)))
    return float(value)


def whole(least: int = 0, most: int = MOST_COUNT) -> Callable[[Any, Any, Any], None]:
    """A validator of whole numbers within bounds."""

    def check(word: object, item: object, value: object) -> None:
        if not is_count(value) or not least <= int(value) <= most:  # type: ignore[call-overload]  # a count is a number
            bounds = Text("{least} to {most}", least=least, most=f"{most:,}".replace(",", " "))
            raise ValueError(expected(Text("a whole number from {bounds}", bounds=bounds), quoted(value)))

    return check


def signed(word: object, item: object, value: Any) -> None:
    """A validator of whole numbers, negative ones included."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not is_count(abs(value)):
        raise ValueError(expected(Text("a whole number"), quoted(value)))


# Names and lists


def name(value: str) -> str:
    """A name: a text that can be printed and is not empty."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(expected(Text("a name, a text such as 'gate'"), quoted(value)))
    return value


def names(values: Names) -> tuple[str, ...]:
    """One name or several."""
    if isinstance(values, str):
        return (name(values),)
    what = Text("one name or a list of names such as 'inspected'")
    return tuple(name(value) for value in listed(values, what))


def weekdays(values: Iterable[int]) -> tuple[int, ...]:
    """Numbers from 0 (Monday) to 6 (Sunday)."""
    found = listed(values, Text("a list of weekdays, numbers from 0 (Monday) to 6 (Sunday)"))
    if not all(is_count(day) and day <= 6 for day in found):
        text = Text("weekdays are numbers from 0 (Monday) to 6 (Sunday), not {value}", value=quoted(values))
        raise ValueError(text)
    return found


def listed(values: Iterable[Item], what: str) -> tuple[Item, ...]:
    """The items of a list, or of another iterable that is no text."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise ValueError(expected(what, quoted(values)))
    return tuple(values)


def pairs(values: Iterable[Iterable[Any]], what: str) -> tuple[tuple[Any, Any], ...]:
    """A list of pairs; `what` is how a message describes it."""
    found = tuple(listed(value, what) for value in listed(values, what))
    if not all(len(pair) == 2 for pair in found):
        raise ValueError(expected(what, quoted(values)))
    return tuple((one, other) for one, other in found)


def each(values: Iterable[Item], kind: type | UnionType, what: str) -> tuple[Item, ...]:
    """The items of a list, each of which is a `kind`; `what` is how a message describes them."""
    found = listed(values, what)
    for value in found:
        if not isinstance(value, kind):
            raise ValueError(expected(what, quoted(value)))
    return found


def mapping(values: Mapping[str, Item], what: str) -> dict[str, Item]:
    """A mapping from names, as a copy of one's own; `what` is how a message describes it."""
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise ValueError(expected(what, quoted(values)))
    return dict(values)


def one_of(*words: object) -> Callable[[Any, Any, Any], None]:
    """A validator of a choice."""

    def check(word: object, item: object, value: object) -> None:
        if not any(value is choice or (isinstance(value, str) and value == choice) for choice in words):
            raise ValueError(expected(either(map(repr, words)), quoted(value)))

    return check


def kind_of(kind: type | UnionType, what: str) -> Callable[[Any, Any, Any], None]:
    """A validator of a value's type; `what` is how a message describes it."""

    def check(word: object, item: object, value: object) -> None:
        if not isinstance(value, kind):
            raise ValueError(expected(what, quoted(value)))

    return check
