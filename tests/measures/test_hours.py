"""The hours that people really work, those after the end of a shift included."""

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearsim.demand import draw
from clearsim.measures import measure
from clearsim.network import (
    Adjustment,
    At,
    Backlog,
    Flow,
    Given,
    Network,
    Pool,
    Prices,
    Proportional,
    Serve,
    Station,
)
from clearsim.network.calendar import Capacity
from clearsim.plan import compile_network
from clearsim.trace import Trace
from clearsim.trace.levels import Level
from clearsim.units import HOUR_MS
from tests.desks import H, desk, hours, shared
from tests.networks import Simulate, about, approx, run
from tests.strategies import EXAMPLES, networks

PRICES = Prices(staff_hour=100, night=1.2, overtime=1.5)
MOST = 1e-9
"""What the rounding of a sum may differ by."""


def in_minutes(level: Level) -> list[tuple[float, int]]:
    return [(at_ms / 60_000, value) for at_ms, value in zip(level.at_ms.tolist(), level.value.tolist(), strict=True)]


def test_anyone_who_finishes_after_the_shift_works_overtime_and_is_paid_for_it(simulate: Simulate) -> None:
    # roster     08:00 [=========) 09:00
    # truck              08:50 [=======================================) 12:50
    port = desk({"00:00": 0, "08:00": 1, "09:00": 0}, [8 * H + 50], 4 * H, prices=PRICES)
    late = 3 + 50 / 60
    assert about(port, simulate, "", "officers") == approx(
        {
            "utilisation": 100 * 4 / (1 + late),  # 82.8 %
            "duty_hours": 1 + late,
            "ordinary_hours": 1,
            "night_hours": 0,
            "overtime_hours": late,
            "stayed_late_hours": late,
            "staff_cost": 675,
        }
    )
    assert about(port, simulate, "") == approx({"staff_hours": 1 + late, "total_cost": 675})


def test_a_roster_of_a_minute_six_times_a_day_does_not_do_a_weeks_work_for_a_minute_s_pay(simulate: Simulate) -> None:
    # Two officers open at 00:00, 04:00, …, 20:00 for a minute, and each takes one truck, for 3 h.
    opened = {f"{hour:02d}:0{minute}": 2 * (minute == 0) for hour in range(0, 24, 4) for minute in (0, 1)}
    port = desk(opened, [0] * 84, 3 * H, duration="7 d", prices=PRICES)
    found = about(port, simulate, "", "officers")
    by_day, by_night, all_hours = 7 * 4 * 2 / 60, 7 * 2 * 2 / 60, 84 * 3
    late = all_hours - by_day - by_night
    assert hours(port, simulate) == pytest.approx((by_day, by_night, late))
    assert found["utilisation"] == pytest.approx(100)
    assert found["staff_cost"] == pytest.approx(100 * (by_day + 1.2 * by_night + 1.5 * late))


def test_a_shift_by_night_that_goes_on_costs_the_factor_of_overtime_alone(simulate: Simulate) -> None:
    # From 22:00 on it is night: an hour by the roster, and two hours after it.
    port = desk({"00:00": 0, "22:00": 1, "23:00": 0}, [22 * H], 3 * H, prices=PRICES, duration="2 d")
    found = about(port, simulate, "", "officers")
    assert (found["night_hours"], found["overtime_hours"]) == (2, 2)  # the roster is there on both nights
    assert found["staff_cost"] == pytest.approx(100 * (1.2 * 2 + 1.5 * 2))


def test_only_those_who_have_not_finished_stay_late(simulate: Simulate) -> None:
    # Three from 09:00 to 10:00, then one until 12:00. They finish at 10:30, 11:00 and 12:00.
    port = Network(
        pools=[Pool("officers", {"00:00": 0, "09:00": 3, "10:00": 1, "12:00": 0}, kind="staff")],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow(name, At([9 * H]), [Serve("desk", time)]) for name, time in (("a", 90), ("b", 120), ("c", 180))],
    )
    trace = run(port, simulate)
    assert in_minutes(trace.staying[0]) == [(10 * H, 2), (10.5 * H, 1), (11 * H, 0)]
    assert hours(port, simulate) == (3 + 2, 0, 2 * 0.5 + 0.5)


