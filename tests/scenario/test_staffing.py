"""Staffing rules, labour rules and pace as a planner writes them: what they become, what is refused, and where."""

from datetime import timedelta

import pytest

from clearsim.customs import network
from clearsim.network import Adjustment, Backlog, Forecast, Network, Pace, Planned, Pool, Proportional
from clearsim.scenario import ScenarioError, loads
from clearsim.staffing import planned
from tests.scenarios import TINY, problems, ruled, spoilt, the_problem, token

CLERKS = 'clerks: {roster: {"09:00": 1, "10:00": 0, "10:30": 1}}'
PICKERS = "pickers: {roster: 1}"


def duty(old: str, new: str, *labour: str, text: str = TINY) -> str:
    """The tiny scenario with one duty written otherwise; with labour rules, there are clerks around the clock."""
    text = spoilt(CLERKS, "clerks: {roster: 1}", text) if labour else text
    return spoilt(old, new, text) + "".join(f"\nlabour: {{{rules}}}\n" for rules in labour)


def pool(net: Network, name: str) -> Pool:
    return next(pool for pool in net.pools if pool.name == name)


# Rules


def test_rules_become_those_of_the_network() -> None:
    text = ruled(
        "kind: backlog, pool: pickers, call_at: 20, release_at: 5, at_most: 4, crew: 2, lead: 30 min",
        "kind: proportional, pools: [inspectors, rail_inspectors], move: 10 min, keep: {inspectors: 1}",
        "kind: forecast, pool: clerks, target: 20 %, every: 30 min, least: 1, at_most: 9",
        text=spoilt("lanes: 1, crew: 2, time: 20 min}\n  sealing", "lanes: 1, crew: 1, time: 20 min}\n  sealing"),
    )
    loaded = loads(text)
    assert loads(loaded.resolved_yaml()).scenario == loaded.scenario
    net = network(loaded.scenario)
    assert net.staffing == (
        Backlog("pickers", 20, 5, 4, crew=2, lead=30),
        Proportional(("inspectors", "rail_inspectors"), move=10, keep={"inspectors": 1}),
        Forecast("clerks", 0.2, every=30, least=1, at_most=9),
    )
    assert isinstance(pool(planned(net), "clerks").capacity, Planned)


def test_a_peak_squad_adds_to_the_roster_between_two_dates() -> None:
    text = ruled("kind: peak_squad, pool: pickers, extra: 3, from: 2022-11-16 09:30, until: 2022-11-16 10:30")
    assert pool(network(loads(text).scenario), "pickers").adjustments == (Adjustment(30, 90, plus=3),)


def test_the_hours_of_a_peak_squad_come_back_every_day_also_over_midnight() -> None:
    squad = "kind: peak_squad, pool: pickers, extra: 3, from: 2022-11-16 09:00, until: 2022-11-18 03:00"
    text = spoilt("duration: 2 h", "duration: 2 d", ruled(f'{squad}, hours: {{from: "22:00", until: "06:00"}}'))
    scenario = loads(text).scenario
    windows = [
        (scenario.start + timedelta(minutes=x.from_min), scenario.start + timedelta(minutes=x.until_min))
        for x in pool(network(scenario), "pickers").adjustments
    ]
    assert [f"{a:%d %H} {b:%d %H}" for a, b in windows] == ["16 22 17 06", "17 22 18 03"]


def test_squads_of_one_unit_may_overlap_and_stand_beside_a_rule() -> None:
    when = "from: 2022-11-16 09:00, until: 2022-11-16 10:00"
    squad = f"kind: peak_squad, pool: pickers, extra: 3, {when}"
    loads(ruled(squad, squad, "kind: backlog, pool: pickers, call_at: 9, release_at: 1, at_most: 2"))


BACKLOG = "kind: backlog, pool: pickers, call_at: 9, release_at: 1, at_most: 2"


