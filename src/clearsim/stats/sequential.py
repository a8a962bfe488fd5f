"""How many replications a precision needs (Hoad, Robinson and Davies 2010).

"Automated selection of the number of replications for a discrete-event simulation", Journal of the Operational Research
Society 61(11), 1632-1644.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.language import Text
from clearsim.stats.intervals import ALIKE, Values

Met = npt.NDArray[np.bool_]


class Precision(NamedTuple):
    """A half-width of at most `relative` · |mean|, from `initial` replications on, kept over `look_ahead` more.

    `ceiling` is the largest number of replications to run, look-ahead included.
    """

    relative: float = 0.05
    confidence: float = 0.95
    initial: int = 3
    look_ahead: int = 5
    ceiling: int = 1000


def look_ahead(precision: Precision, n: int) -> int:
    """How many replications after the n-th must keep the precision: kLimit for n ≤ 100, else ⌊kLimit·n/100⌋.

    >>> look_ahead(Precision(), 100), look_ahead(Precision(), 119), look_ahead(Precision(), 120)
    (5, 5, 6)
    """
    return precision.look_ahead * max(n, 100) // 100


def reached(values: Values, precision: Precision) -> int | None:
    """The replications after which one KPI has the precision and keeps it over the look-ahead; None if more are needed.

    That is the first n from `initial` on with t(j−1, (1+c)/2)·s(j)/√j ≤ relative·|mean(j)| for every j from n to
    n + f(n), where f is `look_ahead`. Later values change nothing. Undefined replications (NaN) are counted in n and
    left out of mean and s. At least `initial` defined values are needed, and at least two. The paper does not say what
    to do with a KPI that never varied. Here it is precise, also if its mean is 0, but not before `ALIKE` replications.
    A KPI that varies around 0 never becomes precise; the ceiling ends it.

    >>> reached([10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.0], Precision())
    >>> reached([10.0, 10.1, 9.9, 10.0, 10.1, 9.9, 10.0, 10.0], Precision())
    3
    """
    return _first_kept(_met(values, precision), precision)


def _first_kept(met: Met, precision: Precision) -> int | None:
    """The first replication after which a precision is met and stays so over the look-ahead; None if there is none."""
    number = len(met)
    after = np.append(np.flatnonzero(~met) + 1, number + 1)  # the first replication, from n on, that does not meet it
    for n in (np.flatnonzero(met) + 1).tolist():
        last = n + look_ahead(precision, n)
        if last > number:
            return None
        if after[np.searchsorted(after, n)] > last:
            return int(n)
    return None


def all_reached(samples: Mapping[str, Values], precision: Precision) -> int | None:
    """The replications after which all KPIs at once have the precision and keep it; None if more are needed.

    In the paper each KPI is judged by itself, and one that was precise early may be less precise at the end. Here all
    must be precise at the same number. All `samples` have the same length. Raises `ValueError` where there are none.

    >>> steady, restless = [5.0, 5.1] * 5, [5.0, 5.1, 8.0] + [5.0, 5.1] * 3 + [5.0]
    >>> all_reached({"wait": steady}, Precision()), all_reached({"wait": steady, "line": restless}, Precision())
    (3, None)
    """
    if not samples:
        raise ValueError(Text("a precision is that of a KPI, and there is none"))
    return _first_kept(np.logical_and.reduce([_met(values, precision) for values in samples.values()]), precision)


def predicted(samples: Mapping[str, Values], precision: Precision) -> int:
    """How many replications will probably be run until `all_reached`, look-ahead included, at most the ceiling.

    For each KPI by itself: the smallest n that would be precise with today's mean and s (Law 2015, section 9.4.1,
    without its correction of the relative error), increased for replications in which the KPI is undefined, plus the
    look-ahead f(n). The answer is the ceiling where there are fewer than two defined values, and for a KPI that varies
    around 0.

    >>> predicted({"wait": [10.0, 12.0, 8.0]}, Precision())
    69
    """
    return max((_predicted(values, precision) for values in samples.values()), default=precision.initial)


def _predicted(values: Values, precision: Precision) -> int:
    from scipy.special import stdtrit  # as in `estimate`

    met = _met(values, precision)
    if met.size and met[-1]:
        n = int(np.flatnonzero(~met).max(initial=-1)) + 2  # where the precision began to hold
    else:
        count, mean, deviation = (float(column[-1]) if column.size else 0.0 for column in _running(values))
        if count < 2:
            return precision.ceiling

        def enough(n: int) -> bool:
            if not deviation:
                return n >= ALIKE
            half_width = float(stdtrit(n - 1, (1 + precision.confidence) / 2)) * deviation / math.sqrt(n)
            return half_width <= precision.relative * abs(mean)

        tried = range(max(2, precision.initial), precision.ceiling + 1)
        at = bisect_left(tried, True, key=enough)
        if at == len(tried):
            return precision.ceiling
        n = max(math.ceil(tried[at] * len(values) / count), len(values) + 1)
    return min(n + look_ahead(precision, n), precision.ceiling)


def _met(values: Values, precision: Precision) -> Met:
    """Whether the precision holds after each replication."""
    from scipy.special import stdtrit

    count, mean, deviation = _running(values)
    enough = (count >= max(2, precision.initial)) & (np.arange(1, len(count) + 1) >= precision.initial)
    some = np.maximum(count, 2)
    half_width = stdtrit(some - 1, (1 + precision.confidence) / 2) * deviation / np.sqrt(some)
    varied = (deviation > 0) | (count >= ALIKE)
    return np.asarray(enough & varied & (half_width <= precision.relative * np.abs(mean)))


def _running(values: Values) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The number of defined values, their mean and standard deviation after each replication; 0 where undefined."""
    numbers = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(numbers)
    first = float(numbers[known.argmax()]) if known.any() else 0.0
    shifted = np.where(known, numbers - first, 0.0)  # so that equal values leave exactly no variance
    count = np.cumsum(known)
    some = np.maximum(count, 1)
    total = np.cumsum(shifted)
    squares = np.maximum(np.cumsum(shifted**2) - total**2 / some, 0.0)
    return count, first + total / some, np.sqrt(squares / np.maximum(count - 1, 1))
