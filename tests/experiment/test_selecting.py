"""The best of several networks: on problems whose answer is known."""

import math
from typing import Any

import pytest
from attrs import evolve

from clearsim.experiment import Study, run
from clearsim.experiment.bounds import amount, bound
from clearsim.experiment.selecting import select
from clearsim.network import Exponential, Flow, Hold, Network, Poisson, Pool
from clearsim.scenario import loads
from clearsim.stats import ALIKE
from tests.networks import busy_desk, queue
from tests.scenarios import TINY

WAIT = "wait_mean@desk"


DESKS = {"slow": busy_desk(5.5), "as it is": busy_desk(5), "fast": busy_desk(3)}


def test_the_fastest_desk_is_selected_and_the_others_went_out_on_the_way() -> None:
    found = select(DESKS, WAIT, indifference="2 min")
    assert (found.method, found.best, found.undecided) == ("KN", "fast", ())
    assert [judged.eliminated is None for judged in found.policies] == [False, False, True]
    assert found.key.unit == "min"


def test_where_more_is_better_the_other_end_is_selected() -> None:
    assert select(DESKS, WAIT, indifference=2.0, goal="more").best == "slow"


def test_what_was_found_of_a_policy_are_the_figures_of_a_run_of_it() -> None:
    found = select(DESKS, WAIT, indifference="2 min")
    for judged in found.policies:
        result = run(DESKS[judged.name], replications=judged.n)
        row = result.row(found.key)
        assert (judged.mean, judged.half_width) == (row.mean, row.half_width)
        assert found.results[judged.name].kpis == result.kpis
    means = found.means()
    assert means.groupby("policy", sort=False)["n"].max().to_dict() == {one.name: one.n for one in found.policies}


def test_two_desks_that_are_one_and_the_same_tie_and_the_first_wins() -> None:
    found = select({"one": busy_desk(5), "two": busy_desk(5)}, WAIT, indifference="1 min")
    assert (found.best, found.ties) == ("one", ("two",))
    assert min(judged.n for judged in found.policies) >= ALIKE  # fewer that are alike do not rule chance out


def test_what_rosters_fix_ties_without_more_replications_and_hours_that_depend_on_who_stays_late_do_not() -> None:
    one = evolve(busy_desk(5), pools=[Pool("officers", 2, kind="staff")])
    for kpi, each in (("ordinary_hours@officers", 10), ("overtime_hours@officers", ALIKE), ("staff_hours", ALIKE)):
        found = select({"one": one, "two": one}, kpi, indifference="1 h", goal="less")
        assert (found.best, found.ties) == ("one", ("two",))
        assert max(judged.n for judged in found.policies) - each in range(10), kpi  # made ten at a time


def test_by_a_budget_too_those_that_are_one_and_the_same_tie_whichever_had_more_replications() -> None:
    ports = {"one": busy_desk(5), "two": busy_desk(5), "slow": busy_desk(5.6), "three": busy_desk(5)}
    found = select(ports, WAIT, budget=90)
    assert {found.best, *found.ties} == {"one", "two", "three"}


@pytest.mark.parametrize(
    "asked",
    [
        {"indifference": 1.0, "goal": "min"},
        {"indifference": True},
        {"indifference": [1]},
        {"indifference": math.nan},
        {"indifference": 1e300},
        {"indifference": 1e-300},
        {"indifference": 1.0, "confidence": "95%"},
        {"indifference": 1.0, "bounds": f"{WAIT} <= 5 min"},
        {"indifference": 1.0, "bounds": [3]},
        {"indifference": 1.0, "policies": ["fast"]},
        {"indifference": 1.0, "kpi": None},
    ],
)
def test_a_slip_of_the_programmer_is_refused_in_words(asked: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError), match=r"indifference|goal|confidence|bounds|policies|KPI"):
        select(DESKS, **{"kpi": WAIT, **asked})


def test_a_network_without_the_kpi_is_refused_by_name_before_any_work() -> None:
    nowhere = Network(flows=[Flow("truck", Poisson("20/h"), [Hold("5 min")])], duration="8 h")
    for kpi, bounds in ((WAIT, []), ("truck:arrived", [f"{WAIT} <= 5 min"])):
        with pytest.raises(ValueError, match="there is no truck:wait_mean@desk in open: nothing can be selected by it"):
            select(
                {"desk": busy_desk(5), "open": nowhere},
                kpi,
                indifference=1.0,
                goal="less",
                bounds=bounds,
                study=Study(progress=lambda _: pytest.fail("work began")),
            )


def test_a_budget_goes_first_to_what_would_be_the_best_if_it_kept_the_bounds() -> None:
    """The slow desk certainly keeps the bound. The budget is for finding whether the cheaper one does."""
    ports = {"sure": busy_desk(4, 6), "cheap": busy_desk(4, 2)}
    found = select(ports, "duty_hours@officers", budget=60, goal="less", bounds=["wait_mean@desk <= 8 min"])
    counts = {judged.name: judged.n for judged in found.policies}
    assert counts["cheap"] > 20
    assert (found.best, found.replications) == ("cheap", 60)