@pytest.mark.parametrize(
    ("rule", "message", "under"),
    [
        ("kind: backlogs, pool: pickers", "expected `peak_squad`, `backlog`, `proportional` or `forecast`", "backlogs"),
        (BACKLOG.replace("pickers", "picker"), "expected `document_officers`,", "picker"),
        (
            BACKLOG.replace("call_at: 9", "call_at: 1"),
            "`release_at` must be less than `call_at`, which is 1",
            "1",
        ),
        (BACKLOG + ", crew: 3", "a crew of 3 is more than the 2 who may be called", "3"),
        (BACKLOG + ", every: 10 s", "the work is reviewed at most once a minute", "10 s"),
        (BACKLOG + ", lag: 10 s", "`lag` is not a field of `policy.staffing.0`", "lag"),
        (BACKLOG.replace("at_most: 2", "at_most: 2000000"), "expected at most 1,000,000", "2000000"),
        ("kind: forecast, pool: pickers, target: 0 %", "expected more than 0", "0 %"),
        ("kind: forecast, pool: pickers, target: 100 %", "expected less than 1", "100 %"),
        (
            "kind: forecast, pool: pickers, target: 9 %, least: 3, at_most: 2",
            "this is less than `least`, which is 3",
            "2",
        ),
        ("kind: proportional, pools: [pickers]", "expected at least 2 entries", "pools"),
        ("kind: proportional, pools: [pickers, clerks], move: 1 h", "`move` must be shorter than `every`", "1 h"),
        ("kind: proportional, pools: [pickers, clerks, pickers]", "`pickers` is named twice", "pickers"),
        (
            "kind: proportional, pools: [pickers, clerks], keep: {inspectors: 1}",
            "`inspectors` is not one of the `pools` that share their people",
            "inspectors",
        ),
        ("kind: proportional, pools: [pickers, clerks], keep: {clerk: 1}", "expected `document_officers`,", "clerk"),
        (
            "kind: peak_squad, pool: pickers, extra: 1, from: 2022-11-16 10:00, until: 2022-11-16 09:00",
            "a peak squad must end after it begins",
            "2022-11-16 09:00",
        ),
        (
            "kind: peak_squad, pool: pickers, extra: 1, from: 2022-11-15 10:00, until: 2022-11-16 09:00",
            "this is over before the run begins at 2022-11-16 09:00",
            "2022-11-16 09:00",
        ),
        (
            "kind: peak_squad, pool: pickers, extra: 1, from: 2022-11-16 10:00, until: 2022-11-16 11:00, "
            'hours: {from: "01:00", until: "02:00"}',
            "none of these hours lies between the two dates",
            "hours",
        ),
    ],
)
def test_a_mistake_in_a_rule_is_reported_where_it_is(rule: str, message: str, under: str) -> None:
    problem = the_problem(ruled(rule))
    assert problem.message.startswith(message)
    assert problem.path.startswith("policy.staffing.0")
    assert not under or token(problem) == under


def test_all_mistakes_of_a_rule_are_reported_at_once() -> None:
    found = problems(ruled("kind: backlog, pool: pickers, call_at: 2, release_at: 3, at_most: 1, crew: 2"))
    assert [problem.path.rpartition(".")[2] for problem in found] == ["release_at", "crew"]
    found = problems(ruled("kind: proportional, pools: [pickers, pickers], move: 1 h, keep: {clerks: 1}"))
    assert [token(problem) for problem in found] == ["pickers", "1 h", "clerks"]


def test_a_misspelt_unit_is_reported_with_the_one_that_was_meant() -> None:
    assert the_problem(ruled(BACKLOG.replace("pickers", "pikers"))).hint == "did you mean `pickers`?"


def test_two_rules_for_one_unit_are_one_too_many() -> None:
    problem = the_problem(ruled(BACKLOG, "kind: forecast, pool: pickers, target: 20 %"))
    assert problem.path == "policy.staffing.1.pool"
    assert problem.message == "another rule already sets `pickers`; only one may"


def test_a_unit_that_no_flow_needs_cannot_be_staffed() -> None:
    text = spoilt("  errands: {per_day: 36, counter: 50 %, mail: 25 %, amount: CNY 100000, due_in: 20 min}\n", "")
    problem = the_problem(ruled(BACKLOG.replace("pickers", "clerks"), text=text))
    assert problem.message == "no flow of the scenario needs `clerks`"


@pytest.mark.parametrize("way", ["shared", "priority"])
def test_officers_of_a_fast_channel_that_is_not_their_own_are_named_with_the_others(way: str) -> None:
    rule = BACKLOG.replace("pickers", "fast_officers")
    loads(ruled(rule))
    problem = the_problem(ruled(rule).replace("fast_channel: dedicated", f"fast_channel: {way}"))
    assert "are one team with `airport_officers`" in problem.message
    assert token(problem) == "fast_officers"


def test_where_posts_are_limited_only_a_peak_squad_helps_and_brings_its_posts() -> None:
    way = "fast_channel: {kind: priority, reserved: 1}"
    squad = "kind: peak_squad, pool: airport_officers, extra: 3, from: 2022-11-16 09:30, until: 2022-11-16 10:30"
    net = network(loads(ruled(squad).replace("fast_channel: dedicated", way)).scenario)
    for name in ("airport_officers", "ordinary_posts"):
        assert Adjustment(30, 90, plus=3) in pool(net, name).adjustments
    called = ruled(BACKLOG.replace("pickers", "airport_officers"))
    loads(called)
    assert "only a `peak_squad`" in the_problem(called.replace("fast_channel: dedicated", way)).message


