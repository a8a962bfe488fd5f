"""`clearsim run`: what it prints, and how it ends when something is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clearsim.measures import KPIS
from tests.commands import Clearsim, columns, kpis, started, wrong
from tests.paths import ROOT, SCENARIOS, TINY

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
    assert shown["counter"] == ["2", "16.2", "30.7", "32.3", "1", "0.4"]


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
    absent = {KPIS[name].subject for name in KPIS.keys() - {row["kpi"] for row in result["kpis"]}}
    assert absent == {
        "Losses",
        "Recovery",
        "Controls",
        "Conduct",
        "StaffBill",
        "DriverBill",
        "RollOverBill",
        "LossBill",
        "Total",
    }
    assert {row["n"] for row in result["kpis"]} <= {0, 1, 2}
    for row in result["kpis"]:
        assert (row["mean"] is None) == (row["n"] == 0)
        assert (row["half_width"] is None) == (row["n"] < 2)


def test_a_row_names_one_figure_once(clearsim: Clearsim) -> None:
    rows = kpis(clearsim("run", TINY, "--json"))
    assert len({(row["flow"], row["station"], row["kpi"]) for row in rows}) == len(rows)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_kpis_and_another_seed_others(clearsim: Clearsim) -> None:
    first, again, own, other = (
        kpis(clearsim("run", TINY, "--json", *seed)) for seed in ([], [], ["--seed", 7], ["--seed", 8])
    )
    assert first == again == own
    assert first != other


@pytest.mark.slow
def test_kpis_do_not_depend_on_the_order_of_pythons_hashes() -> None:
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


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_processes_work_where_nothing_is_open_to_write_to(tmp_path: Path, closed: str) -> None:
    """Two workers inherit what their parent has open."""
    command = (
        f"{sys.executable} -m clearsim.cli run {TINY} --replications 40 --executor processes --store kept {closed}"
    )
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, "Traceback" in done.stdout) == (0, "", False)
    assert len(list((tmp_path / "kept").glob("*/*.gz"))) == 2


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals of this kind")
def test_a_terminal_that_does_not_say_how_wide_it_is_has_80_columns() -> None:
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


# Named policies


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
