"""How a problem is shown to people and to tools."""

import json

import pytest

from clearsim.scenario import Problem, as_json, render
from tests.scenarios import spoilt, the_problem


def test_a_problem_is_rendered_with_a_caret_under_the_token() -> None:
    problem = the_problem(spoilt("wait_limit: 10 min", "wait_limits: 10 min"))
    assert render(problem) == (
        "error[unknown key]: `wait_limits` is not a field of a scenario\n"
        "  --> it.yaml:11:1   wait_limits\n"
        "   11 | wait_limits: 10 min\n"
        "      | ^^^^^^^^^^^\n"
        "   = did you mean `wait_limit`?"
    )


def test_a_caret_counts_chinese_characters_as_two_columns() -> None:
    problem = Problem("error", "x", "m", "f", 3, 6, line_text="名 字: 值值值", width=2)
    assert render(problem).splitlines()[2:] == ["    3 | 名 字: 值值值", "      |        ^^^^"]


@pytest.mark.parametrize("column", [1, 90, 500, 999])
def test_a_long_line_is_clipped_around_the_token(column: int) -> None:
    line = "x" * (column - 1) + "WRONG" + "y" * 1000
    lines = render(Problem("error", "x", "m", "f", 1, column, line_text=line, width=5)).splitlines()
    assert len(lines[2]) <= 110
    start, end = lines[3].index("^"), lines[3].rindex("^") + 1
    assert lines[2][start:end] == "WRONG"


def test_a_problem_is_plain_data_for_tools() -> None:
    problem = the_problem(spoilt("seed: 7", "seed: x"))
    data = json.loads(json.dumps(as_json(problem)))
    assert (data["code"], data["line"], data["column"], data["path"]) == ("wrong type", 10, 7, "seed")
