"""Networks in which nothing is random: their figures are exact and have no interval."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from clearsim.demand import draw, is_random
from clearsim.experiment import Result, compare, run, select, sweep
from clearsim.experiment.results import NOT_RANDOM
from clearsim.network import (
    Ahead,
    At,
    Await,
    Category,
    Distribution,
    During,
    Empirical,
    Exponential,
    Flow,
    Gamma,
    Given,
    Hold,
    Landing,
    Landings,
    Lognormal,
    Network,
    Number,
    Poisson,
    Share,
    Triangular,
    Uniform,
)
from clearsim.report import comparison as comparison_words
from clearsim.report import selection as selection_words
from clearsim.report import summary as summary_words
from clearsim.report import sweep as sweep_words
from tests.networks import arrays, queue

GIVEN = At([0, 1, 2, 3])
SURE = {"x": Category({"a": 1.0, "b": 0.0})}


@dataclass(frozen=True)
class MyOwn(Distribution):
    """A distribution of a researcher's own."""

    variate = "uniform"

    @property
    def expected(self) -> float:
        return 1.0

    def scaled(self, variates: Any) -> Any:
        return 1 + variates


def one(time: Any = 1, arrivals: Any = GIVEN, **attributes: Any) -> Network:
    steps = [Hold(time, only_if=[name for name, item in attributes.items() if isinstance(item, Share)])]
    return Network([Flow("truck", arrivals, steps, attributes=attributes)])


def led(lead: Any) -> Network:
    return Network([Flow("truck", GIVEN, [Hold(1), Await("papers")]), Flow("papers", Ahead("truck", lead), [Hold(1)])])


