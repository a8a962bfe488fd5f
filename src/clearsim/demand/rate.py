"""A rate over time as a value: how many arrivals are expected until a moment, and when a number is expected."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand import bernstein

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
STRAIGHT = 1e-12
"""A piece counts as straight if its coefficients deviate from a line by no more than this share of the largest."""


class Rate(NamedTuple):
    """A rate that is a polynomial in time on each of its pieces. It is exact and has no grid.

    Piece `i` goes from `edges_ms[i]` to `edges_ms[i + 1]`, whole milliseconds since the start of the run. It includes
    its beginning and excludes its end. `coefficients`, of shape (pieces, degree + 1), are arrivals a millisecond in
    Bernstein form over the piece: the first is the rate at its beginning, the last that at its end. A single
    coefficient is a constant rate, two are a ramp.
    """

    edges_ms: IntArray
    coefficients: FloatArray

    @property
    def by_piece(self) -> FloatArray:
        """Expected arrivals in each piece: shape (pieces,)."""
        return np.asarray(np.diff(self.edges_ms) * self.coefficients.mean(axis=1))

    @property
    def total(self) -> float:
        """Expected arrivals in all pieces."""
        return float(self.by_piece.sum())

    def expected(self, from_ms: float, until_ms: float) -> float:
        """Expected arrivals from one moment until another. Outside the pieces the rate is 0."""
        before, after = self.cumulative(np.array([from_ms, until_ms], dtype=np.float64))
        return float(after - before)

    def cumulative(self, at_ms: npt.NDArray[np.float64 | np.int64]) -> FloatArray:
        """Expected arrivals from the first edge until each of the moments (ms): shape (moments,)."""
        at_ms = np.clip(at_ms, self.edges_ms[0], self.edges_ms[-1])
        piece = np.minimum(np.searchsorted(self.edges_ms, at_ms, side="right"), len(self.edges_ms) - 1) - 1
        width_ms = np.diff(self.edges_ms)[piece]
        part = (at_ms - self.edges_ms[piece]) / width_ms
        within = width_ms * bernstein.value(bernstein.integral(self.coefficients)[piece], part)
        by_piece = self.by_piece
        return np.asarray((np.cumsum(by_piece) - by_piece)[piece] + np.minimum(within, by_piece[piece]))

    def inverse(self, levels: FloatArray) -> FloatArray:
        """The moments (ms) at which the cumulative rate reaches the `levels`: shape (levels,).

        The levels ascend and are at most `total`. No moment is in a piece whose rate is 0: level 0 is reached at the
        first moment at which arrivals are possible. Raises `ValueError` where there are levels but the rate is 0
        everywhere.
        """
        ends = np.cumsum(self.by_piece)
        busy = np.flatnonzero(self.by_piece > 0)
        if levels.size and not busy.size:
            raise ValueError("where the rate is 0 throughout, no level is ever reached")
        moments_ms = np.empty(len(levels))
        first = 0
        for piece, end in zip(busy.tolist(), ends[busy].tolist(), strict=True):
            stop = len(levels) if piece == busy[-1] else first + int(np.searchsorted(levels[first:], end))
            if stop > first:
                moments_ms[first:stop] = self._reached(piece, levels[first:stop] - (ends[piece - 1] if piece else 0.0))
            first = stop
        return moments_ms

    def _reached(self, piece: int, levels: FloatArray) -> FloatArray:
        """The moments at which the levels, counted from the piece's beginning, are reached in it."""
        edge_ms, end_ms = self.edges_ms[piece : piece + 2].tolist()
        width_ms, rate = end_ms - edge_ms, self.coefficients[piece]
        level, first, last = levels / width_ms, rate[0], rate[-1]
        away = rate - np.linspace(first, last, len(rate))
        if first == last:
            part = level / first if first else np.zeros(len(level))
        else:
            # The root of first · x + (last - first) · x² / 2 = level, in the form that does not cancel.
            below = first + np.sqrt(np.maximum(first * first + 2 * (last - first) * level, 0))
            part = np.divide(2 * level, below, out=np.zeros_like(level), where=below > 0)
        if np.abs(away).max() > STRAIGHT * rate.max():
            part = bernstein.root(bernstein.integral(rate[None]), level, np.clip(part, 0, 1))
        # The end of a piece belongs to the next one, where the rate may be 0.
        return np.asarray(np.minimum(edge_ms + width_ms * part, np.nextafter(end_ms, edge_ms)))
