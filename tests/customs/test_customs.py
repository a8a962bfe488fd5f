"""The domain, told in the words of a flow: what a scenario becomes, and what its levers change."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from clearsim.customs import network, paths
from clearsim.demand import draw, rate_of
from clearsim.experiment import run
from clearsim.network import (
    Board,
    Calendar,
    Enter,
    Flow,
    Hold,
    Leave,
    Network,
    Poisson,
    Put,
    Serve,
    Share,
    Take,
    Travel,
)
from clearsim.network.steps import Await, Step
from clearsim.plan import Code, compile_network
from clearsim.scenario import load
from clearsim.units import DAY_MS, HOUR_MS
from tests.paths import SCENARIOS
from tests.scenarios import FLOWS, ordinary_day


def flow(net: Network, name: str) -> Flow:
    return next(flow for flow in net.flows if flow.name == name)


def told(step: Step) -> str:
    """A step in a word or two."""
    match step:
        case Serve(station=name) | Enter(station=name) | Leave(station=name):
            return f"{type(step).__name__} {name}"
        case Board(service=name) | Await(flow=name) | Take(stock=name) | Put(stock=name):
            return f"{type(step).__name__} {name}"
        case _:
            return type(step).__name__


def way(net: Network, name: str) -> list[str]:
    return [told(step) for step in flow(net, name).steps]


# The flows


def test_an_export_truck_goes_from_the_gate_to_its_train() -> None:
    assert way(network(ordinary_day()), "export_truck") == [
        "Serve zone_gate",
        "Enter zone_yard",
        "Hold",  # the walk to the window
        "Serve documents",
        "Await declaration",
        "Serve machine_scan",
        "Serve inspection",
        "Serve sealing",
        "Leave zone_yard",
        "Travel",
        "Serve rail_gate",
        "Serve rail_inspection",
        "Serve rail_yard",
        "Board train",
    ]


def test_a_shipment_goes_from_the_ramp_to_the_shelf() -> None:
    assert way(network(ordinary_day()), "air_shipment") == [
        "Serve ramp",
        "Serve tally",
        "Serve fast_channel",
        "Serve ordinary_channel",
        "Serve airport_inspection",
        "Board bonded_truck",
        "Travel",
        "Serve zone_gate",
        "Serve unloading",
        "Serve labelling",
        "Put bonded_stock",
    ]


def test_an_order_goes_from_the_shelf_to_the_courier() -> None:
    assert way(network(ordinary_day()), "order") == [
        "Take bonded_stock",
        "Hold",  # the automatic match
        "Serve match_review",
        "Serve picking",
        "Serve sorting_line",
        "Serve opening",
        "Board courier",
    ]


def test_an_errand_goes_through_one_of_three_channels() -> None:
    errand = flow(network(ordinary_day()), "errand")
    assert [told(step) for step in errand.steps] == ["Serve counter", "Hold", "Hold"]
    assert [step.only_if for step in errand.steps] == [("channel=counter",), ("channel=online",), ("channel=mail",)]


def test_a_declaration_is_reviewed_at_the_desk_at_which_its_driver_would_have_waited() -> None:
    net = network(ordinary_day())
    at_desk = next(step for step in flow(net, "export_truck").steps if told(step) == "Serve documents")
    (reviewed,) = flow(net, "declaration").steps
    assert isinstance(at_desk, Serve)
    assert isinstance(reviewed, Serve)
    assert (reviewed.station, reviewed.time) == (at_desk.station, at_desk.time)
    assert (reviewed.only_if, at_desk.unless) == (("pre_reported",), ("cleared_ahead",))


def test_a_driver_is_bound_to_every_step_until_the_truck_is_unloaded() -> None:
    steps = flow(network(ordinary_day()), "export_truck").steps
    bound = [step for step in steps if not isinstance(step, Leave)]
    assert [step.driver is None for step in bound] == [False] * (len(bound) - 1) + [True]
    assert {told(step) for step in bound if step.driver == "out"} == {"Hold", "Serve documents"}


# Linked or not


def passed(net: Network, name: str, condition: str, seed: int = 1) -> np.ndarray[tuple[int], np.dtype[Any]]:
    """For which of the flow's entities the condition holds."""
    index = [flow.name for flow in net.flows].index(name)
    return np.asarray(draw(net, seed).attributes[index][condition])


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


