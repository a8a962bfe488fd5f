"""A scenario: what a planner may write, section by section, with units and meanings.

The descriptions of the fields, here and in the modules of its sections, are at once the manual, the text of the JSON
Schema and what editors show.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from clearsim.located.problems import Path
from clearsim.scenario.base import Duration, Moment, Strict, Text
from clearsim.scenario.demand import Demand
from clearsim.scenario.disruptions import AnyDisruption, mistakes_of
from clearsim.scenario.labour import LabourLaw, mistakes_of_labour
from clearsim.scenario.policy import Policy
from clearsim.scenario.prices import Prices
from clearsim.scenario.quantities import Mistake, refused
from clearsim.scenario.risk import Risk
from clearsim.scenario.sites import Airport, Counter, Eligible, Rail, Roads, Warehouse, Zone
from clearsim.scenario.staff import Staff
from clearsim.scenario.staffing import mistakes_of_staffing, most_of
from clearsim.units import LONGEST_MIN, to_ms

NEEDS = {
    "orders": ("warehouse", "staff.order_reviewers", "staff.pickers", "staff.parcel_inspectors"),
    "export_trucks": (
        *("zone", "rail", "roads", "risk"),
        *("staff.document_officers", "staff.inspectors", "staff.rail_inspectors"),
    ),
    "flights": (
        *("airport", "zone", "warehouse", "roads"),
        *("staff.fast_officers", "staff.airport_officers", "staff.airport_inspectors"),
    ),
    "errands": ("counter", "staff.clerks"),
}
"""What each flow cannot do without."""


CREWS = {"zone": "inspectors", "rail": "rail_inspectors", "airport": "airport_inspectors"}
"""Who forms the crews of each site's inspection."""


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


def _policy_name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise ValueError("a policy needs a name")
    return name


Policies = dict[Annotated[str, AfterValidator(_policy_name)], dict[str, object]]
"""Named policies, each a mapping of dotted path to value."""


