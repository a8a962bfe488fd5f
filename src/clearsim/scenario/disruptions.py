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
    """Something that goes wrong at the port between two moments."""

    kind: str
    """What happens."""
    name: Bilingual | None = None
    """What people call it."""
    starts: Annotated[Moment, Field(alias="from")]
    """When it begins, local time."""
    until: Moment
    """When it ends, local time."""

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
    """A share of the staff is absent."""

    kind: Literal["absence"]
    staff: Units
    """Who is absent: a unit of `staff`, a list of units, or `all`."""
    share: ShareOf
    """Share of each roster that is absent. Those who remain are rounded to the nearest whole number."""

    @property
    def targets(self) -> dict[str, Path]:
        """The units of `staff`."""
        if EVERYBODY in self.staff:
            return dict.fromkeys(Staff.model_fields, ("staff",))
        return {unit: ("staff", index) for index, unit in enumerate(self.staff)}


class Closed(Disruption):
    """Lanes, docks, machines or bays are closed. Work that has begun there is finished."""

    kind: Literal["closed"]
    place: PlacePath
    """Which place, by its path, such as `zone.inspection`."""
    lanes: Positive | None = None
    """How many are closed; all of them if left out."""

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
    """A road is closed: nobody sets out on it, and those who are on it arrive."""

    kind: Literal["closed_road"]


class SlowRoad(OnRoad):
    """A drive takes longer for those who set out during this time."""

    kind: Literal["slow_road"]
    times: Annotated[float, Field(gt=1, le=100)]
    """What the time of a drive is multiplied by."""


class OfService(Disruption):
    """Something that happens to the departures of a service, or to flights."""

    service: str
    """Which service. Departures scheduled between the two moments are affected."""

    @property
    def targets(self) -> dict[str, Path]:
        """The service."""
        return {self.service: ("service",)}


class Cancelled(OfService):
    """Departures or flights of the timetable do not run. The cargo of a flight comes with the next one that flies.

    If none flies before the end of the run, that cargo is counted as not arrived.
    """

    kind: Literal["cancelled"]
    service: Literal["trains", "bonded_trucks", "couriers", "flights"]
    """Which service. Departures scheduled between the two moments do not run."""


class LateDepartures(OfService):
    """Departures leave later than scheduled. Cargo that was booked on them and leaves with them is not rolled over."""

    kind: Literal["late_departures"]
    service: Annotated[Literal["trains", "bonded_trucks", "couriers"], BeforeValidator(_departing)]
    """Which service. Departures scheduled between the two moments are late. For flights use `late_flights`."""
    by: TimeOf
    """How much later they leave, drawn for each departure, on top of the usual delay."""
    cut_off: Literal["moves", "stays"] = "moves"
    """Whether the cut-off `moves` with the departure, so that late cargo may still catch it, or `stays` as
    scheduled."""


class LateFlights(Disruption):
    """Flights that are due during this time land later."""

    kind: Literal["late_flights"]
    by: Duration
    """How much later they land, on top of the usual delay. Their cargo is part of the run, whenever they land."""


class Outage(Disruption):
    """Online filing is down: online errands go to the counter, and no truck pre-reports."""

    kind: Literal["outage"]


AnyDisruption = Annotated[
    Absence | Closed | ClosedRoad | SlowRoad | Cancelled | LateDepartures | LateFlights | Outage,
    Field(discriminator="kind"),
]
