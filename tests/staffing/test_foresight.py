"""Warnings before a run: too little staff, gaps in rosters, departures that nobody can reach."""

import re
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from clearsim.customs import network
from clearsim.language import use, word
from clearsim.network import (
    Ahead,
    At,
    Await,
    Backlog,
    Board,
    Category,
    Departures,
    Enter,
    Exponential,
    Flow,
    Hold,
    Label,
    Leave,
    Network,
    Poisson,
    Pool,
    Serve,
    Service,
    Share,
    Station,
)
from clearsim.scenario import load
from clearsim.staffing.foresight import Foreseen, foresee
from clearsim.staffing.offered import cohorts
from clearsim.trace.tables import boardings
from tests.networks import Simulate, quay, queue, run
from tests.paths import SCENARIOS

EVERY_MINUTE = At(range(24 * 60))


def port(time: Any, capacity: Any, arrivals: Any = EVERY_MINUTE, **rest: Any) -> Network:
    return queue(arrivals, time, capacity, duration="24 h", **rest)


def offered(found: list[Foreseen]) -> float:
    """The offered load in the only warning."""
    (only,) = found
    match = re.search(r"work for up to (\S+) units", only.message)
    assert match
    return float(match[1])


# Starving


def office(documents: str, passing: bool, inspections: str = "0.5/h", officers: Any = 4) -> Network:
    """Documents need one of the officers for 6 min, inspections four for 15 min."""
    return Network(
        pools=[Pool("officers", officers, passing=passing)],
        stations=[Station("documents", {"officers": 1}), Station("inspection", {"officers": 4})],
        flows=[
            Flow("document", Poisson(documents), [Serve("documents", Exponential("6 min"))]),
            Flow("truck", Poisson(inspections), [Serve("inspection", Exponential("15 min"))]),
        ],
    )


def test_work_for_four_that_may_be_passed_is_said_to_starve() -> None:
    # Documents keep 24/h · 6 min = 2.4 of 4 officers busy. None is busy in M/M/4 at that load 8.3 % of the time.
    message = (
        "officers: inspection needs 4 at once, and work that needs fewer may pass; "
        "4 are free at most 8% of the time, 01:00–00:00, so waits are very long"  # the day starts empty
    )
    assert foresee(office("24/h", passing=True)) == [Foreseen("officers", "starving", message)]


def test_work_for_four_that_is_not_passed_does_not_starve() -> None:
    assert foresee(office("24/h", passing=False)) == []


def test_work_for_four_beside_little_other_work_does_not_starve() -> None:
    # 1.2 of 4 are busy: all are free 30 % of the time.
    assert foresee(office("12/h", passing=True)) == []


def test_work_for_four_starves_only_while_four_are_on_duty_and_work_comes() -> None:
    (found,) = foresee(office("24/h", passing=True, officers={"00:00": 3, "08:00": 4, "16:00": 12}))
    assert "4 are free at most 8% of the time, 08:00–16:00" in found.message
    assert foresee(office("24/h", passing=True, inspections="0/h")) == []


def test_work_that_holds_a_pool_while_it_waits_for_more_of_it_may_be_passed_and_is_said_to_starve() -> None:
    # Documents are reviewed by one officer while another escorts them: what is free is not kept for an inspection.
    port = office("12/h", passing=False)
    escorted = evolve(
        port,
        stations=[*port.stations, Station("escort", {"officers": 1})],
        flows=[
            Flow(
                "document",
                Poisson("12/h"),
                [Enter("escort"), Serve("documents", Exponential("6 min")), Leave("escort")],
            ),
            port.flows[1],
        ],
    )
    assert [found.kind for found in foresee(escorted)] == ["starving", "deadlock"]


# Overload


def test_an_overload_is_named_with_its_load_its_staff_its_hours_and_when_it_clears() -> None:
    # A truck a minute, 6 min each: 6 officers' work. From 10 to 12 only 4 are there: 2 · 2 = 4 officer hours pile up.
    # 7 later have 1 to spare, so that the queue is gone four hours later.
    officers = {"00:00": 7, "10:00": 4, "12:00": 7}
    message = "officers: work for up to 6.0 units, 4 open, 10:00–12:00; a queue builds and clears by 16:00"
    assert foresee(port(6, officers)) == [Foreseen("officers", "overload", message)]


