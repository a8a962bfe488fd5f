"""Every KPI on a network small enough to be worked out by hand.

Times are minutes; in the timelines `.` waits, `=` is served, `[` begins, `)` ends. A run starts at midnight.
"""

import math
from typing import Any

import numpy as np
import pytest

from clearsim.engines import compiled
from clearsim.measures import KPIS
from clearsim.measures.subjects import subjects_of
from clearsim.measures.waits import Waits
from clearsim.network import (
    Ahead,
    At,
    Await,
    Board,
    Category,
    Enter,
    Flow,
    Given,
    Hold,
    Landing,
    LateFee,
    Leave,
    Network,
    Number,
    Pool,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Timetable,
    Travel,
)
from clearsim.report.reference import SUBJECTS, kpi_reference
from clearsim.trace.levels import Level, level, total
from tests.networks import MS, Simulate, about, approx, busy_port, quay, queue, run
from tests.paths import ROOT

H, D = 60.0, 1440.0
"""An hour and a day, in minutes."""
WORKED_OUT = (
    "measures/test_measures",
    "measures/test_apart",
    "measures/test_control",
    "measures/test_recovery",
    "measures/test_money",
    "measures/test_hours",
    "network/test_labour",
    "network/test_deadlock",
    "engines/test_late_departures",
)
"""Where the KPIs are worked out by hand."""


# Waits and lines


def four_trucks(**rest: Any) -> Network:
    #       0    5    10   15   20   25   30   35   40   45   50   55   60
    # a     [===================)
    # b          ...............[===================)
    # c               ..............................[===================)
    # d                    .............................................[===
    return queue(At([0, 5, 10, 15]), 20, **rest)


def test_those_who_still_wait_at_the_end_count_with_their_wait_so_far(simulate: Simulate) -> None:
    # Waits 0, 15, 30, and 45 so far: nothing happens at minute 60, when the run ends.
    # The line: 1 from 5, 2 from 10, 3 from 15, 2 from 20, 1 from 40; the area is 5 + 10 + 15 + 40 + 20 = 90.
    assert about(four_trucks(duration=60), simulate, "truck", "desk") == approx(
        {
            "visits": 4,
            "wait_mean": 90 / 4,
            "wait_median": (15 + 30) / 2,
            "wait_p90": 30 + 0.7 * 15,  # 0.9 · 3 = 2.7 steps from the shortest
            "wait_p95": 30 + 0.85 * 15,
            "wait_longest": 45,
            "wait_over_limit": 25,  # 30 is not longer than 30
            "hours_above_limit": 15 / 60,  # from 45, when d has waited for 30
            "still_waiting": 1,
            "line_mean": 90 / 60,
            "line_peak": 3,
            "time_to_clear": math.nan,
        }
    )


def test_a_line_clears_when_the_last_one_in_it_starts(simulate: Simulate) -> None:
    found = about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", limit_min=29.9)
    assert found["time_to_clear"] == 60 - 15
    assert found["line_mean"] == 90 / 120
    assert found["wait_over_limit"] == 50
    assert found["still_waiting"] == 0


def test_a_line_clears_after_its_peak_even_if_it_had_been_empty_before(simulate: Simulate) -> None:
    # b waits 5..20, then the line is empty; d and e wait from 45 on, the peak of 2, until 60 and 80.
    found = about(queue(At([0, 5, 40, 45, 45]), 20, duration=D), simulate, "truck", "desk")
    assert (found["line_peak"], found["time_to_clear"]) == (2, 80 - 45)


def test_a_line_that_all_pass_at_once_has_no_peak_and_nothing_to_clear(simulate: Simulate) -> None:
    found = about(queue(At([0, 20, 40]), 20, duration=60), simulate, "truck", "desk")
    assert (found["line_peak"], found["line_mean"], found["time_to_clear"], found["wait_longest"]) == (0, 0, 0, 0)


def test_a_line_that_nobody_joined_has_no_waits_rather_than_short_ones(simulate: Simulate) -> None:
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", At([0]), [Serve("desk", 5, only_if="no")], attributes={"no": Share(0)})],
    )
    none = ("visits", "hours_above_limit", "still_waiting", "line_mean", "line_peak", "time_to_clear")
    zeros = dict.fromkeys(none, 0.0)
    expected = dict.fromkeys((name for name, kpi in KPIS.items() if kpi.subject is Waits), math.nan) | zeros
    assert about(port, simulate, "truck", "desk") == approx(expected)


