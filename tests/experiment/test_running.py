"""Replications, results, and the tables that a run gives."""

import math
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clearsim.demand import draw
from clearsim.experiment import ENGINES, Result, Study, pre_reports, run, simulate
from clearsim.experiment.results import chosen
from clearsim.experiment.running import case_of
from clearsim.measures import Key, measure
from clearsim.network import (
    At,
    Board,
    Category,
    Exponential,
    Flow,
    Hold,
    Network,
    NetworkError,
    Poisson,
    Put,
    Service,
    Stock,
    Take,
)
from clearsim.plan import compile_network
from clearsim.scenario import load
from clearsim.stats import Estimate, estimate
from clearsim.trace import Trace
from clearsim.work.blocks import Job, work
from tests.networks import BOOTH, busy_port, quay, queue
from tests.paths import SCENARIOS

TINY = SCENARIOS / "tiny.yaml"


# Running


def test_a_scenario_brings_its_seed_and_its_wait_limit_and_a_network_has_0_and_half_an_hour() -> None:
    scenario = load(TINY).scenario
    own = run(scenario)
    assert own.seed == scenario.seed == 7
    assert (
        own.kpis
        == run(scenario, seed=7, study=Study(wait_limit_min=10)).kpis
        != run(scenario, study=Study(wait_limit_min=5)).kpis
    )
    assert run(own.network, seed=7, study=Study(wait_limit_min=10)).kpis == own.kpis
    assert run(BOOTH).seed == 0
    assert run(BOOTH).kpis == run(BOOTH, seed=0, study=Study(wait_limit_min=30)).kpis


def test_a_seed_of_0_is_a_seed_and_not_the_scenarios_own() -> None:
    assert run(load(TINY).scenario, seed=0).seed == 0


def traces(network: Network, replications: int) -> list[Trace]:
    seen: list[Trace] = []
    run(network, seed=5, replications=replications, each=lambda _, trace: seen.append(trace))
    return seen


def test_a_replication_is_the_same_whichever_ran_before_it() -> None:
    many, few = traces(BOOTH, 4), traces(BOOTH, 2)
    for replication in (3, 0):
        alone = simulate(compile_network(BOOTH), draw(BOOTH, seed=5, replication=replication))
        np.testing.assert_array_equal(alone.stamp, many[replication].stamp)
    np.testing.assert_array_equal(many[1].stamp, few[1].stamp)
    assert len(many[0].stamp) != len(many[1].stamp)


def test_a_mean_is_that_of_the_replications_and_n_counts_those_in_which_it_is_defined() -> None:
    # At 2 trucks a day some days have none, and no waits.
    rare = queue(Poisson("2/d"), 5, duration="1 d")
    result = run(rare, seed=1, replications=20)
    values = []
    for trace in (simulate(compile_network(rare), draw(rare, 1, replication)) for replication in range(20)):
        values += [row.value for row in measure(trace) if (row.kpi, row.flow) == ("wait_mean", "truck")]
    row = next(row for row in result.kpis if row.kpi == "wait_mean")
    assert len(values) == 20
    assert 0 < row.n < 20
    assert (row.mean, row.half_width, row.n) == estimate(values)
    assert next(row.n for row in result.kpis if row.kpi == "visits") == 20


def test_goods_that_nobody_ever_asks_for_stay_on_the_shelf() -> None:
    steps = [Take("shelf", family="kind", patience="1 h"), Put("shelf", family="kind")]
    flow = Flow("order", At([]), steps, attributes={"kind": Category({"wine": 0.5, "milk": 0.5})})
    shop = Network(stocks=[Stock("shelf", {"wine": 3, "milk": 4})], flows=[flow])
    for engine in ENGINES:
        trace = run(shop, study=Study(engine=engine)).trace
        assert [shelf.value.tolist() for shelf in trace.shelves] == [[3], [4]]


def test_a_figure_that_is_never_defined_has_no_mean() -> None:
    idle = run(queue(At([]), 5), replications=3)
    row = next(row for row in idle.kpis if row.kpi == "wait_mean")
    assert (row.mean, row.half_width, row.n) == (None, None, 0)
    assert idle.kpi("wait_mean", "truck", "desk") is None


