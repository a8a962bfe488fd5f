"""The warm-up, which KPIs leave out, and how long it should be: by hand, and by what must hold of any.

Times are minutes; in the timelines `.` waits, `=` is served, `[` begins, `)` ends. A run starts at midnight.
"""

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from clearsim.engines import compiled
from clearsim.measures import KPIS, measure
from clearsim.measures.deadlock import Deadlock
from clearsim.measures.labour import Conduct
from clearsim.measures.recovery import Recovery
from clearsim.measures.transient import WarmUpAnswer, cycle, numbers_inside, terminating, warm_up_needed
from clearsim.measures.waits import Waits
from clearsim.network import (
    Adjustment,
    At,
    Board,
    Calendar,
    Control,
    Departures,
    Event,
    Exponential,
    Flow,
    Given,
    Hold,
    Landing,
    Landings,
    LateFee,
    Network,
    Number,
    Planned,
    Poisson,
    Pool,
    Prices,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Surge,
    Take,
)
from clearsim.plan import NOT_YET
from tests.networks import Found, Simulate, about, approx, busy_port, quay, queue, run

H, D = 60.0, 1440.0
"""An hour and a day, in minutes."""


def four_trucks(warm_up: float, **rest: Any) -> Network:
    #       0    5    10   15   20   25   30   35   40   45   50   55   60
    # a     [===================)
    # b          ...............[===================)
    # c               ..............................[===================)
    # d                    .............................................[===
    return queue(At([0, 5, 10, 15]), 20, duration=60, warm_up=warm_up, **rest)


def test_waits_are_those_of_anyone_who_arrives_when_the_warm_up_is_over_and_the_line_is_that_of_all(
    simulate: Simulate,
) -> None:
    # Warm-up until 10: c waits 30, d 45 so far. b stands in the line too: 2 from 10, 3 from 15, 2 from 20, 1 from 40.
    assert about(four_trucks(10), simulate, "truck", "desk", limit_min=3) == approx(
        {
            "visits": 2,
            "wait_mean": (30 + 45) / 2,
            "wait_median": (30 + 45) / 2,
            "wait_p90": 30 + 0.9 * 15,
            "wait_p95": 30 + 0.95 * 15,
            "wait_longest": 45,
            "wait_over_limit": 100,
            "hours_above_limit": 50 / 60,  # b has waited for more than 3 since 8, and somebody has ever since
            "still_waiting": 1,
            "line_mean": (2 * 5 + 3 * 5 + 2 * 20 + 1 * 20) / 50,
            "line_peak": 3,
            "time_to_clear": math.nan,
        }
    )
    assert about(four_trucks(10), simulate, "truck") == {"arrived": 2, "not_arrived": 0, "inside": 2}


def test_a_line_that_is_longest_when_the_warm_up_ends_has_its_peak_then(simulate: Simulate) -> None:
    # 2 wait at 30, 1 from 40, none from 60.
    found = about(four_trucks(30, run_on=60), simulate, "truck", "desk")
    assert (found["visits"], found["line_peak"], found["time_to_clear"]) == (0, 2, 60 - 30)
    assert found["line_mean"] == (2 * 10 + 1 * 20) / 90


def test_pools_are_measured_from_the_end_of_the_warm_up_on_no_matter_whom_they_serve(simulate: Simulate) -> None:
    # Trucks of 0 and 20, 30 min each: in use from 0 to 30 and from 30 to 60, after that nobody comes until 90.
    port = queue(At([0, 20]), 30, 2, duration=90, warm_up=40)
    assert about(port, simulate, "", "officers") == approx({"utilisation": 100 * 10 / (2 * 50), "duty_hours": 100 / 60})