@pytest.mark.parametrize("duration", ["9 h", "10 h", "1 d"])
def test_work_after_the_shift_costs_the_same_whenever_arrivals_end(duration: str, simulate: Simulate) -> None:
    port = desk(
        {"00:00": 0, "08:00": 1, "09:00": 0}, [8 * H + 50], 4 * H, duration=duration, run_on="12 h", prices=PRICES
    )
    found = about(port, simulate, "", "officers")
    assert found["stayed_late_hours"] == pytest.approx(3 + 50 / 60)
    assert found["utilisation"] == pytest.approx(100 * 4 / (4 + 50 / 60))
    assert found["staff_cost"] == pytest.approx(675)


def test_hours_on_duty_after_the_last_arrival_do_not_count_and_those_before_the_warm_up_neither(
    simulate: Simulate,
) -> None:
    roster: Capacity = {"00:00": 1, "01:00": 0, "04:30": 1}
    port = desk(roster, [0], 6 * H, duration="3 h", warm_up="2 h", run_on="9 h")
    assert hours(port, simulate) == (0, 0, 2.5)  # late from 02:00 to 04:30, and on duty again until 06:00
    assert about(port, simulate, "", "officers")["utilisation"] == 100


def test_the_absent_who_finish_before_they_go_are_at_work_until_then(simulate: Simulate) -> None:
    gone = [Adjustment(10 * H, 12 * H, times=0)]
    port = desk({"00:00": 0, "09:00": 1, "12:00": 0}, [9.5 * H], 60, adjustments=gone)
    assert hours(port, simulate) == (1, 0, 0.5)


def test_people_who_were_called_in_and_are_let_go_finish_their_work(simulate: Simulate) -> None:
    # on duty  1         2         1
    # first    [===================|===================)
    # second             [=========|===================|=========)
    #          0         15        30                  60        75
    rule = Backlog("officers", call_at=1, release_at=0, at_most=1, every="15 min", lead=0, stay=0)
    port = desk(1, [0, 0], 60, staffing=[rule])
    assert in_minutes(run(port, simulate).staying[0]) == [(30, 1), (60, 0)]
    found = about(port, simulate, "", "officers")
    assert (found["overtime_hours"], found["stayed_late_hours"]) == (0.75, 0.5)


def test_equipment_that_is_closed_while_in_use_is_open_until_the_work_is_done(simulate: Simulate) -> None:
    port = Network(
        pools=[Pool("lanes", {"00:00": 0, "08:00": 1, "09:00": 0})],
        stations=[Station("lane", {"lanes": 1})],
        flows=[Flow("truck", At([8.5 * H]), [Serve("lane", 90)])],
    )
    assert about(port, simulate, "", "lanes") == approx({"utilisation": 75, "duty_hours": 2})


def test_what_is_done_in_an_hour_is_per_hour_really_worked(simulate: Simulate) -> None:
    # Two inspectors for an hour by the roster, and for three more until the second inspection is finished.
    port = Network(
        pools=[Pool("inspectors", {"00:00": 2, "01:00": 0}, kind="staff")],
        stations=[Station("inspection", {"inspectors": 2}, inspection=True)],
        flows=[Flow("truck", At([0, 10]), [Serve("inspection", Given([50, 190]))])],
    )
    assert about(port, simulate, "", "inspection")["inspections_per_officer_hour"] == 2 / (2 * 4)


# People who are shared


