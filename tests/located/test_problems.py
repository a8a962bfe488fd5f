"""How a problem is shown to people and to tools."""

import json

import pytest

from clearsim.language import use
from clearsim.scenario import Problem, as_json, render
from tests.scenarios import problems, spoilt, the_problem, token


def test_a_problem_is_rendered_with_a_caret_under_the_token() -> None:
    problem = the_problem(spoilt("wait_limit: 10 min", "wait_limits: 10 min"))
    assert render(problem) == (
        "error[unknown key]: `wait_limits` is not a field of a scenario\n"
        "  --> it.yaml:11:1   wait_limits\n"
        "   11 | wait_limits: 10 min\n"
        "      | ^^^^^^^^^^^\n"
        "   = did you mean `wait_limit`?"
    )


def test_a_problem_is_rendered_in_the_language_in_use() -> None:
    problem = the_problem(spoilt("wait_limit: 10 min", "wait_limits: 10 min"))
    with use("zh-Hans"):
        assert render(problem) == (
            "错误[未知的键]: 情景没有字段 `wait_limits`\n"
            "  --> it.yaml:11:1   wait_limits\n"
            "   11 | wait_limits: 10 min\n"
            "      | ^^^^^^^^^^^\n"
            "   = 是否想写 `wait_limit`？"
        )
    with use("zh-Hant"):
        assert render(problem).startswith("錯誤[未知的鍵]: 情景沒有字段 `wait_limits`\n")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("duration: 2 h", "duration: 2", "应为带单位的时长（ms、s、min、h、d、w），如 `15 min` 或 `3 h`，而不是`2`"),
        ("by_machine: 50 %", "by_machine: 150 %", "占比应在 0 % 和 100 % 之间，而不是 `150 %`"),
        ("orders: {per_day: 60}", "orders: {per_day: 60, hours: [1]}", "应为 24、48 或 96 个权重"),
        ("mail: 25 %", "mail: 75 %", "`counter` 和 `mail` 的占比合计超过 100 %"),
        ("start: 2022-11-16 09:00", "start:", "应为日期和钟点，如 `2022-10-31 08:00`，但此处为空"),
        ("by_machine: 50 %", "by_machine: 50 %\n  machine: {detects: 1 %, false_alarm: 1 %}", "`machine` 需要小节"),
    ],
)
def test_what_a_validator_says_can_be_worded_in_chinese(old: str, new: str, message: str) -> None:
    problem = the_problem(spoilt(old, new))
    with use("zh-Hans"):
        assert as_json(problem)["message"].startswith(message)
        assert as_json(problem)["code"] == problem.code


def test_a_caret_stays_below_its_token_in_every_language() -> None:
    found = problems(spoilt("seed: 7", "seed: 查验"))
    for language in ("en", "zh-Hans", "en+zh"):
        with use(language):
            _, _, line, caret, *_ = render(found[0]).splitlines()
            assert line.endswith("seed: 查验")
            assert caret.endswith("      ^^^^")
    assert token(found[0]) == "查验"


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
