"""Intervals from independent replications."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Estimate(NamedTuple):
    """A mean over `n` replications; `half_width` is that of its 95 % interval, None where `n` is below 2."""

    mean: float
    half_width: float | None
    n: int


def estimate(values: Sequence[float], confidence: float = 0.95) -> Estimate:
    """Mean and Student-t interval of independent replications; undefined values (NaN) are left out.

    Half-width t(n−1, (1+c)/2)·s/√n (Law 2015, section 4.5). The mean of no values is NaN.

    >>> found = estimate([1.0, 2.0, 3.0, math.nan])
    >>> found.mean, round(found.half_width, 6), found.n
    (2.0, 2.484138, 3)
    """
    defined = [value for value in values if not math.isnan(value)]
    n = len(defined)
    if n == 0:
        return Estimate(math.nan, None, 0)
    mean = math.fsum(defined) / n
    if n == 1:
        return Estimate(mean, None, 1)
    from scipy.special import stdtrit  # 0.1 s to import, and one replication needs no interval

    variance = math.fsum((value - mean) ** 2 for value in defined) / (n - 1)
    return Estimate(mean, float(stdtrit(n - 1, (1 + confidence) / 2)) * math.sqrt(variance / n), n)
