"""Disruptions and named policies as a planner writes them: what is refused, where, and in which words."""

import pytest

from clearsim.experiment import run
from clearsim.scenario import load, loads
from clearsim.scenario.disruptions import DESKS, PLACES, UNITS, Absence
from clearsim.scenario.staff import Staff
from tests.paths import SHIPPED
from tests.scenarios import TINY, problems, the_problem, token, with_disruptions, with_policies

# What is accepted


@pytest.mark.parametrize(
    "item",
    [
        "kind: absence, staff: all, share: 40 %, …",
        "kind: absence, staff: clerks, share: 100 %, …",
        "kind: absence, staff: [inspectors, pickers], share: {value: 40 %, grade: assumed}, …",
        "kind: closed, place: zone.inspection, …",
        "kind: closed, place: zone.yard, lanes: 2, …",
        "kind: closed_road, road: zone_to_rail, name: {zh: 封路, en: snow}, …",
        "kind: slow_road, road: airport_to_zone, times: 1.5, …",
        "kind: cancelled, service: trains, …",
        "kind: cancelled, service: flights, …",
        "kind: late_flights, by: 12 h, …",
        "kind: late_departures, service: trains, by: 2 h, …",
        "kind: late_departures, service: couriers, by: {uniform: [10 min, 1 h]}, cut_off: stays, …",
        "kind: outage, …",
    ],
)
def test_every_kind_loads_and_reads_back_from_its_resolved_form(item: str) -> None:
    loaded = loads(with_disruptions(item))
    assert len(loaded.scenario.disruptions) == 1
    assert loads(loaded.resolved_yaml()).scenario == loaded.scenario


@pytest.mark.parametrize(
    "item",
    [
        "kind: outage",
        "kind: absence, staff: all, share: 40 %",
        "kind: slow_road, road: zone_to_rail, times: 2",
        "kind: cancelled, service: flights",
        "kind: late_flights, by: 1 h",
        "kind: late_departures, service: trains, by: 30 min",
    ],
)
def test_a_disruption_may_last_for_centuries_and_is_what_it_would_be_for_the_run(item: str) -> None:
    day = "from: 2022-11-16 00:00, until: 2022-11-17 00:00"
    ages, of_day = (
        run(loads(with_disruptions(f"{item}, {when}")).scenario)
        for when in ("from: 1900-01-01, until: 2199-12-31", day)
    )
    assert ages.trace.stamp.tolist() == of_day.trace.stamp.tolist()


def test_disruptions_of_one_kind_may_follow_each_other_or_concern_different_things() -> None:
    loads(
        with_disruptions(
            "kind: closed, place: zone.gate, from: 2022-11-16 09:30, until: 2022-11-16 10:00",
            "kind: closed, place: zone.gate, from: 2022-11-16 10:00, until: 2022-11-16 10:30",
            "kind: closed, place: rail.gate, …",
            "kind: absence, staff: clerks, share: 10 %, …",
            "kind: absence, staff: pickers, share: 20 %, …",
        )
    )


def test_anyone_who_serves_at_lanes_or_at_a_desk_can_be_disrupted_by_name() -> None:
    assert {"zone.inspection", "rail.yard", "airport.ramp", "warehouse.sorting"} <= set(PLACES)
    assert {"zone.documents", "counter.counter", "warehouse.picking"} <= set(DESKS)
    assert set(UNITS) == {"all", *Staff.model_fields}


# What is refused


