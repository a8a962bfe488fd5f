"""Every kind of mistake: what is said, and where the caret stands; and what a scenario keeps beside its values."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import Field

from clearsim.located.files import source_of
from clearsim.network import Calendar, Constant, Lognormal, Triangular
from clearsim.scenario import Origin, Problem, ScenarioError, as_json, load, loads, render
from clearsim.scenario.base import Count, Roster, Strict
from clearsim.scenario.loading import build
from tests.paths import SHIPPED
from tests.scenarios import GATE, TINY, gate, line_of, problems, spoilt, the_problem, token

# What is accepted


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_scenario_loads_and_reads_back_from_its_resolved_form(path: Path) -> None:
    loaded = load(path)
    again = loads(loaded.resolved_yaml())
    assert again.scenario == loaded.scenario
    assert again.provenance == loaded.provenance
    assert again.data == loaded.data


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
    text = spoilt("{zh: 可手算的兩小時, en: Two hours to follow by hand}", "可手算")
    assert loads(text).scenario.title.zh == "可手算"
    assert loads(text).scenario.title.in_language("en") == "可手算"


def test_midnight_may_be_written_as_24_hours() -> None:
    text = spoilt("start: 2022-11-16 09:00", "start: 2022-11-15 24:00")
    assert loads(text).scenario.start.isoformat() == "2022-11-16T00:00:00"


def test_an_alias_means_what_its_anchor_names() -> None:
    text = spoilt("scanner: {lanes: 1, time: 3 min}", "scanner: &one {lanes: 1, time: 3 min}")
    text = spoilt("  sealing: {lanes: 1, time: 1 min}", "  sealing: *one", text)
    zone = loads(text).scenario.zone
    assert zone is not None
    assert zone.sealing.time == Constant(3.0)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "windows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + TINY.replace("\n", "\r\n").encode())
    assert load(file).scenario == loads(TINY).scenario


# Mistakes of YAML


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "under"),
    [
        ("seed: 7", "\tseed: 7", "syntax", "a tab stands where spaces belong", "\t"),
        ("by_machine: 50 %", 'by_machine: "50 %', "syntax", "this quotation mark is never closed", '"'),
        ("seed: 7", "seed: @7", "syntax", "a value cannot begin with `@`", "@"),
        ("seed: 7", "seed: 7: 8", "syntax", "this colon makes no sense here", ":"),
        ("seed: 7", "seed 7", "syntax", "a key needs a colon and a space behind it, as in `lanes: 4`", "s"),
        ("seed: 7", "seed: [7", "syntax", "this `[` is not closed by `]`", "["),
        ("seed: 7", "seed: [7]]", "syntax", "this line does not fit those above it", "]"),
        ("seed: 7", "seed: 7\n  at: 8", "syntax", "this colon makes no sense here", ":"),
        ("seed: 7", "seed： 7", "syntax", "the full-width `：` means nothing to YAML", "："),
        ("{per_day: 60}", "｛per_day: 60｝", "syntax", "the full-width `｛` means nothing to YAML", "｛"),
        ("seed: 7", "seed: @7  # 種子：七", "syntax", "a value cannot begin with `@`", "@"),
        ("seed: 7", "seed: 7\x07", "syntax", "the character U+0007 is not allowed", "\x07"),
        ("seed: 7", "seed: 7\n---\n", "syntax", "a second document begins here; a scenario is one document", "---"),
        ("seed: 7", "seed: 7\nseed: 8", "duplicate key", "`seed` stands here twice, first on line 10", "seed"),
        ("seed: 7", "seed: 7\n8: 7", "key", "a key must be text, not `8`", "8"),
        ("seed: 7", "seed: 7\n[a]: 7", "key", "a key must be text, not `[a]`", "[a]"),
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
        ("seed: 7", "seed: *nobody", "alias", "`*nobody` is used, but no `&nobody` stands above", "*nobody"),
        (
            "orders: {per_day: 60}",
            "orders: &o {per_day: 60, x: *o}",
            "alias",
            "`*o` stands inside what `&o` names",
            "*o",
        ),
    ],
)
def test_a_mistake_of_yaml_is_told_where_it_stands(old: str, new: str, code: str, message: str, under: str) -> None:
    problem = next(problem for problem in problems(spoilt(old, new)) if problem.code == code)
    assert problem.message.startswith(message)
    assert token(problem) == under
    assert problem.line_text in spoilt(old, new).split("\n")


def test_every_key_that_stands_twice_is_told_at_once() -> None:
    text = spoilt("orders: {per_day: 60}", "orders: {per_day: 60, per_day: 61, per_day: 62}")
    text = spoilt("seed: 7", "seed: 7\nseed: 7", text)
    assert [(p.code, p.line) for p in problems(text)] == [
        ("duplicate key", 11),
        ("duplicate key", line_of(text, "  orders")),
        ("duplicate key", line_of(text, "  orders")),
    ]


def test_mistakes_of_yaml_and_of_values_are_told_together_in_the_order_of_lines() -> None:
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


# Files


def refusal(path: Path) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (problem,) = caught.value.problems
    return problem


def test_a_missing_file_is_told_with_the_name_that_was_probably_meant(tmp_path: Path) -> None:
    (tmp_path / "double11.yaml").write_text(TINY, encoding="utf-8")
    problem = refusal(tmp_path / "duoble11.yaml")
    assert (problem.message, problem.hint) == ("there is no such file", "did you mean `double11.yaml`?")
    assert render(problem).splitlines()[1] == f"  --> {tmp_path / 'duoble11.yaml'}"


def test_a_folder_a_name_that_no_file_can_have_and_a_file_behind_a_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert refusal(tmp_path).message == "this is a folder; name the scenario file in it"
    assert refusal(tmp_path / "a\0b").message.startswith("the file cannot be read")
    assert refusal(tmp_path / "file" / "it.yaml").code == "file"


def test_what_is_not_utf_8_is_refused_where_it_ceases_to_be(tmp_path: Path) -> None:
    file = tmp_path / "gbk.yaml"
    file.write_bytes("title: ok\nquestion: 查驗".encode("gbk"))
    problem = refusal(file)
    assert (problem.message, problem.line, problem.column) == ("the file is not UTF-8 text", 2, 11)
    file.write_bytes(bytes(range(256)) * 10)
    assert refusal(file).code in ("encoding", "syntax")


def test_a_file_of_more_than_a_megabyte_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"a: b\n" * 250_000)
    assert refusal(file).message == "the file is larger than 1 MB; a scenario is a page or two of text"


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
def test_a_hostile_text_is_refused_within_seconds(name: str) -> None:
    began = time.perf_counter()
    found = problems(WORST[name])
    assert found
    assert all(problem.line > 0 for problem in found)
    assert len(found) <= 101
    # Two seconds on the machine it was made for; a test does not fail because its neighbours are busy.
    assert time.perf_counter() - began < 10


def test_deep_nesting_is_told_at_the_level_that_is_too_much() -> None:
    problem = the_problem("a: " + "[" * 100)
    assert (problem.code, problem.line, problem.column) == ("too deep", 1, 43)


def test_what_aliases_expand_to_is_bounded() -> None:
    assert the_problem(BOMB).message == "the aliases expand to more than 20000 values or 40 levels"
    assert the_problem(TOWER).message == "the aliases expand to more than 20000 values or 40 levels"


# Mistakes of fields


@pytest.mark.parametrize(
    ("new", "code", "path", "message", "under"),
    [
        ("{lans: 1, time: 1 min}", "unknown key", "lans", "`lans` is not a field of `zone.gate`", "lans"),
        ("{lanes: 1}", "missing key", "", "`time` is missing in `zone.gate`", "gate"),
        ("4", "wrong type", "", "expected a section with `lanes`, `time` and `pace`, not `4`", "4"),
        ("[a]", "wrong type", "", "expected a section with `lanes`, `time` and `pace`, not a list", "gate"),
        ("", "wrong type", "", "expected a section with `lanes`, `time` and `pace`, but nothing stands here", "gate"),
        ("{lanes: 1, time: 15}", "value", "time", "expected a time such as `15 min`, a pace", "15"),
        ("{lanes: 1, time: 15 parsecs}", "value", "time", "expected a duration with its unit", "15 parsecs"),
        ("{lanes: 1, time: -15 min}", "value", "time", "a duration cannot be negative: `-15 min`", "-15 min"),
        ("{lanes: 1, time: 0/h}", "value", "time", "a pace must be above 0, not `0/h`", "0/h"),
        ("{lanes: 1, time: }", "value", "time", "expected a time such as", "time"),
        ("{lanes: 1, time: {gama: 1 min}}", "unknown key", "time.gama", "`gama` is not a field of", "gama"),
        ("{lanes: 1, time: {}}", "value", "time", "expected exactly one of constant, uniform", "time"),
        (
            *("{lanes: 1, time: {constant: 1 s, exponential: 1 s}}", "value", "time"),
            "expected exactly one of constant, uniform, triangular, exponential, gamma, lognormal, empirical; "
            "found `constant` and `exponential`",
            "time",
        ),
        (
            *("{lanes: 1, time: {triangular: [6 s, 10, 30 s]}}", "value", "time.triangular.1"),
            *("expected a duration with its unit (ms, s, min, h, d, w), such as `15 min` or `3 h`, not `10`", "10"),
        ),
        (
            *("{lanes: 1, time: {triangular: [6 s, 3 s, 30 s]}}", "value", "time.triangular"),
            *("triangular: expected low ≤ most likely ≤ high, not 6 s, 3 s, 30 s", "triangular"),
        ),
        (
            *("{lanes: 1, time: {triangular: [6 s, 30 s]}}", "wrong type", "time.triangular"),
            *("expected 3 values or more, found 2", "triangular"),
        ),
        (
            *("{lanes: 1, time: {uniform: [6 s, 10 s, 30 s]}}", "value", "time.uniform"),
            *("expected at most 2 entries, found 3", "uniform"),
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
        ("{lanes: {value: 1, sorce: x}, time: 1 s}", "unknown key", "lanes.sorce", "`sorce` cannot stand", "sorce"),
        ("{lanes: 1, time: 1 s, source: 7}", "wrong type", "source", "a source is a text", "7"),
    ],
)
def test_a_mistake_in_a_field_is_told_at_its_innermost_element(
    new: str, code: str, path: str, message: str, under: str
) -> None:
    text = gate(f"gate: {new}")
    problem = the_problem(text)
    assert (problem.code, problem.path) == (code, ".".join(filter(None, ("zone.gate", path))))
    assert problem.message.startswith(message)
    assert token(problem) == under
    assert problem.line == line_of(text, "zone:") + 2


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
                *("{per_day: 60}", f"{{per_day: 60, hours: [{'1, ' * count}]}}", "demand.orders.hours"),
                "expected 24, 48 or 96 weights (a day in slots of 60, 30 or 15 min) or 168, 336 or 672 (a week "
                f"from Monday 00:00), found {count}",
            )
            for count in (0, 1, 23, 25, 47, 167, 169)
        ),
        (
            "{per_day: 60}",
            f"{{per_day: 60, hours: [{'0, ' * 167}1], weekdays: [1, 1, 1, 1, 1, 1, 0]}}",
            *("demand.orders.hours", "hours: on every weekday whose weight is not 0, all of them are 0"),
        ),
        ("en: When does each step happen?", "en: 7", "question.en", "expected a text, not `7`"),
        ("{zh: 每一步何時發生？, en: When does each step happen?}", '""', "question", "a text cannot be empty"),
    ],
)
def test_a_wrong_value_is_told_in_a_sentence(old: str, new: str, path: str, message: str) -> None:
    found = [problem for problem in problems(spoilt(old, new)) if problem.path == path]
    assert found
    assert found[0].message.startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("wait_limit:", "wait_limits:", "did you mean `wait_limit`?"),
        ("seed: 7", "seed： 7", "type the half-width `:`; or quote the text"),
        ("linked: false", "linked: no", "write `false`"),
        ("fast_channel: dedicated", "fast_channel: dedicate", "did you mean `dedicated`?"),
        ("grade: assumed\n  orders", "grade: asumed\n  orders", "did you mean `assumed`?"),
        ("en: When does each step happen?", "en: 7", 'put it in quotes: `"7"`'),
        ("wait_limit: 10 min", "xyzzy: 1", "the fields here are `title`, `question`, `start`"),
        ("seed: 7\n", "", "seed: Seed of the random streams"),
    ],
)
def test_a_hint_says_what_was_probably_meant(old: str, new: str, hint: str) -> None:
    assert the_problem(spoilt(old, new)).hint.startswith(hint)


def test_a_misspelt_key_is_not_reported_as_missing_too() -> None:
    assert [problem.code for problem in problems(spoilt("seed: 7", "sead: 7"))] == ["unknown key"]


# What sections say of one another

WAVE = "{name: w, from: 2022-11-16 10:00, until: 2022-11-16 12:00, peak: 3"
TRUTH = "risk.non_compliance={enterprise: {ordinary: 5 %}}"


@pytest.mark.parametrize(
    ("setting", "path", "message", "under"),
    [
        (
            "policy.fast_channel={kind: shared, overflow: true}",
            *("policy.fast_channel.overflow", "`overflow` belongs to the kind `dedicated`, not to `shared`", "true"),
        ),
        (
            "policy.fast_channel={kind: priority, reserved: 2}",
            *("policy.fast_channel.reserved", "the two teams have at most 2 officers together: nobody is left", "2"),
        ),
        (
            "policy.fast_channel=[a]",
            *("policy.fast_channel", "expected `dedicated`, `shared`, `priority` or `{kind: priority,", "fast_channel"),
        ),
        (
            "demand.export_trucks.containers={20ft: {share: 60 %, slots: 1}, 40ft: {share: 30 %, slots: 2}}",
            *(
                "demand.export_trucks.containers",
                "the shares of the containers add up to 90 %, not to 100 %",
                "containers",
            ),
        ),
        (
            "demand.export_trucks.containers={long: {share: 100 %, slots: 5000}}",
            *("demand.export_trucks.containers.long.slots", "a container of 5000 slots could never leave: a", "5000"),
        ),
        (
            "policy.pre_report={lead: 1 h}",
            *("policy.pre_report", "pre-report needs a `share`, or shares `by_size`", "pre_report"),
        ),
        (
            "policy.pre_report={lead: 1 h, share: 5 %, by_size: {all: {share: 100 %, pre_report: 5 %}}}",
            *("policy.pre_report.share", "adoption is told by size: leave `share` away", "5 %"),
        ),
        (
            "policy.pre_report={lead: 1 h, by_size: {all: {share: 90 %, pre_report: 5 %}}}",
            *("policy.pre_report.by_size", "the shares of the sizes add up to 90 %, not to 100 %", "by_size"),
        ),
        (
            "policy.pre_report={lead: 1 h, share: 5 %, by_enterprise: {AEO: 9 %}}",
            *("policy.pre_report.by_enterprise.AEO", "`AEO` is not a class of `risk.enterprise`", "AEO"),
        ),
        (
            "airport.fast_eligible={by_family: {goods 商品: 40 %, tea: 5 %}}",
            *("airport.fast_eligible.by_family.tea", "`tea` is not a family of `warehouse.families`", "tea"),
        ),
        (
            "airport.fast_eligible={by_shipper: {all: {share: 90 %, eligible: 5 %}}}",
            *("airport.fast_eligible.by_shipper", "the shares of the shippers add up to 90 %", "by_shipper"),
        ),
        ("airport.fast_eligible=50", "airport.fast_eligible", "expected a share with its unit", "50"),
        (
            "airport.fast_eligible={by_family: {goods 商品: 5 %}, by_shipper: {all: {share: 100 %, eligible: 5 %}}}",
            *("airport.fast_eligible", "who is eligible is told either `by_family` or `by_shipper`", "fast_eligible"),
        ),
        (
            "airport.fast_eligible=[5 %]",
            "airport.fast_eligible",
            "expected a share with its unit, such as",
            "fast_eligible",
        ),
        ("duration=0 h", "duration", "the duration must be longer than 0", "0 h"),
        ("warm_up=1000 h", "warm_up", "the warm-up must be shorter than the duration", "1000 h"),
        ("prices={staff_hour: CNY 1e300}", "prices.staff_hour", "an amount is at most CNY 1 000", "CNY 1e300"),
        ("warehouse.out_of_stock=lost", "warehouse.out_of_stock", "expected `wait` or `{lost_after: 2 h}`", "lost"),
        (
            "risk.machine={detects: 90 %, false_alarm: 5 %}",
            *("risk.machine", "`machine` says what is found of `non_compliance`, which is missing", "machine"),
        ),
        (
            "risk.non_compliance={enterprise: {ordinary: 5 %}, industry: {toys: 2}}",
            *("risk.non_compliance.industry.toys", "`toys` is not a class of `risk.industry`", "toys"),
        ),
        ("risk.budget=2.5", "risk.budget", "expected a whole number, not `2.5`", "2.5"),
        (
            f"demand.orders.surges=[{WAVE}, families: [tea]}}]",
            *("demand.orders.surges.0.families.0", "`tea` is not a family of `warehouse.families`", "tea"),
        ),
        (
            f"demand.orders.surges=[{WAVE}, spikes: [{{at: '11:00', length: 25 h, peak: 2}}]}}]",
            *("demand.orders.surges.0.spikes.0.length", "a spike lasts longer than 0 and up to 24 h", "25 h"),
        ),
        (
            f"demand.orders.surges=[{WAVE}, spikes: [{{at: '02:00', length: 5 min, peak: 2}}]}}]",
            *("demand.orders.surges.0.spikes.0.at", "no day of the wave has this moment in it", "'02:00'"),
        ),
        (
            f"demand.orders.surges=[{WAVE}, ramp: 9 d}}]",
            *("demand.orders.surges.0.ramp", "ramp and decay must fit between the surge's beginning and", "9 d"),
        ),
        (
            f"demand.errands.surges=[{WAVE}, families: [tea]}}]",
            *("demand.errands.surges.0.families", "`families` is not a field of `demand.errands.surges.0`", "families"),
        ),
    ],
)
def test_what_does_not_fit_another_section_is_told_where_it_stands(
    setting: str, path: str, message: str, under: str
) -> None:
    problem = the_problem(TINY, setting)
    assert problem.path == path
    assert problem.message.startswith(message)
    assert token(problem) == under


def test_trucks_cannot_follow_orders_that_do_not_come() -> None:
    problem = the_problem(TINY, "demand.orders=null", "demand.export_trucks.follow_orders={lag: 24 h, strength: 60 %}")
    assert problem.message == "the trucks follow `demand.orders`, which the scenario does not have"
    assert (problem.path, token(problem)) == ("demand.export_trucks.follow_orders", "follow_orders")


def test_rates_are_missing_where_a_class_has_none() -> None:
    text = spoilt("enterprise: {ordinary: {share: 100 %, rate: 50 %}}", "enterprise: {a: {share: 100 %, rate: 5 %}}")
    assert [problem.message for problem in problems(text, TRUTH)] == [
        "`non_compliance.enterprise` has no rate for `a`",
        "`ordinary` is not a class of `risk.enterprise`",
    ]


@pytest.mark.parametrize(
    "settings",
    [
        ["policy.fast_channel={kind: dedicated, opened_to_all: true, grade: assumed}"],
        ["policy.pre_report={lead: 1 h, by_size: {all: {share: 100 %, pre_report: {value: 5 %, grade: C}}}}"],
        ["airport.fast_eligible={by_shipper: {all: {share: 100 %, eligible: 5 %}}}"],
        ["warehouse.out_of_stock={lost_after: 2 h, grade: assumed}"],
        [TRUTH, "risk.machine={detects: 90 %, false_alarm: 5 %}", "risk.by_hand_detects=95 %", "risk.budget=3"],
        [f"demand.orders.surges=[{WAVE}, families: [goods 商品], spikes: [{{at: '11:00', length: 1 h, peak: 2}}]}}]"],
        ["demand.export_trucks.follow_orders={lag: {value: 24 h, grade: assumed}, strength: 60 %}"],
    ],
)
def test_every_lever_reads_back_from_its_resolved_form(settings: list[str]) -> None:
    loaded = loads(TINY, settings=settings)
    again = loads(loaded.resolved_yaml())
    assert (again.scenario, again.provenance) == (loaded.scenario, loaded.provenance)


# Shape


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


# Sources and grades


def test_a_value_takes_its_own_source_else_that_of_the_nearest_section() -> None:
    text = spoilt("zone:\n  grade: assumed", "zone:\n  source: a report\n  grade: B")
    text = spoilt(
        GATE,
        "gate: {lanes: {value: 1, source: a count, grade: A}, time: 1 min}\n  yard: {grade: assumed, bays: 2",
        text,
    )
    loaded = loads(text)
    assert loaded.origin("zone.gate.lanes") == Origin("a count", "A")
    assert loaded.origin("zone.gate.time") == Origin("a report", "B")
    assert loaded.origin("zone.yard.bays") == Origin("", "assumed")
    assert loaded.origin("seed") == Origin("", "assumed")
    assert loaded.scenario == loads(TINY).scenario


def test_sources_are_kept_in_the_resolved_form() -> None:
    text = loads(gate("gate: {lanes: {value: 4, source: a count, grade: A}, time: 1 min}")).resolved_yaml()
    assert loads(text).origin("zone.gate.lanes") == Origin("a count", "A")


def test_a_warning_is_located_at_a_value_or_at_the_nearest_section_that_stands_there() -> None:
    loaded = loads(TINY, "it.yaml")
    assert token(loaded.warning("zone.gate.lanes", "overload", "m")) == "1"
    assert token(loaded.warning("zone.gate", "overload", "m")) == "gate"
    assert token(loaded.warning("demand.orders.day_cv", "x", "m")) == "orders"
    assert token(loaded.warning("demand.flights.timetable.1.pallets", "x", "m")) == "1"
    assert render(loaded.warning("zone.gate", "overload", "too much")).startswith("warning[overload]: too much\n")


# Settings


def test_a_setting_replaces_a_value_its_source_included() -> None:
    text = gate("gate: {lanes: {value: 1, source: a count, grade: A}, time: 1 min}")
    loaded = loads(text, settings=["zone.gate.lanes=3", "demand.errands.counter=20 %"])
    assert loaded.scenario.zone is not None
    assert loaded.scenario.zone.gate.lanes == Calendar.constant(3)
    assert loaded.origin("zone.gate.lanes") == Origin("set on the command line", "assumed")
    assert loads(loaded.resolved_yaml()).scenario == loaded.scenario


def test_a_setting_may_bring_its_source_reach_into_lists_and_name_what_the_file_leaves_out() -> None:
    loaded = loads(
        TINY,
        settings=[
            "demand.flights.timetable.1.pallets={value: 9, source: a call, grade: C}",
            "demand.orders.day_cv=0.5",
        ],
    )
    assert loaded.scenario.demand.flights is not None
    assert [flight.pallets for flight in loaded.scenario.demand.flights.timetable] == [2, 9]
    assert loaded.origin("demand.flights.timetable.1.pallets") == Origin("a call", "C")
    assert loaded.scenario.demand.orders is not None
    assert loaded.scenario.demand.orders.day_cv == 0.5


@pytest.mark.parametrize(
    ("every", "near"),
    [
        ("7 h", "`6 h` and `8 h`"),
        ("50 min", "`48 min` and `1 h`"),
        ("13 h", "`12 h` and `24 h`"),
        ("62 s", "`1 min` and `2 min`"),
        ("23 h", "`12 h` and `24 h`"),
    ],
)
def test_departures_at_an_interval_that_does_not_divide_a_day_are_refused_with_those_that_do(
    every: str, near: str
) -> None:
    timetable = f"{{every: {every}, slots: 1}}"
    problem = the_problem(TINY, f"airport.truck={timetable}")
    assert problem.message.endswith(f"the interval divides 24 h; the nearest that do are {near}")
    assert problem.path == "airport.truck.every"


@pytest.mark.parametrize("every", ["1 min", "100 s", "90 s", "22.5 min", "6 h", "24 h"])
def test_departures_at_an_interval_that_divides_a_day_go_on_over_midnight(every: str) -> None:
    airport = loads(TINY, settings=[f"airport.truck={{every: {every}, slots: 1}}"]).scenario.airport
    assert airport is not None
    clocks = (*airport.truck.clocks, 24 * 60)
    assert {round(later - sooner, 6) for sooner, later in pairwise(clocks)} == {round(airport.truck.every or 0, 6)}


def test_a_setting_with_a_sign_adds_to_every_open_hour_of_a_roster() -> None:
    changes = ["staff.clerks.roster=+2", "staff.inspectors.roster=-1", "zone.inspection.crew=1"]
    scenario = loads(TINY, settings=changes).scenario
    assert scenario.staff.clerks is not None
    assert scenario.staff.clerks.roster == Calendar.daily({"09:00": 3, "10:00": 0, "10:30": 3})
    assert scenario.staff.inspectors is not None
    assert scenario.staff.inspectors.roster == Calendar.constant(1)


@pytest.mark.parametrize(
    ("site", "pool", "settings"),
    [
        ("zone", "inspectors", ("zone.inspection.crew=3",)),
        ("rail", "rail_inspectors", ("rail.inspection.crew=3",)),
        ("airport", "airport_inspectors", ("airport.inspection.crew=3", "staff.airport_inspectors.roster=2")),
        ("zone", "inspectors", ("staff.inspectors.roster={'00:00': 2, '08:00': 0}", "zone.inspection.crew=3")),
    ],
)
def test_a_crew_that_can_never_be_formed_is_told_at_the_crew(site: str, pool: str, settings: tuple[str, ...]) -> None:
    problem = the_problem(TINY, *settings)
    assert problem.message == f"a crew of 3 can never be formed: `staff.{pool}` has at most 2"
    assert (problem.path, token(problem)) == (f"{site}.inspection.crew", "3")


def test_a_crew_that_is_formed_at_some_hour_is_enough() -> None:
    loads(TINY, settings=["zone.inspection.crew=3", "staff.inspectors.roster={'00:00': 0, '08:00': 3}"])


@pytest.mark.parametrize(
    ("setting", "message", "under", "hint"),
    [
        ("zone.gate.lanez=4", "`lanez` is not a field of `zone.gate`", "lanez", "did you mean `lanes`?"),
        ("zoned.gate=4", "`zoned` is not a field of a scenario", "zoned", "did you mean `zone`?"),
        ("zone.gate.lanes=four", "expected a whole number from 0 up", "four", ""),
        ("zone.gate.lanes.x=4", "`zone.gate.lanes` is a single value: `1`; nothing stands below it", "x", ""),
        ("demand.flights.timetable.7.pallets=4", "`demand.flights.timetable` is a list; its items", "7", ""),
        ("zone.gate.lanes", "a setting is written `path=value`", "zone.gate.lanes", ""),
        ("zone..lanes=4", "a path is names with dots between them", "zone..lanes", ""),
        ("zone.gate.lanes=[4", "this `[` is not closed by `]`", "[", ""),
        ("zone.gate.lanes={value: 4, grade: E}", "a grade is one of A, B, C, derived, assumed", "E", ""),
        ("seed=", "no value stands behind `=`", "", ""),
    ],
)
def test_a_wrong_setting_is_told_in_the_setting(setting: str, message: str, under: str, hint: str) -> None:
    problem = the_problem(TINY, setting)
    assert problem.message.startswith(message)
    assert (token(problem), problem.hint) == (under, hint or problem.hint)
    assert problem.file == f"--set {setting}"
    assert render(problem).splitlines()[1].startswith(f"  --> --set {setting}")


def test_mistakes_in_settings_come_after_those_of_the_file() -> None:
    found = problems(spoilt("linked: false", "linked: no"), "seed=x", "title=7")
    assert [problem.path for problem in found] == ["policy.linked", "seed", "title"]


# Named policies, and any other model


class Booth(Strict):
    roster: Roster
    lanes: Count = 1


class Port(Strict):
    booth: Booth
    compare: dict[str, dict[str, object]] = Field(default_factory=dict)


PORT = """booth: {roster: {"08:00": 2, "18:00": 0}}
compare:
  more: {booth.roster: +1}
  wide: {booth.lanes: {value: 3, grade: assumed}, booth.roster: 5}
"""


def test_named_policies_are_the_whole_scenario_after_their_changes() -> None:
    variants = build(source_of(PORT, "it.yaml"), (), Port).variants
    assert variants["more"].booth.roster == Calendar.daily({"08:00": 3, "18:00": 0})
    assert variants["wide"].booth == Booth(roster=Calendar.constant(5), lanes=3)


def test_mistakes_in_named_policies_are_told_where_they_stand() -> None:
    text = PORT.replace("booth.roster: +1", "booth.rooster: +1").replace("value: 3", "value: three")
    with pytest.raises(ScenarioError) as caught:
        build(source_of(text, "it.yaml"), (), Port)
    assert [(token(p), p.line, p.message) for p in caught.value.problems] == [
        ("booth.rooster", 3, "`rooster` is not a field of `booth`"),
        ("three", 4, "expected a whole number, not `three`"),
    ]


def test_clock_times_are_quoted_in_the_resolved_form_for_readers_of_older_yaml() -> None:
    assert '"08:00": 2' in build(source_of(PORT, "it.yaml"), (), Port).resolved_yaml()
