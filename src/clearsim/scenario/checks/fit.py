"""Names, numbers and moments in one section that do not fit another."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clearsim.language import Text
from clearsim.located.problems import Path
from clearsim.scenario.checks.staffing import most_of
from clearsim.scenario.quantities import Mistake, Strict
from clearsim.scenario.sections import Sections
from clearsim.scenario.sites import Eligible
from clearsim.units import LONGEST_MIN, to_ms

CREWS = {"zone": "inspectors", "rail": "rail_inspectors", "airport": "airport_inspectors"}
"""Who forms the crews of each site's inspection."""


def misfits(s: Sections) -> Iterator[Mistake]:
    """Numbers that are too large for each other: the warm-up, crews, containers."""
    if to_ms(s.warm_up) >= to_ms(s.duration):
        text = Text("the warm-up must be shorter than the duration, or nothing is left to be measured")
        yield text, ("warm_up",)
    for site, unit in CREWS.items():
        inspection = getattr(getattr(s, site), "inspection", None)
        duty = getattr(s.staff, unit)
        if inspection is not None and duty is not None and inspection.crew > (most := most_of(s, unit)):
            text = Text(
                "a crew of {crew} can never be formed: `staff.{unit}` has at most {most}",
                crew=inspection.crew,
                unit=unit,
                most=most,
            )
            yield text, (site, "inspection", "crew")
    containers = s.demand.export_trucks.containers if s.demand.export_trucks else {}
    for name, container in containers.items():
        if s.rail is not None and container.slots > (room := s.rail.train.slots):
            text = Text("a container of {n} slots could never leave: a train has {room}", n=container.slots, room=room)
            yield text, ("demand", "export_trucks", "containers", name, "slots")


def far_moments(s: Sections) -> Iterator[Mistake]:
    """Moments more than a century from the start, which are slips. A disruption may last as long as it likes."""
    far = timedelta(minutes=LONGEST_MIN)
    moments = [*_moments(s.demand, ("demand",)), *_moments(s.policy, ("policy",))]
    begins = [(("disruptions", index, "from"), item.starts) for index, item in enumerate(s.disruptions)]
    for path, moment in [*moments, *((path, moment) for path, moment in begins if moment > s.start)]:
        if abs(moment - s.start) > far:
            yield (
                Text("this is more than 100 years from the start of the run, {start:%Y-%m-%d %H:%M}", start=s.start),
                path,
            )


def _moments(part: object, path: Path) -> Iterator[tuple[Path, datetime]]:
    """Every moment in a part of a scenario, and where a planner writes it."""
    if isinstance(part, datetime):
        yield path, part
    elif isinstance(part, Strict):
        for name, field in type(part).model_fields.items():
            yield from _moments(getattr(part, name), (*path, field.alias or name))
    elif isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from _moments(item, (*path, index))


def unknown_names(s: Sections) -> Iterator[Mistake]:
    """Names of families and classes that one section has and another does not."""
    families = s.warehouse.families.keys() if s.warehouse else ()
    eligible = s.airport.fast_eligible if s.airport else None
    by_family = eligible.by_family if isinstance(eligible, Eligible) else {}
    named: list[tuple[str, Path]] = [(x, ("airport", "fast_eligible", "by_family", x, "[key]")) for x in by_family]
    for index, wave in enumerate(s.demand.orders.surges if s.demand.orders else ()):
        named += [(x, ("demand", "orders", "surges", index, "families", i)) for i, x in enumerate(wave.families)]
    for name, path in named:
        if name not in families:
            yield Text("`{name}` is not a family of `warehouse.families`", name=name), path
    for name in families if by_family else ():
        if name not in by_family:
            yield Text("`by_family` has no share for `{name}`", name=name), ("airport", "fast_eligible", "by_family")
    for name in s.policy.pre_report.by_enterprise if s.risk else ():
        if s.risk and name not in s.risk.enterprise:
            path = ("policy", "pre_report", "by_enterprise", name, "[key]")
            yield Text("`{name}` is not a class of `{section}`", name=name, section="risk.enterprise"), path


def too_many_reserved(s: Sections) -> Iterator[Mistake]:
    """More reserved officers than the fast channel's one team can spare."""
    fast, ordinary = s.staff.fast_officers, s.staff.airport_officers
    reserved = s.policy.fast_channel.reserved
    if fast is not None and ordinary is not None and reserved >= (most := (fast.roster + ordinary.roster).most):
        text = Text(
            "the two teams have at most {most} officers together: nobody is left for ordinary shipments", most=most
        )
        yield text, ("policy", "fast_channel", "reserved")
