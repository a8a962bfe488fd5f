"""Hits against officer hours and driver hours, worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest

from clearsim.measures.control import Controls
from clearsim.measures.kpi import rows
from clearsim.network import At, Control, Flow, Network, NetworkError, Pool, Serve, Share, Station
from tests.networks import Simulate, about, approx

CONTROL = Control("controlled", "bad", "found", at=["scan", "inspection"])


def port(controlled: float, bad: float, found: float, **rest: Any) -> Network:
    #        0         30   40        60        90   100       120   130       160   170  180
    # a      [scan=====)[====inspection)
    # b                               [scan====)[====)
    # c                                                         .. at 119: scan to 129, inspection to 169
    # d                                                         .. at 120 arrivals end
    steps = [
        Serve("scan", 10, only_if="controlled", driver="cab"),
        Serve("inspection", 40, only_if="controlled", driver="cab"),
        Serve("gate", 5, driver="cab"),
    ]
    attributes = {"controlled": Share(controlled), "bad": Share(bad), "found": Share(found)}
    return Network(
        pools=[Pool("officers", 2, kind="staff"), Pool("others", 7, kind="staff"), Pool("lanes", 1)],
        stations=[
            Station("scan", {"lanes": 1}),
            Station("inspection", {"officers": 2}, inspection=True),
            Station("gate", {"others": 1}),
        ],
        flows=[Flow("truck", At([0, 60, 109, 119]), steps, attributes, control=CONTROL)],
        duration=120,
        run_on=60,
        **rest,
    )


def test_hits_are_counted_per_hour_of_the_inspectors_and_of_the_drivers(simulate: Simulate) -> None:
    # a is done at 50, b at 110, c (from 109) at 159, d would be at 199: after the end. The officers are on duty for 2 h
    # each while arrivals come; a and b are done by then. Drivers: 50 min each of a, b and c.
    expected = {
        "controlled_share": 100,
        "hits": 3,
        "missed": 0,
        "hits_per_officer_hour": 2 / 4,
        "hits_per_driver_hour": 3 / 2.5,
    }
    found = about(port(1, 1, 1), simulate, "truck")
    assert {name: found[name] for name in expected} == approx(expected)


def test_anyone_who_is_let_pass_with_something_to_be_found_is_missed(simulate: Simulate) -> None:
    # Nobody is controlled: all four pass at once.
    found = about(port(0, 1, 0), simulate, "truck")
    assert (found["hits"], found["missed"], found["controlled_share"]) == (0, 4, 0)
    assert math.isnan(found["hits_per_driver_hour"])
    assert found["hits_per_officer_hour"] == 0
    # All are controlled and nothing is found, though it is there: d is not done.
    assert about(port(1, 1, 0), simulate, "truck")["missed"] == 3
    assert about(port(1, 0, 0), simulate, "truck")["missed"] == 0


def test_hits_and_misses_are_those_of_the_units_that_the_control_is_done_with() -> None:
    #               a      b      c      d      e
    controlled = [True, True, True, False, False]
    bad = [True, True, False, True, False]
    hit = [True, False, False, False, False]
    flags = (np.array(flags) for flags in (controlled, bad, hit))
    subject = Controls("truck", *flags, found=0, staff_hours=8.0, driver_hours=2.0)
    values = {row.kpi: row.value for row in rows(subject)}
    assert values == {
        "controlled_share": 60,
        "hits": 1,
        "missed": 2,  # b under control, d without
        "hits_per_officer_hour": 0,  # a was found after arrivals ended
        "hits_per_driver_hour": 1 / 2,
    }


def test_a_control_that_names_what_is_not_there_is_refused() -> None:
    flow = Flow(
        "truck", At([0]), [Serve("gate", 5)], {"bad": Share(0.1)}, control=Control("no", "bad", "bad", at="lane")
    )
    with pytest.raises(NetworkError) as caught:
        Network(flows=[flow], stations=[Station("gate", {})])
    assert caught.value.problems == (
        "flow `truck`: its control names `no`, which is not one of its shares",
        "flow `truck`: its control is at `lane`, where it is not served",
    )
