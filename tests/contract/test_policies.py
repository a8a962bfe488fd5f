"""What staffing rules, pace and patience do in the engines."""

from datetime import datetime

import numpy as np
import pytest

from clearsim.measures import check
from clearsim.network import (
    Ahead,
    At,
    Await,
    Backlog,
    Between,
    Empirical,
    Flow,
    Given,
    Hold,
    Network,
    Pace,
    Pool,
    Proportional,
    Put,
    Serve,
    Station,
    Stock,
    Take,
    Travel,
)
from clearsim.plan import NOT_YET
from clearsim.trace import Trace
from clearsim.units import MINUTE_MS
from tests.networks import MS, Simulate, queue, run, stamps


def on_duty(trace: Trace, pool: str) -> list[tuple[float, int]]:
    """Every change of the pool's capacity: (minute, capacity)."""
    own = trace.capacity_pool == trace.plan.pools.names.index(pool)
    return list(zip((trace.capacity_ms[own] / MINUTE_MS).tolist(), trace.capacity[own].tolist(), strict=True))


# People who are called


def test_people_are_called_while_the_line_is_long_and_go_when_it_is_short(simulate: Simulate) -> None:
    #         0    10   20   30   40   50   60   70   80   90   100  110  120  130  140
    # looks        L    L    L    L    L    L    L    L    L    L    L    L    L    L
    # on duty [1111111111111]2222222222[33333333333333333333333333333333333]2222[1111
    # a       [=============================)
    # b       ...............[=============================)
    # c       .........................[=============================)
    # d       ..............................[=============================)
    # e       .............................................[=============================)
    # f       .......................................................[============================)
    # At 10 five wait: one is called and comes at 30, where five wait still (the look comes before the grants): another
    # is called, who comes at 50. From 110 nobody waits; those who came stay until 50 + 30 at least, and go at 120, 130.
    rule = Backlog("officers", call_at=3, release_at=0, at_most=2, every=10, lead=20, stay=30)
    port = queue(At([0] * 6), 60, staffing=[rule])
    trace = run(port, simulate)
    assert stamps(trace, "truck") == [[0, 60], [30, 90], [50, 110], [60, 120], [90, 150], [110, 170]]
    assert on_duty(trace, "officers") == [(0, 1), (30, 2), (50, 3), (120, 2), (130, 1)]
    check(trace)


def test_the_look_sees_those_who_join_at_that_very_moment_and_at_once_is_before_the_grants(simulate: Simulate) -> None:
    rule = Backlog("officers", call_at=2, release_at=1, at_most=1, every=10, lead=0, stay=0)
    port = queue(At([10, 10, 10]), 5, staffing=[rule])
    trace = run(port, simulate)
    assert stamps(trace, "truck") == [[10, 15], [10, 15], [15, 20]]
    assert on_duty(trace, "officers") == [(0, 1), (10, 2), (20, 1)]


def test_nobody_goes_before_the_time_on_post_is_over(simulate: Simulate) -> None:
    rule = Backlog("officers", call_at=1, release_at=0, at_most=1, every=10, lead=0, stay=25)
    port = queue(At([10]), 1, capacity={"00:00": 0, "10:00": 1}, staffing=[rule])
    assert on_duty(run(port, simulate), "officers") == [(0, 0), (10, 1), (40, 0), (600, 1)]


def test_no_second_call_goes_out_before_the_first_has_come(simulate: Simulate) -> None:
    rule = Backlog("officers", call_at=1, release_at=0, at_most=9, crew=2, every=5, lead=12, stay=600)
    port = queue(At([0] * 20), 600, staffing=[rule], duration="1 h")
    # Called at 5, 20, 35, 50: at 10 and 15 they are on the way. The fifth call is for the one of nine who is left.
    assert on_duty(run(port, simulate), "officers") == [(0, 1), (17, 3), (32, 5), (47, 7)]


def test_a_crew_that_goes_finishes_its_work(simulate: Simulate) -> None:
    rule = Backlog("officers", call_at=2, release_at=1, at_most=1, every=10, lead=0, stay=0)
    port = queue(At([10, 10, 10]), Given([30, 30, 30]), staffing=[rule])
    trace = run(port, simulate)
    # At 20 one waits and the second officer goes, as soon as he is free: at 40 nobody new may start beside c.
    assert on_duty(trace, "officers") == [(0, 1), (10, 2), (20, 1)]
    assert stamps(trace, "truck") == [[10, 40], [10, 40], [40, 70]]


# People who follow the work


def two_desks(*, every: float, move: float, keep: dict[str, int], trucks: list[float], roster: object = 2) -> Network:
    """Desks a and b with an officer a truck and 10 minutes each; the officers of both follow the work."""
    return Network(
        pools=[Pool("here", roster), Pool("there", 2)],  # type: ignore[arg-type]
        stations=[Station("a", {"here": 1}), Station("b", {"there": 1})],
        flows=[Flow("car", At([]), [Serve("a", 10)]), Flow("truck", At(trucks), [Serve("b", 10)])],
        staffing=[Proportional(["here", "there"], every=every, move=move, keep=keep)],
        duration="2 h",
    )


