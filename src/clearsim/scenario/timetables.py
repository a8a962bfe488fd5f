"""Timetables of departures: trains, bonded trucks, courier trucks."""

from typing import Self

from pydantic import model_validator

from clearsim.language import Text, together
from clearsim.network.times import Constant
from clearsim.scenario.distributions import TimeOf
from clearsim.scenario.quantities import DailyClock, Duration, Positive, Strict, of_kind, refused
from clearsim.scenario.rosters import Days
from clearsim.units import DAY_MS, to_ms

DIVIDE_A_DAY = tuple(minutes for minutes in range(1, 24 * 60 + 1) if 24 * 60 % minutes == 0)
"""The intervals of whole minutes at which a day repeats itself."""


class Timetable(Strict):
    """Departures that leave by the clock, with or without the cargo, until the run ends."""

    departures: tuple[DailyClock, ...] = ()
    """Clock times of the departures, in order. Give either these or `every`."""
    every: Duration | None = None
    """The interval between departures around the clock, from 00:00 on. It must divide 24 h, such as 6 h or 8 h, not 7
    h. Give either this or `departures`."""
    days: Days = (0, 1, 2, 3, 4, 5, 6)
    """The weekdays on which they run, such as `mon-fri`."""
    slots: Positive
    """How many slots each departure has."""
    cut_off: Duration = 0.0
    """How long before the departure the cargo must be there."""
    delay: TimeOf = Constant(0.0)
    """How late a departure leaves, drawn for each. Its cut-off moves with it. For delays with a fixed cut-off use
    `late_departures` under `disruptions`."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if list(self.departures) != sorted(set(self.departures)):
            raise of_kind("order", Text("departures must be in order of the clock, each once"))
        if self.every is not None and not 1 <= self.every <= 24 * 60:
            raise of_kind("range", Text("`every` lies between 1 min and 24 h"))
        if bool(self.departures) == (self.every is not None):
            raise of_kind("one_of", Text("a timetable needs either `departures` or `every`"))
        if self.every is not None and DAY_MS % to_ms(self.every):
            shorter = max(minutes for minutes in DIVIDE_A_DAY if minutes < self.every)
            longer = min(minutes for minutes in DIVIDE_A_DAY if minutes > self.every)
            near = together(f"`{n} min`" if n % 60 else f"`{n // 60} h`" for n in (shorter, longer))
            text = Text(
                "departures are the same every day, so the interval must divide 24 h; the nearest that do are {near}",
                near=near,
            )
            raise refused([(text, ("every",))])
        return self

    @property
    def clocks(self) -> tuple[float, ...]:
        """Departure times, minutes after midnight."""
        if self.every is None:
            return self.departures
        return tuple(self.every * k for k in range(DAY_MS // to_ms(self.every)))
