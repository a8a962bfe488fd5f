"""Entities that wait for their partners."""

from typing import Any

import pytest

from clearsim.network import (
    Ahead,
    At,
    Await,
    Flow,
    Given,
    Hold,
    Network,
    Pool,
    Serve,
    Station,
    Travel,
)
from clearsim.units import MINUTE_MS
from tests.networks import Simulate, run, stamps


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