@pytest.mark.parametrize(
    ("item", "message", "under", "hint"),
    [
        ("kind: absense, …", "expected `absence`, `closed`", "absense", "did you mean `absence`?"),
        ("…", "`kind` is missing in `disruptions.0`", "", "`kind`: What happens."),
        (
            "kind: absence, staff: inspectrs, share: 1 %, …",
            "expected `all`,",
            "inspectrs",
            "did you mean `inspectors`?",
        ),
        ("kind: absence, staff: [], share: 1 %, …", "name at least one unit of `staff`, or `all`", "staff", ""),
        ("kind: absence, staff: all, share: 140 %, …", "a share lies between 0 % and 100 %", "140 %", ""),
        ("kind: absence, staff: all, …", "`share` is missing in `disruptions.0`", "", "`share`: Share of each roster"),
        (
            "kind: outage, lanes: 3, …",
            "`lanes` is not a field of `disruptions.0`",
            "lanes",
            "the fields here are `kind`, `name`, `from` and `until`",
        ),
        (
            "kind: closed, place: zone.inspecton, …",
            "expected `zone.gate`,",
            "zone.inspecton",
            "did you mean `zone.inspection`?",
        ),
        ("kind: closed, place: counter.counter, …", "`counter.counter` has no lanes to close;", "counter.counter", ""),
        ("kind: closed, place: zone.gate, lanes: 2, …", "2 cannot be closed: `zone.gate` has at most 1", "2", ""),
        ("kind: closed, place: zone.gate, lanes: 0, …", "expected at least 1, not `0`", "0", ""),
        ("kind: closed_road, road: zone, …", "expected `zone_to_rail` or `airport_to_zone`, not `zone`", "zone", ""),
        ("kind: slow_road, road: zone_to_rail, times: 1, …", "expected more than 1, not `1`", "1", ""),
        ("kind: cancelled, service: train, …", "expected `trains`,", "train", "did you mean `trains`?"),
        ("kind: late_departures, service: train, by: 2 h, …", "expected `trains`,", "train", "did you mean `trains`?"),
        (
            "kind: late_departures, service: flights, by: 2 h, …",
            "flights do not depart from the port; write `kind: late_flights`",
            "flights",
            "",
        ),
        ("kind: late_departures, service: trains, …", "`by` is missing in `disruptions.0`", "", "`by`: How much later"),
        ("kind: late_departures, service: trains, by: -2 h, …", "a duration cannot be negative: `-2 h`", "-2 h", ""),
        (
            "kind: late_departures, service: trains, by: {uniform: [2 h, 1 h]}, …",
            "`uniform`: expected low ≤ high",
            "uniform",
            "",
        ),
        (
            "kind: late_departures, service: trains, by: 2 h, cut_off: 1 h, …",
            "expected `moves` or `stays`, not `1 h`",
            "1 h",
            "",
        ),
        (
            "kind: outage, from: 2022-11-16 10:00, until: 2022-11-16 10:00",
            "a disruption must end after it begins",
            "2022-11-16 10:00",
            "",
        ),
        (
            "kind: outage, from: 2022-11-16 07:00, until: 2022-11-16 09:00",
            "this is over before the run begins at 2022-11-16 09:00",
            "2022-11-16 09:00",
            "",
        ),
    ],
)
def test_a_mistake_in_a_disruption_is_reported_where_it_is(item: str, message: str, under: str, hint: str) -> None:
    problem = the_problem(with_disruptions(item))
    assert problem.message.startswith(message)
    assert problem.hint.startswith(hint)
    assert problem.path.startswith("disruptions")
    assert token(problem) == under or not under


@pytest.mark.parametrize(
    ("first", "second", "message", "under"),
    [
        (
            "kind: closed, place: zone.gate, …",
            "kind: closed, place: zone.gate, lanes: 1, …",
            "`closed` of `zone.gate` is already in `disruptions.0`, until 2022-11-16 10:30; the two may",
            "zone.gate",
        ),
        (
            "kind: absence, staff: all, share: 1 %, …",
            "kind: absence, staff: [inspectors, clerks], share: 1 %, …",
            "`absence` of `inspectors` is already in `disruptions.0`",
            "inspectors",
        ),
        ("kind: outage, …", "kind: outage, …", "`outage` is already in `disruptions.0`", "2022-11-16 09:30"),
        (
            "kind: cancelled, service: flights, …",
            "kind: cancelled, service: flights, from: 2022-11-16 10:29, until: 2022-11-16 11:00",
            "`cancelled` of `flights` is already",
            "flights",
        ),
        (
            "kind: late_departures, service: trains, by: 2 h, …",
            "kind: late_departures, service: trains, by: 1 h, cut_off: stays, …",
            "`late_departures` of `trains` is already",
            "trains",
        ),
    ],
)
def test_two_of_a_kind_may_not_overlap_on_the_same_target(first: str, second: str, message: str, under: str) -> None:
    problem = the_problem(with_disruptions(first, second))
    assert problem.message.startswith(message)
    assert (token(problem), problem.path.split(".")[1]) == (under, "1")


def test_all_mistakes_of_all_disruptions_are_reported_at_once() -> None:
    found = problems(with_disruptions("kind: absence, staff: [x, y], z: 1, …", "kind: closed, place: zone, …"))
    assert [problem.path for problem in found] == [
        "disruptions.0",
        "disruptions.0.staff.0",
        "disruptions.0.staff.1",
        "disruptions.0.z",
        "disruptions.1.place",
    ]


def test_units_and_services_that_the_scenario_does_not_have_are_reported() -> None:
    text = with_disruptions(
        "kind: absence, staff: clerks, share: 10 %, …",
        "kind: cancelled, service: couriers, …",
        "kind: late_departures, service: couriers, by: 5 min, …",
    )
    gone = ["demand.errands=null", "staff.clerks=null", "demand.orders=null", "demand.flights=null", "warehouse=null"]
    assert [problem.message for problem in problems(text, *gone)] == [
        "nobody can be absent there: the scenario has no `staff.clerks`",
        "there is no `couriers`: the scenario has no `warehouse`",
        "there is no `couriers`: the scenario has no `warehouse`",
    ]
    loads(text, settings=["demand.errands=null", "demand.orders=null"])  # flows may always be left away


def test_half_of_a_team_that_the_fast_channel_has_made_one_cannot_be_absent() -> None:
    text = with_disruptions("kind: absence, staff: fast_officers, share: 10 %, …")
    loads(text)
    problem = the_problem(text, "policy.fast_channel=shared")
    assert problem.message.startswith("`fast_officers` and `airport_officers` are one team")
    loads(text, settings=["policy.fast_channel=shared", "disruptions.0.staff=[airport_officers, fast_officers]"])


