"""What goes wrong for a while (S8, S11, S13): absent staff, closed lanes, slow roads, late trains, an outage."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from clearsim.language import Text
from clearsim.located.problems import Path
from clearsim.scenario.distributions import TimeOf
from clearsim.scenario.quantities import Bilingual, Duration, Moment, Positive, ShareOf, Strict, one_of, refused
from clearsim.scenario.sites import Airport, Counter, Rail, Warehouse, Yard, Zone
from clearsim.scenario.staff import Staff
from clearsim.scenario.stations import Desk, Lanes

SITES: dict[str, type[Strict]] = {
    "zone": Zone,
    "rail": Rail,
    "airport": Airport,
    "warehouse": Warehouse,
    "counter": Counter,
}


def _places(*kinds: type[Strict]) -> tuple[str, ...]:
    return tuple(
        f"{site}.{name}"
        for site, model in SITES.items()
        for name, field in model.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, kinds)
    )


PLACES = _places(Lanes, Yard)
"""Where lanes, docks, machines or bays can be closed."""
DESKS = _places(Desk)
"""Where people serve; their number is written under `staff`."""
EVERYBODY = "all"
UNITS = (EVERYBODY, *Staff.model_fields)
SERVICES = {"trains": "rail", "bonded_trucks": "airport", "couriers": "warehouse", "flights": "demand.flights"}
"""What can be cancelled or late, and the section that describes it."""


def _place(text: object) -> object:
    if text in DESKS:
        message = Text(
            "`{place}` has no lanes to close; write `kind: absence` for the staff who serve there", place=text
        )
        raise ValueError(message)
    return text


def _departing(text: object) -> object:
    if text == "flights":
        raise ValueError(Text("flights do not depart from the port; write `kind: late_flights` for late ones"))
    return text


def _one_or_several(value: object) -> object:
    if value == ():
        raise ValueError(Text("name at least one unit of `staff`, or `all`"))
    return (value,) if isinstance(value, str) else value


PlacePath = Annotated[str, one_of(*PLACES), BeforeValidator(_place), WithJsonSchema({"enum": list(PLACES)})]
Unit = Annotated[str, one_of(*UNITS), WithJsonSchema({"enum": list(UNITS)})]
Units = Annotated[
    tuple[Unit, ...],
    BeforeValidator(_one_or_several),
    WithJsonSchema(
        {"anyOf": [{"enum": list(UNITS)}, {"type": "array", "items": {"enum": list(UNITS)}, "minItems": 1}]}
    ),
]


class Disruption(Strict):
    """Something that happens to the port from one moment until another."""

    kind: str
    """What happens."""
    name: Bilingual | None = None
    """What people call it."""
    starts: Annotated[Moment, Field(alias="from")]
    """When it begins, local time."""
    until: Moment
    """When it is over, local time."""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.until <= self.starts:
            raise refused([(Text("a disruption must end after it begins"), ("until",))])
        return self

    @property
    def targets(self) -> dict[str, Path]:
        """What is disrupted, and where in the disruption that is written."""
        return {"": ()}


class Absence(Disruption):
    """A share of the staff is absent (疫情減員)."""

    kind: Literal["absence"]
    staff: Units
    """Who: a unit of `staff`, a list of them, or all."""
    share: ShareOf
    """Share of each roster that is absent; what remains rounds to the nearest whole number."""

    @property
    def targets(self) -> dict[str, Path]:
        """The units of `staff`."""
        if EVERYBODY in self.staff:
            return dict.fromkeys(Staff.model_fields, ("staff",))
        return {unit: ("staff", index) for index, unit in enumerate(self.staff)}


class Closed(Disruption):
    """Lanes, docks, machines or bays are closed; what is going on there is finished."""

    kind: Literal["closed"]
    place: PlacePath
    """Where, by its path, such as `zone.inspection`."""
    lanes: Positive | None = None
    """How many are closed; all of them where this is left away."""

    @property
    def targets(self) -> dict[str, Path]:
        """The place."""
        return {self.place: ("place",)}


class OnRoad(Disruption):
    """Something that happens to a road."""

    road: Literal["zone_to_rail", "airport_to_zone"]
    """Which road."""

    @property
    def targets(self) -> dict[str, Path]:
        """The road."""
        return {self.road: ("road",)}


class ClosedRoad(OnRoad):
    """A road is closed (封路): nobody sets out on it, and who is on it arrives."""

    kind: Literal["closed_road"]


class SlowRoad(OnRoad):
    """A drive takes longer for those who set out meanwhile."""

    kind: Literal["slow_road"]
    times: Annotated[float, Field(gt=1, le=100)]
    """How many times as long it takes."""


class OfService(Disruption):
    """Something that happens to the departures of a service, or to flights."""

    service: str
    """Which; those whose scheduled time lies between the two moments are concerned."""

    @property
    def targets(self) -> dict[str, Path]:
        """The service."""
        return {self.service: ("service",)}


class Cancelled(OfService):
    """Departures or flights of the timetable do not run; the cargo of a flight comes with the next that flies.

    Where none flies before the run ends, that cargo is counted as not arrived.
    """

    kind: Literal["cancelled"]
    service: Literal["trains", "bonded_trucks", "couriers", "flights"]
    """Which; those whose scheduled time lies between the two moments do not run."""


class LateDepartures(OfService):
    """Departures leave later than scheduled (晚點). Their cargo waits for them, and is not late for its booking."""

    kind: Literal["late_departures"]
    service: Annotated[Literal["trains", "bonded_trucks", "couriers"], BeforeValidator(_departing)]
    """Which; those whose scheduled time lies between the two moments are late. Flights are late by `late_flights`."""
    by: TimeOf
    """How much later, drawn for each departure, on top of the usual delay."""
    cut_off: Literal["moves", "stays"] = "moves"
    """Whether they close so much later too, so that late cargo may still catch them, or when they were to close."""


class LateFlights(Disruption):
    """Flights due meanwhile land later."""

    kind: Literal["late_flights"]
    by: Duration
    """How much later, on top of the usual delay; their cargo is part of the run, whenever they land."""


class Outage(Disruption):
    """Online filing is down (系統停機): errands go to the counter, and nothing is reported before arrival."""

    kind: Literal["outage"]


AnyDisruption = Annotated[
    Absence | Closed | ClosedRoad | SlowRoad | Cancelled | LateDepartures | LateFlights | Outage,
    Field(discriminator="kind"),
]
