"""The engines' contract, in timelines that were drawn by hand before anything was run.

Times are minutes, a column of a timeline is a minute: `.` waits, `=` is served, `[` begins, `)` ends. A network
starts at midnight unless it says otherwise, so that minute 25 is 00:25.
"""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clearsim.network import (
    Ahead,
    At,
    Await,
    Board,
    Calendar,
    Category,
    Departures,
    Enter,
    Flow,
    Given,
    Hold,
    Leave,
    Network,
    Pool,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Travel,
)
from clearsim.plan import NOT_YET
from clearsim.units import MINUTE_MS
from tests.networks import MS, Simulate, busy_port, quay, queue, run, stamps

# Shifts


def test_work_in_progress_is_finished_when_the_shift_ends_and_the_place_reopens_later(simulate: Simulate) -> None:
    #       0    5    10   15   20   25   30   35   40   45   50   55   60   65
    # shift [========================)                   [=====================
    # a     [===================)
    # b          ...............[===================)
    # c               ...................................[===================)
    port = queue(At([0, 5, 10]), 20, {"00:00": 1, "00:25": 0, "00:45": 1})
    assert stamps(run(port, simulate), "truck") == [[0, 20], [20, 40], [45, 65]]


def test_a_pool_that_closes_and_reopens_wider_serves_as_many_as_it_then_has(simulate: Simulate) -> None:
    #       0    5    10   15   20   25   30   35   40   45   50
    # shift [2222)              [1111111111111111111[222222222
    # a     [=========)
    # b      [=========)
    # c       ..................[=========)
    # d        ...........................[=========)
    # e         ..................................[=========)    d ends and a second officer comes, both at 40
    # f          .................................[=========)
    port = queue(At([0, 1, 2, 3, 4, 5]), 10, {"00:00": 2, "00:05": 0, "00:20": 1, "00:40": 2})
    assert stamps(run(port, simulate), "truck") == [[0, 10], [1, 11], [20, 30], [30, 40], [40, 50], [40, 50]]


def test_capacity_below_what_is_in_use_interrupts_nobody_and_is_reached_as_work_ends(simulate: Simulate) -> None:
    #       0    5    10   15   20   25   30   35   40
    # shift [3333[1111111111111111111111111111111111
    # a     [=========)
    # b     [===================)
    # c     [=============================)
    # d     ..............................[=========)    at 10 two work where one may, at 20 one where one may
    port = queue(At([0, 0, 0, 0]), Given([10, 20, 30, 10]), {"00:00": 3, "00:05": 1})
    assert stamps(run(port, simulate), "truck") == [[0, 10], [0, 20], [0, 30], [30, 40]]


def test_a_weekly_calendar_follows_the_clock_from_a_start_in_the_middle_of_a_friday(simulate: Simulate) -> None:
    # Friday 16:00 is minute 0, closing time 17:00 minute 60, Monday 09:00 is 65 h later: minute 3900.
    office = Calendar.weekly({"mon-fri": {"09:00": 1, "17:00": 0}, "sat,sun": {"00:00": 0}})
    port = queue(At([30, 40, 60]), 15, office, start=datetime(2022, 11, 4, 16), duration="4 d")
    assert stamps(run(port, simulate), "truck") == [[30, 45], [45, 60], [3900, 3915]]


def test_a_roster_that_does_not_begin_at_midnight_goes_on_from_the_evening_before(simulate: Simulate) -> None:
    port = queue(At([0, 1]), 30, {"08:00": 2, "22:00": 1})
    assert stamps(run(port, simulate), "truck") == [[0, 30], [30, 60]]


# Pools needed together


def yard(passing: bool) -> Network:
    """Two officers and one lane; a desk needs an officer, the inspection two officers and the lane, a wash the lane."""
    return Network(
        pools=[Pool("officers", 2, passing=passing), Pool("lanes", 1, passing=passing)],
        stations=[
            Station("desk", {"officers": 1}),
            Station("inspection", {"lanes": 1, "officers": 2}),
            Station("wash", {"lanes": 1}),
        ],
        flows=[
            Flow("small", At([0, 6, 12]), [Serve("desk", 10)]),
            Flow("large", At([5]), [Serve("inspection", 10)]),
            Flow("dirty", At([7]), [Serve("wash", 2)]),
        ],
    )


