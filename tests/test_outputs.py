"""Files and folders that a user names: one rule for every output of every command."""

import errno
import os
import socket
import typing
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from typing import NamedTuple

import pytest
import typer

from clearsim.cli.commands import app
from clearsim.cli.options import new_file, new_folder
from clearsim.outputs import OutputError, check_file, results, sealed, write_file
from tests.commands import Clearsim, Done
from tests.scenarios import POLICIES, TINY

NEEDS = {"sweep": ("--vary", "zone.gate.lanes=1,2"), "select": ("--budget", "40")}
"""What a command cannot do without, beside its scenario."""


class Output(NamedTuple):
    """An output of a command: `option` is empty for an argument."""

    command: str
    option: str
    parser: Callable[[str], Path]

    def arguments(self, scenario: Path, path: object) -> list[object]:
        """A command line that writes to a path."""
        read = [scenario, *NEEDS.get(self.command, ())] if takes_scenario(self.command) else []
        return [self.command, *read, *([self.option] if self.option else []), path]


def paths_of(command: str) -> Iterator[tuple[str, typing.Any]]:
    """Option (empty for an argument) and Typer's own description of all paths that a command takes."""
    callback = next(item.callback for item in app.registered_commands if name_of(item) == command)
    assert callback
    hints = typing.get_type_hints(callback, include_extras=True)
    for name in signature(callback).parameters:
        hint: typing.Any = hints[name]
        if Path in (hint.__origin__, *typing.get_args(hint.__origin__)):
            about = hint.__metadata__[0]
            is_argument = isinstance(about, typer.models.ArgumentInfo)
            yield "" if is_argument else next(iter(about.param_decls or ()), f"--{name}"), about


def name_of(item: typing.Any) -> str:
    return str(item.name or item.callback.__name__.replace("_", "-"))


def takes_scenario(command: str) -> bool:
    return any(not option and about.parser is None for option, about in paths_of(command))


COMMANDS = [name_of(item) for item in app.registered_commands]
OUTPUTS = [
    Output(command, option, about.parser)
    for command in COMMANDS
    for option, about in paths_of(command)
    if about.parser is not None
]
FILES = [output for output in OUTPUTS if output.parser is new_file]
RESULTS = [output for output in OUTPUTS if output.option == "--out"]


def told(output: Output) -> str:
    return f"{output.command} {output.option}".strip()


