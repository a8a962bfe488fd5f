"""Departures that leave late: who still catches them, what the measures say of them, and what no delay moves.

Times are minutes. In the timelines `]` closes and `>` leaves.
"""

from collections.abc import Sequence

import numpy as np
import pytest
from attrs import evolve

from clearsim.demand import Demand, draw
from clearsim.measures import check
from clearsim.network import (
    At,
    Board,
    Departures,
    Empirical,
    Exponential,
    Flow,
    Hold,
    Landing,
    Landings,
    LateDepartures,
    Network,
    Pool,
    Serve,
    Service,
    Station,
    Uniform,
)
from clearsim.plan import NOT_YET
from clearsim.staffing.foresight import foresee
from clearsim.staffing.offered import offered
from clearsim.units import MINUTE_MS
from tests.networks import Simulate, about, arrays, run, stamps

TRAINS = [(60, 9), (120, 9)]
DAY = 24 * 60.0


def port(boxes: Sequence[float], trains: Service, duration: float = 200, booked: float | None = None) -> Network:
    """Boxes that do nothing but board the train."""
    return Network(
        flows=[Flow("box", At(boxes), [Board("train", booked=booked)])], services=[trains], duration=duration
    )


def left(net: Network, simulate: Simulate) -> list[float]:
    """When each box left; the trace has been checked for conservation."""
    trace = run(net, simulate)
    check(trace)
    return [row[-1] for row in stamps(trace, "box")]


# Timelines drawn by hand


def test_late_cargo_catches_a_late_train_whose_cut_off_moves(simulate: Simulate) -> None:
    #              45   50   55   60        70        80            110       120
    # as scheduled a    ]    b    >                                  ]         >
    # 20 late      a         b              ]         >
    late = LateDepartures(60, 61, by=20)
    assert left(port([45, 55], Service("train", TRAINS, cut_off=10)), simulate) == [60, 120]
    assert left(port([45, 55], Service("train", TRAINS, cut_off=10, late=[late])), simulate) == [80, 80]


def test_late_cargo_misses_a_late_train_whose_cut_off_stays(simulate: Simulate) -> None:
    late = LateDepartures(60, 61, by=20, cut_off="stays")
    assert left(port([45, 55], Service("train", TRAINS, cut_off=10, late=[late])), simulate) == [80, 120]


def test_a_train_that_waits_for_late_cargo_is_caught_to_the_last_instant(simulate: Simulate) -> None:
    late = LateDepartures(60, 61, by=20)
    assert left(port([70, 71], Service("train", TRAINS, cut_off=10, late=[late])), simulate) == [80, 120]


def test_the_second_train_leaves_before_the_first_where_that_is_so_late(simulate: Simulate) -> None:
    #              10  20         75  80         95  100
    # first (40)   a   b                         ]   >      1 slot
    # second                      ]   >                     1 slot
    trains = Service("train", [(60, 1), (80, 1)], cut_off=5, late=[LateDepartures(60, 61, by=40)])
    assert left(port([10, 20], trains), simulate) == [80, 100]


def test_who_boarded_a_train_in_time_waits_aboard_while_the_next_overtakes_it(simulate: Simulate) -> None:
    # The first closes at 55 with a, and leaves at 100; the second closes at 75 with b, and leaves at 80.
    late = LateDepartures(60, 61, by=40, cut_off="stays")
    assert left(port([10, 20], Service("train", [(60, 1), (80, 1)], cut_off=5, late=[late])), simulate) == [100, 80]


def test_trains_that_close_at_the_same_moment_take_their_cargo_in_the_order_of_the_timetable(
    simulate: Simulate,
) -> None:
    # Both close at 80. The first, with one slot, takes a; it leaves at 100 and the second at 80.
    delays = [LateDepartures(60, 61, by=20), LateDepartures(60, 61, by=20, cut_off="stays")]
    assert left(port([10, 20], Service("train", [(60, 1), (80, 9)], late=delays)), simulate) == [100, 80]


def test_those_aboard_a_train_that_leaves_after_the_end_have_not_left(simulate: Simulate) -> None:
    # It closes at 60 and leaves at 80, after the end at 75; so the train of 70 leaves without its cargo.
    late = LateDepartures(60, 61, by=20, cut_off="stays")
    net = port([10], Service("train", [(60, 9), (70, 9)], late=[late]), duration=75)
    assert left(net, simulate) == [NOT_YET]
    moving = evolve(net, services=[evolve(net.services[0], late=[evolve(late, cut_off="moves")])])
    assert left(moving, simulate) == [70]  # it has not closed when the run ends


def test_a_train_that_was_to_close_before_the_start_is_caught_where_its_cut_off_moves(simulate: Simulate) -> None:
    trains = Service("train", [(5, 9), (60, 9)], cut_off=10)
    assert left(port([0, 16], trains), simulate) == [60, 60]
    assert left(port([0, 16], evolve(trains, late=[LateDepartures(0, 10, by=20)])), simulate) == [25, 60]
    stays = LateDepartures(0, 10, by=20, cut_off="stays")
    assert left(port([0, 16], evolve(trains, late=[stays])), simulate) == [60, 60]


