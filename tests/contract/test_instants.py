"""What happens at the same instant, and at the end of the run."""

import pytest

from clearsim.network import (
    At,
    Board,
    Flow,
    Given,
    Hold,
    Network,
    Pool,
    Serve,
    Service,
    Station,
)
from clearsim.plan import NOT_YET
from clearsim.units import MINUTE_MS
from tests.networks import MS, Simulate, quay, queue, run, stamps

# Services of length zero: phases B and C alternate within one instant


def test_a_chain_of_stamps_of_length_zero_is_passed_by_all_in_the_instant_they_arrive(simulate: Simulate) -> None:
    # One officer a window, three trucks: C grants the window to a, B releases it, C grants it to b, ...
    port = Network(
        pools=[Pool(name, 1) for name in ("first", "second", "third", "bays")],
        stations=[Station(name, {name: 1}) for name in ("first", "second", "third")] + [Station("bay", {"bays": 1})],
        flows=[
            Flow("truck", At([5, 5, 5]), [Serve("first", 0), Serve("second", 0), Serve("third", 0), Serve("bay", 10)])
        ],
    )
    assert stamps(run(port, simulate), "truck") == [
        [5, 5, 5, 5, 5, 5, 5, 15],
        [5, 5, 5, 5, 5, 5, 15, 25],
        [5, 5, 5, 5, 5, 5, 25, 35],
    ]


@pytest.mark.parametrize(
    ("window_priority", "expected"),
    [
        # C: a at the window. B: a joins the bay. C: a (entity 0) before b (entity 1), so the bay takes the officer.
        (0, [[0, 0, 0, 10], [10, 10, 10, 20]]),
        # C: a at the window. B: a joins the bay. C: the window goes first, so b is stamped. B, C: a before b.
        (-1, [[0, 0, 0, 10], [0, 0, 10, 20]]),
    ],
)
def test_a_grant_sees_what_the_grants_of_the_same_instant_led_to(
    simulate: Simulate, window_priority: int, expected: list[list[float]]
) -> None:
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("window", {"officers": 1}, priority=window_priority), Station("bay", {"officers": 1})],
        flows=[Flow("truck", At([0, 0]), [Serve("window", 0), Serve("bay", 10)])],
    )
    assert stamps(run(port, simulate), "truck") == expected


def test_one_pass_of_grants_is_over_before_what_it_granted_goes_on(simulate: Simulate) -> None:
    # C at 0 grants `early` the first window and `late` the second, where nobody else stands yet. When `early` joins
    # there, in the next B at 0, its better priority comes too late.
    port = Network(
        pools=[Pool("first", 1), Pool("second", 1)],
        stations=[Station("first", {"first": 1}), Station("second", {"second": 1})],
        flows=[
            Flow("early", At([0]), [Serve("first", 0), Serve("second", 10)]),
            Flow("late", At([0]), [Serve("second", 5)], priority=9),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "late") == [[0, 5]]
    assert stamps(trace, "early") == [[0, 0, 5, 15]]


def test_holds_of_length_zero_need_no_grant_so_who_takes_them_joins_the_line_with_the_others(
    simulate: Simulate,
) -> None:
    # Still phase B at 0: `detour` (entity 0) reaches the line before C looks at it, and goes first.
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[
            Flow("detour", At([0]), [Hold(0), Hold(0), Hold(0), Serve("desk", 10)]),
            Flow("direct", At([0]), [Serve("desk", 10)]),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "detour") == [[0, 0, 0, 0, 10]]
    assert stamps(trace, "direct") == [[10, 20]]


# Everything in the same minute


def test_everything_due_in_one_minute_is_applied_before_anything_is_granted(simulate: Simulate) -> None:
    # At 30: a's service ends and it joins the train's line; a second officer comes on; c arrives; `walk_in` arrives at
    # the train, which closes with one slot. Only then: b and c are granted the desk, and of a and `walk_in`, who
    # joined together, a boards, the smaller entity.
    #         0         10        20        30        40        50        60                  train at 30, 60, 90
    # a       [=============================)                                                 boards at 30
    # b                 ....................[=============================)                   boards at 60
    # c                                     [=============================)                   third of two: rolls over
    # walk_in                               ..............................                    rolls over, boards at 60
    port = Network(
        pools=[Pool("officers", {"00:00": 1, "00:30": 2})],
        stations=[Station("desk", {"officers": 1})],
        services=[Service("train", [(30, 1), (60, 2), (90, 2)])],
        flows=[
            Flow("truck", At([0, 10, 30]), [Serve("desk", 30), Board("train")]),
            Flow("walk_in", At([30]), [Board("train")]),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "truck") == [[0, 30, 30], [30, 60, 60], [30, 60, 90]]
    assert stamps(trace, "walk_in") == [[60]]


def test_of_all_who_arrive_in_one_instant_the_most_urgent_goes_first(simulate: Simulate) -> None:
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow(f"class {urgency}", At([7]), [Serve("desk", 10)], priority=urgency) for urgency in (4, 3, 2, 1)],
    )
    trace = run(port, simulate)
    served = [stamps(trace, f"class {urgency}") for urgency in (1, 2, 3, 4)]
    assert served == [[[7, 17]], [[17, 27]], [[27, 37]], [[37, 47]]]