@pytest.mark.parametrize(
    "steps",
    [
        [Hold(5, milestone="released"), Hold(5, milestone="released")],
        [Board("train", booked=10), Hold(5), Board("train", booked=40)],
    ],
)
def test_a_figure_has_one_value_a_replication(steps: list[Any]) -> None:
    with suppress(NetworkError):  # refused is as good
        port = Network(services=[Service("train", [(30, 9), (60, 9)])], flows=[Flow("box", At([0]), steps)])
        assert {row.n for row in run(port).kpis} <= {0, 1}


def test_progress_rises_to_1_and_each_replication_is_handed_over_in_turn() -> None:
    shares: list[float] = []
    order: list[int] = []
    run(
        BOOTH,
        replications=3,
        each=lambda replication, _: order.append(replication),
        study=Study(progress=shares.append),
    )
    assert shares == sorted(shares)
    assert shares[0] > 0
    assert shares[-1] == 1
    assert order == [0, 1, 2]


def test_a_scenario_runs_as_it_was_loaded() -> None:
    loaded = load(TINY)
    assert run(loaded).kpis == run(loaded.scenario).kpis


def test_a_file_that_was_not_loaded_is_refused_with_the_way_to_load_it() -> None:
    with pytest.raises(TypeError, match=r"not 'mine\.yaml'; a file is loaded first: `run\(load\(path\)\)`"):
        run("mine.yaml")  # type: ignore[arg-type]


@pytest.mark.parametrize("replications", [0, -1, 2.0, True])
def test_no_replication_and_part_of_one_are_refused(replications: Any) -> None:
    message = f"at least one replication is needed, and a whole number of them, not {replications}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        run(BOOTH, replications=replications)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "7"])
def test_a_seed_that_is_no_whole_number_from_0_up_is_refused(seed: Any) -> None:
    with pytest.raises(ValueError, match=f"^a seed is a whole number from 0 up, not {re.escape(repr(seed))}$"):
        run(BOOTH, seed=seed)


# Results


@pytest.fixture(scope="module")
def busy() -> Result:
    return run(busy_port(), replications=2)


def test_a_figure_is_asked_for_by_name_flow_and_station(busy: Result) -> None:
    assert busy.kpi("arrived", "truck") == next(r.mean for r in busy.kpis if (r.kpi, r.flow) == ("arrived", "truck"))
    assert busy.kpi("utilisation", station="officers") is not None


def test_a_figure_that_one_flow_alone_has_is_found_without_its_name(busy: Result) -> None:
    assert {row.flow for row in busy.kpis if (row.kpi, row.station) == ("wait_mean", "gate")} == {"truck"}
    assert busy.kpi("wait_mean", station="gate") == busy.kpi("wait_mean", "truck", "gate")


def test_a_figure_that_one_place_alone_has_is_found_without_its_name(busy: Result) -> None:
    train = next(row for row in busy.kpis if row.kpi == "slots_used")
    assert [row.station for row in busy.kpis if row.kpi == "slots_used"] == [train.station]
    assert busy.kpi("slots_used") == train.mean
    one_desk = run(BOOTH)
    assert one_desk.kpi("wait_mean") == one_desk.kpi("wait_mean", "truck") == one_desk.kpi("wait_mean", "truck", "desk")


def test_a_figure_of_a_whole_flow_is_not_mistaken_for_that_of_a_place() -> None:
    keys = [Key("truck", "", "dwell_mean", "min"), Key("truck", "seen", "dwell_mean", "min")]
    assert chosen(keys, "dwell_mean") == chosen(keys, "dwell_mean", "truck") == keys[0]
    assert chosen(keys, "dwell_mean", station="seen") == keys[1]
    shared = [Key("a", "gate", "line_peak", ""), Key("b", "gate", "line_peak", ""), Key("", "gate", "line_peak", "")]
    assert chosen(shared, "line_peak", station="gate") == shared[2]
    assert chosen(shared, "line_peak", "a") == shared[0]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        (("arrived",), r"`arrived`: truck:arrived, declaration:arrived, .*; give the flow or the station"),
        (("utilisation",), r"`utilisation`: utilisation@officers, utilisation@lanes, "),
        (("wait_mean", "truck"), r"`truck:wait_mean`: truck:wait_mean@gate, truck:wait_mean@"),
    ],
)
def test_where_several_figures_fit_they_are_listed(busy: Result, asked: tuple[str, ...], listed: str) -> None:
    with pytest.raises(KeyError, match=f"several KPIs are named {listed}"):
        busy.kpi(*asked)


