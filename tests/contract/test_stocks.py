"""Units that are taken from a stock and put into it."""

from clearsim.network import (
    At,
    Category,
    Flow,
    Hold,
    Network,
    Put,
    Stock,
    Take,
)
from tests.networks import Simulate, run, stamps


def test_the_head_of_the_line_waits_for_its_units_and_nobody_overtakes_it(simulate: Simulate) -> None:
    # units on the shelf: 3 until 10, put 1 makes 4, taken by `large`; put 1 at 20, taken by `small`
    port = Network(
        stocks=[Stock("shelf", {"wine": 3})],
        flows=[
            Flow("large", At([1]), [Take("shelf", 4), Hold(5)]),
            Flow("small", At([2]), [Take("shelf", 1), Hold(5)]),
            Flow("refill", At([10, 20]), [Put("shelf", 1)]),
        ],
    )
    trace = run(port, simulate)
    assert stamps(trace, "large") == [[10, 15]]
    assert stamps(trace, "small") == [[20, 25]]


def test_one_refill_serves_the_line_as_far_as_it_reaches(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 0})],
        flows=[Flow("order", At([1, 2, 3]), [Take("shelf", 2)]), Flow("refill", At([10, 30]), [Put("shelf", 5)])],
    )
    assert stamps(run(port, simulate), "order") == [[10], [10], [30]]  # 5 - 2 - 2 = 1, 1 + 5 - 2 = 4


def test_a_family_out_of_stock_holds_up_no_other(simulate: Simulate) -> None:
    def order(family: str, at: float) -> Flow:
        take = Take("shelf", family="family")
        return Flow(family, At([at]), [take], attributes={"family": Category({family: 1})})

    wine_refill = Flow(
        "refill", At([30]), [Put("shelf", family="family")], attributes={"family": Category({"wine": 1})}
    )
    port = Network(
        stocks=[Stock("shelf", {"milk": 1, "wine": 0})],
        flows=[order("wine", 1), order("milk", 2), wine_refill],
    )
    trace = run(port, simulate)
    assert (stamps(trace, "wine"), stamps(trace, "milk")) == ([[30]], [[2]])


def test_units_put_and_asked_for_in_the_same_minute_are_taken_in_it(simulate: Simulate) -> None:
    port = Network(
        stocks=[Stock("shelf", {"wine": 0})],
        flows=[Flow("order", At([10]), [Take("shelf")]), Flow("refill", At([10]), [Put("shelf")])],
    )
    assert stamps(run(port, simulate), "order") == [[10]]
