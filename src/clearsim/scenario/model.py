"""What a planner may write in a scenario: every section and field, with its unit and its meaning.

The descriptions below are at once the manual, the JSON Schema's text and what editors show.
"""

import math
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from clearsim.flow.calendar import WEEKDAYS, weekdays_of
from clearsim.flow.times import Constant
from clearsim.scenario.base import (
    AmountOf,
    Clock,
    Count,
    Duration,
    Moment,
    Money,
    Positive,
    Roster,
    ShareOf,
    Strict,
    Text,
    TimeOf,
)
from clearsim.scenario.profiles import HOURS


def _days(text: object) -> tuple[int, ...]:
    if not isinstance(text, str):
        raise ValueError("expected weekdays such as `mon-fri` or `sat,sun`")
    return weekdays_of(text)


Days = Annotated[
    tuple[int, ...],
    BeforeValidator(_days),
    WithJsonSchema({"type": "string", "pattern": "^[a-z]{3}([-,][a-z]{3})*$", "examples": ["mon-fri"]}),
]
"""Weekdays (Monday 0), from `mon-fri` or `sat,sun`."""
Weight = Annotated[float, Field(ge=0, le=1e9)]
HourNames = Literal["flat", "evening_retail", "working_day", "office"]
Hours = HourNames | Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]
Weekdays = Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
EVERY_DAY: tuple[float, ...] = (1.0,) * len(WEEKDAYS)


class Wave(Strict):
    """A surge on top of the ordinary days."""

    name: str
    """What people call it, such as `第一波`."""
    starts: Annotated[Moment, Field(alias="from")]
    """When it begins, local time."""
    until: Moment
    """When it is over, local time."""
    peak: Annotated[float, Field(ge=0, le=100)]
    """By how much it multiplies the ordinary rate at its height."""
    ramp: Duration = 0.0
    """How long it takes to rise."""
    decay: Duration = 0.0
    """How long it takes to fall, before it is over."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        length_min = (self.until - self.starts).total_seconds() / 60
        if length_min <= 0:
            raise PydanticCustomError("order", "a surge must end after it begins")
        if self.ramp + self.decay > length_min:
            raise PydanticCustomError("order", "ramp and decay must fit between the surge's beginning and its end")
        return self


class RandomArrivals(Strict):
    """Arrivals at random: so many a day on average, shaped by hour, weekday and surges."""

    per_day: Annotated[float, Field(ge=0, le=20_000_000)]
    """Arrivals a day, averaged over an ordinary week."""
    hours: Hours = "flat"
    """The shape of the day: a name (flat, evening_retail, working_day, office) or 24 weights, from 00 h to 23 h."""
    weekdays: Weekdays = EVERY_DAY
    """Seven weights, Monday first."""
    day_cv: Annotated[float, Field(ge=0, le=5)] = 0.0
    """How much days differ beyond chance: the coefficient of variation of a factor drawn for each day."""
    surges: tuple[Wave, ...] = ()
    """Waves on top of the ordinary days."""
    backlog: Count = 0
    """How many already wait at the beginning of their way when the scenario starts."""

    @model_validator(mode="after")
    def _not_all_zero(self) -> Self:
        for name, weights in (("hours", self.hour_weights), ("weekdays", self.weekdays)):
            if sum(weights) <= 0:
                raise PydanticCustomError("weights", "the weights of {name} cannot all be 0", {"name": name})
        return self

    @property
    def hour_weights(self) -> tuple[float, ...]:
        """The 24 weights, by name or as written."""
        return HOURS[self.hours] if isinstance(self.hours, str) else self.hours


class Errands(RandomArrivals):
    """Enterprise errands (tax 税款, deposit 保證金): through the counter, online or by mail, before a due date."""

    counter: ShareOf
    """Share that goes to the counter."""
    mail: ShareOf
    """Share sent by mail; the rest is done online."""
    amount: AmountOf
    """Amount of an errand, on which a late fee is reckoned."""
    due_in: TimeOf
    """Time from raising the errand to its due date."""

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.counter + self.mail > 1 + 1e-9:
            raise PydanticCustomError("shares", "the shares of counter and mail add up to more than 100 %")
        return self


class FlightArrival(Strict):
    """One flight of the timetable."""

    at: Clock
    """Landing time by the clock."""
    pallets: Positive
    """Shipments on board, one a pallet."""
    days: Days = (0, 1, 2, 3, 4, 5, 6)
    """The weekdays on which it flies, such as `mon-fri`."""


class Flights(Strict):
    """Air import shipments, by flight."""

    timetable: Annotated[tuple[FlightArrival, ...], Field(min_length=1)]
    """Flights in order of the clock."""
    delay: TimeOf = Constant(0.0)
    """How late a flight is."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        clocks = [flight.at for flight in self.timetable]
        if clocks != sorted(clocks):
            raise PydanticCustomError("order", "the flights of a timetable must stand in order of the clock")
        return self


