"""Each measure of the Chongqing report (S1 to S13): its lever in a shipped scenario, turned on the same luck.

The scenarios are cut down: to some of their flows, to some days, or to a tenth of the orders, of those who handle them
and of what they find on the shelf.
"""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from clearsim.experiment import run
from clearsim.measures import measure
from clearsim.scenario import Scenario, load
from clearsim.trace import Trace
from tests.paths import SCENARIOS

FLOWS = ("orders", "export_trucks", "flights", "errands")
TRUCK, SHIPMENT, ORDER, ERRAND = "export_truck", "air_shipment", "order", "errand"

FloatArray = npt.NDArray[np.float64]
Kpis = dict[tuple[str, str, str], FloatArray]
"""By KPI, flow and station: one value a replication."""


class Port:
    """A shipped scenario after `settings`, with some of its flows, whose levers are turned on the same luck."""

    def __init__(self, name: str, *settings: str, flows: str, replications: int = 10) -> None:
        gone = [f"demand.{flow}=null" for flow in FLOWS if flow not in flows.split()]
        self.path, self.settings, self.replications = SCENARIOS / f"{name}.yaml", [*gone, *settings], replications

    def __call__(self, *lever: str) -> Kpis:
        """Its KPIs with `lever`, which are further settings."""
        return self._kpis(load(self.path, [*self.settings, "compare={}", *lever]).scenario)

    def policy(self, name: str) -> Kpis:
        """Its KPIs with one of the policies that the scenario compares."""
        return self._kpis(load(self.path, self.settings).variants[name])

    def _kpis(self, scenario: Scenario) -> Kpis:
        values: dict[tuple[str, str, str], list[float]] = defaultdict(list)

        def each(_: int, trace: Trace) -> None:
            for row in measure(trace, scenario.wait_limit):
                values[row.kpi, row.flow, row.station].append(row.value)

        run(scenario, replications=self.replications, each=each)
        return {key: np.array(replicated) for key, replicated in values.items()}


def is_above_noise(differences: FloatArray) -> bool:
    """Whether the mean of paired differences is more than three of its standard errors above 0."""
    return bool(differences.mean() > 3 * differences.std(ddof=1) / np.sqrt(len(differences)))


def rises(off: Kpis, on: Kpis, kpi: str, flow: str = "", station: str = "") -> bool:
    return is_above_noise(on[kpi, flow, station] - off[kpi, flow, station])


def falls(off: Kpis, on: Kpis, kpi: str, flow: str = "", station: str = "") -> bool:
    return rises(on, off, kpi, flow, station)


def stays(off: Kpis, on: Kpis, kpi: str, flow: str = "", station: str = "") -> bool:
    return off[kpi, flow, station].tolist() == on[kpi, flow, station].tolist()


# S1 聯動監管: offices upstream and downstream act as one chain


def test_s1_linking_the_offices_brings_more_trucks_to_their_train_and_sooner() -> None:
    """25 weeks: one truck in twenty-five is inspected again, and not all of these miss their train."""
    days = Port("ordinary-day", "duration=7 d", flows="export_trucks", replications=25)
    apart, linked = days("policy.linked=false"), days("policy.linked=true")
    assert falls(apart, linked, "dwell_mean", TRUCK, "departed")
    assert falls(apart, linked, "roll_over_mean", TRUCK, "train")
    assert rises(apart, linked, "on_booked", TRUCK, "train")


# S2 Exports board the train on schedule: timetable, slots and cut-off


def test_s2_a_later_cut_off_brings_exports_onto_earlier_trains() -> None:
    """Bookings follow the cut-off: the share on the booked train says nothing here, the time until departure does."""
    day = Port("ordinary-day", flows="export_trucks", replications=20)
    day_before, half_a_day_before = day("rail.train.cut_off=24 h"), day("rail.train.cut_off=12 h")
    assert falls(day_before, half_a_day_before, "dwell_mean", TRUCK, "departed")


def test_s2_more_slots_bring_more_trucks_onto_the_booked_train() -> None:
    month = Port("export-growth", flows="export_trucks", replications=5)
    two, twenty = month.policy("x100"), month.policy("x100 with more slots")
    assert rises(two, twenty, "on_booked", TRUCK, "train")
    assert falls(two, twenty, "roll_over_mean", TRUCK, "train")
    assert falls(two, twenty, "dwell_mean", TRUCK, "departed")


# S3 Risk lists along three axes: 行業、企業、商品

