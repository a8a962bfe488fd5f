"""How long until a milestone, how many got through, and what being late costs."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clearsim.measures.kpi import UNDEFINED, kpi
from clearsim.network.flows import LateFee
from clearsim.plan import NOT_YET, IntArray
from clearsim.trace import BoolArray
from clearsim.units import DAY_MS, MINUTE_MS


@dataclass(frozen=True)
class Dwell:
    """From arrival to a milestone of the flow, of the entities that it counts. `station` is the milestone's name."""

    flow: str
    station: str
    arrival_ms: IntArray
    reached_ms: IntArray
    lost: BoolArray
    end_of_run_ms: int

    @cached_property
    def minutes(self) -> npt.NDArray[np.float64]:
        """Minutes of those who reached the milestone."""
        done = self.reached_ms != NOT_YET
        return np.asarray((self.reached_ms[done] - self.arrival_ms[done]) / MINUTE_MS)


@kpi("units", "reached")
def reached(d: Dwell) -> float:
    """How many reached the milestone before the end of the run.

    In this and all other KPIs of a milestone, entities that take its step count. Where the flow says
    `milestone_of="all"`, all that pass the step count, and those that skip it reach the milestone when they pass.
    """
    return float(len(d.minutes))


@kpi("min", "mean time", better="less")
def dwell_mean(d: Dwell) -> float:
    """Mean time from arrival to the milestone, of those who reached it; those still inside or lost are left out."""
    return float(d.minutes.mean()) if d.minutes.size else UNDEFINED


@kpi("min", "time, 90th percentile", better="less")
def dwell_p90(d: Dwell) -> float:
    """The time to the milestone that nine in ten of those who reached it do not exceed."""
    return float(np.quantile(d.minutes, 0.9)) if d.minutes.size else UNDEFINED


@kpi("%", "within 24 h", better="more")
def within_24h(d: Dwell) -> float:
    """Share that reached the milestone within 24 h, of those who did or who arrived more than 24 h before the end.

    Entities that gave up on the way did not reach it.
    """
    in_time = (d.reached_ms != NOT_YET) & (d.reached_ms - d.arrival_ms <= DAY_MS)
    known = in_time | (d.arrival_ms + DAY_MS < d.end_of_run_ms) | (d.lost & (d.reached_ms == NOT_YET))
    return 100 * float(in_time.sum() / known.sum()) if known.any() else UNDEFINED


@dataclass(frozen=True)
class Through:
    """A flow from end to end."""

    flow: str
    arrived: int
    finished: int
    lost: int
    not_arrived: int
    station: str = ""


@kpi("units", "arrived")
def arrived(t: Through) -> float:
    """How many arrived before the end of the run, including a backlog at the start and those who gave up.

    Entities that skip every step of their flow have arrived too. Companions that do so have not: the declaration of a
    truck that does not pre-report does not exist.
    """
    return float(t.arrived)


@kpi("units", "not arrived by the end", better="less")
def not_arrived(t: Through) -> float:
    """How many were due in the run and had not arrived at its end: late, or cancelled without a later flight."""
    return float(t.not_arrived)


@kpi("units", "inside at the end", better="less")
def inside(t: Through) -> float:
    """How many had arrived and neither finished their flow nor given up when the run ended."""
    return float(t.arrived - t.finished - t.lost)


@dataclass(frozen=True)
class Losses:
    """The entities of a flow that may give up: they wait for goods with a patience."""

    flow: str
    came: int
    lost: int
    station: str = ""


@kpi("units", "lost", better="less")
def lost(x: Losses) -> float:
    """How many gave up waiting for goods before the end of the run, which ended their flow: lost sales."""
    return float(x.lost)


@kpi("%", "lost, share", better="less")
def lost_share(x: Losses) -> float:
    """Share that gave up waiting for goods, of those who arrived and wait only for a limited time (`patience`)."""
    return 100 * x.lost / x.came if x.came else UNDEFINED


@dataclass(frozen=True)
class Trips:
    """The visits of a flow to stations to which somebody must travel."""

    flow: str
    trips: int
    station: str = ""


@kpi("visits", "trips to the counter", better="less")
def trips(t: Trips) -> float:
    """How many visits to a counter or another station to which somebody must travel, including those still in line."""
    return float(t.trips)


@dataclass(frozen=True)
class Fees:
    """The late fees of a flow. `late_days` counts the days begun after the due time, 0 for those in time."""

    flow: str
    terms: LateFee
    amount_cny: npt.NDArray[np.float64]
    late_days: IntArray
    station: str = ""


@kpi("%", "late", better="less")
def late_share(f: Fees) -> float:
    """Share of those who arrived that finish after their due time, or are unfinished at the end of the run and past it.

    Entities that take no step are done when they arrive, and so in time. Those that gave up are left out.
    """
    return 100 * float((f.late_days > 0).mean()) if f.late_days.size else UNDEFINED


@kpi("CNY", "late fees", better="less")
def late_fees(f: Fees) -> float:
    """Late fees in total: a share of the amount for every day begun after the due time, at least the least fee.

    Those unfinished at the end of the run count with the days so far. Those that gave up owe nothing.
    """
    fee = np.maximum(f.amount_cny * f.terms.per_day * f.late_days, f.terms.least_cny)
    return float(fee[f.late_days > 0].sum())
