"""What is hidden in the cargo, and what inspections find of it."""

from itertools import pairwise
from typing import Any

import numpy as np

from clearsim.customs import network
from clearsim.demand import draw
from clearsim.network import (
    Network,
)
from tests.customs.passages import flow
from tests.scenarios import ordinary_day

TRUTH = (
    "risk.non_compliance={enterprise: {AEO advanced: 1 %, AEO general: 2 %, ordinary: 5 %, discredited: 40 %}, "
    "commodity: {listed: 2}}",
    "demand.export_trucks.per_day=20000",
)


def hidden(*settings: str) -> Network:
    return network(ordinary_day(*TRUTH, *settings, only=("export_trucks",)))


def findings(*settings: str) -> dict[str, np.ndarray[tuple[int], np.dtype[Any]]]:
    """Attributes of the trucks where something is hidden."""
    return dict(draw(hidden(*settings), 1).attributes[0])


def test_nothing_is_hidden_unless_the_scenario_says_so() -> None:
    names = {"non_compliant", "alarm", "found", "found_again", "hit"}
    assert not names & set(flow(network(ordinary_day()), "export_truck").attributes)
    assert names <= set(flow(hidden(), "export_truck").attributes)


def test_the_truth_moves_no_draw_and_without_alarms_nobody_is_inspected_for_it() -> None:
    plain = draw(network(ordinary_day(TRUTH[1], only=("export_trucks",))), 1)
    told_of = draw(hidden(), 1)
    for name in ("arrival_ms", "number", "flags"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(told_of, name))
    for name, column in plain.attributes[0].items():
        np.testing.assert_array_equal(column, told_of.attributes[0][name])


def test_trucks_are_non_compliant_with_their_enterprises_rate_times_the_factors() -> None:
    rate = (0.15 * 0.01 + 0.35 * 0.02 + 0.49 * 0.05 + 0.01 * 0.4) * (0.85 + 2 * 0.15)
    found = findings()["non_compliant"]
    assert abs(found.mean() - rate) < 3.29 * np.sqrt(rate * (1 - rate) / len(found))


def test_a_hit_is_non_compliant_and_found_whichever_way_it_was_looked_at() -> None:
    a = findings("risk.machine={detects: 90 %, false_alarm: 5 %}", "risk.by_hand_detects=80 %", "policy.linked=false")
    assert (a["alarm"] <= a["by_machine"]).all()
    np.testing.assert_array_equal(a["inspected"], (a["controlled"] & ~a["by_machine"]) | a["alarm"])
    np.testing.assert_array_equal(a["hit"], a["found"] | a["found_again"])
    assert (a["hit"] <= a["non_compliant"]).all()
    assert (a["found"] <= a["inspected"]).all()
    assert (a["found_again"] <= a["inspected_again"]).all()
    for chosen, share in (
        (a["by_machine"] & a["non_compliant"], 0.9),
        (a["by_machine"] & ~a["non_compliant"], 0.05),
    ):
        alarms = a["alarm"][chosen]
        assert abs(alarms.mean() - share) < 3.29 * np.sqrt(share * (1 - share) / len(alarms))


def test_anyone_who_looks_without_error_finds_all_that_is_controlled_and_wrong() -> None:
    perfect = findings("risk.machine={detects: 100 %, false_alarm: 0 %}", "policy.linked=true")
    np.testing.assert_array_equal(perfect["hit"], perfect["controlled"] & perfect["non_compliant"])
    blind = findings("risk.by_machine=100 %", "policy.linked=true")
    assert not blind["hit"].any()


def test_a_better_machine_and_a_larger_budget_find_more_and_lose_no_hit() -> None:
    machines = [
        findings(f"risk.machine={{detects: {detects} %, false_alarm: 5 %}}")["hit"] for detects in (0, 50, 90, 100)
    ]
    budgets = [
        findings("risk.machine={detects: 90 %, false_alarm: 5 %}", f"risk.budget={budget}")["hit"]
        for budget in (0, 100, 300, 10_000)
    ]
    for hits in (machines, budgets):
        for fewer, more in pairwise(hits):
            assert (fewer <= more).all()
            assert fewer.sum() < more.sum()


def test_a_control_budget_looks_at_the_riskiest_and_finds_more_per_inspection() -> None:
    free, bound = findings("risk.by_machine=0 %"), findings("risk.by_machine=0 %", "risk.budget=200")
    assert bound["controlled"].sum() == 200
    assert bound["hit"].sum() / 200 > 2 * free["hit"].sum() / free["controlled"].sum()