def test_whoever_reports_before_arrival_at_a_low_share_does_so_at_every_higher_one() -> None:
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


# What is hidden, and what is found

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


def test_whoever_looks_without_error_finds_all_that_is_controlled_and_wrong() -> None:
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


# The fast channel


def channels(policy: str) -> dict[str, tuple[dict[str, int], int]]:
    """What each of the airport's channels needs, and its priority."""
    net = network(ordinary_day(f"policy.fast_channel={policy}"))
    return {s.name: (dict(s.needs), s.priority) for s in net.stations if s.name in ("fast_channel", "ordinary_channel")}


def officers(policy: str) -> dict[str, Calendar]:
    net = network(ordinary_day(f"policy.fast_channel={policy}"))
    return {pool.name: pool.capacity for pool in net.pools if pool.name in ("fast_officers", "airport_officers")}


def test_a_dedicated_fast_channel_has_officers_of_its_own() -> None:
    fast, ordinary = channels("dedicated").values()
    assert fast == ({"fast_officers": 1}, 0)
    assert ordinary == ({"airport_officers": 1}, 0)
    assert officers("dedicated") == {
        "fast_officers": Calendar.daily({"00:00": 1, "08:00": 1, "16:00": 1}),
        "airport_officers": Calendar.daily({"00:00": 3, "08:00": 3, "16:00": 2}),
    }


def test_shared_both_channels_are_served_in_the_order_of_joining_by_the_two_teams_together() -> None:
    assert channels("shared") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1}, 0),
    }
    assert officers("shared") == {"airport_officers": Calendar.daily({"00:00": 4, "08:00": 4, "16:00": 3})}


def test_with_priority_the_two_teams_together_serve_the_fast_channel_first() -> None:
    assert channels("priority") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1}, 1),
    }
    assert officers("priority") == officers("shared")


def mixed(policy: str, *settings: str) -> dict[str, object]:
    """The airport's two channels, and how many officers and posts there are by day and from 16:00 on."""
    net = network(ordinary_day(f"policy.fast_channel={policy}", *settings, only=("flights",)))
    names = {"fast_channel", "ordinary_channel", "fast_officers", "airport_officers", "ordinary_posts", "fast_posts"}
    stations = {s.name: (dict(s.needs), s.priority) for s in net.stations if s.name in names}
    pools = {pool.name: pool.changes(net.start, DAY_MS) for pool in net.pools if pool.name in names}
    shifts = {name: [capacity for _, capacity in changes] for name, changes in pools.items()}
    return {**stations, **shifts}


TEAM = [4, 3]


def test_reserved_officers_leave_fewer_posts_for_ordinary_shipments() -> None:
    assert mixed("{kind: priority, reserved: 2}") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1, "ordinary_posts": 1}, 1),
        "airport_officers": TEAM,
        "ordinary_posts": [2, 1],
    }


def test_where_fast_shipments_overflow_ordinary_ones_have_as_many_posts_as_their_team_has_officers() -> None:
    assert mixed("{kind: dedicated, overflow: true}") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1, "ordinary_posts": 1}, 0),
        "airport_officers": TEAM,
        "ordinary_posts": [3, 2],
    }


def test_a_reserved_lane_opened_to_all_serves_fast_shipments_first_and_no_more_of_them_than_before() -> None:
    assert mixed("{kind: dedicated, opened_to_all: true}") == {
        "fast_channel": ({"airport_officers": 1, "fast_posts": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1}, 1),
        "airport_officers": TEAM,
        "fast_posts": [1],
    }


def test_officers_stay_reserved_while_some_are_absent() -> None:
    absent = "disruptions=[{kind: absence, staff: all, share: 50 %, from: 2022-11-16 00:00, until: 2022-11-17 00:00}]"
    half = mixed("{kind: priority, reserved: 1}", absent)
    assert (half["airport_officers"], half["ordinary_posts"]) == ([2], [1])
    overflowing = mixed("{kind: dedicated, overflow: true}", absent)
    assert (overflowing["airport_officers"], overflowing["ordinary_posts"]) == ([2], [2, 1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dedicated", "{kind: dedicated, overflow: false, opened_to_all: false}"),
        ("priority", "{kind: priority, reserved: 0}"),
        ("priority", "{kind: dedicated, overflow: true, opened_to_all: true}"),
        ("shared", "{kind: shared}"),
    ],
)
def test_two_ways_to_say_the_same_of_the_fast_channel_make_the_same_network(one: str, other: str) -> None:
    networks = [network(ordinary_day(f"policy.fast_channel={policy}")) for policy in (one, other)]
    assert networks[0] == networks[1]


