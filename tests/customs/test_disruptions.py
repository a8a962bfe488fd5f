"""Disruptions in timelines drawn by hand: what they change, and that they change nothing else."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from clearsim.customs import network, paths
from clearsim.demand import Demand, draw
from clearsim.experiment import run as measured
from clearsim.language import use, word
from clearsim.measures import measure
from clearsim.network import (
    Adjustment,
    At,
    Between,
    Board,
    Departures,
    During,
    Flow,
    Hold,
    Landing,
    Landings,
    Late,
    Network,
    Pace,
    Service,
    Share,
    Travel,
)
from clearsim.network.attributes import Attribute
from clearsim.plan import NOT_YET, compile_network, number_columns
from clearsim.report.map.drawing import network_text
from clearsim.scenario import Loaded, Scenario, load, loads
from clearsim.staffing.foresight import foresee
from clearsim.trace.tables import visits
from clearsim.units import MINUTE_MS
from tests.networks import Simulate, about, quay, run, stamps
from tests.paths import SCENARIOS

TINY = (SCENARIOS / "tiny.yaml").read_text(encoding="utf-8")
DAY = SCENARIOS / "ordinary-day.yaml"
SECTIONS = ("orders", "export_trucks", "flights", "errands")


def hand_made(disruptions: str, only: str, *settings: str) -> Network:
    """The tiny scenario with one flow alone and these disruptions."""
    gone = [f"demand.{name}=null" for name in SECTIONS if name != only]
    return network(loads(TINY, settings=[*gone, *settings, f"disruptions=[{disruptions}]"]).scenario)


def three_trucks(disruptions: str) -> Network:
    """Three trucks at 09:00, none reported before arrival, none inspected.

    They are ready for the road at minutes 17, 27 and 37: one gate lane, two bays, one document officer for 10 min each.
    """
    settings = [
        "demand.export_trucks={per_day: 0, backlog: 3}",
        "policy={pre_report: {share: 0 %, lead: 30 min}, linked: true, fast_channel: dedicated}",
        "risk.enterprise.ordinary.rate=0 %",
    ]
    return hand_made(disruptions, "export_trucks", *settings)


def between(first: str, last: str) -> str:
    return f"from: 2022-11-16 {first}, until: 2022-11-16 {last}"


def spent(simulate: Simulate, net: Network, place: str) -> list[tuple[float, ...]]:
    """Joined, started and ended at a station, in minutes, one row an entity."""
    found = visits(run(net, simulate))
    rows = found[found.station == place][["joined_min", "start_min", "end_min"]]
    return [tuple(map(float, row)) for row in rows.to_numpy()]


# Timelines drawn by hand


def test_nobody_sets_out_while_a_road_is_closed_and_all_set_out_as_it_opens(simulate: Simulate) -> None:
    net = three_trucks(f"{{kind: closed_road, road: zone_to_rail, {between('09:20', '09:50')}}}")
    assert spent(simulate, net, "zone_to_rail") == [(17, 17, 17), (27, 50, 50), (37, 50, 50)]
    # 15 minutes on the road; the rail yard unloads one truck at a time, for 10 minutes.
    assert spent(simulate, net, "rail_yard") == [(32, 32, 42), (65, 65, 75), (65, 75, 85)]


def test_the_wait_for_a_closed_road_is_queueing_in_the_cab() -> None:
    calm, closed = (
        measured(three_trucks(text))
        for text in ("", f"{{kind: closed_road, road: zone_to_rail, {between('09:20', '09:50')}}}")
    )
    # 23 and 13 minutes for the road; at the rail yard one now waits for 10 where nobody did.
    more = (closed.kpi("driver_queueing_in_cab") or 0) - (calm.kpi("driver_queueing_in_cab") or 0)
    assert more == pytest.approx((23 + 13 + 10) / 3)


def test_who_sets_out_on_a_slow_road_takes_so_many_times_as_long(simulate: Simulate) -> None:
    net = three_trucks(f"{{kind: slow_road, road: zone_to_rail, times: 2, {between('09:20', '09:30')}}}")
    assert [joined for joined, _, _ in spent(simulate, net, "rail_yard")] == [17 + 15, 37 + 15, 27 + 30]


def test_nobody_leaves_with_a_cancelled_train(simulate: Simulate) -> None:
    # Trains at 11:00, 12:00, 13:00 and 14:00, one slot each: minutes 120, 180, 240, 300.
    departures = [row[-1] for row in stamps(run(three_trucks(""), simulate), "export_truck")]
    assert departures == [120, 180, 240]
    net = three_trucks(f"{{kind: cancelled, service: trains, {between('11:00', '13:00')}}}")
    assert [row[-1] for row in stamps(run(net, simulate), "export_truck")] == [240, 300, NOT_YET]


def test_a_window_of_cancellation_holds_its_beginning_and_not_its_end(simulate: Simulate) -> None:
    trains = [(10, 1), (20, 1), (30, 1), (40, 1)]
    net = quay(At([0, 0]), trains, duration=60)
    cancelled = Network(
        flows=net.flows, services=[Service("train", trains, cancelled=[(10, 20), (25, 40)])], duration=60
    )
    assert stamps(run(cancelled, simulate), "box") == [[20], [40]]


def test_late_trains_leave_so_much_later_by_the_scenario_too(simulate: Simulate) -> None:
    # Trains at 11:00, 12:00, 13:00 and 14:00, one slot each: minutes 120, 180, 240, 300. That of 11:00 leaves at 13:30.
    late = f"{{kind: late_departures, service: trains, by: 150 min, {between('11:00', '12:00')}"
    net = three_trucks(f"{late}}}")
    assert [row[-1] for row in stamps(run(net, simulate), "export_truck")] == [180, 240, 270]
    stays = three_trucks(f"{late}, cut_off: stays}}")
    assert [row[-1] for row in stamps(run(stays, simulate), "export_truck")] == [270, 180, 240]


def test_a_delay_in_the_timetable_is_that_of_every_departure(simulate: Simulate) -> None:
    net = hand_made("", "export_trucks", "demand.export_trucks={per_day: 0, backlog: 1}", "rail.train.delay=40 min")
    (trains,) = net.services
    assert trains.delay.expected == 40  # type: ignore[union-attr]  # it has been made a distribution
    assert about(net, simulate, "", "train")["lateness_mean"] == 40
    assert "40 min late" in network_text(net)


def test_a_closed_lane_finishes_its_work_and_takes_none_until_it_opens(simulate: Simulate) -> None:
    net = three_trucks(f"{{kind: closed, place: rail.yard, {between('09:33', '10:10')}}}")
    assert spent(simulate, net, "rail_yard") == [(32, 32, 42), (42, 70, 80), (52, 80, 90)]


def test_absent_officers_serve_nobody(simulate: Simulate) -> None:
    net = three_trucks(f"{{kind: absence, staff: document_officers, share: 60 %, {between('09:10', '10:00')}}}")
    # 40 % of one officer round to none; the papers that he has are finished.
    assert spent(simulate, net, "documents") == [(6, 6, 16), (7, 60, 70), (22, 70, 80)]


def test_the_cargo_of_a_cancelled_flight_comes_with_the_next_that_flies(simulate: Simulate) -> None:
    # 09:10 with two pallets, 10:00 with one; one ramp lane, 10 minutes a pallet.
    net = hand_made(f"{{kind: cancelled, service: flights, {between('09:00', '09:30')}}}", "flights")
    assert spent(simulate, net, "ramp") == [(60, 60, 70), (60, 70, 80), (60, 80, 90)]


def test_without_a_next_flight_cancelled_cargo_is_counted_as_not_arrived(simulate: Simulate) -> None:
    net = hand_made(f"{{kind: cancelled, service: flights, {between('09:30', '11:00')}}}", "flights")
    assert spent(simulate, net, "ramp") == [(10, 10, 20), (10, 20, 30)]
    assert how_many(net, simulate) == (2, 1)


def how_many(net: Network, simulate: Simulate) -> tuple[float, float]:
    """How many shipments arrived, and how many that were due had not."""
    found = about(net, simulate, "air_shipment")
    return found["arrived"], found["not_arrived"]


def test_a_flight_due_on_the_last_day_lands_after_midnight_while_the_doors_are_open(simulate: Simulate) -> None:
    flights = Flow("pallet", Landings((Landing(1410, 4),), delay="45 min"), [Hold(1)])
    net = Network(flows=[flights], duration="1 d", run_on="2 d")
    trace = run(net, simulate)
    assert (trace.arrival_ms(0) / MINUTE_MS).tolist() == [1440 + 15] * 4
    assert about(net, simulate, "pallet") == {"arrived": 4, "not_arrived": 0, "inside": 0}


def test_what_lands_after_the_doors_close_is_counted_and_does_nothing(simulate: Simulate) -> None:
    # Due at minute 10 and 50, 30 minutes late; the run ends at minute 80, the moment at which the second lands.
    net = Network(
        flows=[Flow("pallet", Landings((Landing(10, 3), Landing(50, 2)), delay=30), [Hold(1)])],
        duration=60,
        run_on=20,
    )
    assert stamps(run(net, simulate), "pallet") == [[41]] * 3 + [[NOT_YET]] * 2
    assert about(net, simulate, "pallet") == {"arrived": 3, "not_arrived": 2, "inside": 0}


@pytest.mark.parametrize("by", ["1 h", "3 h", "6 h", "30 h"])
@pytest.mark.parametrize("first", ["20:00", "16:00"])
def test_late_flights_bring_all_their_pallets(by: str, first: str, simulate: Simulate) -> None:
    """`ordinary-day` has 92 pallets a day, and its doors stay open for two days more."""
    late = f"disruptions=[{{kind: late_flights, by: {by}, from: 2022-11-16 {first}, until: 2022-11-17 00:00}}]"
    gone = [f"demand.{name}=null" for name in SECTIONS if name != "flights"]
    assert how_many(network(load(DAY, [*gone, late]).scenario), simulate) == (92, 0)


def test_a_late_flight_lands_so_much_later(simulate: Simulate) -> None:
    net = hand_made(f"{{kind: late_flights, by: 25 min, {between('09:00', '09:30')}}}", "flights")
    assert spent(simulate, net, "ramp") == [(35, 35, 45), (35, 45, 55), (60, 60, 70)]


def test_errands_raised_online_in_an_outage_go_to_the_counter(simulate: Simulate) -> None:
    settings = ["demand.errands={per_day: 0, backlog: 3, counter: 0 %, mail: 0 %, amount: CNY 1, due_in: 1 d}"]
    assert [row[-1] for row in stamps(run(hand_made("", "errands", *settings), simulate), "errand")] == [20, 20, 20]
    net = hand_made(f"{{kind: outage, {between('09:00', '09:01')}}}", "errands", *settings)
    # One clerk, 15 minutes each; on duty until 10:00.
    assert spent(simulate, net, "counter") == [(0, 0, 15), (0, 15, 30), (0, 30, 45)]


def test_a_truck_that_could_not_report_in_an_outage_hands_its_papers_in(simulate: Simulate) -> None:
    reporting = ["policy.pre_report.share=100 %", "risk.enterprise.ordinary.rate=0 %", "policy.linked=true"]
    settings = ["demand.export_trucks={per_day: 0, backlog: 1}", *reporting]
    calm = run(hand_made("", "export_trucks", *settings), simulate)
    down = run(hand_made(f"{{kind: outage, {between('09:00', '09:01')}}}", "export_trucks", *settings), simulate)
    # Reported at 09:00: gate 1 min, papers reviewed until 10. Not reported: gate 1, walk 5, papers 10 min.
    assert stamps(calm, "declaration") == [[0, 10]]
    assert stamps(down, "declaration") == [[0, 0]]
    found = [visits(trace) for trace in (calm, down)]
    sealed = [float(table[table.station == "sealing"].joined_min.iloc[0]) for table in found]
    assert sealed == [10, 16]


# The words of a network


def test_late_cargo_of_a_cancelled_landing_comes_with_the_late_one() -> None:
    arrivals = Landings(
        (Landing(10, 1), Landing(20, 1), Landing(30, 1)), cancelled=[(5, 15)], late=[Late(15, 25, 100), Late(10, 21, 1)]
    )
    demand = draw(Network(flows=[Flow("pallet", arrivals, [Hold(1)])]), seed=1)
    assert (demand.arrival_ms / MINUTE_MS).tolist() == [121, 121, 30]


def test_during_holds_for_those_who_arrive_in_a_window() -> None:
    attributes: dict[str, Attribute] = {
        "down": During([(10, 20), (40, 50)]),
        "asked": Share(1.0, unless="down"),
    }
    flow = Flow("box", At([9, 10, 19, 20, 45]), [Hold(1, only_if="asked")], attributes=attributes)
    columns = draw(Network(flows=[flow]), seed=1).attributes[0]
    assert columns["down"].tolist() == [False, True, True, False, True]
    assert columns["asked"].tolist() == [True, False, False, True, False]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Service("train", [], cancelled=[(5, 5)]),
        lambda: Landings((), cancelled=[(6, 5)]),
        lambda: Landings((), late=[Late(5, 4, 1)]),
    ],
)
def test_a_window_that_does_not_end_after_it_begins_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="a window of time must end after it begins"):
        make()


# A scenario's network


def afternoon(*disruptions: str, more: tuple[str, ...] = ()) -> Loaded[Scenario]:
    """The ordinary day without its orders, and with these disruptions, from noon to six unless they say when."""
    when = "from: 2022-11-16 12:00, until: 2022-11-16 18:00"
    items = ", ".join(f"{{{item}{'' if 'from:' in item else f', {when}'}}}" for item in disruptions)
    return load(DAY, ["demand.orders=null", *more, f"disruptions=[{items}]"])


EVERY_KIND = [
    "kind: absence, staff: all, share: 40 %",
    "kind: closed, place: zone.inspection, lanes: 2",
    "kind: closed, place: zone.gate",
    "kind: closed_road, road: zone_to_rail",
    "kind: closed_road, road: airport_to_zone",
    "kind: slow_road, road: airport_to_zone, times: 3",
    "kind: cancelled, service: trains",
    "kind: cancelled, service: bonded_trucks",
    "kind: cancelled, service: flights",
    "kind: late_flights, by: 2 h",
    "kind: late_departures, service: trains, by: {uniform: [1 h, 3 h]}",
    "kind: outage",
]
CALM = network(afternoon().scenario)


def drawn(net: Network, demand: Demand) -> dict[tuple[str, str], npt.NDArray[Any]]:
    """All that was drawn, by flow and purpose; not the flags, which name the steps that follow from it."""
    found: dict[tuple[str, str], npt.NDArray[Any]] = {}
    for index, flow in enumerate(net.flows):
        found[flow.name, "arrival"] = demand.arrival_ms[demand.rows(index)]
        found |= {(flow.name, name): column for name, column in demand.attributes[index].items()}
        for position, column in enumerate(number_columns(flow, net)):
            found[flow.name, str(column)] = demand.numbers(index)[:, position]
    return found


@pytest.mark.parametrize("item", EVERY_KIND)
def test_a_disruption_moves_no_draw(item: str) -> None:
    disrupted = network(afternoon(item).scenario)
    before = drawn(CALM, draw(CALM, seed=5))
    after = drawn(disrupted, draw(disrupted, seed=5))
    moved = {key for key, column in before.items() if not np.array_equal(column, after[key])}
    if "flights" in item:  # pallets come at another time, which is the meaning of it
        assert moved == {("air_shipment", "arrival")}
    elif "outage" in item:
        assert moved == {
            *((f, name) for f in ("export_truck", "declaration") for name in ("pre_reported", "cleared_ahead")),
            ("declaration", "arrival"),
        }
    else:
        assert not moved
    assert {key[1] for key in after.keys() - before.keys()} <= {"online_down", *(str(c) for c in _counter(disrupted))}


def _counter(net: Network) -> list[Any]:
    return number_columns(next(flow for flow in net.flows if flow.name == "errand"), net)


def test_without_disruptions_the_network_knows_of_none() -> None:
    assert not CALM.events
    assert not any(pool.adjustments for pool in CALM.pools)
    assert not any(service.cancelled for service in CALM.services)
    assert not any(isinstance(step, Travel) and step.pace for flow in CALM.flows for step in flow.steps)


def test_every_disruption_is_an_event_with_a_label_that_is_translated() -> None:
    net = network(afternoon(*EVERY_KIND).scenario)
    assert len({event.name for event in net.events}) == len(EVERY_KIND)
    for event in net.events:
        assert (event.from_min, event.until_min) == (12 * 60, 18 * 60)
        assert event.label is not None
        with use("zh"):
            assert word(event.label) != event.label.en


def test_an_event_bears_the_planners_own_name_and_lies_within_the_run() -> None:
    text = "[{kind: outage, name: {zh: 停電, en: Power cut}, from: 2022-11-01, until: 2022-12-01}]"
    (event,) = network(load(DAY, [f"disruptions={text}"]).scenario).events
    assert event.label == ("Power cut", "停電")
    assert (event.from_min, event.until_min) == (0, 72 * 60)


def test_disruptions_become_adjustments_paces_and_cancellations() -> None:
    net = network(afternoon(*EVERY_KIND).scenario)
    pools = {pool.name: pool.adjustments for pool in net.pools}
    noon, six = 12 * 60, 18 * 60
    assert pools["inspectors"] == (Adjustment(noon, six, times=0.6),)
    assert pools["inspection_lanes"] == (Adjustment(noon, six, plus=-2),)
    assert pools["zone_gate_lanes"] == (Adjustment(noon, six, times=0),)
    assert not pools["rail_yard_lanes"]
    assert {service.name: service.cancelled for service in net.services} == {
        "train": ((noon, six),),
        "bonded_truck": ((noon, six),),
    }
    shipment = next(flow for flow in net.flows if flow.name == "air_shipment")
    (drive,) = (step for step in shipment.steps if isinstance(step, Travel))
    assert drive.pace == Pace(windows=[Between(noon, six, 1 / 3)])


def test_both_teams_are_absent_where_the_fast_channel_has_made_them_one() -> None:
    net = network(afternoon(EVERY_KIND[0], more=("policy.fast_channel=shared",)).scenario)
    pools = {pool.name: pool for pool in net.pools}
    assert "fast_officers" not in pools
    assert pools["airport_officers"].changes(net.start, 24 * 60 * MINUTE_MS) == [
        (0, 4),
        (12 * 60 * MINUTE_MS, 2),
        (18 * 60 * MINUTE_MS, 3),
    ]


def test_every_place_of_a_disrupted_network_has_a_path() -> None:
    scenario = afternoon(*EVERY_KIND).scenario
    net = network(scenario)
    names = [*(x.name for x in net.pools), *(x.name for x in net.stations), *(x.name for x in net.services)]
    assert set(names) <= paths(scenario).keys()


def kpis(*disruptions: str) -> Mapping[tuple[str, str], float]:
    """KPIs by name and station or flow, over five afternoons on the same luck."""
    result = measured(afternoon(*disruptions), seed=3, replications=5)
    return {(row.kpi, row.station or row.flow): row.mean for row in result.kpis if row.mean is not None}


@pytest.mark.parametrize(
    ("item", "kpi", "where"),
    [
        ("kind: absence, staff: document_officers, share: 50 %", "driver_wait_mean", "export_truck"),
        ("kind: closed, place: rail.yard, lanes: 3", "wait_mean", "rail_yard"),
        ("kind: closed_road, road: zone_to_rail", "driver_queueing_in_cab", "export_truck"),
        ("kind: slow_road, road: zone_to_rail, times: 3", "driver_driving", "export_truck"),
        ("kind: cancelled, service: trains, from: 2022-11-17 14:00, until: 2022-11-18 06:00", "wait_mean", "train"),
        ("kind: cancelled, service: bonded_trucks", "wait_mean", "bonded_truck"),
        ("kind: late_departures, service: bonded_trucks, by: 2 h", "wait_mean", "bonded_truck"),
        ("kind: late_departures, service: bonded_trucks, by: 30 min", "lateness_mean", "bonded_truck"),
        ("kind: cancelled, service: flights", "line_peak", "ramp"),
        ("kind: outage", "driver_wait_mean", "export_truck"),
        ("kind: outage", "visits", "counter"),
    ],
)
def test_a_disruption_hurts_those_whom_it_concerns(item: str, kpi: str, where: str) -> None:
    """Five ordinary days each, without their orders."""
    assert kpis(item)[kpi, where] > kpis()[kpi, where]


def test_what_is_warned_of_before_the_run_knows_the_absent() -> None:
    assert not [item for item in foresee(CALM) if item.place == "document_officers" and item.kind == "roster gap"]
    gone = network(afternoon("kind: absence, staff: document_officers, share: 100 %").scenario)
    (warning,) = (item for item in foresee(gone) if item.place == "document_officers" and item.kind == "roster gap")
    assert "nobody is on duty" in warning.message
    few = network(afternoon("kind: absence, staff: airport_inspectors, share: 50 %").scenario)
    (warning,) = (item for item in foresee(few) if item.place == "airport_inspectors" and item.kind == "roster gap")
    assert "fewer than a crew of 2 are on duty" in warning.message


def test_the_map_names_what_differs_between_dates() -> None:
    text = network_text(network(afternoon(*EVERY_KIND).scenario), width=200)
    for words in (
        "! online filing down, from 16 Nov 12:00 to 18:00",
        "-2 from 16 Nov 12:00 to 18:00",
        "x0.6 from 16 Nov 12:00 to 18:00",
        "none from 16 Nov 12:00 to 18:00",
        "pace x0.333 from 16 Nov 12:00 to 18:00",
        "cancelled from 16 Nov 12:00 to 18:00",
        "2 h (uniform) late from 16 Nov 12:00 to 18:00",
        "by timetable, none from 16 Nov 12:00 to 18:00, 2 h late from 16 Nov 12:00 to 18:00",
        "pre reported: 30 %, unless online down",
    ):
        assert words in text


def test_departures_of_a_weekly_timetable_are_cancelled_by_date() -> None:
    service = Service("train", Departures(("06:00", "18:00"), slots=1), cancelled=[(12 * 60, 24 * 60)])
    plan = compile_network(Network(flows=[Flow("box", At([0]), [Board("train")])], services=[service], duration="2 d"))
    assert (plan.services.departs_ms / (60 * MINUTE_MS)).tolist() == [6, 18, 30, 42]
    assert plan.services.slots.tolist() == [1, 0, 1, 1]


def test_anyone_who_is_booked_on_a_cancelled_departure_has_missed_it(simulate: Simulate) -> None:
    service = Service("train", [(60, 9), (120, 9), (300, 9)], cancelled=[(100, 150)])
    port = Network(flows=[Flow("box", At([50, 110]), [Board("train", booked=0)])], services=[service], duration="6 h")
    trace = run(port, simulate)
    assert stamps(trace, "box") == [[60], [300]]
    values = {row.kpi: row.value for row in measure(trace, 30) if row.station == "train"}
    assert values["on_booked"] == 50
    assert values["roll_over_mean"] == pytest.approx((300 - 120) / (24 * 60) / 2)
    assert values["departures"] == 2
