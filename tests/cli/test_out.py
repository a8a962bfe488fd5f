"""`--out`: what a run writes, what it replaces, and what it leaves as it was."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.commands import Clearsim, Done, kpis, started
from tests.paths import TINY


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A folder of results, and how the command that wrote it ended."""
    out = tmp_path_factory.mktemp("written") / "new" / "out"
    changes = ("--set", "demand.errands.backlog=5", "--set", "seed=9")
    process = started("run", TINY, *changes, "--replications", 2, "--json", "--out", out)
    said = process.communicate()
    return out, Done(process.returncode, *said)


@pytest.mark.slow
def test_out_holds_tables_traces_and_where_they_come_from(written: tuple[Path, Done]) -> None:
    out, done = written
    assert done.code == 0
    assert f"written to {out}" in done.err
    names = {path.name for path in out.iterdir()}
    assert names >= {"kpis.csv", "kpis.parquet", "scenario.yaml", "provenance.json"}
    assert names >= {f"{table}-00{replication}.parquet" for table in ("visits", "boardings") for replication in (0, 1)}
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    provenance = json.loads((out / "provenance.json").read_text(encoding="utf-8"))
    assert provenance == json.loads(done.out)["provenance"] | {"files": sorted(names)}
    assert len(pd.read_parquet(out / "visits-000.parquet")) > 0


@pytest.mark.slow
def test_the_csv_opens_in_excel_and_says_the_same_as_json_and_parquet(written: tuple[Path, Done]) -> None:
    out, done = written
    content = (out / "kpis.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert [(row["kpi"], float(row["mean"]) if row["mean"] else None) for row in rows] == [
        (row["kpi"], row["mean"]) for row in kpis(done)
    ]
    expected = pd.DataFrame(kpis(done))
    pd.testing.assert_frame_equal(pd.read_parquet(out / "kpis.parquet"), expected, check_dtype=False, check_exact=True)


@pytest.mark.slow
def test_the_scenario_that_is_written_runs_to_the_same_kpis(clearsim: Clearsim, written: tuple[Path, Done]) -> None:
    out, done = written
    assert "set on the command line" in (out / "scenario.yaml").read_text(encoding="utf-8")
    assert kpis(clearsim("run", out / "scenario.yaml", "--replications", 2, "--json")) == kpis(done)


@pytest.mark.usefixtures("without_figures")
def test_out_may_exist_and_keeps_what_else_is_in_it(clearsim: Clearsim, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for seed in (1, 2):
        assert clearsim("run", TINY, "--seed", seed, "--out", tmp_path).code == 0
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert json.loads((tmp_path / "provenance.json").read_text(encoding="utf-8"))["seed"] == 2


@pytest.mark.usefixtures("without_figures")
def test_results_take_the_place_of_those_of_an_earlier_run(clearsim: Clearsim, tmp_path: Path) -> None:
    notes = {"notes.txt", "visits.parquet", "sweep.py", "kpis.xlsx", "driver-minutes.png"}
    for name in notes:
        (tmp_path / name).write_text("mine", encoding="utf-8")
    assert clearsim("run", TINY, "--replications", 3, "--out", tmp_path).code == 0
    assert (tmp_path / "visits-002.parquet").exists()
    assert clearsim("run", TINY, "--replications", 1, "--out", tmp_path).code == 0
    results = {"kpis.csv", "kpis.parquet", "scenario.yaml", "provenance.json"}
    traces = {"visits-000.parquet", "boardings-000.parquet"}
    assert {path.name for path in tmp_path.iterdir()} == notes | results | traces


@pytest.mark.usefixtures("without_figures")
@pytest.mark.parametrize("name", ["kpis.csv", "summary.csv", "provenance.json", "visits-000.parquet"])
def test_a_file_that_no_run_wrote_is_never_overwritten(clearsim: Clearsim, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    done = clearsim("run", TINY, "--out", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-1] == (
        f"error: {tmp_path} has {name}, which no earlier run wrote: choose another folder, or replace them with --force"
    )
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_the_scenario_that_is_run_is_never_overwritten(clearsim: Clearsim, tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(TINY.read_text(encoding="utf-8"), encoding="utf-8")
    assert clearsim("run", scenario, "--out", tmp_path).code == 2
    assert scenario.read_text(encoding="utf-8") == TINY.read_text(encoding="utf-8")


def test_out_that_is_a_file_or_lies_in_one_is_refused_before_the_run(clearsim: Clearsim, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    for out in (file, file / "out"):
        done = clearsim("run", TINY, "--out", out)
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[-1].startswith("error: ")
        assert str(file) in done.err
    assert file.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_out_where_no_folder_can_be_made_is_refused(clearsim: Clearsim, tmp_path: Path) -> None:
    # Below a file nobody may write, root included.
    (tmp_path / "file").touch()
    done = clearsim("run", TINY, "--out", tmp_path / "file" / "out")
    assert (done.code, done.out) == (2, "")
    assert str(tmp_path) in done.err


@pytest.mark.usefixtures("without_figures")
def test_a_failure_while_writing_leaves_the_old_results_as_they_were(
    clearsim: Clearsim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    clearsim("run", TINY, "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    done = clearsim("run", TINY, "--seed", 1, "--out", out)
    assert (done.code, done.out) == (2, "")
    assert "No space left on device" in done.err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
