"""Bonded orders: their stock, and their waves, which trucks follow."""

from typing import Any

import numpy as np

from clearsim.customs import network
from clearsim.demand import rate_of
from clearsim.experiment import run
from clearsim.network import (
    Poisson,
    Take,
)
from clearsim.units import HOUR_MS
from tests.customs.passages import flow
from tests.scenarios import ordinary_day

# Stock


def lost(delay_h: int, out_of_stock: str) -> np.ndarray[tuple[int], np.dtype[Any]]:
    """Which orders of a day are lost where every flight is late: a tenth of the orders, pallets and goods."""
    families = ("cosmetics 美妝", "mother and baby 母嬰", "health 保健")
    scenario = ordinary_day(
        "demand.orders.per_day=8215",
        "warehouse.units_per_pallet=90",
        *(f"warehouse.families.{name}.opening={units}" for name, units in zip(families, (1100, 700, 600), strict=True)),
        f"demand.flights.delay={delay_h} h",
        f"warehouse.out_of_stock={out_of_stock}",
        only=("orders", "flights"),
    )
    trace = run(scenario).trace
    return trace.lost(trace.plan.flows.names.index("order"))


def test_an_order_waits_for_its_goods_as_long_as_the_scenario_says() -> None:
    def patience(*settings: str) -> object:
        return next(s.patience for s in flow(network(ordinary_day(*settings)), "order").steps if isinstance(s, Take))

    assert patience() is None
    assert patience("warehouse.out_of_stock=wait") is None
    assert patience("warehouse.out_of_stock={lost_after: 2 h}") == 120
    assert patience("warehouse.out_of_stock={lost_after: 0 min}") == 0


def test_later_flights_lose_more_sales_and_patient_buyers_fewer() -> None:
    by_delay = [int(lost(delay, "{lost_after: 2 h}").sum()) for delay in (0, 3, 6, 12)]
    assert by_delay == sorted(by_delay)
    assert by_delay[0] < by_delay[1] < by_delay[3]
    by_patience = [int(lost(6, f"{{lost_after: {hours} h}}").sum()) for hours in (0, 1, 4)]
    assert by_patience == sorted(by_patience, reverse=True)
    assert len(set(by_patience)) == 3
    assert not lost(6, "wait").any()


# Surges


def test_spikes_come_at_their_clock_time_on_every_day_inside_their_wave() -> None:
    wave = "{name: w, from: 2022-11-16 20:00, until: 2022-11-18 20:30, peak: 3, families: [health 保健], spikes: "
    wave += '[{at: "20:00", length: 1 h, peak: 2}, {at: "00:00", length: 30 min, peak: 1.5}]}'
    arrivals = flow(network(ordinary_day(f"demand.orders.surges=[{wave}]")), "order").arrivals
    assert isinstance(arrivals, Poisson)
    hour = 60.0
    assert [(s.name, s.from_min / hour, s.until_min / hour, s.peak) for s in arrivals.surges] == [
        ("w", 20, 68.5, 3),
        ("w 20:00", 20, 21, 2),
        ("w 20:00", 44, 45, 2),
        ("w 00:00", 24, 24.5, 1.5),
        ("w 20:00", 68, 68.5, 2),
        ("w 00:00", 48, 48.5, 1.5),
    ]
    assert {(s.category, s.classes) for s in arrivals.surges} == {("family", ("health 保健",))}


def test_trucks_follow_the_waves_of_the_orders_and_nothing_else_of_them() -> None:
    wave = "demand.orders.surges=[{name: w, from: 2022-11-16 00:00, until: 2022-11-17 00:00, peak: 4}]"
    follow = "demand.export_trucks.follow_orders={lag: 6 h, strength: 50 %}"
    net, plain = network(ordinary_day(wave, follow)), network(ordinary_day(wave))
    truck, before = flow(net, "export_truck"), flow(plain, "export_truck")
    hours_ms = np.arange(25) * HOUR_MS
    followed, alone = (
        np.diff(rate_of(n, trucks, 0, 24 * HOUR_MS).cumulative(hours_ms))
        for n, trucks in ((net, truck), (plain, before))
    )
    np.testing.assert_allclose(followed[6:], alone[6:] * (1 + 0.5 * (4 - 1)))
    np.testing.assert_array_equal(followed[:6], alone[:6])
    assert truck.steps == before.steps
