"""What people, drivers, delays and lost orders cost, worked out by hand."""

from typing import Any

import pytest
from attrs import evolve

from clearsim.engines import compiled
from clearsim.measures import measure
from clearsim.network import (
    Adjustment,
    At,
    Backlog,
    Board,
    Flow,
    Given,
    Hold,
    LateFee,
    Network,
    Number,
    Pool,
    Prices,
    Proportional,
    Serve,
    Service,
    Station,
    Stock,
    Take,
    Travel,
)
from tests.desks import D, H, desk, hours
from tests.networks import Simulate, about, approx, busy_port, run

PRICES = Prices(staff_hour=80, night=1.5, overtime=2, driver_hour=60, roll_over=900, lost_order=200)


# Hours


def test_hours_on_duty_are_ordinary_or_of_the_night(simulate: Simulate) -> None:
    #        00    06    08                                  22   24
    # on     1     1     3                                   1
    # night  ======)                                         [=====
    roster = {"00:00": 1, "08:00": 3, "22:00": 1}
    assert hours(desk(roster), simulate) == (2 * 1 + 14 * 3, 6 * 1 + 2 * 1, 0)
    early = evolve(PRICES, night_from_min=20 * H, night_until_min=4 * H)
    assert hours(desk(roster, prices=early), simulate) == (4 * 1 + 12 * 3, 4 * 1 + 2 * 3 + 2 * 1, 0)
    by_day = evolve(PRICES, night_from_min=12 * H, night_until_min=13 * H)
    assert hours(desk(roster, prices=by_day), simulate) == (10 * 1 + 13 * 3, 3, 0)
    never = evolve(PRICES, night_from_min=12 * H, night_until_min=12 * H)
    assert hours(desk(roster, prices=never), simulate) == (10 * 1 + 14 * 3, 0, 0)


def test_the_night_is_that_of_the_clock_and_the_run_on_is_left_out(simulate: Simulate) -> None:
    # From 20:30 for ten hours: 1.5 h of day, 8 h of night, half an hour of day.
    late = evolve(desk(2, duration="10 h", run_on="9 h"), start=desk(2).start.replace(hour=20, minute=30))
    assert hours(late, simulate) == (2 * 2, 2 * 8, 0)


def test_anyone_who_is_there_beyond_the_roster_works_overtime_and_the_absent_do_not_work(simulate: Simulate) -> None:
    # 3 by the roster; two more from 10:00 to 12:00 and from 23:00 on; from 14:00 to 16:00 nobody.
    changes = [
        Adjustment(10 * H, 12 * H, plus=2),
        Adjustment(23 * H, 30 * H, plus=2),
        Adjustment(14 * H, 16 * H, times=0),
    ]
    assert hours(desk(3, adjustments=changes), simulate) == (3 * (16 - 2), 3 * 8, 2 * 2 + 2 * 1)


def test_those_who_are_called_in_work_overtime(simulate: Simulate) -> None:
    # Thirty trucks at noon, an hour each. Of the 29 who wait then one starts at 13:00 in any case, and with the two who
    # are called at noon three in every hour: the last two at 22:00. At 22:15 nobody waits, and the two may go: one of
    # them is in service until 23:00, as is the one who is there by the roster.
    rule = Backlog("officers", call_at=5, release_at=0, at_most=2, crew=2, every="15 min", lead="60 min")
    port = desk(1, [12 * H] * 30, 60, staffing=[rule])
    assert hours(port, simulate) == (16, 8, 2 * 9.25 + 0.75)
    assert about(port, simulate, "", "officers")["stayed_late_hours"] == 0.75


def test_staff_hours_are_those_of_all_people_and_of_no_equipment(simulate: Simulate) -> None:
    pools = [
        Pool("officers", {"00:00": 1, "08:00": 3}, kind="staff"),
        Pool("clerks", 2, kind="staff"),
        Pool("lanes", 9),
    ]
    port = Network(
        pools=pools,
        stations=[Station("desk", {"officers": 1, "lanes": 1}), Station("window", {"clerks": 1})],
        flows=[Flow("truck", At([0]), [Serve("desk", 1), Serve("window", 1)])],
        run_on="8 h",
    )
    assert about(port, simulate, "")["staff_hours"] == 8 * 1 + 16 * 3 + 24 * 2
    lanes = Network(
        pools=[Pool("lanes", 1)],
        flows=[Flow("truck", At([0]), [Serve("gate", 1)])],
        stations=[Station("gate", {"lanes": 1})],
    )
    assert "staff_hours" not in about(lanes, simulate, "")