class Demand(Strict):
    """What comes. A flow that is left away does not exist in the scenario."""

    orders: RandomArrivals | None = None
    """Bonded import orders (1210)."""
    export_trucks: RandomArrivals | None = None
    """Export trucks that bring parcels to the zone, bound for a train."""
    flights: Flights | None = None
    """Air import shipments (快處快放 fast channel or ordinary)."""
    errands: Errands | None = None
    """Enterprise errands."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set & set(type(self).model_fields):
            raise PydanticCustomError(
                "empty", "a scenario needs at least one flow: orders, export_trucks, flights, errands"
            )
        return self


class RiskClass(Strict):
    """One class of an axis of the risk lists."""

    share: ShareOf
    """Share of the units that are of this class."""
    factor: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """By how much the class multiplies the control rate (布控比例)."""


class EnterpriseClass(Strict):
    """One credit class of enterprises."""

    share: ShareOf
    """Share of the units that are declared by this class."""
    rate: ShareOf
    """Control rate (布控比例) of the class."""


class Risk(Strict):
    """The three axes of the risk lists (企業、行業、商品).

    A unit's control rate is its enterprise's times both factors.
    """

    enterprise: Annotated[dict[str, EnterpriseClass], Field(min_length=1)]
    """Credit classes of enterprises."""
    industry: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of industries."""
    commodity: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of commodities."""
    by_machine: ShareOf
    """Share of the controlled export trucks that a machine scan (H986) settles; the rest is inspected (查驗)."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for axis in ("enterprise", "industry", "commodity"):
            total = sum(item.share for item in getattr(self, axis).values())
            if abs(total - 1) > 1e-6:
                raise PydanticCustomError(
                    "shares",
                    "the shares of {axis} add up to {total} %, not to 100 %",
                    {"axis": axis, "total": round(100 * total, 4)},
                )
        return self


class Lanes(Strict):
    """A station of parallel lanes (or docks, machines, benches) that need nobody else."""

    lanes: Roster
    """How many lanes are open: a number, or a number by the clock."""
    time: TimeOf
    """Time in a lane."""


class Desk(Strict):
    """A station whose staff serve one at a time each; how many are on duty stands under `staff`."""

    time: TimeOf
    """Time for one."""


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
    """Departures that leave on time, with or without the cargo."""

    departures: tuple[Clock, ...] = ()
    """Departure times by the clock, in order; or say `every`."""
    every: Duration | None = None
    """A departure every so often around the clock, from 00:00 on; or say `departures`."""
    days: Days = (0, 1, 2, 3, 4, 5, 6)
    """The weekdays on which they run, such as `mon-fri`."""
    slots: Positive
    """Room on each departure."""
    cut_off: Duration = 0.0
    """How long before departure the cargo must be there."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if list(self.departures) != sorted(set(self.departures)):
            raise PydanticCustomError("order", "departures must stand in order of the clock, each once")
        if self.every is not None and not 1 <= self.every <= 24 * 60:
            raise PydanticCustomError("range", "`every` lies between 1 min and 24 h")
        if bool(self.departures) == (self.every is not None):
            raise PydanticCustomError("one_of", "a timetable needs either `departures` or `every`")
        return self

    @property
    def clocks(self) -> tuple[float, ...]:
        """Departure times, minutes after midnight."""
        if self.every is None:
            return self.departures
        return tuple(self.every * k for k in range(math.ceil(24 * 60 / self.every)))


class Train(Timetable):
    """The China-Europe train (中歐班列)."""

    booked: Duration
    """The exporter books the first train whose cut-off lies at least so long after the truck's arrival at the gate."""


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


