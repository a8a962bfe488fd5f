"""When entities come: at random, in surges, and by plan."""

from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from attrs import evolve
from scipy import stats

from clearsim.demand import draw, rate_of
from clearsim.network import (
    At,
    Category,
    Exponential,
    Flow,
    Follows,
    Hold,
    Landing,
    Landings,
    Network,
    Poisson,
    Share,
    Surge,
    Uniform,
)
from clearsim.network.arrivals import Arrivals
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS
from tests.demand.drawn import SEED, TUESDAY, arrivals_of, fits, moved

# Arrivals at random

HOURS = (*[0.0] * 8, *[4.0] * 4, 1.0, *[2.0] * 5, *[0.5] * 6)
WEEKDAYS = (1.2, 1.0, 1.0, 1.0, 1.3, 0.5, 0.0)


def test_arrivals_follow_the_weights_of_hours_and_weekdays() -> None:
    at = arrivals_of(Poisson("100/d", hours=HOURS, weekdays=WEEKDAYS), duration="8 w")
    assert fits(np.bincount(at // HOUR_MS % 24, minlength=24), HOURS)
    assert fits(np.bincount((at // DAY_MS + TUESDAY.weekday()) % 7, minlength=7), WEEKDAYS)


def test_an_ordinary_week_has_the_average_rate_whatever_the_weights() -> None:
    low, high = stats.poisson.ppf([0.0005, 0.9995], 100 * 56)
    assert low <= len(arrivals_of(Poisson("100/d", hours=HOURS, weekdays=WEEKDAYS), duration="8 w")) <= high


def test_weights_follow_the_clock_of_a_run_that_starts_in_the_afternoon() -> None:
    at = arrivals_of(Poisson("100/d", hours=HOURS, weekdays=WEEKDAYS), "8 w", start=datetime(2022, 11, 4, 15, 30))
    clock = at + 15 * HOUR_MS + 30 * MINUTE_MS
    assert fits(np.bincount(clock // HOUR_MS % 24, minlength=24), HOURS)
    assert fits(np.bincount((clock // DAY_MS + 4) % 7, minlength=7), WEEKDAYS)


def test_arrivals_within_an_hour_are_uniform() -> None:
    at = arrivals_of(Poisson("500/d", hours=HOURS), duration="4 w")
    assert stats.kstest(at % HOUR_MS / HOUR_MS, "uniform").pvalue > 0.001


def test_a_surge_rises_stays_and_falls_as_it_says() -> None:
    # From 8 h to 18 h up to three times the rate, rising for 2 h and falling for 4 h. By quarters of an hour:
    surge = Surge("first wave", from_min=480, until_min=1080, peak=3, ramp_min=120, decay_min=240)
    quarter = (np.arange(96) + 0.5) / 4
    weights = 1 + 2 * np.interp(quarter, [8, 10, 14, 18], [0, 1, 1, 0])
    at = arrivals_of(Poisson("24000/d", surges=(surge,)))
    assert fits(np.bincount(at // (15 * MINUTE_MS), minlength=96), weights)
    low, high = stats.poisson.ppf([0.0005, 0.9995], 250 * weights.sum())
    assert low <= len(at) <= high


def test_days_vary_as_much_more_than_poisson_as_the_day_factor_says() -> None:
    # A Poisson count whose mean is gamma with mean m and cv c is negative binomial with variance m + (c·m)².
    days, mean, cv = 2000, 50, 0.3
    counts = np.bincount(arrivals_of(Poisson(f"{mean}/d", day_cv=cv), duration=f"{days} d") // DAY_MS, minlength=days)
    law = stats.nbinom(1 / cv**2, 1 / (1 + mean * cv**2))
    assert law.var() == pytest.approx(mean + (cv * mean) ** 2)
    edges = np.unique(law.ppf(np.linspace(0.1, 0.9, 9)))
    cells = np.diff([0, *law.cdf(edges), 1])
    assert fits(np.bincount(np.searchsorted(edges, counts), minlength=len(cells)), cells)


# Surges of some classes, and of another flow

MIX = {"cosmetics": 0.5, "milk": 0.3, "health": 0.2}


def orders(*surges: Surge, duration: str = "3 d", **rest: Any) -> Network:
    """Orders of three families, and trucks if `rest` says how they arrive."""
    flows = [Flow("order", Poisson("20000/d", surges=surges), [Hold(1)], attributes={"family": Category(MIX)})]
    flows += [Flow(name, arrivals, [Hold(1)]) for name, arrivals in rest.items()]
    return Network(flows=flows, duration=duration, start=TUESDAY)


def hourly(net: Network, flow: int) -> npt.NDArray[np.float64]:
    """Expected arrivals of a flow in every hour of the run's three days."""
    rate = rate_of(net, net.flows[flow], 0, 3 * DAY_MS)
    return np.diff(rate.cumulative(np.arange(73) * HOUR_MS))


def test_a_wave_of_some_families_brings_as_many_more_of_them_and_no_more_of_the_others() -> None:
    # On the second day four times the milk and twice the health: 0.5 + 1.2 + 0.4 = 2.1 of an ordinary day.
    waves = [Surge("milk", 1440, 2880, 4, category="family", classes=("milk",))]
    waves += [Surge("health", 1440, 2880, 2, category="family", classes=("health",))]
    net = orders(*waves)
    assert rate_of(net, net.flows[0], DAY_MS, 2 * DAY_MS).total == pytest.approx(20_000 * 2.1)
    demand = draw(net, SEED)
    day, family = demand.arrival_ms // DAY_MS, demand.attributes[0]["family"]
    for today, weights in ((0, [0.5, 0.3, 0.2]), (1, [0.5, 1.2, 0.4]), (2, [0.5, 0.3, 0.2])):
        counts = np.bincount(family[day == today], minlength=3)
        assert fits(counts, weights)
        for count, weight in zip(counts, weights, strict=True):
            low, high = stats.poisson.ppf([0.0005, 0.9995], 20_000 * weight)
            assert low <= count <= high


def test_the_mix_of_families_rises_and_falls_with_their_wave() -> None:
    # Milk up to nine times, rising over the whole of the first day: its factor at a moment x of the day is 1 + 8 x.
    demand = draw(orders(Surge("milk", 0, 1440, 9, ramp_min=1440, category="family", classes=("milk",))), SEED)
    for hour in (2, 10, 22):
        here = demand.attributes[0]["family"][demand.arrival_ms // HOUR_MS == hour]
        assert fits(np.bincount(here, minlength=3), [0.5, 0.3 * (1 + 8 * (hour + 0.5) / 24), 0.2])


def test_a_wave_of_all_families_by_name_is_a_wave_of_the_whole_flow() -> None:
    whole = orders(Surge("wave", 600, 2000, 3, 300, 200))
    named = orders(Surge("wave", 600, 2000, 3, 300, 200, category="family", classes=tuple(MIX)))
    np.testing.assert_allclose(hourly(named, 0), hourly(whole, 0), rtol=1e-12)
    drawn = [draw(net, SEED) for net in (whole, named)]
    np.testing.assert_array_equal(drawn[0].attributes[0]["family"], drawn[1].attributes[0]["family"])


def test_a_wave_of_some_families_moves_no_draw_of_the_days_without_it() -> None:
    milk = Surge("milk", 1440, 2880, 4, category="family", classes=("milk",))
    plain, waved = (draw(net, SEED) for net in (orders(), orders(milk)))
    for first, until in ((0, 1), (2, 3)):
        parts = []
        for demand in (plain, waved):
            here = (demand.arrival_ms // DAY_MS >= first) & (demand.arrival_ms // DAY_MS < until)
            parts.append((demand.arrival_ms[here], demand.attributes[0]["family"][here]))
        for one, other in zip(*parts, strict=True):
            np.testing.assert_array_equal(one, other)


def test_who_follows_another_flow_has_its_surges_later_and_damped() -> None:
    # Orders threefold from hour 10 to 20; the trucks are 1 + 0.6 · 2 = 2.2 fold a day later, and a surge of their own
    # from hour 40 to 46 multiplies that.
    own = Surge("own", 2400, 2760, 2)
    net = orders(
        Surge("wave", 600, 1200, 3), truck=Poisson("240/d", surges=(own,), follows=Follows("order", "1 d", 0.6))
    )
    expected = np.full(72, 10.0)
    expected[34:44] *= 2.2
    expected[40:46] *= 2
    np.testing.assert_allclose(hourly(net, 1), expected)


def test_who_follows_a_wave_of_some_families_follows_the_orders_as_a_whole() -> None:
    milk = Surge("milk", 600, 1200, 4, category="family", classes=("milk",))
    net = orders(milk, truck=Poisson("240/d", follows=Follows("order")))
    assert hourly(net, 1)[12] == pytest.approx(10 * (0.5 + 1.2 + 0.2))


def test_following_nothing_but_ordinary_days_moves_no_draw() -> None:
    alone = orders(truck=Poisson("240/d"))
    assert (
        moved(draw(alone, SEED), draw(orders(truck=Poisson("240/d", follows=Follows("order", "9 h"))), SEED)) == set()
    )


# Arrivals by plan


def test_given_instants_are_kept_in_their_order_up_to_the_end() -> None:
    at = arrivals_of(At([0, 1.5, 1.5, 60, 120]), duration="2 h")
    assert at.tolist() == [0, 90_000, 90_000, HOUR_MS]


def test_a_timetable_lands_whole_batches_on_its_weekdays() -> None:
    # From Friday 12:00: Friday's 06:00 is over, Saturday's 06:00 is hour 18; 13:00 lands on weekends only: hour 25, 49.
    flights = Landings((Landing(360, count=2), Landing(780, count=1, weekdays=(5, 6))))
    at = arrivals_of(flights, duration="2 d", start=datetime(2022, 11, 4, 12))
    assert (at / HOUR_MS).tolist() == [18, 18, 25, 42, 42]


def test_a_delay_is_drawn_once_a_landing_and_may_push_it_past_the_end() -> None:
    at = arrivals_of(Landings((Landing(0, 40), Landing(60, 40), Landing(23 * 60, 40)), delay=Uniform(60, 120)))
    landed, sizes = np.unique(at, return_counts=True)
    assert sizes.tolist() == [40, 40, 40]
    assert landed[0] - 0 != landed[1] - HOUR_MS
    assert landed[2] >= DAY_MS


def test_what_was_due_before_the_start_does_not_land_in_the_run() -> None:
    flights = Landings((Landing(23 * 60 + 30, 4),), delay=45)
    assert (arrivals_of(flights, duration="2 d") / MINUTE_MS).tolist() == [1455] * 4 + [1440 + 1455] * 4


def test_cargo_of_a_cancelled_landing_comes_with_the_first_after_the_last_day_while_the_doors_are_open() -> None:
    # 20:00 with 3 is cancelled; 06:00 of the next day brings them and nothing of its own. At 05:59 the doors close.
    flights = Landings((Landing(360, 2), Landing(1200, 3)), cancelled=[(1200, 1440)])
    flow = Flow("pallet", flights, [Hold(1)])
    for run_on, second in ((361, 1440 + 360), (359, 1440 + 359)):
        network = Network(flows=[flow], duration="1 d", run_on=run_on)
        assert (draw(network, SEED).arrival_ms / MINUTE_MS).tolist() == [360] * 2 + [second] * 3


def test_a_cancellation_moves_no_delay_of_those_that_fly() -> None:
    landings = tuple(Landing(minute, count=1) for minute in range(0, 1440, 60))
    punctual = Landings(landings, delay=Exponential(9))
    cancelled = evolve(punctual, cancelled=[(600, 660)])
    at, without = arrivals_of(punctual), arrivals_of(cancelled)
    assert np.flatnonzero(at != without).tolist() == [10]
    assert without[10] == at[11]


@pytest.mark.parametrize("arrivals", [Poisson("24/d", backlog=7), At([5], 7), Landings((Landing(5, 1),), backlog=7)])
def test_a_backlog_stands_there_at_the_start(arrivals: Arrivals) -> None:
    at = arrivals_of(arrivals)
    assert at[:7].tolist() == [0] * 7
    assert (at[7:] > 0).all()


def test_a_backlog_moves_no_draw_of_those_who_arrive() -> None:
    flow = Flow("truck", Poisson("24/d"), [Hold(Exponential(9))], attributes={"inspected": Share(0.5)})
    without = draw(Network(flows=[flow]), SEED)
    with_backlog = draw(Network(flows=[evolve(flow, arrivals=Poisson("24/d", backlog=7))]), SEED)
    for name in ("arrival_ms", "flags", "number"):
        np.testing.assert_array_equal(getattr(with_backlog, name)[7:], getattr(without, name))
