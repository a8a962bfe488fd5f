"""Sweeps: designs, the same random numbers at all points, tidy tables, and mistakes found before anything runs."""

import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from clearsim.experiment import Range, Study, Sweep, run, sweep
from clearsim.experiment.designs import factors, how_many, points_of
from clearsim.language import CODES, use
from clearsim.network import Exponential, Flow, Network, Poisson, Pool, Serve, Share, Station
from clearsim.report.figures import sweep_lines
from clearsim.report.sweep import neighbours, notes, sweep_tables
from clearsim.scenario import Problem, ScenarioError, load, loads
from tests.paths import SCENARIOS

TINY = SCENARIOS / "tiny.yaml"
LANES, SHARE = "zone.scanner.lanes", "policy.pre_report.share"


def crossing(lanes: int, inspected: str = "30 %") -> Network:
    """Trucks of which some are inspected in one of the lanes."""
    return Network(
        pools=[Pool("lanes", lanes)],
        stations=[Station("inspection", {"lanes": 1})],
        flows=[
            Flow(
                "truck",
                Poisson("20/h"),
                [Serve("inspection", Exponential("6 min"), only_if="inspected", driver="cab")],
                attributes={"inspected": Share(inspected)},
            )
        ],
        duration="4 h",
    )


# Designs


def test_a_grid_is_the_product_of_its_lists_the_last_changing_first() -> None:
    found = sweep(crossing, {"lanes": [3, 1, 2], "inspected": ["30 %", "60 %"]}, replications=1)
    assert list(found.points) == list(product([3, 1, 2], ["30 %", "60 %"]))


@pytest.mark.parametrize("count", [1, 2, 7, 16, 100])
def test_a_latin_hypercube_has_one_point_in_each_stratum_of_each_factor(count: int) -> None:
    varied = factors({"a": Range(0.0, 1.0), "b": Range(-5.0, 20.0), "c": Range("10 min", "70 min")})
    points = points_of(varied, "latin", count, seed=3)
    numbers = np.array([[a, b, float(str(c).removesuffix(" min"))] for a, b, c in points])
    strata = np.floor((numbers - [0, -5, 10]) / [1, 25, 60] * count)
    assert (np.sort(strata, axis=0) == np.arange(count)[:, None]).all()


def test_sobols_points_are_those_of_scipy() -> None:
    points = points_of(factors({"a": Range(0.0, 1.0), "b": Range(0.0, 1.0)}), "sobol", 16, seed=11)
    np.testing.assert_allclose(np.array(points), qmc.Sobol(2, seed=11).random_base2(4), atol=1e-6)


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_whole_numbers_and_listed_values_are_evenly_likely(design: Any) -> None:
    points = points_of(factors(["lanes=1..4", "kind=x,y"]), design, 64, seed=5)
    lanes, kinds = zip(*points, strict=True)
    assert [lanes.count(number) for number in (1, 2, 3, 4)] == [16] * 4
    assert [kinds.count(kind) for kind in "xy"] == [32] * 2


@pytest.mark.parametrize("design", ["latin", "sobol"])
def test_a_design_follows_from_the_seed_alone(design: Any) -> None:
    varied = factors(["a=0.0..1.0", "b=1..9"])
    assert points_of(varied, design, 8, 1) == points_of(varied, design, 8, 1) != points_of(varied, design, 8, 2)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(0, 1))
def test_no_value_lies_outside_its_range(low: float, width: float, share: float) -> None:
    value = Range(low, low + width).at(share)
    assert isinstance(value, float)
    assert low - 1e-6 * width <= value <= low + width * (1 + 1e-6)


@given(st.integers(-50, 50), st.integers(1, 50), st.floats(0, 1))
def test_a_range_of_whole_numbers_has_both_its_ends_and_nothing_beyond(low: int, width: int, share: float) -> None:
    whole = Range(low, low + width)
    assert (whole.at(0), whole.at(1)) == (low, low + width)
    assert whole.at(share) in range(low, low + width + 1)


def test_commas_inside_brackets_and_quotes_part_no_values() -> None:
    text = 'x={"00:00": 2, "08:00": 4}, [1, 2],"a, b",it\'s, 5 min'
    assert factors([text])[0].values == ('{"00:00": 2, "08:00": 4}', "[1, 2]", '"a, b"', "it's", "5 min")


