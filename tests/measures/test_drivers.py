"""The minutes of drivers, worked out by hand."""

from typing import Any

import pytest

from clearsim.network import (
    Ahead,
    At,
    Await,
    Enter,
    Flow,
    Hold,
    Leave,
    Network,
    Pool,
    Serve,
    Station,
    Travel,
)
from tests.networks import Simulate, about, approx, queue


def yard(lead: float = 0, **rest: Any) -> Network:
    #    0         10   15        25                  45   50        60             75   80             95        105
    # a  [gate====)[out=[window==)[lane==============)[drive========)[dock====)
    # b      ......[gate====).........................[out=[window==)[lane==============)[drive========)[dock====)
    places = ("gate", "bay", "window", "lane", "dock")
    return Network(
        pools=[Pool(name, 1) for name in places],
        stations=[Station(name, {name: 1}) for name in places],
        flows=[
            Flow(
                "truck",
                At([0, 4]),
                [
                    Serve("gate", 10, driver="cab"),
                    Enter("bay", driver="cab"),
                    Hold(5, driver="out"),
                    Serve("window", 10, driver="out"),
                    Serve("lane", 20, driver="cab"),
                    Leave("bay"),
                    Travel(15, driver="cab"),
                    Serve("dock", 10, driver="cab", milestone="driver_free"),
                    Hold(100),  # nobody's minutes: the driver has gone
                ],
            )
        ],
        **rest,
    )


def test_a_drivers_minutes_are_split_and_add_up_to_the_turnaround(simulate: Simulate) -> None:
    # a: 0 in line, 5 + 10 out, 10 + 20 + 10 served, 15 driving: 70
    # b: 6 + 25 in line, 15 out, 40 served, 15 driving: 101 = 105 - 4
    found = about(yard(), simulate, "truck")
    split = {
        "driver_queueing_in_cab": (0 + 31) / 2,
        "driver_out_of_cab": 15,
        "driver_served_in_cab": 40,
        "driver_driving": 15,
    }
    waits = {"driver_wait_mean": (15 + 46) / 2, "driver_wait_p95": 15 + 0.95 * 31}
    assert found == approx(split | waits | {"arrived": 2, "not_arrived": 0, "inside": 0})
    assert sum(split.values()) == about(yard(), simulate, "truck", "driver_free")["dwell_mean"] == (70 + 101) / 2


def test_a_driver_on_the_way_when_the_run_ends_counts_with_the_minutes_so_far(simulate: Simulate) -> None:
    # At 65 a has been unloading for 5 of 10 minutes, b inspected for 5 of 20: a 0, 15, 35, 15 and b 31, 15, 15, 0.
    found = about(yard(duration=65), simulate, "truck")
    assert found["driver_queueing_in_cab"] == (0 + 31) / 2
    assert found["driver_out_of_cab"] == 15
    assert found["driver_served_in_cab"] == (35 + 15) / 2
    assert found["driver_driving"] == (15 + 0) / 2


def test_a_driver_waits_in_the_cab_for_the_declaration_and_out_of_it_in_line_at_the_window(simulate: Simulate) -> None:
    # One officer reviews both declarations from 0: done at 20 and 40. Out of the cab a waits from 20 for c's papers.
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("window", {"officers": 1})],
        flows=[
            Flow("truck", At([0, 5]), [Await("declaration", driver="cab")]),
            Flow("declaration", Ahead("truck", lead=10), [Serve("window", 20)]),
            Flow("walker", At([30]), [Serve("window", 20, driver="out")]),
        ],
    )
    assert about(port, simulate, "truck")["driver_queueing_in_cab"] == (20 + 35) / 2
    walker = about(port, simulate, "walker")
    assert (walker["driver_out_of_cab"], walker["driver_wait_mean"], walker["driver_queueing_in_cab"]) == (30, 30, 0)


def test_time_in_the_cab_that_is_neither_a_line_nor_a_road_is_service(simulate: Simulate) -> None:
    port = Network(flows=[Flow("truck", At([0]), [Hold(5, driver="cab"), Travel(7, driver="cab")])])
    found = about(port, simulate, "truck")
    assert (found["driver_served_in_cab"], found["driver_driving"], found["driver_wait_mean"]) == (5, 7, 0)


def test_a_flow_without_a_driver_has_no_driver_minutes(simulate: Simulate) -> None:
    assert about(queue(At([0]), 5), simulate, "truck").keys() == {"arrived", "not_arrived", "inside"}


def test_a_pool_kept_from_enter_to_leave_is_in_use_throughout(simulate: Simulate) -> None:
    # The bay is held from 10 to 45 and from 45 to 80; the documents' window is used twice for 10 minutes.
    assert about(yard(duration=100), simulate, "", "bay")["utilisation"] == pytest.approx(70)
    assert about(yard(duration=100), simulate, "", "window")["utilisation"] == pytest.approx(20)
