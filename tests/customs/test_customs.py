"""The network of a scenario: its flows, its places, and who works there."""

from typing import Any

import numpy as np
import pytest

from clearsim.customs import network, paths
from clearsim.demand import draw
from clearsim.language import use, word
from clearsim.network import (
    Calendar,
    Hold,
    Leave,
    Serve,
    Travel,
)
from clearsim.scenario import load
from tests.customs.passages import flow, told, way
from tests.paths import SCENARIOS
from tests.scenarios import FLOWS, ordinary_day

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


# Sites and rosters


def test_an_inspection_takes_its_lane_and_its_crew() -> None:
    stations = {station.name: station for station in network(ordinary_day("zone.inspection.crew=3")).stations}
    assert stations["inspection"].needs == {"inspection_lanes": 1, "inspectors": 3}
    assert {name for name, station in stations.items() if station.inspection} == {
        "inspection",
        "rail_inspection",
        "airport_inspection",
        "opening",
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
            "zone_gate",
            "zone_yard",
            "documents",
            "machine_scan",
            "inspection",
            "sealing",
            "rail_gate",
            "rail_inspection",
            "rail_yard",
        },
        set(),
        {"train"},
    ),
    "flights": (
        {"air_shipment"},
        {
            "ramp",
            "tally",
            "fast_channel",
            "ordinary_channel",
            "airport_inspection",
            "zone_gate",
            "unloading",
            "labelling",
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


def test_everything_has_a_label_that_is_translated() -> None:
    net = network(ordinary_day("policy.linked=false"))
    for place in (*net.pools, *net.stations, *net.stocks, *net.services, *net.flows):
        assert place.label is not None
        with use("zh"):
            assert word(place.label) != place.label.en


def test_only_travel_is_driving_and_only_trucks_have_drivers() -> None:
    for truck in network(ordinary_day()).flows:
        drivers = [step for step in truck.steps if step.driver is not None]
        assert bool(drivers) == (truck.name == "export_truck")
        assert all(step.driver == "cab" for step in drivers if isinstance(step, Travel))
        assert all(step.driver == "out" for step in drivers if isinstance(step, Hold))


def test_the_waves_of_the_orders_are_events_whose_recovery_is_measured() -> None:
    events = network(load(SCENARIOS / "six18.yaml").scenario).events
    assert [str(event.label) for event in events] == ["first wave 第一波", "second wave 第二波", "skin care 护肤专场"]
    assert (events[0].from_min, events[0].until_min) == (44 * 60, 5 * 24 * 60)
    short = network(load(SCENARIOS / "six18.yaml", ["duration=2 d", "run_on=1 h"]).scenario).events
    assert [(event.from_min, event.until_min) for event in short] == [(44 * 60, 49 * 60)]