def test_shifts_that_change_in_one_minute_change_together(simulate: Simulate) -> None:
    # At 10 the lanes open and the officers leave: at no instant were both there before 20.
    port = Network(
        pools=[Pool("lanes", {"00:00": 0, "00:10": 1}), Pool("officers", {"00:00": 1, "00:10": 0, "00:20": 1})],
        stations=[Station("inspection", {"lanes": 1, "officers": 1})],
        flows=[Flow("truck", At([5]), [Serve("inspection", 5)])],
    )
    assert stamps(run(port, simulate), "truck") == [[20, 25]]


def test_an_officer_who_goes_off_in_the_minute_in_which_a_service_ends_takes_nobody_more(simulate: Simulate) -> None:
    # At 30 one of two services ends and one of two officers goes: nobody is free until 40.
    port = queue(At([0, 10, 20]), 30, {"00:00": 2, "00:30": 1})
    assert stamps(run(port, simulate), "truck") == [[0, 30], [10, 40], [40, 70]]


def test_who_arrives_as_the_shift_ends_is_not_served_and_who_arrives_as_it_begins_is(simulate: Simulate) -> None:
    port = queue(At([20 - MS, 20, 40]), 1, {"00:00": 3, "00:20": 0, "00:40": 3})
    trace = run(port, simulate)
    starts = trace.stamps(0)[:, 0].tolist()
    assert starts == [20 * MINUTE_MS - 1, 40 * MINUTE_MS, 40 * MINUTE_MS]


# The end of the run


def test_nothing_happens_at_the_end_of_the_run(simulate: Simulate) -> None:
    # The run ends at 60: a service due at 60 does not end, one due a millisecond before does.
    trace = run(queue(At([30, 30]), Given([30, 30 - MS]), 2, duration=60), simulate)
    assert trace.stamps(0).tolist() == [[30 * MINUTE_MS, NOT_YET], [30 * MINUTE_MS, 60 * MINUTE_MS - 1]]


def test_no_shift_begins_and_no_train_leaves_at_the_end_of_the_run(simulate: Simulate) -> None:
    late_shift = queue(At([5]), 1, {"00:00": 0, "01:00": 1}, duration=60)
    assert stamps(run(late_shift, simulate), "truck") == [[NOT_YET, NOT_YET]]
    late_train = quay(At([5, 7]), [(59, 1), (60, 1)], cut_off=10, duration=60)
    assert stamps(run(late_train, simulate), "box") == [[59], [NOT_YET]]


def test_nobody_arrives_at_the_end_but_the_doors_stay_open_for_the_run_on(simulate: Simulate) -> None:
    # Arrivals end at 60, the run at 80.
    trace = run(queue(At([50, 50, 60]), 15, duration=60, run_on=20), simulate)
    assert stamps(trace, "truck") == [[50, 65], [65, NOT_YET]]