def test_an_inspection_takes_its_lane_and_both_officers_together_and_what_is_free_is_kept_for_it(
    simulate: Simulate,
) -> None:
    #             0    5    10   15   20   25   30
    # desk a      [=========)
    # inspection       .....[=========)               the second officer and the lane are kept from 5 on
    # desk b            ..............[=========)
    # wash               .............[=)
    # desk c                  ........[=========)
    trace = run(yard(passing=False), simulate)
    assert stamps(trace, "small") == [[0, 10], [20, 30], [20, 30]]
    assert stamps(trace, "large") == [[10, 20]]
    assert stamps(trace, "dirty") == [[20, 22]]


def test_where_passing_is_allowed_an_inspection_takes_its_lane_and_both_officers_together_or_nothing(
    simulate: Simulate,
) -> None:
    #             0    5    10   15   20   25   30
    # desk a      [=========)
    # inspection       ................[=========)    from 10 to 12 and from 16 to 22 one officer is free: not seized
    # desk b            [=========)                   a smaller need at another station goes first
    # wash               [=)                          the lane is not seized ahead either
    # desk c                  [=========)
    trace = run(yard(passing=True), simulate)
    assert stamps(trace, "small") == [[0, 10], [6, 16], [12, 22]]
    assert stamps(trace, "large") == [[22, 32]]
    assert stamps(trace, "dirty") == [[7, 9]]


def test_an_inspection_by_two_waits_until_the_second_officer_is_on_duty(simulate: Simulate) -> None:
    port = Network(
        pools=[Pool("officers", {"00:00": 1, "00:20": 2})],
        stations=[Station("inspection", {"officers": 2})],
        flows=[Flow("truck", At([0, 5]), [Serve("inspection", 10)])],
    )
    assert stamps(run(port, simulate), "truck") == [[20, 30], [30, 40]]


def test_a_station_that_needs_nothing_makes_nobody_wait(simulate: Simulate) -> None:
    port = Network(
        stations=[Station("lobby", {})],
        flows=[Flow("truck", At([1, 1, 2]), [Serve("lobby", 10)])],
    )
    assert stamps(run(port, simulate), "truck") == [[1, 11], [1, 11], [2, 12]]


# Priority


def test_the_express_truck_goes_before_those_who_came_earlier_and_interrupts_nobody(simulate: Simulate) -> None:
    #            0    5    10   15   20   25   30
    # ordinary a [=========)
    # ordinary b  ...................[=========)
    # express      ........[=========)
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[
            Flow("ordinary", At([0, 1]), [Serve("desk", 10)], priority=1),
            Flow("express", At([2]), [Serve("desk", 10)], priority=0),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "ordinary") == [[0, 10], [20, 30]]
    assert stamps(trace, "express") == [[10, 20]]


def rivals(import_priority: int, import_at: float, export_priority: int, export_at: float) -> Network:
    """One officer, busy until 10, then wanted at two stations: `imports` (priority 0) and `exports` (priority 1)."""
    return Network(
        pools=[Pool("officers", 1)],
        stations=[
            Station("gate", {"officers": 1}),
            Station("exports", {"officers": 1}, priority=1),
            Station("imports", {"officers": 1}, priority=0),
        ],
        flows=[
            Flow("first", At([0]), [Serve("gate", 10)]),
            Flow("import", At([import_at]), [Serve("imports", 5)], priority=import_priority),
            Flow("export", At([export_at]), [Serve("exports", 5)], priority=export_priority),
        ],
    )


@pytest.mark.parametrize(
    ("port", "winner"),
    [
        (rivals(0, 7, 0, 3), "import"),  # 0 + 0 against 1 + 0: the station decides
        (rivals(2, 3, 0, 7), "export"),  # 0 + 2 against 1 + 0: the entity outweighs the station
        (rivals(1, 7, 0, 3), "export"),  # 1 against 1: who joined first
        (rivals(1, 3, 0, 3), "import"),  # 1 against 1, joined together: the smaller entity
    ],
)
def test_rival_stations_are_served_by_priority_then_joining_then_entity(
    simulate: Simulate, port: Network, winner: str
) -> None:
    trace = run(port, simulate)
    loser = {"import": "export", "export": "import"}[winner]
    assert (stamps(trace, winner), stamps(trace, loser)) == ([[10, 15]], [[15, 20]])


