"""The rate at which a flow arrives, over the hours, the weekdays and the surges. Nothing here is random.

Between two moments at which anything changes, a rate is a polynomial in time: constant, straight on a ramp, a product
of straight lines where ramps overlap. Every such moment is kept, to the millisecond; there is no grid.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand import bernstein
from clearsim.demand.rate import FloatArray, IntArray, Rate
from clearsim.language import Text
from clearsim.network.arrivals import Poisson
from clearsim.network.attributes import Category
from clearsim.network.flows import Flow
from clearsim.network.network import Network
from clearsim.units import DAY_MS, MINUTE_MS, since_midnight_ms, to_ms


def rate_of(network: Network, flow: Flow, from_ms: int, until_ms: int) -> Rate:
    """The rate of the flow from one moment of the run until another, before any day factor.

    The flow's arrivals are `Poisson`. The hours' and weekdays' weights are scaled to a mean of 1, so that an ordinary
    week has the flow's average rate.

    >>> from clearsim.network import Hold
    >>> trucks = Flow("truck", Poisson("24/d"), [Hold(1)])
    >>> round(rate_of(Network([trucks]), trucks, 0, DAY_MS).total, 9)
    24.0
    """
    arrivals = _poisson(flow)
    own = [wave for wave in _waves(flow) if wave.touches(from_ms, until_ms)]
    leader, followed = flow, list[_Wave]()
    if arrivals.follows is not None:
        leader = next(other for other in network.flows if other.name == arrivals.follows.flow)
        later = _waves(leader, to_ms(arrivals.follows.lag))
        followed = [wave for wave in later if wave.touches(from_ms, until_ms)]
    moments_ms, weights = _clock(arrivals, network.start, from_ms, until_ms)
    turns_ms = [wave.turns_ms for wave in (*own, *followed)]
    edges_ms = np.unique(np.clip(np.concatenate([moments_ms, *turns_ms, [until_ms]]), from_ms, until_ms))
    edges_ms = edges_ms.astype(np.int64)
    factor = _surged(flow, own, edges_ms)
    if arrivals.follows is not None:
        factor = bernstein.times(factor, 1 + arrivals.follows.strength * (_surged(leader, followed, edges_ms) - 1))
    ordinary = weights[np.searchsorted(moments_ms, edges_ms[:-1], side="right") - 1]
    return Rate(edges_ms, ordinary[:, None] * (arrivals.rate / MINUTE_MS) * factor)


def surged_ms(network: Network, flow: Flow, until_ms: int) -> tuple[int, int]:
    """Between which moments (ms), in [0, `until_ms`], the flow's rate may differ from that of an ordinary week."""
    waves = list(_waves(flow))
    follows = _poisson(flow).follows
    if follows is not None:
        leader = next(other for other in network.flows if other.name == follows.flow)
        waves += _waves(leader, to_ms(follows.lag))
    turns_ms = [turn for wave in waves if wave.touches(0, until_ms) for turn in wave.turns_ms.tolist()]
    return int(max(min(turns_ms, default=0), 0)), int(min(max(turns_ms, default=0), until_ms))


def surged_shares(flow: Flow, name: str, at_ms: IntArray) -> tuple[IntArray, FloatArray]:
    """The rows of the instants `at_ms` at which surges concern classes of the category `name`, and the shares there.

    Shapes (rows,) and (rows, classes). At all other instants the shares are the category's own.
    """
    waves = [wave for wave in _waves(flow) if wave.category == name]
    rows = np.flatnonzero(np.logical_or.reduce([wave.holds(at_ms) for wave in waves]))
    here_ms, classes = at_ms[rows], list(_category(flow, name).classes)
    factors = np.ones((len(classes), len(rows)))
    for wave in waves:
        factor = np.where(wave.holds(here_ms), wave.factor(here_ms), 1.0)
        factors[[classes.index(label) for label in wave.classes]] *= factor
    weights = factors * _shares(flow, name)[:, None]
    total = weights.sum(axis=0)
    changed = (factors != 1).any(axis=0) & (total > 0)
    return rows[changed], np.asarray((weights[:, changed] / total[changed]).T)


class _Wave(NamedTuple):
    """A surge in milliseconds: it rises between the first two of its four turns and falls between the last two."""

    turns_ms: FloatArray
    peak: float
    category: str | None
    classes: Sequence[str]

    def touches(self, from_ms: int, until_ms: int) -> bool:
        """Whether any of it lies between the two moments."""
        return bool(self.turns_ms[0] < until_ms and self.turns_ms[-1] > from_ms)

    def holds(self, at_ms: IntArray) -> npt.NDArray[np.bool_]:
        """Which moments are in it. Its beginning is, its end is not."""
        return np.asarray((at_ms >= self.turns_ms[0]) & (at_ms < self.turns_ms[-1]))

    def factor(self, at_ms: IntArray) -> FloatArray:
        """By how much it multiplies the rate at moments within it; at its end, the value just before."""
        from_ms, top_ms, fall_ms, until_ms = self.turns_ms
        height = [float(top_ms == from_ms), 1.0, 1.0, float(fall_ms == until_ms)]
        return np.asarray(1 + (self.peak - 1) * np.interp(at_ms, self.turns_ms, height))


