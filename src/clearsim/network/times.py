"""How long things take: distributions as plain data.

Values are minutes where a time is meant; a string with a unit (``"25 min"``, ``"8 s"``) is converted.
A distribution draws nothing. It names the standard variate that it scales, so that changing a mean moves no draw:
`clearsim.demand` draws the variate, `scaled` turns it into values.
"""

import math
from collections.abc import Iterable
from numbers import Real
from typing import Literal

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

from clearsim.language import Text
from clearsim.network.values import Length, at_least_0, listed, minutes
from clearsim.network.word import Word, named
from clearsim.units import LONGEST_MIN, duration_min, expected, money_cny, quoted

LARGEST_CV = 20
"""The largest coefficient of variation of a time or an amount."""
FloatArray = npt.NDArray[np.float64]
Variate = Literal["none", "uniform", "normal", "exponential", "gamma", "row"]


def _quantity(value: Length) -> float:
    """A number from 0 up; minutes of a text with a unit of time."""
    if isinstance(value, str):
        return duration_min(value)
    return at_least_0(value, Text("a number, or a time with its unit such as '15 min'"))


def _quantities(values: Iterable[Length]) -> tuple[float, ...]:
    what = Text("a list of numbers, or of times such as '15 min'")
    found = tuple(_quantity(value) for value in listed(values, what))
    if not found:
        raise ValueError(Text("at least one value is needed"))
    return found


class Distribution(Word):
    """A distribution of non-negative numbers. `expected` is exact; `scaled` maps standard variates to values."""

    __slots__ = ()

    @property
    def variate(self) -> Variate:
        """The standard variate that `scaled` expects."""
        raise TypeError(Text("{word} is not a distribution to draw from", word=type(self).__name__))

    @property
    def expected(self) -> float:
        """The mean, in the unit of the parameters."""
        raise TypeError(Text("{word} has no mean", word=type(self).__name__))

    @property
    def gamma_shape(self) -> float:
        """The shape of the standard gamma variate (1 where the variate is another)."""
        return 1.0

    def scaled(self, variates: FloatArray) -> FloatArray:
        """Values, same shape as `variates`."""
        raise TypeError(Text("{word} is not a distribution to draw from", word=type(self).__name__))


@frozen(field_transformer=named)
class Constant(Distribution):
    """Always `value`.

    >>> Constant("90 s").expected
    1.5
    """

    value: float = field(converter=_quantity)

    variate = "none"

    @property
    def expected(self) -> float:
        return self.value

    def scaled(self, variates: FloatArray) -> FloatArray:
        return np.full(variates.shape, self.value)


@frozen(field_transformer=named)
class Uniform(Distribution):
    """Anything from `low` to `high`, equally likely."""

    low: float = field(converter=_quantity)
    high: float = field(converter=_quantity)

    variate = "uniform"

    def __attrs_post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(Text("the low end {low:g} lies above the high end {high:g}", low=self.low, high=self.high))

    @property
    def expected(self) -> float:
        return (self.low + self.high) / 2

    def scaled(self, variates: FloatArray) -> FloatArray:
        return self.low + (self.high - self.low) * variates


@frozen(field_transformer=named)
class Triangular(Distribution):
    """From `low` to `high`, most likely `mode`. Inverse distribution function: Kotz and van Dorp (2004), ch. 1."""

    low: float = field(converter=_quantity)
    mode: float = field(converter=_quantity)
    high: float = field(converter=_quantity)

    variate = "uniform"

    def __attrs_post_init__(self) -> None:
        if not self.low <= self.mode <= self.high:
            found = f"{self.low:g}, {self.mode:g}, {self.high:g}"
            raise ValueError(expected("low ≤ mode ≤ high", found))

    @property
    def expected(self) -> float:
        return (self.low + self.mode + self.high) / 3

    def scaled(self, variates: FloatArray) -> FloatArray:
        low, mode, high = self.low, self.mode, self.high
        rising = low + np.sqrt(variates * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - variates) * (high - low) * (high - mode))
        return np.where(variates * (high - low) < mode - low, rising, falling)


@frozen(field_transformer=named)
class Exponential(Distribution):
    """Memoryless with the given `mean`."""

    mean: float = field(converter=_quantity)

    variate = "exponential"

    @property
    def expected(self) -> float:
        return self.mean

    def scaled(self, variates: FloatArray) -> FloatArray:
        return self.mean * variates


