"""What comes: orders, trucks, flights, errands."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from clearsim.language import Text
from clearsim.network.arrivals import LARGEST_DAY_CV, SLOTS, check_slots, check_week
from clearsim.network.calendar import WEEKDAYS
from clearsim.network.times import Constant
from clearsim.scenario.distributions import AmountOf, TimeOf
from clearsim.scenario.profiles import HOURS
from clearsim.scenario.quantities import (
    Clock,
    Count,
    DailyClock,
    Duration,
    Mistake,
    Moment,
    Positive,
    ShareOf,
    Strict,
    Weight,
    of_kind,
    refused,
    unless_whole,
)
from clearsim.scenario.rosters import Days
from clearsim.units import reason_of

HourNames = Literal["flat", "evening_retail", "working_day", "office"]


def _slots(weights: tuple[float, ...]) -> tuple[float, ...]:
    check_slots(len(weights))
    return weights


Slots = Annotated[
    tuple[Weight, ...],
    AfterValidator(_slots),
    Field(
        json_schema_extra={
            "anyOf": [{"minItems": n * days, "maxItems": n * days} for days in (1, 7) for n in SLOTS],
        }
    ),
]
HourProfile = HourNames | Slots
Weekdays = Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
EVERY_DAY: tuple[float, ...] = (1.0,) * len(WEEKDAYS)


class Spike(Strict):
    """A short peak at the same clock time on every day of a surge, such as at 20:00 and at midnight."""

    at: Clock
    """When it begins, by the clock."""
    length: Duration
    """How long it lasts, up to 24 h."""
    peak: Annotated[float, Field(ge=0, le=100)]
    """What the rate of the surge is multiplied by."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if not 0 < self.length <= 24 * 60:
            raise refused([(Text("a spike lasts longer than 0 and up to 24 h"), ("length",))])
        return self