# Boarding


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


# Partners


def declared(lead: Any, truck_at: list[float], check: Any = 20, clerks: int = 9) -> Network:
    """Trucks that await their declarations, which arrive `lead` ahead and take `check` at the desk."""
    return Network(
        pools=[Pool("clerks", clerks)],
        stations=[Station("desk", {"clerks": 1})],
        flows=[
            Flow("truck", At(truck_at), [Await("declaration"), Travel(5)]),
            Flow("declaration", Ahead("truck", lead), [Serve("desk", check)]),
        ],
    )


@pytest.mark.parametrize(
    ("lead", "desk", "truck"),
    [
        (30, [30, 50], [60, 65]),  # ready 10 before the truck: no wait
        (20, [40, 60], [60, 65]),  # ready in the minute in which the truck comes: no wait
        (5, [55, 75], [75, 80]),  # late: the truck waits 15
    ],
)
def test_a_truck_waits_for_its_declaration_only_if_that_is_late(
    simulate: Simulate, lead: float, desk: list[float], truck: list[float]
) -> None:
    trace = run(declared(lead, [60]), simulate)
    assert stamps(trace, "declaration") == [desk]
    assert stamps(trace, "truck") == [truck]


def test_every_truck_waits_for_its_own_declaration_not_for_the_first_that_is_ready(simulate: Simulate) -> None:
    #               40   45   50   55   60   65   70   75   80
    # declaration a [=============================)               30 at the desk
    # declaration b  [=========)                                  10 at the desk
    # truck a                 .....................[====)
    # truck b                  [====)
    trace = run(declared(10, [50, 51], check=Given([30, 10])), simulate)
    assert stamps(trace, "declaration") == [[40, 70], [41, 51]]
    assert stamps(trace, "truck") == [[70, 75], [51, 56]]


def test_a_declaration_may_await_its_truck(simulate: Simulate) -> None:
    # The truck comes at 60 and has passed the road at 100; the papers are written by 35 and wait for it.
    port = Network(
        flows=[
            Flow("truck", At([60]), [Travel(40)]),
            Flow("declaration", Ahead("truck", 30), [Hold(5), Await("truck"), Hold(7)]),
        ]
    )
    assert stamps(run(port, simulate), "declaration") == [[35, 100, 107]]


def test_a_companion_is_never_there_before_the_start(simulate: Simulate) -> None:
    trace = run(declared(30, [10, 30, 40]), simulate)
    assert stamps(trace, "declaration") == [[0, 20], [0, 20], [10, 30]]
    assert trace.arrival_ms(1).tolist() == [0, 0, 10 * MINUTE_MS]


def test_a_partner_that_finishes_late_lets_its_truck_join_lines_in_the_same_instant(simulate: Simulate) -> None:
    # At 20: B ends the declaration's hold, which ends the truck's wait, which joins the bay; `other`, a larger entity,
    # joined at 20 as well and stands behind it.
    port = Network(
        pools=[Pool("bays", 1)],
        stations=[Station("bay", {"bays": 1})],
        flows=[
            Flow("truck", At([10]), [Await("declaration"), Serve("bay", 5)]),
            Flow("declaration", Ahead("truck", 5), [Hold(15)]),
            Flow("other", At([20]), [Serve("bay", 5)]),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "truck") == [[20, 20, 25]]
    assert stamps(trace, "other") == [[25, 30]]


# Stocks


def test_the_head_of_the_line_waits_for_its_units_and_nobody_overtakes_it(simulate: Simulate) -> None:
    # units on the shelf: 3 until 10, put 1 makes 4, taken by `large`; put 1 at 20, taken by `small`
    port = Network(
        stocks=[Stock("shelf", {"wine": 3})],
        flows=[
            Flow("large", At([1]), [Take("shelf", 4), Hold(5)]),
            Flow("small", At([2]), [Take("shelf", 1), Hold(5)]),
            Flow("refill", At([10, 20]), [Put("shelf", 1)]),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "large") == [[10, 15]]
    assert stamps(trace, "small") == [[20, 25]]


def test_one_refill_serves_the_line_as_far_as_it_reaches(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 0})],
        flows=[Flow("order", At([1, 2, 3]), [Take("shelf", 2)]), Flow("refill", At([10, 30]), [Put("shelf", 5)])],
    )
    assert stamps(run(port, simulate), "order") == [[10], [10], [30]]  # 5 - 2 - 2 = 1, 1 + 5 - 2 = 4


