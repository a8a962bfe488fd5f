"""Steps that concern only some of the entities."""

from typing import Any

import pytest

from clearsim.network import (
    Ahead,
    At,
    Await,
    Board,
    Category,
    Enter,
    Flow,
    Hold,
    Leave,
    Network,
    Pool,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Travel,
)
from clearsim.plan import NOT_YET
from tests.networks import Simulate, run, stamps


@pytest.mark.parametrize("skip", [{"only_if": "no"}, {"unless": "yes"}, {"only_if": ("yes", "no")}])
def test_a_step_that_does_not_concern_an_entity_is_passed_in_no_time_and_takes_nothing(
    simulate: Simulate, skip: dict[str, Any]
) -> None:
    # The pool opens after the run, the stock is empty, the service has no departures: whoever tried would never pass.
    port = Network(
        pools=[Pool("closed", {"00:00": 0, "12:00": 1})],
        stations=[Station("desk", {"closed": 1})],
        stocks=[Stock("shelf", {"wine": 0})],
        services=[Service("train", [])],
        flows=[
            Flow(
                "truck",
                At([10]),
                [
                    Travel(5),
                    Serve("desk", 7, **skip),
                    Enter("desk", **skip),
                    Hold(7, **skip),
                    Await("declaration", **skip),
                    Board("train", **skip),
                    Take("shelf", **skip),
                    Put("shelf", **skip),
                    Leave("desk", **skip),
                    Travel(5),
                ],
                attributes={"yes": Share(1), "no": Share(0)},
            ),
            Flow("declaration", Ahead("truck", 0), [Take("shelf")]),
        ],
        duration="1 h",
    )
    trace = run(port, simulate)
    assert stamps(trace, "truck") == [[15] * 8 + [20]]
    assert stamps(trace, "declaration") == [[NOT_YET]]


def test_a_step_with_several_conditions_concerns_those_who_meet_them_all(simulate: Simulate) -> None:
    port = Network(
        flows=[
            Flow(
                "truck",
                At([0]),
                [Hold(5, only_if=("yes", "sure")), Hold(5, only_if="yes", unless="no"), Hold(5, unless=("no", "sure"))],
                attributes={"yes": Share(1), "sure": Share(1), "no": Share(0)},
            )
        ]
    )
    assert stamps(run(port, simulate), "truck") == [[5, 10, 10]]


def test_a_step_may_concern_one_class_of_a_category(simulate: Simulate) -> None:
    port = Network(
        flows=[
            Flow(
                "truck",
                At([0]),
                [Hold(5, only_if="kind=express"), Hold(5, unless="kind=express"), Hold(5, unless="kind=ordinary")],
                attributes={"kind": Category({"express": 1, "ordinary": 0})},
            )
        ]
    )
    assert stamps(run(port, simulate), "truck") == [[5, 5, 10]]
