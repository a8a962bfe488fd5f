"""A number over time that goes up and down by whole steps: a line, a pool in use, a stock."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.plan import IntArray


class Level(NamedTuple):
    """From `begin_ms` on, `value[i]` holds from `at_ms[i]` until `at_ms[i + 1]`, the last until `end_ms`.

    Before `at_ms[0]` it is 0. Moments are distinct: what goes up and down at the same millisecond is netted.
    """

    at_ms: IntArray
    value: IntArray
    end_ms: int
    begin_ms: int = 0

    def since(self, begin_ms: int) -> "Level":
        """The level from that moment on: what came before it is forgotten, but for the value at that moment."""
        first = max(int(np.searchsorted(self.at_ms, begin_ms, side="right")) - 1, 0)
        return Level(np.maximum(self.at_ms[first:], begin_ms), self.value[first:], self.end_ms, begin_ms)

    def area(self, from_ms: int = 0, until_ms: int | None = None) -> int:
        """The integral over [from, until), by default the whole run, in units · ms. Exact."""
        until_ms = self.end_ms if until_ms is None else until_ms
        edges = np.clip(np.append(self.at_ms, self.end_ms), from_ms, until_ms)
        return int(np.dot(self.value, np.diff(edges)))

    def above(self, other: "Level") -> "Level":
        """By how much this level is above the other, 0 where it is not.

        >>> import numpy as np
        >>> used, there = Level(np.array([2, 8]), np.array([3, 1]), 10), Level(np.array([0, 4]), np.array([3, 2]), 10)
        >>> [column.tolist() for column in used.above(there)[:2]]
        [[4, 8], [1, 0]]
        """
        # A pool in use changes a million times and is rarely above: only the moments before or after which it is, and
        # the other's changes, are sorted.
        first = np.searchsorted(self.at_ms, other.at_ms)
        others = np.repeat(np.append(0, other.value), np.diff(first, prepend=0, append=len(self.at_ms)))
        near = self.value > others
        near[1:] |= self.value[:-1] > others[1:]
        moments = np.union1d(self.at_ms[near], other.at_ms)
        return steps(moments, np.maximum(self.at(moments) - other.at(moments), 0), self.end_ms)

    def mean(self) -> float:
        """Mean from its beginning to its end."""
        return self.area() / (self.end_ms - self.begin_ms)

    def means(self, edges_ms: IntArray) -> npt.NDArray[np.float64]:
        """Mean between each edge and the next; edges are distinct and in order."""
        moments = np.unique(np.concatenate([edges_ms, self.at_ms]))
        area = np.concatenate([[0], np.cumsum(self.at(moments[:-1]) * np.diff(moments))])
        return np.diff(area[np.searchsorted(moments, edges_ms)]) / np.diff(edges_ms)

    def peak(self) -> int:
        """The largest value."""
        return int(self.value.max()) if self.value.size else 0

    def peak_ms(self) -> int:
        """The first moment at the largest value; 0 where nothing ever changes."""
        return int(self.at_ms[self.value.argmax()]) if self.value.size else 0

    def clears_ms(self) -> int | None:
        """Time from the first moment of the peak to the next moment at 0; None if that never comes."""
        if self.peak() == 0:
            return 0
        top = int(self.value.argmax())
        empty = self.value[top:] == 0
        first = int(empty.argmax())
        return int(self.at_ms[top + first] - self.at_ms[top]) if empty[first] else None

    def at(self, moments_ms: IntArray) -> IntArray:
        """The value at each of the given moments."""
        if not self.value.size:
            return np.zeros_like(moments_ms)
        index = np.searchsorted(self.at_ms, moments_ms, side="right") - 1
        return np.where(index < 0, 0, self.value[np.maximum(index, 0)])


def together(levels: Sequence[Level]) -> tuple[IntArray, IntArray]:
    """Every moment at which one of the levels changes, and all values then: shapes (moments,) and (levels, moments).

    >>> import numpy as np
    >>> one, other = Level(np.array([0, 5]), np.array([1, 2]), 10), Level(np.array([3]), np.array([7]), 10)
    >>> [array.tolist() for array in together([one, other])]
    [[0, 3, 5], [[1, 1, 2], [0, 7, 7]]]
    """
    moments = np.unique(np.concatenate([one.at_ms for one in levels]))
    return moments, np.array([one.at(moments) for one in levels])


def steps(at_ms: IntArray, value: IntArray, end_ms: int) -> Level:
    """The level that has each value from its moment on; moments at which nothing changes are left out.

    >>> import numpy as np
    >>> steps(np.array([0, 4, 7]), np.array([0, 2, 2]), end_ms=10).at_ms.tolist()
    [4]
    """
    changed = np.diff(value, prepend=0) != 0
    return Level(at_ms[changed], value[changed], end_ms)


def level(changes: Sequence[tuple[IntArray, int]], end_ms: int) -> Level:
    """The level that changes by `change` at every one of the `moments`, for each `(moments, change)`.

    Moments lie from 0 up, in any order.

    >>> import numpy as np
    >>> level([(np.array([0, 5]), 1), (np.array([5, 9]), -1)], end_ms=10).value.tolist()
    [1, 1, 0]
    """
    # One sort of plain numbers, moment and kind of change in one, is several times as fast as an indirect sort.
    bits = max(len(changes) - 1, 0).bit_length()
    # The large arrays are written in place: memory that is touched for the first time costs more than the arithmetic.
    key = np.empty(sum(len(moments) for moments, _ in changes), dtype=np.int64)
    first = 0
    for kind, (moments, _) in enumerate(changes):
        part = key[first : first + len(moments)]
        np.left_shift(moments, bits, out=part)
        part |= kind
        first += len(moments)
    key.sort()
    at_ms = key >> bits
    key &= (1 << bits) - 1
    value = np.array([change for _, change in changes] or [0], dtype=np.int64)[key]
    np.cumsum(value, out=value)
    last = np.ones(len(at_ms), dtype=np.bool_)
    np.not_equal(at_ms[1:], at_ms[:-1], out=last[:-1])
    return Level(at_ms[last], value[last], end_ms)


def total(changes: Sequence[tuple[IntArray, IntArray]], end_ms: int) -> Level:
    """The level that changes by `change[i]` at `moments[i]`, for each `(moments, change)`, in any order.

    >>> import numpy as np
    >>> total([(np.array([5, 9]), np.array([3, -3])), (np.array([5]), np.array([-1]))], end_ms=10).value.tolist()
    [2, -1]
    """
    moments = np.concatenate([moments for moments, _ in changes])
    at_ms, index = np.unique(moments, return_inverse=True)
    change = np.concatenate([change for _, change in changes])
    summed = np.zeros(len(at_ms), dtype=np.int64)
    np.add.at(summed, index, change)
    return Level(at_ms, np.cumsum(summed), end_ms)
