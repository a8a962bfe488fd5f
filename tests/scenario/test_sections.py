"""What the sections of a scenario say of one another, and what does not fit."""

from itertools import pairwise

import pytest

from clearsim.scenario import loads
from tests.scenarios import TINY, problems, spoilt, the_problem, token

WAVE = "{name: w, from: 2022-11-16 10:00, until: 2022-11-16 12:00, peak: 3"
TRUTH = "risk.non_compliance={enterprise: {ordinary: 5 %}}"


@pytest.mark.parametrize(
    ("setting", "path", "message", "under"),
    [
        (
            "policy.fast_channel={kind: shared, overflow: true}",
            "policy.fast_channel.overflow",
            "`overflow` belongs to the kind `dedicated`, not to `shared`",
            "true",
        ),
        (
            "policy.fast_channel={kind: priority, reserved: 2}",
            "policy.fast_channel.reserved",
            "the two teams have at most 2 officers together: nobody is left",
            "2",
        ),
        (
            "policy.fast_channel=[a]",
            "policy.fast_channel",
            "expected `dedicated`, `shared`, `priority` or `{kind: priority,",
            "fast_channel",
        ),
        (
            "demand.export_trucks.containers={20ft: {share: 60 %, slots: 1}, 40ft: {share: 30 %, slots: 2}}",
            "demand.export_trucks.containers",
            "the shares of the containers add up to 90 %, not to 100 %",
            "containers",
        ),
        (
            "demand.export_trucks.containers={long: {share: 100 %, slots: 5000}}",
            "demand.export_trucks.containers.long.slots",
            "a container of 5000 slots could never leave: a",
            "5000",
        ),
        (
            "policy.pre_report={lead: 1 h}",
            "policy.pre_report",
            "`pre_report` needs a `share`, or shares `by_size`",
            "pre_report",
        ),
        (
            "policy.pre_report={lead: 1 h, share: 5 %, by_size: {all: {share: 100 %, pre_report: 5 %}}}",
            "policy.pre_report.share",
            "adoption is given by size: leave out `share`",
            "5 %",
        ),
        (
            "policy.pre_report={lead: 1 h, by_size: {all: {share: 90 %, pre_report: 5 %}}}",
            "policy.pre_report.by_size",
            "the shares of the sizes add up to 90 %, not to 100 %",
            "by_size",
        ),
        (
            "policy.pre_report={lead: 1 h, share: 5 %, by_enterprise: {AEO: 9 %}}",
            "policy.pre_report.by_enterprise.AEO",
            "`AEO` is not a class of `risk.enterprise`",
            "AEO",
        ),
        (
            "airport.fast_eligible={by_family: {goods 商品: 40 %, tea: 5 %}}",
            "airport.fast_eligible.by_family.tea",
            "`tea` is not a family of `warehouse.families`",
            "tea",
        ),
        (
            "airport.fast_eligible={by_shipper: {all: {share: 90 %, eligible: 5 %}}}",
            "airport.fast_eligible.by_shipper",
            "the shares of the shippers add up to 90 %",
            "by_shipper",
        ),
        ("airport.fast_eligible=50", "airport.fast_eligible", "expected a share with its unit", "50"),
        (
            "airport.fast_eligible={by_family: {goods 商品: 5 %}, by_shipper: {all: {share: 100 %, eligible: 5 %}}}",
            "airport.fast_eligible",
            "eligibility needs either `by_family` or `by_shipper`",
            "fast_eligible",
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
            "risk.machine",
            "`machine` needs the section `non_compliance`, which is missing",
            "machine",
        ),
        (
            "risk.non_compliance={enterprise: {ordinary: 5 %}, industry: {toys: 2}}",
            "risk.non_compliance.industry.toys",
            "`toys` is not a class of `risk.industry`",
            "toys",
        ),
        ("risk.budget=2.5", "risk.budget", "expected a whole number, not `2.5`", "2.5"),
        (
            f"demand.orders.surges=[{WAVE}, families: [tea]}}]",
            "demand.orders.surges.0.families.0",
            "`tea` is not a family of `warehouse.families`",
            "tea",
        ),
        (
            f"demand.orders.surges=[{WAVE}, spikes: [{{at: '11:00', length: 25 h, peak: 2}}]}}]",
            "demand.orders.surges.0.spikes.0.length",
            "a spike lasts longer than 0 and up to 24 h",
            "25 h",
        ),
        (
            f"demand.orders.surges=[{WAVE}, spikes: [{{at: '02:00', length: 5 min, peak: 2}}]}}]",
            "demand.orders.surges.0.spikes.0.at",
            "this clock time is on no day of the surge",
            "'02:00'",
        ),
        (
            f"demand.orders.surges=[{WAVE}, ramp: 9 d}}]",
            "demand.orders.surges.0.ramp",
            "ramp and decay must fit between the surge's beginning and",
            "9 d",
        ),
        (
            f"demand.errands.surges=[{WAVE}, families: [tea]}}]",
            "demand.errands.surges.0.families",
            "`families` is not a field of `demand.errands.surges.0`",
            "families",
        ),
    ],
)
def test_what_does_not_fit_another_section_is_reported_where_it_is(
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
    assert problem.message.endswith(f"the interval must divide 24 h; the nearest that do are {near}")
    assert problem.path == "airport.truck.every"


@pytest.mark.parametrize("every", ["1 min", "100 s", "90 s", "22.5 min", "6 h", "24 h"])
def test_departures_at_an_interval_that_divides_a_day_go_on_over_midnight(every: str) -> None:
    airport = loads(TINY, settings=[f"airport.truck={{every: {every}, slots: 1}}"]).scenario.airport
    assert airport is not None
    clocks = (*airport.truck.clocks, 24 * 60)
    assert {round(later - sooner, 6) for sooner, later in pairwise(clocks)} == {round(airport.truck.every or 0, 6)}


@pytest.mark.parametrize(
    ("site", "pool", "settings"),
    [
        ("zone", "inspectors", ("zone.inspection.crew=3",)),
        ("rail", "rail_inspectors", ("rail.inspection.crew=3",)),
        ("airport", "airport_inspectors", ("airport.inspection.crew=3", "staff.airport_inspectors.roster=2")),
        ("zone", "inspectors", ("staff.inspectors.roster={'00:00': 2, '08:00': 0}", "zone.inspection.crew=3")),
    ],
)
def test_a_crew_that_can_never_be_formed_is_reported_at_the_crew(
    site: str, pool: str, settings: tuple[str, ...]
) -> None:
    problem = the_problem(TINY, *settings)
    assert problem.message == f"a crew of 3 can never be formed: `staff.{pool}` has at most 2"
    assert (problem.path, token(problem)) == (f"{site}.inspection.crew", "3")


def test_a_crew_that_is_formed_at_some_hour_is_enough() -> None:
    loads(TINY, settings=["zone.inspection.crew=3", "staff.inspectors.roster={'00:00': 0, '08:00': 3}"])
