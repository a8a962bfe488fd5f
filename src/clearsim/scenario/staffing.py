"""Staffing rules: who is called, moved or planned as the work comes (S7). Without one a unit has its roster."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from clearsim.language import Text
from clearsim.located.problems import Path
from clearsim.network import staffing as words
from clearsim.network.calendar import Adjustment
from clearsim.network.word import default_of
from clearsim.scenario.quantities import Clock, Duration, Mistake, Moment, ShareOf, Strict, one_of, refused
from clearsim.scenario.staff import Staff

UNITS = tuple(Staff.model_fields)
Unit = Annotated[str, one_of(*UNITS), WithJsonSchema({"enum": list(UNITS)})]
"""A unit of `staff`."""
LONGEST_DAYS = 366


def _reviewed(minutes: float) -> float:
    if minutes < words.SHORTEST_EVERY_MIN:
        raise ValueError(Text("the work is reviewed at most once a minute"))
    return minutes


Every = Annotated[Duration, AfterValidator(_reviewed)]
"""How often a rule looks, from ``15 min``."""
People = Annotated[int, Field(ge=0, le=words.MOST_PEOPLE)]
"""So many people, or so many who wait."""
AtLeastOne = Annotated[int, Field(ge=1, le=words.MOST_PEOPLE)]
"""So many, at least one."""


class ClockSpan(Strict):
    """From one clock time until another, past midnight where it ends before it begins."""

    starts: Annotated[Clock, Field(alias="from")]
    """When it begins, such as `"08:00"`."""
    until: Clock
    """When it ends."""


class Rule(Strict):
    """A staffing rule."""

    kind: str
    """What the rule does."""

    @property
    def units(self) -> dict[str, Path]:
        """The units that it staffs, and where in the rule each is written."""
        return {}

    @property
    def word(self) -> words.Staffing | None:
        """The rule in the words of a network; None where it only changes the roster."""
        return None


class OfUnit(Rule):
    """A staffing rule of one unit."""

    pool: Unit
    """Which unit of `staff`."""

    @property
    def units(self) -> dict[str, Path]:
        """The unit."""
        return {self.pool: ("pool",)}


class PeakSquad(OfUnit):
    """A task force for a peak: more people than the roster from one date to another."""

    kind: Literal["peak_squad"]
    extra: AtLeastOne
    """How many more are on duty."""
    starts: Annotated[Moment, Field(alias="from")]
    """When the squad starts work, local time."""
    until: Moment
    """When it is dissolved, local time."""
    hours: ClockSpan | None = None
    """The hours of the day in which it is on duty; all if left out."""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        wrong: list[Mistake] = []
        if self.until <= self.starts:
            wrong.append((Text("a peak squad must end after it begins"), ("until",)))
        elif (self.until - self.starts).days > LONGEST_DAYS:
            wrong.append((Text("a peak squad lasts at most a year"), ("until",)))
        if self.hours is not None and self.hours.starts % 1440 == self.hours.until % 1440:
            text = Text("these hours begin and end at the same time; leave out `hours` for the whole day")
            wrong.append((text, ("hours",)))
        if not wrong and not self.adjustments(self.starts):
            wrong.append((Text("none of these hours lies between the two dates"), ("hours",)))
        if wrong:
            raise refused(wrong)
        return self

    def adjustments(self, start: datetime) -> list[Adjustment]:
        """What the squad adds, in minutes after `start`."""
        first, last = ((moment - start).total_seconds() / 60 for moment in (self.starts, self.until))
        if self.hours is None:
            return [Adjustment(first, last, plus=self.extra)]
        midnight = datetime.combine(self.starts.date(), datetime.min.time()) - timedelta(days=1)
        base, length = (midnight - start).total_seconds() / 60, (self.hours.until - self.hours.starts) % 1440
        begins = [base + day * 1440 + self.hours.starts for day in range((self.until - midnight).days + 1)]
        windows = [(max(first, at), min(last, at + length)) for at in begins]
        return [Adjustment(since, until, plus=self.extra) for since, until in windows if since < until]


class Backlog(OfUnit):
    """Call people in while the lines are long, and let them go when they are short."""

    kind: Literal["backlog"]
    call_at: AtLeastOne
    """A crew is called when this many or more are waiting."""
    release_at: People
    """A crew leaves when this many or fewer are waiting."""
    at_most: AtLeastOne
    """The most people who may be called in at the same time."""
    crew: AtLeastOne = default_of(words.Backlog, "crew")
    """How many people are called at a time."""
    every: Every = default_of(words.Backlog, "every")
    """How often the lines are reviewed."""
    lead: Duration = default_of(words.Backlog, "lead")
    """How long people take to come on duty after they are called."""
    stay: Duration = default_of(words.Backlog, "stay")
    """How long people who came stay at least."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wrong: list[Mistake] = []
        if self.release_at >= self.call_at:
            text = Text("`release_at` must be less than `call_at`, which is {call_at}", call_at=self.call_at)
            wrong.append((text, ("release_at",)))
        if self.crew > self.at_most:
            text = Text("a crew of {crew} is more than the {most} who may be called", crew=self.crew, most=self.at_most)
            wrong.append((text, ("crew",)))
        if wrong:
            raise refused(wrong)
        return self

    @property
    def word(self) -> words.Backlog:
        """The rule in the words of a network."""
        times = {"every": self.every, "lead": self.lead, "stay": self.stay}
        return words.Backlog(self.pool, self.call_at, self.release_at, self.at_most, self.crew, **times)


