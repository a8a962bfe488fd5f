"""Prices: what an hour, a delay or a lost order costs. Without a price there is no such cost to be measured."""

from attrs import field, frozen
from attrs.converters import optional

from clearsim.network.values import clock, factor, money
from clearsim.network.word import Word, named


@frozen(field_transformer=named)
class Prices(Word):
    """Prices in CNY, each a number or a text such as ``"CNY 50"``; None for what has no price.

    An hour of work costs `staff_hour`. By night, from `night_from_min` until `night_until_min` of the clock, it costs
    `night` times as much; beyond the roster, by day and by night, `overtime` times as much, also where people only
    finish what they began before their shift ended. `driver_hour` is the price of a bound driver's hour. `roll_over` is
    the price of every day between the departure that was booked and the one that was made, `lost_order` that of an
    order given up for lack of goods.
    """

    staff_hour: float | None = field(default=None, converter=optional(money))
    night: float = field(default=1.0, converter=factor)
    night_from_min: float = field(default=22 * 60.0, converter=clock)
    night_until_min: float = field(default=6 * 60.0, converter=clock)
    overtime: float = field(default=1.0, converter=factor)
    driver_hour: float | None = field(default=None, converter=optional(money))
    roll_over: float | None = field(default=None, converter=optional(money))
    lost_order: float | None = field(default=None, converter=optional(money))

    def is_night(self, minute: float) -> bool:
        """Whether it is night so many minutes after midnight; a night that begins when it ends never comes.

        >>> Prices().is_night(23 * 60), Prices().is_night(6 * 60)
        (True, False)
        """
        if self.night_from_min <= self.night_until_min:
            return self.night_from_min <= minute < self.night_until_min
        return minute >= self.night_from_min or minute < self.night_until_min