def test_people_move_to_where_the_work_waits_and_back_again(simulate: Simulate) -> None:
    # At 0 eight wait at b and nobody at a: all but one of a's officers walk over, and are there at 5.
    # there [22222[33333333333333333333333333333[2222222
    # 0, 1  [=========)
    # 2          [=========)
    # 3, 4            [=========)
    # 5                    [=========)
    # 6, 7                      [=========)
    # At 30 nobody waits: the third goes home, though he is free only when his work is done, and is there at 35.
    trace = run(two_desks(every=30, move=5, keep={"here": 1}, trucks=[0] * 8), simulate)
    expected = [[0, 10], [0, 10], [5, 15], [10, 20], [10, 20], [15, 25], [20, 30], [20, 30]]
    assert stamps(trace, "truck") == expected
    assert on_duty(trace, "there") == [(0, 2), (5, 3), (30, 2)]
    assert on_duty(trace, "here") == [(0, 1), (35, 2)]
    check(trace)


def test_a_new_roster_finds_everybody_in_the_pool_of_his_own_and_shares_out_anew(simulate: Simulate) -> None:
    # At 12 a third comes to a: all are home again, but he who is needed at b (where six wait still) sets out anew with
    # another. At 60 nobody waits, and they walk home.
    trace = run(
        two_desks(every=60, move=5, keep={"here": 1}, trucks=[0] * 12, roster={"00:00": 2, "00:12": 3}), simulate
    )
    assert on_duty(trace, "here") == [(0, 1), (65, 3)]
    assert on_duty(trace, "there") == [(0, 2), (5, 3), (12, 2), (17, 4), (60, 2)]


def test_people_are_shared_out_by_work_content_and_largest_remainders(simulate: Simulate) -> None:
    # Three wait at a for 20 minutes each, six at b for 5: 60 against 30 minutes of work. Of five people 10/3 and 5/3
    # are due: three and one, and the fifth goes where the remainder is larger, to b.
    port = Network(
        pools=[Pool("here", 1), Pool("there", 4)],
        stations=[Station("a", {"here": 1}), Station("b", {"there": 1})],
        flows=[Flow("car", At([0] * 3), [Serve("a", 20)]), Flow("truck", At([0] * 6), [Serve("b", 5)])],
        staffing=[Proportional(["here", "there"], every=30)],
        duration="1 h",
    )
    trace = run(port, simulate)
    assert on_duty(trace, "here") == [(0, 3), (30, 1)]
    assert on_duty(trace, "there") == [(0, 2), (30, 4)]
    assert stamps(trace, "car") == [[0, 20]] * 3
    assert stamps(trace, "truck") == [[0, 5], [0, 5], [5, 10], [5, 10], [10, 15], [10, 15]]


# Pace


def test_the_pace_is_that_of_the_moment_at_which_service_begins(simulate: Simulate) -> None:
    # Drawn as 10 minutes each; half the speed until minute 30, twice from then on.
    # a     [===================)
    # b      ...................[===================)
    # c       .......................................[====)
    pace = Pace(windows=[Between(0, 30, 0.5), Between(30, 90, 2.0)])
    port = queue(At([0, 1, 2]), 10)
    port = Network(
        pools=port.pools, flows=port.flows, stations=[Station("desk", {"officers": 1}, pace=pace)], duration="3 h"
    )
    assert stamps(run(port, simulate), "truck") == [[0, 20], [20, 40], [40, 45]]


def test_the_pace_of_an_hour_goes_by_the_clock_and_multiplies_with_the_windows(simulate: Simulate) -> None:
    hours = (1.0,) * 9 + (0.8,) + (1.0,) * 14
    port = Network(
        flows=[Flow("truck", At([0, 40, 60]), [Travel(20, pace=Pace(hours, windows=[Between(60, 90, 0.5)]))])],
        start=datetime(2022, 11, 1, 8, 30),
        duration="3 h",
    )
    assert stamps(run(port, simulate), "truck") == [[20], [65], [110]]


def test_the_pace_by_how_many_are_on_duty_counts_them_as_service_begins(simulate: Simulate) -> None:
    pace = Pace(by_open={1: 2.0, 2: 1.0}, pool="officers")
    port = Network(
        pools=[Pool("officers", {"00:00": 1, "00:10": 3})],
        stations=[Station("desk", {"officers": 1}, pace=pace)],
        flows=[Flow("truck", At([0, 0, 12]), [Serve("desk", 10)])],
        duration="1 h",
    )
    # The one alone works at twice the speed; three are as fast as two.
    assert stamps(run(port, simulate), "truck") == [[0, 5], [5, 10], [12, 22]]