def test_a_setting_reaches_into_a_disruption() -> None:
    text = with_disruptions("kind: absence, staff: all, share: 10 %, …")
    (item,) = loads(text, settings=["disruptions.0.share=30 %"]).scenario.disruptions
    assert isinstance(item, Absence)
    assert item.share == 0.3


# Named policies


def test_a_policy_is_the_whole_scenario_after_its_changes_and_may_have_a_title() -> None:
    loaded = loads(
        with_policies(
            "linked: {title: {zh: 联动, en: Linked}, policy.linked: true}",
            "crew: {staff.clerks.roster: +1, demand.flights.timetable.0.pallets: 9}",
        )
    )
    assert list(loaded.variants) == ["linked", "crew"]
    linked, crew = loaded.variants.values()
    assert (linked.policy.linked, linked.title.en) == (True, "Linked")
    assert crew.demand.flights is not None
    assert [flight.pallets for flight in crew.demand.flights.timetable] == [9, 1]
    assert crew.title == loaded.scenario.title
    assert not any(variant.compare for variant in loaded.variants.values())
    again = loads(loaded.resolved_yaml())
    assert (again.scenario, again.variants) == (loaded.scenario, loaded.variants)


def test_a_policy_may_be_a_world_without_a_disruption() -> None:
    text = with_disruptions("kind: outage, …") + with_policies("calm: {disruptions: []}")[len(TINY) :]
    loaded = loads(text)
    assert loaded.variants["calm"].disruptions == ()
    assert loaded.scenario.disruptions


@pytest.mark.parametrize(
    ("policy", "message", "under"),
    [
        ("same: {policy.linked: false}", "the policy `same` changes nothing", "same"),
        ("same: {demand.orders.day_cv: 0}", "the policy `same` changes nothing", "same"),
        ("empty: {}", "the policy `empty` changes nothing", "empty"),
        ("base: {policy.linked: false}", "a policy needs another name: `base` means the scenario itself", "base"),
        ("all: {policy.linked: false}", "a policy needs another name: `all` means all of them", "all"),
        ("named: {title: Other}", "the policy `named` changes nothing", "named"),
        ('"": {policy.linked: true}', "a policy needs a name", '""'),
        ("a: {polic.linked: true}", "`polic` is not a field of a scenario", "polic.linked"),
        ("a: {policy..linked: true}", "a path is names with dots between them", "policy..linked"),
        ("a: {policy.linked: yes}", "expected `true` or `false`, not `yes`", "yes"),
        ("a: {zone.gate.lanes: {value: x, grade: assumed}}", "expected a whole number from 0 up", "x"),
        ("a: {compare.b: {}}", "a policy cannot change the policies beside it", "compare.b"),
        (
            "a: {seed: 8}",
            "policies are compared in the same run with the same random numbers: they cannot change its",
            "seed",
        ),
        ("a: {duration: 1 h}", "policies are compared in the same run", "duration"),
        ("a: {warm_up: 1 h}", "policies are compared in the same run", "warm_up"),
        ("a: {demand.flights.timetable.7.pallets: 1}", "`demand.flights.timetable` is a list whose items", None),
        ("a: [1]", "expected a section of named entries, not a list", "a"),
    ],
)
def test_a_mistake_in_a_policy_is_reported_where_it_is(policy: str, message: str, under: str | None) -> None:
    problem = the_problem(with_policies(policy))
    assert problem.message.startswith(message)
    assert under is None or token(problem) == under


def test_what_a_policy_makes_impossible_elsewhere_is_reported_at_its_name() -> None:
    problem = the_problem(with_policies("few: {staff.inspectors.roster: 1}"))
    assert problem.message.startswith("with this policy, `zone.inspection.crew`: a crew of 2 can never be formed")
    assert token(problem) == "few"


@pytest.mark.parametrize(
    ("policy", "setting"),
    [
        ("linked: {policy.linked: true}", "policy.linked=true"),
        ("late: {demand.flights.timetable.0.pallets: 9}", "demand.flights=null"),
        ("clerks: {policy.staffing: [{kind: forecast, pool: clerks, target: 20 %}]}", "demand.errands=null"),
    ],
)
def test_where_a_setting_and_a_policy_do_not_go_together_the_hint_says_what_to_do(policy: str, setting: str) -> None:
    text = with_policies(policy)
    loads(text)
    for problem in problems(text, setting):
        assert problem.hint == '`--set "compare={}"` leaves out the policies'
    assert not loads(text, settings=[setting, "compare={}"]).variants


def test_two_policies_of_one_name_are_refused() -> None:
    problem = the_problem(with_policies("a: {policy.linked: true}", "a: {zone.gate.lanes: 2}"))
    assert problem.code == "duplicate key"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_policies_of_a_shipped_scenario_are_all_there(path: object) -> None:
    loaded = load(str(path))
    assert loaded.variants.keys() == loaded.scenario.compare.keys()
