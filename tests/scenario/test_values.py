"""The values of a scenario: what may be written, and what is said of anything else."""

import pytest

from clearsim.language import Label
from clearsim.network import Calendar, Constant, Lognormal, Triangular
from clearsim.scenario import loads
from tests.scenarios import gate, problems, spoilt

# What is accepted


def test_quantities_become_numbers_and_distributions() -> None:
    scenario = loads(gate("gate: {lanes: {mon-fri: {'08:00': 2, '18:00': 0}, 'sat,sun': 0}, time: 20/h}")).scenario
    assert scenario.duration == 120.0
    assert scenario.zone is not None
    assert scenario.zone.gate.time == Constant(3.0)
    weekend: dict[str, int] = {"00:00": 0}
    assert scenario.zone.gate.lanes == Calendar.weekly({"mon-fri": {"08:00": 2, "18:00": 0}, "sat,sun": weekend})


@pytest.mark.parametrize(
    ("written", "distribution"),
    [
        ("90 s", Constant(1.5)),
        ("{constant: 90 s}", Constant(1.5)),
        ("{triangular: [6 s, 12 s, 30 s]}", Triangular(0.1, 0.2, 0.5)),
        ("{lognormal: {mean: 25 min, cv: 0.6}}", Lognormal(25.0, 0.6)),
        ("{value: {lognormal: {mean: 25 min, cv: {value: 0.6, grade: C}}}, source: x}", Lognormal(25.0, 0.6)),
    ],
)
def test_a_time_is_a_duration_or_one_named_distribution(written: str, distribution: object) -> None:
    zone = loads(gate(f"gate: {{lanes: 1, time: {written}}}")).scenario.zone
    assert zone is not None
    assert zone.gate.time == distribution


def test_a_plain_text_is_in_the_language_of_its_letters() -> None:
    text = spoilt("{zh: 可手算的两小时, en: Two hours to follow by hand}", "可手算")
    assert loads(text).scenario.title.zh == "可手算"
    assert loads(text).scenario.title.label == Label("可手算", "可手算")


def test_midnight_may_be_written_as_24_hours() -> None:
    text = spoilt("start: 2022-11-16 09:00", "start: 2022-11-15 24:00")
    assert loads(text).scenario.start.isoformat() == "2022-11-16T00:00:00"


# Mistakes of fields


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("seed: 7", "seed: 7.5", "seed", "expected a whole number, not `7.5`"),
        ("seed: 7", "seed: true", "seed", "expected a whole number, not `true`"),
        ("seed: 7", "seed: -7", "seed", "expected at least 0, not `-7`"),
        ("seed: 7", f"seed: {10**25}", "seed", f"expected at most {2**63 - 1:,}, not `{10**25}`"),
        ("linked: false", "linked: no", "policy.linked", "expected `true` or `false`, not `no`"),
        ("duration: 2 h", "duration: 1e9 d", "duration", "a duration is at most 100 years, not `1e9 d`"),
        ("2022-11-16 09:00", "2022-11-31 09:00", "start", "there is no such day: `2022-11-31 09:00`"),
        ("2022-11-16 09:00", "16 November", "start", "expected a date and a clock time such as `2022-10-31 08:00`"),
        ("amount: CNY 100000", "amount: EUR 1", "demand.errands.amount", "amounts are in CNY, not EUR: convert"),
        ("counter: 50 %", "counter: 50", "demand.errands.counter", "expected a share with its unit, such as `60 %`"),
        (
            "counter: 50 %",
            "counter: 50 ％",
            "demand.errands.counter",
            "expected a share with its unit, such as `60 %`, not `50 ％` (it has the full-width ％)",
        ),
        (
            "fast_channel: dedicated",
            "fast_channel: x",
            "policy.fast_channel",
            "expected `dedicated`, `shared` or `prio",
        ),
        ("{per_day: 60}", "{per_day: 60, hours: evning}", "demand.orders.hours", "expected `flat`, `evening_retail`"),
        ("{per_day: 60}", "{per_day: 60, hours: [1, x]}", "demand.orders.hours.1", "expected a number, not `x`"),
        *(
            (
                "{per_day: 60}",
                f"{{per_day: 60, hours: [{'1, ' * count}]}}",
                "demand.orders.hours",
                "expected 24, 48 or 96 weights (a day in slots of 60, 30 or 15 min) or 168, 336 or 672 (a week "
                f"from Monday 00:00), found {count}",
            )
            for count in (0, 1, 23, 25, 47, 167, 169)
        ),
        (
            "{per_day: 60}",
            f"{{per_day: 60, hours: [{'0, ' * 167}1], weekdays: [1, 1, 1, 1, 1, 1, 0]}}",
            "demand.orders.hours",
            "the weights of the hours are all 0 on every weekday",
        ),
        ("en: When does each step happen?", "en: 7", "question.en", "expected a text, not `7`"),
        ("{zh: 每一步何时发生？, en: When does each step happen?}", '""', "question", "a text cannot be empty"),
    ],
)
def test_a_wrong_value_is_reported_in_a_sentence(old: str, new: str, path: str, message: str) -> None:
    found = [problem for problem in problems(spoilt(old, new)) if problem.path == path]
    assert found
    assert found[0].message.startswith(message)
