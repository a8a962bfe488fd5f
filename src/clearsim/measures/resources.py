"""Pools and stocks: how busy people and equipment were, and what was missing on the shelf."""

from dataclasses import dataclass

from clearsim.measures.kpi import UNDEFINED, Everything, kpi
from clearsim.trace.levels import Level
from clearsim.units import HOUR_MS


@dataclass(frozen=True)
class Use:
    """A pool: the time (ms) for which its members were in use, available in this pool, and at work for it.

    Time on duty counts while arrivals come. Work that is finished later, or after the shift, counts until the end of
    the run. `there_ms` and `at_work_ms` differ where people are shared: they may serve in one pool and belong to
    another.
    """

    station: str
    in_use_ms: int
    there_ms: int
    at_work_ms: int
    flow: str = ""


@kpi("%", "utilisation")
def utilisation(u: Use) -> float:
    """Time in use divided by the time on duty and the time worked beyond it.

    Never above 100 %. It counts while arrivals come, and after that for work that is finished beyond duty. Members that
    are no longer on duty (for equipment: closed) and finish what they began count in both times. Undefined for a pool
    that is never on duty or in use.
    """
    return 100 * u.in_use_ms / u.there_ms if u.there_ms else UNDEFINED


@kpi("h", "hours worked")
def duty_hours(u: Use) -> float:
    """Hours on duty of all members of the pool while arrivals come, plus their hours of finishing work after duty.

    For equipment: hours open, or closed and still in use. People who are shared among pools count in the pool whose
    roster they are on, wherever they work, also while they move. Absent people have no hours.
    """
    return u.at_work_ms / HOUR_MS


@dataclass(frozen=True)
class Shifts:
    """A pool of people: the hours that they worked, by the roster and beyond it.

    `stayed_late` is a part of `overtime`.
    """

    station: str
    ordinary: float
    night: float
    overtime: float
    stayed_late: float
    flow: str = ""


@kpi("h", "ordinary hours", planned=True)
def ordinary_hours(s: Shifts) -> float:
    """Hours on duty by the roster during the day, while arrivals come."""
    return s.ordinary


@kpi("h", "night hours", better="less", planned=True)
def night_hours(s: Shifts) -> float:
    """Hours on duty by the roster at night (22:00–06:00, unless the prices give other times), while arrivals come."""
    return s.night


@kpi("h", "overtime hours", better="less")
def overtime_hours(s: Shifts) -> float:
    """Hours worked beyond the pool's own roster, by day and by night.

    They are the hours of squads and of people who are called in, while arrivals come, and of people who stay late
    (`stayed_late_hours`). Where people move between pools, only hours beyond the rosters of these pools together are
    overtime.
    """
    return s.overtime


@kpi("h", "hours of staying late", better="less")
def stayed_late_hours(s: Shifts) -> float:
    """Hours worked by people who are no longer on duty and finish what they began, until the run ends.

    They are a part of `overtime_hours`. A plan with many of them depends on people who stay after their shift.
    """
    return s.stayed_late


@dataclass(frozen=True)
class Workforce(Everything):
    """All pools of people together."""

    hours: float


@kpi("h", "staff hours", better="less")
def staff_hours(w: Workforce) -> float:
    """Hours worked by all people together, by the roster and beyond it, by day and by night, while arrivals come.

    People who finish work after their shift count until they are done, also after the last arrival.
    """
    return w.hours


@dataclass(frozen=True)
class Inspections:
    """An inspection station: what was finished while arrivals came, and the hours worked by the staff it needs."""

    station: str
    finished: int
    staff_hours: float
    flow: str = ""


@kpi("/h", "inspections per officer hour", better="more")
def inspections_per_officer_hour(i: Inspections) -> float:
    """Inspections finished while arrivals come, divided by the hours that the station's staff worked meanwhile.

    All flows count.
    """
    return i.finished / i.staff_hours if i.staff_hours else UNDEFINED


@dataclass(frozen=True)
class Shelf:
    """One family of a stock: its units over time, how many entities had to wait for it, and how many gave up."""

    station: str
    units: Level
    waited: int
    lost: int
    flow: str = ""


@kpi("units", "lowest stock")
def stock_lowest(s: Shelf) -> float:
    """The fewest units on the shelf at any moment."""
    return float(s.units.value.min())


@kpi("units", "stock-outs", better="less")
def stock_outs(s: Shelf) -> float:
    """Number of entities that waited, or gave up at once, because the shelf held too little.

    Those still waiting at the end are included.
    """
    return float(s.waited)


@kpi("units", "lost for lack of stock", better="less")
def stock_lost(s: Shelf) -> float:
    """Number of entities that gave up because the shelf held too little."""
    return float(s.lost)