CERTAIN = {
    "given times": one(Given([1, 2, 3, 4])),
    "no width": one(Uniform(2, 2)),
    "one corner": one(Triangular(2, 2, 2)),
    "always the same observed": one(Empirical([2, 2])),
    "a mean of 0": one(Exponential(0)),
    "a timetable": one(arrivals=Landings((Landing(60, 4),), delay="5 min", backlog=3)),
    "a rate of 0": one(arrivals=Poisson(0, backlog=3)),
    "all or nobody": one(everybody=Share(1), nobody=Share("0 %")),
    "one class": one(**SURE),
    "a share that its factor decides": one(**SURE, risky=Share(0.5, factors={"x": {"a": 2.0, "b": 1.0}})),
    "a budget of none": one(looked_at=Share(0.5, a_day=0)),
    "by the clock": one(early=During([(0, 2)])),
    "a lead": led("1 min"),
}
RANDOM = {
    "a rate": one(arrivals=Poisson("4/h", day_cv=0.5)),
    "a delay": one(arrivals=Landings((Landing(60, 4),), delay=Exponential(5))),
    **{type(time).__name__: one(time) for time in (Exponential(1), Gamma(1, 0.5), Lognormal(1, 0.5), MyOwn())},
    "a width": one(Uniform(2, 3)),
    "a corner": one(Triangular(2, 2, 3)),
    "observed": one(Empirical([2, 3])),
    "a share": one(some=Share(0.5)),
    "two classes": one(x=Category({"a": 0.5, "b": 0.5})),
    "a factor": one(**SURE, risky=Share(0.5, factors={"x": {"a": 0.5, "b": 2.0}})),
    "a budget among equals": one(looked_at=Share(1, a_day=2)),
    "a number": one(tons=Number(Exponential(5))),
    "a lead": led(Exponential(1)),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_where_nothing_is_random_all_replications_draw_alike(name: str) -> None:
    first, *others = (arrays(draw(CERTAIN[name], seed, replication)) for seed in (1, 2) for replication in range(10))
    assert all(np.array_equal(first[column], other[column]) for other in others for column in first)
    assert not is_random(CERTAIN[name])


@pytest.mark.parametrize("name", RANDOM)
def test_where_something_is_random_two_replications_draw_differently(name: str) -> None:
    first, *others = (arrays(draw(RANDOM[name], 1, replication)) for replication in range(20))
    same = [np.array_equal(first[column], other[column]) for other in others for column in first]
    assert not all(same)
    assert is_random(RANDOM[name])


def desk(minutes: float = 5, officers: int = 1) -> Network:
    return queue(At([0, 1, 2, 10]), minutes, officers, duration="1 h")


# One port


@pytest.fixture(scope="module")
def certain() -> Result:
    return run(desk(), replications=10)


def test_the_figures_of_such_a_port_have_no_interval(certain: Result) -> None:
    # Served 0-5, 5-10, 10-15, 15-20; so they wait 0, 4, 8, 5.
    assert (certain.kpi("wait_mean"), certain.replications) == (4.25, 10)
    assert {row.half_width for row in certain.kpis} == {None}
    assert certain.to_pandas()["half_width"].isna().all()
    assert certain.quantile(0.5, "wait_mean")[1:3] == (None, None)


def test_it_says_so_and_what_to_do(certain: Result) -> None:
    assert "Nothing here is random: all replications are the same, one is enough" in NOT_RANDOM.en
    assert "give a time as a distribution such as an exponential one, or arrivals as a rate" in NOT_RANDOM.en
    assert list(summary_words.notes(certain)) == [str(NOT_RANDOM)]
    assert NOT_RANDOM.en in certain._repr_html_()
    texts = [cell for table in summary_words.tables(certain) for row in table.rows for cell in row]
    assert not [text for text in [*texts, *summary_words.findings(certain)] if "±" in text]


def test_a_random_port_says_nothing_of_it() -> None:
    result = run(queue(Poisson("9/h"), Exponential(5), duration="2 h"), replications=3)
    assert any(row.half_width for row in result.kpis)
    assert NOT_RANDOM.en not in result._repr_html_()
    assert "the half-width of the 95 % interval" in next(summary_words.notes(result))


def test_what_never_varied_in_a_random_port_has_no_half_width_on_the_terminal() -> None:
    result = run(queue(Poisson("9/h"), 5, 100, duration="2 h"), replications=3)  # a desk for everybody
    (row,) = (row for row in result.kpis if row.kpi == "wait_mean")
    assert (row.mean, row.half_width) == (0, 0)
    assert [row[2] for row in summary_words.tables(result)[0].rows] == ["0.0"]
    assert list(summary_words.notes(result))[1:] == [
        "A mean without ± was the same in all replications in which it is defined."
    ]


# Several ports


def test_certain_ports_are_compared_exactly() -> None:
    found = compare({"base": desk(), "slow": desk(6), "two": desk(5, 2), "as now": desk()}, replications=1)
    slow = found.difference("wait_mean", "slow")
    assert (slow.mean, slow.half_width, slow.n) == (5.75 - 4.25, None, 1)  # 0, 5, 10 and 8 min
    assert [found.verdict("wait_mean", name) for name in found.names[1:]] == ["more", "less", "equal"]
    assert [tier.policies for tier in found.ranking("wait_mean").tiers] == [
        (("two",),),
        (("base", "as now"),),
        (("slow",),),
    ]
    assert comparison_words.notes(found) == [str(NOT_RANDOM)]
    section = comparison_words.sections(replace(found, asked=(found.key("wait_mean"),)))[0]
    assert section.table is not None
    assert section.table.rows[1] == ("slow", "5.8", "+1.5", "more, worse")
    assert not [text for row in section.table.rows for text in row if "±" in text]
    assert NOT_RANDOM.en in found._repr_html_()


def test_a_certain_port_and_a_random_one_are_compared_by_intervals() -> None:
    ports = {"base": desk(), "random": queue(At([0, 1, 2, 10]), Exponential(5), duration="1 h")}
    with pytest.raises(ValueError, match="at least 2 replications are needed"):
        compare(ports, replications=1)
    found = compare(ports, replications=5)
    assert found.mean("base", "wait_mean").half_width is None
    assert found.difference("wait_mean", "random").half_width
    assert comparison_words.notes(found)[-1] == "Nothing is random 無隨機因素 in base."
    assert NOT_RANDOM.en not in found._repr_html_()


def test_the_best_of_certain_ports_is_selected_exactly_from_one_replication_each() -> None:
    ports = {"slow": desk(6), "base": desk(), "as now": desk(), "two": desk(5, 2)}
    for how in ({"indifference": 1.0}, {"budget": 40}):
        found = select(ports, "wait_mean", **how)
        assert (found.method, found.best, found.confidence, found.replications) == ("exact", "two", 1.0, 4)
        found = select(ports, "wait_mean", bounds=["line_peak >= 2", "wait_longest <= 8 min"], **how)
        assert (found.best, found.ties, found.undecided) == ("base", ("as now",), ())
        assert [judged.keeps for judged in found.policies] == [
            ("yes", "no"),
            ("yes", "yes"),
            ("yes", "yes"),
            ("no", "yes"),
        ]
        assert found.policies[1].half_width is None
        said = selection_words.verdict(found)
        assert str(NOT_RANDOM) in said
        assert not [line for line in said if "±" in line or "confidence" in line]
        assert NOT_RANDOM.en in found._repr_html_()
    assert select(ports, "wait_mean", indifference=1.0, goal="more").best == "slow"
    assert select(ports, "wait_mean", indifference=1.0, bounds=["line_peak >= 9"]).best is None


def test_what_no_certain_port_has_is_not_selected_by() -> None:
    nobody = queue(At([]), 5, duration="1 h")
    with pytest.raises(ValueError, match="is undefined in some replications of nobody"):
        select({"base": desk(), "nobody": nobody}, "wait_mean", indifference=1.0)


def test_a_sweep_of_certain_ports_has_no_noise() -> None:
    found = sweep(lambda officers: desk(5, officers), {"officers": [1, 2, 3, 4]}, replications=3)
    assert {item.half_width for item in found.estimates(found.key("wait_mean"))} == {None}
    assert sweep_words.notes(found) == [str(NOT_RANDOM)]
    assert sweep_words.neighbours(found, found.key("wait_mean")) == ["officers 3 → 4: no difference at all."]
    assert NOT_RANDOM.en in found._repr_html_()
    assert math.isnan(found.summary("wait_mean")["half_width"].iloc[0])
    everywhere = sweep(lambda officers: desk(5, officers), {"officers": [1, 2]}, replications=3)
    assert sweep_words.neighbours(everywhere, found.key("wait_mean")) == ["All neighbours differ."]
