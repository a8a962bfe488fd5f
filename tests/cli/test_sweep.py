"""`clearsim sweep`: what it prints and writes, and how it ends when something is wrong."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.commands import Clearsim, columns
from tests.paths import TINY

SWEPT = ("sweep", TINY, "--vary", "zone.scanner.lanes=1,2", "--vary", "policy.pre_report.share=0 %,100 %")


@pytest.fixture
def kept(tmp_path: Path) -> tuple[object, ...]:
    """Where a test's own finished work is kept."""
    return ("--store", tmp_path / "store")


def test_a_sweep_prints_a_row_a_point_within_80_columns(clearsim: Clearsim, kept: tuple[object, ...]) -> None:
    done = clearsim(*SWEPT, "--replications", 3, *kept)
    assert done.code == 0
    assert "4 points (grid); seed 7; engine compiled" in done.out
    rows = [line.split() for line in done.out.splitlines() if line.endswith(" 3 ")]
    assert [row[:2] for row in rows] == [["1", "0"], ["1", "100"], ["2", "0"], ["2", "100"]]
    assert "pointwise" in done.out
    assert max(map(columns, done.out.splitlines())) <= 80


def test_a_sweep_writes_its_tables_its_origin_and_a_figure_whole(
    clearsim: Clearsim, kept: tuple[object, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = clearsim(*SWEPT, "--replications", 2, *kept, "--out", out, "--json")
    assert done.code == 0
    figures = {"sweep-export_truck-driver_wait_mean.png"}
    tables = {"sweep.csv", "sweep.parquet", "summary.csv", "scenario.yaml", "provenance.json"}
    assert {path.name for path in out.iterdir()} == figures | tables
    tidy = pd.read_parquet(out / "sweep.parquet")
    assert (out / "sweep.csv").read_bytes().startswith(b"\xef\xbb\xbfpoint,")
    pd.testing.assert_frame_equal(
        pd.read_csv(out / "sweep.csv", keep_default_na=False, na_values={"value": [""]}), tidy
    )
    told = json.loads(done.out)
    assert [item["values"] for item in told["found"][:2]] == [
        {"zone.scanner.lanes": "1", "policy.pre_report.share": share} for share in ("0 %", "100 %")
    ]
    about = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert about["vary"] == told["vary"] == ["zone.scanner.lanes=1,2", "policy.pre_report.share=0 %,100 %"]
    assert len(tidy) == 4 * 2 * len(told["found"][0]["kpis"])


def test_a_sweep_goes_on_and_prints_the_same(clearsim: Clearsim, kept: tuple[object, ...]) -> None:
    first, again = (clearsim(*SWEPT, *kept, *more, "--json") for more in ((), ("--resume",)))
    assert "4 of 4 blocks were kept from before" in again.err
    assert json.loads(again.out)["found"] == json.loads(first.out)["found"]


def test_what_is_wrong_with_a_sweep_is_reported_before_it_begins(clearsim: Clearsim, kept: tuple[object, ...]) -> None:
    done = clearsim("sweep", TINY, "--vary", "zone.scanner.lanes=1,x", "--vary", "zone.gate.lanez=1", *kept)
    assert done.code == 2
    assert done.err.count("error[") == 2
    assert "--> --vary zone.scanner.lanes=1,x   zone.scanner.lanes\n      | zone.scanner.lanes=x" in done.err
    for arguments, message in {
        ("--kpi", "driver_wait"): "there is no KPI `driver_wait`; did you mean driver_wait_",
        ("--design", "random"): "'random' is not one of 'grid', 'latin', 'sobol'",
        ("--policy", "squad"): "there is no policy `squad`",
        ("--at-most", "3"): "ask for more than 3 runs",
        ("--design", "sobol", "--points", "6"): "4 or 8, not 6",
    }.items():
        done = clearsim(*SWEPT, *kept, *arguments)
        assert (done.code, message in done.err, done.out) == (2, True, "")


def test_a_figure_that_cannot_be_read_is_named_and_the_tables_are_written(
    clearsim: Clearsim, kept: tuple[object, ...], tmp_path: Path
) -> None:
    vary = ("--vary", "zone.scanner.lanes=1,2", "--vary", "staff.inspectors.roster=2,3,4,5,6,7,8,9")
    done = clearsim("sweep", TINY, *vary, "--replications", 1, *kept, "--out", tmp_path / "out")
    assert done.code == 0
    assert "no figure: a figure of 8 lines in 1 panels cannot be read" in done.err
    assert (tmp_path / "out" / "summary.csv").exists()
