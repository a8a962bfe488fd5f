"""Comparisons: the verdicts that hold, and those that must not be given."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clearsim.experiment import Case, Comparison, Key, Result, Sample, Study, Tier, compare, run
from clearsim.network import At, Exponential, Flow, Gamma, Hold, Label, Network, Pool, Serve, Station
from clearsim.scenario import load, loads
from clearsim.stats import paired
from tests.networks import busy_desk, queue
from tests.paths import SCENARIOS
from tests.scenarios import TINY

WAIT = Key("truck", "desk", "wait_mean", "min")
ON_TIME = Key("truck", "train", "on_booked", "%")
VISITS = Key("truck", "desk", "visits", "visits")
NOTHING = Case(Network(flows=[Flow("truck", At([0.0]), [Hold(Exponential(1.0))])]), seed=0)
POLICIES = """
compare:
  linked: {title: {zh: 聯動, en: Linked}, policy.linked: true}
  nobody: {policy.pre_report.share: 0 %}
"""


def told(key: Key = WAIT, /, **values: Sequence[float]) -> Comparison:
    """A comparison of one KPI that was measured so, by policy."""
    results = {name: Result(NOTHING, Sample((key,), np.array([column]).T), 0.0) for name, column in values.items()}
    return Comparison(results, {name: Label(name) for name in values}, (key,))


def groups(found: Comparison, key: Key = WAIT) -> list[tuple[tuple[str, ...], ...]]:
    return [tier.policies for tier in found.ranking(key).tiers]


# The same luck


def test_a_policy_under_another_name_differs_by_exactly_nothing() -> None:
    table = compare({"one": busy_desk(5), "two": busy_desk(5)}, replications=5).to_pandas()
    defined = table[table["n"] > 0]
    assert len(defined) == 17
    assert (defined["difference"] == 0).all()
    assert set(defined["verdict"]) == {"equal"}


def test_every_policy_gives_the_figures_of_its_own_run() -> None:
    loaded = loads(TINY + POLICIES)
    found = compare(loaded, replications=3)
    assert found.names == ("base", "linked", "nobody")
    assert found.result("base").kpis == run(loaded, replications=3).kpis
    assert found.result("linked").kpis == run(loaded.under("linked"), replications=3).kpis
    assert (found.seed, found.replications, found.engine) == (7, 3, "compiled")


def test_pairing_saves_replications_on_an_ordinary_day() -> None:
    shares = ("0 %", "60 %")
    days = [
        load(SCENARIOS / "ordinary-day.yaml", ["demand.orders=null", f"policy.pre_report.share={x}"]) for x in shares
    ]
    found = compare(dict(zip(shares, (day.scenario for day in days), strict=True)), replications=20)
    ratio = found.difference("driver_wait_mean", "60 %").variance_ratio
    assert ratio is not None
    assert ratio < 0.5
    assert found.verdict("driver_wait_mean", "60 %") == "less"


def test_another_policy_moves_no_number_of_the_others_and_widens_the_intervals() -> None:
    ports = {"base": busy_desk(5), "fast": busy_desk(4), "slow": busy_desk(5.5)}
    three = compare(ports, replications=6)
    two = compare({name: ports[name] for name in ("base", "fast")}, replications=6)
    few, many = two.difference(WAIT, "fast"), three.difference(WAIT, "fast")
    assert (few.mean, few.n, few.variance_ratio) == (many.mean, many.n, many.variance_ratio)
    assert few.half_width is not None
    assert many.half_width is not None
    assert few.half_width < many.half_width
    assert few == paired(two.values("fast", WAIT), two.values("base", WAIT))


def test_the_order_of_the_policies_changes_nothing_but_signs() -> None:
    ports = {"base": busy_desk(5), "fast": busy_desk(4), "slow": busy_desk(5.5)}
    there, back = compare(ports, replications=6), compare(dict(reversed(ports.items())), replications=6)
    for name in ("fast", "slow"):
        assert there.difference(WAIT, name, "base") == back.difference(WAIT, name, "base")
    assert there.ranking(WAIT) == back.ranking(WAIT)


def test_a_difference_turned_round_has_the_other_sign() -> None:
    found = told(a=[1, 2, 4], b=[2, 4, 5])
    there, back = found.difference(WAIT, "b", "a"), found.difference(WAIT, "a", "b")
    assert there.mean == -back.mean
    assert there[1:] == back[1:]
    assert (found.verdict(WAIT, "b", "a"), found.verdict(WAIT, "a", "b")) == ("open", "open")


@pytest.mark.slow
def test_intervals_of_all_pairs_hold_at_once_where_the_differences_are_known() -> None:
    """Of fifty comparisons, in 5 % any of the three intervals may miss."""
    # Ten trucks at once at one desk: the waits are sums of the services before, on average 4.5 services.
    means = {"base": 4.0, "more": 5.0, "most": 7.0}
    ports = {name: queue(At([0.0] * 10), Gamma(mean, cv=0.5)) for name, mean in means.items()}
    whole = compare(ports, replications=400)
    held = 0
    for start in range(0, 400, 8):
        part = told(**{name: whole.values(name, WAIT)[start : start + 8].tolist() for name in means})
        held += all(
            abs(found.mean - 4.5 * (means[one] - means[other])) <= (found.half_width or 0)
            for one, other in part.pairs
            for found in [part.difference(WAIT, one, other)]
        )
    assert held >= 44  # fewer by a chance of 1 %


# Verdicts and rankings


@pytest.mark.parametrize(
    ("base", "other", "expected"),
    [
        ([1, 2, 3], [2, 3.1, 4], "more"),
        ([1, 2, 3], [0, 0.9, 2], "less"),
        ([1, 2, 3], [1, 2, 3], "equal"),
        ([1, 2, 3], [1, 2, 3 + 1e-13], "equal"),
        ([1, 2, 3], [2, 3, 4], "more"),
        ([1, 2, 3], [1, 3, 2], "open"),
        ([1, 2, 3], [1.1, 2, 3], "open"),
        ([1, 2, 3], [2, math.nan, math.nan], "undefined"),
        ([0, 0, 0], [0, 0, 0], "equal"),
        ([math.nan] * 3, [1, 2, 3], "undefined"),
    ],
)
def test_a_verdict_says_no_more_than_the_interval(base: list[float], other: list[float], expected: str) -> None:
    assert told(base=base, other=other).verdict(WAIT, "other") == expected


def test_what_only_the_order_of_adding_made_is_no_variance() -> None:
    found = told(base=[1e6, 2e6, 4e6], other=[1e6 + 1, 2e6 + 1 + 1e-9, 4e6 + 1]).difference(WAIT, "other")
    assert (found.half_width, found.variance_ratio) == (0, 0)
    assert found.mean == pytest.approx(1)


def test_a_difference_too_small_for_the_replications_is_not_ranked() -> None:
    # The same mean of ten days in truth, but not in any five of them.
    ports = {
        name: Network(flows=[Flow("truck", At([0.0]), [Hold(Exponential(5), driver="out")])], name=name)
        for name in "ab"
    }
    luck = [compare(ports, replications=5, seed=seed).values("a", "driver_wait_mean").tolist() for seed in (1, 2)]
    found = told(a=luck[0], b=luck[1])
    assert found.mean("a", WAIT).mean != found.mean("b", WAIT).mean
    assert found.verdict(WAIT, "b") == "open"
    assert len(groups(found)) == 1


def test_policies_are_ranked_where_they_are_distinguished_and_equal_ones_stand_together() -> None:
    found = told(a=[5, 6, 7], b=[1, 2, 3.1], c=[5, 6, 7], d=[9, 10, 11.1])
    assert groups(found) == [(("b",),), (("a", "c"),), (("d",),)]


def test_where_more_is_better_the_largest_comes_first() -> None:
    values: dict[str, list[float]] = {"a": [5, 6, 7], "b": [1, 2, 3.1]}
    on_time, visits = told(ON_TIME, **values), told(VISITS, **values)
    assert groups(on_time, ON_TIME) == [(("a",),), (("b",),)]
    assert groups(visits, VISITS) == [(("b",),), (("a",),)]  # neither better: from the least


def test_a_chain_of_indistinguishable_neighbours_is_one_tier_that_says_whom_it_distinguishes() -> None:
    a = [0.0, 10, 20, 30, 40]
    found = told(a=a, b=[x + y for x, y in zip(a, (0, 3, 1, 2, 0), strict=True)], c=[x + 2.5 for x in a])
    assert found.verdict(WAIT, "b") == "open"
    assert found.verdict(WAIT, "c", "b") == "open"
    assert found.ranking(WAIT).tiers == (Tier((("a",), ("b",), ("c",)), (("a", "c"),)),)


def test_of_whom_nothing_is_known_nothing_is_ranked() -> None:
    found = told(a=[1, 2, 3], b=[math.nan] * 3, c=[7, 8, 9.5])
    assert found.ranking(WAIT).undefined == ("b",)
    assert groups(found) == [(("a",),), (("c",),)]


def test_a_kpi_that_a_policy_does_not_have_is_undefined_there() -> None:
    other = Network(flows=[Flow("truck", At([0.0]), [Hold(1.0)])])
    found = compare({"base": busy_desk(5), "other": other}, replications=2)
    assert np.isnan(found.values("other", WAIT)).all()
    row = next(row for row in found.differences(WAIT) if row.policy == "other")
    assert (row.mean, row.difference, row.half_width, row.n, row.verdict) == (None, None, None, 0, "undefined")


# What a planner reads


def test_a_planner_reads_waits_of_drivers_losses_the_longest_lines_and_the_staff_hours() -> None:
    def port(officers: int) -> Network:
        return Network(
            pools=[Pool("officers", officers, kind="staff"), Pool("lanes", 1)],
            stations=[Station("desk", {"officers": 1}), Station("lane", {"lanes": 1})],
            flows=[
                Flow("truck", At([0.0] * 9), [Serve("desk", 10, driver="cab"), Serve("lane", 9, driver="cab")]),
                Flow("parcel", At([0.0]), [Hold(1.0, milestone="out")], milestones={"out": Label("out")}),
            ],
        )

    found = compare({"base": port(1), "nine": port(9)}, replications=2)
    assert list(map(str, found.kpis)) == [
        "truck:driver_wait_mean",
        "truck:driver_wait_p95",
        "parcel:dwell_p90@out",
        "truck:line_peak@desk",
        "truck:line_peak@lane",
        "staff_hours",
    ]


def test_other_kpis_are_read_where_they_are_asked_for() -> None:
    found = compare(
        {"base": busy_desk(5), "fast": busy_desk(4)}, replications=2, kpis=["wait_p90@desk", "truck:arrived"]
    )
    assert list(map(str, found.kpis)) == ["truck:wait_p90@desk", "truck:arrived"]


def test_a_policy_reads_as_its_title_where_it_has_one() -> None:
    labels = compare(loads(TINY + POLICIES), replications=2).labels
    assert labels["linked"] == Label("Linked", "聯動")
    assert labels["nobody"].en == "nobody"


# Tables


def test_the_table_has_a_row_for_every_kpi_and_every_two_policies() -> None:
    found = compare({"base": busy_desk(5), "fast": busy_desk(4), "slow": busy_desk(6)}, replications=3)
    table = found.to_pandas()
    assert table.columns.tolist() == [
        "flow",
        "station",
        "kpi",
        "unit",
        "better",
        "policy",
        "against",
        "mean",
        "mean_against",
        "difference",
        "half_width",
        "n",
        "variance_ratio",
        "verdict",
    ]
    assert len(table) == 3 * len(found.keys)
    row = table[(table["kpi"] == "wait_mean") & (table["policy"] == "slow") & (table["against"] == "fast")].iloc[0]
    assert row["difference"] == pytest.approx(row["mean"] - row["mean_against"])
    assert (row["better"], row["n"]) == ("less", 3)


def test_means_and_replications_are_those_of_every_policy() -> None:
    found = compare({"base": busy_desk(5), "fast": busy_desk(4)}, replications=3)
    pd.testing.assert_frame_equal(
        found.means().query("policy == 'fast'").drop(columns="policy").reset_index(drop=True),
        found.result("fast").to_pandas(),
    )
    assert found.replicated().groupby("policy", sort=False).size().to_dict() == dict.fromkeys(
        ("base", "fast"), 3 * len(found.keys)
    )


def test_a_notebook_shows_the_policies_against_the_base() -> None:
    found = compare({"base": busy_desk(5), "fast": busy_desk(4), "slow": busy_desk(6)}, replications=2)
    assert repr(found) == f"<Comparison of 2 policies with 'base': 2 × compiled, {len(found.keys)} KPIs>"
    shown = found._repr_html_()
    assert "simultaneous 95 % over 3 pairs of policies (Bonferroni)" in shown
    assert shown.count("truck:line_peak@desk") == 2


# What is refused


@pytest.mark.parametrize(
    ("what", "options", "message"),
    [
        (loads(TINY), {}, "no policies to compare"),
        (loads(TINY + POLICIES), {"policies": ["linkd"]}, "did you mean `linked`"),
        ({"one": busy_desk(5)}, {}, "at least two scenarios or networks"),
        (
            {"one": busy_desk(5), "two": busy_desk(4)},
            {"policies": ["zz"]},
            "policies are those of the `compare:` of a scenario",
        ),
        ({"one": busy_desk(5), "two": busy_desk(4)}, {"replications": 1}, "at least 2 replications"),
        ({"one": busy_desk(5), "two": busy_desk(4)}, {"kpis": ["wait_meen@desk"]}, "did you mean wait_mean"),
        ({"one": busy_desk(5), "two": busy_desk(4)}, {"kpis": ["wait_mean@dask"]}, "there are truck:wait_mean@desk"),
    ],
)
def test_what_cannot_be_compared_is_refused(what: Any, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare(what, **{"replications": 2, **options})


def test_a_kpi_that_cannot_be_is_refused_before_anything_runs() -> None:
    seen: list[float] = []
    with pytest.raises(ValueError, match="there is no KPI `truck:nonsense@desk`"):
        compare(
            {"one": busy_desk(5), "two": busy_desk(4)}, kpis=["truck:nonsense@desk"], study=Study(progress=seen.append)
        )
    assert seen == []


def test_a_file_is_loaded_first_and_a_stranger_has_no_result() -> None:
    with pytest.raises(TypeError, match="what is compared is a loaded scenario, or scenarios and networks by name"):
        compare("scenarios/tiny.yaml")  # type: ignore[arg-type]
    with pytest.raises(KeyError, match="there is no policy `c`"):
        told(a=[1, 2], b=[2, 3]).result("c")
