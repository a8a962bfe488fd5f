"""Deadlocks: refused where they are certain, reported where they are possible, found where they happened."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearsim.customs import network
from clearsim.engines import compiled
from clearsim.experiment import run as run_experiment
from clearsim.measures import measure
from clearsim.measures.deadlock import Deadlock, Held, deadlock
from clearsim.network import (
    Adjustment,
    Ahead,
    AllOf,
    AnyOf,
    At,
    Await,
    Backlog,
    Board,
    Category,
    Enter,
    Flow,
    Hold,
    Leave,
    Network,
    NetworkError,
    Poisson,
    Pool,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
)
from clearsim.network.calendar import Capacity
from clearsim.network.deadlock import lockable
from clearsim.network.steps import Step
from clearsim.report.summary import findings
from clearsim.scenario import load
from clearsim.staffing.foresight import foresee
from tests.networks import Simulate, run
from tests.paths import SHIPPED
from tests.strategies import networks

MIN = 60_000
"""A minute in ms."""


def port(pools: dict[str, Capacity], *flows: Flow, needs: int = 1, **rest: Any) -> Network:
    """Every pool with a station of its name that needs one of it, or so many."""
    stations = [Station(name, {name: needs}) for name in pools]
    return Network(flows=flows, pools=[Pool(name, n) for name, n in pools.items()], stations=stations, **rest)


def inside(outer: str, inner: str, arrivals: Sequence[float] = (0,), name: str = "truck") -> Flow:
    """Enter one station, spend 5 min there, be served at another for 5 min, leave."""
    return Flow(name, At(arrivals), [Enter(outer), Hold(5), Serve(inner, 5), Leave(outer)])


def possible(net: Network) -> dict[str, int]:
    """How many of each flow lock each other."""
    found = lockable(net, {pool.name: pool.capacity.most for pool in net.pools})
    return {blocked.flow: blocked.number for blocked in found}


# Certain: refused


def test_an_entity_that_holds_all_there_is_and_needs_more_is_refused() -> None:
    message = (
        "flow `truck`: step 3, Serve(s): an entity here holds 1 of `s` and needs 1 more; "
        "there are never more than 1, so it waits for ever"
    )
    with pytest.raises(NetworkError, match=f"^{re.escape(message)}$"):
        port({"s": 1}, inside("s", "s"))


def test_what_several_stations_hold_is_added_up() -> None:
    def nested(bays: int) -> Network:
        steps = [Enter("yard"), Enter("shed"), Serve("bay", 5), Leave("shed"), Leave("yard")]
        stations = [Station("yard", {"bays": 1}), Station("shed", {"bays": 2}), Station("bay", {"bays": 3})]
        return Network([Flow("truck", At([0]), steps)], [Pool("bays", bays)], stations)

    with pytest.raises(NetworkError, match=r"step 3, Serve\(bay\).* holds 3 of `bays` and needs 3 more"):
        nested(5)
    nested(6)


def test_the_largest_capacity_decides_not_the_one_at_the_start() -> None:
    port({"s": {"00:00": 1, "12:00": 2}}, inside("s", "s"))
    with pytest.raises(NetworkError, match="there are never more than 1"):
        port({"s": {"00:00": 0, "12:00": 1}}, inside("s", "s"))
    called = Backlog("s", call_at=2, release_at=0, at_most=1, crew=1, every="5 min", lead=0, stay=0)
    port({"s": 1}, inside("s", "s"), staffing=[called])


KINDS = {
    "kind": Category({"a": 0.5, "b": 0.5, "c": 0.0}),
    "fast": Share(0.5),
    "heavy": Share(0.5),
    "never": Share(0),
    "all": Share(1),
    "of nobody": Share(1, among="never"),
    "but for all": Share(1, unless="all"),
    "no class": Share(0.5, {"kind": {"a": 0, "b": 0, "c": 0}}),
    "none of them": AnyOf(["never", "of nobody"]),
    "not both": AllOf(["fast", "never"]),
}


@pytest.mark.parametrize(
    ("entered", "served"),
    [
        ({"only_if": "fast"}, {"only_if": "heavy"}),  # who is served may not have entered
        ({"only_if": "fast"}, {}),
        ({"unless": "fast"}, {}),
        ({"only_if": "fast"}, {"unless": "fast"}),
        ({"only_if": "kind=a"}, {"only_if": "kind=b"}),
        *(({}, {"only_if": name}) for name in ("never", "of nobody", "but for all", "no class", "kind=c")),  # nobody
        *(({}, {"only_if": name}) for name in ("none of them", "not both")),
        ({}, {"unless": "all"}),
        ({}, {"only_if": "fast", "unless": "fast"}),
        ({}, {"only_if": ("kind=a", "kind=b")}),
    ],
)
def test_a_network_in_which_somebody_may_get_through_is_not_refused(
    entered: dict[str, Any], served: dict[str, Any]
) -> None:
    steps = [Enter("s", **entered), Serve("s", 5, **served), Leave("s", **entered)]
    port({"s": 1}, Flow("truck", At([0]), steps, KINDS))


@pytest.mark.parametrize(
    ("entered", "served"),
    [
        ({}, {"only_if": "fast"}),
        ({}, {"only_if": "all", "unless": "none of them"}),
        ({"only_if": "fast"}, {"only_if": ("fast", "heavy")}),
        ({"unless": "kind=b"}, {"only_if": "kind=a"}),
        ({"unless": "never"}, {"unless": ("never", "fast")}),
    ],
)
def test_where_everyone_who_is_served_has_entered_it_is_refused(
    entered: dict[str, Any], served: dict[str, Any]
) -> None:
    steps = [Enter("s", **entered), Serve("s", 5, **served), Leave("s", **entered)]
    with pytest.raises(NetworkError, match="so it waits for ever"):
        port({"s": 1}, Flow("truck", At([0]), steps, KINDS))


def test_after_leaving_nothing_is_held() -> None:
    port({"s": 1}, Flow("truck", At([0]), [Enter("s"), Hold(5), Leave("s"), Serve("s", 5)]))


# Possible: a warning


def test_two_flows_that_enter_in_opposite_orders_can_lock() -> None:
    both = port({"a": 1, "b": 1}, inside("a", "b", name="ab"), inside("b", "a", name="ba"))
    assert possible(both) == {"ab": 1, "ba": 1}
    (warning,) = foresee(both)
    assert warning == (
        "a",
        "deadlock",
        "a: a deadlock is possible: 1 of ab holds 1 of a and waits at b, 1 of ba holds 1 of b and waits at a; "
        "enter in the same order everywhere, or take all needs at one station",
    )
    same_order = port({"a": 1, "b": 1}, inside("a", "b", name="ab"), inside("a", "b", name="ab too"))
    assert possible(same_order) == {}
    assert foresee(same_order) == []


def test_n_places_lock_where_n_hold_one_each_and_want_another() -> None:
    for places in (2, 3, 7):
        assert possible(port({"s": places}, inside("s", "s"))) == {"truck": places}


def test_a_pool_that_is_practically_without_a_limit_locks_nobody() -> None:
    assert possible(port({"s": 50_000}, inside("s", "s"))) == {}
    both = port({"a": 50_000, "b": 1}, inside("a", "b", name="ab"), inside("b", "a", name="ba"), inside("b", "a"))
    assert possible(both) == {}


def test_a_rest_that_is_large_enough_for_one_locks_nobody() -> None:
    # Of 3 places each truck enters 2 and needs 1 more: one truck fits in, and the third place is left for it.
    def yard(places: int) -> Network:
        flow = Flow("truck", At([0]), [Enter("yard"), Serve("bay", 5), Leave("yard")])
        stations = [Station("yard", {"bays": 2}), Station("bay", {"bays": 1})]
        return Network([flow], [Pool("bays", places)], stations)

    assert possible(yard(3)) == possible(yard(5)) == {}
    assert possible(yard(4)) == {"truck": 2}


def test_a_gate_that_lets_in_fewer_than_would_lock_locks_nobody() -> None:
    steps = [Enter("gate"), Enter("s"), Serve("s", 5), Leave("s"), Leave("gate")]
    assert possible(port({"gate": 2, "s": 3}, Flow("truck", At([0]), steps))) == {}
    assert possible(port({"gate": 3, "s": 3}, Flow("truck", At([0]), steps))) == {"truck": 3}


def test_kinds_that_exclude_each_other_do_not_make_one_entity() -> None:
    steps = [Enter("s", only_if="kind=a"), Serve("s", 5, only_if="kind=b"), Leave("s", only_if="kind=a")]
    assert possible(port({"s": 1}, Flow("truck", At([0]), steps, KINDS))) == {}


def philosophers(n: int, polite: bool) -> Network:
    """Each takes the fork at the left, then that at the right; if `polite`, the last begins at the right."""
    forks = {f"fork {i}": 1 for i in range(n)}
    pairs = [(i, (i + 1) % n) for i in range(n)]
    if polite:
        pairs[-1] = pairs[-1][::-1]
    flows = [inside(f"fork {a}", f"fork {b}", range(0, 300, 11), f"philosopher {i}") for i, (a, b) in enumerate(pairs)]
    return port(forks, *flows, duration="1 d")


def test_dining_philosophers_lock_unless_one_begins_at_the_other_side(simulate: Simulate) -> None:
    assert possible(philosophers(5, polite=False)) == {f"philosopher {i}": 1 for i in range(5)}
    found = deadlock(run(philosophers(5, polite=False), simulate))
    assert (found.locked, found.since_ms) == (5 * 28, 5 * MIN)
    assert possible(philosophers(5, polite=True)) == {}
    assert deadlock(run(philosophers(5, polite=True), simulate)) == Deadlock(0, 5 * 28, None, ())


def test_no_shipped_scenario_can_lock() -> None:
    for path in SHIPPED:
        net = network(load(path).scenario)
        assert lockable(net, {pool.name: 1000 for pool in net.pools}) == ()


# Found at the end of a run


def test_one_place_that_is_entered_and_wanted_again_locks_everyone(simulate: Simulate) -> None:
    # Nothing says before the run that whoever enters is served, but both shares are 1: the first is locked at 5 min.
    both = {"a": Share(1.0), "b": Share(1.0)}
    steps = [Enter("s", only_if="a"), Hold(5), Serve("s", 5, only_if="b"), Leave("s", only_if="a")]
    found = deadlock(run(port({"s": 1}, Flow("truck", At(range(166)), steps, both)), simulate))
    assert found == Deadlock(166, 166, 5 * MIN, (Held("truck", "s", 1, 1),))


def crossing(start: datetime = datetime(2022, 11, 16, 3, 46)) -> Network:
    #     0    5    10        20   25 26
    # ab  [a===[b===)                          one passes
    # ab                      [a===....        holds a, waits for b
    # ba                       [b===...        holds b from 21, waits for a from 26
    # and 216 more join the two lines later
    later = [float(minute) for minute in range(30, 138)]
    flows = inside("a", "b", [0, 20, *later], "ab"), inside("b", "a", [21, *later], "ba")
    return port({"a": 1, "b": 1}, *flows, start=start)


def test_two_flows_that_cross_lock_all_who_come_after(simulate: Simulate) -> None:
    trace = run(crossing(), simulate)
    assert deadlock(trace) == Deadlock(218, 219, 26 * MIN, (Held("ab", "a", 1, 1), Held("ba", "b", 1, 1)))
    values = {row.kpi: row.value for row in measure(trace) if (row.flow, row.station) == ("", "")}
    assert (values["locked"], values["locked_from"]) == (218, pytest.approx(26 / 60))


def test_a_deadlock_is_reported_first_with_its_moment_and_who_holds_what() -> None:
    result = run_experiment(crossing())
    assert findings(result)[0] == (
        "Deadlock from 16 Nov 04:12 on: 218 of the 219 that arrived can never move again. "
        "Held meanwhile: 1 of a by 1 of ab, 1 of b by 1 of ba."
    )
    assert "deadlock in 1 of 1 replications" in repr(result)
    assert "<p>deadlock in 1 of 1 replications</p>" in result._repr_html_()


def test_a_result_says_in_how_many_replications_there_is_a_deadlock() -> None:
    # At 12 a day of each the two flows meet now and then.
    def flow(name: str, outer: str, inner: str) -> Flow:
        return Flow(name, Poisson("12/d"), [Enter(outer), Hold(5), Serve(inner, 5), Leave(outer)])

    result = run_experiment(
        port({"a": 1, "b": 1}, flow("ab", "a", "b"), flow("ba", "b", "a"), duration="4 d"), replications=20
    )
    values = result.sample.of(next(key for key in result.sample.keys if key.kpi == "locked"))
    assert 0 < result.deadlocks == (values > 0).sum() < 20
    first = int((values > 0).argmax())
    assert result.deadlock == deadlock(result.case.trace(first))
    assert result.deadlock.locked == values[first]
    assert next(row.n for row in result.kpis if row.kpi == "locked_from") == result.deadlocks
    assert f"in {result.deadlocks} of 20 runs, in the first of them from" in findings(result)[0]


def test_without_a_deadlock_nothing_is_said() -> None:
    result = run_experiment(port({"a": 1, "b": 1}, inside("a", "b", [0, 1, 2])))
    assert (result.deadlocks, result.deadlock, result.kpi("locked")) == (0, None, 0)
    assert "eadlock" not in repr(result) + " ".join(findings(result))


def test_where_no_flow_waits_inside_of_a_station_no_deadlock_is_measured() -> None:
    net = port({"a": 1}, Flow("truck", At([0]), [Enter("a"), Hold(5), Leave("a"), Serve("a", 5)]))
    assert not {"locked", "locked_from"} & {row.kpi for row in measure(run(net, compiled.simulate))}
    assert run_experiment(net).deadlock is None


def test_the_moment_is_that_of_the_first_lock_not_of_who_comes_to_hold_something_later(simulate: Simulate) -> None:
    # From 60 min on a truck holds c and waits for a as well: it is locked, and so is who waits for c.
    late = inside("c", "a", [60, 61], "late")
    flows = inside("a", "b", [0], "ab"), inside("b", "a", [0], "ba"), late
    found = deadlock(run(port({"a": 1, "b": 1, "c": 1}, *flows), simulate))
    assert (found.locked, found.since_ms) == (4, 5 * MIN)
    assert found.held == (Held("ab", "a", 1, 1), Held("ba", "b", 1, 1), Held("late", "c", 1, 1))


def test_of_a_pool_of_several_it_is_said_how_many_hold_how_much(simulate: Simulate) -> None:
    # Two trucks hold two of four bays each and want one more; three more are in line.
    steps = [Enter("yard"), Hold(5), Serve("bay", 5), Leave("yard")]
    stations = [Station("yard", {"bays": 2}), Station("bay", {"bays": 1})]
    net = Network([Flow("truck", At([0, 1, 2, 3, 4]), steps)], [Pool("bays", 4)], stations)
    assert deadlock(run(net, simulate)) == Deadlock(5, 5, 6 * MIN, (Held("truck", "bays", 2, 4),))


@pytest.mark.parametrize("end_min", [8, 12])
def test_a_service_in_progress_frees_those_who_wait_for_it(simulate: Simulate, end_min: float) -> None:
    # Until 10 min the first is served at b, and the second waits in a for it.
    net = port({"a": 2, "b": 1}, inside("a", "b", [0, 1]), duration=end_min)
    assert deadlock(run(net, simulate)).locked == 0


def test_a_closed_pool_is_no_deadlock(simulate: Simulate) -> None:
    # b closes at 5 min and never opens again: who holds a waits for it, and others wait for a.
    flow = inside("a", "b", [0, 1, 2])
    closes = [Pool("a", 1), Pool("b", 1, adjustments=[Adjustment(4, 99 * 1440, times=0)])]
    always = [Pool("a", 1), Pool("b", 1, adjustments=[Adjustment(0, 99 * 1440, times=0)])]
    net = port({"a": 1, "b": 1}, flow)
    for pools in (closes, always):
        trace = run(evolve(net, pools=pools), simulate)
        assert deadlock(trace).locked == 0
        assert trace.inside.value[-1] == 3


def test_a_pool_that_is_larger_by_day_locks_nobody_at_night(simulate: Simulate) -> None:
    # One of a at night, three by day: who holds the one waits for another until the morning after the run has ended.
    net = port({"a": {"00:00": 1, "08:00": 3}}, inside("a", "a", [0]), duration="6 h")
    assert deadlock(run(net, simulate)).locked == 0


def test_who_waits_for_goods_or_a_departure_is_not_locked_nor_who_waits_for_them(simulate: Simulate) -> None:
    def held_during(step: Step) -> Network:
        flow = Flow("box", At([0, 1]), [Enter("a"), Serve("b", 1), step, Leave("a")])
        train, shelf = Service("train", [(5000, 9)]), Stock("shelf", {"wine": 0})
        return port({"a": 1, "b": 1}, flow, stocks=[shelf], services=[train])

    for step in (Take("shelf"), Board("train")):
        trace = run(held_during(step), simulate)
        assert trace.inside.value[-1] == 2
        assert deadlock(trace).locked == 0


def test_who_waits_for_a_locked_partner_is_locked_and_who_waits_for_one_who_moves_is_not(simulate: Simulate) -> None:
    # The truck holds the only bay and awaits its paper, which is stamped in a bay; or in an office.
    def bound(place: str) -> Network:
        truck = Flow("truck", At([0]), [Enter("bay"), Await("paper"), Leave("bay")])
        paper = Flow("paper", Ahead("truck", 0), [Hold(5), Serve(place, "3 d")])
        return port({"bay": 1, "office": 1}, truck, paper)

    assert deadlock(run(bound("bay"), simulate)) == Deadlock(2, 2, 5 * MIN, (Held("truck", "bay", 1, 1),))
    assert deadlock(run(bound("office"), simulate)).locked == 0


# What must hold of any network


@st.composite
def small_ports(draw: Any) -> Network:
    """Pools of constant size, flows that only enter, leave and are served: whoever can move comes out."""
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    pools: dict[str, Capacity] = {name: draw(st.integers(1, 3)) for name in names}
    flows = []
    for number in range(draw(st.integers(1, 3))):
        steps: list[Step] = []
        opened: list[str] = []
        for _ in range(draw(st.integers(1, 4))):
            free = [name for name in names if opened.count(name) < pools[name]]
            word = draw(st.sampled_from(["enter", "serve", "hold", "leave"]))
            if word == "leave" and opened:
                steps.append(Leave(opened.pop()))
            elif word == "hold":
                steps.append(Hold(draw(st.integers(0, 3))))
            elif word == "enter" and (names_left := [name for name in free if name not in opened]):
                opened.append(draw(st.sampled_from(names_left)))
                steps.append(Enter(opened[-1]))
            elif free:
                steps.append(Serve(draw(st.sampled_from(free)), draw(st.integers(0, 3))))
        steps += [Leave(name) for name in reversed(opened)]
        arrivals = sorted(draw(st.lists(st.integers(0, 9), min_size=1, max_size=8)))
        flows.append(Flow(f"flow {number}", At([float(x) for x in arrivals]), steps or [Hold(1)]))
    return port(pools, *flows, duration=10)


@given(small_ports())
@settings(max_examples=200, deadline=None)
def test_who_is_locked_stays_so_and_in_the_end_all_others_have_gone(net: Network) -> None:
    early = deadlock(run(net, compiled.simulate))
    trace = run(evolve(net, run_on="1 d"), compiled.simulate)
    late = deadlock(trace)
    assert late.locked == (int(trace.inside.value[-1]) if trace.inside.value.size else 0)
    assert early.locked <= late.locked
    if early.locked:
        assert early.since_ms == late.since_ms
    if late.locked:
        assert possible(net)


@pytest.mark.slow
@given(networks(), st.integers(0, 9))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_roster_rule_stock_or_partner_ever_frees_who_is_locked(net: Network, seed: int) -> None:
    early = deadlock(run(net, compiled.simulate, seed))
    later = deadlock(run(evolve(net, run_on="9 d"), compiled.simulate, seed))
    assert early.locked <= later.locked
    if early.locked:
        assert early.since_ms == later.since_ms
