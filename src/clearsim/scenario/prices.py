"""What things cost: every price that is given is measured, none is invented."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from clearsim.language import Text
from clearsim.network import prices as words
from clearsim.network.word import default_of
from clearsim.scenario.quantities import Clock, Mistake, Money, Strict, refused

Factor = Annotated[float, Field(ge=1, le=100)]


class Night(Strict):
    """The night, and what an hour costs then."""

    factor: Factor
    """By how much an hour on duty costs more by night: 1.5 for half as much again."""
    begins: Annotated[Clock, Field(alias="from")] = default_of(words.Prices, "night_from_min")
    """When the night begins, 22:00 unless said."""
    until: Clock = default_of(words.Prices, "night_until_min")
    """When the night is over, 06:00 unless said."""


class Prices(Strict):
    """Prices in CNY. What has none is left out of the money, and the hours and orders are counted all the same."""

    staff_hour: Money | None = None
    """An hour of work of one person."""
    night: Night | None = None
    """The dearer hours by night (夜班)."""
    overtime: Factor | None = None
    """By how much an hour beyond the roster costs more (加班): squads, people called in, those who stay late."""
    driver_hour: Money | None = None
    """An hour of a driver, with truck, who waits, is served or drives."""
    roll_over: Money | None = None
    """A day by which a truck misses its booked departure (順延)."""
    lost_order: Money | None = None
    """An order that is lost because its goods are out of stock (流失訂單)."""

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
