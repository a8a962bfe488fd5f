"""The texts for people that are written in the sources."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

from clearsim.cli.commands import app
from tests.paths import ROOT

SOURCES = ROOT / "src" / "clearsim"
MAKERS = {"Text": 1, "plural": 3, "Label": 1}
"""What makes a text, and up to which argument it takes templates: `plural` a number and two of them."""


def texts() -> Iterator[tuple[str, str]]:
    """Where each template is written, and the template; a docstring of a command is one, since it is its help.

    Raises `AssertionError` for one that is no literal.
    """
    for path in sorted(SOURCES.rglob("*.py")):
        if path.parent.name == "language":
            continue
        yield from texts_in(path)
    for command in app.registered_commands:
        assert command.callback is not None
        yield f"cli: {command.callback.__name__}", inspect.getdoc(command.callback) or ""


def texts_in(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in MAKERS:
            continue
        if node.func.id == "Label" and (len(node.args) > 1 or node.keywords):
            continue  # its author wrote the Chinese too
        where = f"{path.relative_to(SOURCES)}:{node.lineno}"
        for argument in node.args[node.func.id == "plural" : MAKERS[node.func.id]]:
            for template in literals(argument):
                if node.func.id != "Label" or template is not None:
                    assert template is not None, f"{where}: a template is written as a literal"
                    yield where, template


def literals(node: ast.expr) -> list[str | None]:
    """The text of a literal, or of both branches of a choice between two."""
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    return [node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None]
