"""Which entities a KPI counts: those that never took part are in no mean. By hand, on both engines."""

import math

import pytest

from clearsim.customs import network
from clearsim.demand import draw
from clearsim.engines import compiled
from clearsim.measures import measure
from clearsim.network import (
    Ahead,
    At,
    Board,
    Constant,
    Flow,
    Hold,
    Network,
    Poisson,
    Put,
    Serve,
    Service,
    Share,
    Stock,
    Take,
    Travel,
)
from clearsim.network.steps import MilestoneOf
from clearsim.plan import compile_network
from clearsim.scenario import load
from clearsim.trace import Trace
from tests.networks import Found, Simulate, about, queue, run
from tests.paths import SCENARIOS

H, D = 60.0, 1440.0


def some_inspected(of: MilestoneOf, p: float = 0.1) -> Network:
    """A tenth of the trucks take an inspection of an hour; nobody waits."""
    step = Hold(H, only_if="inspected", milestone="inspected", milestone_of=of)
    return Network(flows=[Flow("truck", Poisson("100/h"), [step], {"inspected": Share(p)})], duration="1 d", run_on=H)


def found_in(trace: Trace, flow: str, station: str = "") -> Found:
    return {row.kpi: row.value for row in measure(trace) if (row.flow, row.station) == (flow, station)}


# Milestones


def test_a_milestone_counts_those_who_took_its_step(simulate: Simulate) -> None:
    trace = run(some_inspected("taken"), simulate)
    inspected = int(trace.demand.attributes[0]["inspected"].sum())
    found = found_in(trace, "truck", "inspected")
    assert 180 < inspected < 300  # of some 2400
    assert (found["reached"], found["dwell_mean"], found["dwell_p90"]) == (inspected, 60, 60)
    assert found["within_24h"] == 100


def test_a_milestone_of_all_counts_those_who_come_past_its_step_as_they_pass(simulate: Simulate) -> None:
    trace = run(some_inspected("all"), simulate)
    arrived, inspected = trace.entities(0), int(trace.demand.attributes[0]["inspected"].sum())
    found = found_in(trace, "truck", "inspected")
    assert (found["reached"], found["dwell_mean"]) == (arrived, pytest.approx(60 * inspected / arrived))


def test_a_step_without_a_condition_has_the_same_milestone_either_way(simulate: Simulate) -> None:
    def timed(of: MilestoneOf) -> Found:
        return about(
            Network(flows=[Flow("box", At([0, 10]), [Hold(5, milestone="out", milestone_of=of)])]),
            simulate,
            "box",
            "out",
        )

    assert timed("taken") == timed("all")


def test_those_who_skip_the_step_are_at_the_milestone_of_all_when_they_pass(simulate: Simulate) -> None:
    steps = [Hold(5), Hold(20, only_if="inspected", milestone="released", milestone_of="all"), Hold(100)]
    port = Network(flows=[Flow("box", At([0, 10]), steps, {"inspected": Share(0)})], duration=D)
    assert about(port, simulate, "box", "released")["dwell_mean"] == 5


def test_where_nobody_takes_the_step_its_milestone_is_undefined(simulate: Simulate) -> None:
    found = found_in(run(some_inspected("taken", p=0), simulate), "truck", "inspected")
    assert found["reached"] == 0
    assert all(math.isnan(found[kpi]) for kpi in ("dwell_mean", "dwell_p90", "within_24h"))


def test_within_24_h_counts_the_same_people_as_the_mean(simulate: Simulate) -> None:
    # All who are inspected take 30 h; half are not, and would be "in time" at once.
    step = Hold(30 * H, only_if="inspected", milestone="inspected")
    flow = Flow("box", Poisson("10/h"), [step], {"inspected": Share(0.5)})
    port = Network(flows=[flow], duration="1 d", run_on="3 d")
    assert about(port, simulate, "box", "inspected")["within_24h"] == 0


def test_whom_a_milestone_counts_is_checked() -> None:
    with pytest.raises(ValueError, match="milestone_of: expected 'taken' or 'all', not 'some'"):
        Hold(5, milestone="out", milestone_of="some")  # type: ignore[arg-type]  # that is the mistake
    with pytest.raises(ValueError, match="the step has no `milestone`"):
        Hold(5, milestone_of="all")


SHIPPED = {
    ("export_truck", "released"): "all",
    ("export_truck", "driver_free"): "all",
    ("export_truck", "departed"): "all",
    ("declaration", "reviewed"): "pre_reported",
    ("air_shipment", "released"): "all",
    ("air_shipment", "out_of_terminal"): "all",
    ("air_shipment", "on_shelf"): "all",
    ("order", "released"): "all",
    ("order", "left"): "all",
    ("errand", "done"): "all",
}
"""Whom each shipped milestone must count (S2, S6, S7, S9, S11, S12): all, or those with a share."""


