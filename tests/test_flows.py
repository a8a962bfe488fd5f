"""The domain, told in the words of a flow: what a scenario becomes, and what its levers change."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearsim.demand import draw
from clearsim.experiment import run
from clearsim.flow import Board, Calendar, Enter, Flow, Hold, Leave, Network, Put, Serve, Share, Take, Travel
from clearsim.flow.steps import Await, Step
from clearsim.flows import network, paths
from clearsim.scenario import Scenario, load

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FLOWS = ("orders", "export_trucks", "flights", "errands")


def ordinary_day(*settings: str, only: tuple[str, ...] = FLOWS) -> Scenario:
    """The ordinary day after `settings`, with some of its flows."""
    scenario = load(SCENARIOS / "ordinary-day.yaml", settings).scenario
    gone: dict[str, Any] = {name: None for name in FLOWS if name not in only}
    return scenario.model_copy(update={"demand": scenario.demand.model_copy(update=gone)})


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
    assert (reviewed.only_if, at_desk.unless) == (("pre_reported",), ("pre_reported",))


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


# The fast channel


def channels(policy: str) -> dict[str, tuple[dict[str, int], int]]:
    """What each of the airport's channels needs, and its priority."""
    net = network(ordinary_day(f"policy.fast_channel={policy}"))
    return {s.name: (dict(s.needs), s.priority) for s in net.stations if s.name in ("fast_channel", "ordinary_channel")}


def officers(policy: str) -> dict[str, Calendar]:
    net = network(ordinary_day(f"policy.fast_channel={policy}"))
    return {pool.name: pool.calendar for pool in net.pools if pool.name in ("fast_officers", "airport_officers")}


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


def test_the_fast_channels_policy_moves_no_other_place() -> None:
    channel_names = {"fast_channel", "ordinary_channel", "fast_officers", "airport_officers"}
    dedicated, shared = (network(ordinary_day(f"policy.fast_channel={p}")) for p in ("dedicated", "shared"))
    for kind in ("pools", "stations", "stocks", "services", "flows"):
        places = [[x for x in getattr(net, kind) if x.name not in channel_names] for net in (dedicated, shared)]
        assert places[0] == places[1]


# Sites and rosters


def test_an_inspection_takes_its_lane_and_its_crew() -> None:
    stations = {station.name: station for station in network(ordinary_day("zone.inspection.crew=3")).stations}
    assert stations["inspection"].needs == {"inspection_lanes": 1, "inspectors": 3}
    assert {name for name, station in stations.items() if station.inspection} == {
        *("inspection", "rail_inspection", "airport_inspection", "opening")
    }


def test_a_roster_is_the_pools_calendar_and_plus_two_adds_two_to_every_shift() -> None:
    def pickers(*settings: str) -> Calendar:
        return next(pool.calendar for pool in network(ordinary_day(*settings)).pools if pool.name == "pickers")

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