TRUTH = (
    "risk.non_compliance={enterprise: {AEO advanced: 0.3 %, AEO general: 1 %, ordinary: 2 %, discredited: 50 %}, "
    "industry: {listed: 2}, commodity: {listed: 3}}"
)
"""Nobody published it; it is as uneven as the control rates."""
BUSY = ("demand.export_trucks.per_day=400", "staff.document_officers.roster=20", "zone.yard.bays=200")
"""Enough trucks that a budget is always spent, and enough people and room for them."""
FLAT = (
    *(f"risk.enterprise.{name}.rate=3.9 %" for name in ("AEO advanced", "AEO general", "ordinary", "discredited")),
    *(f"risk.{axis}.listed.factor=1" for axis in ("industry", "commodity")),
)
"""One control rate for all: the mean of the lists'."""


def test_s3_as_many_inspections_find_more_by_lists_than_by_one_rate_for_all() -> None:
    """Many days, because what is found is rare."""
    spent = ("risk.budget=2", "risk.by_machine=0 %")
    day = Port("ordinary-day", TRUTH, *BUSY, *spent, flows="export_trucks", replications=30)
    flat, listed = day(*FLAT), day()
    assert stays(flat, listed, "visits", TRUCK, "inspection")
    assert rises(flat, listed, "hits", TRUCK)
    assert falls(flat, listed, "missed", TRUCK)


# S4 一次查驗、一次放行: one inspection, one release over the whole chain


def test_s4_one_inspection_for_the_whole_chain_frees_the_rail_ports_officers_and_the_drivers() -> None:
    day = Port("ordinary-day", flows="export_trucks", replications=20)
    twice, once = day("policy.linked=false"), day("policy.linked=true")
    for place in ("rail_gate", "rail_inspection"):
        assert falls(twice, once, "visits", TRUCK, place)
        assert once["visits", TRUCK, place].sum() == 0
    assert falls(twice, once, "utilisation", "", "rail_inspectors")
    assert falls(twice, once, "dwell_mean", TRUCK, "driver_free")
    assert stays(twice, once, "dwell_mean", TRUCK, "released")


# S5 Exports of USD 534 000 in two months, and their growth


@pytest.mark.slow
def test_s5_as_exports_grow_the_train_fills_first_and_the_document_officer_next() -> None:
    """Seven volumes, a month each."""
    month = Port("export-growth", flows="export_trucks", replications=8)
    volumes = [month(), *(month.policy(f"x{times}") for times in (2, 5, 10, 20, 50, 100))]
    for less, more in pairwise(volumes[2:]):  # of once and twice as much there is a truck in one or two days
        assert rises(less, more, "roll_over_mean", TRUCK, "train")
        assert rises(less, more, "wait_mean", "", "documents")
    for less, more in pairwise(volumes[4:]):
        assert rises(less, more, "driver_wait_mean", TRUCK)
    full = volumes[4]  # twenty times as much
    assert full["on_booked", TRUCK, "train"].mean() < 50
    assert full["wait_mean", "", "documents"].mean() < 10
    assert volumes[-1]["wait_mean", TRUCK, "zone_gate"].mean() < 0.1  # the gate is not the bottleneck


@pytest.mark.slow
def test_s5_report_before_arrival_or_more_officers_carry_a_hundredfold() -> None:
    month = Port("export-growth", flows="export_trucks", replications=8)
    slots, reported, officers = (
        month.policy(f"x100 {more}") for more in ("with more slots", "all pre-reported", "with officers")
    )
    assert falls(slots, reported, "driver_wait_mean", TRUCK)
    assert falls(slots, officers, "driver_wait_mean", TRUCK)


# S6 27.439 million bonded orders in eleven months

TENTH = (
    "staff.order_reviewers.roster=1",
    "staff.pickers.roster={'00:00': 6, '08:00': 10, '16:00': 12}",
    "staff.parcel_inspectors.roster=1",
    "warehouse.sorting.lanes=6",
    "warehouse.courier.slots=300",
)
SEASON = ("demand.orders.per_day=7831", *TENTH)


def test_s6_fewer_lanes_let_the_line_before_sorting_grow() -> None:
    november = Port("season", *SEASON, "start=2022-11-21 00:00", "duration=3 d", flows="orders", replications=8)
    five, six = november("warehouse.sorting.lanes=5"), november("warehouse.sorting.lanes=6")
    assert falls(five, six, "wait_mean", ORDER, "sorting_line")
    assert falls(five, six, "line_peak", ORDER, "sorting_line")
    assert falls(five, six, "dwell_mean", ORDER, "left")


