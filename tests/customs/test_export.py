"""Export trucks: the linked chain, control, and reports before arrival."""

from itertools import pairwise

import numpy as np
import pytest

from clearsim.customs import network
from clearsim.demand import draw
from clearsim.experiment import run
from clearsim.network import (
    Share,
)
from clearsim.plan import Code, compile_network
from clearsim.scenario import load
from tests.customs.passages import flow, passed, told
from tests.paths import SCENARIOS
from tests.scenarios import ordinary_day

# Linked or not


def test_a_linked_chain_checks_and_inspects_nobody_a_second_time() -> None:
    linked = network(ordinary_day("policy.linked=true"))
    assert not passed(linked, "export_truck", "checked_again").any()
    assert not passed(linked, "export_truck", "inspected_again").any()


def test_without_linking_every_truck_passes_a_second_gate_and_is_inspected_again_as_likely_as_before() -> None:
    apart = network(ordinary_day("policy.linked=false", "demand.export_trucks.per_day=60000"))
    truck = flow(apart, "export_truck")
    assert passed(apart, "export_truck", "checked_again").all()
    conditions = {told(step): step.only_if for step in truck.steps}
    assert conditions["Serve rail_gate"] == ("checked_again",)
    assert conditions["Serve rail_inspection"] == ("inspected_again",)
    controlled, again = (passed(apart, "export_truck", name).mean() for name in ("controlled", "inspected_again"))
    # Two independent shares of n = 60 000: 3.29 standard deviations of their difference.
    assert abs(controlled - again) < 3.29 * np.sqrt(2 * controlled / 60_000)


def test_the_control_rate_is_the_enterprises_rate_times_the_factors_of_industry_and_commodity() -> None:
    net = network(ordinary_day("demand.export_trucks.per_day=60000"))
    controlled = flow(net, "export_truck").attributes["controlled"]
    assert isinstance(controlled, Share)
    assert controlled.p == 1
    assert controlled.factors["enterprise"]["AEO advanced"] == pytest.approx(0.0057)
    assert controlled.factors["commodity"]["listed"] == 3
    # Expected: Σ shares · rates = 0.15 · 0.57 + 0.35 · 1.69 + 0.49 · 2.44 + 0.01 · 84.76 = 2.7202 %; times 1.1 and 1.3,
    # less what discredited trucks would have above 1: 0.8476 · (2, 3 and 6) exceed it with 0.085, 0.135, 0.015.
    mean = 0.027202 * 1.1 * 1.3
    above = 0.01 * (0.085 * (0.8476 * 2 - 1) + 0.135 * (0.8476 * 3 - 1) + 0.015 * (0.8476 * 6 - 1))
    assert abs(passed(net, "export_truck", "controlled").mean() - (mean - above)) < 3.29 * np.sqrt(mean / 60_000)


# Pre-report


def test_anyone_who_reports_before_arrival_at_a_low_share_does_so_at_every_higher_one() -> None:
    shares = [0, 30, 60, 100]
    nets = [network(ordinary_day(f"policy.pre_report.share={share} %")) for share in shares]
    adopters = [passed(net, "export_truck", "pre_reported") for net in nets]
    assert not adopters[0].any()
    assert adopters[-1].all()
    for fewer, more in pairwise(adopters):
        assert (fewer <= more).all()
        assert fewer.sum() < more.sum()


def test_a_declaration_reported_before_arrival_is_filed_its_lead_before_the_truck() -> None:
    demand = draw(network(ordinary_day("policy.pre_report={share: 50 %, lead: 3 h}")), seed=1)
    truck, declaration = demand.arrival_ms[demand.rows(0)], demand.arrival_ms[demand.rows(1)]
    early = demand.attributes[0]["pre_reported"]
    assert (declaration[early] == np.maximum(truck[early] - 3 * 3_600_000, 0)).all()
    assert (declaration[~early] == truck[~early]).all()


def test_raising_pre_report_lowers_driver_wait_monotonically_on_the_same_luck() -> None:
    waits = []
    for share in range(0, 101, 20):
        result = run(ordinary_day(f"policy.pre_report.share={share} %", only=("export_trucks",)))
        waits.append(result.kpi("driver_wait_mean", "export_truck") or 0)
    assert waits == sorted(waits, reverse=True)
    assert len(set(waits)) == len(waits)