def test_a_crew_that_only_a_rule_makes_possible_can_be_formed() -> None:
    few = spoilt("  inspectors: {roster: 2}", "  inspectors: {roster: 1}")
    assert the_problem(few).message.startswith("a crew of 2 can never be formed")
    network(loads(ruled(BACKLOG.replace("pickers", "inspectors"), text=few)).scenario)


# More or fewer


def test_fewer_than_nobody_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(ScenarioError) as refusal:
        loads(duty(PICKERS, PICKERS), settings=["staff.pickers.roster=-9"])
    (problem,) = refusal.value.problems
    assert "a whole number from 0 up" in problem.message
    assert problem.is_setting


# Labour


RULES = "longest_shift: 12 h, rest: 12 h, hours_a_week: 44 h"


@pytest.mark.parametrize(
    ("new", "labour", "message", "path"),
    [
        ("{roster: 4, people: 3}", [], "4 are on duty, but there are 3 people", "roster"),
        ("{roster: 4, people: 7}", [RULES], "96 h of duty in 24 h, but 7 people in shifts of", "roster"),
        ('{roster: {"00:00": 1, "14:00": 2}}', [RULES], "a shift of 14 h from mon 00:00 on is longer", "roster"),
        ("{roster: 1, people: 2, locked_in: 1}", [], "nobody is ever locked in", "locked_in"),
        ("{roster: 1, people: 1, locked_in: 2}", [], "the unit has no more than 1 people", "locked_in"),
    ],
)
def test_what_people_cannot_do_is_reported_at_their_roster(
    new: str, labour: list[str], message: str, path: str
) -> None:
    text = duty(PICKERS, f"pickers: {new}", *labour, text=spoilt("duration: 2 h", "duration: 2 d"))
    problem = the_problem(text)
    assert problem.message.startswith(message)
    assert problem.path == f"staff.pickers.{path}"


def test_a_week_has_so_many_hours() -> None:
    text = spoilt("duration: 2 h", "duration: 7 d")
    loads(duty(PICKERS, "pickers: {roster: 1, people: 4}", RULES, text=text))
    problem = the_problem(duty(PICKERS, "pickers: {roster: 1, people: 3}", RULES, text=text))
    assert problem.message.startswith("168 h of duty in 168 h, but 3 people in 44 h a week do at most 132 h")


def test_a_century_breaks_the_rules_that_its_first_weeks_break() -> None:
    found = [
        the_problem(
            duty(PICKERS, "pickers: {roster: 1, people: 3}", RULES, text=spoilt("duration: 2 h", f"duration: {days} d"))
        )
        for days in (60, 36500)
    ]
    assert found[0].message == found[1].message
    assert found[0].path == found[1].path


def test_where_neither_rules_nor_people_stand_nothing_is_checked() -> None:
    loads(duty(PICKERS, 'pickers: {roster: {"00:00": 900, "20:00": 1}}'))


def test_while_people_are_locked_in_other_rules_and_fewer_people_count() -> None:
    locked = (
        "longest_shift: 8 h, rest: 16 h, locked_in: [{from: 2022-11-16 12:00, until: 2022-11-18, longest_shift: 12 h,"
        " rest: 12 h}]"
    )
    text = spoilt("duration: 2 h", "duration: 2 d")
    loads(duty(PICKERS, "pickers: {roster: 2, people: 6, locked_in: 4}", locked, text=text))
    problem = the_problem(duty(PICKERS, "pickers: {roster: 2, people: 6, locked_in: 3}", locked, text=text))
    assert "while they are locked in" in problem.message
    assert "3 people in shifts of at most 12 h" in problem.message


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        (BACKLOG, "at_most", "with all who may be called, 3 are on duty, but there are 2 people"),
        ("kind: forecast, pool: pickers, target: 20 %", "", "give `at_most`: "),
        ("kind: forecast, pool: pickers, target: 20 %, at_most: 3", "at_most", "there are only 2 people"),
        (
            "kind: peak_squad, pool: pickers, extra: 2, from: 2022-11-16 09:00, until: 2022-11-16 10:00",
            "extra",
            "with this squad, 3 are on duty, but there are 2 people: 2022-11-16 09:00 to 2022-11-16 10:00",
        ),
    ],
)
def test_too_few_people_for_a_rule_are_reported_at_the_rule(rule: str, path: str, message: str) -> None:
    problem = the_problem(ruled(rule, text=duty(PICKERS, "pickers: {roster: 1, people: 2}")))
    assert problem.message.startswith(message)
    assert problem.path == ".".join(filter(None, ("policy.staffing.0", path)))