def test_hours_above_the_limit_are_those_in_which_somebody_has_waited_longer_counted_once(simulate: Simulate) -> None:
    # With a limit of 10: b from 15 to 20, c from 20 to 40, d from 25 to 60. With one of 40: d from 55 to 60.
    assert about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", 10)["hours_above_limit"] == 45 / 60
    assert about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", 40)["hours_above_limit"] == 5 / 60
    assert about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", 45)["hours_above_limit"] == 0
    # Two waits of 15 far apart, each above the limit for its last 5
    apart = queue(At([0, 5, 100, 105]), 20, duration=D)
    assert about(apart, simulate, "truck", "desk", 10)["hours_above_limit"] == 10 / 60


@pytest.mark.parametrize("limit_min", [0, 3, 20])
def test_hours_above_the_limit_are_the_time_during_which_the_longest_wait_so_far_exceeds_it(limit_min: int) -> None:
    # At a whole millisecond the longest wait so far is that of the first in line: looked at every half minute.
    trace = run(busy_port(officers=3), compiled.simulate)
    ticks = np.arange(0, trace.plan.end_ms, 30_000)
    for subject in subjects_of(trace, limit_min):
        if isinstance(subject, Waits):
            longest = np.zeros(len(ticks), dtype=np.int64)
            for line in subject.lines:
                for joined, wait in zip(line.joined_ms.tolist(), line.waits_ms.tolist(), strict=True):
                    here = (ticks >= joined) & (ticks < joined + wait)
                    longest[here] = np.maximum(longest[here], ticks[here] - joined)
            roughly = (longest >= max(limit_min * 60_000, 1)).sum() * 30_000 / 3_600_000
            visits = sum(len(line.entity) for line in subject.lines)
            assert subject.above_limit_ms / 3_600_000 == pytest.approx(roughly, abs=0.01 + visits / 120)


def test_a_line_that_two_flows_share_is_measured_for_each_and_as_a_whole(simulate: Simulate) -> None:
    # express 0 [0, 10), then ordinary [10, 20) and express 1 [20, 30)
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("express", At([0, 6]), [Serve("desk", 10)]), Flow("ordinary", At([4]), [Serve("desk", 10)])],
    )
    waits = {flow: about(port, simulate, flow, "desk")["wait_mean"] for flow in ("express", "ordinary", "")}
    peaks = {flow: about(port, simulate, flow, "desk")["line_peak"] for flow in waits}
    assert waits == {"express": (0 + 14) / 2, "ordinary": 6, "": (0 + 14 + 6) / 3}
    assert peaks == {"express": 1, "ordinary": 1, "": 2}


def test_two_visits_of_one_flow_to_the_same_station_are_one_line(simulate: Simulate) -> None:
    # a [0, 10) and again, behind b, [20, 30); b [10, 20) and again [30, 40): both wait 10 each time but the first
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", At([0, 0]), [Serve("desk", 10), Serve("desk", 10)])],
    )
    found = about(port, simulate, "truck", "desk")
    assert (found["visits"], found["wait_mean"]) == (4, 30 / 4)


def test_a_box_waits_for_its_train_until_it_leaves_not_until_it_closes(simulate: Simulate) -> None:
    found = about(quay(At([0, 15]), [(30, 9), (60, 9)], cut_off=20, duration=D), simulate, "box", "train")
    assert (found["visits"], found["wait_longest"], found["wait_mean"]) == (2, 45, (30 + 45) / 2)


# Drivers


def yard(lead: float = 0, **rest: Any) -> Network:
    #    0         10   15        25                  45   50        60             75   80             95        105
    # a  [gate====)[out=[window==)[lane==============)[drive========)[dock====)
    # b      ......[gate====).........................[out=[window==)[lane==============)[drive========)[dock====)
    places = ("gate", "bay", "window", "lane", "dock")
    return Network(
        pools=[Pool(name, 1) for name in places],
        stations=[Station(name, {name: 1}) for name in places],
        flows=[
            Flow(
                "truck",
                At([0, 4]),
                [
                    Serve("gate", 10, driver="cab"),
                    Enter("bay", driver="cab"),
                    Hold(5, driver="out"),
                    Serve("window", 10, driver="out"),
                    Serve("lane", 20, driver="cab"),
                    Leave("bay"),
                    Travel(15, driver="cab"),
                    Serve("dock", 10, driver="cab", milestone="driver_free"),
                    Hold(100),  # nobody's minutes: the driver has gone
                ],
            )
        ],
        **rest,
    )


