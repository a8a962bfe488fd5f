"""Where the start of a run ends and its steady part begins."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from clearsim.language import Text
from clearsim.stats.intervals import Values

FEWEST_BATCHES = 10
"""With fewer batches no warm-up is computed. clearsim's own choice; no source gives a number."""


class Truncation(NamedTuple):
    """How many `observations` to leave out at the start, and the `mean` of the rest; both None with a `reason`."""

    observations: int | None
    mean: float | None
    reason: str = ""


class Welch(NamedTuple):
    """How many `observations` to leave out at the start, None with a `reason`; the `curve` and the `level` it keeps."""

    observations: int | None
    level: float
    curve: tuple[float, ...]
    reason: str = ""


def mser5(values: Values, batch: int = 5) -> Truncation:
    """MSER-5: how much to remove at the start so that the standard error of the remaining mean is smallest.

    The observations of one run are averaged in batches of 5, Z₁ … Zₘ; an incomplete last batch is left out. The number
    of batches d to leave out minimises MSER(d) = Σ_{j>d} (Zⱼ − mean_d)² / (m−d)² over d = 0 … ⌊m/2⌋; of several minima
    the first counts (White 1997, Simulation 69(6); White, Cobb and Spratt 2000, Winter Simulation Conference). Where
    the minimum is at the last d, the run is too short for an answer.

    >>> mser5([50.0] * 10 + [1.0, 2.0] * 50).observations
    10
    >>> mser5([float(number) for number in range(100)])
    Truncation(observations=None, mean=None, reason='not enough data: the minimum lies at the end of the first half')
    """
    numbers = np.asarray(values, dtype=np.float64)
    batches = len(numbers) // batch
    if batches < FEWEST_BATCHES:
        reason = Text(
            "not enough data: {batches} batches of {size}, fewer than {least}",
            batches=batches,
            size=batch,
            least=FEWEST_BATCHES,
        )
        return Truncation(None, None, reason)
    if np.isnan(numbers).any():
        return Truncation(None, None, Text("undefined values (NaN) in the series"))
    means = numbers[: batches * batch].reshape(batches, batch).mean(axis=1)
    shifted = (means - means[-1])[::-1]  # summed from the end, where the steady part is
    rest = np.arange(1, batches + 1)
    total = np.cumsum(shifted)
    mser = (np.maximum(np.cumsum(shifted**2) - total**2 / rest, 0.0) / rest**2)[::-1]
    last = batches // 2
    left_out = int(mser[: last + 1].argmin())
    if left_out == last:
        return Truncation(None, None, Text("not enough data: the minimum lies at the end of the first half"))
    return Truncation(left_out * batch, float(numbers[left_out * batch :].mean()))


def welch(replications: Sequence[Values], window: int, band: float = 0.05) -> Welch:
    """Welch's procedure (Law 2015, section 9.5.1), with a rule instead of a look at the curve.

    Observation i is averaged over the replications, each of equal length m, and smoothed over i−w … i+w. Near the start
    it is smoothed over as many on both sides as there are: 1 … 2i−1 for i ≤ w. The curve ends at m−w. Law looks where
    it levels off. The rule here is clearsim's own: the level is the mean of the averages in the second half of the run,
    and the curve is steady from the first observation after which it stays within `band` · |level| of the level. Where
    that observation is in the second half itself, the run is too short for an answer. NaN is left out of averages.
    Raises `ValueError` where there are no replications, or some of different lengths.

    >>> found = welch([[9.0, 5.0, 3.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0]] * 2, window=1)
    >>> found.observations, found.level, found.curve[1:4]
    (4, 2.0, (5.666666666666667, 3.3333333333333335, 2.3333333333333335))
    """
    if not replications or len({len(values) for values in replications}) > 1:
        raise ValueError(Text("Welch's procedure takes replications of one length, and at least one"))
    table = np.array([np.asarray(values, dtype=np.float64) for values in replications])
    known = ~np.isnan(table)
    length, count = table.shape[1], known.sum(axis=0)
    if window < 0 or length < 2 * (2 * window + 1):
        reason = Text(
            "not enough data: {observations} observations for a window of {window} on each side",
            observations=length,
            window=window,
        )
        return Welch(None, math.nan, (), reason)
    if not count.all():
        return Welch(None, math.nan, (), Text("an observation is undefined (NaN) in every replication"))
    average = np.where(known, table, 0.0).sum(axis=0) / count
    halves = [min(at, window) for at in range(length - window)]
    curve = np.array([average[at - half : at + half + 1].mean() for at, half in enumerate(halves)])
    level = float(average[length // 2 :].mean())
    outside = np.flatnonzero(np.abs(curve - level) > band * abs(level))
    first = int(outside[-1]) + 1 if outside.size else 0
    shown = tuple(float(value) for value in curve)
    if first >= length // 2:
        reason = Text("not enough data: the curve leaves the band in the second half of the run")
        return Welch(None, level, shown, reason)
    return Welch(first, level, shown)