def test_s6_one_roster_all_season_does_not_carry_the_wave() -> None:
    peak = Port("season", *SEASON, "start=2022-11-11 00:00", "duration=1 d", flows="orders", replications=4)
    calm, wave = peak("demand.orders.surges=[]"), peak()
    for place in ("match_review", "picking"):
        assert rises(calm, wave, "line_peak", ORDER, place)
    assert rises(calm, wave, "dwell_mean", ORDER, "released")


def test_s6_in_the_wave_more_pickers_only_move_the_line_to_the_sorting_lanes() -> None:
    peak = Port("season", *SEASON, "start=2022-11-11 00:00", "duration=1 d", flows="orders", replications=4)
    roster = peak()
    pickers = peak("staff.pickers.roster=60")
    lanes_too = peak("staff.pickers.roster=60", "warehouse.sorting.lanes=30")
    assert falls(roster, pickers, "wait_mean", ORDER, "picking")
    assert rises(roster, pickers, "wait_mean", ORDER, "sorting_line")
    assert falls(pickers, lanes_too, "wait_mean", ORDER, "sorting_line")
    assert falls(pickers, lanes_too, "dwell_mean", ORDER, "released")


# S7 快處快放: the fast channel, and staffing that follows the work


def test_s7_what_the_fast_channel_gains_by_going_first_the_others_wait() -> None:
    day = Port("ordinary-day", "duration=2 d", flows="flights", replications=20)
    shared, first, reserved = (
        day(f"policy.fast_channel={kind}") for kind in ("shared", "priority", "{kind: priority, reserved: 1}")
    )
    for off, on in pairwise([shared, first, reserved]):
        assert falls(off, on, "wait_mean", SHIPMENT, "fast_channel")
        assert rises(off, on, "wait_mean", SHIPMENT, "ordinary_channel")


def test_s7_one_team_serves_all_sooner_than_two_teams_apart() -> None:
    """A dedicated team of one is no fast channel: it waits for no others, and nobody helps it."""
    day = Port("ordinary-day", "duration=2 d", flows="flights", replications=20)
    dedicated, shared = day("policy.fast_channel=dedicated"), day("policy.fast_channel=shared")
    for group in ("fast", "not fast"):
        assert falls(dedicated, shared, "dwell_mean", f"{SHIPMENT}/{group}", "released")


@pytest.mark.slow
@pytest.mark.parametrize(
    "rule",
    [
        "{kind: peak_squad, extra: 3, from: 2022-10-31 00:00, until: 2022-11-03 00:00, "
        "hours: {from: '09:00', until: '16:30'}, pool: document_officers}",  # and who stays late then
        "{kind: backlog, call_at: 6, release_at: 0, at_most: 3, lead: 30 min, stay: 2 h, pool: document_officers}",
        "{kind: forecast, target: 70 %, least: 1, pool: document_officers}",
    ],
    ids=["peak squad", "backlog", "forecast"],
)
def test_s7_no_more_hours_of_officers_who_come_with_the_work_shorten_the_wait(rule: str) -> None:
    """Two around the clock, or one and whom the rule calls."""
    trucks = ("demand.export_trucks={per_day: 90, hours: working_day}", "policy.pre_report.share=0 %")
    festival = Port("double11", "duration=3 d", *trucks, flows="export_trucks", replications=20)
    two = festival("staff.document_officers.roster=2")
    called = festival("staff.document_officers.roster=1", f"policy.staffing=[{rule}]")
    assert not rises(two, called, "duty_hours", "", "document_officers")
    assert falls(two, called, "wait_mean", TRUCK, "documents")
    assert falls(two, called, "driver_wait_mean", TRUCK)


def test_s7_officers_who_follow_the_work_from_team_to_team_clear_the_same_shipments_sooner() -> None:
    teams = ("fast_officers", "airport_officers")
    festival = Port("double11", "duration=3 d", flows="flights", replications=20)
    apart = festival()
    following = festival(
        f"policy.staffing=[{{kind: proportional, pools: [{', '.join(teams)}], every: 15 min, keep: {{{teams[0]}: 1}}}}]"
    )
    assert falls(apart, following, "dwell_mean", SHIPMENT, "released")
    hours = [sum(kpis["duty_hours", "", team] for team in teams) for kpis in (apart, following)]
    np.testing.assert_allclose(*hours, rtol=0.002)  # officers who move leave a case that is finished behind them


# S8 No goods stranded at the port, no stock-outs of best sellers