def test_departures_are_those_after_the_warm_up_and_slots_are_used_by_anyone_who_boards(simulate: Simulate) -> None:
    trains = [(10.0, 2), (50.0, 4), (90.0, 4)]
    port = quay(At([0, 20, 45, 60]), trains, duration=100, warm_up=40)
    found = about(port, simulate, "", "train")
    assert found == {"departures": 2, "slots_used": 100 * 3 / 8, "departures_late": 0, "lateness_mean": 0}
    assert about(port, simulate, "box", "train")["wait_mean"] == (5 + 30) / 2  # of those who came at 45 and at 60


def test_where_nobody_arrives_after_the_warm_up_waits_are_undefined_and_not_0(simulate: Simulate) -> None:
    port = queue(At([0, 5]), 20, duration=120, warm_up=60)
    found = about(port, simulate, "truck", "desk")
    none = ("visits", "hours_above_limit", "still_waiting", "line_mean", "line_peak", "time_to_clear")
    zeros = dict.fromkeys(none, 0.0)
    assert found == approx(dict.fromkeys((x for x, kpi in KPIS.items() if kpi.subject is Waits), math.nan) | zeros)
    assert about(port, simulate, "truck") == {"arrived": 0, "not_arrived": 0, "inside": 0}
    assert about(port, simulate, "", "officers")["utilisation"] == 0


def test_recovery_looks_at_the_whole_run(simulate: Simulate) -> None:
    def recovered(warm_up: float) -> Found:
        storm = Event("storm", 40, 50)
        port = queue(At([0, 0, 0, 40, 40, 40, 40]), 10, duration="1 d", warm_up=warm_up, events=[storm])
        return about(port, simulate, "", "desk/storm")

    assert recovered(45) == recovered(0)
    assert recovered(0)["backlog_before"] == 2


def test_a_run_does_not_know_of_its_warm_up(simulate: Simulate) -> None:
    plain = busy_port(duration="6 h")
    warmed = evolve(plain, warm_up="2 h")
    np.testing.assert_array_equal(run(plain, simulate).stamp, run(warmed, simulate).stamp)


def one_day_or_two(before: bool) -> Network:
    """A day of all that KPIs are about; with a day `before` it that ends empty, which is its warm-up."""
    late = D if before else 0.0

    def at(*minutes: float) -> At:
        return At([*(minutes if before else ()), *(late + minute for minute in minutes)])

    return Network(
        pools=[
            Pool(
                "officers",
                {"00:00": 1, "08:00": 2},
                kind="staff",
                adjustments=[Adjustment(late + H, late + 3 * H, plus=1)],
            ),
            Pool("lanes", 1),
        ],
        stations=[
            Station("inspection", {"officers": 1, "lanes": 1}, inspection=True),
            Station("window", {"officers": 1}, trip=True),
        ],
        stocks=[Stock("shelf", {"wine": 2})],
        services=[Service("train", Departures((12 * H, 13 * H), slots=2), cut_off=10)],
        flows=[
            Flow(
                "truck",
                at(8 * H, 8 * H + 5, 8 * H + 10),
                attributes={
                    "all": Share(1),
                    "due": Number(Given([30] * 6)),
                    "cny": Number(Given([100_000] * 6)),
                },
                steps=[
                    Serve("inspection", 20, driver="cab"),
                    Hold(5, driver="out"),
                    Serve("window", 10, driver="out", milestone="released"),
                    Board("train", booked="3 h"),
                ],
                late_fee=LateFee(due="due", amount="cny", per_day=0.0005, least_cny=50),
                control=Control("all", "all", "all", at="inspection"),
                apart="all",
            ),
            Flow("order", at(9 * H, 9 * H, 9 * H, 9 * H), [Take("shelf", patience="1 h"), Hold(5)]),
            Flow("pallet", at(9.5 * H, 11 * H, 11 * H), [Put("shelf", 1)]),
        ],
        prices=Prices(staff_hour=100, night=1.5, overtime=2, driver_hour=50, roll_over=1000, lost_order=30),
        start=datetime(2022, 11, 1) - timedelta(minutes=late),
        duration=D + late,
        run_on="2 d",
        warm_up=late,
    )


