"""Recovery: how long a line grows when something happens to the port, and how soon it is back to normal."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearsim.measures.kpi import UNDEFINED, kpi
from clearsim.plan import IntArray
from clearsim.trace.levels import Level
from clearsim.units import DAY_MS, HOUR_MS


@dataclass(frozen=True)
class Recovery:
    """A line, and an event from `from_ms` until `until_ms`; the run starts `clock_ms` after midnight.

    Normal is the longest that the line was in the same hour of the clock before `calm_ms`, when the first event of the
    run began. For hours of the clock that did not come before then, it is the longest that the line was at all. A line
    is back to normal when it stays within this length for an hour. So a short lull does not count, and a line that is
    long every evening is no backlog. Where the first event begins with the run, or before it, normal is unknown.
    """

    station: str
    line: Level
    calm_ms: int
    from_ms: int
    until_ms: int
    clock_ms: int
    flow: str = ""

    @cached_property
    def before(self) -> int | None:
        """The longest line before anything happened."""
        return max(self._peaks_before.tolist()) if self.compares else None

    @cached_property
    def back_ms(self) -> int | None:
        """When the line is first back to normal after the event (ms); None if it is not before the end of the run."""
        days, until_ms = 1, self.until_ms
        while self.compares and until_ms < self.line.end_ms:  # mostly one day is enough, and quick to search
            until_ms = min(self.until_ms + days * DAY_MS, self.line.end_ms)
            back_ms = self._back_by(until_ms)
            if back_ms is not None:
                return back_ms
            days *= 2
        return None

    def _back_by(self, until_ms: int) -> int | None:
        """When the first hour within the normal length begins (ms), if it ends by `until_ms`; else None."""
        first, last = np.searchsorted(self.line.at_ms, [self.until_ms, until_ms])
        edges = self._hours(self.until_ms, until_ms)
        moments = np.sort(np.concatenate([edges[:-1], self.line.at_ms[first:last]]), kind="stable")
        above = self.line.at(moments) > self._normal[self._clock(moments)]
        turns = np.flatnonzero(np.diff(above, prepend=~above[:1]))
        begins = moments[turns]
        long = np.flatnonzero(~above[turns] & (np.diff(begins, append=until_ms) >= HOUR_MS))
        return int(begins[long[0]]) if len(long) else None

    @property
    def compares(self) -> bool:
        """Whether the event begins within the run, after some time without events."""
        return self.calm_ms > 0 and self.from_ms < self.line.end_ms

    def peak(self, from_ms: int, until_ms: int) -> int:
        """The longest line in [from, until)."""
        return int(_peaks(self.line, np.array([from_ms, until_ms]))[0])

    @cached_property
    def _normal(self) -> IntArray:
        """The normal length by hour of the clock: shape (24,)."""
        normal = np.full(24, -1)
        np.maximum.at(normal, self._clock(self._hours(0, self.calm_ms)[:-1]), self._peaks_before)
        return np.where(normal < 0, self._peaks_before.max(), normal)

    @cached_property
    def _peaks_before(self) -> IntArray:
        return _peaks(self.line, self._hours(0, self.calm_ms))

    def _hours(self, from_ms: int, until_ms: int) -> IntArray:
        """`from_ms`, every full hour of the clock, `until_ms`."""
        first = (from_ms + self.clock_ms) // HOUR_MS * HOUR_MS + HOUR_MS - self.clock_ms
        return np.concatenate([[from_ms], np.arange(first, until_ms, HOUR_MS), [until_ms]])

    def _clock(self, moments_ms: IntArray) -> IntArray:
        return (moments_ms + self.clock_ms) % DAY_MS // HOUR_MS


def _peaks(line: Level, edges_ms: IntArray) -> IntArray:
    """The line's largest value between each edge and the next."""
    first = np.searchsorted(line.at_ms, edges_ms[:-1], side="right")
    last = np.searchsorted(line.at_ms, edges_ms[1:], side="left")
    peaks = line.at(edges_ms[:-1])
    changed = np.flatnonzero(first < last)
    if len(changed):
        bounds = np.stack([first[changed], last[changed]], axis=1).ravel()
        among = np.maximum.reduceat(np.append(line.value, 0), bounds)[::2]
        peaks[changed] = np.maximum(peaks[changed], among)
    return peaks


@kpi("waiting", "longest line before any event")
def backlog_before(r: Recovery) -> float:
    """The longest line before the first event of the run. Undefined if that event begins with the run."""
    return UNDEFINED if r.before is None else float(r.before)


@kpi("waiting", "longest line from the event on", better="less")
def backlog_peak(r: Recovery) -> float:
    """The longest line from the beginning of the event until the line is back to normal, or until the run ends.

    Where events overlap, each counts the backlog of all.
    """
    if not r.compares:
        return UNDEFINED
    return float(r.peak(r.from_ms, r.line.end_ms if r.back_ms is None else max(r.back_ms, r.until_ms)))


@kpi("h", "back to normal", better="less")
def back_to_normal(r: Recovery) -> float:
    """Hours from the end of the event until the line stays within the normal length for an hour or more.

    Normal is the longest line in the same hour of the clock before the first event of the run. For hours of the clock
    that did not come before it, normal is the longest line in all of that time. Undefined if the run ends first.
    Undefined too if the first event begins with the run, since no normal length is then known.
    """
    return UNDEFINED if r.back_ms is None else (r.back_ms - r.until_ms) / HOUR_MS