def test_every_path_of_a_command_is_its_scenario_or_an_output() -> None:
    assert {about.parser for command in COMMANDS for _, about in paths_of(command)} == {None, new_file, new_folder}
    for command in COMMANDS:
        assert [option for option, about in paths_of(command) if about.parser is None] in ([], [""])
    assert {told(output) for output in OUTPUTS} == {
        "new", "map --svg", "run --out", "run --store", "compare --out", "compare --store", "sweep --out",
        "sweep --store", "select --out", "select --store",
    }  # fmt: skip


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "mine.yaml"
    file.write_text(TINY + POLICIES, encoding="utf-8")
    return file


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Inode and content of all that is in a folder."""
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_ino, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def refused(clearsim: Clearsim, folder: Path, *arguments: object) -> str:
    """How a command refuses, whereupon nothing has changed."""
    before = contents(folder)
    done: Done = clearsim(*arguments)
    assert (done.code, done.out) == (2, ""), done
    assert "Traceback" not in done.err
    assert contents(folder) == before
    return done.err.splitlines()[-1]


def the_scenario(path: Path, scenario: Path) -> None:
    path.hardlink_to(scenario)


def a_link_to_the_scenario(path: Path, scenario: Path) -> None:
    path.symlink_to(scenario)


def a_foreign_file(path: Path, _: Path) -> None:
    path.write_text("mine", encoding="utf-8")


def a_link_to_nothing(path: Path, scenario: Path) -> None:
    path.symlink_to(scenario.parent / "nothing")


def a_link_to_a_folder(path: Path, scenario: Path) -> None:
    (scenario.parent / "folder").mkdir()
    path.symlink_to(scenario.parent / "folder")


def a_named_pipe(path: Path, _: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path, _: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        socket.socket(socket.AF_UNIX).bind(path.name)
    finally:
        os.chdir(before)


IN_THE_WAY = [
    the_scenario,
    a_link_to_the_scenario,
    a_foreign_file,
    a_link_to_nothing,
    a_link_to_a_folder,
    a_named_pipe,
    a_socket,
]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
@pytest.mark.filterwarnings("ignore:unclosed <socket")
@pytest.mark.parametrize("output", OUTPUTS, ids=told)
@pytest.mark.parametrize("lay", IN_THE_WAY)
def test_what_is_no_file_of_clearsims_own_is_refused(
    clearsim: Clearsim, tmp_path: Path, scenario: Path, output: Output, lay: Callable[[Path, Path], None]
) -> None:
    """Every output, and everything that may be in its way."""
    path = tmp_path / "path"
    lay(path, scenario)
    assert str(path) in refused(clearsim, tmp_path, *output.arguments(scenario, path))


@pytest.mark.parametrize("output", OUTPUTS, ids=told)
def test_an_input_is_refused_even_by_force_and_so_are_a_device_and_an_empty_text(
    clearsim: Clearsim, tmp_path: Path, scenario: Path, output: Output
) -> None:
    assert "/dev/null" in refused(clearsim, tmp_path, *output.arguments(scenario, "/dev/null"))
    assert "the name is empty; is a variable not set?" in refused(clearsim, tmp_path, *output.arguments(scenario, ""))
    if takes_scenario(output.command):
        force = ["--force"] if output.option != "--store" else []
        told = refused(clearsim, tmp_path, *output.arguments(scenario, scenario), *force)
        assert told == f"error: {scenario} is an input of this command: choose another name"


@pytest.mark.parametrize("output", RESULTS, ids=told)
def test_a_folder_of_results_spares_its_own_scenario_while_that_is_the_input(
    clearsim: Clearsim, tmp_path: Path, output: Output
) -> None:
    scenario, out = tmp_path / "out" / "scenario.yaml", tmp_path / "out"
    out.mkdir()
    scenario.write_text(TINY + POLICIES, encoding="utf-8")
    (out / "provenance.json").write_text('{"clearsim": "0.1.0", "files": ["scenario.yaml"]}', encoding="utf-8")
    for force in ([], ["--force"]):
        told = refused(clearsim, tmp_path, *output.arguments(scenario, out), *force)
        assert told == f"error: {scenario} is an input of this command: choose another name"


@pytest.mark.parametrize("output", FILES, ids=told)
def test_a_foreign_file_is_replaced_by_force(
    clearsim: Clearsim, tmp_path: Path, scenario: Path, output: Output
) -> None:
    path = tmp_path / "path"
    path.write_text("mine", encoding="utf-8")
    assert clearsim(*output.arguments(scenario, path), "--force").code == 0
    assert path.stat().st_size > 1000
    assert sorted(contents(tmp_path)) == ["mine.yaml", "path"]


@pytest.mark.usefixtures("without_figures")
def test_foreign_files_in_a_folder_of_results_are_replaced_by_force_and_a_folder_in_it_is_not(
    clearsim: Clearsim, tmp_path: Path, scenario: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "kpis.csv").write_text("mine", encoding="utf-8")
    assert clearsim("run", scenario, "--out", out, "--force").code == 0
    assert (out / "kpis.csv").stat().st_size > 1000
    (out / "kpis.csv").unlink()
    (out / "kpis.csv").mkdir()
    for force in ([], ["--force"]):
        told = refused(clearsim, tmp_path, "run", scenario, "--out", out, *force)
        assert told == f"error: {out / 'kpis.csv'} is a folder, not a file: choose another name"


def test_a_list_that_another_program_wrote_gives_no_leave_to_remove_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    (tmp_path / "provenance.json").write_text('{"files": ["thesis.docx"]}', encoding="utf-8")
    refusal = pytest.raises(OutputError, match=r"has provenance\.json, which no earlier run wrote")
    with refusal, results(tmp_path, reserved=["provenance.json"]):
        pass
    assert (tmp_path / "thesis.docx").exists()


def test_an_error_removes_the_folders_that_were_made_for_results(tmp_path: Path) -> None:
    with pytest.raises(KeyError), results(tmp_path / "a" / "b" / "out"):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_clearsim_knows_its_own_document_until_somebody_edits_it(tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    for lanes in (1, 2):
        write_file(path, sealed(f"<svg><text>{lanes} lanes</text></svg>"))
    path.write_text(path.read_text(encoding="utf-8").replace("2 lanes", "two lanes"), encoding="utf-8")
    with pytest.raises(OutputError, match="was not made by clearsim"):
        check_file(path)


def full(_: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("output", FILES, ids=told)
def test_a_full_disk_names_the_file_and_leaves_nothing_behind(
    clearsim: Clearsim, tmp_path: Path, scenario: Path, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    path = tmp_path / "path"
    told = refused(clearsim, tmp_path, *output.arguments(scenario, path))
    assert told == f"error: {path}: No space left on device"
    told = refused(clearsim, tmp_path, *output.arguments(scenario, tmp_path / "missing" / "path"))
    assert told == f"error: {tmp_path / 'missing' / 'path'}: No such file or directory"


@pytest.mark.usefixtures("without_figures")
def test_a_full_disk_names_the_file_in_a_folder_of_results(
    clearsim: Clearsim, tmp_path: Path, scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: full(0))
    told = refused(clearsim, tmp_path, "run", scenario, "--out", tmp_path / "out")
    assert told == f"error: {tmp_path / 'out' / 'scenario.yaml'}: No space left on device"
