"""`check` accepts what the engines make and names what is wrong with anything else."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clearsim.measures import ConservationError, check
from clearsim.network import (
    At,
    Board,
    Enter,
    Flow,
    Given,
    Hold,
    LateDepartures,
    Leave,
    Network,
    Pool,
    Put,
    Serve,
    Service,
    Station,
    Stock,
    Take,
)
from clearsim.plan import NOT_YET
from clearsim.trace import Trace
from clearsim.trace.levels import level
from clearsim.units import MINUTE_MS
from tests.networks import MS, Simulate, busy_port, quay, queue, run, tampered

END = 60.0


def desk(simulate: Simulate, capacity: Any = 1) -> Trace:
    # a [0, 10), b [10, 20), c [50, 60): c does not end before the run does
    return run(queue(At([0, 5, 50]), 10, capacity, duration=END), simulate)


def refusal(trace: Trace) -> str:
    with pytest.raises(ConservationError) as refused:
        check(trace)
    return str(refused.value)


def test_real_traces_pass(simulate: Simulate) -> None:
    check(desk(simulate))
    check(run(busy_port(), simulate))
    check(tampered(desk(simulate), 1, {0: 10, 1: 20}))


@pytest.mark.parametrize(
    ("stamps", "message"),
    [
        ({0: 4}, "truck 1: stamp 0 lies before the one before it (1 such entities)"),  # a wait of -1 minute
        ({1: 9}, "truck 1: stamp 1 lies before the one before it (1 such entities)"),
        ({0: NOT_YET}, "truck 1: stamp 1 is stamped, the one before it is not (1 such entities)"),
        ({1: -5}, "truck 1: stamp 1 lies before the one before it (1 such entities)"),
        ({1: END}, "truck 1: stamp 1 lies at or after the end of the run (1 such entities)"),
        ({0: 10, 1: END + MS}, "truck 1: stamp 1 lies at or after the end of the run (1 such entities)"),
    ],
)
def test_a_stamp_out_of_order_is_refused_with_its_entity(
    simulate: Simulate, stamps: dict[int, float], message: str
) -> None:
    assert refusal(tampered(desk(simulate), 1, stamps)) == message


def test_anyone_who_would_arrive_after_the_end_cannot_be_stamped(simulate: Simulate) -> None:
    trace = desk(simulate)
    arrivals = trace.demand.arrival_ms.copy()
    arrivals[2] = round(END * MINUTE_MS)
    late = replace(trace, demand=trace.demand._replace(arrival_ms=arrivals))
    assert refusal(late) == "truck 2: stamp 0 is stamped, the one before it is not (1 such entities)"


def test_two_at_one_officer_are_refused_with_the_pool_and_the_minute(simulate: Simulate) -> None:
    assert (
        refusal(tampered(desk(simulate), 1, {0: 7.5})) == "pool officers: truck 1 starts at minute 7.5, above capacity"
    )


def test_a_start_after_the_shift_is_refused_and_work_in_progress_is_not(simulate: Simulate) -> None:
    trace = desk(simulate, {"00:00": 1, "00:15": 0})  # b [10, 20) goes on, c never starts
    check(trace)
    assert refusal(tampered(trace, 2, {0: 50})) == "pool officers: truck 2 starts at minute 50, above capacity"


def test_a_start_above_capacity_is_refused_even_at_the_instant_at_which_another_ends(simulate: Simulate) -> None:
    # Two officers until 5, then one. a and b work until 10 and 20; c may start when one or none is left: at 20.
    port = queue(At([0, 0, 5]), Given([10, 20, 10]), {"00:00": 2, "00:05": 1}, duration=END)
    trace = run(port, simulate)
    check(trace)
    assert refusal(tampered(trace, 2, {0: 10, 1: 20})) == "pool officers: truck 2 starts at minute 10, above capacity"


def test_a_bay_taken_before_it_is_left_is_refused(simulate: Simulate) -> None:
    port = Network(
        pools=[Pool("bays", 1)],
        stations=[Station("yard", {"bays": 1})],
        flows=[Flow("truck", At([0, 0]), [Enter("yard"), Hold(20), Leave("yard")])],
    )
    trace = run(port, simulate)
    check(trace)
    assert refusal(tampered(trace, 1, {0: 19})) == "pool bays: truck 1 starts at minute 19, above capacity"


@pytest.mark.parametrize("leaves", [30, 31, 30 + MS])
def test_a_box_on_a_train_that_had_closed_or_never_was_is_refused(simulate: Simulate, leaves: float) -> None:
    trace = run(quay(At([5, 25]), [(30, 9), (60, 9)], cut_off=10), simulate)
    check(trace)
    assert refusal(tampered(trace, 1, {0: leaves})) == "box 1 left with a train that it had missed"


def test_a_train_with_more_boxes_than_slots_is_refused(simulate: Simulate) -> None:
    trace = run(quay(At([5, 6]), [(30, 1), (60, 1)], cut_off=10), simulate)
    check(trace)
    assert refusal(tampered(trace, 1, {0: 30})) == "service train: a departure left with more than its slots"


@pytest.mark.parametrize(("leaves", "whole"), [(30, False), (45, True), (59, False)])
def test_a_box_that_leaves_when_its_late_train_does_not_is_refused(
    simulate: Simulate, leaves: int, whole: bool
) -> None:
    port = quay(At([5]), [(30, 1), (60, 1)], cut_off=10)
    late = evolve(port, services=[evolve(port.services[0], late=[LateDepartures(30, 31, by=15)])])
    trace = tampered(run(late, simulate), 0, {0: leaves})
    if whole:
        check(trace)
    else:
        assert refusal(trace) == "box 0 left with a train that it had missed"


def test_slots_are_shared_by_all_flows_that_board(simulate: Simulate) -> None:
    port = Network(
        services=[Service("train", [(30, 1), (60, 1)])],
        flows=[Flow("box", At([5]), [Board("train")]), Flow("crate", At([6]), [Board("train")])],
    )
    trace = run(port, simulate)
    check(trace)
    assert refusal(tampered(trace, 0, {0: 30}, flow=1)) == "service train: a departure left with more than its slots"


def test_goods_taken_before_they_were_put_are_refused_with_the_stock_and_the_minute(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 1})],
        flows=[
            Flow("order", At([5, 10]), [Take("shelf"), Hold(1)]),
            Flow("pallet", At([30]), [Put("shelf", 5)]),
        ],
    )
    trace = run(port, simulate)
    check(trace)
    assert refusal(tampered(trace, 1, {0: 29})) == "stock shelf: -1 units at minute 29"


Visits = Sequence[tuple[int, int, int]]


@given(
    visits=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=20),
    officers=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    slots=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    opening=st.integers(0, 5),
)
def test_what_arrives_is_conserved_and_littles_law_holds_in_every_line(
    simulate: Simulate, visits: Visits, officers: list[int], slots: list[int], opening: int
) -> None:
    visits = sorted(visits)
    port = Network(
        # Two more officers come when the run is over: in it nobody need ever be served at the lane.
        pools=[
            Pool("officers", {f"00:{15 * k:02d}": n for k, n in enumerate(officers)} | {"01:00": 2}),
            Pool("bays", 2),
        ],
        stations=[Station("yard", {"bays": 1}), Station("desk", {"officers": 1}), Station("lane", {"officers": 2})],
        stocks=[Stock("shelf", {"wine": opening})],
        services=[Service("train", [(20 * (k + 1), n) for k, n in enumerate(slots)], cut_off=5)],
        flows=[
            Flow(
                "truck",
                At([at for at, _, _ in visits]),
                [
                    Enter("yard"),
                    Serve("desk", Given([time for _, time, _ in visits])),
                    Take("shelf"),
                    Serve("lane", Given([time for _, _, time in visits])),
                    Leave("yard"),
                    Board("train"),
                ],
            ),
            Flow("pallet", At([10, 20, 30]), [Put("shelf")]),
        ],
        duration=END,
    )
    trace = run(port, simulate)
    check(trace)
    for line in trace.lines:
        # All times are whole minutes, so the line is counted once a minute, independently of `Level`.
        start = np.where(line.start_ms == NOT_YET, trace.plan.end_ms, line.start_ms)
        in_line = [int(((line.joined_ms <= m) & (m < start)).sum()) for m in range(0, trace.plan.end_ms, MINUTE_MS)]
        found = level([(line.joined_ms, 1), (line.start_ms[line.start_ms != NOT_YET], -1)], trace.plan.end_ms)
        assert found.area() == sum(in_line) * MINUTE_MS == line.waits_ms.sum()
        assert found.peak() == max(in_line)
