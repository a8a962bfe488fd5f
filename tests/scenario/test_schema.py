"""The JSON Schema of a scenario: it accepts what loads, refuses what an editor can know to be wrong, and explains."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from clearsim.located.files import read_file, source_of
from clearsim.located.source import parse
from clearsim.scenario import load, loads
from clearsim.scenario.schema import schema
from tests.paths import SHIPPED
from tests.scenarios import TINY, spoilt

SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)
GATE = "gate: {lanes: 1, time: 1 min}\n  yard:"


def plain(text: str) -> Any:
    root, problems = parse(source_of(text, "it.yaml"))
    assert root is not None
    assert not problems
    return root.data


def accepted(text: str) -> bool:
    return bool(VALIDATOR.is_valid(plain(text)))


def gate(new: str) -> str:
    return spoilt(GATE, f"gate: {new}\n  yard:")


def test_the_schema_is_valid_itself() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_is_accepted_as_written_and_as_resolved(path: Path) -> None:
    assert accepted(read_file(path).text)
    assert accepted(load(path).resolved_yaml())


@pytest.mark.parametrize(
    "new",
    [
        "{lanes: {value: 1, source: x, grade: A, note: y}, time: {value: 1 min, grade: derived}}",
        "{lanes: 1, time: 20/h, source: x}",
        "{lanes: {mon-fri: {'08:00': {value: 3, grade: C}}, 'sat,sun': 0, source: x}, time: {uniform: [1 s, 2 s]}}",
        "{lanes: 1, time: {gamma: {mean: {value: 4 min, source: x}, cv: 0.5, grade: B}, source: y}}",
        "{lanes: 1, time: {value: {empirical: [1 s, {value: 2 s, grade: A}]}, source: y}}",
        "{value: {lanes: 1, time: 1 s}, source: the whole gate, grade: B}",
    ],
)
def test_what_loads_with_sources_anywhere_is_accepted(new: str) -> None:
    loads(gate(new))
    assert accepted(gate(new))


@pytest.mark.parametrize(
    "new",
    [
        "{lans: 1, time: 1 min}",
        "{lanes: 1}",
        "{lanes: 1, time: 15}",
        "{lanes: 1, time: 15 parsecs}",
        "{lanes: true, time: 15 s}",
        "{lanes: -1, time: 15 s}",
        "{lanes: {'x': 1}, time: 15 s}",
        "{lanes: {value: 1, sorce: x}, time: 15 s}",
        "{lanes: {value: 1, grade: D}, time: 15 s}",
        "{lanes: 1, time: {gama: {mean: 4 s, cv: 1}}}",
        "{lanes: 1, time: {triangular: [1 s, 2 s]}}",
    ],
)
def test_what_an_editor_can_see_is_refused(new: str) -> None:
    assert not accepted(gate(new))


def test_every_field_has_a_description() -> None:
    missing = [
        path
        for path, field in fields(SCHEMA, ())
        if not (field.get("description") or path[-1] in ("value", "source", "grade", "note"))
    ]
    assert not missing


def fields(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            yield from (((*path, name), field) for name, field in properties.items())
        for key, inner in node.items():
            yield from fields(inner, (*path, key))
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from fields(inner, (*path, index))


def test_the_tiny_scenario_is_accepted_whatever_language_its_title_is_in() -> None:
    assert accepted(spoilt("{zh: 可手算的两小时, en: Two hours to follow by hand}", "Two hours", TINY))
