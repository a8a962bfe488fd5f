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
    """Number of entities that reached the milestone before the end of the run.

    Here and in all times to a milestone, the entities that take its step count. Where the flow says
    `milestone_of="all"`, all entities that come past the step count; those that skip it reach the milestone when they
    pass.
    """
    return float(len(d.minutes))


@kpi("min", "mean time", better="less")
def dwell_mean(d: Dwell) -> float:
    """Mean time from arrival to the milestone, of the entities that reached it.

    Those still inside or lost are left out.
    """
    return float(d.minutes.mean()) if d.minutes.size else UNDEFINED


@kpi("min", "time, 90th percentile", better="less")
def dwell_p90(d: Dwell) -> float:
    """The time from arrival to the milestone that 90 % of the entities that reached it do not exceed."""
    return float(np.quantile(d.minutes, 0.9)) if d.minutes.size else UNDEFINED


@kpi("%", "within 24 h", better="more")
def within_24h(d: Dwell) -> float:
    """Share of entities that reached the milestone within 24 h of arrival.

    Entities that arrived in the last 24 h of the run and are still on the way are left out. Those that gave up count as
    not having reached it.
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
    """Number of entities that arrived before the end of the run.

    A backlog at the start and entities that gave up are included. Entities that skip every step of their flow have
    arrived too. Only a companion that does so has not, such as the declaration of a truck that does not pre-report.
    """
    return float(t.arrived)


@kpi("units", "not arrived by the end", better="less")
def not_arrived(t: Through) -> float:
    """Number of entities that were due in the run and had not arrived when it ended.

    They were late, or cancelled and not brought by another landing.
    """
    return float(t.not_arrived)


@kpi("units", "inside at the end", better="less")
def inside(t: Through) -> float:
    """Number of entities that had arrived when the run ended, and had neither finished their flow nor given up."""
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
    """Number of entities that gave up waiting for goods before the end of the run (lost sales).

    This ended their flow.
    """
    return float(x.lost)


@kpi("%", "lost, share", better="less")
def lost_share(x: Losses) -> float:
    """Share of entities that gave up waiting for goods.

    Only entities that arrived and wait for goods for a limited time (`patience`) count.
    """
    return 100 * x.lost / x.came if x.came else UNDEFINED


@dataclass(frozen=True)
class Trips:
    """The visits of a flow to stations to which somebody must travel."""

    flow: str
    trips: int
    station: str = ""


@kpi("visits", "trips to the counter", better="less")
def trips(t: Trips) -> float:
    """Number of visits to a counter, or to another station that costs somebody a trip.

    Those still in line at the end are included.
    """
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
    """Share of entities that finished after their due time, or were still unfinished after it when the run ended.

    Only entities that arrived count. Those that take no step finish in time when they arrive; those that gave up are
    left out.
    """
    return 100 * float((f.late_days > 0).mean()) if f.late_days.size else UNDEFINED


@kpi("CNY", "late fees", better="less")
def late_fees(f: Fees) -> float:
    """Total late fees: a share of the amount for every day begun after the due time.

    A fee is never less than the smallest one. Entities unfinished at the end of the run count with the days so far.
    Those that gave up owe nothing.
    """
    fee = np.maximum(f.amount_cny * f.terms.per_day * f.late_days, f.terms.least_cny)
    return float(fee[f.late_days > 0].sum())
