"""Every public name means one thing, whatever was imported before, and type checkers know them all."""

import subprocess
import sys
from pathlib import Path

import pytest

import clearsim

ALL_MODULES = """
from importlib import import_module
from pkgutil import iter_modules

def below(package):
    for found in iter_modules(package.__path__):
        if found.name != "__main__":
            module = import_module(f"{package.__name__}.{found.name}")
            yield package, found.name, module
            if found.ispkg:
                yield from below(module)
"""
ANOTHER = """
for package, name, module in below(clearsim):
    if getattr(package, name) is not module:
        print(module.__name__, "is hidden by", getattr(package, name))
"""
"""Submodules that a package hides behind an object of the same name, or the reverse."""
AS_BEFORE = """
for name in clearsim.__all__:
    if getattr(clearsim, name) is not first[name]:
        print(name, "was", first[name], "and is", getattr(clearsim, name))
"""
NAMES = "first = {name: getattr(clearsim, name) for name in clearsim.__all__}"


def fresh(*code: str) -> str:
    """What the code prints in a process of its own."""
    done = subprocess.run([sys.executable, "-c", "\n".join(code)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        ["import clearsim", NAMES, AS_BEFORE, ALL_MODULES, "list(below(clearsim))", AS_BEFORE],
        ["import clearsim", ALL_MODULES, "list(below(clearsim))", NAMES, AS_BEFORE, ANOTHER],
        [
            "from clearsim import *",
            "import clearsim",
            "first = {name: globals()[name] for name in clearsim.__all__}",
            AS_BEFORE,
            ALL_MODULES,
            "list(below(clearsim))",
            AS_BEFORE,
            ANOTHER,
        ],
    ],
    ids=["names first", "modules first", "all names at once"],
)
def test_a_public_name_means_the_same_before_and_after_every_module_is_imported(code: list[str]) -> None:
    assert fresh(*code) == ""


def test_a_public_function_can_be_called_twice() -> None:
    """In a fresh interpreter, in which nobody has asked for the name yet."""
    port = "cs.Network([cs.Flow('truck', cs.At([0]), [cs.Hold('1 min')])])"
    assert fresh("import clearsim as cs", f"print(cs.foresee({port}), cs.foresee({port}))") == "[] []\n"


def test_what_there_is_not_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="module 'clearsim' has no attribute 'Lognormall'"):
        clearsim.Lognormall  # noqa: B018  # type: ignore[attr-defined]


@pytest.mark.slow
def test_mypy_knows_every_public_name_and_refuses_a_misspelt_one(tmp_path: Path) -> None:
    """mypy reads clearsim's sources; `--no-site-packages` spares it those of numpy and others."""
    lines = [*(f"cs.{name}" for name in clearsim.__all__), "cs.Lognormall"]
    script = tmp_path / "script.py"
    script.write_text("\n".join(["import clearsim as cs", *lines, ""]))
    sources = Path(clearsim.__file__).parents[1]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--cache-dir=cache",
            "--follow-imports=silent",
            "--no-site-packages",
            script.name,
        ],
        cwd=tmp_path,
        env={"MYPYPATH": str(sources), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[0].startswith(
        f'script.py:{len(lines) + 1}: error: Module has no attribute "Lognormall"'
    )
    assert done.stdout.splitlines()[-1] == "Found 1 error in 1 file (checked 1 source file)"
