"""How long things take: distributions as plain data.

Values are minutes where a time is meant; a string with a unit (``"25 min"``, ``"8 s"``) is converted.
A distribution draws nothing. It names the standard variate that it scales, so that changing a mean moves no draw:
`clearsim.demand` draws the variate, `scaled` turns it into values.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from numbers import Real
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearsim.units import LONGEST_MIN, duration_min

FloatArray = npt.NDArray[np.float64]
Variate = Literal["none", "uniform", "normal", "exponential", "gamma", "row"]


@dataclass(frozen=True)
class Distribution:
    """A distribution of non-negative numbers. `expected` is exact; `scaled` maps standard variates to values."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                value = duration_min(value)
                object.__setattr__(self, field.name, value)
            for number in value if isinstance(value, tuple) else (value,):
                if not isinstance(number, Real) or isinstance(number, bool) or not math.isfinite(number) or number < 0:
                    raise ValueError(f"{type(self).__name__}: {field.name} must be a number from 0 up, not {number}")
        self._check()

    def _check(self) -> None:
        """Refuse parameters that do not fit together."""

    @property
    def variate(self) -> Variate:
        """The standard variate that `scaled` expects."""
        raise TypeError(f"{type(self).__name__} is not a distribution to draw from")

    @property
    def expected(self) -> float:
        """The mean, in the unit of the parameters."""
        raise TypeError(f"{type(self).__name__} has no mean")

    @property
    def gamma_shape(self) -> float:
        """The shape of the standard gamma variate (1 where the variate is another)."""
        return 1.0

    def scaled(self, variates: FloatArray) -> FloatArray:
        """Values, same shape as `variates`."""
        raise TypeError(f"{type(self).__name__} is not a distribution to draw from")


@dataclass(frozen=True)
class Constant(Distribution):
    """Always `value`.

    >>> Constant("90 s").expected
    1.5
    """

    value: float | str

    variate = "none"

    @property
    def expected(self) -> float:
        return _f(self.value)

    def scaled(self, variates: FloatArray) -> FloatArray:
        return np.full(variates.shape, _f(self.value))


@dataclass(frozen=True)
class Uniform(Distribution):
    """Anything from `low` to `high`, equally likely."""

    low: float | str
    high: float | str

    variate = "uniform"

    def _check(self) -> None:
        if _f(self.low) > _f(self.high):
            raise ValueError(f"uniform: the low end {self.low} lies above the high end {self.high}")

    @property
    def expected(self) -> float:
        return (_f(self.low) + _f(self.high)) / 2

    def scaled(self, variates: FloatArray) -> FloatArray:
        low, high = _f(self.low), _f(self.high)
        return low + (high - low) * variates


@dataclass(frozen=True)
class Triangular(Distribution):
    """From `low` to `high`, most likely `mode`. Inverse distribution function: Kotz and van Dorp (2004), ch. 1."""

    low: float | str
    mode: float | str
    high: float | str

    variate = "uniform"

    def _check(self) -> None:
        if not _f(self.low) <= _f(self.mode) <= _f(self.high):
            raise ValueError(f"triangular: expected low ≤ mode ≤ high, not {self.low}, {self.mode}, {self.high}")

    @property
    def expected(self) -> float:
        return (_f(self.low) + _f(self.mode) + _f(self.high)) / 3

    def scaled(self, variates: FloatArray) -> FloatArray:
        low, mode, high = _f(self.low), _f(self.mode), _f(self.high)
        rising = low + np.sqrt(variates * (high - low) * (mode - low))
        falling = high - np.sqrt((1 - variates) * (high - low) * (high - mode))
        return np.where(variates * (high - low) < mode - low, rising, falling)


@dataclass(frozen=True)
class Exponential(Distribution):
    """Memoryless with the given `mean`."""

    mean: float | str

    variate = "exponential"

    @property
    def expected(self) -> float:
        return _f(self.mean)

    def scaled(self, variates: FloatArray) -> FloatArray:
        return _f(self.mean) * variates


@dataclass(frozen=True)
class _MeanAndSpread(Distribution):
    mean: float | str
    cv: float

    @property
    def expected(self) -> float:
        return _f(self.mean)

    def _check(self) -> None:
        if isinstance(self.cv, bool) or not 0 < self.cv <= 20:
            raise ValueError(f"{type(self).__name__.lower()}: cv must lie above 0 and up to 20, not {self.cv}")


@dataclass(frozen=True)
class Gamma(_MeanAndSpread):
    """Gamma by `mean` and coefficient of variation `cv`: shape 1/cv², scale mean·cv²."""

    variate = "gamma"

    @property
    def gamma_shape(self) -> float:
        return 1 / self.cv**2

    def scaled(self, variates: FloatArray) -> FloatArray:
        return _f(self.mean) * self.cv**2 * variates


@dataclass(frozen=True)
class Lognormal(_MeanAndSpread):
    """Lognormal by `mean` and coefficient of variation `cv`: σ² = ln(1 + cv²), µ = ln(mean) − σ²/2."""

    variate = "normal"

    def scaled(self, variates: FloatArray) -> FloatArray:
        variance = math.log1p(self.cv**2)
        return _f(self.mean) * np.exp(math.sqrt(variance) * variates - variance / 2)


@dataclass(frozen=True)
class _Values(Distribution):
    values: tuple[float, ...]

    def __init__(self, values: Iterable[float | str]) -> None:
        minutes = (duration_min(value) if isinstance(value, str) else float(value) for value in values)
        object.__setattr__(self, "values", tuple(minutes))
        self.__post_init__()

    def _check(self) -> None:
        if not self.values:
            raise ValueError(f"{type(self).__name__.lower()}: at least one value is needed")

    @property
    def expected(self) -> float:
        return math.fsum(self.values) / len(self.values)


@dataclass(frozen=True, init=False)
class Empirical(_Values):
    """One of the observed `values`, each equally likely."""

    variate = "uniform"

    def scaled(self, variates: FloatArray) -> FloatArray:
        values = np.array(self.values)
        return values[np.minimum((variates * len(values)).astype(np.int64), len(values) - 1)]


@dataclass(frozen=True, init=False)
class Given(_Values):
    """`values` entity by entity, in the order in which they were to arrive; nothing is drawn."""

    variate = "row"

    def scaled(self, variates: FloatArray) -> FloatArray:
        rows = variates.astype(np.int64)
        if rows.size and rows.max() >= len(self.values):
            raise ValueError(f"given: {len(self.values)} values for at least {rows.max() + 1} entities")
        return np.array(self.values)[rows]


Time = Distribution | float | str
"""A distribution in minutes, a number of minutes, or a duration with its unit."""


def as_distribution(time: Time) -> Distribution:
    """The distribution that a step's `time` means; a bare number or duration is a `Constant`.

    >>> as_distribution("10 s").expected * 60
    10.0
    """
    result = time if isinstance(time, Distribution) else Constant(time)
    if result.expected > LONGEST_MIN:
        raise ValueError(f"a time is at most 100 years on average, not {result.expected:.4g} min")
    return result


def _f(value: float | str) -> float:
    # After `__post_init__` every parameter is a number; strings exist only on the way in.
    return float(value)