def _spread(value: float) -> float:
    """A coefficient of variation."""
    cv = at_least_0(value, Text("a coefficient of variation"))
    if not 0 < cv <= LARGEST_CV:
        raise ValueError(
            Text(
                "a coefficient of variation is above 0 and at most {most}, not {value}",
                most=LARGEST_CV,
                value=repr(value),
            )
        )
    return cv


@frozen(field_transformer=named)
class _MeanAndSpread(Distribution):
    mean: float = field(converter=_quantity)
    cv: float = field(converter=_spread)

    @property
    def expected(self) -> float:
        return self.mean


@frozen(field_transformer=named)
class Gamma(_MeanAndSpread):
    """Gamma by `mean` and coefficient of variation `cv`: shape 1/cv², scale mean·cv²."""

    variate = "gamma"

    @property
    def gamma_shape(self) -> float:
        return 1 / self.cv**2

    def scaled(self, variates: FloatArray) -> FloatArray:
        return self.mean * self.cv**2 * variates


@frozen(field_transformer=named)
class Lognormal(_MeanAndSpread):
    """Lognormal by `mean` and coefficient of variation `cv`: σ² = ln(1 + cv²), µ = ln(mean) − σ²/2."""

    variate = "normal"

    def scaled(self, variates: FloatArray) -> FloatArray:
        variance = math.log1p(self.cv**2)
        return self.mean * np.exp(math.sqrt(variance) * variates - variance / 2)


@frozen(field_transformer=named)
class _Values(Distribution):
    values: tuple[float, ...] = field(converter=_quantities)

    @property
    def expected(self) -> float:
        return math.fsum(self.values) / len(self.values)


@frozen(field_transformer=named)
class Empirical(_Values):
    """One of the observed `values`, each equally likely."""

    variate = "uniform"

    def scaled(self, variates: FloatArray) -> FloatArray:
        values = np.array(self.values)
        return values[np.minimum((variates * len(values)).astype(np.int64), len(values) - 1)]


@frozen(field_transformer=named)
class Given(_Values):
    """`values` entity by entity, in the order in which they were to arrive; nothing is drawn."""

    variate = "row"

    def scaled(self, variates: FloatArray) -> FloatArray:
        rows = variates.astype(np.int64)
        if rows.size and rows.max() >= len(self.values):
            raise ValueError(
                Text(
                    "there are {given} given values for at least {n} entities",
                    given=len(self.values),
                    n=int(rows.max()) + 1,
                )
            )
        return np.array(self.values)[rows]


Time = Distribution | float | str
"""A distribution in minutes, a number of minutes, or a duration with its unit."""


def as_distribution(time: Time) -> Distribution:
    """The distribution that a step's `time` means; a bare number or duration is a `Constant`.

    >>> as_distribution("10 s").expected * 60
    10.0
    """
    if isinstance(time, Distribution):
        if not time.expected <= LONGEST_MIN:
            raise ValueError(Text("a time is at most 100 years on average, not {mean:.4g} min", mean=time.expected))
        return time
    if not isinstance(time, str | Real) or isinstance(time, bool):
        what = Text("minutes, a time with its unit such as '15 min', or a distribution")
        raise ValueError(expected(what, quoted(time)))
    return Constant(minutes(time))


def as_amount(value: Time) -> Distribution:
    """The distribution of a number of any unit: a text gives its unit, of time or of money."""
    if isinstance(value, str) and value.strip()[:3].isalpha():
        return Constant(money_cny(value))
    if isinstance(value, str):
        return Constant(duration_min(value))
    if not isinstance(value, Distribution):
        return Constant(at_least_0(value, Text("a distribution, a number, or a text such as '2 min' or 'CNY 50'")))
    return value


def one_length(time: Time) -> float:
    """Minutes of what is always as long; a distribution other than `Constant` is refused.

    >>> one_length("2 h")
    120.0
    """
    if isinstance(time, Constant):
        return minutes(time.value)
    if isinstance(time, Distribution):
        raise ValueError(expected(Text("one length of time"), Text("the distribution {value}", value=quoted(time))))
    return minutes(time)
