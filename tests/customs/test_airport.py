"""The airport's fast channel: who may use it, and whose officers serve it."""

import numpy as np
import pytest

from clearsim.customs import network
from clearsim.demand import draw
from clearsim.experiment import run
from clearsim.network import (
    Calendar,
)
from clearsim.units import DAY_MS
from tests.customs.passages import passed
from tests.scenarios import ordinary_day


def channels(policy: str) -> dict[str, tuple[dict[str, int], int]]:
    """What each of the airport's channels needs, and its priority."""
    net = network(ordinary_day(f"policy.fast_channel={policy}"))
    return {s.name: (dict(s.needs), s.priority) for s in net.stations if s.name in ("fast_channel", "ordinary_channel")}


def officers(policy: str) -> dict[str, Calendar]:
    net = network(ordinary_day(f"policy.fast_channel={policy}"))
    return {pool.name: pool.capacity for pool in net.pools if pool.name in ("fast_officers", "airport_officers")}


def test_a_dedicated_fast_channel_has_officers_of_its_own() -> None:
    fast, ordinary = channels("dedicated").values()
    assert fast == ({"fast_officers": 1}, 0)
    assert ordinary == ({"airport_officers": 1}, 0)
    assert officers("dedicated") == {
        "fast_officers": Calendar.daily({"00:00": 1, "08:00": 1, "16:00": 1}),
        "airport_officers": Calendar.daily({"00:00": 3, "08:00": 3, "16:00": 2}),
    }


def test_shared_both_channels_are_served_in_the_order_of_joining_by_the_two_teams_together() -> None:
    assert channels("shared") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1}, 0),
    }
    assert officers("shared") == {"airport_officers": Calendar.daily({"00:00": 4, "08:00": 4, "16:00": 3})}


def test_with_priority_the_two_teams_together_serve_the_fast_channel_first() -> None:
    assert channels("priority") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1}, 1),
    }
    assert officers("priority") == officers("shared")


def mixed(policy: str, *settings: str) -> dict[str, object]:
    """The airport's two channels, and how many officers and posts there are by day and from 16:00 on."""
    net = network(ordinary_day(f"policy.fast_channel={policy}", *settings, only=("flights",)))
    names = {"fast_channel", "ordinary_channel", "fast_officers", "airport_officers", "ordinary_posts", "fast_posts"}
    stations = {s.name: (dict(s.needs), s.priority) for s in net.stations if s.name in names}
    pools = {pool.name: pool.changes(net.start, DAY_MS) for pool in net.pools if pool.name in names}
    shifts = {name: [capacity for _, capacity in changes] for name, changes in pools.items()}
    return {**stations, **shifts}


TEAM = [4, 3]


def test_reserved_officers_leave_fewer_posts_for_ordinary_shipments() -> None:
    assert mixed("{kind: priority, reserved: 2}") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1, "ordinary_posts": 1}, 1),
        "airport_officers": TEAM,
        "ordinary_posts": [2, 1],
    }


def test_where_fast_shipments_overflow_ordinary_ones_have_as_many_posts_as_their_team_has_officers() -> None:
    assert mixed("{kind: dedicated, overflow: true}") == {
        "fast_channel": ({"airport_officers": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1, "ordinary_posts": 1}, 0),
        "airport_officers": TEAM,
        "ordinary_posts": [3, 2],
    }


def test_a_reserved_lane_opened_to_all_serves_fast_shipments_first_and_no_more_of_them_than_before() -> None:
    assert mixed("{kind: dedicated, opened_to_all: true}") == {
        "fast_channel": ({"airport_officers": 1, "fast_posts": 1}, 0),
        "ordinary_channel": ({"airport_officers": 1}, 1),
        "airport_officers": TEAM,
        "fast_posts": [1],
    }