def test_a_day_that_ends_empty_changes_no_figure_where_it_is_left_out(simulate: Simulate) -> None:
    plain, warmed = (measure(run(one_day_or_two(before), simulate), 10) for before in (False, True))
    found = {row[:4]: row.value for row in warmed}
    assert found == pytest.approx({row[:4]: row.value for row in plain}, rel=1e-9, nan_ok=True)
    not_here = {name for name, kpi in KPIS.items() if kpi.subject in (Recovery, Deadlock, Conduct)}
    assert {row.kpi for row in plain} == KPIS.keys() - not_here


# How long it should be


def test_who_is_inside_came_and_has_neither_finished_nor_gone(simulate: Simulate) -> None:
    # Orders of 0, 10 and 20 for one unit: the first holds it for 30, the second gives up at 25, the third at 35.
    order = Flow("order", At([0, 10, 20]), [Take("shelf", patience=15), Hold(30)])
    trace = run(Network(stocks=[Stock("shelf", {"wine": 1})], flows=[order], duration=60), simulate)
    expected = [[0, 10, 20, 25, 30, 35], [1, 2, 3, 2, 1, 0]]
    assert [part.tolist() for part in (trace.inside.at_ms / 60_000, trace.inside.value)] == expected
    assert numbers_inside(trace, 10).tolist() == [1, 2, 2.5, 0.5, 0, 0]


def test_the_average_number_inside_times_the_time_is_the_sum_of_the_times_inside(simulate: Simulate) -> None:
    trace = run(busy_port(), simulate)
    end_ms, spent_ms = trace.plan.arrivals_end_ms, 0
    for flow in range(len(trace.plan.flows.names)):
        left_ms = trace.left_ms(flow)
        until_ms = np.where((left_ms == NOT_YET) | (left_ms > end_ms), end_ms, left_ms)
        spent_ms += int((until_ms - trace.arrival_ms(flow)).sum())
    for every_min in (1, 7.5, 60, 1440):
        assert numbers_inside(trace, every_min).mean() * end_ms == pytest.approx(spent_ms, rel=1e-12)


def test_a_part_of_an_interval_at_the_end_is_left_out(simulate: Simulate) -> None:
    assert numbers_inside(run(four_trucks(0), simulate), 25).size == 2
    assert numbers_inside(run(four_trucks(0), simulate), 61).size == 0


def mm1(**rest: Any) -> Network:
    return queue(Poisson(0.7), Exponential(1), duration=2000, **rest)


def answer(network: Network, replications: int = 5, forced: bool = False) -> WarmUpAnswer:
    traces = (run(network, compiled.simulate, replication=number) for number in range(replications))
    return warm_up_needed(network, traces, forced=forced)


STORM = Event("storm", 10, 20)


@pytest.mark.parametrize(
    ("network", "reason"),
    [
        (queue(At([0, 5]), 20), "`truck` arrives at given moments"),
        (quay(Poisson(1), [(30, 9)]), "`train` departs at given moments"),
        (mm1(events=[STORM]), "events happen at given dates"),
        (queue(Poisson(1, surges=(Surge("double 11", 0, 60, 2),)), 1), "`truck` has surges"),
        (queue(Poisson(1, backlog=9), 1), "a backlog of `truck` is there at the start"),
        (queue(Poisson(1), 1, Planned([(0, 1), (60, 2)])), "`officers` is planned moment by moment"),
        (queue(Poisson(1), 1, {"00:00": 1, "08:00": 2}), "work follows the clock and the run is shorter than a week"),
    ],
)
def test_a_run_that_follows_dates_or_begins_as_a_day_begins_needs_no_warm_up(network: Network, reason: str) -> None:
    assert terminating(network) == [reason]
    found = warm_up_needed(network, iter([]))  # no trace is looked at
    assert found[2:] == (None, (), None, None)
    assert found.minutes == 0
    assert found.sentence == (f"Warm-up: none is needed, since the run starts and ends as the real one does: {reason}.")