class Scenario(Strict):
    """A scenario: one question, and all that is needed to answer it."""

    title: Text
    """What the scenario is called."""
    question: Text
    """The question it answers."""
    start: Moment
    """First instant, local time."""
    duration: Duration
    """How long entities are due to arrive. What is due then belongs to the run, however late it comes; what was due
    before the start, such as a late flight of the evening before, is not part of it."""
    run_on: Duration = 0.0
    """How long the doors stay open after that, so that what is late can come and what is inside can finish; trains,
    trucks and rosters go on meanwhile."""
    warm_up: Duration = 0.0
    """The beginning of the run that results leave out, for a long run that starts empty and is meant to be steady."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """Seed of the random streams: the same seed, the same numbers, for ever."""
    wait_limit: Duration = 30.0
    """The wait that counts as too long."""
    demand: Demand
    """What comes."""
    policy: Policy
    """The levers."""
    staff: Staff
    """Who is on duty."""
    labour: LabourLaw | None = None
    """Labour rules (工時規定), which rosters and staffing rules must be able to keep with a unit's `people`.

    The hours that are really worked in a run may still break them, where people stay late: a KPI counts such runs.
    """
    zone: Zone | None = None
    """The bonded zone."""
    rail: Rail | None = None
    """The rail port."""
    airport: Airport | None = None
    """The airport."""
    warehouse: Warehouse | None = None
    """The bonded warehouse."""
    counter: Counter | None = None
    """The counter hall."""
    roads: Roads | None = None
    """Roads."""
    risk: Risk | None = None
    """Risk lists."""
    prices: Prices | None = None
    """What an hour, a delay or a lost order costs."""
    disruptions: tuple[AnyDisruption, ...] = ()
    """What goes wrong for a while, by date."""
    compare: Policies = Field(default_factory=dict)
    """Named policies to compare on the same luck: each changes values by their paths, as `policy.linked: false`, and
    may change the `title` beside them."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if to_ms(self.duration) < 1:
            raise refused([("the duration must be longer than 0", ("duration",))])
        wrong: list[tuple[str, tuple[str | int, ...]]] = [
            (f"`demand.{flow}` needs the section `{section}`", ("demand", flow))
            for flow, sections in NEEDS.items()
            if getattr(self.demand, flow) is not None
            for section in sections
            if self._section(section) is None
        ]
        if to_ms(self.warm_up) >= to_ms(self.duration):
            text = "the warm-up must be shorter than the duration, or nothing is left to be measured"
            wrong.append((text, ("warm_up",)))
        for site, pool in CREWS.items():
            inspection = getattr(getattr(self, site), "inspection", None)
            duty = getattr(self.staff, pool)
            if inspection is not None and duty is not None and inspection.crew > (most := most_of(self, pool)):
                text = f"a crew of {inspection.crew} can never be formed: `staff.{pool}` has at most {most}"
                wrong.append((text, (site, "inspection", "crew")))
        containers = self.demand.export_trucks.containers if self.demand.export_trucks else {}
        for name, container in containers.items():
            if self.rail is not None and container.slots > (room := self.rail.train.slots):
                text = f"a container of {container.slots} slots could never leave: a train has {room}"
                wrong.append((text, ("demand", "export_trucks", "containers", name, "slots")))
        wrong += [*mistakes_of(self), *self._strangers()]
        wrong += [*mistakes_of_staffing(self, self.needed), *mistakes_of_labour(self)]
        wrong = [*self._far_away()] or wrong
        if wrong:
            raise refused(wrong)
        return self

    def _far_away(self) -> Iterator[Mistake]:
        """Moments more than a century from the start, which are slips. A disruption may last as long as it likes."""
        far = timedelta(minutes=LONGEST_MIN)
        moments = [*_moments(self.demand, ("demand",)), *_moments(self.policy, ("policy",))]
        begins = [(("disruptions", index, "from"), item.starts) for index, item in enumerate(self.disruptions)]
        for path, moment in [*moments, *((path, moment) for path, moment in begins if moment > self.start)]:
            if abs(moment - self.start) > far:
                yield f"this is more than 100 years from the start of the run, {self.start:%Y-%m-%d %H:%M}", path

    @property
    def needed(self) -> set[str]:
        """The units of `staff` that the scenario's flows need."""
        needs = {need for flow in NEEDS if getattr(self.demand, flow) is not None for need in NEEDS[flow]}
        return {need.removeprefix("staff.") for need in needs if need.startswith("staff.")}

    def _strangers(self) -> Iterator[Mistake]:
        """Names that one section has and another does not, and officers reserved that nobody has."""
        families = self.warehouse.families.keys() if self.warehouse else ()
        eligible = self.airport.fast_eligible if self.airport else None
        by_family = eligible.by_family if isinstance(eligible, Eligible) else {}
        named: list[tuple[str, Path]] = [(x, ("airport", "fast_eligible", "by_family", x, "[key]")) for x in by_family]
        for index, wave in enumerate(self.demand.orders.surges if self.demand.orders else ()):
            named += [(x, ("demand", "orders", "surges", index, "families", i)) for i, x in enumerate(wave.families)]
        for name, path in named:
            if name not in families:
                yield f"`{name}` is not a family of `warehouse.families`", path
        for name in families if by_family else ():
            if name not in by_family:
                yield f"`by_family` has no share for `{name}`", ("airport", "fast_eligible", "by_family")
        for name in self.policy.pre_report.by_enterprise if self.risk else ():
            if self.risk and name not in self.risk.enterprise:
                path = ("policy", "pre_report", "by_enterprise", name, "[key]")
                yield f"`{name}` is not a class of `risk.enterprise`", path
        fast, ordinary = self.staff.fast_officers, self.staff.airport_officers
        reserved = self.policy.fast_channel.reserved
        if fast is not None and ordinary is not None and reserved >= (most := (fast.roster + ordinary.roster).most):
            text = f"the two teams have at most {most} officers together: nobody is left for ordinary shipments"
            yield text, ("policy", "fast_channel", "reserved")

    def _section(self, path: str) -> object:
        first, _, second = path.partition(".")
        section: object = getattr(self, first)
        return getattr(section, second) if second else section
