"""Shares, categories, numbers and budgets of those who come."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from clearsim.demand import Demand, draw
from clearsim.network import (
    AllOf,
    AnyOf,
    At,
    Category,
    Exponential,
    Flow,
    Given,
    Hold,
    Network,
    Number,
    Poisson,
    Share,
)
from clearsim.units import DAY_MS, HOUR_MS
from tests.demand.drawn import SEED, TRUCK, TUESDAY, Array, fits, moved
from tests.networks import busy_port


def test_a_share_is_its_probability_times_the_factors_of_the_classes_among_those_asked() -> None:
    kinds = Category({"express": 0.25, "ordinary": 0.75})
    flow = Flow(
        "truck",
        Poisson("40000/d"),
        [Hold(1)],
        attributes={
            "declared": Share(0.8),
            "kind": kinds,
            "inspected": Share(0.2, factors={"kind": {"express": 0.5, "ordinary": 2}}, among="declared"),
        },
    )
    columns = draw(Network(flows=[flow]), SEED).attributes[0]
    assert fits(np.bincount(columns["kind"]), [0.25, 0.75])
    assert not (columns["inspected"] & ~columns["declared"]).any()
    for index, p in enumerate((0.1, 0.4)):
        inspected = columns["inspected"][columns["declared"] & (columns["kind"] == index)]
        assert fits([inspected.sum(), (~inspected).sum()], [p, 1 - p])


def test_a_priority_by_category_counts_the_classes_in_their_order() -> None:
    demand = draw(busy_port(), SEED)
    trucks = demand.priority[: demand.first[1]]
    np.testing.assert_array_equal(trucks, demand.attributes[TRUCK]["kind"])
    assert set(trucks.tolist()) == {0, 1}


def test_a_number_is_drawn_from_its_distribution() -> None:
    flow = Flow("truck", At([1, 2, 3]), [Hold(1)], attributes={"amount": Number(Given([10, 20, 30]))})
    assert draw(Network(flows=[flow]), SEED).attributes[0]["amount"].tolist() == [10, 20, 30]


RISK = {"good": 0.1, "fair": 0.4, "bad": 2.0}


def controlled(start: datetime = TUESDAY, **share: Any) -> tuple[Demand, Array]:
    """Trucks of three classes, controlled by `RISK`, and the day of the calendar on which each comes."""
    attributes = {
        "held": Share(0.5),
        "class": Category({"good": 0.6, "fair": 0.35, "bad": 0.05}),
        "controlled": Share(1.0, {"class": RISK}, **share),
    }
    flow = Flow("truck", Poisson("300/d"), [Hold(Exponential(1), only_if="controlled")], attributes=attributes)
    demand = draw(Network(flows=[flow], duration="4 d", start=start), SEED)
    clock_ms = start.hour * HOUR_MS
    return demand, (demand.arrival_ms + clock_ms) // DAY_MS


@pytest.mark.parametrize("start", [TUESDAY, datetime(2022, 11, 1, 15)])
def test_a_budget_keeps_the_riskiest_of_each_day_of_the_calendar_and_no_more(start: datetime) -> None:
    (free, day), (bound, _) = controlled(start), controlled(start, a_day=40)
    wanted, kept = (demand.attributes[0]["controlled"] for demand in (free, bound))
    assert (kept <= wanted).all()
    risk = np.array(list(RISK.values()))[free.attributes[0]["class"]]
    for today in np.unique(day):
        here = wanted & (day == today)
        assert (kept & here).sum() == min(40, here.sum())
        if here.sum() > 40:
            assert risk[here & kept].min() >= risk[here & ~kept].max()
            assert len(set(risk[here & kept])) > 1
    assert moved(free, bound) == {"flags", "0 controlled"}


def test_a_larger_budget_adds_entities_and_drops_none() -> None:
    kept = [controlled(a_day=budget)[0].attributes[0]["controlled"] for budget in (0, 10, 40, 60, 10_000)]
    assert not kept[0].any()
    np.testing.assert_array_equal(kept[-1], controlled()[0].attributes[0]["controlled"])
    for fewer, more in pairwise(kept):
        assert (fewer <= more).all()
        assert fewer.sum() < more.sum()


def test_a_budget_is_spent_on_those_alone_who_could_have_the_share() -> None:
    demand, day = controlled(a_day=10, among="held", unless="class=fair")
    columns = demand.attributes[0]
    assert not (columns["controlled"] & (~columns["held"] | (columns["class"] == 1))).any()
    assert np.bincount(day[columns["controlled"]]).tolist() == [10] * 4


def test_what_follows_from_conditions_is_neither_drawn_nor_a_cause_of_draws() -> None:
    shares = {"kind": Category({"a": 0.3, "b": 0.7}), "x": Share(0.4), "y": Share(0.5)}
    derived = {"either": AnyOf(["x", "kind=a"]), "both": AllOf(["x", "y", "either"])}
    last = {"last": Share(0.5, among="both")}

    def drawn(attributes: Mapping[str, Any], *only_if: str) -> Demand:
        return draw(Network(flows=[Flow("truck", Poisson("5000/d"), [Hold(1, only_if=only_if)], attributes)]), SEED)

    one, other = drawn({**shares, **last | {"last": Share(0.5)}}), drawn({**shares, **derived, **last}, "both")
    columns = other.attributes[0]
    for name in ("kind", "x", "y"):
        np.testing.assert_array_equal(one.attributes[0][name], columns[name])
    np.testing.assert_array_equal(columns["either"], columns["x"] | (columns["kind"] == 0))
    np.testing.assert_array_equal(columns["both"], columns["x"] & columns["y"])
    np.testing.assert_array_equal(columns["last"], one.attributes[0]["last"] & columns["both"])
    np.testing.assert_array_equal(other.flags == 1, columns["both"])
