"""Who may import whom, in the sources and the tests: imports in functions and for type checkers are read too."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
SOURCES = TESTS.parent / "src" / "clearsim"

SEES = {
    "language": "",
    "units": "",
    "numbers": "",
    "markup": "numbers",
    "outputs": "",
    "located": "units",
    "network": "units numbers markup",
    "scenario": "units located network",
    "customs": "units network scenario",
    "plan": "units network",
    "demand": "units network plan",
    "stats": "",
    "staffing": "units network plan demand stats",
    "trace": "units plan demand",
    "engines": "units plan demand staffing trace",
    "measures": "units network plan stats trace",
    "work": "units outputs network plan demand staffing trace engines measures",
    "experiment": "units numbers markup outputs located network scenario customs plan demand trace engines measures "
    "stats work",
    "report": "units numbers outputs network scenario customs plan demand trace measures stats work experiment",
    "cli": "units numbers outputs located network scenario customs staffing trace measures stats work experiment "
    "report",
}
"""Every layer and what it sees besides `language`, from the lowest up. The package itself stands above them all."""

ONLY_IN = {
    "numpy.random": "demand/streams.py",
    "simpy": "engines/reference.py",
    "numba": "engines/kernel/compiling.py",
    "matplotlib": "report/",
    "ruamel": "located/",
    "typer": "cli/",
    "rich": "cli/",
}
"""Packages that one place alone may import."""

WRITERS = ("outputs.py", "work/store.py", "engines/cache.py")
"""Modules that write files: what a user names, finished work, and the compiled kernel."""
WRITES = {"write_text", "write_bytes", "to_csv", "to_parquet", "mkdir", "mkdtemp", "unlink", "rmdir", "rmtree"}


def modules() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix()


def layer_of(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0].removesuffix(".py")


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of all that a module imports; `from a import b` is `a.b`."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def used_names(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of all that is imported or reached by dots, such as `np.random`."""
    yield from imports(path)
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy"):
            yield node.lineno, f"numpy.{node.attr}"


def test_every_module_belongs_to_a_layer() -> None:
    assert {layer_of(path) for path in modules()} - {"__init__"} == SEES.keys()


def test_the_layers_stand_one_above_the_other() -> None:
    names = list(SEES)
    for position, layer in enumerate(names):
        assert set(SEES[layer].split()) <= set(names[:position]), layer


@pytest.mark.slow
def test_a_module_imports_only_what_its_layer_sees() -> None:
    wrong = []
    for path in modules():
        own = layer_of(path)
        if own == "__init__":
            continue
        for line, name in imports(path):
            package, *rest = name.split(".")
            if package == "clearsim" and (not rest or rest[0] not in {own, "language", *SEES[own].split()}):
                wrong.append(f"{name_of(path)}:{line} imports {name}")
    assert wrong == []


def module_of(path: Path) -> str:
    """The dotted name of a module; that of a package for its `__init__`."""
    return ".".join(path.relative_to(SOURCES.parent).with_suffix("").parts).removesuffix(".__init__")


def imported_modules() -> dict[str, set[str]]:
    """What every module imports. `from a import b` imports `a.b` where that is a module, else `a`."""
    names = {module_of(path) for path in modules()}
    found: dict[str, set[str]] = {}
    for path in modules():
        dotted = {name if name in names else name.rpartition(".")[0] for _, name in imports(path)}
        found[module_of(path)] = dotted & names
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    circle: list[str] = []
    try:
        TopologicalSorter(imported_modules()).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
    assert circle == [], "each of these modules imports the next"


@pytest.mark.parametrize(("package", "place"), ONLY_IN.items())
def test_a_package_is_imported_in_its_place_alone(package: str, place: str) -> None:
    wrong = [
        f"{name_of(path)}:{line}"
        for path in modules()
        if not name_of(path).startswith(place)
        for line, name in used_names(path)
        if f"{name}.".startswith(f"{package}.")
    ]
    assert wrong == []


def test_no_test_module_imports_another() -> None:
    """What tests share lies in modules that say what they hold, such as `tests.networks`."""
    wrong = [
        f"{path.relative_to(TESTS)}:{line} imports {name}"
        for path in sorted(TESTS.rglob("*.py"))
        for line, name in imports(path)
        if name.startswith("tests.") and any(part.startswith("test_") for part in name.split(".")[1:])
    ]
    assert wrong == []


def test_only_the_command_line_prints() -> None:
    wrong = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if layer_of(path) != "cli"
    ]
    assert wrong == []


def test_other_modules_write_only_through_a_folder_of_results() -> None:
    """As in `folder.write(name, lambda path: table.to_csv(path))`."""
    wrong = []
    for path in modules():
        calls = [node for node in nodes(path) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
        handed = {id(inner) for call in calls if call.func.attr == "write" for inner in ast.walk(call)}
        if name_of(path) not in WRITERS:
            wrong += [
                f"{name_of(path)}:{call.lineno}"
                for call in calls
                if call.func.attr in WRITES and id(call) not in handed
            ]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["check", "scenarios/tiny.yaml"]])
def test_help_and_check_load_nothing_heavy(arguments: list[str]) -> None:
    heavy = ["pandas", "scipy", "matplotlib", "numba", "simpy", "pyarrow"]
    code = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print([name for name in {heavy} if name in sys.modules], file=sys.stderr))\n"
        f"sys.argv[1:] = {arguments}\n"
        "from clearsim.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SOURCES.parents[1], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "[]"