def test_a_cancelled_train_takes_nobody_however_late_it_is(simulate: Simulate) -> None:
    trains = Service("train", TRAINS, delay=30, cancelled=[(60, 61)], late=[LateDepartures(0, 100, by=20)])
    net = port([45], trains, booked=0)
    assert left(net, simulate) == [150]
    found = about(net, simulate, "box", "train")
    assert (found["on_booked"], found["roll_over_mean"]) == (0, pytest.approx((150 - 60) / DAY))
    assert draw(net, 1).departure_late_ms.tolist() == [0, 30 * MINUTE_MS]


def test_a_window_of_lateness_holds_its_beginning_and_not_its_end_by_the_timetable(simulate: Simulate) -> None:
    # Both windows look at the scheduled times: the train of 60, late already, does not come into the second.
    trains = [(60, 1), (70, 1), (80, 1)]
    late = [LateDepartures(60, 70, by=15), LateDepartures(75, 80, by=99)]
    assert left(port([0, 1, 2], Service("train", trains, late=late)), simulate) == [70, 75, 80]


@pytest.mark.parametrize("delay", [0.0, 7.5, 60.0])
def test_a_constant_delay_is_another_timetable(delay: float, simulate: Simulate) -> None:
    boxes = [0, 3, 50, 58, 61, 110, 119]
    late = port(boxes, Service("train", [(60, 2), (90, 1), (120, 3)], cut_off=5, delay=delay))
    moved = port(
        boxes, Service("train", [(at + delay, slots) for at, slots in [(60, 2), (90, 1), (120, 3)]], cut_off=5)
    )
    assert stamps(run(late, simulate), "box") == stamps(run(moved, simulate), "box")


# Measures


def test_a_late_train_is_made_by_those_booked_on_it_who_leave_with_it(simulate: Simulate) -> None:
    # a and b are booked on the train of 60, which leaves at 70 with one slot; b goes at 120: 50 minutes late.
    trains = Service("train", [(60, 1), (120, 1)], late=[LateDepartures(60, 61, by=10)])
    net = port([45, 46], trains, booked=0)
    assert left(net, simulate) == [70, 120]
    found = about(net, simulate, "box", "train")
    assert (found["on_booked"], found["roll_over_mean"]) == (50, pytest.approx(50 / DAY / 2))


def test_who_leaves_before_the_late_train_of_the_booking_has_made_it(simulate: Simulate) -> None:
    # Booked on the train of 60, which leaves at 150; the one of 120 leaves before it.
    trains = Service("train", TRAINS, late=[LateDepartures(60, 61, by=90)])
    net = port([45], trains, booked=0)
    assert left(net, simulate) == [120]
    found = about(net, simulate, "box", "train")
    assert (found["on_booked"], found["roll_over_mean"]) == (100, 0)


def test_a_booking_is_made_by_the_timetable_and_not_by_the_delay(simulate: Simulate) -> None:
    # At 65 the train of 60 has gone by the timetable: booked is the one of 120, though the late one is caught.
    net = port([65], Service("train", TRAINS, late=[LateDepartures(60, 61, by=30)]), booked=0)
    assert left(net, simulate) == [90]
    assert about(net, simulate, "box", "train")["on_booked"] == 100


def test_the_late_and_their_minutes_are_counted_of_departures_that_were_due(simulate: Simulate) -> None:
    # Due at 20 (on time), 60 (leaves at 90), 90 (at 100, the very end: 10 so far); 120 is due after the end.
    late = [LateDepartures(60, 61, by=30), LateDepartures(90, 121, by=10)]
    trains = Service("train", [(20, 1), (60, 1), (90, 1), (120, 1)], late=late)
    found = about(port([10, 30], trains, duration=100), simulate, "", "train")
    assert found == {"departures": 2, "slots_used": 100, "departures_late": 2, "lateness_mean": pytest.approx(40 / 3)}


def test_departures_that_leave_at_the_same_moment_share_their_cargo(simulate: Simulate) -> None:
    trains = Service("train", [(60, 1), (80, 1)], late=[LateDepartures(60, 61, by=20)])
    net = port([10, 11, 12], trains)
    assert left(net, simulate) == [80, 80, NOT_YET]
    found = about(net, simulate, "", "train")
    assert (found["departures"], found["slots_used"], found["departures_late"]) == (2, 100, 1)


# Luck


def every_hour(**of_service: object) -> Network:
    """Hourly trains and couriers, a flow that draws, and flights whose flow has the trains' name."""
    hourly = Departures(tuple(60 * hour for hour in range(24)), slots=3)
    return Network(
        flows=[
            Flow("box", At([0, 100]), [Hold(Exponential(5)), Board("train"), Board("courier")]),
            Flow("train", Landings((Landing(60, 2),), delay=Exponential(20)), [Hold(Exponential(5))]),
        ],
        services=[
            Service("train", hourly, **{"delay": Exponential(20), **of_service}),  # type: ignore[arg-type]  # a test's
            Service("courier", hourly, delay=Exponential(20)),
        ],
        duration="2 d",
    )


