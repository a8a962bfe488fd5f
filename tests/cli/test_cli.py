"""The command line: what it prints, what it leaves behind, and how it ends when something is wrong."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pandas as pd
import pytest

from clearsim import cli
from clearsim.measures import KPIS
from tests.paths import ROOT, SCENARIOS

TINY = SCENARIOS / "tiny.yaml"
ORDINARY_DAY = SCENARIOS / "ordinary-day.yaml"
START = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from clearsim.cli import main; main()"


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Clearsim = Callable[..., Done]


@pytest.fixture
def clearsim(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clearsim:
    """`clearsim` in this process; an exception that it does not turn into a message ends the test."""

    def call(*arguments: object) -> Done:
        monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", "__all__")
        monkeypatch.setattr(sys, "argv", ["clearsim", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert isinstance(end.value.code, int)
        return Done(end.value.code, *capsys.readouterr())

    return call


def started(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    """`clearsim` in a process of its own, where Ctrl-C is heard even if this one runs in the background."""
    return subprocess.Popen(
        [sys.executable, "-c", START, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environment},
    )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A folder of results, and how the command that wrote it ended."""
    out = tmp_path_factory.mktemp("written") / "new" / "out"
    changes = ("--set", "demand.errands.backlog=5", "--set", "seed=9")
    process = started("run", TINY, *changes, "--replications", 2, "--json", "--out", out)
    said = process.communicate()
    return out, Done(process.returncode, *said)


