"""The texts for people that are written in the sources."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clearsim.cli.commands import app
from clearsim.customs import network
from clearsim.measures import KPIS
from clearsim.network.words import attribute_label
from clearsim.scenario import load
from clearsim.scenario.schema import schema
from tests.paths import ROOT, SHIPPED

SOURCES = ROOT / "src" / "clearsim"
MAKERS = {"Text": 1, "plural": 3, "Label": 1}
"""What makes a text, and up to which argument it takes templates: `plural` a number and two of them."""
DOCSTRINGS = ("located/manual.py", "measures/kpi.py")
"""Where the docstrings of models and KPIs become templates."""


def texts() -> Iterator[tuple[str, str]]:
    """Where each template is written, and the template; raises `AssertionError` for one that is no literal.

    Some are docstrings: the help of the commands, the definitions of the KPIs, the descriptions of fields.
    """
    for path in sorted(SOURCES.rglob("*.py")):
        if path.relative_to(SOURCES).as_posix() not in DOCSTRINGS:
            yield from texts_in(path)
    yield from of_kpis()
    yield from of_commands()
    yield from of_attributes()
    yield from (("the fields of a scenario", template) for template in descriptions(schema()))


def of_kpis() -> Iterator[tuple[str, str]]:
    """The labels and the definitions of the KPIs: arguments and docstrings from which `kpi.py` makes texts."""
    for name, kpi in KPIS.items():
        yield f"KPI {name}", kpi.label.en
        yield f"KPI {name}", kpi.definition.template


def descriptions(part: Any) -> Iterator[str]:
    """The descriptions of models and fields in a JSON Schema, in English as they are written."""
    if isinstance(part, dict):
        if isinstance(part.get("description"), str):
            yield part["description"]
        for inner in part.values():
            yield from descriptions(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from descriptions(inner)


def of_commands() -> Iterator[tuple[str, str]]:
    """The help of the commands."""
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
                if template is not None:
                    yield where, template
                else:  # labels of run-time names; and the functions that make texts of given templates
                    made = node.func.id == "Label" or path.parent.name == "language"
                    assert made, f"{where}: a template is written as a literal"


def literals(node: ast.expr) -> list[str | None]:
    """The text of a literal, or of both branches of a choice between two."""
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    return [node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None]


def of_attributes() -> Iterator[tuple[str, str]]:
    """What the attributes of customs' flows are called: the names themselves, in words."""
    for path in SHIPPED:
        for flow in network(load(path).scenario).flows:
            conditions = {name for step in flow.steps for name in (*step.only_if, *step.unless)}
            for name in sorted({*flow.attributes, *conditions}):
                yield f"{path.stem}: {flow.name}", attribute_label(name).en
