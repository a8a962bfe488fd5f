"""What the head of a line keeps free while it waits, and for whom."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearsim.network import (
    Ahead,
    At,
    Await,
    Enter,
    Flow,
    Given,
    Hold,
    Leave,
    Network,
    Pool,
    Put,
    Serve,
    Station,
    Stock,
    Take,
)
from clearsim.plan import compile_network
from tests.networks import Simulate, run, stamps


def shared(
    officers: Any,
    needs: Mapping[str, Mapping[str, int]],
    visits: Mapping[str, tuple[list[float], Any]],
    *more: Pool,
    passing: bool = False,
    priority: Mapping[str, int] | None = None,
    **rest: Any,
) -> Network:
    """Stations that share `officers`; one flow a station, with its arrivals and times."""
    return Network(
        pools=[Pool("officers", officers, passing=passing), *more],
        stations=[Station(name, need, priority=(priority or {}).get(name, 0)) for name, need in needs.items()],
        flows=[Flow(f"to {name}", At(at), [Serve(name, time)]) for name, (at, time) in visits.items()],
        **rest,
    )


def starts(network: Network, simulate: Simulate, station: str) -> list[float]:
    return [row[0] for row in stamps(run(network, simulate), f"to {station}")]


ONE_AND_TWO = {"one": {"officers": 1}, "two": {"officers": 2}}


def two_people(passing: bool) -> Network:
    """Work of 9 min for one comes every 5 min until 1000; at 7 comes urgent work for two."""
    every_5 = [float(at) for at in range(0, 1001, 5)]
    visits = {"one": (every_5, 9), "two": ([7.0], 10)}
    return shared(2, ONE_AND_TWO, visits, passing=passing, priority={"two": -5}, duration="20 h")


def test_work_for_two_people_waits_until_the_second_is_free_and_no_longer(simulate: Simulate) -> None:
    #        0    5    10   15   20   25   30
    # one a  [========)
    # one b       [========)
    # two           .......[=========)            from 9 on one person is kept for it
    # one c            ..............[========)
    # one d                 .........[========)
    trace = run(two_people(passing=False), simulate)
    assert stamps(trace, "to two") == [[14, 24]]
    assert stamps(trace, "to one")[:4] == [[0, 9], [5, 14], [24, 33], [24, 33]]


def test_where_passing_is_allowed_work_for_two_people_waits_for_as_long_as_work_for_one_comes(
    simulate: Simulate,
) -> None:
    # Every 5 min somebody begins who takes 9: one is always busy, until the last of them ends at 1009.
    trace = run(two_people(passing=True), simulate)
    assert stamps(trace, "to two") == [[1009, 1019]]
    assert stamps(trace, "to one") == [[at, at + 9] for at in range(0, 1001, 5)]


def test_a_head_that_lacks_its_own_lane_keeps_nobody(simulate: Simulate) -> None:
    #         0    5    10   15   20
    # two a   [===================)
    # two b    ...................[====           lacks the lane: the two free officers are not kept
    # one a     [====)
    # one b      [====)
    port = shared(
        4,
        {"one": {"officers": 1}, "two": {"officers": 2, "lanes": 1}},
        {"one": ([2, 3], 5), "two": ([0, 1], 20)},
        Pool("lanes", 1),
    )
    assert starts(port, simulate, "two") == [0, 20]
    assert starts(port, simulate, "one") == [2, 3]


def test_a_head_that_has_its_lane_keeps_what_it_lacks(simulate: Simulate) -> None:
    #         0    5    10   15
    # one a   [=========)
    # two      .........[====)                    the lane is free, an officer is lacking: the other one is kept
    # one b     .............[==
    port = shared(
        2,
        {"one": {"officers": 1}, "two": {"officers": 2, "lanes": 1}},
        {"one": ([0, 2], 10), "two": ([1], 5)},
        Pool("lanes", 1),
    )
    assert starts(port, simulate, "two") == [10]
    assert starts(port, simulate, "one") == [0, 15]


def test_what_is_free_beyond_the_need_goes_to_those_behind(simulate: Simulate) -> None:
    #           0    5    10   15
    # scan      [=========)                       takes the scanner, which `both` lacks
    # both       .........[====)                  keeps 2 of the 3 officers
    # one a       [====)                          takes the third
    # one b        ....[====)
    port = shared(
        3,
        {"both": {"officers": 2, "scanners": 1}, "scan": {"scanners": 1}, "one": {"officers": 1}},
        {"both": ([1], 5), "scan": ([0], 10), "one": ([2, 3], 5)},
        Pool("scanners", 1),
    )
    assert starts(port, simulate, "both") == [10]
    assert starts(port, simulate, "one") == [2, 7]


def test_two_blocked_heads_keep_one_after_the_other(simulate: Simulate) -> None:
    # Of 5 officers one is busy until 10 and another until 6.
    #           0    5    10   15   20
    # one a     [=========)
    # one b     [=====)
    # four       .....[===)                       keeps the 3 that are free; at 6 a fourth: begins
    # two         ........[====)                  keeps what `four` leaves: nothing until 10, when three are free
    # one c        .......[=)                     behind both: takes the third
    port = shared(
        5,
        {"four": {"officers": 4}, "two": {"officers": 2}, "one": {"officers": 1}},
        {"four": ([1], 4), "two": ([2], 5), "one": ([0, 0, 3], Given([10, 6, 2]))},
    )
    assert starts(port, simulate, "four") == [6]
    assert starts(port, simulate, "two") == [10]
    assert starts(port, simulate, "one") == [0, 0, 10]


def test_the_first_of_two_blocked_heads_is_not_passed_by_the_second(simulate: Simulate) -> None:
    # Of 3 officers one is busy until 10. `three` keeps the other 2, and `two`, which they would suffice, waits too.
    port = shared(
        3,
        {"three": {"officers": 3}, "two": {"officers": 2}, "one": {"officers": 1}},
        {"three": ([1], 5), "two": ([2], 5), "one": ([0, 3], 10)},
    )
    assert starts(port, simulate, "three") == [10]
    assert starts(port, simulate, "two") == [15]
    assert starts(port, simulate, "one") == [0, 15]


def test_who_comes_first_by_priority_passes_a_head_that_keeps(simulate: Simulate) -> None:
    port = shared(2, ONE_AND_TWO, {"one": ([0, 2], 10), "two": ([1], 5)}, priority={"one": -1})
    assert starts(port, simulate, "one") == [0, 2]
    assert starts(port, simulate, "two") == [12]


def test_a_head_that_needs_more_than_are_on_duty_keeps_nobody_until_they_are(simulate: Simulate) -> None:
    #           0    5    10   15   20   25
    # officers  [1111111111111111111[222222222
    # two        ...................[====)        one officer is on duty until 20: not kept through the night
    # one a       [====)
    # one b                     [====)
    # one c                        .......[==     comes at 21: behind `two`
    port = shared({"00:00": 1, "00:20": 2}, ONE_AND_TWO, {"one": ([2, 15, 21], 5), "two": ([1], 5)})
    assert starts(port, simulate, "one") == [2, 15, 25]
    assert starts(port, simulate, "two") == [20]


def test_a_head_that_lacks_a_pool_with_passing_keeps_nothing_of_another(simulate: Simulate) -> None:
    #           0    5    10   15
    # scan      [=========)                       takes the scanner, which may be passed for
    # both       .........[====)                  lacks the scanner: keeps no officer
    # one         [===)
    port = shared(
        1,
        {"both": {"officers": 1, "scanners": 1}, "scan": {"scanners": 1}, "one": {"officers": 1}},
        {"both": ([1], 5), "scan": ([0], 10), "one": ([2], 4)},
        Pool("scanners", 1, passing=True),
    )
    assert starts(port, simulate, "one") == [2]
    assert starts(port, simulate, "both") == [10]


def test_a_head_that_loses_units_with_passing_to_one_behind_keeps_nothing_more_in_the_same_minute(
    simulate: Simulate,
) -> None:
    # One of two officers is busy until 10. At 1 `both` lacks one: it keeps the other. At 2 `scan`, behind it, takes the
    # scanner, which may be passed for: now `both` waits for that too, and the officer goes to `one`, who came at 2.
    port = shared(
        2,
        {"both": {"officers": 2, "scanners": 1}, "scan": {"scanners": 1}, "one": {"officers": 1}},
        {"both": ([1], 5), "scan": ([2], 30), "one": ([0, 2], 10)},
        Pool("scanners", 1, passing=True),
    )
    assert starts(port, simulate, "one") == [0, 2]
    assert starts(port, simulate, "both") == [32]


def test_work_inside_a_bay_is_not_held_up_by_a_head_that_waits_for_the_bay(simulate: Simulate) -> None:
    #           0    5    10   15   20
    # inside    [=========[====)                  holds the bay from 0, wants an officer at 10, leaves at 15
    # both       ..............[====)             lacks the bay: if it kept the officer, neither would ever go on
    port = Network(
        pools=[Pool("officers", 1), Pool("bays", 1)],
        stations=[
            Station("bay", {"bays": 1}),
            Station("desk", {"officers": 1}),
            Station("both", {"bays": 1, "officers": 1}),
        ],
        flows=[
            Flow("inside", At([0]), [Enter("bay"), Hold(10), Serve("desk", 5), Leave("bay")]),
            Flow("to both", At([1]), [Serve("both", 5)]),
        ],
    )
    assert stamps(run(port, simulate), "inside") == [[0, 10, 10, 15]]
    assert starts(port, simulate, "both") == [15]


def test_a_long_truck_gets_its_two_bays_though_bays_are_held_through_other_waits(simulate: Simulate) -> None:
    #           0    5    10   15   20   25
    # short a   [=========)
    # long        ........[=========)             no wait inside a bay is for a bay: the free one is kept
    # short b        ...............[=========)
    # short c           ............[=========)
    port = Network(
        pools=[Pool("bays", 2), Pool("officers", 9)],
        stations=[Station("bay", {"bays": 1}), Station("two bays", {"bays": 2}), Station("desk", {"officers": 1})],
        flows=[
            Flow("short", At([0, 5, 8]), [Enter("bay"), Serve("desk", 10), Leave("bay")]),
            Flow("long", At([2]), [Enter("two bays"), Serve("desk", 10), Leave("two bays")]),
        ],
    )
    trace = run(port, simulate)
    assert [row[0] for row in stamps(trace, "long")] == [10]
    assert [row[0] for row in stamps(trace, "short")] == [0, 20, 20]


@given(
    visits=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 20), st.sampled_from(["gate", "desk", "lane"])), max_size=25
    ),
    officers=st.integers(1, 4),
)
def test_where_every_station_needs_one_of_one_shared_pool_passing_changes_nothing(
    simulate: Simulate, visits: list[tuple[int, int, str]], officers: int
) -> None:
    def port(passing: bool) -> Network:
        needs = {"gate": {"officers": 1}, "desk": {"officers": 1}, "lane": {"officers": 1, "lanes": 1}}
        return shared(
            officers,
            needs,
            {
                name: ([float(at) for at, _, place in chosen if place == name], Given([t for _, t, _ in chosen] or [0]))
                for name in needs
                for chosen in [sorted(visit for visit in visits if visit[2] == name)]
            },
            Pool("lanes", 1),
            passing=passing,
        )

    np.testing.assert_array_equal(run(port(True), simulate).stamp, run(port(False), simulate).stamp)


# Which pools can be kept


def keepable(network: Network) -> set[str]:
    pools = compile_network(network).pools
    return {name for name, yes in zip(pools.names, pools.is_keepable.tolist(), strict=True) if yes}


STATIONS = [
    Station("bay", {"bays": 1}),
    Station("two bays", {"bays": 2}),
    Station("desk", {"officers": 1}),
    Station("pair", {"officers": 2}),
]
TRUCK = Flow("truck", At([0]), [Hold(1)])


def with_steps(*flows: Flow, stations: list[Station] | None = None, passing: bool = False, bays: int = 2) -> set[str]:
    return keepable(
        Network(
            pools=[Pool("bays", bays), Pool("officers", 2, passing=passing)],
            stations=stations or STATIONS,
            stocks=[Stock("shelf", {"wine": 1})],
            flows=flows,
        )
    )


def test_pools_that_two_stations_need_are_keepable_and_those_with_passing_are_not() -> None:
    assert with_steps(TRUCK) == {"bays", "officers"}
    assert with_steps(TRUCK, stations=STATIONS[1:]) == {"officers"}
    assert with_steps(TRUCK, passing=True) == {"bays"}


def test_a_pool_held_while_another_group_is_waited_for_is_keepable() -> None:
    assert with_steps(Flow("truck", At([0]), [Enter("bay"), Serve("desk", 1), Leave("bay")])) == {"bays", "officers"}


def test_pools_held_while_more_of_them_is_waited_for_are_not_keepable() -> None:
    crossing = Flow("truck", At([0]), [Enter("bay"), Serve("two bays", 1), Leave("bay")])
    assert with_steps(crossing, bays=3) == {"officers"}
    both = [*STATIONS, Station("both", {"bays": 1, "officers": 1})]
    truck = Flow("truck", At([0]), [Enter("bay"), Serve("desk", 1), Leave("bay")])
    assert with_steps(truck, stations=both) == {"officers"}


def test_pools_held_while_each_waits_for_the_other_are_not_keepable() -> None:
    out = Flow("out", At([0]), [Enter("bay"), Serve("desk", 1), Leave("bay")])
    back = Flow("back", At([0]), [Enter("desk"), Serve("bay", 1), Leave("desk")])
    assert with_steps(out, back) == set()


@pytest.mark.parametrize("wait", [Await("papers"), Take("shelf")])
def test_a_pool_held_while_a_partner_or_goods_wait_for_it_is_not_keepable(wait: Any) -> None:
    truck = Flow("truck", At([0]), [Enter("bay"), wait, Leave("bay")])
    harmless = Flow("papers", Ahead("truck", 0), [Serve("desk", 1), Put("shelf")])
    assert with_steps(truck, harmless) == {"bays", "officers"}
    harmful = Flow("papers", Ahead("truck", 0), [Serve("two bays", 1), Put("shelf")])
    assert with_steps(truck, harmful) == {"officers"}


def test_a_partner_that_waits_for_goods_waits_for_those_who_bring_them() -> None:
    truck = Flow("truck", At([0]), [Enter("bay"), Await("papers"), Leave("bay")])
    papers = Flow("papers", Ahead("truck", 0), [Take("shelf")])
    refill = Flow("refill", At([0]), [Serve("two bays", 1), Put("shelf")])
    assert with_steps(truck, papers, refill) == {"officers"}


def test_passing_is_yes_or_no() -> None:
    with pytest.raises(ValueError, match="passing: expected True or False, not 'yes'"):
        Pool("officers", 1, passing="yes")  # type: ignore[arg-type]  # that is the mistake
