"""A scenario: what a planner may write, section by section, with units and meanings.

The descriptions of the fields, here and in `demand` and `sites`, are at once the manual, the text of the JSON Schema
and what editors show.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from clearsim.scenario.base import Duration, Moment, Roster, ShareOf, Strict, Text, TimeOf
from clearsim.scenario.demand import Demand
from clearsim.scenario.quantities import refused
from clearsim.scenario.sites import Airport, Counter, Rail, Roads, Warehouse, Zone
from clearsim.units import to_ms


class RiskClass(Strict):
    """One class of an axis of the risk lists."""

    share: ShareOf
    """Share of the units that are of this class."""
    factor: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """By how much the class multiplies the control rate (布控比例)."""


class EnterpriseClass(Strict):
    """One credit class of enterprises."""

    share: ShareOf
    """Share of the units that are declared by this class."""
    rate: ShareOf
    """Control rate (布控比例) of the class."""


class Risk(Strict):
    """The three axes of the risk lists (企業、行業、商品).

    A unit's control rate is its enterprise's times both factors.
    """

    enterprise: Annotated[dict[str, EnterpriseClass], Field(min_length=1)]
    """Credit classes of enterprises."""
    industry: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of industries."""
    commodity: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of commodities."""
    by_machine: ShareOf
    """Share of the controlled export trucks that a machine scan (H986) settles; the rest is inspected (查驗)."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong: list[tuple[str, tuple[str | int, ...]]] = [
            (f"the shares of {axis} add up to {100 * total:.4g} %, not to 100 %", (axis,))
            for axis in ("enterprise", "industry", "commodity")
            if abs((total := sum(item.share for item in getattr(self, axis).values())) - 1) > 1e-6
        ]
        if wrong:
            raise refused(wrong)
        return self


class Duty(Strict):
    """Who is on duty."""

    roster: Roster
    """How many, by the clock; by weekday and clock; or one number around the clock."""


class Staff(Strict):
    """People. Those whom no flow of the scenario needs may be left away."""

    document_officers: Duty | None = None
    """Review declarations (單證審核)."""
    inspectors: Duty | None = None
    """Inspect export trucks in the zone (查驗)."""
    rail_inspectors: Duty | None = None
    """Inspect a second time at the rail port, where the chain is not linked."""
    fast_officers: Duty | None = None
    """The airport's fast channel (快處快放)."""
    airport_officers: Duty | None = None
    """The airport's ordinary clearance."""
    airport_inspectors: Duty | None = None
    """Inspect air shipments."""
    order_reviewers: Duty | None = None
    """Review orders that do not match (審單)."""
    pickers: Duty | None = None
    """Pick and pack."""
    parcel_inspectors: Duty | None = None
    """Open selected parcels."""
    clerks: Duty | None = None
    """The counter's windows."""


class PreReport(Strict):
    """Report before entering the zone, inspect on arrival (入區前報備、運抵後即查)."""

    share: ShareOf
    """Share of the export trucks that report before arrival."""
    lead: TimeOf
    """How long before arrival they file."""


class Policy(Strict):
    """The levers."""

    pre_report: PreReport
    """Reporting before arrival."""
    linked: bool
    """The offices act as one chain (聯動監管): one inspection for the whole way (一次查驗、一次放行)."""
    fast_channel: Literal["dedicated", "shared", "priority"]
    """The airport's fast channel: officers of its own, one line for all, or one team that serves fast shipments
    first."""


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


class Scenario(Strict):
    """A scenario: one question, and all that is needed to answer it."""

    title: Text
    """What the scenario is called."""
    question: Text
    """The question it answers."""
    start: Moment
    """First instant, local time."""
    duration: Duration
    """How long entities arrive."""
    run_on: Duration = 0.0
    """How long the doors stay open after the last arrival, so that what is inside can finish."""
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

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if to_ms(self.duration) < 1:
            raise PydanticCustomError("range", "the duration must be longer than 0")
        wrong: list[tuple[str, tuple[str | int, ...]]] = [
            (f"`demand.{flow}` needs the section `{section}`", ("demand", flow))
            for flow, sections in NEEDS.items()
            if getattr(self.demand, flow) is not None
            for section in sections
            if self._section(section) is None
        ]
        for site, pool in CREWS.items():
            inspection = getattr(getattr(self, site), "inspection", None)
            duty = getattr(self.staff, pool)
            if inspection is not None and duty is not None and inspection.crew > duty.roster.most:
                text = f"a crew of {inspection.crew} can never be formed: `staff.{pool}` has at most {duty.roster.most}"
                wrong.append((text, (site, "inspection", "crew")))
        if wrong:
            raise refused(wrong)
        return self

    def _section(self, path: str) -> object:
        first, _, second = path.partition(".")
        section: object = getattr(self, first)
        return getattr(section, second) if second else section
