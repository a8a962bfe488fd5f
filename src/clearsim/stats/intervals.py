"""Intervals from independent replications: of a mean, and of a quantile."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.language import Text

ALIKE = 59
"""How many equal replications are needed before a KPI counts as constant: then, with 95 % confidence, fewer than one in
twenty replications differ (0.95^59 < 0.05). A KPI that is nearly always 0 is 0 in a few replications by chance."""
Values = Sequence[float] | npt.NDArray[np.float64]
"""A KPI by replication; NaN where it is undefined in a replication."""


class Estimate(NamedTuple):
    """A mean over `n` replications; `half_width` is that of its 95 % interval, None where `n` is below 2."""

    mean: float
    half_width: float | None
    n: int


class QuantileEstimate(NamedTuple):
    """A quantile over `n` replications; `low` and `high` limit its interval, None where `n` is too small for them."""

    value: float
    low: float | None
    high: float | None
    n: int


def defined(values: Values) -> list[float]:
    """The values that are not NaN, in their order.

    >>> defined([1.0, math.nan, 3.0])
    [1.0, 3.0]
    """
    return [float(value) for value in values if not math.isnan(value)]


def never_varied(values: Values) -> bool:
    """Whether the defined values are all equal, and fewer than `ALIKE`: too few to prove that the KPI is constant.

    >>> never_varied([0.0] * 58), never_varied([0.0] * 59), never_varied([0.0, 0.1])
    (True, False, False)
    """
    numbers = defined(values)
    return len(numbers) < ALIKE and len(set(numbers)) < 2


def estimate(values: Values, confidence: float = 0.95) -> Estimate:
    """Mean and Student-t interval of independent replications; undefined values (NaN) are left out.

    Half-width t(n−1, (1+c)/2)·s/√n (Law 2015, section 4.5). The mean of no values is NaN.

    >>> found = estimate([1.0, 2.0, 3.0, math.nan])
    >>> found.mean, round(found.half_width, 6), found.n
    (2.0, 2.484138, 3)
    """
    numbers = defined(values)
    n = len(numbers)
    if n == 0:
        return Estimate(math.nan, None, 0)
    mean = math.fsum(numbers) / n
    if n == 1:
        return Estimate(mean, None, 1)
    from scipy.special import stdtrit  # 0.1 s to import, and one replication needs no interval

    variance = math.fsum((value - mean) ** 2 for value in numbers) / (n - 1)
    return Estimate(mean, float(stdtrit(n - 1, (1 + confidence) / 2)) * math.sqrt(variance / n), n)


def quantile(values: Values, q: float, confidence: float = 0.95) -> QuantileEstimate:
    """The q-quantile of a KPI over replications, with a distribution-free interval from interpolated order statistics.

    Raises `ValueError` for a `q` or `confidence` outside (0, 1). The value is that of Hyndman and Fan (1996), type 8,
    nearly median-unbiased for any distribution. A limit lies between neighbouring order statistics x₍r₎ and x₍r₊₁₎, at
    (1−λ)·x₍r₎ + λ·x₍r₊₁₎, where the binomial probability π(r) = P(x₍r₎ > quantile) = P(Bin(n, q) < r) passes the wanted
    β, which is (1−c)/2 for the lower limit and (1+c)/2 for the upper one: λ = [1 + r·(1−q)·(π(r+1)−β) /
    ((n−r)·q·(β−π(r)))]⁻¹ (Nyblom 1992, Statistics & Probability Letters 14; for the median it is Hettmansperger and
    Sheather 1986). The level is exact where the density falls off exponentially on both sides of the quantile without a
    jump, and close to nominal for other continuous ones.

    >>> quantile([float(number) for number in range(1, 12)], 0.5).value
    6.0
    >>> found = quantile([3.0, 1.0, 2.0], 0.5)
    >>> found.low, found.high
    (None, None)
    """
    _check(q, confidence)
    ordered = sorted(defined(values))
    n = len(ordered)
    if n == 0:
        return QuantileEstimate(math.nan, None, None, 0)
    place = min(max((n + 1 / 3) * q + 1 / 3, 1.0), float(n))
    below = max(min(int(place), n - 1), 1)
    value = _between(ordered, below, place - below)
    low, high = (_limit(ordered, q, beta) for beta in ((1 - confidence) / 2, (1 + confidence) / 2))
    return QuantileEstimate(value, low, high, n)


def replications_for_quantile(q: float, confidence: float = 0.95) -> int:
    """The fewest replications for which the interval of the q-quantile has both limits.

    Both limits exist if the probability that all n values lie on one side of the quantile is at most (1−c)/2:
    max(q, 1−q)ⁿ ≤ (1−c)/2.

    >>> replications_for_quantile(0.5), replications_for_quantile(0.9), replications_for_quantile(0.95)
    (6, 36, 72)
    """
    _check(q, confidence)
    return max(2, math.ceil(math.log((1 - confidence) / 2) / math.log(max(q, 1 - q))))


def _check(q: float, confidence: float) -> None:
    if not 0 < q < 1:
        raise ValueError(Text("a quantile lies between 0 and 1, both excluded, not at {value}", value=q))
    if not 0 < confidence < 1:
        raise ValueError(Text("a confidence lies between 0 and 1, both excluded, not at {value}", value=confidence))


def _limit(ordered: list[float], q: float, beta: float) -> float | None:
    """The interpolated order statistic that exceeds the q-quantile with probability beta; None where n is too small."""
    from scipy.special import bdtr  # imported late, as in `estimate`

    n = len(ordered)
    above: npt.NDArray[np.float64] = bdtr(np.arange(n), n, q)  # above[r - 1] is the probability of the r-th of n
    if not above[0] <= beta <= above[-1]:
        return None
    r = min(int(np.searchsorted(above, beta, side="right")), n - 1)
    if r == 0:
        return None
    before, after = float(beta - above[r - 1]), float(above[r] - beta)
    share = (n - r) * q * before
    return _between(ordered, r, share / (share + r * (1 - q) * after))


def _between(ordered: list[float], r: int, share: float) -> float:
    """The point between the r-th value, counted from 1, and the next. A share of 0 gives exactly the r-th."""
    first = ordered[r - 1]
    return first + share * (ordered[r] - first) if share else first
