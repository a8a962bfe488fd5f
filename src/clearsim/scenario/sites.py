"""What stands at the four sites, and how long things take there."""

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema, PydanticCustomError

from clearsim.network.pace import FASTEST, SLOWEST
from clearsim.network.times import Constant
from clearsim.scenario.base import Count, DailyClock, Days, Duration, Money, Positive, Roster, ShareOf, Strict, TimeOf
from clearsim.scenario.quantities import Mistake, refused
from clearsim.units import DAY_MS, shown, to_ms

DIVIDE_A_DAY = tuple(minutes for minutes in range(1, 24 * 60 + 1) if 24 * 60 % minutes == 0)
"""The intervals of whole minutes at which a day repeats itself."""
Factor = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]


def _open_counts(value: object) -> object:
    """Whole numbers from texts such as `"4"`."""
    if not isinstance(value, dict):
        return value
    wrong: list[Mistake] = [
        (f"expected how many are on duty, a whole number such as `4`, not `{shown(key)}`", (key, "[key]"))
        for key in value
        if not isinstance(key, int) and not re.fullmatch(r"0|[1-9][0-9]{0,5}", str(key))
    ]
    if wrong:
        raise refused(wrong)
    return {int(key): factor for key, factor in value.items()}


class Paced(Strict):
    """How fast those who serve are: 1 as the time says, 0.5 half as fast. All factors multiply."""

    hours: Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)] = (1.0,) * 24
    """24 paces by the clock, from 00 h to 23 h."""
    by_open: Annotated[
        dict[int, Factor],
        BeforeValidator(_open_counts),
        WithJsonSchema(
            {
                "type": "object",
                "patternProperties": {
                    "^(0|[1-9][0-9]{0,5})$": {"type": "number", "minimum": SLOWEST, "maximum": FASTEST}
                },
                "additionalProperties": False,
            }
        ),
    ] = Field(default_factory=dict)
    """The pace with so many on duty, up to the next number named, such as `{"1": 1.2, "4": 1.0}`: of those who serve
    there, or of the lanes where nobody does."""


class Lanes(Strict):
    """A station of parallel lanes (or docks, machines, benches) that need nobody else."""

    lanes: Roster
    """How many lanes are open: a number, or a number by the clock."""
    time: TimeOf
    """Time in a lane."""
    pace: Paced | None = None
    """How fast it goes by the hour, and by how many are on duty."""


class Desk(Strict):
    """A station whose staff serve one at a time each; how many are on duty stands under `staff`."""

    time: TimeOf
    """Time for one."""
    pace: Paced | None = None
    """How fast it goes by the hour, and by how many are on duty."""


class Inspection(Lanes):
    """Inspection lanes (查驗), each served by a crew."""

    crew: Positive
    """Inspectors that one inspection needs, together with a lane."""


class Yard(Strict):
    """The yard behind the gate."""

    bays: Roster
    """Bays; a truck keeps one from the gate until it leaves for the rail port."""
    paperwork_walk: TimeOf
    """Out of the cab: to the window and back, for a driver who has not reported before arrival."""


class Zone(Strict):
    """The bonded zone (Xiyong): gate, yard, papers, inspection."""

    gate: Lanes
    """The zone's gate (卡口)."""
    yard: Yard
    """The yard."""
    documents: Desk
    """Review of a declaration by a document officer (單證審核)."""
    scanner: Lanes
    """Machine scan (H986 機檢)."""
    inspection: Inspection
    """Inspection by hand (查驗)."""
    sealing: Lanes
    """The security seal (安全智能鎖)."""


class Timetable(Strict):
    """Departures that leave by the clock, with or without the cargo, until the doors close."""

    departures: tuple[DailyClock, ...] = ()
    """Departure times by the clock, in order; or say `every`."""
    every: Duration | None = None
    """A departure every so often around the clock, from 00:00 on, the same every day: an interval that divides 24 h,
    such as 6 h or 8 h, not 7 h; or say `departures`."""
    days: Days = (0, 1, 2, 3, 4, 5, 6)
    """The weekdays on which they run, such as `mon-fri`."""
    slots: Positive
    """Room on each departure."""
    cut_off: Duration = 0.0
    """How long before departure the cargo must be there."""
    delay: TimeOf = Constant(0.0)
    """How late a departure leaves, drawn for each. Its cut-off moves with it; where it should not, write
    `late_departures` under `disruptions`."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if list(self.departures) != sorted(set(self.departures)):
            raise PydanticCustomError("order", "departures must stand in order of the clock, each once")
        if self.every is not None and not 1 <= self.every <= 24 * 60:
            raise PydanticCustomError("range", "`every` lies between 1 min and 24 h")
        if bool(self.departures) == (self.every is not None):
            raise PydanticCustomError("one_of", "a timetable needs either `departures` or `every`")
        if self.every is not None and DAY_MS % to_ms(self.every):
            shorter = max(minutes for minutes in DIVIDE_A_DAY if minutes < self.every)
            longer = min(minutes for minutes in DIVIDE_A_DAY if minutes > self.every)
            near = " and ".join(f"`{n} min`" if n % 60 else f"`{n // 60} h`" for n in (shorter, longer))
            text = f"departures are the same every day, so the interval divides 24 h; the nearest that do are {near}"
            raise refused([(text, ("every",))])
        return self

    @property
    def clocks(self) -> tuple[float, ...]:
        """Departure times, minutes after midnight."""
        if self.every is None:
            return self.departures
        return tuple(self.every * k for k in range(DAY_MS // to_ms(self.every)))


class Train(Timetable):
    """The China-Europe train (中歐班列)."""

    booked: Duration
    """The exporter books the first train whose cut-off lies at least so long after the truck's arrival at the gate."""
    passing: bool = False
    """Whether smaller containers may go first when one that takes several slots does not fit."""