def test_what_is_the_same_from_the_first_minute_to_the_last_is_no_date() -> None:
    # A team of which one is always kept apart
    officers = Pool("officers", 3, adjustments=[Adjustment(0, 2000, plus=-1)])
    desk = Station("desk", {"officers": 1})
    flow = Flow("truck", Poisson(1), [Serve("desk", Exponential(1))])
    assert terminating(Network(pools=[officers], stations=[desk], flows=[flow], duration=2000)) == []


@pytest.mark.parametrize(
    ("network", "minutes"),
    [
        (mm1(), None),
        (queue(Poisson(1, day_cv=0.3), 1), D),
        (queue(Poisson(1, hours=(1, 2) * 12), 1), D),
        (queue(Poisson(1, hours=(1, 2) * 48), 1), D),
        (queue(Poisson(1, hours=(1, 2) * 84), 1), D),
        (queue(Poisson(1, hours=(*[1] * 167, 2)), 1), 7 * D),
        (queue(Poisson(1, hours=(1,) * 336), 1), None),
        (queue(Poisson(1, hours=(1, 2) * 12, weekdays=(1, 1, 1, 1, 1, 2, 2)), 1), 7 * D),
        (queue(Landings((Landing(60, 5), Landing(90, 5, (0, 2)))), 1), 7 * D),
        (queue(Poisson(1), 1, {"00:00": 1, "08:00": 2}), D),
        (queue(Poisson(1), 1, Calendar.weekly({"mon-fri": {"00:00": 2}, "sat,sun": {"00:00": 1}})), 7 * D),
        (quay(Poisson(1), Departures((60,), 9)), D),  # type: ignore[arg-type]
    ],
)
def test_a_network_repeats_itself_after_the_longest_of_its_cycles(network: Network, minutes: float | None) -> None:
    assert cycle(network) == minutes


def test_what_is_left_out_of_an_empty_line_is_some_of_its_relaxation_times_and_little_of_the_run() -> None:
    """M/M/1 at load 0.7 forgets its start within some relaxation times of 37 min; seen in 40 runs of 2000 min."""
    found = answer(mm1(), replications=40)
    assert found.every_min == 4
    assert len(found.series) == 500
    assert found.minutes is not None
    assert 10 <= found.minutes <= 6 * 37
    assert found.mser is not None
    # ρ / (1 - ρ) are inside. The mean over T has the variance 2ρ(1 + ρ) / (1 - ρ)⁴T (Whitt 1989): ± 3.3 deviations.
    assert found.mser.mean == pytest.approx(0.7 / 0.3, abs=3.3 * math.sqrt(2 * 0.7 * 1.7 / 0.3**4 / 80_000))
    assert f"leave out the first {found.minutes / 60:.4g} h (MSER); Welch's moving average " in found.sentence


def test_a_line_that_only_grows_has_no_steady_part() -> None:
    found = answer(queue(Poisson(1.5), Exponential(1), duration=2000))
    assert found.minutes is None
    assert "unknown from 500 observations of 0.06667 h each: not enough data" in found.sentence


def test_where_work_follows_the_clock_an_observation_is_a_day_and_some_days_are_not_enough() -> None:
    found = answer(queue(Poisson(0.5, hours=(1, 2) * 12), 1, duration="8 d"))
    assert (found.every_min, len(found.series), found.minutes) == (D, 8, None)
    assert "unknown from 8 observations of 24 h each: not enough data" in found.sentence
    assert answer(queue(Poisson(0.5, hours=(1, 2) * 12), 1, duration="60 d")).minutes is not None


def test_the_answer_can_be_forced() -> None:
    found = answer(mm1(events=[STORM]), forced=True)
    assert found.series == answer(mm1()).series
    assert found.minutes == answer(mm1()).minutes


def test_a_question_without_a_trace_is_refused() -> None:
    with pytest.raises(ValueError, match="from the trace of one replication or more"):
        warm_up_needed(mm1(), [])