def test_adoption_by_enterprise_is_each_classes_own_and_moves_nobody_else() -> None:
    even = network(ordinary_day("policy.pre_report.share=40 %"))
    by_class = network(
        ordinary_day("policy.pre_report={share: 40 %, lead: 3 h, by_enterprise: {ordinary: 0 %, AEO advanced: 100 %}}")
    )
    index = list(load(SCENARIOS / "ordinary-day.yaml").data["risk"]["enterprise"])
    before, after, classes = (
        passed(even, "export_truck", "pre_reported"),
        passed(by_class, "export_truck", "pre_reported"),
        passed(by_class, "export_truck", "enterprise"),
    )
    assert not after[classes == index.index("ordinary")].any()
    assert after[classes == index.index("AEO advanced")].all()
    general = classes == index.index("AEO general")
    assert general.any()
    np.testing.assert_array_equal(after[general], before[general])


def test_adoption_by_size_is_each_sizes_own() -> None:
    sizes = "{large: {share: 25 %, pre_report: 90 %}, small: {share: 75 %, pre_report: 30 %}}"
    net = network(
        ordinary_day(f"policy.pre_report={{lead: 3 h, by_size: {sizes}}}", "demand.export_trucks.per_day=20000")
    )
    size, reported = passed(net, "export_truck", "size"), passed(net, "export_truck", "pre_reported")
    for index, (share, adoption) in enumerate(((0.25, 0.9), (0.75, 0.3))):
        count = (size == index).sum()
        assert abs(count / len(size) - share) < 3.29 * np.sqrt(share * (1 - share) / len(size))
        assert abs(reported[size == index].mean() - adoption) < 3.29 * np.sqrt(adoption * (1 - adoption) / count)


def test_containers_take_the_slots_of_their_size() -> None:
    sizes = "{20ft: {share: 60 %, slots: 1}, 40ft: {share: 40 %, slots: 2}}"
    setting = f"demand.export_trucks.containers={sizes}"
    net = network(ordinary_day(setting, "demand.export_trucks.per_day=20000", "rail.train.passing=true"))
    plan, demand = compile_network(net), draw(net, 1)
    flow = plan.flows.names.index("export_truck")
    board = next(step for step in plan.steps_of(flow) if plan.steps.code[step] == Code.BOARD)
    slots = demand.numbers(flow)[:, plan.steps.column[board]]
    assert set(slots.tolist()) == {1, 2}
    assert abs((slots == 2).mean() - 0.4) < 3.29 * np.sqrt(0.4 * 0.6 / len(slots))
    assert plan.services.passing[plan.services.names.index("train")]


def test_a_report_with_wrong_data_is_reviewed_ahead_and_again_at_the_window() -> None:
    net = network(ordinary_day("policy.pre_report={share: 60 %, lead: 3 h, errors: 25 %}"))
    wrong = passed(net, "export_truck", "data_wrong")
    reported, cleared = passed(net, "export_truck", "pre_reported"), passed(net, "export_truck", "cleared_ahead")
    assert wrong.any()
    np.testing.assert_array_equal(cleared, reported & ~wrong)
    conditions = {told(step): (step.only_if, step.unless) for step in flow(net, "export_truck").steps}
    assert conditions["Hold"] == conditions["Serve documents"] == ((), ("cleared_ahead",))
    assert conditions["Await declaration"] == (("cleared_ahead",), ())
    assert flow(net, "declaration").steps[0].only_if == ("pre_reported",)


def test_the_more_reports_are_wrong_the_longer_drivers_wait_on_the_same_luck() -> None:
    waits = []
    for errors in (0, 20, 60, 100):
        pre_report = f"policy.pre_report={{share: 80 %, lead: 3 h, errors: {errors} %}}"
        result = run(ordinary_day(pre_report, only=("export_trucks",)))
        waits.append(result.kpi("driver_wait_mean", "export_truck") or 0)
    assert waits == sorted(set(waits))
