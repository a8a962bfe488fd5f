"""What inspection control finds, and what it costs: hits and misses against officer hours and driver hours."""

from dataclasses import dataclass

from clearsim.measures.kpi import UNDEFINED, kpi
from clearsim.trace import BoolArray


@dataclass(frozen=True)
class Controls:
    """The units of a flow that were inspected or let pass before the end of the run, one value each.

    `found` is the number of hits while arrivals come, `staff_hours` the hours worked in that time. `driver_hours` are
    those that drivers wait and are served at the stations where units are scanned and inspected.
    """

    flow: str
    controlled: BoolArray
    non_compliant: BoolArray
    hit: BoolArray
    found: int
    staff_hours: float
    driver_hours: float
    station: str = ""


@kpi("%", "share controlled")
def controlled_share(c: Controls) -> float:
    """Share of entities selected for control, of those inspected or let pass before the end of the run.

    An entity is let pass if it passes the stations of the control without being served there, for any reason.
    """
    return 100 * float(c.controlled.mean()) if c.controlled.size else UNDEFINED


@kpi("units", "hits", better="more")
def hits(c: Controls) -> float:
    """Number of entities that an inspection found to be non-compliant before the end of the run."""
    return float(c.hit.sum())


@kpi("units", "missed", better="less")
def missed(c: Controls) -> float:
    """Number of non-compliant entities that were let pass before the end of the run.

    They were not inspected, or the inspection did not find it.
    """
    return float((c.non_compliant & ~c.hit).sum())


@kpi("/h", "hits per officer hour", better="more")
def hits_per_officer_hour(c: Controls) -> float:
    """Hits while arrivals come, divided by the staff hours worked meanwhile at the flow's inspection stations.

    The work of this staff for other flows is in the hours, but not in the hits.
    """
    return c.found / c.staff_hours if c.staff_hours else UNDEFINED


@kpi("/h", "hits per driver hour", better="more")
def hits_per_driver_hour(c: Controls) -> float:
    """Hits divided by the hours that drivers wait and are served where entities are scanned and inspected.

    Only entities inspected or let pass before the end of the run count.
    """
    return float(c.hit.sum()) / c.driver_hours if c.driver_hours else UNDEFINED