def test_a_misspelt_figure_is_refused_with_the_name_that_was_probably_meant(busy: Result) -> None:
    with pytest.raises(KeyError, match="did you mean utilisation"):
        busy.kpi("utilization", station="officers")


@pytest.mark.parametrize("key", [("no such kpi",), ("arrived", "no such flow"), ("utilisation", "truck")])
def test_a_figure_that_there_is_not_is_an_error_and_not_nothing(busy: Result, key: tuple[str, ...]) -> None:
    with pytest.raises(KeyError, match=f"there is no KPI `.*{key[0]}`"):
        busy.kpi(*key)


@pytest.mark.parametrize("replications", [1, 2])
def test_kpis_as_a_table_have_numbers_in_the_columns_of_numbers(replications: int) -> None:
    table = run(BOOTH, replications=replications).to_pandas()
    assert table.columns.tolist() == ["flow", "station", "kpi", "unit", "mean", "half_width", "n"]
    assert table.dtypes[["mean", "half_width", "n"]].astype(str).tolist() == ["float64", "float64", "int64"]


def test_a_result_shows_itself_as_a_table_in_a_notebook_and_in_a_line_elsewhere(busy: Result) -> None:
    assert repr(busy) == f"<Result of 'network': 2 × compiled, {len(busy.kpis)} KPIs>"
    assert "± 95 %" in busy._repr_html_()


@pytest.mark.parametrize(
    ("table", "place", "stamps"),
    [
        ("visits", "station", ["joined_min", "start_min", "end_min"]),
        ("boardings", "service", ["joined_min", "departed_min"]),
    ],
)
def test_tables_have_the_columns_that_they_promise(busy: Result, table: str, place: str, stamps: list[str]) -> None:
    for result in (busy, run(queue(At([]), 5))):
        rows: pd.DataFrame = getattr(result, table)()
        assert rows.columns.tolist() == ["flow", "entity", place, *stamps]
        assert rows.dtypes[["entity", *stamps]].astype(str).tolist() == ["int64", *["float64"] * len(stamps)]
        assert all(isinstance(name, str) for name in (*rows["flow"], *rows[place]))
        assert rows["joined_min"].is_monotonic_increasing
        assert rows.index.equals(pd.RangeIndex(len(rows)))
    assert len(getattr(busy, table)()) > 0


def test_tables_count_minutes_and_leave_empty_what_the_run_did_not_reach() -> None:
    # b waits for a, and is served from 20 to beyond the end at 30; c waits in vain.
    visits = run(queue(At([0, 1.5, 2]), 20, duration=30)).visits()
    expected = {"joined_min": [0, 1.5, 2], "start_min": [0, 20, math.nan], "end_min": [20, math.nan, math.nan]}
    pd.testing.assert_frame_equal(visits[list(expected)], pd.DataFrame(expected), check_dtype=False)
    assert visits["entity"].tolist() == [0, 1, 2]
    boardings = run(quay(At([0, 15]), [(10, 9)], duration=30)).boardings()
    expected = {"joined_min": [0, 15], "departed_min": [10, math.nan]}
    pd.testing.assert_frame_equal(boardings[list(expected)], pd.DataFrame(expected), check_dtype=False)


# Intervals


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), confidence=st.floats(0.5, 0.999))
def test_an_interval_is_students(values: list[float], confidence: float) -> None:
    mean, half_width, n = estimate(values, confidence)
    assert n == len(values)
    assert mean == pytest.approx(np.mean(values), rel=1e-9, abs=1e-6)
    deviation = float(np.std(values, ddof=1))
    assert half_width == pytest.approx(stats.t.ppf((1 + confidence) / 2, n - 1) * deviation / math.sqrt(n), abs=1e-6)