def test_a_drivers_minutes_are_split_and_add_up_to_the_turnaround(simulate: Simulate) -> None:
    # a: 0 in line, 5 + 10 out, 10 + 20 + 10 served, 15 driving: 70
    # b: 6 + 25 in line, 15 out, 40 served, 15 driving: 101 = 105 - 4
    found = about(yard(), simulate, "truck")
    split = {
        "driver_queueing_in_cab": (0 + 31) / 2,
        "driver_out_of_cab": 15,
        "driver_served_in_cab": 40,
        "driver_driving": 15,
    }
    waits = {"driver_wait_mean": (15 + 46) / 2, "driver_wait_p95": 15 + 0.95 * 31}
    assert found == approx(split | waits | {"arrived": 2, "not_arrived": 0, "inside": 0})
    assert sum(split.values()) == about(yard(), simulate, "truck", "driver_free")["dwell_mean"] == (70 + 101) / 2


def test_a_driver_on_the_way_when_the_run_ends_counts_with_the_minutes_so_far(simulate: Simulate) -> None:
    # At 65 a has been unloading for 5 of 10 minutes, b inspected for 5 of 20: a 0, 15, 35, 15 and b 31, 15, 15, 0.
    found = about(yard(duration=65), simulate, "truck")
    assert found["driver_queueing_in_cab"] == (0 + 31) / 2
    assert found["driver_out_of_cab"] == 15
    assert found["driver_served_in_cab"] == (35 + 15) / 2
    assert found["driver_driving"] == (15 + 0) / 2


def test_a_driver_waits_in_the_cab_for_the_declaration_and_out_of_it_in_line_at_the_window(simulate: Simulate) -> None:
    # One officer reviews both declarations from 0: done at 20 and 40. Out of the cab a waits from 20 for c's papers.
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("window", {"officers": 1})],
        flows=[
            Flow("truck", At([0, 5]), [Await("declaration", driver="cab")]),
            Flow("declaration", Ahead("truck", lead=10), [Serve("window", 20)]),
            Flow("walker", At([30]), [Serve("window", 20, driver="out")]),
        ],
    )
    assert about(port, simulate, "truck")["driver_queueing_in_cab"] == (20 + 35) / 2
    walker = about(port, simulate, "walker")
    assert (walker["driver_out_of_cab"], walker["driver_wait_mean"], walker["driver_queueing_in_cab"]) == (30, 30, 0)


def test_time_in_the_cab_that_is_neither_a_line_nor_a_road_is_service(simulate: Simulate) -> None:
    port = Network(flows=[Flow("truck", At([0]), [Hold(5, driver="cab"), Travel(7, driver="cab")])])
    found = about(port, simulate, "truck")
    assert (found["driver_served_in_cab"], found["driver_driving"], found["driver_wait_mean"]) == (5, 7, 0)


def test_a_flow_without_a_driver_has_no_driver_minutes(simulate: Simulate) -> None:
    assert about(queue(At([0]), 5), simulate, "truck").keys() == {"arrived", "not_arrived", "inside"}


# Milestones


def test_time_to_a_milestone_is_of_those_who_reached_it_and_within_24_h_of_those_who_could(simulate: Simulate) -> None:
    #      arrives   takes   by the end at 48 h
    # a    0 h       10 h    in time
    # b    10 h      25 h    too late, at 35 h
    # c    20 h      30 h    inside after 28 h: too late
    # d    30 h       5 h    in time
    # e    40 h      20 h    inside after 8 h: nobody knows
    hold = Hold(Given([10 * H, 25 * H, 30 * H, 5 * H, 20 * H]), milestone="released")
    port = Network(flows=[Flow("box", At([0, 10 * H, 20 * H, 30 * H, 40 * H]), [hold])], duration=2 * D)
    assert about(port, simulate, "box", "released") == approx(
        {
            "reached": 3,
            "dwell_mean": (10 + 25 + 5) / 3 * H,
            "dwell_p90": (10 + 0.8 * 15) * H,  # 0.9 · 2 = 1.8 steps from the shortest
            "within_24h": 100 * 2 / 4,
        }
    )
    assert about(port, simulate, "box") == {"arrived": 5, "not_arrived": 0, "inside": 2}