def test_a_paced_length_is_whole_milliseconds_halves_upwards(simulate: Simulate) -> None:
    port = Network(flows=[Flow("truck", At([0, 0]), [Hold(Given([3 * MS, 5 * MS]), pace=Pace((2.0,) * 24))])])
    assert run(port, simulate).stamps(0).tolist() == [[2], [3]]


# Patience


def shop(*arrivals: float, patience: float | None, opening: int = 0, puts: list[float] | None = None) -> Network:
    """Orders that take a unit each and are then packed for 5 minutes; every refill puts one unit."""
    return Network(
        stocks=[Stock("shelf", {"wine": opening})],
        flows=[
            Flow("order", At(arrivals), [Take("shelf", patience=patience), Hold(5)]),
            Flow("refill", At(puts or []), [Put("shelf")]),
        ],
        duration="1 h",
    )


def test_who_finds_no_goods_and_has_no_patience_is_lost_and_the_next_goods_are_for_the_next(simulate: Simulate) -> None:
    trace = run(shop(1, 2, 3, 8, patience=0, opening=1, puts=[5]), simulate)
    assert stamps(trace, "order") == [[1, 1, 6], [2, NOT_YET, NOT_YET], [3, NOT_YET, NOT_YET], [8, 8, 13]]
    assert trace.lost(0).tolist() == [False, True, True, False]
    check(trace)


def test_goods_that_come_at_the_very_moment_at_which_patience_ends_are_still_taken(simulate: Simulate) -> None:
    #       0    5    10   15   20
    # put                  +
    # a     ...............          leaves at 14
    # b      ..............[====)    served at the moment at which it would leave
    # c       .............)         behind b, gives up at 17
    port = shop(0, 1, 3, patience=14, puts=[15])
    trace = run(port, simulate)
    assert stamps(trace, "order") == [[14, NOT_YET, NOT_YET], [15, 15, 20], [17, NOT_YET, NOT_YET]]
    assert trace.shelves[0].peak() == 0
    check(trace)


def test_goods_put_at_the_moment_of_an_order_without_patience_reach_it(simulate: Simulate) -> None:
    assert stamps(run(shop(4, patience=0, puts=[4]), simulate), "order") == [[4, 4, 9]]


def test_who_gives_up_no_longer_stands_in_the_way(simulate: Simulate) -> None:
    # The first wants three units and stands before the second, who wants one of the two on the shelf, until it leaves.
    port = Network(
        stocks=[Stock("shelf", {"wine": 2})],
        flows=[
            Flow("large", At([0]), [Take("shelf", 3, patience=10)]),
            Flow("small", At([1]), [Take("shelf", 1)]),
        ],
        duration="1 h",
    )
    assert stamps(run(port, simulate), "small") == [[10]]


def test_a_head_that_gives_up_leaves_the_goods_to_one_behind_it_whose_patience_ends_too(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 2})],
        flows=[
            Flow("large", At([0]), [Take("shelf", 3, patience=0)]),
            Flow("small", At([0]), [Take("shelf", 1, patience=0)]),
        ],
        duration="1 h",
    )
    assert stamps(run(port, simulate), "small") == [[0, 0]]


def test_behind_a_head_that_waits_on_those_without_patience_give_up(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 2})],
        flows=[
            Flow("large", At([0]), [Take("shelf", 3)]),
            Flow("small", At([1, 2, 9]), [Take("shelf", 1, patience=3)]),
            Flow("refill", At([10]), [Put("shelf", 3)]),
        ],
        duration="1 h",
    )
    assert stamps(run(port, simulate), "small") == [[4, NOT_YET], [5, NOT_YET], [10, 10]]


def test_the_partner_of_one_who_gives_up_waits_no_longer(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 0})],
        flows=[
            Flow("order", At([10]), [Await("paper"), Hold(1)]),
            Flow("paper", Ahead("order", 5), [Take("shelf", patience=8), Hold(30)]),
        ],
        duration="1 h",
    )
    assert stamps(run(port, simulate), "order") == [[13, 14]]


def test_patience_that_outlasts_the_run_loses_nobody(simulate: Simulate) -> None:
    trace = run(shop(10, patience=50), simulate)
    assert stamps(trace, "order") == [[NOT_YET, NOT_YET, NOT_YET]]
    assert not trace.lost(0).any()


@pytest.mark.parametrize("patience", [0, 3, 1000])
def test_every_order_is_served_lost_or_still_waiting(simulate: Simulate, patience: float) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 5})],
        flows=[
            Flow("order", At(np.arange(0, 60, 0.5)), [Take("shelf", patience=patience), Hold(Empirical([1, 4]))]),
            Flow("refill", At([10, 20, 30]), [Put("shelf", 9)]),
        ],
        duration="1 h",
    )
    trace = run(port, simulate)
    waits_over, taken = trace.column(0, 0), trace.column(0, 1)
    assert int(trace.lost(0).sum() + (taken != NOT_YET).sum() + (waits_over == NOT_YET).sum()) == 120
    assert (taken != NOT_YET).sum() == 5 + 27
    check(trace)
