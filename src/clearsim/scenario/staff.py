"""People, and when they are on duty."""

from clearsim.scenario.base import Roster, Strict


class Duty(Strict):
    """Who is on duty."""

    roster: Roster
    """How many, by the clock; by weekday and clock; or one number around the clock."""


class Staff(Strict):
    """People. Those whom no flow of the scenario needs may be left away."""

    document_officers: Duty | None = None
    """Review declarations (單證審核)."""
    inspectors: Duty | None = None
    """Inspect export trucks in the zone (查驗)."""
    rail_inspectors: Duty | None = None
    """Inspect a second time at the rail port, where the chain is not linked."""
    fast_officers: Duty | None = None
    """The airport's fast channel (快處快放)."""
    airport_officers: Duty | None = None
    """The airport's ordinary clearance."""
    airport_inspectors: Duty | None = None
    """Inspect air shipments."""
    order_reviewers: Duty | None = None
    """Review orders that do not match (審單)."""
    pickers: Duty | None = None
    """Pick and pack."""
    parcel_inspectors: Duty | None = None
    """Open selected parcels."""
    clerks: Duty | None = None
    """The counter's windows."""