def test_exactly_24_h_are_within_24_h(simulate: Simulate) -> None:
    port = Network(flows=[Flow("box", At([0, 0]), [Hold(Given([D, D + MS]), milestone="out")])], duration="3 d")
    assert about(port, simulate, "box", "out")["within_24h"] == 50


def test_who_is_due_in_the_run_and_comes_after_its_end_has_not_arrived(simulate: Simulate) -> None:
    # Due at minute 10, 30 and 50, each 25 minutes late; the run ends after 70.
    landings = Timetable((Landing(10, 1), Landing(30, 2), Landing(50, 4)), delay=25)
    port = Network(flows=[Flow("pallet", landings, [Hold(20)])], duration=60, run_on=10)
    assert about(port, simulate, "pallet") == {"arrived": 3, "not_arrived": 4, "inside": 2}


def test_a_backlog_at_the_start_has_arrived(simulate: Simulate) -> None:
    found = about(queue(At([10], backlog=2), 20, duration=30), simulate, "truck")
    assert found == {"arrived": 3, "not_arrived": 0, "inside": 2}  # one ends at 20, one is being served, one waits


# Departures


def trains() -> Network:
    #  closes   leaves   slots
    #    -10       20        9    closed before the run: not a departure of it
    #     90      120        3
    #    210      240        1
    #    330      360        1
    #    390      420        1    leaves after the run's end at 400
    #
    # booked is the first that closes 60 min after the arrival or later
    #      arrives   booked   leaves
    # a        0       120      120
    # b       85       240      120   earlier than booked
    # c      148       240      240
    # d      149       240      360   behind c in line: 120 late
    # e      150       240            closes exactly an hour later; inside at 400: 160 late so far
    # f      280       420            booked on a train that leaves after the end: says nothing
    board = Board("train", booked="1 h", milestone="departed")
    departures = [(20, 9), (120, 3), (240, 1), (360, 1), (420, 1)]
    return Network(
        services=[Service("train", departures, cut_off=30)],
        flows=[
            Flow("box", At([0, 85, 148]), [board]),
            Flow("later box", At([149, 150, 280]), [board]),
        ],
        duration=400,
    )


def test_on_the_booked_departure_is_whoever_left_with_it_or_earlier(simulate: Simulate) -> None:
    assert about(trains(), simulate, "box", "train")["on_booked"] == 100
    assert about(trains(), simulate, "later box", "train")["on_booked"] == 0  # of d and e; f says nothing


def test_roll_over_counts_the_days_behind_the_booked_departure_or_so_far(simulate: Simulate) -> None:
    assert about(trains(), simulate, "box", "train")["roll_over_mean"] == 0
    assert about(trains(), simulate, "later box", "train")["roll_over_mean"] == pytest.approx((120 + 160) / 2 / D)


def test_departures_are_those_of_the_run_and_slots_used_those_that_cargo_took(simulate: Simulate) -> None:
    assert about(trains(), simulate, "", "train").items() >= {"departures": 3.0, "slots_used": 100 * 4 / 5}.items()


def test_a_service_without_departures_has_no_share_of_slots(simulate: Simulate) -> None:
    port = Network(services=[Service("train", [])], flows=[Flow("box", At([0]), [Board("train", booked=0)])])
    undefined = dict.fromkeys(("slots_used", "lateness_mean"), math.nan)
    assert about(port, simulate, "", "train") == approx({"departures": 0, "departures_late": 0, **undefined})
    booked = about(port, simulate, "box", "train")
    assert math.isnan(booked["on_booked"])
    assert math.isnan(booked["roll_over_mean"])


# Pools


def test_utilisation_is_time_in_use_over_time_on_duty_and_beyond_it_while_arrivals_come(simulate: Simulate) -> None:
    #       0         30        60        90        120       150       180
    # shift [===================)                   [=====================
    # a     [=========)
    # b                      [============)           after the shift from 60 to 90
    # c                       ......................[=========)    in the run-on, which is left out
    port = queue(At([0, 50, 55]), Given([30, 40, 30]), {"00:00": 1, "01:00": 0, "02:00": 1}, duration=120, run_on=60)
    found = about(port, simulate, "", "officers")
    assert found == approx({"utilisation": 100 * (30 + 40) / (60 + 30), "duty_hours": 1.5})


