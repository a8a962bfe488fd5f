"""Whether each disruption finds in the scenario what it disrupts, and whether two of them overlap."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from clearsim.language import Text
from clearsim.network.calendar import Calendar
from clearsim.scenario.checks.needs import over_before
from clearsim.scenario.disruptions import (
    EVERYBODY,
    SERVICES,
    Absence,
    AnyDisruption,
    Cancelled,
    Closed,
    ClosedRoad,
    LateDepartures,
    LateFlights,
    OfService,
    Outage,
    SlowRoad,
)
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.sections import Sections
from clearsim.scenario.sites import Yard


def mistakes_of_disruptions(s: Sections) -> Iterator[Mistake]:
    """Disruptions that end before the run, of something that is not there, or that overlap."""
    for index, item in enumerate(s.disruptions):
        own = [*_too_early(item, s), *_without_target(item, s), *_overlaps(item, s.disruptions[:index])]
        yield from ((text, ("disruptions", index, *where)) for text, where in own)


def _too_early(item: AnyDisruption, s: Sections) -> Iterator[Mistake]:
    if item.until <= s.start:
        yield over_before(s.start), ("until",)


def _overlaps(item: AnyDisruption, earlier: Sequence[AnyDisruption]) -> Iterator[Mistake]:
    """Disruptions of the same kind and target that are written above this one and hold at the same time."""
    for index, other in enumerate(earlier):
        if type(other) is type(item) and item.starts < other.until and other.starts < item.until:
            both = [target for target in item.targets if target in other.targets]
            if both:
                what = Text("`{kind}`", kind=item.kind)
                if both[0]:
                    what = Text("`{kind}` of `{target}`", kind=item.kind, target=both[0])
                text = Text(
                    "{what} is already in `disruptions.{index}`, until {until:%Y-%m-%d %H:%M}; the two may not overlap",
                    what=what,
                    index=index,
                    until=other.until,
                )
                yield text, item.targets[both[0]] or ("from",)


def _without_target(item: AnyDisruption, s: Sections) -> Iterator[Mistake]:
    """What the disruption names and the scenario does not have, or has less of."""
    match item:
        case Absence():
            yield from _absence(item, s)
        case Closed():
            yield from _closed(item, s)
        case ClosedRoad() | SlowRoad():
            if s.roads is None:
                yield Text("the scenario has no `{section}`", section="roads"), ("road",)
        case Cancelled() | LateDepartures():
            yield from _of_service(item, s)
        case LateFlights() | Outage():
            pass  # flights and errands may be left away, as any flow may
        case _:
            assert_never(item)


def _absence(item: Absence, s: Sections) -> Iterator[Mistake]:
    """Units that are not there, and half of a team that the lever `fast_channel` makes one."""
    if EVERYBODY in item.staff:
        return
    for index, unit in enumerate(item.staff):
        if getattr(s.staff, unit) is None:
            text = Text("nobody can be absent there: the scenario has no `{section}`", section=f"staff.{unit}")
            yield text, ("staff", index)
    pair = {"fast_officers", "airport_officers"}
    if not s.policy.fast_channel.keeps_apart and len(pair.intersection(item.staff)) == 1:
        text = Text(
            "`fast_officers` and `airport_officers` are one team under this `policy.fast_channel`: name both or neither"
        )
        yield text, ("staff",)


def _closed(item: Closed, s: Sections) -> Iterator[Mistake]:
    """A place that is not there, or has fewer lanes."""
    site, _, name = item.place.partition(".")
    section = getattr(getattr(s, site), name, None)
    if section is None:
        yield Text("nothing can be closed there: the scenario has no `{section}`", section=item.place), ("place",)
        return
    roster: Calendar = section.bays if isinstance(section, Yard) else section.lanes
    if item.lanes is not None and item.lanes > roster.most:
        yield (
            Text(
                "{n} cannot be closed: `{place}` has at most {most}", n=item.lanes, place=item.place, most=roster.most
            ),
            ("lanes",),
        )


def _of_service(item: OfService, s: Sections) -> Iterator[Mistake]:
    """A service that is not there. Flights may be left away, as any flow may."""
    section = SERVICES[item.service].partition(".")[0]
    if getattr(s, section) is None:
        yield (
            Text("there is no `{service}`: the scenario has no `{section}`", service=item.service, section=section),
            ("service",),
        )
