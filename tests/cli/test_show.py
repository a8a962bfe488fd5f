"""`clearsim schema`, `new`, `map` and `kpis`, the help and the version."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

from clearsim.report.reference import kpi_reference
from tests.commands import Clearsim, Done, columns
from tests.paths import TINY


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
    for word in ("zone gate", "inspection", "China-Europe train", "fast channel", "enterprise errands"):
        assert word in done.out
    assert max(columns(line) for line in done.out.splitlines()) <= 80


def test_the_map_is_drawn_as_svg_whole_or_not_at_all(clearsim: Clearsim, tmp_path: Path) -> None:
    assert clearsim("map", TINY, "--svg", tmp_path / "map.svg").code == 0
    assert ElementTree.parse(tmp_path / "map.svg").getroot().tag.endswith("svg")
    assert [path.name for path in tmp_path.iterdir()] == ["map.svg"]
    done = clearsim("map", TINY, "--svg", tmp_path / "missing" / "map.svg")
    assert done.code == 2
    assert done.err.startswith("error: ")


def test_kpis_prints_the_reference(clearsim: Clearsim) -> None:
    assert clearsim("kpis").out == kpi_reference()


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