class Rail(Strict):
    """The rail port (Tuanjie village station)."""

    gate: Lanes
    """Second gate check, where the chain is not linked."""
    inspection: Inspection
    """Second inspection, where the chain is not linked."""
    yard: Lanes
    """Unloading in the rail yard; then the driver is free."""
    train: Train
    """Trains."""


class Shipper(Strict):
    """One class of shippers."""

    share: ShareOf
    """Share of the shipments that such shippers send."""
    eligible: ShareOf
    """Share of these shipments that may use the fast channel."""


class Eligible(Strict):
    """Who may use the fast channel: by product family, or by class of shippers."""

    by_family: dict[str, ShareOf] = Field(default_factory=dict)
    """Share of every product family's shipments, by the names under `warehouse.families`."""
    by_shipper: dict[str, Shipper] = Field(default_factory=dict)
    """Classes of shippers; their shares add up to 100 %."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.by_family) == bool(self.by_shipper):
            raise PydanticCustomError("one_of", "who is eligible is told either `by_family` or `by_shipper`")
        total = sum(item.share for item in self.by_shipper.values())
        if self.by_shipper and abs(total - 1) > 1e-6:
            text = f"the shares of the shippers add up to {100 * total:.4g} %, not to 100 %"
            raise refused([(text, ("by_shipper",))])
        return self


class Airport(Strict):
    """The airport: ramp, tally, customs, trucks to the zone."""

    ramp: Lanes
    """Unloading and transfer from the ramp, by ground crews."""
    tally: Lanes
    """Tally and storage, by tally crews."""
    fast_eligible: ShareOf | Eligible
    """Share of the shipments that may use the fast channel (快處快放): of all, or by family or shipper."""
    fast_channel: Desk
    """Clearance in the fast channel."""
    ordinary_channel: Desk
    """Ordinary clearance."""
    inspection: Inspection
    """Inspection of controlled shipments (查驗)."""
    inspected: ShareOf
    """Share of the shipments that are inspected."""
    truck: Timetable
    """Bonded trucks to the zone; slots are pallets."""


class Family(Strict):
    """A product family."""

    orders: ShareOf
    """Share of the orders."""
    shipments: ShareOf
    """Share of the air shipments."""
    opening: Count
    """Units on the shelf when the scenario starts."""


class Matching(Strict):
    """Three-document match (三單對碰: order, payment, waybill)."""

    time: TimeOf
    """Automatic match and filing of the release list (清單)."""
    mismatched: ShareOf
    """Share that does not match and goes to a reviewer."""
    review: TimeOf
    """Review by a reviewer."""


class Opening(Desk):
    """Opening of selected parcels at an inspection bench (開箱查驗)."""

    selected: ShareOf
    """Share of the parcels that are opened."""


class Labelling(Lanes):
    """Traceability labels (溯源) on incoming goods."""

    share: ShareOf
    """Share of the shipments that are labelled."""


class OutOfStock(Strict):
    """What becomes of an order whose goods are not on the shelf: it may `wait` for the next shipment, or be lost."""

    lost_after: Duration | None
    """An order that has waited so long for its goods is lost; after 0 min the buyer goes elsewhere at once."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: object) -> object:
        if data == "wait":
            return {"lost_after": None}
        if not isinstance(data, dict | OutOfStock):
            raise ValueError(f"expected `wait` or `{{lost_after: 2 h}}`, not `{shown(data)}`")
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        own = handler.resolve_ref_schema(handler(schema))
        field = own["properties"]["lost_after"]
        field |= field.pop("anyOf")[0]  # a planner says `wait`, not `null`
        return {"description": cls.__doc__, "anyOf": [{"const": "wait"}, dict(own)]}


class Warehouse(Strict):
    """The bonded warehouse: goods in, orders out."""

    families: Annotated[dict[str, Family], Field(min_length=1)]
    """Product families and their stock."""
    units_per_pallet: Positive
    """Units that a shipment puts on the shelf; an order takes one."""
    out_of_stock: OutOfStock = Field(default_factory=lambda: OutOfStock(lost_after=None))
    """What becomes of an order whose goods are not on the shelf: `wait`, which is the rule, or `{lost_after: 2 h}`."""
    unloading: Lanes
    """Docks: unload and put away."""
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
    """Courier trucks out of the zone; slots are parcels."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong: list[tuple[str, tuple[str | int, ...]]] = [
            (f"the families' shares of {what} add up to {100 * total:.4g} %, not to 100 %", ("families",))
            for what in ("orders", "shipments")
            if abs((total := sum(getattr(family, what) for family in self.families.values())) - 1) > 1e-6
        ]
        if wrong:
            raise refused(wrong)
        return self


class LateFeeTerms(Strict):
    """The fee for what is paid late (滯納金)."""

    per_day: ShareOf
    """Share of the amount, for every day begun after the due date."""
    least: Money
    """The smallest fee that falls due."""


class Counter(Strict):
    """The counter hall and its alternatives."""

    counter: Desk
    """At the counter, by a clerk."""
    online: TimeOf
    """Online, at any hour."""
    mail: TimeOf
    """By mail, days in the post included."""
    late_fee: LateFeeTerms
    """Late fee."""


class Roads(Strict):
    """Roads between the sites."""

    zone_to_rail: TimeOf
    """Drive from the zone to the rail port."""
    airport_to_zone: TimeOf
    """Drive from the airport to the zone."""