# Runs


@pytest.fixture(scope="module")
def tiny() -> Sweep:
    return sweep(TINY, [f"{LANES}=1,2", f"{SHARE}=0 %,50 %,100 %"], replications=3)


def test_a_point_is_the_run_of_the_file_with_the_same_settings(tiny: Sweep) -> None:
    for number in (0, 4):
        lanes, share = tiny.points[number]
        alone = run(load(TINY, [f"{LANES}={lanes}", f"{SHARE}={share}"]), replications=3)
        assert tiny.result(number).kpis == alone.kpis
        assert tiny.result(number).trace.stamp.tolist() == alone.trace.stamp.tolist()


def test_another_value_of_a_factor_changes_no_other_point(tiny: Sweep) -> None:
    more = sweep(TINY, [f"{LANES}=3,2", f"{SHARE}=50 %"], replications=3)
    assert more.result(1).kpis == tiny.result(tiny.points.index(("2", "50 %"))).kpis != more.result(0).kpis


def test_a_point_under_a_policy_is_the_run_under_that_policy() -> None:
    text = TINY.read_text(encoding="utf-8") + "\ncompare:\n  all report: {policy.pre_report.share: 100 %}\n"
    found = sweep(loads(text), [f"{LANES}=1,2", f"{SHARE}=50 %,100 %"], policies=["all"], replications=2)
    assert found.policies == ("base", "all report")
    alone = run(loads(text, settings=[f"{LANES}=2"]).under("all report"), replications=2)
    assert found.result(2, "all report").kpis == found.result(3, "all report").kpis == alone.kpis
    # Where all report anyway, the policy changes nothing, which is a finding here and no mistake.
    assert found.result(1).kpis == found.result(1, "all report").kpis != found.result(0).kpis
    chosen = sweep(loads(text), [f"{LANES}=1,2"], policies=["all report"], replications=2)
    assert chosen.policies == ("all report",)
    assert chosen.result(1, "all report").kpis == alone.kpis


def test_a_function_is_swept_like_a_file() -> None:
    found = sweep(
        crossing, {"lanes": Range(1, 3), "inspected": Range("20 %", "60 %")}, design="latin", points=4, seed=6
    )
    for number, (lanes, inspected) in enumerate(found.points):
        assert found.result(number).kpis == run(crossing(lanes, inspected), seed=6, replications=5).kpis  # type: ignore[arg-type]


def test_texts_give_a_function_the_numbers_that_they_say() -> None:
    texts = sweep(crossing, ["lanes=1,3"], replications=2)
    assert texts.values(texts.headline[0], 1) == sweep(crossing, {"lanes": [1, 3]}, replications=2).values(
        texts.headline[0], 1
    )