def _waves(flow: Flow, lag_ms: int = 0) -> Iterator[_Wave]:
    """The flow's surges, later by `lag_ms`. Their moments are whole milliseconds."""
    for surge in _poisson(flow).surges:
        from_ms, until_ms = to_ms(surge.from_min), to_ms(surge.until_min)
        top_ms = min(to_ms(surge.from_min + surge.ramp_min), until_ms)
        fall_ms = max(to_ms(surge.until_min - surge.decay_min), top_ms)
        turns_ms = np.array([from_ms, top_ms, fall_ms, until_ms], dtype=np.float64) + lag_ms
        yield _Wave(turns_ms, surge.peak, surge.category, surge.classes)


def _clock(arrivals: Poisson, start: datetime, from_ms: int, until_ms: int) -> tuple[IntArray, FloatArray]:
    """The moments (ms) at which the weight by the clock changes, the first at `from_ms`, and the weight after each."""
    week = np.array(arrivals.by_weekday, dtype=np.float64).ravel()
    slot_ms = 7 * DAY_MS // len(week)
    since_monday_ms = start.weekday() * DAY_MS + since_midnight_ms(start)
    first, last = (from_ms + since_monday_ms) // slot_ms, -(-(until_ms + since_monday_ms) // slot_ms)
    slot = np.arange(first, max(last, first + 1))
    weights = (week / week.mean())[slot % len(week)]
    changes = np.flatnonzero(np.diff(weights, prepend=-1.0))
    return np.maximum(slot[changes] * slot_ms - since_monday_ms, from_ms), weights[changes]


def _surged(flow: Flow, waves: Sequence[_Wave], edges_ms: IntArray) -> FloatArray:
    """By how much the flow's waves multiply its rate on each piece: shape (pieces, degree + 1)."""
    factor = _product([wave for wave in waves if wave.category is None], edges_ms)
    for name in dict.fromkeys(wave.category for wave in waves if wave.category is not None):
        factor = bernstein.times(factor, _mixed(flow, name, waves, edges_ms))
    return factor


def _mixed(flow: Flow, name: str, waves: Sequence[_Wave], edges_ms: IntArray) -> FloatArray:
    """By how much waves of some classes multiply the rate of all: the mean over the classes by their shares."""
    factors = [
        _product([wave for wave in waves if wave.category == name and label in wave.classes], edges_ms)
        for label in _category(flow, name).classes
    ]
    degree = max(factor.shape[1] - 1 for factor in factors)
    shares = _shares(flow, name)
    # Numerator and denominator are added in the same order, so that factors of 1 have a mean of exactly 1.
    above = sum(share * bernstein.raised(factor, degree) for share, factor in zip(shares, factors, strict=True))
    return np.asarray(above / sum(shares))


def _product(waves: Sequence[_Wave], edges_ms: IntArray) -> FloatArray:
    """The product of the waves' factors on each piece: shape (pieces, degree + 1), one degree for each ramp there."""
    level = np.ones(len(edges_ms) - 1)
    depth = np.zeros(len(level), dtype=np.int64)
    ramps: list[tuple[IntArray, FloatArray]] = []
    for wave in waves:
        first, last = np.searchsorted(edges_ms, wave.turns_ms[[0, -1]])
        pieces = np.arange(first, min(last, len(level)))
        ends = wave.factor(edges_ms[first : last + 1])
        ends = np.stack([ends[: len(pieces)], ends[1:]], axis=1)
        sloped = ends[:, 0] != ends[:, 1]
        level[pieces[~sloped]] *= ends[~sloped, 0]
        ramps.append((pieces[sloped], ends[sloped]))
        depth[pieces[sloped]] += 1
    lines = np.ones((int(depth.max(initial=0)), len(level), 2))
    for pieces, ends in ramps:
        depth[pieces] -= 1
        lines[depth[pieces], pieces] = ends
    product = np.ones((len(level), 1))
    for line in lines:
        product = bernstein.times(product, line)
    return level[:, None] * product


def _shares(flow: Flow, name: str) -> FloatArray:
    return np.array(list(_category(flow, name).classes.values()))


def _category(flow: Flow, name: str) -> Category:
    category = flow.attributes[name]
    if not isinstance(category, Category):
        raise TypeError(Text("`{attribute}` of flow `{flow}` is not a category", attribute=name, flow=flow.name))
    return category


def _poisson(flow: Flow) -> Poisson:
    if not isinstance(flow.arrivals, Poisson):
        raise TypeError(Text("the arrivals of flow `{flow}` have no rate", flow=flow.name))
    return flow.arrivals