def test_a_visit_counts_only_until_arrivals_end(simulate: Simulate) -> None:
    port = queue(At([50]), 30, 2, duration=60, run_on=60)
    assert about(port, simulate, "", "officers") == approx({"utilisation": 100 * 10 / 120, "duty_hours": 2})


def test_a_pool_kept_from_enter_to_leave_is_in_use_throughout(simulate: Simulate) -> None:
    # The bay is held from 10 to 45 and from 45 to 80; the documents' window is used twice for 10 minutes.
    assert about(yard(duration=100), simulate, "", "bay")["utilisation"] == pytest.approx(70)
    assert about(yard(duration=100), simulate, "", "window")["utilisation"] == pytest.approx(20)


def test_a_pool_that_is_never_on_duty_has_no_utilisation(simulate: Simulate) -> None:
    port = queue(At([0]), 5, {"00:00": 0, "12:00": 1}, duration="6 h", run_on="6 h")
    found = about(port, simulate, "", "officers")
    assert found == approx({"utilisation": math.nan, "duty_hours": 0})


def test_inspections_are_counted_per_hour_of_the_stations_staff_whatever_the_flow(simulate: Simulate) -> None:
    # Two officers and a lane for every inspection, 40 min each: done at 40, 80 and 120, which is after arrivals end.
    # On duty: 2 officers for 2 h; the lane is not staff.
    def port(kind: Any) -> Network:
        return Network(
            pools=[Pool("officers", 2, kind=kind), Pool("lanes", 5)],
            stations=[Station("inspection", {"lanes": 1, "officers": 2}, inspection=True)],
            flows=[Flow(name, At([0, 60]), [Serve("inspection", 40)]) for name in ("truck", "van")],
            duration=120,
            run_on=60,
        )

    assert about(port("staff"), simulate, "", "inspection")["inspections_per_officer_hour"] == 2 / 4
    assert math.isnan(about(port("equipment"), simulate, "", "inspection")["inspections_per_officer_hour"])


# Stocks


def test_the_lowest_stock_and_those_who_had_to_wait_for_it_are_counted_by_family(simulate: Simulate) -> None:
    # wine: 3, takes 2 at 0: 1; at 10 two are wanted and 1 is there: waits; at 30 five come: 4. At 40 nine are wanted.
    # milk: 5, nobody takes.
    wine = {"family": Category({"wine": 1, "milk": 0})}
    port = Network(
        stocks=[Stock("shelf", {"wine": 3, "milk": 5})],
        flows=[
            Flow("order", At([0, 10]), [Take("shelf", 2, family="family")], attributes=wine),
            Flow("feast", At([40]), [Take("shelf", 9, family="family")], attributes=wine),
            Flow("pallet", At([30]), [Put("shelf", 5, family="family")], attributes=wine),
        ],
        duration=60,
    )
    assert about(port, simulate, "", "shelf/wine") == {"stock_lowest": 1, "stock_outs": 2, "stock_lost": 0}
    assert about(port, simulate, "", "shelf/milk") == {"stock_lowest": 5, "stock_outs": 0, "stock_lost": 0}
    assert about(port, simulate, "order", "shelf")["wait_longest"] == 20
    assert about(port, simulate, "feast", "shelf")["still_waiting"] == 1


def test_a_stock_of_one_family_goes_by_its_own_name(simulate: Simulate) -> None:
    port = Network(stocks=[Stock("shelf", {"wine": 3})], flows=[Flow("order", At([0]), [Take("shelf", 3)])])
    assert about(port, simulate, "", "shelf") == {"stock_lowest": 0, "stock_outs": 0, "stock_lost": 0}


# Late fees


