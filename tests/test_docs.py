"""What the README and the documentation show is run: code, commands, and what code prints.

On a page, in order: a ```python block is executed, all of them in one namespace; a ```text block right behind it is
what it prints; a ```yaml block with `compare:` that follows `clearsim new` is written into the new scenario; every line
of a ```sh block that begins with `clearsim` is run. Long studies are made short, their numbers are not compared.
"""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import clearsim
from clearsim.scenario.schema import schema
from tests.commands import Clearsim
from tests.paths import ROOT, SCENARIOS

DOCS = ROOT / "docs"
MADE = {"scenario.md", "kpis.md", "cli.md", "contract.md"}
"""Pages that the build makes."""
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(path for path in sorted(DOCS.rglob("*.md")) if path.name not in MADE and "_build" not in path.parts),
]
BLOCK = re.compile(r"^```(python|sh|yaml|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REPLICATES = ("run", "compare", "sweep", "select")
FEW = ("demand.orders.per_day=40", "demand.export_trucks.per_day=6")
LARGE = ("double11", "lockdown", "ordinary-day")
"""Scenarios with many orders and trucks, of which few are enough here."""


class Block(NamedTuple):
    """A block of code of a page."""

    kind: str
    text: str
    line: int
    follows: str
    """The kind of the block that ends right above, if there is only white space between."""


def blocks(page: Path) -> Iterator[Block]:
    text, end, kind = page.read_text(encoding="utf-8"), 0, ""
    for found in BLOCK.finditer(text):
        follows = kind if not text[end : found.start()].strip() else ""
        kind, end = found[1], found.end()
        yield Block(kind, found[2], text.count("\n", 0, found.start()) + 1, follows)


def short(arguments: list[str]) -> list[str]:
    """The arguments of a command that takes a moment: few replications, few orders."""
    if arguments[0] not in REPLICATES:
        return arguments
    made = list(arguments)
    for option, few in (("--replications", "2"), ("--points", "2"), ("--precision", "40%"), ("--ceiling", "60")):
        if option in made:
            made[made.index(option) + 1] = few
    if arguments[0] in ("compare", "sweep") and "--replications" not in made:
        made += ["--replications", "2"]
    if arguments[0] in ("run", "select") and "--ceiling" not in made and {"--precision", "--indifference"} & {*made}:
        made += ["--ceiling", "60"]
    for setting in FEW if any(name in arguments[1] for name in LARGE) and "demand.orders=null" not in made else ():
        made += ["--set", setting]
    return made


def commands(text: str) -> Iterator[list[str]]:
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("clearsim "):
            yield shlex.split(line, comments=True)[1:]


@pytest.mark.slow
@pytest.mark.usefixtures("without_figures")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_shows_runs(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clearsim: Clearsim,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = list(blocks(page))
    if any(block.kind in ("python", "sh") for block in shown):
        shutil.copytree(SCENARIOS, tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"__name__": page.stem}
    printed, new = "", None
    for block in shown:
        where = f"{page.name}:{block.line}"
        match block.kind:
            case "python":
                code = "\n" * block.line + block.text
                exec(compile(code, str(page), "exec"), space)
                printed = capsys.readouterr().out
            case "text" if block.follows == "python":
                assert printed == block.text, where
            case "yaml" if new is not None and block.text.startswith("compare:"):
                new.write_text(new.read_text(encoding="utf-8") + "\n" + block.text, encoding="utf-8")
            case "sh":
                for arguments in commands(block.text):
                    done = clearsim(*short(arguments))
                    assert done.code == 0, f"{where}: clearsim {shlex.join(arguments)}\n{done.err}"
                    new = tmp_path / arguments[1] if arguments[0] == "new" else new


def test_the_python_interface_lists_every_public_name() -> None:
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\.\. auto\w+:: clearsim\.(\w+)$", page, re.MULTILINE)
    assert sorted(listed) == sorted(clearsim.__all__)


def test_the_schema_beside_the_scenarios_is_that_of_the_models() -> None:
    """If this fails: clearsim schema > scenarios/scenario.schema.json."""
    assert json.loads((SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8")) == schema()


def test_links_between_files_lead_somewhere() -> None:
    wrong = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists() and Path(target).name not in MADE
    ]
    assert wrong == []
