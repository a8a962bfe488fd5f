"""Departures, roll-overs and slots, worked out by hand."""

import math

import pytest

from clearsim.network import (
    At,
    Board,
    Flow,
    Network,
    Service,
)
from tests.desks import D
from tests.networks import Simulate, about, approx


def trains() -> Network:
    #  closes   leaves   slots
    #    -10       20        9    closed before the run: not a departure of it
    #     90      120        3
    #    210      240        1
    #    330      360        1
    #    390      420        1    leaves after the run's end at 400
    #
    # booked is the first that closes 60 min after the arrival or later
    #      arrives   booked   leaves
    # a        0       120      120
    # b       85       240      120   earlier than booked
    # c      148       240      240
    # d      149       240      360   behind c in line: 120 late
    # e      150       240            closes exactly an hour later; inside at 400: 160 late so far
    # f      280       420            booked on a train that leaves after the end: says nothing
    board = Board("train", booked="1 h", milestone="departed")
    departures = [(20, 9), (120, 3), (240, 1), (360, 1), (420, 1)]
    return Network(
        services=[Service("train", departures, cut_off=30)],
        flows=[
            Flow("box", At([0, 85, 148]), [board]),
            Flow("later box", At([149, 150, 280]), [board]),
        ],
        duration=400,
    )


def test_on_the_booked_departure_is_anyone_who_left_with_it_or_earlier(simulate: Simulate) -> None:
    assert about(trains(), simulate, "box", "train")["on_booked"] == 100
    assert about(trains(), simulate, "later box", "train")["on_booked"] == 0  # of d and e; f says nothing


def test_roll_over_counts_the_days_behind_the_booked_departure_or_so_far(simulate: Simulate) -> None:
    assert about(trains(), simulate, "box", "train")["roll_over_mean"] == 0
    assert about(trains(), simulate, "later box", "train")["roll_over_mean"] == pytest.approx((120 + 160) / 2 / D)


def test_departures_are_those_of_the_run_and_slots_used_those_that_cargo_took(simulate: Simulate) -> None:
    assert about(trains(), simulate, "", "train").items() >= {"departures": 3.0, "slots_used": 100 * 4 / 5}.items()


def test_a_service_without_departures_has_no_share_of_slots(simulate: Simulate) -> None:
    port = Network(services=[Service("train", [])], flows=[Flow("box", At([0]), [Board("train", booked=0)])])
    undefined = dict.fromkeys(("slots_used", "lateness_mean"), math.nan)
    assert about(port, simulate, "", "train") == approx({"departures": 0, "departures_late": 0, **undefined})
    booked = about(port, simulate, "box", "train")
    assert math.isnan(booked["on_booked"])
    assert math.isnan(booked["roll_over_mean"])
