"""Shifts, pools that are needed together, priority, and places that are kept from entering to leaving."""

from datetime import datetime

import pytest

from clearsim.network import (
    At,
    Calendar,
    Enter,
    Flow,
    Given,
    Hold,
    Leave,
    Network,
    Pool,
    Serve,
    Station,
    Travel,
)
from tests.networks import Simulate, queue, run, stamps

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