def test_people_who_follow_the_work_count_where_their_roster_is_and_on_the_way_too(simulate: Simulate) -> None:
    # All twenty wait at the gate, so all follow the work: more are there than its roster says.
    def port(**rest: Any) -> Network:
        return Network(
            pools=[Pool("guards", 2, kind="staff"), Pool("clerks", 4, kind="staff", **rest)],
            stations=[Station("gate", {"guards": 1}), Station("window", {"clerks": 1})],
            flows=[Flow("truck", At([H] * 20), [Serve("gate", 30)]), Flow("errand", At([0]), [Serve("window", 1)])],
            staffing=[Proportional(["guards", "clerks"], every="30 min", move="20 min")],
            duration="5 h",
        )

    found = {pool: about(port(), simulate, "", pool) for pool in ("guards", "clerks")}
    assert [of["duty_hours"] for of in found.values()] == [2 * 5, 4 * 5]
    assert [of["overtime_hours"] for of in found.values()] == [0, 0]
    # A squad of three on top, from 1:00 to 3:00, is overtime wherever it is.
    squad = port(adjustments=[Adjustment(H, 3 * H, plus=3)])
    assert sum(about(squad, simulate, "", pool)["overtime_hours"] for pool in found) == pytest.approx(3 * 2)


def test_hours_change_with_the_roster_even_where_as_many_stand_at_every_desk_as_before(simulate: Simulate) -> None:
    # At 2:00 a guard is lent to the clerks; all work waits at the gate, so that all stand there before and after.
    lent = Adjustment(2 * H, 5 * H, plus=-1)
    port = Network(
        pools=[
            Pool("guards", 2, kind="staff", adjustments=[lent]),
            Pool("clerks", 4, kind="staff", adjustments=[evolve(lent, plus=1)]),
        ],
        stations=[Station("gate", {"guards": 1}), Station("window", {"clerks": 1})],
        flows=[Flow("truck", At([0] * 90), [Serve("gate", 60)]), Flow("errand", At([]), [Serve("window", 1)])],
        staffing=[Proportional(["guards", "clerks"], every="30 min")],
        duration="5 h",
    )
    found = {pool: about(port, simulate, "", pool) for pool in ("guards", "clerks")}
    for pool, duty, overtime in (("guards", 2 * 2 + 3, 0), ("clerks", 4 * 5 + 3, 3)):
        assert found[pool]["duty_hours"] == duty
        assert found[pool]["overtime_hours"] == overtime
        assert found[pool]["ordinary_hours"] + found[pool]["night_hours"] == duty - overtime


def test_the_hours_of_a_pool_are_its_hours_on_duty() -> None:
    values = {(row.station, row.kpi): row.value for row in measure(run(busy_port(), compiled.simulate))}
    pools = [station for station, kpi in values if kpi == "overtime_hours"]
    assert pools == ["officers", "packers"]  # equipment has no shifts
    for pool in pools:
        split = [values[pool, kpi] for kpi in ("ordinary_hours", "night_hours", "overtime_hours")]
        assert sum(split) == pytest.approx(values[pool, "duty_hours"], rel=1e-12)


# Costs


