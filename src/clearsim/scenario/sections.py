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
    """The sections of a scenario. `clearsim.scenario.Scenario` checks that they fit together."""

    title: Bilingual
    """The name of the scenario."""
    question: Bilingual
    """The question that the scenario answers."""
    start: Moment
    """The first moment of the run, local time."""
    duration: Duration
    """How long arrivals last. What is due in this time is part of the run, however late it comes. What was due before
    the start, such as a late flight of the evening before, is not."""
    run_on: Duration = 0.0
    """How long the port stays open after the last arrivals are due, so that late arrivals can come and work can be
    finished. Trains, trucks and rosters go on."""
    warm_up: Duration = 0.0
    """The beginning of the run that results leave out, because a long run starts empty."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """Seed of the random numbers: the same seed always gives the same results."""
    wait_limit: Duration = 30.0
    """A wait longer than this counts as too long."""
    demand: DemandSection
    """What arrives."""
    policy: Levers
    """What customs can decide."""
    staff: Staff
    """Who is on duty."""
    labour: LabourLaw | None = None
    """Labour rules, which rosters and staffing rules must be able to keep with the `people` of each unit. In a run
    people may still break them by staying late; a KPI counts such runs."""
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
    """Driving times between the sites."""
    risk: Risk | None = None
    """Which cargo is selected for control, and what is found."""
    prices: Prices | None = None
    """What an hour, a delay or a lost order costs."""
    disruptions: tuple[AnyDisruption, ...] = ()
    """What goes wrong, and when."""
    compare: Policies = Field(default_factory=dict)
    """Named policies to compare with the same random numbers. Each changes values by their paths, such as
    `policy.linked: false`, and may have a `title`."""
