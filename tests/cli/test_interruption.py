"""Ctrl-C and SIGTERM at any moment end a command with exit code 130 and one line, without a traceback."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import Done, started
from tests.paths import ORDINARY_DAY, TINY

BEGIN = """
import builtins, os, signal, sys
from clearsim.cli import main
sys.argv = ["clearsim", "check", {file!r}]
def interrupt():
    os.kill(os.getpid(), signal.{name})
"""
WHILE_IMPORTING = """
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            interrupt()
sys.meta_path.insert(0, Interrupting())
main()
"""
WRAPPED = """
from pydantic_core import SchemaError
import clearsim.scenario
def load(*_):
    try:
        interrupt()
    except KeyboardInterrupt as error:
        raise SchemaError('Error building "literal" validator: KeyboardInterrupt') from error
clearsim.scenario.load = load
main()
"""
SWALLOWED = """
import clearsim.scenario
def load(*_):
    try:
        interrupt()
    except BaseException:
        raise ValueError("something else") from None
clearsim.scenario.load = load
main()
"""
WITHIN_EXEC = """
import clearsim.scenario
clearsim.scenario.load = lambda *_: exec("interrupt()")
main()
"""
AT_THE_END = """
import atexit
atexit.register(interrupt)
import clearsim.scenario
clearsim.scenario.load = lambda *_: interrupt()
main()
"""
MODULES = ["clearsim.cli.commands", "typer", "numpy", "clearsim.scenario.model", "pydantic_core"]


def ended(code: str, name: str = "SIGINT", **about: str) -> tuple[int, str, str]:
    """How a process of its own ends."""
    text = BEGIN.format(file=str(TINY), name=name) + (code.format(**about) if about else code)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_while_modules_are_imported_is_answered(module: str, name: str) -> None:
    assert ended(WHILE_IMPORTING, name, module=module) == (130, "", "interrupted; nothing was written\n")


@pytest.mark.parametrize("code", [WRAPPED, SWALLOWED, WITHIN_EXEC, AT_THE_END])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interruption_is_answered_whatever_becomes_of_the_exception(code: str, name: str) -> None:
    """Wrapped by pydantic, replaced by another, within an `exec` (after which Python would kill itself), and twice."""
    assert ended(code, name) == (130, "", "interrupted; nothing was written\n")


def test_a_defect_is_still_raised() -> None:
    code, _, err = ended("import clearsim.scenario\nclearsim.scenario.load = lambda *_: {}['x']\nmain()\n")
    assert code == 1
    assert "KeyError: 'x'" in err


def interrupted(process: subprocess.Popen[str], folder: Path) -> Done:
    """How the command ends after Ctrl-C in the middle of its run, once its staging folder is there."""
    deadline = time.monotonic() + 20
    while not any(folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    return Done(process.returncode, out, err)


def test_ctrl_c_ends_a_run_with_130_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """In the middle of a run of ten seconds."""
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
