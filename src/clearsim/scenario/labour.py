"""Labour rules: what holds for each person, in ordinary times and while people are locked in on site (S13)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from clearsim.language import Text
from clearsim.network.labour import Labour, Spell
from clearsim.scenario.quantities import Duration, Moment, Strict, refused
from clearsim.scenario.staff import Duty
from clearsim.units import WEEK_MIN


class LabourRules(Strict):
    """Labour rules for each person."""

    longest_shift: Annotated[Duration, Field(gt=0, le=WEEK_MIN)] | None = None
    """The longest shift of one person."""
    rest: Annotated[Duration, Field(ge=0, le=WEEK_MIN)] | None = None
    """The shortest rest between two shifts of one person."""
    hours_a_week: Annotated[Duration, Field(gt=0, le=WEEK_MIN)] | None = None
    """The most work of one person in any seven days, such as `44 h`."""


class LockedIn(LabourRules):
    """A time in which people live on site and work in a closed loop, with rules of its own and fewer people.

    A rule that is left out is the same as in ordinary times. How many people are on site is written under `staff`.
    """

    starts: Annotated[Moment, Field(alias="from")]
    """When it begins, local time."""
    until: Moment
    """When it ends, local time."""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.until <= self.starts:
            raise refused([(Text("a time of being locked in must end after it begins"), ("until",))])
        return self


class LabourLaw(LabourRules):
    """Labour rules, which every roster and the staffing rules must be able to keep."""

    locked_in: tuple[LockedIn, ...] = ()
    """The times in which people are locked in on site, in order."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        for index, (first, second) in enumerate(zip(self.locked_in, self.locked_in[1:], strict=False), start=1):
            if second.starts < first.until:
                raise refused([(Text("this begins before the one above it is over"), ("locked_in", index, "from"))])
        return self

    def spells(self, start: datetime, end_min: float, *duties: Duty) -> Iterator[tuple[Spell, bool]]:
        """From `start` until `end_min`: the people of all these units, their rules, and whether they are locked in.

        Times in which the number of people is not said are left out.
        """
        at_min = 0.0
        parts: list[tuple[float, float, LockedIn | None]] = []
        for locked in self.locked_in:
            first, last = (
                min(max((moment - start).total_seconds() / 60, 0.0), end_min)
                for moment in (locked.starts, locked.until)
            )
            parts += [(at_min, first, None), (first, last, locked)]
            at_min = last
        for from_min, until_min, part in [*parts, (at_min, end_min, None)]:
            people = [duty.people if part is None else duty.locked_in or duty.people for duty in duties]
            known = [number for number in people if number is not None]
            if from_min < until_min and len(known) == len(people):
                yield Spell(from_min, until_min, sum(known), self.rules(part)), part is not None

    def rules(self, locked: LockedIn | None = None) -> Labour:
        """The rules while people are `locked` in, or of ordinary times."""

        def rule(name: str) -> float | None:
            own = getattr(locked, name) if locked is not None else None
            value: float | None = getattr(self, name) if own is None else own
            return value

        return Labour(rule("longest_shift"), rule("rest"), rule("hours_a_week"))
