"""Waits and lines. A wait lasts from joining the end of the line to the start of service (GAO 2013)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clearsim.measures.kpi import UNDEFINED, kpi
from clearsim.plan import NOT_YET
from clearsim.trace import Line
from clearsim.trace.levels import Level, total
from clearsim.units import HOUR_MS, MINUTE_MS, to_ms


@dataclass(frozen=True)
class Waits:
    """Everyone who joined one line, or one flow's part of it, from all the steps where they do.

    An entity that gave up waited until then. Visits are those of entities that count, the line's length is that of all.
    """

    flow: str
    station: str
    lines: tuple[Line, ...]
    limit_min: float

    @cached_property
    def minutes(self) -> npt.NDArray[np.float64]:
        """Waits in minutes, shortest first; of those still waiting, the wait so far."""
        return np.sort(np.concatenate([line.waits_ms[line.counted] for line in self.lines])) / MINUTE_MS

    @cached_property
    def length(self) -> Level:
        """How many were in the line, over time, since the warm-up."""
        return self.whole_length.since(self.lines[0].warm_up_ms)

    @cached_property
    def whole_length(self) -> Level:
        """How many were in the line, over time, from the start of the run."""
        if len(self.lines) == 1:
            return self.lines[0].length
        changes = [(line.length.at_ms, np.diff(line.length.value, prepend=0)) for line in self.lines]
        return total(changes, self.lines[0].end_of_run_ms)

    @cached_property
    def above_limit_ms(self) -> int:
        """For how long since the warm-up somebody in the line has waited longer than the limit.

        Only the number of those who have matters. So the first to stop may be paired with the first to begin.
        """
        limit_ms = to_ms(self.limit_min)
        begin, end = [], []
        for line in self.lines:
            long = np.flatnonzero(line.waits_ms > limit_ms)
            joined_ms = line.joined_ms[long]
            begin.append(joined_ms + limit_ms)
            end.append(joined_ms + line.waits_ms[long])
        begins, ends = (np.maximum(np.sort(np.concatenate(x)), self.lines[0].warm_up_ms) for x in (begin, end))
        begins[1:] = np.maximum(begins[1:], ends[:-1])
        return int((ends - begins).sum())

    @property
    def waiting(self) -> int:
        """How many still wait at the end of the run."""
        return sum(int((line.start_ms[line.counted] == NOT_YET).sum()) for line in self.lines)

    def quantile(self, q: float) -> float:
        """Quantile of the waits, interpolated linearly between neighbours."""
        return float(np.quantile(self.minutes, q)) if self.minutes.size else UNDEFINED


@kpi("visits", "number of visits")
def visits(w: Waits) -> float:
    """Number of times that an entity joined the line.

    Those still waiting at the end and those that gave up are included.
    """
    return float(w.minutes.size)


@kpi("min", "wait, mean", better="less")
def wait_mean(w: Waits) -> float:
    """Mean wait of all that joined the line.

    Those still waiting at the end count with the wait so far. Here and in all waits, entities that gave up count with
    the wait until then.
    """
    return float(w.minutes.mean()) if w.minutes.size else UNDEFINED


@kpi("min", "wait, median", better="less")
def wait_median(w: Waits) -> float:
    """The wait that half of those that joined the line do not exceed.

    Those still waiting at the end count with the wait so far.
    """
    return w.quantile(0.5)


@kpi("min", "wait, 90th percentile", better="less")
def wait_p90(w: Waits) -> float:
    """The wait that 90 % of those that joined the line do not exceed.

    Those still waiting at the end count with the wait so far.
    """
    return w.quantile(0.9)


@kpi("min", "wait, 95th percentile", better="less")
def wait_p95(w: Waits) -> float:
    """The wait that 95 % of those that joined the line do not exceed.

    Those still waiting at the end count with the wait so far.
    """
    return w.quantile(0.95)


@kpi("min", "wait, longest", better="less")
def wait_longest(w: Waits) -> float:
    """The longest wait. Those still waiting at the end count with the wait so far."""
    return float(w.minutes[-1]) if w.minutes.size else UNDEFINED


@kpi("%", "waits above the limit", better="less")
def wait_over_limit(w: Waits) -> float:
    """Share of those that joined the line whose wait, or wait so far, is longer than the scenario's `wait_limit`."""
    return 100 * float((w.minutes > w.limit_min).mean()) if w.minutes.size else UNDEFINED


@kpi("h", "hours above the limit", better="less")
def hours_above_limit(w: Waits) -> float:
    """Hours of the run during which any entity in the line has waited longer than the scenario's `wait_limit`."""
    return w.above_limit_ms / HOUR_MS


@kpi("visits", "still waiting at the end", better="less")
def still_waiting(w: Waits) -> float:
    """Number of entities in the line when the run ends."""
    return float(w.waiting)


@kpi("waiting", "line, mean", better="less")
def line_mean(w: Waits) -> float:
    """Mean number in the line over the whole run, including the run-on."""
    return w.length.mean()


@kpi("waiting", "line, peak", better="less")
def line_peak(w: Waits) -> float:
    """The largest number in the line at any moment (the peak backlog).

    Entities whose service starts at once are never in it.
    """
    return float(w.length.peak())


@kpi("min", "time to clear", better="less")
def time_to_clear(w: Waits) -> float:
    """Time from the first moment of the peak to the next moment with an empty line. Undefined if the run ends first."""
    cleared_ms = w.length.clears_ms()
    return UNDEFINED if cleared_ms is None else cleared_ms / MINUTE_MS