def test_a_family_out_of_stock_holds_up_no_other(simulate: Simulate) -> None:
    def order(family: str, at: float) -> Flow:
        take = Take("shelf", family="family")
        return Flow(family, At([at]), [take], attributes={"family": Category({family: 1})})

    wine_refill = Flow(
        "refill", At([30]), [Put("shelf", family="family")], attributes={"family": Category({"wine": 1})}
    )
    port = Network(
        stocks=[Stock("shelf", {"milk": 1, "wine": 0})],
        flows=[order("wine", 1), order("milk", 2), wine_refill],
    )
    trace = run(port, simulate)
    assert (stamps(trace, "wine"), stamps(trace, "milk")) == ([[30]], [[2]])


def test_units_put_and_asked_for_in_the_same_minute_are_taken_in_it(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 0})],
        flows=[Flow("order", At([10]), [Take("shelf")]), Flow("refill", At([10]), [Put("shelf")])],
    )
    assert stamps(run(port, simulate), "order") == [[10]]


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


# Enter and leave


def test_a_bay_is_kept_through_a_later_service_until_it_is_left(simulate: Simulate) -> None:
    #      0    5    10   15   20   25   30   35
    # a    [===================)[==)                      inspected 0-20, paperwork 20-25, leaves the bay at 25
    # b       .....................[===================)  enters at 25 though the officer is free at 20
    port = Network(
        pools=[Pool("bays", 1), Pool("officers", 1)],
        stations=[Station("yard", {"bays": 1}), Station("inspection", {"officers": 1})],
        flows=[Flow("truck", At([0, 3]), [Enter("yard"), Serve("inspection", 20), Hold(5), Leave("yard"), Travel(9)])],
    )
    assert stamps(run(port, simulate), "truck") == [[0, 0, 20, 25, 34], [25, 25, 45, 50, 59]]


# Skipped steps


@pytest.mark.parametrize("skip", [{"only_if": "no"}, {"unless": "yes"}, {"only_if": ("yes", "no")}])
def test_a_step_that_does_not_concern_an_entity_is_passed_in_no_time_and_takes_nothing(
    simulate: Simulate, skip: dict[str, Any]
) -> None:
    # The pool opens after the run, the stock is empty, the service has no departures: whoever tried would never pass.
    port = Network(
        pools=[Pool("closed", {"00:00": 0, "12:00": 1})],
        stations=[Station("desk", {"closed": 1})],
        stocks=[Stock("shelf", {"wine": 0})],
        services=[Service("train", [])],
        flows=[
            Flow(
                "truck",
                At([10]),
                [
                    Travel(5),
                    Serve("desk", 7, **skip),
                    Enter("desk", **skip),
                    Hold(7, **skip),
                    Await("declaration", **skip),
                    Board("train", **skip),
                    Take("shelf", **skip),
                    Put("shelf", **skip),
                    Leave("desk", **skip),
                    Travel(5),
                ],
                attributes={"yes": Share(1), "no": Share(0)},
            ),
            Flow("declaration", Ahead("truck", 0), [Take("shelf")]),
        ],
        duration="1 h",
    )
    trace = run(port, simulate)
    assert stamps(trace, "truck") == [[15] * 8 + [20]]
    assert stamps(trace, "declaration") == [[NOT_YET]]


