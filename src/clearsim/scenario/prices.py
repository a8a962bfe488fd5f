"""What things cost: every price that is given is measured, none is invented."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from clearsim.language import Text
from clearsim.network import prices as words
from clearsim.network.word import default_of
from clearsim.scenario.quantities import Clock, Mistake, Money, Strict, refused

Factor = Annotated[float, Field(ge=1, le=100)]


class Night(Strict):
    """When it is night, and what an hour of work costs then."""

    factor: Factor
    """What the price of an hour of work is multiplied by at night, such as 1.5."""
    begins: Annotated[Clock, Field(alias="from")] = default_of(words.Prices, "night_from_min")
    """When the night begins; 22:00 if left out."""
    until: Clock = default_of(words.Prices, "night_until_min")
    """When the night ends; 06:00 if left out."""


class Prices(Strict):
    """Prices in CNY. What has no price is left out of the costs; hours and orders are counted in any case."""

    staff_hour: Money | None = None
    """An hour of work of one person."""
    night: Night | None = None
    """Higher pay at night."""
    overtime: Factor | None = None
    """What the price of an hour beyond the roster is multiplied by: for squads, people called in, people who stay
    late."""
    driver_hour: Money | None = None
    """An hour of a driver with truck: waiting, being served or driving."""
    roll_over: Money | None = None
    """A day between the departure that was booked and the one that was made."""
    lost_order: Money | None = None
    """An order that is lost because its goods are out of stock."""

    @model_validator(mode="after")
    def _based(self) -> Self:
        wrong: list[Mistake] = [
            (Text("`{name}` multiplies the price of an hour of work: it needs `staff_hour`", name=name), (name,))
            for name in ("night", "overtime")
            if self.staff_hour is None and getattr(self, name) is not None
        ]
        if wrong:
            raise refused(wrong)
        return self