def test_an_overload_that_outlasts_the_run_does_not_clear() -> None:
    (found,) = foresee(port(6, {"00:00": 7, "20:00": 5}))
    assert found.message.endswith("5 open, 20:00–00:00; a queue builds and does not clear before the run ends")


def test_the_run_on_is_time_to_clear() -> None:
    # 4 · 1 officer hours pile up from 20:00 to 24:00; nothing comes afterwards, and 5 work them off within an hour.
    (found,) = foresee(port(6, {"00:00": 7, "20:00": 5}, run_on="5 h"))
    assert found.message.endswith("a queue builds and clears by 02 Nov 01:00")


def test_the_label_of_the_pool_is_what_people_read() -> None:
    labelled = Pool("officers", 5, label=Label("document officers"))
    (found,) = foresee(evolve(port(6, 5), pools=[labelled]))
    assert found.place == "officers"
    assert found.message.startswith("document officers: work for up to 6.0 units, 5 open")
    with use("zh"):
        assert word(found.message).startswith("单证关员：")


def test_people_are_on_duty_and_equipment_is_open() -> None:
    (found,) = foresee(evolve(port(6, 5), pools=[Pool("officers", 5, kind="staff")]))
    assert found.message.startswith("officers: work for up to 6.0 people, 5 on duty, ")


def test_the_worst_of_two_overloads_is_named() -> None:
    officers = {"00:00": 7, "03:00": 5, "04:00": 7, "15:00": 3, "17:00": 20}
    assert ", 15:00–17:00;" in foresee(port(6, officers))[0].message


def test_staff_that_fit_the_work_are_enough() -> None:
    assert foresee(port(6, 6)) == []
    assert len(foresee(port(6, 5))) == 1


def test_two_officers_for_each_truck_are_twice_the_work() -> None:
    crew = evolve(port(6, 11), stations=[Station("desk", {"officers": 2})])
    assert offered(foresee(crew)) == 12
    assert foresee(evolve(crew, pools=[Pool("officers", 12)])) == []


def test_a_bay_is_taken_from_enter_to_leave() -> None:
    yard = Network(
        pools=[Pool("bays", 4)],
        stations=[Station("yard", {"bays": 1})],
        flows=[Flow("truck", EVERY_MINUTE, [Hold(9), Enter("yard"), Hold(2), Hold(3), Leave("yard"), Hold(9)])],
    )
    assert offered(foresee(yard)) == 5


def test_a_truck_that_waits_for_its_declaration_keeps_its_bay() -> None:
    # The declaration takes 30 min from the truck's arrival on: so long the bay is taken.
    yard = Network(
        pools=[Pool("bays", 20), Pool("officers", 40)],
        stations=[Station("yard", {"bays": 1}), Station("desk", {"officers": 1})],
        flows=[
            Flow("truck", EVERY_MINUTE, [Enter("yard"), Await("declaration"), Leave("yard")]),
            Flow("declaration", Ahead("truck", lead=0), [Serve("desk", 30)]),
        ],
    )
    (found,) = foresee(yard)
    assert found.place == "bays"
    assert offered([found]) == 30


def test_only_those_whom_a_step_concerns_bring_work() -> None:
    flow = Flow("truck", EVERY_MINUTE, [Serve("desk", 60, only_if="no")], attributes={"no": Share(0)})
    assert foresee(evolve(port(6, 1), flows=[flow])) == []


def test_work_after_a_train_comes_when_the_train_has_left() -> None:
    # 30 boxes of the first hour, and 30 that come as it closes, leave with the train of 05:00; a minute each.
    port = Network(
        pools=[Pool("cranes", {"00:00": 1, "05:00": 0, "06:00": 1})],
        stations=[Station("crane", {"cranes": 1})],
        services=[Service("train", Departures((300,), slots=99))],
        flows=[Flow("box", At([*range(30), *[300] * 30]), [Board("train"), Serve("crane", 1)])],
    )
    message = "cranes: none is open 05:00–06:00, while 1.0 h of work comes in"
    assert foresee(port) == [Foreseen("cranes", "roster gap", message)]


