"""People, and when they are on duty."""

from typing import Self

from pydantic import model_validator

from clearsim.language import Text
from clearsim.scenario.quantities import Positive, Strict, refused
from clearsim.scenario.rosters import Roster


class Duty(Strict):
    """Who is on duty."""

    roster: Roster
    """How many, by the clock; by weekday and clock; or one number around the clock."""
    people: Positive | None = None
    """How many people the unit has (在編人數); the roster and the rules of `policy.staffing` must do with them."""
    locked_in: Positive | None = None
    """How many of them are on site while people are locked in (閉環管理); all where this is left away."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.locked_in is not None and self.locked_in > (self.people or self.locked_in):
            raise refused([(Text("the unit has no more than {n} people", n=self.people), ("locked_in",))])
        return self


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
