"""What stands at the four sites, and how long things take there."""

from typing import Annotated, Any, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from clearsim.language import Text, word
from clearsim.located.manual import meaning
from clearsim.scenario.distributions import TimeOf
from clearsim.scenario.quantities import (
    Count,
    Duration,
    Mistake,
    Money,
    Positive,
    ShareOf,
    Strict,
    of_kind,
    refused,
    unless_whole,
)
from clearsim.scenario.rosters import Roster
from clearsim.scenario.stations import Desk, Inspection, Lanes
from clearsim.scenario.timetables import Timetable
from clearsim.units import expected, shown


class Yard(Strict):
    """The yard behind the gate."""

    bays: Roster
    """Parking bays. A truck keeps one from the gate until it leaves for the rail port."""
    paperwork_walk: TimeOf
    """The walk to the window and back, for drivers who have not pre-reported."""


class Zone(Strict):
    """The bonded zone (Xiyong): gate, yard, papers, inspection."""

    gate: Lanes
    """The zone's gate."""
    yard: Yard
    """The yard behind the gate."""
    documents: Desk
    """Review of a declaration by a document officer."""
    scanner: Lanes
    """Machine scan (H986)."""
    inspection: Inspection
    """Inspection by hand."""
    sealing: Lanes
    """Attaching the e-seal."""


class Train(Timetable):
    """The China-Europe train."""

    booked: Duration
    """The exporter books the first train whose cut-off is at least this long after the truck's arrival at the gate."""
    passing: bool = False
    """Whether smaller containers may go first when one that takes several slots does not fit."""


class Rail(Strict):
    """The rail port (Tuanjie village station)."""

    gate: Lanes
    """Second gate check, if the offices are not linked."""
    inspection: Inspection
    """Second inspection, if the offices are not linked."""
    yard: Lanes
    """Unloading in the rail yard. After it the driver is free."""
    train: Train
    """The train and its timetable."""


class Shipper(Strict):
    """One class of shippers."""

    share: ShareOf
    """Share of the shipments that these shippers send."""
    eligible: ShareOf
    """Share of their shipments that may use the fast channel."""


class Eligible(Strict):
    """Which shipments may use the fast channel, by product family or by class of shippers."""

    by_family: dict[str, ShareOf] = Field(default_factory=dict)
    """Share of the shipments of every product family, by the names under `warehouse.families`."""
    by_shipper: dict[str, Shipper] = Field(default_factory=dict)
    """Classes of shippers. Their shares add up to 100 %."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.by_family) == bool(self.by_shipper):
            raise of_kind("one_of", Text("eligibility needs either `by_family` or `by_shipper`"))
        shares = (item.share for item in self.by_shipper.values())
        wrong = list(unless_whole(shares, Text("the shares of the shippers"), ("by_shipper",)))
        if wrong:
            raise refused(wrong)
        return self


class Airport(Strict):
    """The airport: ramp, tally, customs, trucks to the zone."""

    ramp: Lanes
    """Unloading and transfer from the ramp, by ground crews."""
    tally: Lanes
    """Tally and storage, by tally crews."""
    fast_eligible: ShareOf | Eligible
    """Share of the shipments that may use the fast channel: one for all, or by family or by shipper."""
    fast_channel: Desk
    """Clearance in the fast channel."""
    ordinary_channel: Desk
    """Ordinary clearance."""
    inspection: Inspection
    """Inspection of controlled shipments."""
    inspected: ShareOf
    """Share of the shipments that are selected for inspection."""
    truck: Timetable
    """Bonded trucks to the zone. A slot is a pallet."""


class Family(Strict):
    """A product family."""

    orders: ShareOf
    """Share of the orders."""
    shipments: ShareOf
    """Share of the air shipments."""
    opening: Count
    """Units on the shelf when the run starts."""


class Matching(Strict):
    """Three-document match (order, payment, waybill)."""

    time: TimeOf
    """Time of the automatic match, and of filing the declaration list."""
    mismatched: ShareOf
    """Share of the orders that do not match and go to a reviewer."""
    review: TimeOf
    """Time of a review by a reviewer."""


class Opening(Desk):
    """Opening of selected parcels at an inspection bench."""

    selected: ShareOf
    """Share of the parcels that are opened."""


class Labelling(Lanes):
    """Traceability labels on incoming goods."""

    share: ShareOf
    """Share of the shipments that are labelled."""


class OutOfStock(Strict):
    """What happens to an order whose goods are not on the shelf: it waits for the next shipment, or is lost."""

    lost_after: Duration | None
    """An order that has waited this long for its goods is lost. With `0 min` it is lost at once."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: object) -> object:
        if data == "wait":
            return {"lost_after": None}
        if not isinstance(data, dict | OutOfStock):
            raise ValueError(expected(Text("`wait` or `{lost_after: 2 h}`"), f"`{shown(data)}`"))
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        own = handler.resolve_ref_schema(handler(schema))
        field = own["properties"]["lost_after"]
        field |= field.pop("anyOf")[0]  # a planner says `wait`, not `null`
        return {"description": word(meaning(cls)), "anyOf": [{"const": "wait"}, dict(own)]}


class Warehouse(Strict):
    """The bonded warehouse: goods in, orders out."""

    families: Annotated[dict[str, Family], Field(min_length=1)]
    """Product families and their stock."""
    units_per_pallet: Positive
    """Units that a shipment puts on the shelf. An order takes one unit."""
    out_of_stock: OutOfStock = Field(default_factory=lambda: OutOfStock(lost_after=None))
    """What happens to an order whose goods are not on the shelf: `wait`, the default, or `{lost_after: 2 h}`."""
    unloading: Lanes
    """Docks, where shipments are unloaded and put away."""
    labelling: Labelling
    """Traceability labels."""
    matching: Matching
    """Three-document match."""
    picking: Desk
    """Picking and packing."""
    sorting: Lanes
    """X-ray sorting lanes."""
    opening: Opening
    """Opening of selected parcels."""
    courier: Timetable
    """Courier trucks out of the zone. A slot is a parcel."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong: list[Mistake] = []
        for what in ("orders", "shipments"):
            shares = (getattr(family, what) for family in self.families.values())
            wrong += unless_whole(shares, Text("the families' shares of `{field}`", field=what), ("families",))
        if wrong:
            raise refused(wrong)
        return self


class LateFeeTerms(Strict):
    """The late fee."""

    per_day: ShareOf
    """Share of the amount, for every day begun after the due date."""
    least: Money
    """The smallest fee that is charged."""


class Counter(Strict):
    """The counter hall, and errands online and by mail."""

    counter: Desk
    """Time of an errand at the counter, with a clerk."""
    online: TimeOf
    """Time of an errand online, at any hour."""
    mail: TimeOf
    """Time of an errand by mail, with the days in the post."""
    late_fee: LateFeeTerms
    """The late fee on errands."""


class Roads(Strict):
    """Roads between the sites."""

    zone_to_rail: TimeOf
    """Drive from the zone to the rail port."""
    airport_to_zone: TimeOf
    """Drive from the airport to the zone."""
