"""Groups that are measured apart, lost orders and trips: by hand, and by what holds of every network."""

import math

import numpy as np
import pytest

from clearsim.engines import compiled
from clearsim.experiment import run as run_experiment
from clearsim.measures import measure
from clearsim.network import (
    At,
    Board,
    Category,
    Flow,
    Given,
    Hold,
    Label,
    LateFee,
    Network,
    NetworkError,
    Number,
    Pool,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
)
from clearsim.plan import NOT_YET, compile_network
from tests.networks import Simulate, about, approx, busy_port, run

H, D = 60.0, 1440.0
"""An hour and a day, in minutes."""


# Groups


def two_kinds(p: float, **rest: object) -> Flow:
    steps = [
        Hold(10, only_if="fast", driver="cab"),
        Hold(30, unless="fast", driver="out", milestone="released", milestone_of="all"),
        Board("train", booked=0),
    ]
    return Flow("truck", At([0, 5]), steps, attributes={"fast": Share(p)}, apart="fast", **rest)  # type: ignore[arg-type]


def test_those_who_have_a_share_and_the_others_are_measured_apart(simulate: Simulate) -> None:
    # All are fast, or none: one group is the whole, and of the other nothing is known.
    for p, whole, none in ((1, "truck/fast", "truck/not fast"), (0, "truck/not fast", "truck/fast")):
        port = Network(flows=[two_kinds(p)], services=[Service("train", [(12, 9), (40, 9)])])
        for station in ("", "released", "train"):
            there, all_of_them = about(port, simulate, whole, station), about(port, simulate, "truck", station)
            assert there.items() <= all_of_them.items()
            assert all_of_them.keys() - there.keys() <= {"arrived", "not_arrived", "inside"} | {"visits"} | {
                name for name in all_of_them if name.startswith(("wait", "line", "hours", "still", "time"))
            }
        assert math.isnan(about(port, simulate, none)["driver_wait_mean"])
        assert math.isnan(about(port, simulate, none, "train")["on_booked"])
        assert about(port, simulate, none, "released")["reached"] == 0


APART = ("inspected", "kind=express")


def split_port() -> Network:
    port = busy_port()
    truck, *others = port.flows
    changed = Flow(
        "truck",
        truck.arrivals,
        [*truck.steps[:-1], Board("train", booked=60, milestone="departed")],
        truck.attributes,
        truck.priority,
        apart=APART,
    )
    return Network(
        [changed, *others], port.pools, port.stations, port.stocks, port.services, duration="1 d", run_on="6 h"
    )


@pytest.mark.parametrize("name", APART)
def test_the_mean_of_the_whole_is_that_of_the_groups_weighted_by_their_numbers(name: str) -> None:
    trace = run(split_port(), compiled.simulate)
    values = {(row.flow, row.station, row.kpi): row.value for row in measure(trace)}
    attribute, _, label = name.partition("=")
    column = trace.demand.attributes[0][attribute]
    has = column == (0 if label else 1)  # express is the first of the kinds
    counts = np.array([has.sum(), (~has).sum()])
    assert counts.min() > 10
    parts = (f"truck/{name}", f"truck/not {name}")
    for kpi in ("driver_wait_mean", "driver_queueing_in_cab", "driver_served_in_cab", "driver_driving"):
        mean = np.average([values[part, "", kpi] for part in parts], weights=counts)
        assert mean == pytest.approx(values["truck", "", kpi], rel=1e-12)
    reached = [values[part, "departed", "reached"] for part in parts]
    assert sum(reached) == values["truck", "departed", "reached"]
    mean = np.average([values[part, "departed", "dwell_mean"] for part in parts], weights=reached)
    assert mean == pytest.approx(values["truck", "departed", "dwell_mean"], rel=1e-12)


def test_a_group_changes_nothing_of_the_whole_nor_what_a_result_says_of_it() -> None:
    apart, together = split_port(), busy_port()
    np.testing.assert_array_equal(run(apart, compiled.simulate).stamp, run(together, compiled.simulate).stamp)
    result = run_experiment(apart)
    assert result.kpi("driver_wait_mean") == result.kpi("driver_wait_mean", "truck")
    assert result.kpi("driver_wait_mean", "truck/inspected") != result.kpi("driver_wait_mean", "truck/not inspected")


def test_a_group_has_its_own_label() -> None:
    flow = two_kinds(0.5, groups={"fast": Label("fast"), "not fast": Label("others")})
    labels = compile_network(Network(flows=[flow], services=[Service("train", [(12, 9)])])).labels
    assert (str(labels["truck/fast"]), str(labels["truck/not fast"])) == ("fast", "others")


def test_what_cannot_be_measured_apart_is_refused() -> None:
    def refused(**rest: object) -> str:
        flow = Flow("truck", At([0]), [Hold(1)], {"kind": Category({"a": 1})}, **rest)  # type: ignore[arg-type]
        with pytest.raises(NetworkError) as caught:
            Network(flows=[flow])
        return str(caught.value)

    assert "`fast`, which is not a share of the flow" in refused(apart="fast")
    assert "no category `kind` with a class `b`" in refused(apart=("kind=a", "kind=b"))
    assert "label for the group `slow`, which is not measured apart" in refused(groups={"slow": Label("slow")})
    with pytest.raises(NetworkError, match="must not contain `/`"):
        Network(flows=[Flow("truck/fast", At([0]), [Hold(1)])])