class Proportional(Rule):
    """People who can work in several units follow the work that waits."""

    kind: Literal["proportional"]
    pools: Annotated[tuple[Unit, ...], Field(min_length=2)]
    """Which units of `staff` share their people."""
    every: Every = default_of(words.Proportional, "every")
    """How often people are assigned anew."""
    move: Duration = default_of(words.Proportional, "move")
    """How long people take to move from one unit to another; shorter than `every`."""
    keep: dict[Unit, People] = Field(default_factory=dict)
    """How many of its own people each unit keeps."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        wrong: list[Mistake] = [
            (Text("`{unit}` is named twice", unit=unit), ("pools", index))
            for index, unit in enumerate(self.pools)
            if unit in self.pools[:index]
        ]
        wrong += [
            (Text("`{unit}` is not one of the `pools` that share their people", unit=unit), ("keep", unit, "[key]"))
            for unit in self.keep
            if unit not in self.pools
        ]
        if self.move >= self.every:
            wrong.append((Text("`move` must be shorter than `every`: people arrive before they move again"), ("move",)))
        if wrong:
            raise refused(wrong)
        return self

    @property
    def units(self) -> dict[str, Path]:
        """The units."""
        return {unit: ("pools", index) for index, unit in enumerate(self.pools)}

    @property
    def word(self) -> words.Proportional:
        """The rule in the words of a network."""
        return words.Proportional(self.pools, every=self.every, move=self.move, keep=self.keep)


class Forecast(OfUnit):
    """As many people on duty as the expected arrivals need, so that only a given share has to wait.

    It replaces the roster of the unit.
    """

    kind: Literal["forecast"]
    target: Annotated[ShareOf, Field(gt=0, lt=1)]
    """The share of arrivals that have to wait."""
    every: Every = default_of(words.Forecast, "every")
    """How often the number on duty changes."""
    least: People = default_of(words.Forecast, "least")
    """The fewest people on duty."""
    at_most: AtLeastOne | None = None
    """The most people on duty."""
    method: words.Method = default_of(words.Forecast, "method")
    """How the work is calculated: `modified offered load` is what would be in progress if nobody waited; `pointwise
    stationary` is the arrival rate of the moment times the mean service time."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.at_most is not None and self.at_most < self.least:
            raise refused([(Text("this is less than `least`, which is {least}", least=self.least), ("at_most",))])
        return self

    @property
    def word(self) -> words.Forecast:
        """The rule in the words of a network."""
        return words.Forecast(self.pool, self.target, self.every, self.least, self.at_most, self.method)


AnyRule = Annotated[PeakSquad | Backlog | Proportional | Forecast, Field(discriminator="kind")]
