"""Departures: which entities left as booked, which rolled over, and how full departures were."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clearsim.measures.kpi import UNDEFINED, kpi
from clearsim.plan import NOT_YET, IntArray
from clearsim.units import DAY_MS


@dataclass(frozen=True)
class Booked:
    """The entities of a flow whose booked departure left before the end of the run, one value each.

    `booked_ms` is when the booked departure really left, `departed_ms` when the entity did.
    """

    flow: str
    station: str
    booked_ms: IntArray
    departed_ms: IntArray
    end_of_run_ms: int

    @cached_property
    def late_days(self) -> npt.NDArray[np.float64]:
        """Days between the booked departure and the one taken, or the end of the run; 0 where it was no later."""
        left = np.where(self.departed_ms == NOT_YET, self.end_of_run_ms, self.departed_ms)
        return np.asarray(np.maximum(left - self.booked_ms, 0) / DAY_MS)


@kpi("%", "on the booked departure", better="more")
def on_booked(b: Booked) -> float:
    """Share of entities that left on the booked departure or an earlier one.

    Only entities whose booked departure left before the end of the run count. Booked is the first departure whose
    cut-off, by the timetable, is at least `booked` after the arrival, even if it is cancelled. If it leaves late, all
    that leave with it or before it are on time. Entities still inside are not; those that gave up on the way are left
    out.
    """
    made = (b.departed_ms != NOT_YET) & (b.departed_ms <= b.booked_ms)
    return 100 * float(made.mean()) if b.booked_ms.size else UNDEFINED


@kpi("d", "roll-over, mean", better="less")
def roll_over_mean(b: Booked) -> float:
    """Mean days from the booked departure, late or not, to the departure taken; 0 where that was not later.

    Only entities whose booked departure left before the end of the run count. Those still inside count with the days so
    far; those that gave up on the way are left out.
    """
    return float(b.late_days.mean()) if b.late_days.size else UNDEFINED


@dataclass(frozen=True)
class Slots:
    """The departures of a service: the slots of those that left before the end of the run, and how many were taken.

    `late` has the minutes between schedule and departure, or the end of the run, of all that were due before the end.
    """

    station: str
    slots: IntArray
    used: int
    late: npt.NDArray[np.float64]
    flow: str = ""


@kpi("departures", "number of departures", planned=True)
def departures(s: Slots) -> float:
    """Number of departures that left before the end of the run, of those that have slots and closed after its start."""
    return float(len(s.slots))


@kpi("%", "slots used")
def slots_used(s: Slots) -> float:
    """Share of slots that cargo took, of the departures counted in `departures`."""
    return 100 * float(s.used / s.slots.sum()) if s.slots.sum() else UNDEFINED


@kpi("departures", "departures late", better="less", planned=True)
def departures_late(s: Slots) -> float:
    """Number of departures that left later than scheduled, or had not left when the run ended.

    Only departures that were due before the end of the run and closed after its start count. Cancelled ones are left
    out.
    """
    return float((s.late > 0).sum())


@kpi("min", "minutes late, mean", better="less", planned=True)
def lateness_mean(s: Slots) -> float:
    """Mean minutes between schedule and departure, 0 for those on time.

    The departures are those of which `departures_late` counts the late ones. Those that had not left when the run ended
    count with the minutes so far.
    """
    return float(s.late.mean()) if s.late.size else UNDEFINED