def test_a_late_fee_is_due_for_every_day_begun_and_is_at_least_the_least_fee(simulate: Simulate) -> None:
    # 0.05 % a day, at least CNY 50, by the end of the run at 4 d:
    #       due     done         days    amount     fee
    # a     1 h     1 h          0       400 000      0
    # b     1 h     1 h + 1 ms   1       400 000    200
    # c     0       1 d          1        20 000     50    0.05 % would be 10
    # d     0       1 d + 1 ms   2       100 000    100
    # e     1 d     not yet      3       100 000    150    so far
    # f     5 d     not yet      0       100 000      0
    port = Network(
        flows=[
            Flow(
                "errand",
                At([0] * 6),
                [Hold(Given([H, H + MS, D, D + MS, 9 * D, 9 * D]))],
                attributes={
                    "due": Number(Given([H, H, 0, 0, D, 5 * D])),
                    "cny": Number(Given([400_000, 400_000, 20_000, 100_000, 100_000, 100_000])),
                },
                late_fee=LateFee(due="due", amount="cny", per_day=0.0005, least_cny=50),
            )
        ],
        duration="4 d",
    )
    fees = {"late_share": 100 * 4 / 6, "late_fees": 200 + 50 + 100 + 150}
    assert about(port, simulate, "errand") == approx(fees | {"arrived": 6, "not_arrived": 0, "inside": 2})


# Levels


def ms(*moments: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(moments, dtype=np.int64)


def test_a_level_nets_what_goes_up_and_down_at_the_same_instant() -> None:
    found = level([(ms(5, 3, 5), 1), (ms(5, 9), -1)], end_ms=20)
    assert (found.at_ms.tolist(), found.value.tolist()) == ([3, 5, 9], [1, 2, 1])


def test_a_level_that_someone_passes_through_at_once_has_no_peak() -> None:
    assert level([(ms(5), 1), (ms(5), -1)], end_ms=20).peak() == 0


def test_the_area_under_a_level_is_cut_to_its_window() -> None:
    # 2 on [10, 20), 5 on [20, 30), 1 on [30, 50)
    steps = total([(ms(20, 10, 30), ms(3, 2, -4))], end_ms=50)
    assert steps.area() == 20 + 50 + 20
    assert steps.area(0, 10) == 0
    assert steps.area(15, 25) == 10 + 25
    assert steps.area(40, 99) == 10
    assert steps.mean() == 90 / 50


def test_a_level_is_0_before_its_first_moment_and_holds_its_last_until_the_end() -> None:
    assert total([(ms(10, 20), ms(2, 3))], end_ms=50).at(ms(9, 10, 19, 20, 49)).tolist() == [0, 2, 2, 5, 5]
    assert Level(ms(), ms(), 50).at(ms(0, 49)).tolist() == [0, 0]


def test_a_level_without_moments_has_no_area_no_peak_and_nothing_to_clear() -> None:
    empty = Level(ms(), ms(), 50)
    assert (empty.area(), empty.mean(), empty.peak(), empty.clears_ms()) == (0, 0, 0, 0)


def test_a_level_clears_from_the_first_of_two_equal_peaks() -> None:
    # 2 on [0, 10), 1 on [10, 20), 2 on [20, 30), then 0
    assert total([(ms(0, 10, 20, 30), ms(2, -1, 1, -2))], end_ms=50).clears_ms() == 30


# The reference


def test_every_kpi_has_a_unit_a_chinese_label_and_a_definition_in_sentences() -> None:
    for name, kpi in KPIS.items():
        assert kpi.name == name
        assert kpi.unit
        assert kpi.label.en
        assert any("一" <= char <= "鿿" for char in kpi.label.zh), name
        assert kpi.definition.endswith("."), name


def test_the_reference_says_every_kpi_once() -> None:
    reference = kpi_reference()
    told = [subject for subjects in SUBJECTS.values() for subject in subjects]
    assert len(told) == len(set(told))
    assert set(told) == {kpi.subject for kpi in KPIS.values()}
    for name, kpi in KPIS.items():
        assert reference.count(f"**`{name}`** ({kpi.unit})") == 1
        assert " ".join(kpi.definition.split()) in reference


def test_the_reference_on_disk_is_the_one_that_the_definitions_make() -> None:
    """If this fails: clearsim kpis > docs/kpis.md."""
    path = ROOT / "docs" / "kpis.md"
    assert path.read_text(encoding="utf-8") == kpi_reference()


def test_every_kpi_is_worked_out_by_hand() -> None:
    texts = "".join((ROOT / "tests" / f"{name}.py").read_text(encoding="utf-8") for name in WORKED_OUT)
    assert [name for name in KPIS if f'"{name}"' not in texts] == []