def test_every_shipped_milestone_counts_those_whom_it_is_about() -> None:
    # A parcel that is not opened, a pallet that is not inspected or labelled and an errand that is not by mail are
    # released, on the shelf and done all the same. A declaration that is not filed ahead is not reviewed ahead.
    scenario = load(SCENARIOS / "ordinary-day.yaml").scenario
    port = network(scenario)
    trace = compiled.simulate(compile_network(port), draw(port, scenario.seed))
    plan = trace.plan
    there = {
        (name, plan.steps.milestone[step])
        for flow, name in enumerate(plan.flows.names)
        for step in plan.steps_of(flow)
        if plan.steps.milestone[step] is not None
    }
    assert there == SHIPPED.keys()
    for (name, milestone), share in SHIPPED.items():
        flow = plan.flows.names.index(name)
        step = next(step for step in plan.steps_of(flow) if plan.steps.milestone[step] == milestone)
        done = trace.done_ms(flow, step) != -1
        of = done if share == "all" else done & (trace.demand.attributes[flow][share] == 1)
        assert found_in(trace, name, milestone)["reached"] == of.sum() > 0, (name, milestone)


# Drivers


def no_shows(p: float) -> Network:
    """Trucks that come drive 10 min and are served for 20; a no-show does nothing."""
    steps = [Travel(10, unless="no_show", driver="cab"), Hold(20, unless="no_show", driver="out")]
    return Network(flows=[Flow("truck", At(range(0, 1000)), steps, {"no_show": Share(p)})], duration="1 d")


def test_no_shows_do_not_dilute_the_minutes_of_drivers(simulate: Simulate) -> None:
    for p in (0, 0.5):
        found = about(no_shows(p), simulate, "truck")
        assert (found["driver_out_of_cab"], found["driver_driving"], found["driver_wait_mean"]) == (20, 10, 20)
        assert found["driver_wait_p95"] == 20
        assert found["arrived"] == 1000
    assert math.isnan(about(no_shows(1), simulate, "truck")["driver_wait_mean"])


def test_a_driver_who_skips_one_kind_of_minutes_has_none_of_it_and_the_parts_add_up(simulate: Simulate) -> None:
    steps = [Travel(10, driver="cab"), Hold(20, unless="reported", driver="out")]
    port = Network(flows=[Flow("truck", At(range(0, 1000)), steps, {"reported": Share(0.5)})], duration="1 d")
    trace = run(port, simulate)
    reported = int(trace.demand.attributes[0]["reported"].sum())
    assert found_in(trace, "truck")["driver_out_of_cab"] == pytest.approx(20 * (1000 - reported) / 1000)


# Lost sales, companions, bookings


def test_only_those_who_may_give_up_are_in_the_share_of_the_lost(simulate: Simulate) -> None:
    # Nothing is ever on the shelf: every order that wants goods is lost. Those that want none are not "kept".
    take = Take("shelf", only_if="wants", patience=5)
    flow = Flow("order", At(range(100)), [take], {"wants": Share(0.5)})
    port = Network(stocks=[Stock("shelf", {"wine": 0})], flows=[flow, Flow("late", At([1000]), [Put("shelf")])])
    found = about(port, simulate, "order")
    assert (found["lost_share"], found["arrived"]) == (100, 100)
    assert 0 < found["lost"] < 100


def test_a_companion_that_takes_no_step_is_not_there(simulate: Simulate) -> None:
    review = Hold(5, only_if="reported", milestone="reviewed")
    truck = Flow("truck", At(range(100)), [Hold(1)], {"reported": Share(0.3)})
    port = Network(flows=[truck, Flow("paper", Ahead("truck", 0, only_if="reported"), [review])])
    trace = run(port, simulate)
    reported = int(trace.demand.attributes[0]["reported"].sum())
    papers = found_in(trace, "paper")
    assert 0 < reported < 100
    assert (papers["arrived"], papers["inside"]) == (reported, 0)
    assert found_in(trace, "paper", "reviewed")["reached"] == reported
    assert found_in(trace, "truck")["arrived"] == 100


def test_those_who_do_not_board_are_in_no_share_of_the_booked(simulate: Simulate) -> None:
    # One slot a day: the first of the two boxes leaves as booked. The third does not board at all.
    board = Board("train", booked=0, unless="stays")
    flow = Flow("box", At([0, 1]), [board], {"stays": Share(0)})
    stays = Flow("other", At([2]), [board], {"stays": Share(1)})
    port = Network(services=[Service("train", [(30, 1), (60, 1)])], flows=[flow, stays])
    assert about(port, simulate, "box", "train")["on_booked"] == 50
    assert math.isnan(about(port, simulate, "other", "train")["on_booked"])


def test_a_wait_is_of_those_who_joined_the_line(simulate: Simulate) -> None:
    # Trucks every minute for an hour, 2 min of service for all who show up: each waits a minute longer than the one
    # before, whether or not no-shows come between them on paper.
    base = about(queue(At(range(60)), Constant(2), duration="1 d"), simulate, "truck", "desk")
    mixed = queue(At(range(60)), Constant(2), duration="1 d")
    ghosts = Flow("ghost", At(range(60)), [Serve("desk", 2, unless="no_show")], {"no_show": Share(1)})
    port = Network(flows=[*mixed.flows, ghosts], pools=mixed.pools, stations=mixed.stations, duration="1 d")
    assert about(port, simulate, "truck", "desk")["wait_mean"] == base["wait_mean"] == sum(range(60)) / 60
    ghost_line = about(port, simulate, "ghost", "desk")
    assert ghost_line["visits"] == 0
    assert math.isnan(ghost_line["wait_mean"])
