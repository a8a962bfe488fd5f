"""The sections of a scenario: what a planner may write, with units and meanings.

The descriptions of the fields, here and in the modules of the sections, are at once the manual, the text of the JSON
Schema and what editors show. Each section checks itself; whether they fit together is checked in `scenario.checks`.
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from clearsim.language import Text
from clearsim.scenario.demand import DemandSection
from clearsim.scenario.disruptions import AnyDisruption
from clearsim.scenario.labour import LabourLaw
from clearsim.scenario.levers import Levers
from clearsim.scenario.prices import Prices
from clearsim.scenario.quantities import Bilingual, Duration, Moment, Strict
from clearsim.scenario.risk import Risk
from clearsim.scenario.sites import Airport, Counter, Rail, Roads, Warehouse, Zone
from clearsim.scenario.staff import Staff


def _policy_name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise ValueError(Text("a policy needs a name"))
    return name


Policies = dict[Annotated[str, AfterValidator(_policy_name)], dict[str, object]]
"""Named policies, each a mapping of dotted path to value."""


class Sections(Strict):
    """All that a scenario says. `clearsim.scenario.Scenario` checks that the sections fit together."""

    title: Bilingual
    """What the scenario is called."""
    question: Bilingual
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
    demand: DemandSection
    """What comes."""
    policy: Levers
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