def everything(prices: Prices | None) -> Network:
    #  staff: 3 for 24 h, 8 of them by night; two more for two hours
    #  a driver queues 0, is served for 30 min, and drives for 15; another waits 30 min before
    #  the box of the later driver misses the train of 00:50 and leaves a day later
    #  two orders for one bottle
    #  an errand of CNY 100 000 one day late
    return Network(
        pools=[Pool("officers", 3, kind="staff", adjustments=[Adjustment(600, 720, plus=2)]), Pool("lanes", 1)],
        stations=[Station("lane", {"officers": 3, "lanes": 1})],
        stocks=[Stock("shelf", {"wine": 1})],
        services=[Service("train", [(50, 9), (50 + D, 9)])],
        flows=[
            Flow(
                "truck",
                At([0, 0]),
                [Serve("lane", 30, driver="cab"), Travel(15, driver="cab"), Board("train", booked=0)],
            ),
            Flow("order", At([0, 0]), [Take("shelf", patience=10)]),
            Flow(
                "errand",
                At([0]),
                [Hold(2 * D)],
                {"due": Number(Given([D])), "cny": Number(Given([100_000]))},
                late_fee=LateFee("due", "cny", per_day=0.0005, least_cny=0),
            ),
        ],
        run_on="2 d",
        prices=prices,
    )


def costs(network: Network, simulate: Simulate) -> dict[tuple[str, str, str], float]:
    rows = measure(run(network, simulate))
    return {(row.flow, row.station, row.kpi): row.value for row in rows if "cost" in row.kpi or row.kpi == "late_fees"}


STAFF, DRIVER, ROLL_OVER = (
    ("", "officers", "staff_cost"),
    ("truck", "", "driver_cost"),
    ("truck", "train", "roll_over_cost"),
)
LOST, FEES, TOTAL = ("order", "", "lost_sales_cost"), ("errand", "", "late_fees"), ("", "", "total_cost")


def test_every_cost_is_so_many_hours_days_or_orders_at_their_price(simulate: Simulate) -> None:
    expected = {
        STAFF: 80 * (3 * 16 + 1.5 * 3 * 8 + 2 * 2 * 2),
        DRIVER: 60 * (45 + 75) / 60,
        ROLL_OVER: 900 * 1,  # the second is in the rail yard at 75, after the train of 50
        LOST: 200 * 1,
        FEES: 50,
    }
    assert costs(everything(PRICES), simulate) == pytest.approx(expected | {TOTAL: sum(expected.values())}, rel=1e-12)


def test_all_prices_twice_as_high_cost_twice_as_much() -> None:
    amounts = ("staff_hour", "driver_hour", "roll_over", "lost_order")
    doubled = evolve(PRICES, **{name: 2 * getattr(PRICES, name) for name in amounts})
    once, twice = (costs(everything(prices), compiled.simulate) for prices in (PRICES, doubled))
    own = {key: 2 * value for key, value in once.items() if key not in (FEES, TOTAL)}
    assert twice == pytest.approx(own | {FEES: once[FEES], TOTAL: 2 * once[TOTAL] - once[FEES]}, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "cost"),
    [("staff_hour", STAFF), ("driver_hour", DRIVER), ("roll_over", ROLL_OVER), ("lost_order", LOST)],
)
def test_what_has_no_price_has_no_cost_and_is_not_in_the_total(name: str, cost: tuple[str, str, str]) -> None:
    all_of_them = costs(everything(PRICES), compiled.simulate)
    without = costs(everything(evolve(PRICES, **{name: None})), compiled.simulate)
    assert without.keys() == all_of_them.keys() - {cost}
    assert without[TOTAL] == pytest.approx(all_of_them[TOTAL] - all_of_them[cost], rel=1e-12)


def test_without_prices_nothing_is_said_of_money_but_the_fees() -> None:
    assert costs(everything(None), compiled.simulate).keys() == {FEES}


def test_a_price_is_a_number_from_0_up_and_a_night_is_of_the_clock() -> None:
    with pytest.raises(ValueError, match=r"Prices, staff_hour: .* from 0 up, not -1"):
        Prices(staff_hour=-1)
    with pytest.raises(ValueError, match="Prices, night_until_min: a clock time lies between 00:00 and 24:00"):
        Prices(night_until_min=25 * H)


def test_prices_alone_move_no_stamp(simulate: Simulate) -> None:
    with_prices, without = (run(everything(prices), simulate) for prices in (PRICES, None))
    assert (with_prices.stamp == without.stamp).all()
    assert about(everything(PRICES), simulate, "truck") == approx(
        about(everything(None), simulate, "truck") | {"driver_cost": 120}
    )
