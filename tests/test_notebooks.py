"""Every notebook runs from its first cell to its last, as a notebook and as a script."""

import subprocess
import sys
from pathlib import Path

import jupytext
import nbclient
import nbformat
import pytest

from tests.paths import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
STRICT = (
    "import warnings; warnings.filterwarnings('error', 'Glyph'); warnings.filterwarnings('error', module='clearsim')"
)
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a notebook has many replications, the tests need few."""
    monkeypatch.setenv("CLEARSIM_FAST", "1")


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


# What the client's own packages warn of is theirs; warnings inside the notebook are in another process.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@each_notebook
def test_it_runs_and_shows_its_figures(path: Path) -> None:
    notebook = jupytext.read(path)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(STRICT))
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs)


@pytest.mark.slow
@each_notebook
def test_it_runs_as_a_script_from_anywhere(path: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, path], cwd=tmp_path, check=True, capture_output=True, timeout=120)
