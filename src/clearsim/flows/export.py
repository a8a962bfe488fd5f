"""Export: the truck from the zone gate to its train, and the declaration that may travel ahead of it (S2–S4, S12)."""

from clearsim.flow import (
    Ahead,
    Await,
    Board,
    Category,
    Control,
    Enter,
    Flow,
    Hold,
    Label,
    Leave,
    Serve,
    Share,
    Travel,
)
from clearsim.flow.attributes import Attribute
from clearsim.flows.arrivals import at_random
from clearsim.scenario import Scenario
from clearsim.scenario.demand import RandomArrivals
from clearsim.scenario.risk import Risk
from clearsim.scenario.sites import Rail, Roads, Zone

CONTROL = Control("controlled", "non_compliant", "hit", at=("machine_scan", "inspection", "rail_inspection"))
"""What is found of what is wrong, where a scenario says how much that is."""


def export_truck(s: Scenario, arrivals: RandomArrivals, zone: Zone, rail: Rail, roads: Roads, risk: Risk) -> Flow:
    """An export truck from the zone gate to its train. The driver is free once it is unloaded in the rail yard."""
    return Flow(
        "export_truck",
        label=Label("export trucks", "出口卡車"),
        milestones={
            "released": Label("released", "放行"),
            "driver_free": Label("turnaround", "司機離場"),
            "departed": Label("departed", "發車"),
        },
        arrivals=at_random(arrivals, s),
        attributes={"pre_reported": Share(s.policy.pre_report.share), **risk_attributes(risk, linked=s.policy.linked)},
        steps=[
            Serve("zone_gate", zone.gate.time, driver="cab"),
            Enter("zone_yard", driver="cab"),
            Hold(zone.yard.paperwork_walk, unless="pre_reported", driver="out"),
            Serve("documents", zone.documents.time, unless="pre_reported", driver="out"),
            Await("declaration", only_if="pre_reported", driver="cab"),
            Serve("machine_scan", zone.scanner.time, only_if="by_machine", driver="cab"),
            Serve("inspection", zone.inspection.time, only_if="controlled", unless="by_machine", driver="cab"),
            Serve("sealing", zone.sealing.time, driver="cab", milestone="released"),
            Leave("zone_yard"),
            Travel(roads.zone_to_rail, driver="cab"),
            Serve("rail_gate", rail.gate.time, only_if="checked_again", driver="cab"),
            Serve("rail_inspection", rail.inspection.time, only_if="inspected_again", driver="cab"),
            Serve("rail_yard", rail.yard.time, driver="cab", milestone="driver_free"),
            Board("train", booked=rail.train.booked, milestone="departed"),
        ],
        apart="pre_reported",
        groups={
            "pre_reported": Label("pre-reported", "入區前報備"),
            "not pre_reported": Label("not pre-reported", "未報備"),
        },
        control=CONTROL if CONTROL.hit in risk_attributes(risk, linked=s.policy.linked) else None,
    )


def declaration(s: Scenario, zone: Zone) -> Flow:
    """A declaration reported before entering the zone (入區前報備), reviewed while its truck is on the way."""
    return Flow(
        "declaration",
        label=Label("declarations", "報關單"),
        milestones={"reviewed": Label("reviewed", "審結")},
        arrivals=Ahead("export_truck", lead=s.policy.pre_report.lead, only_if="pre_reported"),
        steps=[Serve("documents", zone.documents.time, only_if="pre_reported", milestone="reviewed")],
    )


def risk_attributes(risk: Risk, linked: bool) -> dict[str, Attribute]:
    """Three risk classes, and from them whether the truck is controlled (布控), and how (S3, S4, S10).

    Not linked, every truck is checked again at the rail port, and inspected again with the same probability.
    """
    axes = {
        "enterprise": {name: item.share for name, item in risk.enterprise.items()},
        "industry": {name: item.share for name, item in risk.industry.items()},
        "commodity": {name: item.share for name, item in risk.commodity.items()},
    }
    factors = {
        "enterprise": {name: item.rate for name, item in risk.enterprise.items()},
        "industry": {name: item.factor for name, item in risk.industry.items()},
        "commodity": {name: item.factor for name, item in risk.commodity.items()},
    }
    again = 0.0 if linked else 1.0
    return {
        **{name: Category(shares) for name, shares in axes.items()},
        "controlled": Share(1.0, factors),
        "by_machine": Share(risk.by_machine, among="controlled"),
        "checked_again": Share(again),
        "inspected_again": Share(again, factors),
    }
