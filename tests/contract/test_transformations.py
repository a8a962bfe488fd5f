"""A world that is permuted, shifted, slowed down or given one server more."""

from datetime import datetime, timedelta
from itertools import permutations

import numpy as np
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clearsim.network import (
    At,
    Board,
    Flow,
    Given,
    Network,
    Pool,
    Serve,
    Service,
    Station,
)
from tests.networks import Simulate, busy_port, queue, run, stamps


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
