"""A number over time that goes up and down by whole steps: a line, a pool in use, a stock."""

from typing import NamedTuple

import numpy as np

from clearsim.plan import IntArray


class Level(NamedTuple):
    """`value[i]` holds from `at_ms[i]` until `at_ms[i + 1]`, the last until `end_ms`; before `at_ms[0]` it is 0.

    Moments are distinct: what goes up and down at the same millisecond is netted.
    """

    at_ms: IntArray
    value: IntArray
    end_ms: int

    def area(self, from_ms: int = 0, until_ms: int | None = None) -> int:
        """The integral over [from, until), by default the whole run, in units · ms. Exact."""
        until_ms = self.end_ms if until_ms is None else until_ms
        edges = np.clip(np.append(self.at_ms, self.end_ms), from_ms, until_ms)
        return int((self.value * np.diff(edges)).sum())

    def mean(self) -> float:
        """Mean over the whole run."""
        return self.area() / self.end_ms

    def peak(self) -> int:
        """The largest value."""
        return int(self.value.max()) if self.value.size else 0

    def clears_ms(self) -> int | None:
        """Time from the first moment of the peak to the next moment at 0; None if that never comes."""
        if self.peak() == 0:
            return 0
        top = int(self.value.argmax())
        empty = np.flatnonzero(self.value[top:] == 0)
        return int(self.at_ms[top + empty[0]] - self.at_ms[top]) if empty.size else None

    def at(self, moments_ms: IntArray) -> IntArray:
        """The value at each of the given moments."""
        index = np.searchsorted(self.at_ms, moments_ms, side="right") - 1
        return (
            np.where(index < 0, 0, self.value[np.maximum(index, 0)]) if self.value.size else np.zeros_like(moments_ms)
        )


def level(up_ms: IntArray, down_ms: IntArray, end_ms: int) -> Level:
    """The level that rises by 1 at each moment of `up_ms` and falls by 1 at each of `down_ms`."""
    change = np.ones(len(up_ms) + len(down_ms), dtype=np.int64)
    change[len(up_ms) :] = -1
    return stepped(np.concatenate([up_ms, down_ms]), change, end_ms)


def stepped(at_ms: IntArray, change: IntArray, end_ms: int) -> Level:
    """The level that changes by `change[i]` at `at_ms[i]`, in any order."""
    order = np.argsort(at_ms, kind="stable")
    at_ms, total = at_ms[order], np.cumsum(change[order])
    last = np.append(at_ms[1:] != at_ms[:-1], True) if at_ms.size else np.empty(0, dtype=np.bool_)
    return Level(at_ms[last], total[last], end_ms)