@pytest.fixture
def without_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing them takes a second, and is tested elsewhere."""
    monkeypatch.setattr("clearsim.report.files.write_figures", lambda *_: None)


def wrong(folder: Path) -> Path:
    """A scenario with two mistakes."""
    file = folder / "wrong.yaml"
    file.write_text(
        TINY.read_text(encoding="utf-8").replace("duration: 2 h", "duration: 2").replace("crew: 2", "crews: 2", 1),
        encoding="utf-8",
    )
    return file


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def kpis(done: Done) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(done.out)["kpis"]
    return rows


# run


def test_a_run_says_what_ran(clearsim: Clearsim) -> None:
    done = clearsim("run", TINY)
    assert done.code == 0
    assert done.out.splitlines()[:2] == ["可手算的兩小時", "Two hours to follow by hand"]
    assert "seed 7; engine compiled" in done.out
    assert "n = 1 replication: one possible day." in done.out


@pytest.mark.parametrize("arguments", [["run"], ["run", "--replications", "3"], ["map"]])
def test_what_is_printed_fits_into_80_columns(
    clearsim: Clearsim, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(ROOT)  # so that the file's path, which is quoted, is short
    lines = clearsim(*arguments, "scenarios/tiny.yaml").out.splitlines()
    assert [line for line in lines if columns(line) > 80] == []


def test_a_run_shows_the_kpis_that_it_measured(clearsim: Clearsim) -> None:
    lines = clearsim("run", TINY, "--set", "seed=828").out.splitlines()
    shown = {line.strip().partition("  ")[0]: line.split()[-6:] for line in lines}
    # One errand is served at once; another comes to the closed counter at 57:40.708 and is served at 90:00.
    assert shown["counter 窗口"] == ["2", "16.2", "30.7", "32.3", "1", "0.4"]


def test_replications_give_half_widths(clearsim: Clearsim) -> None:
    done = clearsim("run", TINY, "--replications", 3)
    assert done.code == 0
    assert " ± " in done.out
    assert "Means over n = 3 replications" in done.out


def test_json_is_one_object_with_every_kpi(clearsim: Clearsim) -> None:
    done = clearsim("run", TINY, "--json", "--replications", 2)
    assert done.code == 0
    assert done.out.count("\n") == 1
    result = json.loads(done.out)
    assert result.keys() == {"scenario", "engine", "seed", "replications", "provenance", "kpis"}
    assert result["scenario"].items() >= {"zh": "可手算的兩小時", "en": "Two hours to follow by hand"}.items()
    assert (result["engine"], result["seed"], result["replications"]) == ("compiled", 7, 2)
    assert all(row.keys() == {"flow", "station", "kpi", "unit", "mean", "half_width", "n"} for row in result["kpis"])
    absent = {KPIS[name].subject.__name__ for name in KPIS.keys() - {row["kpi"] for row in result["kpis"]}}
    assert absent == {
        *("Losses", "Recovery", "Controls", "Conduct"),
        *("StaffBill", "DriverBill", "RollOverBill", "LossBill", "Total"),
    }
    assert {row["n"] for row in result["kpis"]} <= {0, 1, 2}
    for row in result["kpis"]:
        assert (row["mean"] is None) == (row["n"] == 0)
        assert (row["half_width"] is None) == (row["n"] < 2)


def test_a_row_names_one_figure_once(clearsim: Clearsim) -> None:
    rows = kpis(clearsim("run", TINY, "--json"))
    assert len({(row["flow"], row["station"], row["kpi"]) for row in rows}) == len(rows)


def test_the_same_seed_gives_the_same_kpis_and_another_seed_others(clearsim: Clearsim) -> None:
    first, again, own, other = (
        kpis(clearsim("run", TINY, "--json", *seed)) for seed in ([], [], ["--seed", 7], ["--seed", 8])
    )
    assert first == again == own
    assert first != other


def test_kpis_do_not_depend_on_the_order_of_pythons_hashes() -> None:
    """Takes over 1 s: two fresh interpreters."""
    runs = [started("run", TINY, "--json", PYTHONHASHSEED=seed) for seed in ("1", "2")]
    results = [json.loads(run.communicate()[0]) for run in runs]
    for result in results:
        del result["provenance"]["wall_time_s"]
    assert results[0] == results[1]


def test_a_setting_changes_the_run(clearsim: Clearsim) -> None:
    done = clearsim("run", TINY, "--set", "demand.errands.backlog=5", "--set", "seed=9", "--json")
    assert json.loads(done.out)["seed"] == 9
    assert next(row for row in kpis(done) if row["flow"] == "errand" and row["kpi"] == "arrived")["mean"] >= 5


@pytest.mark.parametrize(
    "arguments",
    [
        ["--engine", "arena"],
        ["--replications", "0"],
        ["--seed", "-1"],
        ["--set", "zone.gate.lane=6"],
        ["--set", "zone.gate.lanes"],
        ["--set", "zone.gate.lanes=many"],
        ["--no-such-option"],
    ],
)
def test_a_wrong_option_is_refused_before_anything_runs(
    clearsim: Clearsim, tmp_path: Path, arguments: list[str]
) -> None:
    done = clearsim("run", TINY, "--out", tmp_path / "out", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "rror" in done.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_path_names_its_nearest_neighbour(clearsim: Clearsim) -> None:
    err = clearsim("run", TINY, "--set", "zone.gate.lane=6").err
    assert "--set zone.gate.lane=6" in err
    assert "did you mean `lanes`?" in err


# Files that cannot be used


def test_a_wrong_scenario_is_refused_with_every_mistake_and_nothing_is_written(
    clearsim: Clearsim, tmp_path: Path
) -> None:
    done = clearsim("run", wrong(tmp_path), "--json", "--out", tmp_path / "out")
    assert (done.code, done.out) == (2, "")
    assert [line for line in done.err.splitlines() if line.startswith("error[")] == [
        line for line in clearsim("check", wrong(tmp_path)).err.splitlines() if line.startswith("error[")
    ]
    assert done.err.count("error[") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["wrong.yaml"]


@pytest.mark.parametrize("command", ["run", "check", "map"])
def test_a_file_that_is_missing_a_folder_binary_or_empty_is_refused_in_a_sentence(
    clearsim: Clearsim, tmp_path: Path, command: str
) -> None:
    binary, empty = tmp_path / "binary.yaml", tmp_path / "empty.yaml"
    binary.write_bytes(bytes(range(256)))
    empty.touch()
    for file in (tmp_path / "missing.yaml", tmp_path, binary, empty):
        done = clearsim(command, file)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error[")
        assert str(file) in done.err


@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_processes_work_where_nothing_is_open_to_write_to(tmp_path: Path, closed: str) -> None:
    """Takes over 1 s: an interpreter and two workers, which inherit what their parent has open."""
    command = (
        f"{sys.executable} -m clearsim.cli run {TINY} --replications 40 --executor processes --store kept {closed}"
    )
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, "Traceback" in done.stdout) == (0, "", False)
    assert len(list((tmp_path / "kept").glob("*/*.gz"))) == 2


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals of this kind")
def test_a_terminal_that_does_not_say_how_wide_it_is_has_80_columns() -> None:
    """Takes over 1 s: an interpreter of its own."""
    master, slave = os.openpty()
    with subprocess.Popen([sys.executable, "-m", "clearsim.cli", "run", TINY], stdout=slave, stderr=slave) as process:
        os.close(slave)
        said = b""
        try:
            while part := os.read(master, 65536):
                said += part
        except OSError:  # the other end is closed
            pass
    assert process.returncode == 0
    assert "Two hours to follow by hand" in said.decode()


# --out


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
    notes = {"notes.txt", "visits.parquet", "sweep.py", "kpis.xlsx", "driver-minutes.en.png"}
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
        f"error: {tmp_path} holds {name}, which no earlier run wrote: choose another folder, or replace them by --force"
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


def interrupted(process: subprocess.Popen[str], folder: Path) -> Done:
    """Ctrl-C in the middle of the run, once its staging folder stands."""
    deadline = time.monotonic() + 20
    while not any(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    return Done(process.returncode, out, err)


def test_ctrl_c_ends_a_run_with_130_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Takes over 1 s: a fresh interpreter, interrupted in the middle of a run of ten seconds."""
    done = interrupted(started("run", ORDINARY_DAY, "--engine", "simpy", "--out", tmp_path / "out"), tmp_path)
    assert (done.code, done.out) == (130, ""), done.err
    assert "Traceback" not in done.err
    assert done.err.splitlines()[-1] == "interrupted; nothing was written"
    assert list(tmp_path.iterdir()) == []