def late_flights(hours: int) -> str:
    """The flights of two days land so much later."""
    two_days = "from: 2022-11-16 00:00, until: 2022-11-18 00:00"
    return f"disruptions=[{{kind: late_flights, by: {hours} h, {two_days}}}]"


@pytest.mark.slow
def test_s8_flights_half_a_day_late_empty_the_shelf_and_more_than_a_day_late_lose_sales() -> None:
    """Three days of orders, five times."""
    zone = Port(
        "ordinary-day",
        "duration=3 d",
        "demand.orders.per_day=8215",
        *TENTH,
        "warehouse.families.cosmetics 美妝.opening=5000",
        "warehouse.families.mother and baby 母嬰.opening=3400",
        "warehouse.families.health 保健.opening=2800",
        "warehouse.units_per_pallet=90",
        "warehouse.out_of_stock={lost_after: 2 h}",
        flows="orders flights",
        replications=8,
    )
    best_seller = ("", "bonded_stock/cosmetics 美妝")
    punctual, half_a_day, a_day, day_and_half, two_days = zone(), *(zone(late_flights(h)) for h in (12, 24, 36, 48))
    for sooner, later in pairwise([punctual, half_a_day, a_day]):
        assert falls(sooner, later, "stock_lowest", *best_seller)
    for sooner, later in pairwise([a_day, day_and_half, two_days]):
        assert rises(sooner, later, "lost", ORDER)
        assert rises(sooner, later, "stock_lost", *best_seller)
    assert punctual["lost", ORDER, ""].sum() == half_a_day["lost", ORDER, ""].sum() == 0


# S9 溯源全覆蓋: traceability for all imports


def test_s9_labels_on_all_goods_cost_time_until_the_shelf() -> None:
    day = Port("ordinary-day", flows="flights")
    half, full = day("warehouse.labelling.share=50 %"), day("warehouse.labelling.share=100 %")
    assert rises(half, full, "visits", SHIPMENT, "labelling")
    assert rises(half, full, "dwell_mean", SHIPMENT, "on_shelf")
    assert stays(half, full, "dwell_mean", SHIPMENT, "out_of_terminal")


# S10 優化查驗布控比例: better-aimed inspection control


@pytest.mark.slow
def test_s10_better_aimed_control_finds_more_by_fewer_inspections() -> None:
    """Many days, because what is found is rare."""
    machine = "risk.machine={detects: 80 %, false_alarm: 2 %}"
    day = Port("ordinary-day", TRUTH, machine, *BUSY, flows="export_trucks", replications=30)
    flat, aimed = day(*FLAT), day("risk.budget=6")
    assert falls(flat, aimed, "controlled_share", TRUCK)
    assert falls(flat, aimed, "visits", TRUCK, "machine_scan")
    assert rises(flat, aimed, "hits", TRUCK)
    assert rises(flat, aimed, "hits_per_officer_hour", TRUCK)
    assert rises(flat, aimed, "hits_per_driver_hour", TRUCK)


# S11 在線辦、郵寄辦: errands online and by mail instead of at the counter


def test_s11_errands_online_save_the_trips_and_cost_no_late_fees() -> None:
    week = Port("ordinary-day", "duration=7 d", flows="errands", replications=20)
    counter, online = week("demand.errands.counter=40 %"), week("demand.errands.counter=0 %")
    assert falls(counter, online, "trips", ERRAND)
    assert online["trips", ERRAND, ""].sum() == 0
    assert not rises(counter, online, "late_fees", ERRAND)
    assert falls(counter, online, "late_share", ERRAND)


def test_s11_while_online_filing_is_down_people_go_to_the_counter() -> None:
    day = Port("ordinary-day", flows="errands", replications=20)
    up, down = day(), day("disruptions=[{kind: outage, from: 2022-11-16 09:00, until: 2022-11-16 15:00}]")
    assert rises(up, down, "trips", ERRAND)
    assert rises(up, down, "line_mean", ERRAND, "counter")
    assert rises(up, down, "utilisation", "", "clerks")


# S12 入區前報備、運抵後即查: report before entering the zone, inspect on arrival


def test_s12_with_pre_report_drivers_stay_in_the_cab_and_wait_less() -> None:
    day = Port("ordinary-day", flows="export_trucks", replications=15)
    nobody, half, everybody = (day(f"policy.pre_report.share={share} %") for share in (0, 50, 100))
    for fewer, more in pairwise([nobody, half, everybody]):
        assert falls(fewer, more, "driver_wait_mean", TRUCK)
        assert falls(fewer, more, "driver_out_of_cab", TRUCK)
    assert everybody["driver_out_of_cab", TRUCK, ""].sum() == 0