def test_anyone_who_finishes_in_a_pool_that_people_left_works_no_overtime_while_all_of_them_are_enough(
    simulate: Simulate,
) -> None:
    # Two guards are busy at the gate until 90. At 30 so many wait at the window that one of them is to go there, and is
    # there at 50: until then three work and three are on duty. From 50 to 90 four work.
    port = shared(2, 1, [90, 90], errands=40, move=20, keep={"clerks": 1})
    trace = run(port, simulate)
    assert in_minutes(trace.on_duty[0])[:2] == [(0, 2), (30, 1)]
    assert in_minutes(trace.finishing[0]) == [(30, 1), (90, 0)]
    assert in_minutes(trace.staying[0]) == [(50, 1), (90, 0)]
    found = {pool: about(port, simulate, "", pool) for pool in ("guards", "clerks")}
    assert found["guards"]["overtime_hours"] == pytest.approx(40 / 60)
    assert found["guards"]["duty_hours"] == pytest.approx(2 * 2 + 40 / 60)
    assert found["clerks"]["overtime_hours"] == 0
    assert found["clerks"]["duty_hours"] == 2
    assert max(of["utilisation"] for of in found.values()) <= 100


def test_the_overtime_of_people_who_are_shared_is_that_of_the_pool_where_they_work(simulate: Simulate) -> None:
    # The clerk follows the work to the gate. Both work there until 90, half an hour after the shift.
    roster: Capacity = {"00:00": 1, "01:00": 0}
    port = shared(roster, roster, [90, 90])
    assert hours(port, simulate, "guards") == (0, 1, 2 * 0.5)
    assert hours(port, simulate, "clerks") == (0, 1, 0)


# Any network


def at_work(trace: Trace, pools: list[int]) -> float:
    """Hours of max(on duty, in use) of the pools together while arrivals come, then of what is in use beyond it."""
    plan, on_duty, in_use = trace.plan, trace.people, trace.in_use
    changes = [levels[pool].at_ms for levels in (on_duty, in_use) for pool in pools]
    edges = np.concatenate([*changes, [plan.warm_up_ms, plan.arrivals_end_ms, plan.end_ms]])
    edges = np.unique(np.clip(edges, plan.warm_up_ms, plan.end_ms))
    there, used = (sum(levels[pool].at(edges[:-1]) for pool in pools) for levels in (on_duty, in_use))
    counted = np.where(edges[:-1] < plan.arrivals_end_ms, np.maximum(there, used), np.maximum(used - there, 0))
    return float(counted @ np.diff(edges)) / HOUR_MS


@pytest.mark.slow
@given(networks(), st.integers(0, 99))
@settings(max_examples=max(1, EXAMPLES // 3), deadline=None, suppress_health_check=list(HealthCheck))
def test_no_utilisation_exceeds_100_percent_and_hours_by_the_roster_and_beyond_it_are_those_at_work(
    simulate: Simulate, network: Network, seed: int
) -> None:
    network = evolve(network, pools=[evolve(pool, kind="staff") for pool in network.pools])
    trace = simulate(compile_network(network), draw(network, seed))
    value = {(row.station, row.kpi): row.value for row in measure(trace)}
    names = list(trace.plan.pools.names)
    assert not any(value[name, "utilisation"] > 100 + MOST for name in names)
    groups = [[names.index(name) for name in rule.pools] for rule in network.staffing if isinstance(rule, Proportional)]
    shared = {pool for group in groups for pool in group}
    groups += [[pool] for pool in range(len(names)) if pool not in shared]
    for pools in groups:
        parts = ("ordinary_hours", "night_hours", "overtime_hours")
        worked = sum(value[names[pool], part] for pool in pools for part in parts)
        assert worked == pytest.approx(at_work(trace, pools), abs=MOST)
        assert worked == pytest.approx(sum(value[names[pool], "duty_hours"] for pool in pools), abs=MOST)
        late, overtime = (sum(value[names[pool], part] for pool in pools) for part in ("stayed_late_hours", parts[2]))
        assert -MOST <= late <= overtime + MOST
    assert value.get(("", "staff_hours"), 0) == pytest.approx(sum(value[name, "duty_hours"] for name in names))
