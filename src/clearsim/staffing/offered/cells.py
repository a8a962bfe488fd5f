"""Cells of five minutes: weights that are counted in them, and convolutions over them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clearsim.plan import IntArray
from clearsim.units import MINUTE_MS

FloatArray = npt.NDArray[np.float64]
CELL_MS = 5 * MINUTE_MS
"""The offered load is followed in cells of five minutes, counted from the start of the run."""


def counted(at_ms: FloatArray, weight: FloatArray, cells: int, scattered: bool) -> FloatArray:
    """Weights by cell; with origins scattered over a cell, a moment falls partly into its cell and partly the next."""
    inside = at_ms < cells * float(CELL_MS)
    position, weight = at_ms[inside] / CELL_MS, weight[inside]
    cell = position.astype(np.int64)
    after = weight * (position - cell) if scattered else np.zeros_like(weight)
    return _placed(cell, cells, (weight - after, after))


def rising(at_ms: FloatArray, weight: FloatArray, cells: int, scattered: bool) -> FloatArray:
    """How the mean number in each cell differs from that before it, if the weights come at these moments and stay.

    A moment the part φ into a cell counts 1 - φ in that cell; with origins scattered over a cell, (1 - φ)²/2 in that
    cell and 1 - φ²/2 in the next.
    """
    inside = at_ms < cells * float(CELL_MS)
    position, weight = at_ms[inside] / CELL_MS, weight[inside]
    cell = position.astype(np.int64)
    part = position - cell
    if not scattered:
        return _placed(cell, cells, (weight * (1 - part), weight * part))
    first, third = weight * (1 - part) ** 2 / 2, weight * part**2 / 2
    return _placed(cell, cells, (first, weight - first - third, third))


def _placed(cell: IntArray, cells: int, weights: Sequence[FloatArray]) -> FloatArray:
    """The weights in the cell of each and the ones that follow it."""
    result = np.zeros(cells + len(weights))
    for later, weight in enumerate(weights):
        result[later : later + cells] += np.bincount(cell, weight, minlength=cells)
    return result[:cells]


def convolved(rate: FloatArray, kernel: FloatArray) -> FloatArray:
    """Origins in each cell, spread by the kernel: at least as long as the kernel."""
    used = int(np.flatnonzero(kernel).max(initial=0)) + 1
    size = 1 << (len(rate) + used).bit_length()
    result = np.fft.irfft(np.fft.rfft(rate, size) * np.fft.rfft(kernel[:used], size), size)
    return np.asarray(np.pad(result, (0, max(0, len(kernel) + 1 - size))))
