"""The valid scenario that the tests spoil, and how they look at what is said then."""

import pytest

from clearsim.scenario import Problem, ScenarioError, loads
from tests.paths import SCENARIOS

TINY = (SCENARIOS / "tiny.yaml").read_text(encoding="utf-8")


def spoilt(old: str, new: str, text: str = TINY) -> str:
    """The text with the only `old` in it replaced."""
    assert text.count(old) == 1, f"`{old}` stands {text.count(old)} times in the valid file"
    return text.replace(old, new)


def problems(text: str, *settings: str) -> list[Problem]:
    """Every problem of a text that must not load."""
    with pytest.raises(ScenarioError) as caught:
        loads(text, "it.yaml", settings)
    return list(caught.value.problems)


def the_problem(text: str, *settings: str) -> Problem:
    """The only problem of a text that must not load."""
    found = problems(text, *settings)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def token(problem: Problem) -> str:
    """What the caret stands under."""
    return problem.line_text[problem.column - 1 : problem.column - 1 + problem.width]
