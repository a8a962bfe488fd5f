"""`clearsim check`: problems, warnings and sources."""

import json
from pathlib import Path

from tests.commands import Clearsim, columns, wrong
from tests.paths import ORDINARY_DAY, TINY


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
    assert (done.code, done.out, done.err) == (2, "", "error: --sources is used with --format text\n")


def test_check_as_json_is_a_list_of_problems_with_their_places(clearsim: Clearsim, tmp_path: Path) -> None:
    done = clearsim("check", wrong(tmp_path), "--format", "json")
    assert (done.code, done.err) == (2, "")
    problems = json.loads(done.out)
    assert [problem["path"] for problem in problems] == ["duration", "zone.inspection.crews"]
    lines = TINY.read_text(encoding="utf-8").splitlines()
    assert lines[problems[0]["line"] - 1].startswith("duration: 2 h")


def test_check_refuses_a_format_that_it_does_not_know(clearsim: Clearsim) -> None:
    assert clearsim("check", TINY, "--format", "xml").code == 2
