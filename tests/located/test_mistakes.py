"""Mistakes of fields: what is said, where the caret stands, and what was probably meant."""

import pytest

from tests.scenarios import gate, line_of, problems, spoilt, the_problem, token


@pytest.mark.parametrize(
    ("new", "code", "path", "message", "under"),
    [
        ("{lans: 1, time: 1 min}", "unknown key", "lans", "`lans` is not a field of `zone.gate`", "lans"),
        ("{lanes: 1}", "missing key", "", "`time` is missing in `zone.gate`", "gate"),
        ("4", "wrong type", "", "expected a section with `lanes`, `time` and `pace`, not `4`", "4"),
        ("[a]", "wrong type", "", "expected a section with `lanes`, `time` and `pace`, not a list", "gate"),
        ("", "wrong type", "", "expected a section with `lanes`, `time` and `pace`, but there is nothing here", "gate"),
        ("{lanes: 1, time: 15}", "value", "time", "expected a time such as `15 min`, a pace", "15"),
        ("{lanes: 1, time: 15 parsecs}", "value", "time", "expected a duration with its unit", "15 parsecs"),
        ("{lanes: 1, time: -15 min}", "value", "time", "a duration cannot be negative: `-15 min`", "-15 min"),
        ("{lanes: 1, time: 0/h}", "value", "time", "a pace must be above 0, not `0/h`", "0/h"),
        ("{lanes: 1, time: }", "value", "time", "expected a time such as", "time"),
        ("{lanes: 1, time: {gama: 1 min}}", "unknown key", "time.gama", "`gama` is not a field of", "gama"),
        ("{lanes: 1, time: {}}", "value", "time", "expected exactly one of constant, uniform", "time"),
        (
            "{lanes: 1, time: {constant: 1 s, exponential: 1 s}}",
            "value",
            "time",
            "expected exactly one of constant, uniform, triangular, exponential, gamma, lognormal, empirical; "
            "found `constant` and `exponential`",
            "time",
        ),
        (
            "{lanes: 1, time: {triangular: [6 s, 10, 30 s]}}",
            "value",
            "time.triangular.1",
            "expected a duration with its unit (ms, s, min, h, d, w), such as `15 min` or `3 h`, not `10`",
            "10",
        ),
        (
            "{lanes: 1, time: {triangular: [6 s, 3 s, 30 s]}}",
            "value",
            "time.triangular",
            "`triangular`: expected low ≤ most likely ≤ high, not 6 s, 3 s, 30 s",
            "triangular",
        ),
        (
            "{lanes: 1, time: {triangular: [6 s, 30 s]}}",
            "wrong type",
            "time.triangular",
            "expected 3 values or more, found 2",
            "triangular",
        ),
        (
            "{lanes: 1, time: {uniform: [6 s, 10 s, 30 s]}}",
            "value",
            "time.uniform",
            "expected at most 2 entries, found 3",
            "uniform",
        ),
        ("{lanes: 1, time: {empirical: []}}", "value", "time.empirical", "expected at least 1 entry", "empirical"),
        ("{lanes: 1, time: {gamma: {mean: 4 s, cv: 0}}}", "range", "time.gamma.cv", "expected more than 0", "0"),
        (
            "{lanes: 1, time: {gamma: {mean: 4 s, cv: .nan}}}",
            "wrong type",
            "time.gamma.cv",
            "expected a finite",
            ".nan",
        ),
        (
            "{lanes: 1, time: {gamma: {mean: 4 s}}}",
            "missing key",
            "time.gamma",
            "`cv` is missing in `zone.gate",
            "gamma",
        ),
        ("{lanes: true, time: 1 s}", "value", "lanes", "expected a whole number from 0 up, or a roster", "true"),
        ('{lanes: "1", time: 1 s}', "value", "lanes", "expected a whole number from 0 up, or a roster", '"1"'),
        ("{lanes: 1.0, time: 1 s}", "value", "lanes", "expected a whole number from 0 up, or a roster", "1.0"),
        ("{lanes: 0, time: 1 s}", "value", "lanes", "this roster never opens: every number in it is 0", "0"),
        ("{lanes: {'08:60': 1}, time: 1 s}", "value", "lanes.08:60", "a clock time lies between 00:00", "'08:60'"),
        ("{lanes: {'24:00': 1}, time: 1 s}", "value", "lanes.24:00", "a roster changes between 00:00 and", "'24:00'"),
        ("{lanes: {'8:00': 1, '08:00': 1}, time: 1 s}", "value", "lanes.08:00", "`08:00` is the same", "'08:00'"),
        ("{lanes: {'8:00': -1}, time: 1 s}", "value", "lanes.8:00", "expected how many are on duty", "-1"),
        ("{lanes: {mon-fri: 2}, time: 1 s}", "value", "lanes", "no roster for sat, sun", "lanes"),
        ("{lanes: {mon-sun: 2, sun: 1}, time: 1 s}", "value", "lanes.sun", "sun has two rosters", "sun"),
        ("{lanes: {mon-fry: 2}, time: 1 s}", "value", "lanes.mon-fry", "expected weekdays such as", "mon-fry"),
        ("{lanes: {mon-sun: {x: 2}}, time: 1 s}", "value", "lanes.mon-sun.x", "expected a clock time such", "x"),
        (
            "{lanes: {value: 1, grade: D}, time: 1 s}",
            "grade",
            "lanes.grade",
            "a grade is one of A, B, C, derived,",
            "D",
        ),
        ("{lanes: {value: 1, sorce: x}, time: 1 s}", "unknown key", "lanes.sorce", "`sorce` is not allowed", "sorce"),
        ("{lanes: 1, time: 1 s, source: 7}", "wrong type", "source", "`source` is a text", "7"),
    ],
)
def test_a_mistake_in_a_field_is_reported_at_its_innermost_element(
    new: str, code: str, path: str, message: str, under: str
) -> None:
    text = gate(f"gate: {new}")
    problem = the_problem(text)
    assert (problem.code, problem.path) == (code, ".".join(filter(None, ("zone.gate", path))))
    assert problem.message.startswith(message)
    assert token(problem) == under
    assert problem.line == line_of(text, "zone:") + 2


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("wait_limit:", "wait_limits:", "did you mean `wait_limit`?"),
        ("seed: 7", "seed： 7", "type the half-width `:`, or quote the text"),
        ("linked: false", "linked: no", "write `false`"),
        ("fast_channel: dedicated", "fast_channel: dedicate", "did you mean `dedicated`?"),
        ("grade: assumed\n  orders", "grade: asumed\n  orders", "did you mean `assumed`?"),
        ("en: When does each step happen?", "en: 7", 'put it in quotes: `"7"`'),
        ("wait_limit: 10 min", "xyzzy: 1", "the fields here are `title`, `question`, `start`"),
        ("seed: 7\n", "", "`seed`: Seed of the random numbers"),
    ],
)
def test_a_hint_says_what_was_probably_meant(old: str, new: str, hint: str) -> None:
    assert the_problem(spoilt(old, new)).hint.startswith(hint)


def test_a_misspelt_key_is_not_reported_as_missing_too() -> None:
    assert [problem.code for problem in problems(spoilt("seed: 7", "sead: 7"))] == ["unknown key"]