def test_a_sweep_goes_on_where_it_stopped_and_finds_the_same(tmp_path: Path) -> None:
    def swept(lanes: list[int], resume: bool) -> pd.DataFrame:
        return sweep(crossing, {"lanes": lanes}, replications=3, study=Study(store=tmp_path, resume=resume)).to_pandas()

    swept([1, 3], resume=False)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.gz")}
    resumed = swept([1, 2, 3], resume=True)
    assert kept.items() < {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.gz")}.items()
    pd.testing.assert_frame_equal(resumed, sweep(crossing, {"lanes": [1, 2, 3]}, replications=3).to_pandas())


# Tables


def test_the_tidy_table_has_a_row_a_point_policy_replication_and_kpi(tiny: Sweep) -> None:
    table = tiny.to_pandas()
    names = ["point", LANES, f"{SHARE} (%)", "policy", "replication", "flow", "station", "kpi", "unit", "value"]
    assert list(table.columns) == names
    assert len(table) == 6 * 1 * 3 * len(tiny.keys)
    assert not table.duplicated(["point", "policy", "replication", "flow", "station", "kpi"]).any()
    assert sorted(table[f"{SHARE} (%)"].unique()) == [0, 50, 100]


def test_the_summary_has_what_each_points_result_says(tiny: Sweep) -> None:
    table = tiny.summary("export_truck:driver_wait_mean")
    for number in range(6):
        row = next(
            row for row in tiny.result(number).kpis if row.kpi == "driver_wait_mean" and row.flow == "export_truck"
        )
        assert tuple(table.loc[number, ["mean", "half_width", "n"]]) == (row.mean, row.half_width, row.n)
    assert len(tiny.summary()) == 6 * len(tiny.keys)
    with pytest.raises(ValueError, match="there is no KPI `driver_wait`; did you mean"):
        tiny.summary("driver_wait")


def test_a_notebook_shows_the_headline_at_every_point(tiny: Sweep) -> None:
    assert repr(tiny) == f"<Sweep of {LANES}, {SHARE}: 6 points (grid) × 3>"
    assert tiny._repr_html_().count("driver_wait_mean") == 6


# What people read


def test_equal_neighbours_and_those_within_the_noise_are_reported_in_words() -> None:
    plenty = sweep(crossing, {"lanes": [30, 40]}, replications=4)
    assert neighbours(plenty, plenty.headline[0]) == ["lanes 30 → 40: no difference at all."]
    scarce = sweep(crossing, {"lanes": [1, 4]}, replications=10)
    assert neighbours(scarce, scarce.headline[0]) == ["All neighbours differ by more than the noise."]
    noisy = sweep(crossing, {"inspected": ["30 %", "33 %"], "lanes": [1]}, replications=2)
    assert neighbours(noisy, noisy.headline[0]) == ["inspected 30 % → 33 %: inside the noise."]
    assert "pointwise" in str(notes(noisy)[-1])


def test_a_table_has_a_row_a_point(tiny: Sweep) -> None:
    (table,) = sweep_tables(tiny, tiny.headline)
    assert table.headings == ("scanner\n.lanes", "pre_report\n.share (%)", "min ± 95 %", "n")
    assert [row[:2] for row in table.rows] == list(product("12", ["0", "50", "100"]))


def test_the_figure_has_a_line_a_value_of_the_last_factor_and_its_means(tiny: Sweep) -> None:
    (key,) = tiny.headline
    figure = sweep_lines(tiny, key)
    lines = figure.axes[0].get_lines()
    means = [[line.get_ydata()[at] for line in lines if line.get_marker() not in ("_", "None")] for at in (0, 1)]
    assert np.ravel(means).tolist() == [found.mean for found in tiny.estimates(key)]
    least = min(tiny.estimates(key))
    assert f"{least.mean:.1f} min at" in figure.get_suptitle().replace("\n", " ")


@pytest.mark.parametrize("language", CODES)
def test_every_figure_can_be_drawn_without_a_missing_glyph(tiny: Sweep, language: str, tmp_path: Path) -> None:
    sampled = sweep(crossing, {"lanes": Range(1, 3), "inspected": ["30 %", "x %"][:1]}, design="sobol", points=4)
    three = sweep(crossing, {"lanes": [1, 2]}, replications=1)
    for found in (tiny, sampled, three):
        with use(language):
            sweep_lines(found, found.headline[0]).savefig(tmp_path / "figure.png")


def test_a_figure_that_nobody_could_read_is_refused() -> None:
    many = sweep(crossing, {"inspected": ["10 %", "20 %"], "lanes": list(range(1, 10))}, replications=1)
    with pytest.raises(ValueError, match=r"9 lines in 1 panels cannot be read"):
        sweep_lines(many, many.headline[0])


# Mistakes


def mistakes(vary: Any, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as error:
        sweep(TINY, vary, **options)
    return error.value.problems


def test_every_mistake_of_every_point_is_reported_at_once_at_its_value() -> None:
    found = mistakes([f"{LANES}=1,x,2,y", f"{SHARE}=0 %,150 %", "zone.gate.lanez=3"])
    told = [(problem.file.removeprefix("--vary "), problem.line_text) for problem in found]
    assert told == [
        (f"{SHARE}=0 %,150 %", f"{SHARE}=150 %"),
        ("zone.gate.lanez=3", "zone.gate.lanez=3"),
        (f"{LANES}=1,x,2,y", f"{LANES}=x"),
        (f"{LANES}=1,x,2,y", f"{LANES}=y"),
    ]


def test_a_mistake_that_a_point_makes_elsewhere_names_the_point() -> None:
    (problem,) = mistakes(["staff.inspectors.roster=1,2", f"{LANES}=1,2"])
    assert problem.message == "a crew of 2 can never be formed: `staff.inspectors` has at most 1"
    assert problem.path == "zone.inspection.crew"
    assert problem.hint == f"so at staff.inspectors.roster=1, {LANES}=1 and staff.inspectors.roster=1, {LANES}=2"


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        (["lanes"], "what varies is written `zone.inspection.lanes=4,6,8`"),
        (["a=1,,2"], "a value is missing here"),
        (["a="], "a value is missing here"),
        (["a=1,2,1"], "`1` is written here twice"),
        (["a=1,2..3"], "a range is written alone, without other values"),
        (["a=5..2"], "a range goes from a number up to a larger one, not from 5 to 2"),
        (["a=1 h..30 min"], "both ends of a range have one unit, not `1 h` and `30 min`"),
        (["a=08:00..10:00"], "an end of a range is a number, or one with its unit, not `08:00`"),
        (["a=1..2"], "a grid has no points on a range"),
        (["a.b=1", "a=2"], "`a` and `a.b` overlap"),
        (["a=1", "a=2"], "`a` varies twice"),
        (["seed=1,2"], "all points have the same random numbers; --replications gives them more of them"),
        (["compare.squad=1"], "policies are chosen by --policy; what is in them does not vary"),
        ({"policy": [1]}, "the table of a sweep has a column `policy` of its own"),
        ({"lanes": "12"}, "the values of `lanes` are a list of them or a `Range`, not '12'"),
        ({"lanes": []}, "the values of `lanes` are a list of them or a `Range`, not []"),
    ],
)
def test_what_cannot_vary_is_refused(vary: Any, message: str) -> None:
    assert mistakes(vary)[0].message.startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": 4}, "a grid has as many points as its values make"),
        ({"design": "latin"}, "--design latin needs a number of points"),
        ({"design": "sobol", "points": 50}, "balanced in powers of two: 32 or 64, not 50"),
        ({"design": "random"}, "there is no design 'random'; there are grid, latin, sobol"),
        ({"policies": ["squad"]}, "there is no policy `squad`; there is no `compare:`"),
        ({"replications": 0}, "at least one replication is needed"),
        ({"at_most": 3}, r"2 points × 5 replications are 10 runs of about \d+ entities each, some 1 min of one core"),
    ],
)
def test_a_design_that_cannot_be_made_is_refused(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sweep(TINY, [f"{LANES}=1,2"], **options)


def test_a_grid_of_a_milliard_points_is_counted_and_not_made() -> None:
    varied = factors({name: range(1000) for name in "abc"})
    assert how_many(varied, "grid", None) == 10**9
    with pytest.raises(ValueError, match="1 000 000 000 points × 5 replications"):
        sweep(lambda a, b, c: crossing(1), {name: range(1000) for name in "abc"})


def test_a_function_that_does_not_fit_and_networks_that_cannot_be_are_reported_with_their_points() -> None:
    with pytest.raises(TypeError, match="the function cannot be called with lanez alone: missing a required argument"):
        sweep(crossing, {"lanez": [1]})
    with pytest.raises(ValueError, match=r"(?s)at lanes=-1: Pool 'lanes', capacity: .*not -1\nat lanes=1.5: .*not 1.5"):
        sweep(crossing, {"lanes": [-1, 2, 1.5]})
    with pytest.raises(TypeError, match="of lanes=1 the function makes None instead of a network"):
        sweep(lambda lanes: None, {"lanes": [1]})  # type: ignore[arg-type, return-value]


def test_a_network_and_a_scenario_alone_have_nothing_to_vary() -> None:
    for what in (crossing(1), load(TINY).scenario, 3):
        with pytest.raises(TypeError, match="a sweep takes the file of a scenario, or a function"):
            sweep(what, {"lanes": [1]})  # type: ignore[arg-type]


def test_a_figure_undefined_at_a_point_is_left_out_there() -> None:
    found = sweep(lambda share: crossing(1, share), {"share": ["0 %", "60 %"]}, replications=2)
    waits = found.summary("truck:wait_mean@inspection")
    assert waits["n"].tolist() == [0, 2]
    assert math.isnan(waits["mean"][0])
