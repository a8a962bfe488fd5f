"""`clearsim compare`: what it prints and writes, and how it ends when something is wrong."""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.commands import Clearsim, columns
from tests.paths import TINY
from tests.scenarios import with_policies


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """The tiny scenario with two policies."""
    path = tmp_path / "policies.yaml"
    path.write_text(
        with_policies(
            "linked: {policy.linked: true}",
            "nobody: {title: {zh: 無報備, en: Nobody reports}, policy.pre_report.share: 0 %}",
        ),
        encoding="utf-8",
    )
    return path


def test_a_comparison_says_what_ran_and_which_policies_in_80_columns(clearsim: Clearsim, policies: Path) -> None:
    done = clearsim("compare", policies, "--replications", 5)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "Two hours to follow by hand"
    assert "seed 7; engine compiled" in lines[1]
    assert any(line.startswith("nobody") and line.endswith("Nobody reports") for line in lines)
    assert any(line.startswith("driver wait, mean (export trucks)") for line in lines)
    assert "n = 5 replications of every policy" in done.out
    assert [line for line in lines if columns(line) > 80] == []


def test_a_comparison_shows_the_policies_and_kpis_that_were_asked_for(clearsim: Clearsim, policies: Path) -> None:
    asked = ("--kpi", "order:arrived", "--policy", "linked", "--replications", 2)
    done = clearsim("compare", policies, *asked)
    assert "arrived (bonded orders)" in done.out
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
    out, asked = tmp_path / "out", ("--kpi", "driver_wait_mean", "--replications", 3)
    done = clearsim("compare", policies, *asked, "--out", out)
    assert f"written to {out}" in done.err
    assert sorted(path.name for path in out.iterdir()) == [
        "comparison.csv",
        "comparison.parquet",
        "differences-export_truck-driver_wait_mean.png",
        "frontier.png",
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
        (["--replications", "1"], "at least 2 replications are needed"),
        (["--engine", "fast"], "'fast' is not one of 'compiled', 'simpy'"),
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
