"""`clearsim run --precision` and `clearsim select`: what they print, and how wrong arguments end."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.commands import Clearsim
from tests.scenarios import POLICIES, TINY


@pytest.fixture
def compared(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY + POLICIES, encoding="utf-8")
    return path


def test_a_run_says_whether_its_figures_are_as_precise_as_asked(clearsim: Clearsim, compared: Path) -> None:
    done = clearsim("run", compared, "--precision", "60%", "--kpi", "driver_wait_p95", "--store", compared.parent)
    assert done.code == 0
    text = " ".join(done.out.split())
    assert "Precision: a half-width of 60 % of the mean was reached after" in text
    short = clearsim("run", compared, "--precision", "1%", "--ceiling", "9", "--store", compared.parent)
    assert "was not reached in 9 replications" in " ".join(short.out.split())


@pytest.mark.slow
def test_what_nine_runs_in_ten_do_not_exceed_is_reported_once_there_are_enough(
    clearsim: Clearsim, compared: Path
) -> None:
    told = "In nine runs of ten that average is at most"
    assert told not in clearsim("run", compared, "--replications", 35, "--store", compared.parent).out
    assert told in clearsim("run", compared, "--replications", 36, "--store", compared.parent).out


def test_a_terminating_run_needs_no_warm_up_and_says_so(clearsim: Clearsim, compared: Path) -> None:
    assert "Warm-up: none is needed" in clearsim("run", compared).out


def test_a_selection_names_the_best_and_how_sure_that_is(clearsim: Clearsim, compared: Path) -> None:
    done = clearsim("select", compared, "--indifference", "4 min", "--store", compared.parent)
    text = " ".join(done.out.split())
    assert done.code == 0
    assert "Best: All report," in text
    assert "By KN with common random numbers: with 95 % confidence no other is better by 4 min or more." in text
    assert all(len(line) <= 80 for line in done.out.splitlines())


@pytest.mark.slow
def test_a_selection_by_budget_says_how_probably_it_is_right(clearsim: Clearsim, compared: Path) -> None:
    text = " ".join(clearsim("select", compared, "--budget", 60, "--store", compared.parent).out.split())
    assert "By OCBA, with 60 replications in all: this is the best with a probability of about" in text


def test_where_nothing_keeps_the_bounds_that_is_the_answer(clearsim: Clearsim, compared: Path) -> None:
    bound = ("--bound", "driver_wait_p95 <= 0 min")
    done = clearsim("select", compared, "--indifference", "4 min", *bound, "--store", compared.parent)
    assert done.code == 0
    assert "None of them keeps the bounds." in done.out


def test_a_selection_is_one_json_object_when_asked(clearsim: Clearsim, compared: Path) -> None:
    found = json.loads(
        clearsim("select", compared, "--indifference", "4 min", "--json", "--store", compared.parent).out
    )
    assert (found["method"], found["best"], found["kpi"]["unit"]) == ("KN", "all report", "min")
    assert [one["name"] for one in found["policies"]] == ["base", "all report", "nobody reports"]


def test_a_selection_is_written_whole(clearsim: Clearsim, compared: Path) -> None:
    out, kept = compared.parent / "out", ("--store", compared.parent / "kept")
    done = clearsim("select", compared, "--indifference", "4 min", *kept, "--json", "--out", out)
    assert (done.code, done.err.splitlines()[-1]) == (0, f"written to {out}")
    assert sorted(path.name for path in out.iterdir()) == [
        "kpis.csv",
        "kpis.parquet",
        "provenance.json",
        "scenario.yaml",
        "selection.csv",
        "selection.json",
    ]
    said = json.loads(done.out)
    assert json.loads((out / "selection.json").read_text(encoding="utf-8")) == said
    table = pd.read_csv(out / "selection.csv")
    assert table["policy"].tolist() == ["base", "all report", "nobody reports"]
    assert table.loc[table["best"], "policy"].tolist() == [said["best"]] == ["all report"]
    kpis = pd.read_parquet(out / "kpis.parquet").set_index(["policy", "flow", "station", "kpi"])
    for judged in said["policies"]:
        row = kpis.loc[(judged["name"], "export_truck", "", "driver_wait_mean")]
        assert (row["mean"], row["n"]) == (judged["mean"], judged["n"])
    about = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert about["replications"] == said["replications"] == sum(judged["n"] for judged in said["policies"])
    assert about["policies"] == ["base", "all report", "nobody reports"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--precision", "5"), "'--precision': expected a share with its unit"),
        (("run", "--precision", "0 %"), "a precision is a share between 0 and 100 %"),
        (("run", "--kpi", "driver_wait_mean"), "it is used with --precision"),
        (("run", "--precision", "5 %", "--out", "results"), "not with --precision"),
        (("run", "--precision", "5 %", "--replications", "20"), "not both"),
        (("run", "--precision", "5 %", "--kpi", "driver_wait"), "there is no KPI `driver_wait`"),
        (("select",), "takes either an indifference, the smallest difference worth detecting (KN), or a budget"),
        (("select", "--indifference", "2 min", "--kpi", "driver_wait"), "there is no KPI `driver_wait`"),
        (("select", "--indifference", "2 min", "--policy", "all reports"), "has no policy `all reports`"),
        (("select", "--indifference", "2 min", "--goal", "best"), "'best' is not one of 'less', 'more'"),
        (("select", "--indifference", "2 min", "--confidence", "95"), "'--confidence': expected a share with its unit"),
        (("select", "--indifference", "2 min", "--set", "compare={}"), "has no policies to compare"),
    ],
)
def test_what_cannot_be_asked_ends_with_a_message_and_code_2(
    clearsim: Clearsim, compared: Path, arguments: tuple[str, ...], message: str
) -> None:
    command, *rest = arguments
    done = clearsim(command, compared, *rest)
    assert done.code == 2
    assert message in " ".join(done.err.split())
    assert "Traceback" not in done.err