def most_at_once(policy: str, place: str) -> int:
    """The most officers at one channel at once, over an ordinary day."""
    trace = run(ordinary_day(f"policy.fast_channel={policy}", only=("flights",))).trace
    (line,) = (line for line in trace.lines if line.place == place)
    return max(int(((line.start_ms <= now) & (now < line.end_ms)).sum()) for now in line.start_ms)


def test_officers_are_reserved_lent_and_opened_as_the_policy_says() -> None:
    assert most_at_once("priority", "ordinary_channel") == 4
    assert most_at_once("{kind: priority, reserved: 2}", "ordinary_channel") == 2
    assert most_at_once("{kind: dedicated, overflow: true}", "ordinary_channel") == 3
    assert most_at_once("{kind: dedicated, overflow: true}", "fast_channel") > 1
    assert most_at_once("{kind: dedicated, opened_to_all: true}", "fast_channel") == 1
    assert most_at_once("{kind: dedicated, opened_to_all: true}", "ordinary_channel") == 4


def test_the_more_officers_are_reserved_the_less_fast_shipments_wait_and_the_more_ordinary_ones() -> None:
    waits: dict[str, list[float]] = {"fast_channel": [], "ordinary_channel": []}
    for reserved in (0, 1, 2):
        policy = f"policy.fast_channel={{kind: priority, reserved: {reserved}}}"
        result = run(ordinary_day(policy, only=("flights",)), replications=20)
        for place, means in waits.items():
            means.append(result.kpi("wait_mean", station=place) or 0)
    assert waits["fast_channel"] == sorted(set(waits["fast_channel"]), reverse=True)
    assert waits["ordinary_channel"] == sorted(set(waits["ordinary_channel"]))


def test_who_may_use_the_fast_channel_is_told_by_family_or_by_shipper() -> None:
    families = "{cosmetics 美妝: 100 %, mother and baby 母嬰: 0 %, health 保健: 50 %}"
    by_family = network(ordinary_day(f"airport.fast_eligible={{by_family: {families}}}"))
    fast, family = passed(by_family, "air_shipment", "fast"), passed(by_family, "air_shipment", "family")
    assert fast[family == 0].all()
    assert not fast[family == 1].any()
    assert set(fast[family == 2]) == {True, False}
    shippers = "{known: {share: 50 %, eligible: 100 %}, new: {share: 50 %, eligible: 0 %}}"
    by_shipper = network(ordinary_day(f"airport.fast_eligible={{by_shipper: {shippers}}}"))
    np.testing.assert_array_equal(
        passed(by_shipper, "air_shipment", "fast"), passed(by_shipper, "air_shipment", "shipper") == 0
    )