def test_officers_stay_reserved_while_some_are_absent() -> None:
    absent = "disruptions=[{kind: absence, staff: all, share: 50 %, from: 2022-11-16 00:00, until: 2022-11-17 00:00}]"
    half = mixed("{kind: priority, reserved: 1}", absent)
    assert (half["airport_officers"], half["ordinary_posts"]) == ([2], [1])
    overflowing = mixed("{kind: dedicated, overflow: true}", absent)
    assert (overflowing["airport_officers"], overflowing["ordinary_posts"]) == ([2], [2, 1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("dedicated", "{kind: dedicated, overflow: false, opened_to_all: false}"),
        ("priority", "{kind: priority, reserved: 0}"),
        ("priority", "{kind: dedicated, overflow: true, opened_to_all: true}"),
        ("shared", "{kind: shared}"),
    ],
)
def test_two_ways_to_say_the_same_of_the_fast_channel_make_the_same_network(one: str, other: str) -> None:
    networks = [network(ordinary_day(f"policy.fast_channel={policy}")) for policy in (one, other)]
    assert networks[0] == networks[1]


def most_at_once(policy: str, place: str) -> int:
    """The most officers at one channel at once, over an ordinary day."""
    trace = run(ordinary_day(f"policy.fast_channel={policy}", only=("flights",))).trace
    (line,) = (line for line in trace.lines if line.place == place)
    return max(int(((line.start_ms <= now) & (now < line.end_ms)).sum()) for now in line.start_ms)


def test_officers_are_reserved_lent_and_opened_as_the_policy_says() -> None:
    assert most_at_once("priority", "ordinary_channel") == 4
    assert most_at_once("{kind: priority, reserved: 2}", "ordinary_channel") == 2
    assert most_at_once("{kind: dedicated, overflow: true}", "ordinary_channel") == 3
    assert most_at_once("{kind: dedicated, overflow: true}", "fast_channel") > 1
    assert most_at_once("{kind: dedicated, opened_to_all: true}", "fast_channel") == 1
    assert most_at_once("{kind: dedicated, opened_to_all: true}", "ordinary_channel") == 4


def test_the_more_officers_are_reserved_the_less_fast_shipments_wait_and_the_more_ordinary_ones() -> None:
    waits: dict[str, list[float]] = {"fast_channel": [], "ordinary_channel": []}
    for reserved in (0, 1, 2):
        policy = f"policy.fast_channel={{kind: priority, reserved: {reserved}}}"
        result = run(ordinary_day(policy, only=("flights",)), replications=20)
        for place, means in waits.items():
            means.append(result.kpi("wait_mean", station=place) or 0)
    assert waits["fast_channel"] == sorted(set(waits["fast_channel"]), reverse=True)
    assert waits["ordinary_channel"] == sorted(set(waits["ordinary_channel"]))


def test_who_may_use_the_fast_channel_is_given_by_family_or_by_shipper() -> None:
    families = "{cosmetics 美妝: 100 %, mother and baby 母嬰: 0 %, health 保健: 50 %}"
    by_family = network(ordinary_day(f"airport.fast_eligible={{by_family: {families}}}"))
    fast, family = passed(by_family, "air_shipment", "fast"), passed(by_family, "air_shipment", "family")
    assert fast[family == 0].all()
    assert not fast[family == 1].any()
    assert set(fast[family == 2]) == {True, False}
    shippers = "{known: {share: 50 %, eligible: 100 %}, new: {share: 50 %, eligible: 0 %}}"
    by_shipper = network(ordinary_day(f"airport.fast_eligible={{by_shipper: {shippers}}}"))
    np.testing.assert_array_equal(
        passed(by_shipper, "air_shipment", "fast"), passed(by_shipper, "air_shipment", "shipper") == 0
    )


def test_eligibility_moves_no_other_draw_of_the_shipments() -> None:
    families = "{cosmetics 美妝: 40 %, mother and baby 母嬰: 40 %, health 保健: 40 %}"
    one, other = (
        draw(network(ordinary_day(f"airport.fast_eligible={eligible}", only=("flights",))), 1)
        for eligible in ("40 %", f"{{by_family: {families}}}")
    )
    for name in ("arrival_ms", "flags", "number"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_fast_channels_policy_moves_no_other_place() -> None:
    channel_names = {"fast_channel", "ordinary_channel", "fast_officers", "airport_officers"}
    dedicated, shared = (network(ordinary_day(f"policy.fast_channel={p}")) for p in ("dedicated", "shared"))
    for kind in ("pools", "stations", "stocks", "services", "flows"):
        places = [[x for x in getattr(net, kind) if x.name not in channel_names] for net in (dedicated, shared)]
        assert places[0] == places[1]
