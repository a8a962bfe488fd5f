"""Any edit of a valid file gives a scenario that loads, or mistakes that are reported at their lines."""

import json
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clearsim.located.files import source_of
from clearsim.located.source import parse
from clearsim.located.write import written
from clearsim.scenario import ScenarioError, as_json, loads, render
from tests.scenarios import TINY

LATER = """
disruptions:
  - {kind: absence, staff: [clerks, pickers], share: 40 %, from: 2022-11-16 09:30, until: 2022-11-16 10:30}
  - {kind: closed, place: zone.gate, lanes: 1, from: 2022-11-16 09:30, until: 2022-11-16 10:30}
  - kind: slow_road
    road: zone_to_rail
    times: 2
    from: 2022-11-16 09:30
    until: 2022-11-16 10:30
compare:
  linked: {title: Linked, policy.linked: true}
  crew:
    staff.clerks.roster: +1
    disruptions.0.share: 10 %
"""
WHOLE = TINY + LATER
LINES = WHOLE.split("\n")
TOKENS = sorted(set(re.findall(r"[^\s{}\[\],:]+|[{}\[\],:]|\s+", WHOLE)))
JARGON = re.compile(r"Input should|Value error|pydantic|validat|NoneType|dict\b|tuple|\bstr\b|\bint\b|None")
SCALARS = ["", "~", "null", "true", "yes", "0", "-1", "+2", "1e999", "9" * 400, "0x1F", ".inf", ".nan", "1_000", "٣"]
LENGTHS = ["15 min", "-15 min", "1e300 d", "25:00", "08:00", "24:00", "2022-02-30", "9999-12-31 24:00", "0000-00-00"]
QUANTITIES = ["60 %", "160 %", "CNY 5", "EUR 5", "20/h", "0/h", "mon-fri", "fri-mon"]
COLLECTIONS = ["[]", "{}", "[1, 2]", "[[[[1]]]]", "{a: 1}"]
SOURCES = ["{value: 1}", "{value: 1, source: x}", "{value: {value: 1, grade: A}, grade: B}", "{grade: Z}"]
TIMES = ["{constant: 1}", "{uniform: [2 s, 1 s]}", "{gamma: {mean: 1 s, cv: 0}}", "{empirical: [1, x]}"]
YAML = ["&a [*a]", "*a", "!!python/object:os.system x", "!x 1", "<<", "- ", "? ", ": ", "---", "...", *"'\"|>#%@"]
TEXTS = ["\t", "\u2028", "\x85", "\ufeff", "\x00", "\ud800", "\U0001f600", "查驗", "e\u0301", "\u202e", "a: b", '"\\q"']
ODD = [*SCALARS, *LENGTHS, *QUANTITIES, *COLLECTIONS, *SOURCES, *TIMES, *YAML, *TEXTS]
words = st.one_of(st.sampled_from(ODD), st.sampled_from(TOKENS), st.text(max_size=12))


@st.composite
def edited(draw: st.DrawFn) -> str:
    """The valid file after one to four edits."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        match draw(st.integers(0, 6)):
            case 0:  # a line is lost
                lines[at] = ""
            case 1:  # a line stands twice
                lines.insert(at, line)
            case 2:  # a line moves inwards or outwards
                lines[at] = " " * draw(st.integers(0, 6)) + line.lstrip()
            case 3:  # something is inserted anywhere
                column = draw(st.integers(0, len(line)))
                lines[at] = line[:column] + draw(words) + line[column:]
            case 4:  # a value or a key becomes something else
                spans = [match.span() for match in re.finditer(r"[^\s{}\[\],:]+", line)] or [(0, len(line))]
                start, end = draw(st.sampled_from(spans))
                lines[at] = line[:start] + draw(words) + line[end:]
            case 5:  # all that follows the key becomes something else
                lines[at] = line.partition(":")[0] + ": " + draw(words)
            case _:  # the end is lost
                lines = lines[: max(1, at)]
    return "\n".join(lines)


def check(text: str, *given_settings: str) -> None:
    try:
        loaded = loads(text, "it.yaml", given_settings)
    except ScenarioError as error:
        refused(text, error)
    else:
        again = loads(loaded.resolved_yaml())
        assert again.scenario == loaded.scenario
        assert again.provenance == loaded.provenance


def refused(text: str, error: ScenarioError) -> None:
    assert error.problems
    for problem in error.problems:
        assert problem.kind == "error"
        assert problem.message
        assert 1 <= problem.line <= text.count("\n") + text.count("\r") + 1 or problem.is_setting
        assert 1 <= problem.column <= len(problem.line_text) + 1
        sentence = re.sub(r"`[^`]*`", "", problem.message + problem.hint)
        assert not JARGON.search(sentence), sentence
        assert len(render(problem).splitlines()) in (4, 5)
        json.dumps(as_json(problem))
    assert str(error) == "\n".join(map(render, error.problems))
    keys = [(problem.is_setting, problem.file, problem.line) for problem in error.problems]
    assert keys == sorted(keys)


@pytest.mark.slow
@settings(max_examples=300)
@given(edited())
@example(TINY)
@example(WHOLE)
def test_an_edited_scenario_loads_or_is_refused_with_located_problems(text: str) -> None:
    check(text)


@settings(max_examples=200)
@given(st.text(max_size=60))
@example("%YAML 1.1\n---\na: 1")
@example("%YAML 9.9\n---\na: 1")
@example("%TAG ! x\n---\na: 1")
@example('"\\U00110000": 1')
@example('a: "\\xZZ"')
@example("a: |99\n b")
def test_any_text_is_refused_with_located_problems(text: str) -> None:
    check(text)


PATHS = [
    "seed",
    "zone",
    "zone.gate",
    "zone.gate.lanes",
    "demand.flights.timetable.0.at",
    "demand.flights.timetable",
    "title",
    "disruptions.0.staff",
    "disruptions.1.kind",
    "compare",
    "compare.linked",
]


@pytest.mark.slow
@settings(max_examples=150)
@given(
    st.one_of(st.sampled_from(PATHS), st.text(max_size=8)), st.sampled_from(["=", "", ".x=", ".0=", ".value="]), words
)
def test_any_setting_is_taken_or_refused_with_located_problems(path: str, middle: str, value: str) -> None:
    check(WHOLE, path + middle + value)


plain = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False), st.text(max_size=8)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), plain, min_size=1, max_size=3))
def test_what_is_written_reads_back_the_same(data: dict[str, object]) -> None:
    from clearsim.located.problems import Mark
    from clearsim.located.provenance import Provenance
    from clearsim.located.source import Entry, Node

    mark = Mark(source_of("", "it.yaml"), 1, 1, 1)

    def node(value: object) -> Node:
        if isinstance(value, dict):
            return Node(mark, {key: Entry(mark, node(item)) for key, item in value.items()})
        return Node(mark, [node(item) for item in value] if isinstance(value, list) else value)  # type: ignore[arg-type]

    root, problems = parse(source_of(written(node(data), Provenance()), "it.yaml"))
    assert not problems
    assert root is not None
    assert root.data == data