class Wave(Strict):
    """A surge on top of the ordinary days."""

    name: str
    """What people call it, such as `first wave`."""
    starts: Annotated[Moment, Field(alias="from")]
    """When it begins, local time."""
    until: Moment
    """When it ends, local time."""
    peak: Annotated[float, Field(ge=0, le=100)]
    """What the ordinary rate is multiplied by at the height of the surge."""
    ramp: Duration = 0.0
    """How long it takes to rise to its height."""
    decay: Duration = 0.0
    """How long it takes to fall at its end."""
    spikes: tuple[Spike, ...] = ()
    """Spikes on every day of the surge. Spikes that overlap multiply each other."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        length_min = (self.until - self.starts).total_seconds() / 60
        wrong: list[Mistake] = []
        if length_min <= 0:
            wrong.append((Text("a surge must end after it begins"), ("until",)))
        elif self.ramp + self.decay > length_min:
            last = "decay" if self.decay else "ramp"
            wrong.append((Text("ramp and decay must fit between the surge's beginning and its end"), (last,)))
        begins_min = self.starts.hour * 60 + self.starts.minute
        wrong += [
            (Text("this clock time is on no day of the surge"), ("spikes", index, "at"))
            for index, spike in enumerate(self.spikes)
            if 0 < length_min <= (spike.at - begins_min) % (24 * 60)
        ]
        if wrong:
            raise refused(wrong)
        return self


class OrderWave(Wave):
    """A surge of orders, of all product families or of some."""

    families: tuple[str, ...] = ()
    """The product families whose orders surge, by their names under `warehouse.families`. Without any, all families."""


class RandomArrivals(Strict):
    """Random arrivals: an average per day, shaped by hours, weekdays and surges."""

    per_day: Annotated[float, Field(ge=0, le=20_000_000)]
    """Arrivals per day, averaged over an ordinary week."""
    hours: HourProfile = "flat"
    """The shape of the day: `flat`, `evening_retail`, `working_day`, `office`, or a list of weights: 24, 48 or 96 for a
    day, or 168, 336 or 672 for a week."""
    weekdays: Weekdays = EVERY_DAY
    """Seven weights, Monday first. They multiply the weights of the hours."""
    day_cv: Annotated[float, Field(ge=0, le=LARGEST_DAY_CV)] = 0.0
    """How much days differ from each other beyond chance: the coefficient of variation of a random factor for each
    day."""
    surges: tuple[Wave, ...] = ()
    """Surges on top of the ordinary days."""
    backlog: Count = 0
    """How many are already waiting at their first step when the run starts."""

    @model_validator(mode="after")
    def _not_all_zero(self) -> Self:
        for name, weights in (("hours", self.hour_weights), ("weekdays", self.weekdays)):
            if sum(weights) <= 0:
                raise of_kind("weights", Text("the weights of `{name}` cannot all be 0", name=name))
        try:
            check_week(self.hour_weights, self.weekdays)
        except ValueError as error:
            raise refused([(Text("{item}", item=reason_of(error)), ("hours",))]) from error
        return self

    @property
    def hour_weights(self) -> tuple[float, ...]:
        """The weights of a day or a week, by name or as written."""
        return HOURS[self.hours] if isinstance(self.hours, str) else self.hours


class Orders(RandomArrivals):
    """Bonded import orders (1210)."""

    surges: tuple[OrderWave, ...] = ()
    """Surges on top of the ordinary days."""


class FollowOrders(Strict):
    """How export trucks follow surges of orders: some time later, and more weakly.

    Where a surge multiplies the orders by f, the trucks are multiplied by 1 + strength × (f - 1), `lag` later.
    """

    lag: Duration
    """How much later the trucks surge. No figure is published; 0 to 72 h is plausible."""
    strength: ShareOf
    """How much of the surge reaches the trucks: 0 % is nothing, 100 % is all of it."""


class Container(Strict):
    """Containers of one size."""

    share: ShareOf
    """Share of the export trucks that bring a container of this size."""
    slots: Positive
    """How many slots of a train it takes, such as 1 for 20 feet and 2 for 40 feet where slots are TEU."""


class Trucks(RandomArrivals):
    """Export trucks."""

    follow_orders: FollowOrders | None = None
    """How surges of orders reach the trucks. Without it, trucks have only their own surges."""
    containers: dict[str, Container] = Field(default_factory=dict)
    """Sizes of containers, by name. Their shares add up to 100 %. Without any, every truck takes one slot of a
    train."""

    @model_validator(mode="after")
    def _all_sizes(self) -> Self:
        shares = (container.share for container in self.containers.values())
        wrong = list(unless_whole(shares, Text("the shares of the containers"), ("containers",)))
        if wrong:
            raise refused(wrong)
        return self


class Errands(RandomArrivals):
    """Enterprise errands (tax, deposits): through the counter, online or by mail, before a due date."""

    counter: ShareOf
    """Share of the errands done at the counter."""
    mail: ShareOf
    """Share of the errands sent by mail; the rest is done online."""
    amount: AmountOf
    """Amount of an errand, from which a late fee is calculated."""
    due_in: TimeOf
    """Time from raising the errand to its due date."""

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if self.counter + self.mail > 1 + 1e-9:
            raise of_kind("shares", Text("the shares of `counter` and `mail` add up to more than 100 %"))
        return self


class FlightArrival(Strict):
    """One flight of the timetable."""

    at: DailyClock
    """Scheduled clock time of the landing."""
    pallets: Positive
    """Shipments on board: one per pallet."""
    days: Days = (0, 1, 2, 3, 4, 5, 6)
    """The weekdays on which it flies, such as `mon-fri`."""


class Flights(Strict):
    """Air import shipments, by flight."""

    timetable: Annotated[tuple[FlightArrival, ...], Field(min_length=1)]
    """Flights in order of the clock."""
    delay: TimeOf = Constant(0.0)
    """How late a flight lands. One that lands after the end of the run is counted as not arrived."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        clocks = [flight.at for flight in self.timetable]
        if clocks != sorted(clocks):
            raise of_kind("order", Text("the flights of a timetable must be in order of the clock"))
        return self


class DemandSection(Strict):
    """What arrives. A flow that is left out does not exist in the scenario."""

    orders: Orders | None = None
    """Bonded import orders (1210)."""
    export_trucks: Trucks | None = None
    """Export trucks that bring goods to the zone, to leave by train."""
    flights: Flights | None = None
    """Air import shipments in the fast channel or by ordinary clearance."""
    errands: Errands | None = None
    """Enterprise errands."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set & set(type(self).model_fields):
            flows = Text("a scenario needs at least one flow: `orders`, `export_trucks`, `flights` or `errands`")
            raise of_kind("empty", flows)
        if self.orders is None and self.export_trucks is not None and self.export_trucks.follow_orders is not None:
            text = Text("the trucks follow `demand.orders`, which the scenario does not have")
            raise refused([(text, ("export_trucks", "follow_orders"))])
        return self
