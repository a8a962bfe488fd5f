"""Staffing by forecast: Erlang's formulas, the offered load, and the share who wait in each hour."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from attrs import evolve
from scipy import stats

from clearsim.demand import draw
from clearsim.engines.compiled import simulate
from clearsim.network import (
    Ahead,
    AnyOf,
    Board,
    Category,
    Departures,
    Exponential,
    Flow,
    Forecast,
    Hold,
    Landing,
    Landings,
    Lognormal,
    Network,
    Pace,
    Planned,
    Poisson,
    Pool,
    Serve,
    Service,
    Share,
    Station,
    Surge,
)
from clearsim.network.times import Time
from clearsim.plan import compile_network
from clearsim.staffing import planned
from clearsim.staffing.erlang import erlang_b, erlang_c, halfin_whitt, servers_for
from clearsim.staffing.offered import offered
from clearsim.units import HOUR_MS
from tests.networks import queue

FloatArray = npt.NDArray[np.float64]


# Erlang and Halfin and Whitt


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (3, 2.1), (10, 7.0), (100, 90.0), (5, 400.0)])
def test_erlang_b_is_a_poisson_number_cut_off_at_the_servers(servers: int, load: float) -> None:
    expected = stats.poisson.pmf(servers, load) / stats.poisson.cdf(servers, load)
    assert erlang_b(servers, load) == pytest.approx(expected)


def test_one_server_makes_those_wait_who_find_it_busy() -> None:
    assert erlang_c(1, [0.0, 0.3, 0.7, 1.0, 2.0]) == pytest.approx([0, 0.3, 0.7, 1, 1])


def test_among_many_servers_the_share_who_wait_is_that_of_halfin_and_whitt() -> None:
    load = 4e4
    for beta in (0.2, 0.5, 1.0, 2.0):
        servers = round(load + beta * math.sqrt(load))
        assert float(erlang_c(servers, load)) == pytest.approx(halfin_whitt(beta), rel=0.02)


def test_the_servers_for_a_share_come_closer_to_it_than_one_more_or_less() -> None:
    load = np.array([0.1, 0.9, 7.0, 50.0, 333.3])
    for target in (0.05, 0.2, 0.5, 0.9):
        for n, offered_load in zip(servers_for(load[:, None], np.ones((5, 1)), target), load, strict=True):
            off = [abs(float(erlang_c(max(0, int(n) + by), offered_load)) - target) for by in (-1, 0, 1)]
            assert n >= 1
            assert off[1] <= off[2]
            assert off[1] <= off[0] or n == 1


# The offered load


def flow_of(*steps: object, arrivals: object = None, services: Sequence[Service] = (), **rest: object) -> Network:
    arrivals = Poisson("60/h") if arrivals is None else arrivals
    return Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", arrivals, list(steps), **rest)],  # type: ignore[arg-type]
        services=services,
        duration="10 h",
        run_on="10 h",
    )


def load_of(network: Network) -> FloatArray:
    """The offered load of the first station, cell by cell."""
    return offered(network).load[0]


def test_memoryless_services_follow_a_rate_that_begins_as_the_differential_equation_says() -> None:
    """M/M/∞ from empty at rate λ: m(t) = λE[S](1 - e^(-t/E[S])), averaged here over cells of five minutes."""
    edges = np.arange(121) * 5.0
    until = 60 * (edges + 60 * np.exp(-edges / 60))
    assert load_of(flow_of(Serve("desk", Exponential(60))))[:120] == pytest.approx(np.diff(until) / 5, rel=0.004)


def test_a_constant_service_is_the_arrivals_of_as_long_a_window() -> None:
    load = load_of(flow_of(Serve("desk", 60)))
    assert load[12:120] == pytest.approx(60)
    assert load[:12] == pytest.approx(60 * (np.arange(12) + 0.5) / 12)
    assert load[120:132] == pytest.approx(60 * (11.5 - np.arange(12)) / 12)
    assert not load[132:].any()


def test_work_is_neither_lost_nor_made_whatever_is_drawn() -> None:
    some = flow_of(
        Serve("desk", Lognormal(3, 2), only_if="rare"),
        Hold(Exponential(20)),
        Serve("desk", Lognormal(9, 1), unless="rare"),
        attributes={"rare": Share(0.003)},
    )
    assert load_of(some).sum() / 12 == pytest.approx(600 * (0.003 * 3 + 0.997 * 9) / 60, rel=1e-4)


@pytest.mark.parametrize(("budget", "looked_at"), [(0, 0.0), (240, 240), (1200, 1200), (10_000, 1440)])
def test_a_budget_a_day_is_the_work_of_so_many_and_the_riskiest_come_first(budget: int, looked_at: float) -> None:
    # Of 2400 a day, half of each class, 960 of the bad and 480 of the good would be looked at.
    attributes = {
        "class": Category({"good": 0.5, "bad": 0.5}),
        "risky": Share(1.0, {"class": {"good": 0.4, "bad": 0.8}}, a_day=budget),
        "looked_at": AnyOf("risky"),
    }
    both, bad = (
        Network(
            pools=[Pool("officers", 1)],
            stations=[Station("desk", {"officers": 1})],
            flows=[Flow("truck", Poisson("2400/d"), [Serve("desk", 6, only_if=only_if)], attributes)],
            duration="3 d",
        )
        for only_if in ("looked_at", ("looked_at", "class=bad"))
    )
    assert load_of(both)[24:].mean() == pytest.approx(looked_at * 6 / 1440, rel=0.02)
    assert load_of(bad)[24:].mean() == pytest.approx(min(looked_at, 960) * 6 / 1440, rel=0.02)


def test_a_landing_brings_its_work_after_its_delay() -> None:
    landed = flow_of(
        Serve("desk", 10),
        arrivals=Landings((Landing(60, 40), Landing(120, 20)), delay=Exponential(30)),
    )
    landed = evolve(landed, run_on="30 h")
    edges = np.arange(25) * 5.0
    gone = np.exp(-np.maximum(edges - 60, 0) / 30) - np.exp(-np.maximum(edges - 70, 0) / 30)
    assert load_of(landed)[12:24].sum() == pytest.approx(-40 * np.sum(gone[12:24] + gone[13:25]) / 2, rel=0.02)
    assert load_of(landed).sum() * 5 == pytest.approx(60 * 10, rel=1e-3)


def test_companions_come_their_lead_before_their_partners_also_at_the_beginning() -> None:
    papers = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[
            Flow("truck", Poisson("60/h"), [Hold(1)]),
            Flow("declaration", Ahead("truck", lead=60), [Serve("desk", 60)]),
        ],
        duration="10 h",
    )
    load = load_of(papers)
    # The 60 of the first hour are filed at 0, the others an hour before their trucks: 60 + 60 in the first hour.
    assert load[:12].mean() == pytest.approx(60 + 30, rel=0.02)
    assert load[13:107] == pytest.approx(60, rel=0.01)
    assert load[108:].mean() == pytest.approx(30, rel=0.01)


def test_after_a_departure_the_work_of_all_on_board_begins_at_once() -> None:
    trains = [Service("train", Departures((120, 300), slots=9999))]
    load = load_of(flow_of(Board("train"), Serve("desk", 30), services=trains))
    assert load[24:30] == pytest.approx(120)
    assert load[60:66] == pytest.approx(180)
    assert load.sum() / 12 == pytest.approx(150)


def test_a_pace_makes_the_work_of_its_hours_longer() -> None:
    port = flow_of(Serve("desk", 10))
    hours = tuple(0.5 if 4 <= hour < 6 else 1.0 for hour in range(24))
    port = evolve(port, stations=[Station("desk", {"officers": 1}, pace=Pace(hours=hours))])
    load = load_of(port)
    assert load[3:48] == pytest.approx(10)
    assert load[53:72] == pytest.approx(20)
    assert load[77:120] == pytest.approx(10)


# Forecasts


def test_a_network_without_a_forecast_stays_what_it_is_and_planning_twice_is_planning_once() -> None:
    port = queue(Poisson("60/h"), 30)
    assert planned(port) is port
    once = planned(evolve(port, staffing=[Forecast("officers", 0.2)]))
    assert isinstance(once.pools[0].capacity, Planned)
    assert once.staffing == ()
    assert planned(once) is once


def test_crews_come_whole() -> None:
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 3})],
        staffing=[Forecast("officers", 0.2)],
        flows=[Flow("truck", Poisson("60/h"), [Serve("desk", 30)])],
    )
    alone = planned(evolve(port, stations=[Station("desk", {"officers": 1})])).pools[0].capacity
    crews = planned(port).pools[0].capacity
    assert isinstance(crews, Planned)
    assert isinstance(alone, Planned)
    assert crews.moments == tuple((at, 3 * number) for at, number in alone.moments)


def test_never_fewer_than_the_least_nor_more_than_may_come() -> None:
    port = queue(Poisson("60/h"), 30, duration="10 h", run_on="4 h")
    port = evolve(port, staffing=[Forecast("officers", 0.2, least=20, at_most=33)])
    calendar = planned(port).pools[0].capacity
    assert isinstance(calendar, Planned)
    numbers = [number for _, number in calendar.moments]
    assert (min(numbers), max(numbers)) == (20, 33)


FROM_HOUR = 2
"""Before, the port fills from empty: nobody waits yet whom a queue would delay."""
REPLICATIONS = 600


def surging(time: Time, target: float, method: str = "modified offered load") -> Network:
    """A day on which 20 a minute become 50 and 20 again, with 6 min of work each: 120 to 300 officers.

    It rises and falls without a plateau: there, the whole number of officers would be off by the same for hours.
    """
    wave = Surge("wave", from_min=0, until_min=24 * 60, peak=2.5, ramp_min=720, decay_min=720)
    return evolve(
        queue(Poisson(20, surges=(wave,)), time, run_on="3 h"),
        staffing=[Forecast("officers", target, every=15, method=method)],  # type: ignore[arg-type]
    )


def who_wait(network: Network, replications: int) -> FloatArray:
    """The share who wait of those who arrive in each hour, over all replications."""
    plan = compile_network(planned(network))
    came, waited = np.zeros(24), np.zeros(24)
    for replication in range(replications):
        trace = simulate(plan, draw(network, seed=1917, replication=replication))
        hour = trace.demand.arrival_ms // HOUR_MS
        came += np.bincount(hour, minlength=24)
        waited += np.bincount(hour[trace.lines[0].waits_ms > 0], minlength=24)
    return waited / came


@pytest.mark.slow
@pytest.mark.parametrize("target", [0.2, 0.5])
@pytest.mark.parametrize("time", [Exponential(6), Lognormal(6, 1.0)], ids=["exponential", "lognormal"])
def test_a_forecast_holds_the_share_who_wait_hour_by_hour_through_a_surge(time: Time, target: float) -> None:
    """30 million orders, so that the shares are known to a percentage point."""
    share = who_wait(surging(time, target), REPLICATIONS)
    table = "\n".join(f"{hour:02d}:00 {share[hour]:6.1%}" for hour in range(24))
    assert np.abs(share - target)[FROM_HOUR:].max() < 0.03, f"target {target:.0%}\n{table}"


@pytest.mark.slow
def test_looking_only_at_the_rate_of_the_moment_staffs_a_long_service_too_late() -> None:
    """With 30 min of work the load lags the rate (Jennings et al. 1996)."""
    slow = [
        evolve(surging(Exponential(30), 0.2, method), flows=[Flow("truck", surge, [Serve("desk", Exponential(30))])])
        for method in ("modified offered load", "pointwise stationary")
        for surge in [Poisson(6, surges=surging(1, 0.2).flows[0].arrivals.surges)]  # type: ignore[union-attr]
    ]
    lagging, momentary = (np.abs(who_wait(port, 200) - 0.2)[FROM_HOUR:].max() for port in slow)
    assert momentary > 3 * lagging


def test_where_nobody_is_expected_nobody_is_planned_and_that_is_no_mistake() -> None:
    quiet = evolve(queue(Poisson(0), 5), staffing=[Forecast("officers", 0.2)])
    (pool,) = planned(quiet).pools
    assert isinstance(pool.capacity, Planned)
    assert pool.capacity.most == 0