def test_what_never_varied_in_the_first_replications_is_no_kept_bound() -> None:
    """That nobody waited half an hour in forty replications does not say that nobody ever will."""
    quiet = queue(Poisson("4/h"), Exponential(5), 3, duration="8 h")
    asked = {"indifference": 1.0, "goal": "less", "bounds": ["hours_above_limit@desk <= 0.001 h"]}
    found = select({"quiet": quiet, "same": quiet}, "duty_hours@officers", ceiling=40, **asked)
    assert [judged.keeps for judged in found.policies] == [("open",), ("open",)]
    assert found.best is None


def test_the_ceiling_leaves_undecided_what_is_closer_than_that_tells() -> None:
    found = select({"one": busy_desk(5), "two": busy_desk(5.05)}, WAIT, indifference="0.01 min", ceiling=20)
    assert (found.best, found.undecided) == (None, ("one", "two"))
    assert "undecided among one, two" in repr(found)


def test_a_budget_is_spent_to_the_last_replication_and_most_of_it_on_those_that_are_close() -> None:
    ports = {"slow": busy_desk(9), "close": busy_desk(3.2), "fast": busy_desk(3)}
    found = select(ports, WAIT, budget=150)
    counts = {judged.name: judged.n for judged in found.policies}
    assert (found.method, found.replications) == ("OCBA", 150)
    assert counts["slow"] < min(counts["close"], counts["fast"])
    assert 0.5 < found.confidence <= 1


def test_the_fastest_is_not_selected_where_it_breaks_a_bound() -> None:
    ports = {"few": busy_desk(5), "many": busy_desk(5, officers=4), "most": busy_desk(5, officers=6)}
    free = select(ports, WAIT, indifference="0.5 min", bounds=["utilisation@officers >= 5 %"])
    assert free.best in ("many", "most")
    bounded = select(ports, WAIT, indifference="0.5 min", bounds=["utilisation@officers ≥ 60 %"])
    assert bounded.best == "few"
    assert [judged.keeps for judged in bounded.policies] == [("yes",), ("no",), ("no",)]
    assert select(ports, WAIT, budget=60, bounds=["utilisation@officers >= 60 %"]).best == "few"


def test_where_nothing_keeps_the_bounds_nothing_is_selected() -> None:
    found = select(DESKS, WAIT, indifference="2 min", bounds=["wait_p95@desk <= 0 min"])
    assert (found.best, found.undecided) == (None, ())
    assert "none keeps the bounds" in repr(found)


def test_a_bound_that_lies_at_the_very_mean_stays_open() -> None:
    at = run(DESKS["fast"], replications=40).kpi("wait_mean", station="desk")
    found = select(DESKS, WAIT, indifference="2 min", bounds=[f"wait_mean@desk <= {at} min"], ceiling=40)
    assert found.policies[2].keeps == ("open",)
    assert (found.best, found.undecided) == (None, ("fast",))


def test_a_scenario_is_selected_from_with_its_policies() -> None:
    loaded = loads(f"{TINY}\ncompare:\n  all report:\n    policy.pre_report.share: 100 %\n")
    found = select(loaded, "driver_wait_mean", indifference="2 min")
    assert found.best == "all report"
    assert found.to_pandas()["policy"].tolist() == ["base", "all report"]
    assert found.to_pandas()["best"].tolist() == [False, True]


def test_the_same_selection_comes_from_any_workers() -> None:
    here, there = (
        select(DESKS, WAIT, indifference="1 min", study=Study(executor=name)) for name in ("here", "threads")
    )
    assert here.policies == there.policies


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "takes either an indifference, the smallest difference worth detecting .KN., or a budget .OCBA."),
        ({"indifference": 1.0, "budget": 100}, "takes either an indifference"),
        ({"indifference": "0 min"}, "the indifference is a difference worth detecting, above 0 in min, not '0 min'"),
        ({"indifference": "5 %"}, "expected a duration with its unit"),
        ({"budget": 20}, "3 policies take 10 replications each to begin with: more than 20 in all"),
        ({"indifference": 1.0, "bounds": ["wait below 3 min"]}, "a bound is written as `driver_wait_p95 <= 30 min`"),
        ({"indifference": 1.0, "bounds": ["waits@desk <= 3 min"]}, "there is no KPI `waits@desk`"),
        ({"indifference": 1.0, "confidence": 0.2}, "a confidence lies between 0.5 and 1, not at 0.2"),
        ({"indifference": 1.0, "first": 1}, "begins with 2 replications of each policy or more, not 1"),
        ({"indifference": 1.0, "ceiling": 5}, "the ceiling is a number of replications from 10 up, not 5"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        select(DESKS, WAIT, **asked)


def test_whether_less_is_better_must_be_said_where_the_figure_does_not() -> None:
    with pytest.raises(ValueError, match="whether less or more of utilisation@officers is better is not given"):
        select(DESKS, "utilisation@officers", indifference="5 %")


def test_one_network_alone_cannot_be_the_best() -> None:
    with pytest.raises(ValueError, match="at least two scenarios or networks"):
        select({"one": busy_desk(5)}, WAIT, indifference=1.0)


@pytest.mark.parametrize("unit", ["min", "h", "d", "%", "CNY", "visits"])
def test_a_bare_number_is_in_the_unit_of_the_figure(unit: str) -> None:
    assert amount(2, unit) == 2


@pytest.mark.parametrize("text", ["", "<= 3 min", "wait_mean", "wait_mean = 3 min"])
def test_what_is_no_bound_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a bound is written as"):
        bound(text, [])