def test_a_step_with_several_conditions_concerns_those_who_meet_them_all(simulate: Simulate) -> None:
    port = Network(
        flows=[
            Flow(
                "truck",
                At([0]),
                [Hold(5, only_if=("yes", "sure")), Hold(5, only_if="yes", unless="no"), Hold(5, unless=("no", "sure"))],
                attributes={"yes": Share(1), "sure": Share(1), "no": Share(0)},
            )
        ]
    )
    assert stamps(run(port, simulate), "truck") == [[5, 10, 10]]


def test_a_step_may_concern_one_class_of_a_category(simulate: Simulate) -> None:
    port = Network(
        flows=[
            Flow(
                "truck",
                At([0]),
                [Hold(5, only_if="kind=express"), Hold(5, unless="kind=express"), Hold(5, unless="kind=ordinary")],
                attributes={"kind": Category({"express": 1, "ordinary": 0})},
            )
        ]
    )
    assert stamps(run(port, simulate), "truck") == [[5, 5, 10]]


# Transformations


def test_the_order_in_which_places_are_declared_changes_no_stamp(simulate: Simulate) -> None:
    port = busy_port()
    expected = run(port, simulate).stamp
    for pools, stations in zip(permutations(port.pools), permutations(port.stations), strict=False):
        np.testing.assert_array_equal(run(evolve(port, pools=pools, stations=stations), simulate).stamp, expected)


def shift_and_train(start: datetime, later: float = 0, slower: int = 1) -> Network:
    """A morning with shifts, a lunch break and trains; `later` shifts its arrivals and trains, `slower` scales time."""
    arrivals = [485, 485, 490, 500, 505, 505, 520, 540, 560, 585]
    times = [10, 20, 0, 30, 5, 5, 15, 0, 10, 10]
    roster = {480: 2, 510: 0, 530: 3, 570: 1}
    trains = [(510, 2), (540, 1), (600, 4), (640, 4)]
    return Network(
        pools=[Pool("officers", {f"{slower * m // 60:02d}:{slower * m % 60:02d}": n for m, n in roster.items()})],
        stations=[Station("desk", {"officers": 1})],
        services=[Service("train", [(slower * at + later, slots) for at, slots in trains], cut_off=10 * slower)],
        flows=[
            Flow(
                "truck",
                At([slower * at + later for at in arrivals]),
                [Serve("desk", Given([slower * t for t in times])), Board("train")],
            )
        ],
        start=start,
    )


def test_a_run_that_starts_earlier_sees_the_same_things_at_the_same_time_of_day(simulate: Simulate) -> None:
    start, earlier = datetime(2022, 11, 1), 95
    expected = np.array(stamps(run(shift_and_train(start), simulate), "truck"))
    shifted = shift_and_train(start - timedelta(minutes=earlier), later=earlier)
    np.testing.assert_array_equal(np.array(stamps(run(shifted, simulate), "truck")), expected + earlier)


def test_a_world_twice_as_slow_takes_twice_as_long(simulate: Simulate) -> None:
    start = datetime(2022, 11, 1)
    expected = np.array(stamps(run(shift_and_train(start), simulate), "truck"))
    slow = run(shift_and_train(start, slower=2), simulate)
    np.testing.assert_array_equal(np.array(stamps(slow, "truck")), 2 * expected)


@given(
    visits=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=25),
    servers=st.integers(1, 4),
)
def test_one_server_more_delays_nobody(simulate: Simulate, visits: list[tuple[int, int]], servers: int) -> None:
    arrivals = At(sorted(at for at, _ in visits))
    times = Given([time for _, time in visits])
    few, more = (run(queue(arrivals, times, n), simulate).stamps(0)[:, 0] for n in (servers, servers + 1))
    assert (more <= few).all()


@given(visits=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=25))
def test_a_single_server_obeys_lindley(simulate: Simulate, visits: list[tuple[int, int]]) -> None:
    # start[n + 1] = max(arrival[n + 1], start[n] + time[n]): Lindley (1952)
    arrivals = sorted(at for at, _ in visits)
    trace = run(queue(At(arrivals), Given([time for _, time in visits])), simulate)
    starts, ends = np.transpose(stamps(trace, "truck")).tolist()
    assert starts == [max(at, end) for at, end in zip(arrivals, [0, *ends], strict=False)]
