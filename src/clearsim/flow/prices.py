"""Prices: what an hour, a delay or a lost order costs. Without a price there is no such cost to be measured."""

from dataclasses import dataclass, fields

from clearsim.units import MOST_CNY

DAY_MIN = 24 * 60.0


@dataclass(frozen=True)
class Prices:
    """Prices in CNY; None where nobody gave one.

    An hour of work costs `staff_hour`; one by night, from `night_from_min` to `night_until_min` after midnight, `night`
    times as much, and one beyond the roster `overtime` times as much, by day and by night, also where somebody only
    finishes what was begun before the shift ended. `driver_hour` is a bound
    driver's. `roll_over` is for every day between the departure that was booked and the one that was made, `lost_order`
    for whoever gives up waiting for goods.
    """

    staff_hour: float | None = None
    night: float = 1.0
    night_from_min: float = 22 * 60.0
    night_until_min: float = 6 * 60.0
    overtime: float = 1.0
    driver_hour: float | None = None
    roll_over: float | None = None
    lost_order: float | None = None

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None and not (isinstance(value, int | float) and 0 <= value <= MOST_CNY):
                raise ValueError(f"prices: {item.name} is a number from 0 to 1 000 000 000 000, not {value}")
        if not (self.night_from_min <= DAY_MIN and self.night_until_min <= DAY_MIN):
            raise ValueError("prices: a night begins and ends between 00:00 and 24:00")

    def is_night(self, minute: float) -> bool:
        """Whether it is night so many minutes after midnight; a night that begins when it ends never comes.

        >>> Prices().is_night(23 * 60), Prices().is_night(6 * 60)
        (True, False)
        """
        if self.night_from_min <= self.night_until_min:
            return self.night_from_min <= minute < self.night_until_min
        return minute >= self.night_from_min or minute < self.night_until_min
