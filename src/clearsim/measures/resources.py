"""Pools and stocks: how busy people and equipment were, and what was missing on the shelf."""

from dataclasses import dataclass

from clearsim.levels import Level
from clearsim.measures.kpi import UNDEFINED, kpi
from clearsim.units import HOUR_MS


@dataclass(frozen=True)
class Use:
    """A pool: how many were there to serve, how many were in use, and how many of it were on duty, over time.

    The first and the last differ where people are shared among pools. `until_ms` is when arrivals end.
    """

    station: str
    there: Level
    in_use: Level
    on_duty: Level
    until_ms: int
    flow: str = ""


@kpi("%", "utilisation", "利用率")
def utilisation(u: Use) -> float:
    """Time in use over the time of those who were there, while arrivals come; the run-on is left out.

    Above 100 % where work in progress was finished after a shift's end. Undefined for a pool where nobody ever is.
    """
    there = u.there.area(0, u.until_ms)
    return 100 * u.in_use.area(0, u.until_ms) / there if there else UNDEFINED


@kpi("h", "hours on duty", "在崗工時", planned=True)
def duty_hours(u: Use) -> float:
    """Hours on duty while arrivals come, of all members of the pool together; the absent have none.

    Whoever is shared among pools counts in the pool of his roster, wherever he works, and on his way too.
    """
    return u.on_duty.area(0, u.until_ms) / HOUR_MS


@dataclass(frozen=True)
class Shifts:
    """A pool of people: their hours on duty while arrivals come, by the roster and beyond it."""

    station: str
    ordinary: float
    night: float
    overtime: float
    flow: str = ""


@kpi("h", "ordinary hours", "正常工時", planned=True)
def ordinary_hours(s: Shifts) -> float:
    """Hours on duty by the roster and by day, while arrivals come."""
    return s.ordinary


@kpi("h", "night hours", "夜班工時", better="less", planned=True)
def night_hours(s: Shifts) -> float:
    """Hours on duty by the roster and by night (22:00–06:00, or as the prices say), while arrivals come."""
    return s.night


@kpi("h", "overtime hours", "加班工時", better="less", planned=True)
def overtime_hours(s: Shifts) -> float:
    """Hours on duty beyond the pool's own roster, by day and by night, while arrivals come: squads, people called in.

    Where people move between pools, only those beyond the rosters of these pools together are overtime.
    """
    return s.overtime


@dataclass(frozen=True)
class Workforce:
    """All pools of people together."""

    hours: float
    flow: str = ""
    station: str = ""


@kpi("h", "staff hours", "總在崗工時", better="less", planned=True)
def staff_hours(w: Workforce) -> float:
    """Hours on duty of all people together while arrivals come, by the roster and beyond it, by day and by night."""
    return w.hours


@dataclass(frozen=True)
class Inspections:
    """An inspection station: what was finished while arrivals came, and the hours on duty of the staff it needs."""

    station: str
    finished: int
    staff_hours: float
    flow: str = ""


@kpi("/h", "inspections per officer hour", "每關員工時查驗數", better="more")
def inspections_per_officer_hour(i: Inspections) -> float:
    """Inspections finished while arrivals come, over the hours on duty of the station's staff, all flows together."""
    return i.finished / i.staff_hours if i.staff_hours else UNDEFINED


@dataclass(frozen=True)
class Shelf:
    """One family of a stock, over time, how many had to wait for it, and how many of them gave up."""

    station: str
    units: Level
    waited: int
    lost: int
    flow: str = ""


@kpi("units", "lowest stock", "最低庫存")
def stock_lowest(s: Shelf) -> float:
    """The fewest units on the shelf at any moment."""
    return float(s.units.value.min())


@kpi("units", "stock-outs", "缺貨訂單", better="less")
def stock_outs(s: Shelf) -> float:
    """How many had to wait because the shelf held too little, or gave up at once; those still waiting included."""
    return float(s.waited)


@kpi("units", "lost for lack of stock", "缺貨流失", better="less")
def stock_lost(s: Shelf) -> float:
    """How many gave up because the shelf held too little."""
    return float(s.lost)