def test_s12_wrong_data_in_a_pre_report_send_its_driver_to_the_window() -> None:
    day = Port("ordinary-day", "policy.pre_report.share=100 %", flows="export_trucks", replications=20)
    right, some_wrong = day("policy.pre_report.errors=0 %"), day("policy.pre_report.errors=20 %")
    assert rises(right, some_wrong, "driver_out_of_cab", TRUCK)
    assert rises(right, some_wrong, "driver_wait_mean", TRUCK)


# S13 疫情: staff locked in, lanes and roads closed

DAYTIME = "from: 2022-11-09 06:00, until: 2022-11-09 16:00"
EVENTS = {
    "documents/absence document_officers": f"{{kind: absence, staff: document_officers, share: 50 %, {DAYTIME}}}",
    "rail_yard/closed rail.yard": f"{{kind: closed, place: rail.yard, lanes: 3, {DAYTIME}}}",
    "zone_to_rail/closed_road zone_to_rail": f"{{kind: closed_road, road: zone_to_rail, {DAYTIME}}}",
}
"""By the line that they concern: officers absent, lanes closed, a road closed."""


@pytest.mark.parametrize(("line", "event"), EVENTS.items(), ids=["absence", "closed lanes", "closed road"])
def test_s13_what_piles_up_while_people_are_absent_or_ways_are_closed_is_cleared_within_a_day(
    line: str, event: str
) -> None:
    days = Port("lockdown", "duration=5 d", flows="export_trucks")
    calm, disrupted = days("disruptions=[]"), days(f"disruptions=[{event}]")
    assert rises(calm, disrupted, "driver_wait_mean", TRUCK)
    assert is_above_noise(disrupted["backlog_peak", "", line] - disrupted["backlog_before", "", line])
    assert (disrupted["back_to_normal", "", line] >= 0).all()
    assert (disrupted["back_to_normal", "", line] < 24).all()


def test_s13_a_squad_that_comes_as_the_others_return_clears_the_backlog_sooner() -> None:
    line = "documents/absence document_officers"
    days = Port("lockdown", "duration=5 d", f"disruptions=[{EVENTS[line]}]", flows="export_trucks")
    squad = "{kind: peak_squad, pool: document_officers, extra: 2, from: 2022-11-09 16:00, until: 2022-11-10 00:00}"
    alone, helped = days(), days(f"policy.staffing=[{squad}]")
    assert stays(alone, helped, "backlog_before", "", line)
    assert falls(alone, helped, "back_to_normal", "", line)


@pytest.mark.slow
def test_s13_four_weeks_of_lockdown_cost_drivers_hours_and_exports_their_trains() -> None:
    month = Port("lockdown", flows="export_trucks", replications=4)
    calm, locked, reporting = month("disruptions=[]"), month(), month("policy.pre_report.share=100 %")
    assert rises(calm, locked, "driver_wait_mean", TRUCK)
    assert rises(calm, locked, "roll_over_mean", TRUCK, "train")
    assert rises(calm, locked, "line_peak", "", "documents")
    assert falls(locked, reporting, "driver_wait_mean", TRUCK)


@pytest.mark.slow
def test_s13_late_trains_delay_what_they_carry_and_no_driver() -> None:
    month = Port("lockdown", flows="export_trucks")
    punctual, late = month("disruptions.9.by=0 min"), month()
    assert rises(punctual, late, "lateness_mean", "", "train")
    assert rises(punctual, late, "dwell_mean", TRUCK, "departed")
    assert stays(punctual, late, "driver_wait_mean", TRUCK)


# What a lever is worth in money


@pytest.mark.slow
def test_a_lever_is_worth_money_only_where_what_it_saves_has_a_price() -> None:
    day = Port("ordinary-day", flows="export_trucks")
    off, on = "policy.pre_report.share=0 %", "policy.pre_report.share=100 %"
    assert ("total_cost", "", "") not in day(on)
    officers = "prices={staff_hour: CNY 80}"
    assert stays(day(officers, off), day(officers, on), "total_cost")
    drivers = "prices={staff_hour: CNY 80, driver_hour: CNY 60}"
    window, ahead = day(drivers, off), day(drivers, on)
    assert falls(window, ahead, "driver_cost", TRUCK)
    assert falls(window, ahead, "total_cost")