# Lost sales


def shop(**rest: object) -> Network:
    #         0    5    10   15   20   25   30   35   40
    # shelf   1..0           1..0
    # a       T)
    # b            .......x               gives up after 8 at 13
    # c                 ....T===)         the pallet of 15 is for c
    # d                           .......x
    # e                                          ..  still waits at 40
    flow = Flow(
        "order",
        At([0, 5, 10, 26, 38]),
        [Take("shelf", patience=8, driver="cab"), Hold(4, driver="cab", milestone="released")],
        **rest,  # type: ignore[arg-type]
    )
    return Network(
        stocks=[Stock("shelf", {"wine": 1})],
        flows=[flow, Flow("pallet", At([15]), [Put("shelf")])],
        duration=40,
    )


def test_anyone_who_gives_up_is_lost_and_no_longer_inside(simulate: Simulate) -> None:
    found = about(shop(), simulate, "order")
    assert (found["arrived"], found["inside"], found["lost"], found["lost_share"]) == (5, 1, 2, 40)
    assert about(shop(), simulate, "", "shelf") == {"stock_lowest": 0, "stock_outs": 4, "stock_lost": 2}
    assert not about(shop(), simulate, "pallet").keys() & {"lost", "lost_share"}


def test_anyone_who_gave_up_waited_until_then_and_takes_no_time_afterwards(simulate: Simulate) -> None:
    waits = about(shop(), simulate, "order", "shelf")
    assert (waits["wait_mean"], waits["wait_longest"], waits["still_waiting"]) == ((0 + 8 + 5 + 8 + 2) / 5, 8, 1)
    found = about(shop(), simulate, "order")
    assert found["driver_queueing_in_cab"] == (0 + 8 + 5 + 8 + 2) / 5
    assert found["driver_served_in_cab"] == (4 + 4) / 5


def test_anyone_who_gave_up_never_reaches_the_milestone_in_time(simulate: Simulate) -> None:
    # a and c do, b and d never will, and nobody knows of e
    found = about(shop(), simulate, "order", "released")
    assert (found["reached"], found["dwell_mean"], found["within_24h"]) == (2, (4 + 9) / 2, 50)


def test_a_patience_of_0_loses_an_order_without_a_wait(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 2})], flows=[Flow("order", At([0, 1, 2]), [Take("shelf", patience=0)])]
    )
    assert about(port, simulate, "order")["lost"] == 1
    assert about(port, simulate, "", "shelf") == {"stock_lowest": 0, "stock_outs": 1, "stock_lost": 1}


def test_the_lost_are_counted_by_family(simulate: Simulate) -> None:
    take = Take("shelf", family="family", patience=3)
    flows = [
        Flow(name, At([0, 1]), [take], {"family": Category({"wine": wine, "milk": 1 - wine})})
        for name, wine in (("bottle", 1), ("carton", 0))
    ]
    port = Network(stocks=[Stock("shelf", {"wine": 1, "milk": 0})], flows=flows)
    lost = {family: about(port, simulate, "", f"shelf/{family}")["stock_lost"] for family in ("wine", "milk")}
    assert lost == {"wine": 1, "milk": 2}


def test_anyone_who_gave_up_neither_misses_a_departure_nor_owes_a_fee(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 1})],
        services=[Service("train", [(30, 9)])],
        flows=[
            Flow(
                "order",
                At([0, 0]),
                [Take("shelf", patience=5), Board("train", booked=0)],
                attributes={"due": Number(Given([10, 10])), "cny": Number(Given([1000, 1000]))},
                late_fee=LateFee("due", "cny", per_day=0.1, least_cny=0),
            )
        ],
    )
    assert about(port, simulate, "order", "train")["on_booked"] == 100
    found = about(port, simulate, "order")
    assert (found["late_share"], found["late_fees"], found["lost"]) == (100, 100, 1)


def test_everyone_who_arrived_has_finished_or_is_inside_or_lost() -> None:
    trace = run(shop(), compiled.simulate)
    values = {row.kpi: row.value for row in measure(trace) if (row.flow, row.station) == ("order", "")}
    finished = int((trace.finished_ms(0) != NOT_YET).sum())
    assert values["arrived"] == finished + values["inside"] + values["lost"]


# Trips


def test_trips_are_the_visits_of_stations_that_cost_one(simulate: Simulate) -> None:
    # a goes twice; b is still in line at the end; online nobody goes anywhere
    port = Network(
        pools=[Pool("clerks", 1)],
        stations=[Station("counter", {"clerks": 1}, trip=True), Station("desk", {"clerks": 1})],
        flows=[
            Flow("errand", At([0, 1]), [Serve("counter", 10), Serve("counter", 60), Serve("desk", 1)]),
            Flow("online", At([0]), [Hold(5)]),
        ],
        duration=30,
    )
    assert about(port, simulate, "errand")["trips"] == 4
    assert about(port, simulate, "online") == approx({"arrived": 1, "not_arrived": 0, "inside": 0})
