"""Settings: values that the command line puts in the place of those in the file."""

import pytest

from clearsim.network import Calendar
from clearsim.scenario import Origin, loads, render
from tests.scenarios import TINY, gate, problems, spoilt, the_problem, token


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


def test_a_setting_with_a_sign_adds_to_every_open_hour_of_a_roster() -> None:
    changes = ["staff.clerks.roster=+2", "staff.inspectors.roster=-1", "zone.inspection.crew=1"]
    scenario = loads(TINY, settings=changes).scenario
    assert scenario.staff.clerks is not None
    assert scenario.staff.clerks.roster == Calendar.daily({"09:00": 3, "10:00": 0, "10:30": 3})
    assert scenario.staff.inspectors is not None
    assert scenario.staff.inspectors.roster == Calendar.constant(1)


@pytest.mark.parametrize(
    ("setting", "message", "under", "hint"),
    [
        ("zone.gate.lanez=4", "`lanez` is not a field of `zone.gate`", "lanez", "did you mean `lanes`?"),
        ("zoned.gate=4", "`zoned` is not a field of a scenario", "zoned", "did you mean `zone`?"),
        ("zone.gate.lanes=four", "expected a whole number from 0 up", "four", ""),
        ("zone.gate.lanes.x=4", "`zone.gate.lanes` is a single value, `1`: there is nothing inside it", "x", ""),
        ("demand.flights.timetable.7.pallets=4", "`demand.flights.timetable` is a list whose items", "7", ""),
        ("zone.gate.lanes", "a setting is written `path=value`", "zone.gate.lanes", ""),
        ("zone..lanes=4", "a path is names with dots between them", "zone..lanes", ""),
        ("zone.gate.lanes=[4", "this `[` is not closed by `]`", "[", ""),
        ("zone.gate.lanes={value: 4, grade: E}", "a grade is one of A, B, C, derived, assumed", "E", ""),
        ("seed=", "there is no value after `=`", "", ""),
    ],
)
def test_a_wrong_setting_is_reported_in_the_setting(setting: str, message: str, under: str, hint: str) -> None:
    problem = the_problem(TINY, setting)
    assert problem.message.startswith(message)
    assert (token(problem), problem.hint) == (under, hint or problem.hint)
    assert problem.file == f"--set {setting}"
    assert render(problem).splitlines()[1].startswith(f"  --> --set {setting}")


def test_mistakes_in_settings_come_after_those_of_the_file() -> None:
    found = problems(spoilt("linked: false", "linked: no"), "seed=x", "title=7")
    assert [problem.path for problem in found] == ["policy.linked", "seed", "title"]
