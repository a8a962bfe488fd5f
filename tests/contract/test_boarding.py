"""Who boards which departure."""

from datetime import datetime

from attrs import evolve

from clearsim.network import (
    At,
    Board,
    Departures,
    Flow,
    Network,
    Service,
    Travel,
)
from tests.networks import MS, Simulate, quay, run, stamps


def test_a_box_at_the_cut_off_makes_the_train_and_one_a_millisecond_later_does_not(simulate: Simulate) -> None:
    # departures 30, 60; they close at 20, 50
    port = quay(At([20, 20 + MS, 50]), [(30, 9), (60, 9)], cut_off=10)
    assert stamps(run(port, simulate), "box") == [[30], [60], [60]]


def test_a_full_train_rolls_the_rest_over_to_the_next_in_the_order_of_joining(simulate: Simulate) -> None:
    # train   20   40   60   80
    # slots    2    0    2    9
    # boards  ab    -   cd    e
    port = quay(At([1, 2, 3, 4, 5]), [(20, 2), (40, 0), (60, 2), (80, 9)])
    assert stamps(run(port, simulate), "box") == [[20], [20], [60], [60], [80]]


def test_without_a_cut_off_a_box_boards_in_the_minute_of_departure(simulate: Simulate) -> None:
    port = quay(At([0, 30, 30 + MS]), [(0, 1), (30, 1), (60, 1)])
    assert stamps(run(port, simulate), "box") == [[0], [30], [60]]


def test_a_departure_that_closed_before_the_start_takes_nobody(simulate: Simulate) -> None:
    # 5 closes at -5, 10 closes at 0
    port = quay(At([0, 1]), [(5, 9), (10, 9), (30, 9)], cut_off=10)
    assert stamps(run(port, simulate), "box") == [[10], [30]]


def test_an_express_box_boards_before_those_who_came_earlier(simulate: Simulate) -> None:
    port = Network(
        services=[Service("train", [(20, 1), (40, 1)])],
        flows=[
            Flow("ordinary", At([1]), [Board("train")], priority=1),
            Flow("express", At([19]), [Board("train")], priority=0),
        ],
    )
    trace = run(port, simulate)
    assert (stamps(trace, "express"), stamps(trace, "ordinary")) == ([[20]], [[40]])


def test_what_boards_goes_on_with_its_next_step_at_the_departure(simulate: Simulate) -> None:
    port = quay(At([3]), [(30, 1)], cut_off=10)
    port = evolve(port, flows=[evolve(port.flows[0], steps=[Board("train"), Travel(25)])])
    assert stamps(run(port, simulate), "box") == [[30, 55]]


def test_a_weekly_timetable_counts_from_midnight_whenever_the_run_starts(simulate: Simulate) -> None:
    # Saturday 23:30 is minute 0: Saturday's 23:45 has no train, Sunday's 00:00 is minute 30, 00:20 minute 50.
    port = Network(
        services=[Service("train", Departures((0, 20, 23 * 60 + 45), slots=1, weekdays=(6,)))],
        flows=[Flow("box", At([0, 1]), [Board("train")])],
        start=datetime(2022, 11, 5, 23, 30),
    )
    assert stamps(run(port, simulate), "box") == [[30], [50]]
