"""Figures: what their titles claim, what their axes show, and that they leave matplotlib's settings alone."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from clearsim.experiment import Result, run
from clearsim.language import CODES, Label, use
from clearsim.network import At, Constant, Exponential, Flow, Hold, Network, Poisson, Pool, Serve, Station
from clearsim.report.breaking import broken
from clearsim.report.figures import driver_minutes, queues_by_hour
from clearsim.scenario import load
from clearsim.trace import Trace
from clearsim.units import columns_of
from tests.networks import queue
from tests.paths import SCENARIOS


@pytest.fixture(scope="module")
def tiny() -> Result:
    return run(load(SCENARIOS / "tiny.yaml").scenario)


def title(figure: Figure) -> str:
    return figure.get_suptitle().replace("\n", " ")


def notes(figure: Figure) -> str:
    return figure.get_supxlabel().replace("\n", " ")


def panels(figure: Figure) -> list[Any]:
    return [axis for axis in figure.axes if axis.get_title(loc="left")]


def two_desks(second: int) -> Network:
    """Three trucks at 08:00 at a desk of one officer, then `second` errands at another at 10:00; all take 10 min."""
    return Network(
        pools=[Pool("officers", 1, kind="staff"), Pool("clerks", {"00:00": 1, "09:00": 2})],
        stations=[Station("desk", {"officers": 1}), Station("window", {"clerks": 2}), Station("lounge", {})],
        flows=[
            Flow("truck", At([480] * 3), [Serve("desk", 10, driver="cab"), Serve("lounge", 5, driver="out")]),
            Flow("errand", At([600] * second), [Serve("window", 10)]),
        ],
    )


def drivers(wait_min: float, replications: int = 1, cv: bool = False) -> Result:
    """Twenty drivers who are out of their cabs for `wait_min` each, or as long on average."""
    time = Exponential(wait_min) if cv else Constant(wait_min)
    network = Network(flows=[Flow("truck", At([0.0] * 20), [Hold(time, driver="out"), Hold(3, driver="cab")])])
    return run(network, replications=replications)


@pytest.mark.parametrize("language", [*CODES, "en+zh"])
def test_no_glyph_is_missing(language: str, tiny: Result, tmp_path: Path) -> None:
    # A missing glyph is a warning, and every warning is an error here.
    with use(language):
        figures = [queues_by_hour(tiny.trace), driver_minutes({"現行 today's, 查驗": tiny})]
    for figure in figures:
        figure.savefig(tmp_path / "figure.png")
        figure.savefig(tmp_path / "figure.svg")
        assert (tmp_path / "figure.png").stat().st_size > 10_000


def test_a_figure_is_in_the_language_in_use(tiny: Result) -> None:
    results = {Label("today", "現行"): tiny}
    with use("zh"):
        assert title(queues_by_hour(tiny.trace)) == "最长的队列在卡口：11:30 有 1 个等候"
        assert title(driver_minutes(results)) == "每位司机等候 15.0 分钟"
        names = [label.get_text() for label in driver_minutes(results).axes[1].get_yticklabels()]
    assert names == ["現行\nn = 1"]


def test_a_title_breaks_neither_numbers_nor_units() -> None:
    for columns in range(18, 40):
        for line in broken("2 of 3 lower it by 1 234.5 ± 0.6 min; 最多 1 155 个等候", columns):
            assert not re.match(r"±|0\.6|min|234|155|个", line)
            assert not re.search(r"(±|\b1|0\.6)$", line)


@pytest.mark.parametrize("columns", range(10, 60))
def test_no_chinese_line_begins_with_a_closing_sign_or_ends_with_an_opening_one(columns: int) -> None:
    lines = broken("公共随机数：这 20 次重复相当于 155 次（独立）重复。“长”，不含等候；pre_report（含）。", columns)
    assert all(columns_of(line) <= columns for line in lines)
    assert not any(re.match("[，。：；）”]", line) or re.search("[（“]$", line) for line in lines)


@pytest.mark.parametrize(("errands", "expected"), [(2, "desk: 2 waiting at 08:00"), (7, "window: 6 waiting at 10:00")])
def test_the_title_names_the_station_with_the_longest_line(errands: int, expected: str) -> None:
    figure = queues_by_hour(run(two_desks(errands)).trace)
    assert title(figure) == f"The longest line forms at {expected}"
    assert panels(figure)[0].get_title(loc="left").startswith(expected.partition(":")[0])


def test_panels_stand_in_the_order_of_their_peaks_with_their_visits() -> None:
    heads = [panel.get_title(loc="left") for panel in panels(queues_by_hour(run(two_desks(7)).trace))]
    assert heads == ["window\nvisits n = 7, peak 6 at 10:00", "desk\nvisits n = 3, peak 2 at 08:00"]


def test_stations_without_a_line_are_counted_not_shown() -> None:
    trace = run(two_desks(7)).trace
    assert "1 station where nobody waited" in notes(queues_by_hour(trace))
    assert "1 station with a shorter line" in notes(queues_by_hour(trace, panels=1))


def test_a_run_without_lines_says_so() -> None:
    figure = queues_by_hour(run(queue(At([0.0]), 1)).trace)
    assert title(figure) == "Nobody waited at any station"
    assert "1 station where nobody waited" in notes(figure)


def test_the_hourly_means_make_up_the_mean_line() -> None:
    result = run(queue(Poisson("20/h"), Exponential("2.9 min"), duration="10 d"))
    panel = panels(queues_by_hour(result.trace))[0]
    hourly = panel.lines[0].get_ydata()[:-1]
    assert len(hourly) == 240
    assert sum(hourly) / 240 == pytest.approx(result.kpi("line_mean", "truck", "desk"))


def test_the_top_of_the_band_is_the_peak() -> None:
    result = run(queue(Poisson("20/h"), Exponential("2.9 min"), duration="2 d"))
    band = panels(queues_by_hour(result.trace))[0].collections[1]
    assert band.get_paths()[0].vertices[:, 1].max() == result.kpi("line_peak", "truck", "desk")


def test_behind_a_line_stand_those_on_duty() -> None:
    figure = queues_by_hour(run(two_desks(7)).trace)
    behind: Any = next(axis for axis in figure.axes if "clerks" in axis.get_ylabel())
    heights = set(behind.collections[0].get_paths()[0].vertices[:, 1])
    assert heights == {0, 1, 2}


def test_several_replications_get_a_band_and_their_n() -> None:
    traces: list[Trace] = []
    run(queue(Poisson("20/h"), Exponential("2.9 min")), replications=5, each=lambda _, trace: traces.append(trace))
    figure = queues_by_hour(traces)
    assert "n = 5" in notes(figure)
    assert "no 95 % band" not in notes(figure)
    assert " ± " in title(figure)


def test_one_replication_says_that_it_has_no_band(tiny: Result) -> None:
    assert "n = 1), so no 95 % band" in notes(queues_by_hour(tiny.trace))


def test_lines_that_never_clear_are_shown_to_the_end_of_the_run() -> None:
    network = queue(At([0.0, 0.0]), "14 h", duration="3 h", run_on="10 h")  # the first is served beyond the end
    panel = panels(queues_by_hour(run(network).trace))[0]
    assert panel.get_xlim() == (0, 13)


def test_the_figure_shows_the_warm_up_and_says_where_it_ends() -> None:
    warmed = queues_by_hour(run(queue(At([0.0, 0.0]), "14 h", duration="30 h", warm_up="10 h")).trace)
    assert "Dotted line: the end of the warm-up" in notes(warmed)
    assert [line.get_xdata() for line in panels(warmed)[0].lines if line.get_linestyle() == ":"] == [[10, 10]]
    assert "warm-up" not in notes(queues_by_hour(run(queue(At([0.0, 0.0]), "14 h", duration="30 h")).trace))


def test_a_figure_needs_a_trace() -> None:
    with pytest.raises(ValueError, match="at least one trace"):
        queues_by_hour([])


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({"slow": 30.0, "quick": 10.0}, '"quick" saves 20.0 min of driver wait a vehicle against "slow"'),
        (
            {"quick": 10.0, "middle": 20.0, "slow": 30.0},
            '"quick" saves 20.0 min of driver wait a vehicle against "slow"',
        ),
        ({"one": 10.0, "other": 10.0}, "Drivers wait the same under every policy: 10.0 min"),
        ({"alone": 10.0}, "A driver waits 10.0 min"),
    ],
)
def test_the_title_compares_the_least_wait_with_the_longest(results: Mapping[str, float], expected: str) -> None:
    assert title(driver_minutes({name: drivers(wait) for name, wait in results.items()})) == expected


def test_overlapping_intervals_are_admitted() -> None:
    close = {"one": drivers(10.0, 3, cv=True), "other": drivers(10.1, 3, cv=True)}
    assert "intervals overlap" in title(driver_minutes(close))
    apart = {"one": drivers(10.0, 3, cv=True), "other": drivers(90.0, 3, cv=True)}
    assert "intervals overlap" not in title(driver_minutes(apart))


def test_a_bar_carries_its_n_and_its_half_width() -> None:
    figure = driver_minutes({"one": drivers(10.0, 4, cv=True)})
    texts = [text.get_text() for axis in figure.axes for text in axis.texts]
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == ["one\nn = 4"]
    assert any(" ± " in text for text in texts)


def test_a_bar_is_as_long_as_a_drivers_minutes() -> None:
    bars: Any = driver_minutes({"one": drivers(10.0)}).axes[1].patches
    assert max(bar.get_x() + bar.get_width() for bar in bars) == pytest.approx(13)


def test_flows_without_drivers_are_refused() -> None:
    with pytest.raises(ValueError, match="no flow binds a driver"):
        driver_minutes({"one": run(queue(At([0.0]), 1))})


def test_a_dollar_sign_is_not_a_formula(tmp_path: Path) -> None:
    driver_minutes({r"$50 fee $\oops": drivers(10.0)}).savefig(tmp_path / "figure.png")


def test_the_readers_own_style_is_untouched(tiny: Result) -> None:
    with mpl.rc_context({"font.family": "monospace", "axes.facecolor": "black"}):
        before = dict(mpl.rcParams)
        queues_by_hour(tiny.trace)
        driver_minutes({"today": tiny})
        assert dict(mpl.rcParams) == before


def test_neither_pyplot_nor_zhplot_is_imported() -> None:
    code = (
        "import sys; from clearsim.report.style import Picture, figure_style\n"
        "from clearsim.report import figures\n"
        "from clearsim.report.map import lanes\n"
        "with figure_style(): Picture().text(0, 0, '查驗')\n"
        "print([name for name in ('matplotlib.pyplot', 'zhplot') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_notebook_shows_the_figure(tiny: Result) -> None:
    figure: Any = queues_by_hour(tiny.trace)
    assert figure._repr_png_().startswith(b"\x89PNG")