def late_min(demand: Demand, service: int) -> list[float]:
    """How late the departures of one of the two services are, in order; they alternate in the plan."""
    return (demand.departure_late_ms[service::2] / MINUTE_MS).tolist()


def test_a_delay_is_drawn_once_a_departure_and_service() -> None:
    demand = draw(every_hour(), 1)
    trains, couriers = late_min(demand, 0), late_min(demand, 1)
    assert len(set(trains + couriers)) == 2 * 48
    assert trains == late_min(draw(every_hour(), 1), 0) != late_min(draw(every_hour(), 1, replication=1), 0)
    many = evolve(every_hour(), duration="200 d")
    assert np.mean(late_min(draw(many, 1), 0)) == pytest.approx(20, rel=4 / np.sqrt(4800))
    assert demand.closing_late_ms.tolist() == demand.departure_late_ms.tolist()


def test_a_longer_run_begins_with_the_same_delays() -> None:
    short, long = (late_min(draw(evolve(every_hour(), duration=d), 1), 0) for d in ("30 h", "4 d"))
    assert len(short) == 30
    assert long[:30] == short


def test_a_window_of_lateness_moves_no_other_draw() -> None:
    usual = draw(every_hour(), 1)
    late = draw(every_hour(late=[LateDepartures(600, 720, by=Uniform(30, 60), cut_off="stays")]), 1)
    more = draw(every_hour(late=[LateDepartures(540, 720, by=Uniform(30, 60))]), 1)
    changed = {"closing_late_ms", "departure_late_ms"}
    for name, column in arrays(usual).items():
        if name not in changed:
            np.testing.assert_array_equal(arrays(late)[name], column)
    extra = (np.array(late_min(late, 0)) - late_min(usual, 0)).tolist()
    assert [hour for hour, minutes in enumerate(extra) if minutes] == [10, 11]
    assert all(30 <= minutes <= 60 for minutes in extra[10:12])
    assert late_min(late, 1) == late_min(usual, 1)
    assert late.closing_late_ms.tolist() == usual.closing_late_ms.tolist()
    assert late_min(more, 0)[10:] == late_min(late, 0)[10:]  # a window that begins sooner is as late afterwards
    assert (more.closing_late_ms == more.departure_late_ms).all()


def test_a_scaled_delay_is_as_much_later_on_the_same_luck() -> None:
    usual, twice = (draw(every_hour(delay=Exponential(mean)), 1) for mean in (20, 40))
    assert late_min(twice, 0) == pytest.approx([2 * minutes for minutes in late_min(usual, 0)], abs=2 / MINUTE_MS)


# Before the run


def test_departures_are_foreseen_as_late_as_they_are_on_average() -> None:
    # Closes at 50 by the timetable; the cargo is there at 55.
    net = port([55], Service("train", [(60, 9)], cut_off=10))
    assert [found.kind for found in foresee(net)] == ["overbooked", "out of reach"]
    late = LateDepartures(60, 61, by=Empirical([0, 10]))
    assert foresee(evolve(net, services=[evolve(net.services[0], late=[late])])) == []
    stays = evolve(late, cut_off="stays")
    assert foresee(evolve(net, services=[evolve(net.services[0], late=[stays])])) == foresee(net)


def test_work_after_a_late_train_is_offered_as_after_one_that_was_scheduled_so_late() -> None:
    def load(trains: Service) -> list[list[float]]:
        net = Network(
            pools=[Pool("cranes", 1)],
            stations=[Station("crane", {"cranes": 1})],
            services=[trains],
            flows=[Flow("box", Landings((Landing(50, 30),)), [Board("train"), Serve("crane", 10)])],
            duration="6 h",
        )
        found: list[list[float]] = offered(net).load.tolist()
        return found

    late = load(Service("train", [(60, 99), (90, 99)], delay=Uniform(45, 75), late=[LateDepartures(60, 61, by=60)]))
    assert late == load(Service("train", [(150, 99), (180, 99)]))
    assert np.array(late).sum() > 0


# What is refused


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: LateDepartures(5, 5, by=10), "must end after it begins"),
        (lambda: LateDepartures(0, 5, by=-10), "a time is a number of minutes from 0 up, not -10"),
        (lambda: LateDepartures(0, 5, by="-2 h"), "a duration cannot be negative"),
        (lambda: LateDepartures(0, 5, 10, cut_off="moved"), "cut_off: expected 'moves' or 'stays', not 'moved'"),
        (lambda: Service("train", [], delay=-1), "a time is a number of minutes from 0 up, not -1"),
        (lambda: Service("train", [], late=[(0, 5, 10)]), "Service 'train', late: expected a list of LateDepartures"),
    ],
)
def test_what_cannot_be_late_is_refused(refused: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        refused()  # type: ignore[operator]  # one of the functions above