def test_eligibility_moves_no_other_draw_of_the_shipments() -> None:
    families = "{cosmetics 美妝: 40 %, mother and baby 母嬰: 40 %, health 保健: 40 %}"
    one, other = (
        draw(network(ordinary_day(f"airport.fast_eligible={eligible}", only=("flights",))), 1)
        for eligible in ("40 %", f"{{by_family: {families}}}")
    )
    for name in ("arrival_ms", "flags", "number"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_fast_channels_policy_moves_no_other_place() -> None:
    channel_names = {"fast_channel", "ordinary_channel", "fast_officers", "airport_officers"}
    dedicated, shared = (network(ordinary_day(f"policy.fast_channel={p}")) for p in ("dedicated", "shared"))
    for kind in ("pools", "stations", "stocks", "services", "flows"):
        places = [[x for x in getattr(net, kind) if x.name not in channel_names] for net in (dedicated, shared)]
        assert places[0] == places[1]


# Stock


def lost(delay_h: int, out_of_stock: str) -> np.ndarray[tuple[int], np.dtype[Any]]:
    """Which orders of a day are lost where every flight is late: a tenth of the orders, pallets and goods."""
    families = ("cosmetics 美妝", "mother and baby 母嬰", "health 保健")
    scenario = ordinary_day(
        "demand.orders.per_day=8215",
        "warehouse.units_per_pallet=90",
        *(f"warehouse.families.{name}.opening={units}" for name, units in zip(families, (1100, 700, 600), strict=True)),
        f"demand.flights.delay={delay_h} h",
        f"warehouse.out_of_stock={out_of_stock}",
        only=("orders", "flights"),
    )
    trace = run(scenario).trace
    return trace.lost(trace.plan.flows.names.index("order"))


def test_an_order_waits_for_its_goods_as_long_as_the_scenario_says() -> None:
    def patience(*settings: str) -> object:
        return next(s.patience for s in flow(network(ordinary_day(*settings)), "order").steps if isinstance(s, Take))

    assert patience() is None
    assert patience("warehouse.out_of_stock=wait") is None
    assert patience("warehouse.out_of_stock={lost_after: 2 h}") == 120
    assert patience("warehouse.out_of_stock={lost_after: 0 min}") == 0


def test_later_flights_lose_more_sales_and_patient_buyers_fewer() -> None:
    by_delay = [int(lost(delay, "{lost_after: 2 h}").sum()) for delay in (0, 3, 6, 12)]
    assert by_delay == sorted(by_delay)
    assert by_delay[0] < by_delay[1] < by_delay[3]
    by_patience = [int(lost(6, f"{{lost_after: {hours} h}}").sum()) for hours in (0, 1, 4)]
    assert by_patience == sorted(by_patience, reverse=True)
    assert len(set(by_patience)) == 3
    assert not lost(6, "wait").any()


# Surges


def test_spikes_come_at_their_clock_time_on_every_day_inside_their_wave() -> None:
    wave = "{name: w, from: 2022-11-16 20:00, until: 2022-11-18 20:30, peak: 3, families: [health 保健], spikes: "
    wave += '[{at: "20:00", length: 1 h, peak: 2}, {at: "00:00", length: 30 min, peak: 1.5}]}'
    arrivals = flow(network(ordinary_day(f"demand.orders.surges=[{wave}]")), "order").arrivals
    assert isinstance(arrivals, Poisson)
    hour = 60.0
    assert [(s.name, s.from_min / hour, s.until_min / hour, s.peak) for s in arrivals.surges] == [
        ("w", 20, 68.5, 3),
        ("w 20:00", 20, 21, 2),
        ("w 20:00", 44, 45, 2),
        ("w 00:00", 24, 24.5, 1.5),
        ("w 20:00", 68, 68.5, 2),
        ("w 00:00", 48, 48.5, 1.5),
    ]
    assert {(s.category, s.classes) for s in arrivals.surges} == {("family", ("health 保健",))}


def test_trucks_follow_the_waves_of_the_orders_and_nothing_else_of_them() -> None:
    wave = "demand.orders.surges=[{name: w, from: 2022-11-16 00:00, until: 2022-11-17 00:00, peak: 4}]"
    follow = "demand.export_trucks.follow_orders={lag: 6 h, strength: 50 %}"
    net, plain = network(ordinary_day(wave, follow)), network(ordinary_day(wave))
    truck, before = flow(net, "export_truck"), flow(plain, "export_truck")
    hours_ms = np.arange(25) * HOUR_MS
    followed, alone = (
        np.diff(rate_of(n, trucks, 0, 24 * HOUR_MS).cumulative(hours_ms))
        for n, trucks in ((net, truck), (plain, before))
    )
    np.testing.assert_allclose(followed[6:], alone[6:] * (1 + 0.5 * (4 - 1)))
    np.testing.assert_array_equal(followed[:6], alone[:6])
    assert truck.steps == before.steps


# Sites and rosters


def test_an_inspection_takes_its_lane_and_its_crew() -> None:
    stations = {station.name: station for station in network(ordinary_day("zone.inspection.crew=3")).stations}
    assert stations["inspection"].needs == {"inspection_lanes": 1, "inspectors": 3}
    assert {name for name, station in stations.items() if station.inspection} == {
        *("inspection", "rail_inspection", "airport_inspection", "opening")
    }


def test_a_roster_is_the_pools_calendar_and_plus_two_adds_two_to_every_shift() -> None:
    def pickers(*settings: str) -> Calendar:
        return next(pool.capacity for pool in network(ordinary_day(*settings)).pools if pool.name == "pickers")

    assert pickers() == Calendar.daily({"00:00": 60, "08:00": 102, "16:00": 120})
    assert pickers("staff.pickers.roster=+2") == Calendar.daily({"00:00": 62, "08:00": 104, "16:00": 122})


def test_staff_are_staff_and_lanes_are_equipment() -> None:
    scenario = ordinary_day()
    staff = {pool.name for pool in network(scenario).pools if pool.kind == "staff"}
    assert staff == {name for name, duty in scenario.staff if duty is not None}


USES = {
    "orders": ({"order"}, {"match_review", "picking", "sorting_line", "opening"}, {"bonded_stock"}, {"courier"}),
    "export_trucks": (
        {"export_truck", "declaration"},
        {
            *("zone_gate", "zone_yard", "documents", "machine_scan", "inspection", "sealing"),
            *("rail_gate", "rail_inspection", "rail_yard"),
        },
        set(),
        {"train"},
    ),
    "flights": (
        {"air_shipment"},
        {
            *("ramp", "tally", "fast_channel", "ordinary_channel", "airport_inspection"),
            *("zone_gate", "unloading", "labelling"),
        },
        {"bonded_stock"},
        {"bonded_truck"},
    ),
    "errands": ({"errand"}, {"counter"}, set(), set()),
}


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_brings_its_stations_and_a_flow_left_away_leaves_them_away(name: str) -> None:
    net = network(ordinary_day(only=(name,)))
    kinds = (net.flows, net.stations, net.stocks, net.services)
    assert tuple({item.name for item in kind} for kind in kinds) == USES[name]
    assert {pool.name for pool in net.pools} == {pool for station in net.stations for pool in station.needs}


def test_every_time_and_number_of_a_flow_stays_what_it_was_when_another_flow_is_left_away() -> None:
    alone, together = network(ordinary_day(only=("errands",))), network(ordinary_day())
    assert flow(alone, "errand") == flow(together, "errand")
    drawn = [draw(net, seed=3) for net in (alone, together)]
    np.testing.assert_array_equal(drawn[0].numbers(0), drawn[1].numbers(len(together.flows) - 1))
    np.testing.assert_array_equal(
        drawn[0].arrival_ms[drawn[0].rows(0)], drawn[1].arrival_ms[drawn[1].rows(len(together.flows) - 1)]
    )


def test_a_network_is_a_function_of_its_scenario_alone() -> None:
    scenario = ordinary_day()
    assert network(scenario) == network(scenario) == network(ordinary_day())
    assert network(ordinary_day("zone.sealing.lanes=3")) != network(scenario)


def test_every_place_has_a_path_where_a_planner_changes_it() -> None:
    loaded = load(SCENARIOS / "ordinary-day.yaml")
    where = paths(loaded.scenario)
    net = network(loaded.scenario)
    for place in (*net.pools, *net.stations, *net.stocks, *net.services):
        value: Any = loaded.data
        for part in where[place.name].split("."):
            value = value[part]


def test_everything_has_an_english_and_a_chinese_label() -> None:
    net = network(ordinary_day("policy.linked=false"))
    for place in (*net.pools, *net.stations, *net.stocks, *net.services, *net.flows):
        assert place.label is not None
        assert place.label.en
        assert place.label.zh


def test_only_travel_is_driving_and_only_trucks_have_drivers() -> None:
    for truck in network(ordinary_day()).flows:
        drivers = [step for step in truck.steps if step.driver is not None]
        assert bool(drivers) == (truck.name == "export_truck")
        assert all(step.driver == "cab" for step in drivers if isinstance(step, Travel))
        assert all(step.driver == "out" for step in drivers if isinstance(step, Hold))


def test_the_waves_of_the_orders_are_events_whose_recovery_is_measured() -> None:
    events = network(load(SCENARIOS / "six18.yaml").scenario).events
    assert [str(event.label) for event in events] == ["first wave 第一波", "second wave 第二波", "skin care 護膚專場"]
    assert (events[0].from_min, events[0].until_min) == (44 * 60, 5 * 24 * 60)
    short = network(load(SCENARIOS / "six18.yaml", ["duration=2 d", "run_on=1 h"]).scenario).events
    assert [(event.from_min, event.until_min) for event in short] == [(44 * 60, 49 * 60)]