# Gaps


def test_a_gap_in_a_roster_is_named_with_its_hours_and_the_work_that_comes_in() -> None:
    message = "officers: none is open 12:00–14:00, while 12.0 h of work comes in"
    assert foresee(port(6, {"00:00": 20, "12:00": 0, "14:00": 20})) == [Foreseen("officers", "roster gap", message)]


def test_a_pool_that_is_closed_while_nothing_comes_has_no_gap() -> None:
    assert foresee(port(6, {"00:00": 1, "02:00": 0}, At([0, 60]))) == []


# Departures


def test_a_departure_that_closes_before_any_cargo_can_be_there_is_out_of_reach() -> None:
    # The first box is there at 09:00, the train of 08:30 closes at 07:30: it can be reached on the second day, if any.
    message = "train: the 08:30 departure closes before any cargo can be there, on every day of the run"
    trains = Departures((8.5 * 60, 12 * 60), slots=9)
    one_day = evolve(quay(At([9 * 60]), []), services=[Service("train", trains, cut_off="1 h")])
    assert foresee(one_day) == [Foreseen("train", "out of reach", message)]
    assert foresee(evolve(one_day, run_on="1 d")) == []


def test_a_departure_said_to_be_out_of_reach_is_reached_in_no_replication(simulate: Simulate) -> None:
    scenario = load(SCENARIOS / "tiny.yaml").scenario
    tiny = network(scenario)
    said = {(found.place, clock(found.message)) for found in foresee(tiny) if found.kind == "out of reach"}
    reached = set()
    for seed in range(20):
        gone = boardings(run(tiny, simulate, seed)).dropna()
        moments = [scenario.start + timedelta(minutes=minute) for minute in gone["departed_min"]]
        reached |= {(service, f"{at:%H:%M}") for service, at in zip(gone["service"], moments, strict=True)}
    assert said & reached == set()


def clock(message: str) -> str:
    """The clock time in a message, `11:00`."""
    found = re.search(r"\d\d:\d\d", message)
    assert found
    return found[0]


def test_a_service_without_departures_in_the_run_is_named() -> None:
    message = "train: no departure closes during the run, so nobody can leave with it"
    assert foresee(quay(At([0]), [(3 * 24 * 60, 9)], duration="1 d")) == [Foreseen("train", "no departure", message)]


def test_a_service_that_nobody_boards_is_not_spoken_of() -> None:
    idle = quay(At([]), [(10, 9)], cut_off=10)
    assert foresee(idle) == []


def test_a_comfortable_network_brings_no_warnings() -> None:
    comfortable = Network(
        pools=[Pool("officers", {"00:00": 3, "08:00": 9})],
        stations=[Station("desk", {"officers": 1})],
        services=[Service("train", Departures((6 * 60, 18 * 60), slots=300), cut_off="2 h")],
        flows=[Flow("truck", Poisson("20/h"), [Serve("desk", Exponential(3)), Board("train")])],
        duration="3 d",
    )
    assert foresee(comfortable) == []


def test_a_service_with_fewer_slots_than_come_is_overbooked() -> None:
    message = "train: cargo for about 10 slots comes for 9 in the whole run; the rest stays behind"
    assert foresee(quay(At(range(10)), [(30, 4), (60, 5)])) == [Foreseen("train", "overbooked", message)]
    assert foresee(quay(At(range(10)), [(30, 4), (60, 6)])) == []
    # They come from minute 20 on: what left before has no slots for them.
    late = foresee(quay(At(range(20, 30)), [(10, 4), (40, 4), (60, 5)]))
    assert "train: cargo for about 10 slots comes for 9 on the departures that it can reach" in late[0].message


