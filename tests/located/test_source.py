"""Aliases, and texts that would take for ever: they are read within bounds."""

import pytest

from clearsim.network import Constant
from clearsim.scenario import loads
from tests.scenarios import problems, spoilt, the_problem


def test_an_alias_means_what_its_anchor_names() -> None:
    text = spoilt("scanner: {lanes: 1, time: 3 min}", "scanner: &one {lanes: 1, time: 3 min}")
    text = spoilt("  sealing: {lanes: 1, time: 1 min}", "  sealing: *one", text)
    zone = loads(text).scenario.zone
    assert zone is not None
    assert zone.sealing.time == Constant(3.0)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)
TOWER = "a0: &a0 x\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 2000))
WORST = {
    "brackets": "[" * 900_000,
    "braces": "{" * 45_000 + "\n",
    "broken brackets": "[\n" * 450_000,
    "dashes": "- " * 20_000,
    "questions": "? " * 20_000,
    "values": "a: 1\n" * 180_000,
    "items": "- a\n" * 225_000,
    "documents": "---\n" * 225_000,
    "directives": "%A\n" * 300_000,
    "one quote": "'" + "\n" * 900_000,
    "one word": "x" * 900_000,
    "tags": ("!" * 49_000 + "\n") * 18,
    "steps": "".join(" " * i + "a:\n" for i in range(1000)),
    "bomb": BOMB,
    "tower": TOWER,
}


@pytest.mark.parametrize("name", WORST)
def test_a_hostile_text_is_refused_with_a_hundred_problems_at_most(name: str) -> None:
    """Where a bound is missing, this test does not fail: it does not end."""
    found = problems(WORST[name])
    assert found
    assert all(problem.line > 0 for problem in found)
    assert len(found) <= 101


def test_deep_nesting_is_reported_at_the_level_that_is_too_much() -> None:
    problem = the_problem("a: " + "[" * 100)
    assert (problem.code, problem.line, problem.column) == ("too deep", 1, 43)


def test_what_aliases_expand_to_is_bounded() -> None:
    assert the_problem(BOMB).message == "the aliases expand to more than 20000 values or 40 levels"
    assert the_problem(TOWER).message == "the aliases expand to more than 20000 values or 40 levels"