def test_undefined_values_are_left_out() -> None:
    assert estimate([math.nan, 1, 3, math.nan]) == estimate([1, 3])


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    assert estimate([2.5]) == Estimate(2.5, None, 1)
    mean, half_width, n = estimate([math.nan])
    assert math.isnan(mean)
    assert (half_width, n) == (None, 0)


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert estimate([0.1] * 10) == Estimate(pytest.approx(0.1), pytest.approx(0, abs=1e-15), 10)


def test_19_of_20_intervals_cover_the_mean() -> None:
    """Of 2000 samples, 95 % ± 1.6 % (3.29 standard deviations)."""
    samples = np.random.default_rng(1).normal(3, 2, size=(2000, 5))
    covering = [abs(found.mean - 3) <= (found.half_width or 0) for found in map(estimate, samples.tolist())]
    assert abs(np.mean(covering) - 0.95) < 0.016


def test_where_no_truck_came_there_is_no_pre_report_to_compare() -> None:
    minute = load(TINY, ["duration=1 min", "run_on=0 min"]).scenario
    assert pre_reports(minute, run(minute)) == {}


def test_pre_report_is_compared_with_none_and_with_all_however_adoption_is_given() -> None:
    by_class = load(
        TINY,
        [
            "policy.pre_report={share: 0 %, lead: 30 min, by_enterprise: {ordinary: 60 %}}",
            "demand.export_trucks.per_day=480",
        ],
    ).scenario
    results = pre_reports(by_class, run(by_class))
    assert [label.en for label in results] == ["pre-report 0%", "pre-report as planned", "pre-report 100%"]
    reported = [result.trace.demand.attributes[0]["pre_reported"].mean() for result in results.values()]
    assert reported[0] == 0
    assert 0 < reported[1] < 1
    assert reported[2] == 1


@pytest.mark.parametrize("path", sorted(TINY.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_which_figures_a_run_has_is_known_before_it(path: Path) -> None:
    # A thousandth of the orders: what there is of them changes no figure's name.
    few = [] if path == TINY or "export" in path.stem else ["demand.orders.per_day=90"]
    case = case_of(load(path, few), None, Study())
    assert case.keys == work(Job(case, 0, 1)).keys


MM1 = queue(Poisson("6/h"), Exponential("5 min"), duration="4 h")


def test_numbers_of_numpy_are_numbers() -> None:
    assert run(MM1, seed=np.int64(3), replications=np.int64(2)).sample.values.tobytes() == (
        run(MM1, seed=3, replications=2).sample.values.tobytes()
    )


def test_a_row_is_found_by_its_key_and_a_stranger_is_none() -> None:
    result = run(MM1)
    for row in result.kpis:
        assert result.row(row.key) is row
    with pytest.raises(KeyError):
        result.row(Key("truck", "desk", "wait_mean", "h"))


def test_a_result_answers_to_the_name_that_everything_else_takes() -> None:
    result = run(MM1)
    assert result.kpi("truck:wait_mean@desk") == result.kpi("wait_mean", station="desk")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"kpis": ["wait_mean@desk"]}, "belong to a run that is to be precise"),
        ({"ceiling": 5}, "belong to a run that is to be precise"),
        ({"precision": 0.5, "kpis": "wait_mean@desk"}, "kpis are a list of texts, not 'wait_mean@desk'"),
        ({"precision": 0.5, "kpis": [3]}, "kpis are a list of texts"),
        ({"seed": True}, "a seed is a whole number from 0 up"),
    ],
)
def test_what_run_cannot_take_is_refused_before_any_work(asked: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        run(MM1, study=Study(progress=lambda _: pytest.fail("work began")), **asked)


def test_an_attribute_that_is_none_is_refused_by_name() -> None:
    for wrong in (0.3, "30 %", lambda _: 3):
        with pytest.raises(ValueError, match="attribute `x` is one of Share"):
            run(evolve(MM1, flows=[evolve(MM1.flows[0], attributes={"x": wrong})]))