def test_a_reader_who_leaves_early_brings_no_traceback() -> None:
    process = started("schema")
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == "{\n"
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 1


# check


def test_a_right_scenario_passes_with_its_warnings(clearsim: Clearsim) -> None:
    done = clearsim("check", ORDINARY_DAY)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].startswith(f"{ORDINARY_DAY}: no mistakes, ")


def test_check_lists_every_input_with_its_source_in_80_columns(clearsim: Clearsim) -> None:
    out = clearsim("check", ORDINARY_DAY, "--sources").out
    assert "demand.orders.per_day" in out
    assert "derived" in out
    table = out[out.index("Inputs and their sources") :].splitlines()
    assert max(columns(line) for line in table) <= 80


def test_a_source_is_named_by_the_path_that_sets_it(clearsim: Clearsim) -> None:
    lines = clearsim("check", TINY, "--sources", "--set", "zone.gate.lanes=3").out.splitlines()
    at = lines.index("zone.gate.lanes = 3")
    assert lines[at + 1] == "    assumed: set on the command line"
    assert lines[lines.index("zone.scanner.lanes = 1") + 1] == "    assumed"


def test_check_refuses_sources_as_json(clearsim: Clearsim) -> None:
    done = clearsim("check", TINY, "--sources", "--format", "json")
    assert (done.code, done.out, done.err) == (2, "", "error: --sources goes with --format text\n")


def test_check_as_json_is_a_list_of_problems_with_their_places(clearsim: Clearsim, tmp_path: Path) -> None:
    done = clearsim("check", wrong(tmp_path), "--format", "json")
    assert (done.code, done.err) == (2, "")
    problems = json.loads(done.out)
    assert [problem["path"] for problem in problems] == ["duration", "zone.inspection.crews"]
    lines = TINY.read_text(encoding="utf-8").splitlines()
    assert lines[problems[0]["line"] - 1].startswith("duration: 2 h")


def test_check_refuses_a_format_that_it_does_not_know(clearsim: Clearsim) -> None:
    assert clearsim("check", TINY, "--format", "xml").code == 2


# schema, new, map, kpis


def test_the_schema_is_json_and_describes_a_scenario(clearsim: Clearsim) -> None:
    done = clearsim("schema")
    assert (done.code, done.err) == (0, "")
    assert {"title", "demand", "policy", "zone"} <= json.loads(done.out)["properties"].keys()


