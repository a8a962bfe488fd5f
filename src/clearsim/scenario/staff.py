"""People, and when they are on duty."""

from typing import Self

from pydantic import model_validator

from clearsim.language import Text
from clearsim.scenario.quantities import Positive, Strict, refused
from clearsim.scenario.rosters import Roster


class Duty(Strict):
    """The people of one unit."""

    roster: Roster
    """How many are on duty: one number, numbers by the clock, or numbers by weekday and clock."""
    people: Positive | None = None
    """How many people the unit has. Its roster and its staffing rules must be possible with them."""
    locked_in: Positive | None = None
    """How many of them are on site while people are locked in; all if left out."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.locked_in is not None and self.locked_in > (self.people or self.locked_in):
            raise refused([(Text("the unit has no more than {n} people", n=self.people), ("locked_in",))])
        return self


class Staff(Strict):
    """The units of staff. Those that no flow of the scenario needs may be left out."""

    document_officers: Duty | None = None
    """Review declarations."""
    inspectors: Duty | None = None
    """Inspect export trucks in the zone."""
    rail_inspectors: Duty | None = None
    """Inspect export trucks a second time at the rail port, if the offices are not linked."""
    fast_officers: Duty | None = None
    """Clear shipments in the airport's fast channel."""
    airport_officers: Duty | None = None
    """Clear ordinary shipments at the airport."""
    airport_inspectors: Duty | None = None
    """Inspect air shipments."""
    order_reviewers: Duty | None = None
    """Review orders that do not match."""
    pickers: Duty | None = None
    """Pick and pack orders."""
    parcel_inspectors: Duty | None = None
    """Open selected parcels."""
    clerks: Duty | None = None
    """Serve at the windows of the counter hall."""
