"""Mistakes of YAML: what is said, and where the caret stands."""

import pytest

from tests.scenarios import line_of, problems, spoilt, the_problem, token


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "under"),
    [
        ("seed: 7", "\tseed: 7", "syntax", "this is a tab, where spaces belong", "\t"),
        ("by_machine: 50 %", 'by_machine: "50 %', "syntax", "this quotation mark is never closed", '"'),
        ("seed: 7", "seed: @7", "syntax", "a value cannot begin with `@`", "@"),
        ("seed: 7", "seed: 7: 8", "syntax", "this colon makes no sense here", ":"),
        ("seed: 7", "seed 7", "syntax", "a key needs a colon and a space after it, as in `lanes: 4`", "s"),
        ("seed: 7", "seed: [7", "syntax", "this `[` is not closed by `]`", "["),
        ("seed: 7", "seed: [7]]", "syntax", "this line does not fit those above it", "]"),
        ("seed: 7", "seed: 7\n  at: 8", "syntax", "this colon makes no sense here", ":"),
        ("seed: 7", "seed： 7", "syntax", "the full-width `：` means nothing to YAML", "："),
        ("{per_day: 60}", "｛per_day: 60｝", "syntax", "the full-width `｛` means nothing to YAML", "｛"),
        ("seed: 7", "seed: @7  # 种子：七", "syntax", "a value cannot begin with `@`", "@"),
        ("seed: 7", "seed: 7\x07", "syntax", "the character U+0007 is not allowed", "\x07"),
        ("seed: 7", "seed: 7\n---\n", "syntax", "a second document begins here; a scenario is one document", "---"),
        (
            "seed: 7",
            "seed: 7\nseed: 8",
            "duplicate key",
            "`seed` is written twice in this section, first on line 10",
            "seed",
        ),
        ("seed: 7", "seed: 7\n8: 7", "key", "a key must be a text, not `8`", "8"),
        ("seed: 7", "seed: 7\n[a]: 7", "key", "a key must be a text, not `[a]`", "[a]"),
        ("seed: 7", "seed: 7\n<<: {}", "key", "merging with `<<` is not part of YAML 1.2", "<<"),
        (
            "seed: 7",
            "seed: !!python/none",
            "tag",
            "tags such as `tag:yaml.org,2002:python/none` are not",
            "!!python/none",
        ),
        ("seed: 7", "seed: !!int 7", "tag", "tags such as `tag:yaml.org,2002:int` are not allowed", "!!int 7"),
        ("seed: 7", "seed: 7\n'<<': 7", "unknown key", "`<<` is not a field of a scenario", "'<<'"),
        ("seed: 7", "seed: *nobody", "alias", "`*nobody` is used, but there is no `&nobody` above it", "*nobody"),
        (
            "orders: {per_day: 60}",
            "orders: &o {per_day: 60, x: *o}",
            "alias",
            "`*o` is inside what `&o` names",
            "*o",
        ),
    ],
)
def test_a_mistake_of_yaml_is_reported_where_it_is(old: str, new: str, code: str, message: str, under: str) -> None:
    problem = next(problem for problem in problems(spoilt(old, new)) if problem.code == code)
    assert problem.message.startswith(message)
    assert token(problem) == under
    assert problem.line_text in spoilt(old, new).split("\n")


def test_every_key_that_stands_twice_is_reported_at_once() -> None:
    text = spoilt("orders: {per_day: 60}", "orders: {per_day: 60, per_day: 61, per_day: 62}")
    text = spoilt("seed: 7", "seed: 7\nseed: 7", text)
    assert [(p.code, p.line) for p in problems(text)] == [
        ("duplicate key", 11),
        ("duplicate key", line_of(text, "  orders")),
        ("duplicate key", line_of(text, "  orders")),
    ]


def test_mistakes_of_yaml_and_of_values_are_reported_together_in_the_order_of_lines() -> None:
    text = spoilt("seed: 7", "seed: seven\nseed: 7")
    text = spoilt("linked: false", "linked: no", spoilt("duration: 2 h", "duration: 2", text))
    found = problems(text)
    assert [problem.path for problem in found] == ["duration", "seed", "", "policy.linked"]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


@pytest.mark.parametrize("text", ["", "\n", "# only a remark\n", "---\n", "{}", "\ufeff", "null"])
def test_an_empty_text_is_no_scenario(text: str) -> None:
    problem = the_problem(text)
    assert (problem.code, problem.line, problem.column) == ("empty", 1, 1)


@pytest.mark.parametrize(("text", "what"), [("- a\n- b", "a list"), ("hello", "`hello`"), ("7", "`7`")])
def test_a_scenario_is_a_mapping(text: str, what: str) -> None:
    problem = the_problem(text)
    assert problem.message == f"a scenario is made of fields such as `title:` and `start:`, not of {what}"