def test_those_who_may_be_called_stand_beside_a_squad_and_those_who_are_locked_in() -> None:
    squad = "kind: peak_squad, pool: pickers, extra: 3, from: 2022-11-16 09:30, until: 2022-11-16 10:30"
    text = duty(PICKERS, "pickers: {roster: 1, people: 5}")
    loads(ruled(squad, text=text))
    loads(ruled(BACKLOG, text=text))
    problem = the_problem(ruled(BACKLOG, squad, text=text))
    assert problem.path == "policy.staffing.0.at_most"
    assert "6 are on duty, but there are 5 people: 2022-11-16 09:30 to 2022-11-16 10:30" in problem.message
    locked = "locked_in: [{from: 2022-11-16 12:00, until: 2022-11-17}]"
    problem = the_problem(ruled(BACKLOG, text=duty(PICKERS, "pickers: {roster: 1, people: 5, locked_in: 2}", locked)))
    assert "3 are on duty, but there are 2 people while they are locked in" in problem.message


def test_the_least_of_a_forecast_is_work_that_the_people_must_be_allowed_to_do() -> None:
    text = duty(PICKERS, "pickers: {roster: 1, people: 2}", "hours_a_week: 5 h")
    forecast = "kind: forecast, pool: pickers, target: 20 %, at_most: 2, least: "
    loads(ruled(forecast + "1", text=text))
    problem = the_problem(ruled(forecast + "2", text=text))
    assert problem.path == "policy.staffing.0.least"
    assert problem.message.startswith("12 h of duty in 168 h, but 2 people in 5 h a week do at most 10 h")


def test_all_that_is_wrong_with_the_people_is_reported_at_once() -> None:
    text = ruled(BACKLOG, text=duty(PICKERS, "pickers: {roster: 4, people: 3}"))
    assert [problem.path for problem in problems(text)] == ["policy.staffing.0.at_most", "staff.pickers.roster"]


# Pace


def test_a_pace_counts_those_who_serve_or_the_lanes() -> None:
    text = spoilt("documents: {time: 10 min}", 'documents: {time: 10 min, pace: {by_open: {"1": 1.2, "4": 1}}}')
    text = spoilt(
        "sorting: {lanes: 1, time: 1 min}", 'sorting: {lanes: 1, time: 1 min, pace: {by_open: {"2": 2}}}', text
    )
    text = spoilt(
        "inspection: {lanes: 1, crew: 2, time: 20 min}\n  sealing",
        'inspection: {lanes: 1, crew: 2, time: 20 min, pace: {by_open: {"2": 2}}}\n  sealing',
        text,
    )
    stations = {station.name: station.pace for station in network(loads(text).scenario).stations}
    assert stations["documents"] == Pace(by_open={1: 1.2, 4: 1.0}, pool="document_officers")
    assert stations["sorting_line"] == Pace(by_open={2: 2}, pool="sorting_line_lanes")
    assert stations["inspection"] == Pace(by_open={2: 2}, pool="inspectors")
    assert stations["picking"] is None


def test_a_pace_by_a_number_that_is_none_is_reported_at_its_key() -> None:
    text = spoilt("documents: {time: 10 min}", 'documents: {time: 10 min, pace: {by_open: {"x": 1.2}}}')
    assert the_problem(text).message == "expected how many are on duty, a whole number such as `4`, not `x`"
    assert token(the_problem(text.replace('"x"', '"01"'))) == '"01"'


def test_a_pace_that_cannot_be_is_reported_at_its_number() -> None:
    text = spoilt("documents: {time: 10 min}", 'documents: {time: 10 min, pace: {by_open: {"1": 0.0001}}}')
    assert the_problem(text).message == "expected at least 0.001, not `0.0001`"
    assert token(the_problem(text)) == "0.0001"


def test_anyone_who_is_called_stays_no_longer_than_a_shift() -> None:
    rule = "kind: backlog, pool: clerks, call_at: 9, release_at: 1, at_most: 1, stay: 20 h"
    text = ruled(rule, text=duty(PICKERS, PICKERS, "longest_shift: 12 h"))
    problem = next(item for item in problems(text) if "stay longer" in item.message)
    assert problem.message == "people who are called stay longer than a shift of 12 h"
    assert token(problem) == "20 h"
