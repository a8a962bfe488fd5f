"""Scenarios that many tests start from, parts of one written otherwise, and what is said of one with mistakes."""

from typing import Any

import pytest

from clearsim.scenario import Problem, Scenario, ScenarioError, load, loads
from tests import paths

TINY = paths.TINY.read_text(encoding="utf-8")
"""The valid text that the tests spoil."""
POLICIES = """
compare:
  all report:
    title: {zh: 全部报备, en: All report}
    policy.pre_report.share: 100 %
  nobody reports:
    policy.pre_report.share: 0 %
"""
"""A section that may follow `TINY`."""
FLOWS = ("orders", "export_trucks", "flights", "errands")
"""What may come to a port, as `demand` names it."""


def ordinary_day(*settings: str, only: tuple[str, ...] = FLOWS) -> Scenario:
    """The ordinary day after `settings`, with some of its flows."""
    scenario = load(paths.ORDINARY_DAY, settings).scenario
    gone: dict[str, Any] = {name: None for name in FLOWS if name not in only}
    return scenario.model_copy(update={"demand": scenario.demand.model_copy(update=gone)})


# Parts written otherwise


def spoilt(old: str, new: str, text: str = TINY) -> str:
    """The text with the only `old` in it replaced."""
    assert text.count(old) == 1, f"`{old}` stands {text.count(old)} times in the valid file"
    return text.replace(old, new)


GATE = "gate: {lanes: 1, time: 1 min}\n  yard: {bays: 2"
"""Where the zone's gate stands in the tiny scenario."""


def gate(new: str) -> str:
    """The tiny scenario with the zone's gate written otherwise."""
    return spoilt(GATE, new + "\n  yard: {bays: 2")


def with_disruptions(*items: str) -> str:
    """The tiny scenario with these disruptions, one a line; `…` is an hour in the middle of the run."""
    when = "from: 2022-11-16 09:30, until: 2022-11-16 10:30"
    return TINY + "\ndisruptions:\n" + "".join(f"  - {{{item.replace('…', when)}}}\n" for item in items)


def with_policies(*policies: str) -> str:
    """The tiny scenario with these policies to compare, one a line."""
    return TINY + "\ncompare:\n" + "".join(f"  {policy}\n" for policy in policies)


def ruled(*rules: str, text: str = TINY) -> str:
    """The tiny scenario with these staffing rules, one a line."""
    before = "  fast_channel: dedicated\n"
    return spoilt(before, before + "  staffing:\n" + "".join(f"    - {{{rule}}}\n" for rule in rules), text)


# What is said of mistakes


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


def line_of(text: str, part: str) -> int:
    """The number of the line in which a part of the text begins."""
    return text[: text.index(part)].count("\n") + 1