def test_cargo_is_counted_in_slots() -> None:
    size = Category({"20ft": 0.75, "40ft": 0.25})
    board = Board("train", slots={"size=20ft": 1, "size=40ft": 2})
    boxes = Flow("box", At([0] * 1000), [board], attributes={"size": size})
    enough, less = (evolve(quay(At([]), [(30, slots)]), flows=[boxes]) for slots in (1250, 1249))
    assert foresee(enough) == []
    (found,) = foresee(less)
    assert found.message == "train: cargo for about 1250 slots comes for 1249 in the whole run; the rest stays behind"


def test_only_those_whom_a_step_concerns_fill_the_slots() -> None:
    some = Flow("box", At(range(10)), [Board("train", only_if="no")], attributes={"no": Share(0)})
    assert foresee(evolve(quay(At([]), [(30, 1)]), flows=[some])) == []


# Offered load


def test_without_lines_the_work_in_progress_is_the_rate_times_the_mean_time() -> None:
    # M/G/∞ in equilibrium has λE[S] = 60 · 6 in service; only from 12 to 13 is there too little staff to look at it.
    looked_at = {"00:00": 1_000_000, "12:00": 1, "13:00": 1_000_000}
    assert offered(foresee(port(Exponential(6), looked_at, Poisson(60)))) == 360


# Many


def crowd(times: int) -> Network:
    """100 000 orders a day `times` over, on as many times the staff, short of it from 18:00 to 22:00."""
    hours = (*(1.0,) * 18, *(2.0,) * 4, *(1.0,) * 2)
    return port(
        Exponential("1 min"),
        {"00:00": 90 * times, "22:00": 200 * times},
        Poisson(f"{100_000 * times}/d", hours=hours),
    )


def test_ten_million_orders_a_day_are_answered_for() -> None:
    (found,) = foresee(crowd(100))
    assert re.search(r"units, 9000 open, 18:00–22:00; a queue builds and clears by 2[34]:00", found.message)


def test_a_hundred_times_the_orders_on_a_hundred_times_the_staff_bring_the_same_message() -> None:
    few, many = foresee(crowd(1)), foresee(crowd(100))
    assert offered(many) == pytest.approx(100 * offered(few), abs=100 * 0.05)
    text = few[0].message.replace(f"{offered(few):.1f} units, 90 ", f"{offered(many):.1f} units, 9000 ")
    assert many == [Foreseen("officers", "overload", text)]


def test_the_number_of_probes_moves_a_load_by_less_than_what_is_said_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    many = foresee(crowd(1))
    monkeypatch.setattr(cohorts, "PROBES", 4_000)
    assert foresee(crowd(1)) == many


def test_a_backlog_brings_its_work_beside_that_of_those_who_arrive() -> None:
    # 6000 stand there at 0 and take a minute each: 100 h of work, beside the 60 h that arrive in the first hour.
    assert offered(foresee(port(1, 90, Poisson("60/min", backlog=6_000)))) == pytest.approx(160, rel=0.01)


def test_companions_come_as_often_as_their_partners() -> None:
    # 300 000 trucks a day and as many declarations, of a minute each: 208.3 officers' work of either.
    both = Network(
        pools=[Pool("officers", 400)],
        stations=[Station("desk", {"officers": 1})],
        flows=[
            Flow("truck", Poisson("300000/d"), [Serve("desk", 1)]),
            Flow("declaration", Ahead("truck", lead=0), [Serve("desk", 1)]),
        ],
    )
    assert offered(foresee(both)) == pytest.approx(2 * 300_000 / (24 * 60), rel=0.001)


def test_a_warning_says_whom_a_rule_may_call_beside_the_roster() -> None:
    port = queue(Poisson("60/h"), 4, capacity=2, duration="8 h")
    plain = next(item.message for item in foresee(port))
    called = next(item.message for item in foresee(evolve(port, staffing=[Backlog("officers", 9, 2, at_most=3)])))
    assert "units, 2 open, 00:00–08:00;" in plain
    assert called == plain.replace("08:00;", "08:00 (3 may be called in);")