def test_a_new_scenario_passes_its_check_and_runs(clearsim: Clearsim, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    assert clearsim("new", file).code == 0
    assert "no mistakes" in clearsim("check", file).out
    assert clearsim("run", file, "--json").code == 0


def test_new_refuses_to_overwrite_and_to_write_nowhere(clearsim: Clearsim, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine", encoding="utf-8")
    for path in (file, tmp_path, tmp_path / "missing" / "mine.yaml"):
        done = clearsim("new", path)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: ")
    assert file.read_text(encoding="utf-8") == "mine"


def test_the_map_shows_every_place_in_80_columns(clearsim: Clearsim) -> None:
    done = clearsim("map", TINY)
    assert (done.code, done.err) == (0, "")
    for word in ("卡口", "查驗", "中歐班列", "快處快放", "企業辦事"):
        assert word in done.out
    assert max(columns(line) for line in done.out.splitlines()) <= 80


def test_the_map_is_drawn_as_svg_whole_or_not_at_all(clearsim: Clearsim, tmp_path: Path) -> None:
    """Takes over 1 s: matplotlib draws."""
    assert clearsim("map", TINY, "--svg", tmp_path / "map.svg").code == 0
    assert ElementTree.parse(tmp_path / "map.svg").getroot().tag.endswith("svg")
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
    done = clearsim("map", TINY, "--svg", tmp_path / "missing" / "map.svg")
    assert done.code == 2
    assert done.err.startswith("error: ")


def test_kpis_prints_the_reference(clearsim: Clearsim) -> None:
    assert clearsim("kpis").out == (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8")


def test_without_a_command_the_help_is_shown(clearsim: Clearsim) -> None:
    done = clearsim("--help")
    assert done.code == 0
    for command in ("run", "check", "schema", "new", "map", "kpis"):
        assert f"\n  {command} " in done.out
    assert clearsim() == Done(2, "", done.out)


def test_the_version_is_that_of_the_package(clearsim: Clearsim) -> None:
    assert clearsim("--version") == Done(0, f"clearsim {version('clearsim')}\n", "")


def test_the_installed_command_is_this_one() -> None:
    command = shutil.which("clearsim", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert command
    done = subprocess.run([command, "kpis"], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("# KPIs")


def test_a_policy_of_the_scenario_is_run_by_its_name_and_a_stranger_is_refused(clearsim: Clearsim) -> None:
    growth = SCENARIOS / "export-growth.yaml"
    arrived = {}
    for policy in ([], ["--policy", "x50"]):
        done = clearsim("run", growth, *policy, "--set", "duration=7 d", "--json")
        assert done.code == 0, done.err
        rows = [row for row in json.loads(done.out)["kpis"] if (row["flow"], row["kpi"]) == ("export_truck", "arrived")]
        arrived[len(policy)] = rows[0]["mean"]
    assert arrived[2] > 20 * arrived[0] > 0
    assert "policy 政策: x50" in clearsim("run", growth, "--policy", "x50", "--set", "duration=1 d").out
    refused = clearsim("check", growth, "--policy", "x3")
    assert refused.code == 2
    assert "has no policy `x3`; there are: x2, x5," in refused.err


def test_the_resolved_scenario_of_a_policy_is_that_policy(clearsim: Clearsim, tmp_path: Path) -> None:
    growth = SCENARIOS / "export-growth.yaml"
    assert clearsim("run", growth, "--policy", "x50", "--set", "duration=1 d", "--out", tmp_path / "out").code == 0
    (resolved,) = (tmp_path / "out").glob("*.yaml")
    again = clearsim("check", resolved)
    assert again.code == 0, again.err
    text = resolved.read_text(encoding="utf-8")
    assert "21.53" in text
    assert "compare" not in text


# sweep

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
    figures = {f"sweep-export_truck-driver_wait_mean.{language}.png" for language in ("en", "zh")}
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


def test_what_is_wrong_with_a_sweep_is_told_before_it_begins(clearsim: Clearsim, kept: tuple[object, ...]) -> None:
    done = clearsim("sweep", TINY, "--vary", "zone.scanner.lanes=1,x", "--vary", "zone.gate.lanez=1", *kept)
    assert done.code == 2
    assert done.err.count("error[") == 2
    assert "--> --vary zone.scanner.lanes=1,x   zone.scanner.lanes\n      | zone.scanner.lanes=x" in done.err
    for arguments, message in {
        ("--kpi", "driver_wait"): "there is no KPI `driver_wait`; did you mean driver_wait_",
        ("--design", "random"): "there is no design `random`; there are: grid, latin, sobol",
        ("--policy", "squad"): "there is no policy `squad`",
        ("--at-most", "3"): "more than 3 runs must be asked for",
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


# compare


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The tiny scenario with two policies."""
    text = TINY.read_text(encoding="utf-8") + "\ncompare:\n  linked: {policy.linked: true}\n"
    text += "  nobody: {title: {zh: 無報備, en: Nobody reports}, policy.pre_report.share: 0 %}\n"
    path = tmp_path / "policies.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_comparison_says_what_ran_and_which_policies_in_80_columns(clearsim: Clearsim, policies: Path) -> None:
    done = clearsim("compare", policies, "--replications", 5)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[:2] == ["可手算的兩小時", "Two hours to follow by hand"]
    assert "seed 7; engine compiled" in lines[2]
    assert "nobody 無報備: Nobody reports" in lines
    assert any(line.startswith("driver wait, mean (export trucks) 司機平均等候") for line in lines)
    assert "n = 5 replications of every policy" in done.out
    assert [line for line in lines if columns(line) > 80] == []


def test_a_comparison_shows_the_policies_and_kpis_that_were_asked_for(clearsim: Clearsim, policies: Path) -> None:
    asked = ("--kpi", "order:arrived", "--policy", "linked", "--replications", 2)
    done = clearsim("compare", policies, *asked)
    assert "arrived (bonded orders) 到達（保稅訂單）, units" in done.out
    assert "nobody" not in done.out
    assert "driver wait" not in done.out


def test_a_comparison_as_json_is_one_object(clearsim: Clearsim, policies: Path) -> None:
    found = json.loads(clearsim("compare", policies, "--replications", 3, "--json").out)
    assert (found["seed"], found["replications"], list(found["policies"])) == (7, 3, ["base", "linked", "nobody"])
    assert found["kpis"].keys() == found["policies"].keys()
    assert {row["verdict"] for row in found["differences"]} <= {"less", "more", "equal", "open", "undefined"}
    assert len(found["differences"]) == 3 * len(found["rankings"])
    assert "3 pairs" in found["provenance"]["difference_half_width"]


def test_a_comparison_is_written_whole_with_its_figures(clearsim: Clearsim, policies: Path, tmp_path: Path) -> None:
    """Takes over 1 s: figures in two languages."""
    out, asked = tmp_path / "out", ("--kpi", "driver_wait_mean", "--replications", 3)
    done = clearsim("compare", policies, *asked, "--out", out)
    assert f"written to {out}" in done.err
    assert sorted(path.name for path in out.iterdir()) == [
        "comparison.csv",
        "comparison.parquet",
        "differences-export_truck-driver_wait_mean.en.png",
        "differences-export_truck-driver_wait_mean.zh.png",
        "frontier.en.png",
        "frontier.zh.png",
        "kpis.csv",
        "kpis.parquet",
        "provenance.json",
        "scenario.yaml",
    ]
    assert set(pd.read_parquet(out / "kpis.parquet")["policy"]) == {"base", "linked", "nobody"}
    table = pd.read_csv(out / "comparison.csv", keep_default_na=False, na_values=[""])
    assert table[["policy", "against"]].drop_duplicates().to_numpy().tolist() == [
        ["linked", "base"],
        ["nobody", "base"],
        ["nobody", "linked"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--policy", "linkd"], "did you mean `linked`"),
        (["--kpi", "driver_weight"], "there is no KPI `driver_weight`"),
        (["--replications", "1"], "Invalid value for '--replications'"),
        (["--engine", "fast"], "there is no engine `fast`"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(
    clearsim: Clearsim, policies: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = clearsim("compare", policies, *arguments, "--out", tmp_path / "out")
    assert done.code == 2
    assert message in done.err
    assert not (tmp_path / "out").exists()


def test_a_scenario_without_policies_is_not_compared(clearsim: Clearsim) -> None:
    done = clearsim("compare", TINY)
    assert done.code == 2
    assert "tiny.yaml has no policies to compare: it has no `compare:` section" in done.err


def test_a_comparison_goes_on_from_what_was_kept(clearsim: Clearsim, policies: Path, tmp_path: Path) -> None:
    asked = ("compare", policies, "--replications", 3, "--json", "--store", tmp_path / "store")
    first, again = clearsim(*asked), clearsim(*asked, "--resume")
    assert "3 of 3 blocks were kept from before" in again.err
    assert json.loads(again.out)["differences"] == json.loads(first.out)["differences"]