class Airport(Strict):
    """The airport: ramp, tally, customs, trucks to the zone."""

    ramp: Lanes
    """Unloading and transfer from the ramp, by ground crews."""
    tally: Lanes
    """Tally and storage, by tally crews."""
    fast_eligible: ShareOf
    """Share of the shipments that may use the fast channel (快處快放)."""
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


class Warehouse(Strict):
    """The bonded warehouse: goods in, orders out."""

    families: Annotated[dict[str, Family], Field(min_length=1)]
    """Product families and their stock."""
    units_per_pallet: Positive
    """Units that a shipment puts on the shelf; an order takes one."""
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
        for what in ("orders", "shipments"):
            total = sum(getattr(family, what) for family in self.families.values())
            if abs(total - 1) > 1e-6:
                raise PydanticCustomError(
                    "shares",
                    "the families' shares of {what} add up to {total} %, not to 100 %",
                    {"what": what, "total": round(100 * total, 4)},
                )
        return self


class LateFee(Strict):
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
    late_fee: LateFee
    """Late fee."""


class Roads(Strict):
    """Roads between the sites."""

    zone_to_rail: TimeOf
    """Drive from the zone to the rail port."""
    airport_to_zone: TimeOf
    """Drive from the airport to the zone."""


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


class PreReport(Strict):
    """Report before entering the zone, inspect on arrival (入區前報備、運抵後即查)."""

    share: ShareOf
    """Share of the export trucks that report before arrival."""
    lead: TimeOf
    """How long before arrival they file."""


class Policy(Strict):
    """The levers."""

    pre_report: PreReport
    """Reporting before arrival."""
    linked: bool
    """The offices act as one chain (聯動監管): one inspection for the whole way (一次查驗、一次放行)."""
    fast_channel: Literal["dedicated", "shared", "priority"]
    """The airport's fast channel: officers of its own, one line for all, or one team that serves fast shipments
    first."""


NEEDS = {
    "orders": ("warehouse", "staff.order_reviewers", "staff.pickers", "staff.parcel_inspectors"),
    "export_trucks": (
        *("zone", "rail", "roads", "risk"),
        *("staff.document_officers", "staff.inspectors", "staff.rail_inspectors"),
    ),
    "flights": (
        *("airport", "zone", "warehouse", "roads"),
        *("staff.fast_officers", "staff.airport_officers", "staff.airport_inspectors"),
    ),
    "errands": ("counter", "staff.clerks"),
}
"""What each flow cannot do without."""


class Scenario(Strict):
    """A scenario: one question, and all that is needed to answer it."""

    title: Text
    """What the scenario is called."""
    question: Text
    """The question it answers."""
    start: Moment
    """First instant, local time."""
    duration: Duration
    """How long entities arrive."""
    run_on: Duration = 0.0
    """How long the doors stay open after the last arrival, so that what is inside can finish."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """Seed of the random streams: the same seed, the same numbers, for ever."""
    wait_limit: Duration = 30.0
    """The wait that counts as too long."""
    demand: Demand
    """What comes."""
    policy: Policy
    """The levers."""
    staff: Staff
    """Who is on duty."""
    zone: Zone | None = None
    """The bonded zone."""
    rail: Rail | None = None
    """The rail port."""
    airport: Airport | None = None
    """The airport."""
    warehouse: Warehouse | None = None
    """The bonded warehouse."""
    counter: Counter | None = None
    """The counter hall."""
    roads: Roads | None = None
    """Roads."""
    risk: Risk | None = None
    """Risk lists."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.duration <= 0:
            raise PydanticCustomError("range", "the duration must be longer than 0")
        missing = [
            f"`demand.{flow}` needs the section `{section}`"
            for flow, sections in NEEDS.items()
            if getattr(self.demand, flow) is not None
            for section in sections
            if self._section(section) is None
        ]
        if missing:
            raise PydanticCustomError("incomplete", "{missing}", {"missing": "; ".join(missing)})
        return self

    def _section(self, path: str) -> object:
        first, _, second = path.partition(".")
        section: object = getattr(self, first)
        return getattr(section, second) if second else section
