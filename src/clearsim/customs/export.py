"""Export: the truck from the zone gate to its train, and the declaration that may travel ahead of it (S2–S4, S12)."""

from clearsim.customs.arrivals import at_random
from clearsim.network import (
    Ahead,
    AnyOf,
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
from clearsim.network.attributes import Attribute
from clearsim.scenario import Scenario
from clearsim.scenario.demand import Trucks
from clearsim.scenario.levers import PreReport
from clearsim.scenario.risk import NonCompliance, Risk
from clearsim.scenario.sites import Rail, Roads, Zone

CONTROL = Control("controlled", "non_compliant", "hit", at=("machine_scan", "inspection", "rail_inspection"))
"""How inspections and hits are measured, in scenarios that give the share of non-compliant trucks."""


def export_truck(s: Scenario, arrivals: Trucks, zone: Zone, rail: Rail, roads: Roads, risk: Risk) -> Flow:
    """An export truck from the zone gate to its train. The driver is free once it is unloaded in the rail yard."""
    return Flow(
        "export_truck",
        label=Label("export trucks"),
        milestones={
            "released": Label("released"),
            "driver_free": Label("turnaround"),
            "departed": Label("departed"),
        },
        arrivals=at_random(arrivals, s),
        attributes={
            **pre_report_attributes(s.policy.pre_report, risk),
            **risk_attributes(risk, linked=s.policy.linked),
            **container_attributes(arrivals),
        },
        steps=[
            Serve("zone_gate", zone.gate.time, driver="cab"),
            Enter("zone_yard", driver="cab"),
            Hold(zone.yard.paperwork_walk, unless="cleared_ahead", driver="out"),
            Serve("documents", zone.documents.time, unless="cleared_ahead", driver="out"),
            Await("declaration", only_if="cleared_ahead", driver="cab"),
            Serve("machine_scan", zone.scanner.time, only_if="by_machine", driver="cab"),
            Serve("inspection", zone.inspection.time, only_if="inspected", driver="cab"),
            Serve("sealing", zone.sealing.time, driver="cab", milestone="released"),
            Leave("zone_yard"),
            Travel(roads.zone_to_rail, driver="cab"),
            Serve("rail_gate", rail.gate.time, only_if="checked_again", driver="cab"),
            Serve("rail_inspection", rail.inspection.time, only_if="inspected_again", driver="cab"),
            Serve("rail_yard", rail.yard.time, driver="cab", milestone="driver_free"),
            Board("train", booked=rail.train.booked, slots=slots_of(arrivals), milestone="departed"),
        ],
        apart="pre_reported",
        groups={
            "pre_reported": Label("pre-reported"),
            "not pre_reported": Label("not pre-reported"),
        },
        control=CONTROL if CONTROL.hit in risk_attributes(risk, linked=s.policy.linked) else None,
    )


def container_attributes(trucks: Trucks) -> dict[str, Attribute]:
    """The size of a truck's container, where the scenario has several."""
    shares = {name: container.share for name, container in trucks.containers.items()}
    return {"container": Category(shares)} if shares else {}


def slots_of(trucks: Trucks) -> int | dict[str, int]:
    """How many slots of a train a truck takes: one, or what its container takes."""
    return {f"container={name}": container.slots for name, container in trucks.containers.items()} or 1


def declaration(s: Scenario, zone: Zone) -> Flow:
    """A declaration reported before entering the zone, reviewed while its truck is on the way."""
    return Flow(
        "declaration",
        label=Label("declarations"),
        milestones={"reviewed": Label("reviewed")},
        arrivals=Ahead("export_truck", lead=s.policy.pre_report.lead, only_if="pre_reported"),
        steps=[Serve("documents", zone.documents.time, only_if="pre_reported", milestone="reviewed")],
    )


def pre_report_attributes(pre_report: PreReport, risk: Risk) -> dict[str, Attribute]:
    """Whether the truck reports before arrival, and whether it is cleared ahead: not if the report has wrong data."""
    attributes: dict[str, Attribute] = {}
    if pre_report.by_size:
        adoption = {name: size.pre_report for name, size in pre_report.by_size.items()}
        attributes["size"] = Category({name: size.share for name, size in pre_report.by_size.items()})
        attributes["pre_reported"] = Share(1.0, {"size": adoption})
    else:
        share = pre_report.share or 0.0
        adoption = {name: pre_report.by_enterprise.get(name, share) for name in risk.enterprise}
        attributes["pre_reported"] = Share(1.0, {"enterprise": adoption}) if pre_report.by_enterprise else Share(share)
    return {
        **attributes,
        "data_wrong": Share(pre_report.errors, among="pre_reported"),
        "cleared_ahead": Share(1.0, among="pre_reported", unless="data_wrong"),
    }


def risk_attributes(risk: Risk, linked: bool) -> dict[str, Attribute]:
    """Three risk classes, and from them whether the truck is controlled, and how (S3, S4, S10).

    `inspected` trucks are opened by hand. Where the offices are not linked, every truck is checked again at the rail
    port, and inspected again with the same probability.
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
    lists: dict[str, Attribute] = {
        **{name: Category(shares) for name, shares in axes.items()},
        "controlled": Share(1.0, factors, a_day=risk.budget),
        "by_machine": Share(risk.by_machine, among="controlled"),
        "checked_again": Share(again),
        "inspected_again": Share(again, factors, a_day=risk.budget),
    }
    if risk.non_compliance is None:
        return {**lists, "inspected": Share(1.0, among="controlled", unless="by_machine")}
    return {**lists, **_findings(risk, risk.non_compliance)}


def _findings(risk: Risk, truth: NonCompliance) -> dict[str, Attribute]:
    """Whether a truck is non-compliant, and whether a scan or an inspection by hand finds that.

    A truck for which the scan raises an alarm is inspected by hand. Both inspections, in the zone and at the rail port,
    look for the same non-compliance. A truck is a `hit` where one of them finds it.
    """
    factors = {
        "enterprise": truth.enterprise,
        "industry": {name: truth.industry.get(name, 1.0) for name in risk.industry},
        "commodity": {name: truth.commodity.get(name, 1.0) for name in risk.commodity},
    }
    detects, false_alarm = (risk.machine.detects, risk.machine.false_alarm) if risk.machine else (0.0, 0.0)
    return {
        "non_compliant": Share(1.0, factors),
        "true_alarm": Share(detects, among=("by_machine", "non_compliant")),
        "false_alarm": Share(false_alarm, among="by_machine", unless="non_compliant"),
        "alarm": AnyOf(["true_alarm", "false_alarm"]),
        "by_hand": Share(1.0, among="controlled", unless="by_machine"),
        "inspected": AnyOf(["by_hand", "alarm"]),
        "found": Share(risk.by_hand_detects, among=("inspected", "non_compliant")),
        "found_again": Share(risk.by_hand_detects, among=("inspected_again", "non_compliant")),
        "hit": AnyOf(["found", "found_again"]),
    }
