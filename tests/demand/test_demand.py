"""Demand: what is drawn, from what, and above all what no change of the plan can move."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from attrs import evolve
from scipy import stats

from clearsim.demand import Demand, draw, rate_of
from clearsim.demand.streams import Streams
from clearsim.network import (
    Ahead,
    AllOf,
    AnyOf,
    At,
    Category,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Flow,
    Follows,
    Gamma,
    Given,
    Hold,
    Landing,
    Landings,
    Lognormal,
    Network,
    Number,
    Poisson,
    Recorded,
    Serve,
    Share,
    Surge,
    Triangular,
    Uniform,
)
from clearsim.network.arrivals import Arrivals
from clearsim.network.times import Time
from clearsim.plan import compile_network
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS
from tests.networks import Simulate, arrays, busy_port, fingerprint
from tests.paths import ROOT

Array = npt.NDArray[np.int64]
TRUCK, DECLARATION, ORDER, REFILL = range(4)
"""The flows of `busy_port`."""
SEED = 20221111
TUESDAY = datetime(2022, 11, 1)


def arrivals_of(arrivals: Arrivals, duration: Time = "1 d", start: datetime = TUESDAY, replication: int = 0) -> Array:
    """Arrivals (ms) of a flow that does nothing else."""
    flow = Flow("truck", arrivals, [Hold(1)])
    return draw(Network(flows=[flow], duration=duration, start=start), SEED, replication).arrival_ms


def numbers(demand: Demand, flow: int) -> Array:
    """The pre-drawn numbers of a flow: shape (entities, columns)."""
    table = demand.number[demand.number_first[flow] : demand.number_first[flow + 1]]
    return table.reshape(demand.first[flow + 1] - demand.first[flow], -1)


def moved(one: Demand, other: Demand) -> set[str]:
    """Names of the arrays in which two demands differ."""
    a, b = arrays(one), arrays(other)
    assert a.keys() == b.keys()
    return {name for name in a if not np.array_equal(a[name], b[name])}


def entities(demand: Demand, flow: int) -> list[tuple[float, ...]]:
    """All that was drawn for a flow: one row an entity, its arrival (ms) first."""
    rows = slice(demand.first[flow], demand.first[flow + 1])
    columns = [demand.arrival_ms[rows], demand.priority[rows], demand.flags[rows], *demand.attributes[flow].values()]
    return list(zip(*(column.tolist() for column in columns), *numbers(demand, flow).T.tolist(), strict=True))


# What does not move


def test_a_roster_moves_no_draw() -> None:
    assert moved(draw(busy_port(officers=4), SEED), draw(busy_port(officers={"08:00": 9}), SEED)) == set()


def test_a_share_moves_only_its_own_flags() -> None:
    few, many = draw(busy_port(inspected=0.3), SEED), draw(busy_port(inspected=0.6), SEED)
    assert moved(few, many) == {"flags", "0 inspected", "1 inspected"}


def test_a_larger_share_adds_entities_and_drops_none() -> None:
    shares = [draw(busy_port(inspected=p), SEED).attributes[TRUCK]["inspected"] for p in (0, 0.1, 0.3, 0.9, 1)]
    assert not shares[0].any()
    assert shares[-1].all()
    for fewer, more in pairwise(shares):
        assert (fewer <= more).all()


def test_a_longer_mean_stretches_every_time_and_moves_nothing_else() -> None:
    brisk, slow = draw(busy_port(check_min=6), SEED), draw(busy_port(check_min=12), SEED)
    assert moved(brisk, slow) == {"number"}
    # Each is rounded to whole milliseconds, so twice the first may be one away from the second.
    np.testing.assert_allclose(numbers(slow, DECLARATION), 2 * numbers(brisk, DECLARATION), rtol=0, atol=1)
    for flow in (TRUCK, ORDER, REFILL):
        np.testing.assert_array_equal(numbers(slow, flow), numbers(brisk, flow))


def test_an_engine_is_given_the_demand_and_cannot_change_it(simulate: Simulate) -> None:
    demand = draw(busy_port(), SEED)
    trace = simulate(compile_network(busy_port()), demand)
    assert trace.demand is demand
    assert moved(demand, draw(busy_port(), SEED)) == set()


def test_a_demand_is_read_only() -> None:
    demand = draw(busy_port(), SEED)
    assert not [name for name, array in arrays(demand).items() if array.flags.writeable]


def test_a_pool_that_nobody_needs_moves_no_draw() -> None:
    assert moved(draw(busy_port(), SEED), draw(busy_port(more_pools=True), SEED)) == set()


def test_a_step_added_to_one_flow_moves_no_draw_of_any_other_step() -> None:
    before, after = draw(busy_port(), SEED), draw(busy_port(more_steps=True), SEED)
    assert moved(before, after) == {"number", "number_first"}
    for flow in (TRUCK, DECLARATION, REFILL):
        np.testing.assert_array_equal(numbers(after, flow), numbers(before, flow))
    # The orders' columns: family taken, (the new travel), packing.
    np.testing.assert_array_equal(numbers(after, ORDER)[:, [0, 2]], numbers(before, ORDER))


def test_a_flow_added_to_a_network_moves_no_draw_of_the_others() -> None:
    port = busy_port()
    visitors = Flow("visitor", Poisson("9/h"), [Hold(Exponential(5))])
    before, after = draw(port, SEED), draw(evolve(port, flows=(visitors, *port.flows)), SEED)
    for flow in range(len(port.flows)):
        np.testing.assert_array_equal(numbers(after, flow + 1), numbers(before, flow))
    np.testing.assert_array_equal(after.arrival_ms[after.first[1] :], before.arrival_ms)


@pytest.mark.parametrize("flow", [TRUCK, DECLARATION, ORDER, REFILL])
@pytest.mark.parametrize("duration", ["1 d", "30 h", "2 d"])
def test_a_longer_run_begins_with_the_same_days(duration: str, flow: int) -> None:
    short, long = (entities(draw(busy_port(duration=d), SEED), flow) for d in (duration, "4 d"))
    assert short
    assert long[: len(short)] == short


def test_landings_due_in_a_shorter_run_are_those_of_the_longer_however_late_they_come() -> None:
    flow = Flow(
        "pallet",
        Landings(tuple(Landing(minute, count=1) for minute in range(1200, 1440, 20)), delay=Uniform(0, 180)),
        [Hold(Exponential(5))],
        attributes={"inspected": Share(0.5)},
    )
    short, long = (entities(draw(Network(flows=[flow], duration=d), SEED), 0) for d in ("1 d", "2 d"))
    assert max(row[0] for row in short) > DAY_MS
    assert long[: len(short)] == short


def test_other_processes_with_other_hash_seeds_draw_the_same_bytes() -> None:
    """Takes about 1 s: it starts Python twice."""
    code = f"from tests.networks import *; print(fingerprint(draw(busy_port(), {SEED})))"
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == fingerprint(draw(busy_port(), SEED))


# What does move


def test_replications_and_seeds_differ_in_everything_random() -> None:
    always = {"number", "arrival_ms", "flags", "0 kind", "0 inspected", "2 family"}
    base = draw(busy_port(), SEED)
    for other in (draw(busy_port(), SEED, replication=1), draw(busy_port(), SEED + 1)):
        assert always <= moved(base, other)


def test_replications_are_independent() -> None:
    counts = [len(arrivals_of(Poisson("1/h"), replication=r)) for r in range(300)]
    # 300 sums of the day's Poisson count with mean 24: dispersion is chi-square with 299 degrees of freedom.
    low, high = stats.chi2.ppf([0.0005, 0.9995], 299)
    assert low < sum((count - 24) ** 2 for count in counts) / 24 < high


def test_flows_of_equal_kind_have_luck_of_their_own() -> None:
    flows = [Flow(name, Poisson("24/d"), [Hold(1)]) for name in ("east", "west")]
    demand = draw(Network(flows=flows), SEED)
    east, west = (set(demand.arrival_ms[a:b].tolist()) for a, b in pairwise(demand.first))
    assert not east & west


# Companions


def test_a_companion_shares_its_partners_attributes_and_its_draws() -> None:
    # Both flows pass the same desk with the same time: the same papers take the same time, whoever hands them in.
    port = busy_port()
    truck = evolve(port.flows[TRUCK], steps=[Serve("documents", Exponential(6))], priority=0)
    demand = draw(evolve(port, flows=[truck, port.flows[DECLARATION]]), SEED)
    np.testing.assert_array_equal(numbers(demand, 0), numbers(demand, 1))
    for name in ("kind", "inspected"):
        np.testing.assert_array_equal(demand.attributes[0][name], demand.attributes[1][name])
    count = demand.first[1]
    np.testing.assert_array_equal(demand.flags[:count], demand.flags[count:])


def test_a_companion_comes_its_lead_earlier_and_only_if_its_partner_is_led() -> None:
    truck = Flow("truck", At([10, 200, 300, 400]), [Hold(1)], attributes={"pre_reported": Share(0.5)})
    ahead = Flow("declaration", Ahead("truck", 60, only_if="pre_reported"), [Hold(1)])
    demand = draw(Network(flows=[truck, ahead]), SEED)
    led = demand.attributes[0]["pre_reported"].tolist()
    assert set(led[1:]) == {True, False}
    expected = [max(at - 60, 0) if ahead else at for at, ahead in zip([10, 200, 300, 400], led, strict=True)]
    assert (demand.arrival_ms[4:] / MINUTE_MS).tolist() == expected


# Arrivals at random

HOURS = (*[0.0] * 8, *[4.0] * 4, 1.0, *[2.0] * 5, *[0.5] * 6)
WEEKDAYS = (1.2, 1.0, 1.0, 1.0, 1.3, 0.5, 0.0)


def fits(counts: npt.ArrayLike, weights: npt.ArrayLike) -> bool:
    """Whether counts are proportional to the weights (chi-square at 0.1 %); nothing falls where a weight is 0."""
    counts, weights = np.asarray(counts), np.asarray(weights)
    expected = counts.sum() * weights / weights.sum()
    possible = weights > 0
    return not counts[~possible].any() and stats.chisquare(counts[possible], expected[possible]).pvalue > 0.001


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


# Arrivals from a file

STAMPS = ["2022-11-01 10:00:00.250", "2022-11-01T09:00", "2022-10-31 23:59", "2022-11-02 00:00"]
NO_STAMP = "column `gate_in` has no timestamp such as 2022-11-16 08:30"


Save = Callable[[Mapping[str, Sequence[object]]], Path]


@pytest.fixture(params=["csv", "parquet"])
def save(request: pytest.FixtureRequest, tmp_path: Path) -> Save:
    """Saves columns to a file of one format and gives its path."""

    def as_csv(columns: Mapping[str, Sequence[object]]) -> Path:
        pd.DataFrame(columns).to_csv(tmp_path / "gate.csv", index=False)
        return tmp_path / "gate.csv"

    def as_parquet(columns: Mapping[str, Sequence[object]]) -> Path:
        pd.DataFrame(columns).to_parquet(tmp_path / "gate.parquet")
        return tmp_path / "gate.parquet"

    return {"csv": as_csv, "parquet": as_parquet}[request.param]


def test_recorded_arrivals_are_sorted(save: Save) -> None:
    assert arrivals_of(Recorded(save({"gate_in": STAMPS[:2]}), "gate_in")).tolist() == [9 * HOUR_MS, 10 * HOUR_MS + 250]


def test_recorded_arrivals_outside_the_run_are_refused_with_their_number_and_the_first_row(save: Save) -> None:
    # Of the four, one lies before the start and one at the end.
    path = save({"gate_in": STAMPS})
    with pytest.raises(ValueError, match=r"^[^;]*: 2 of 4 timestamps lie outside the run") as refusal:
        arrivals_of(Recorded(path, "gate_in"))
    assert str(refusal.value).startswith(f"{path}: 2 of 4 timestamps lie outside the run, which begins at 2022-11-01 ")
    assert "the first is 2022-10-31 23:59:00 in row 3" in str(refusal.value)


def test_recorded_arrivals_outside_the_run_are_left_out_on_demand(save: Save) -> None:
    at = arrivals_of(Recorded(save({"gate_in": STAMPS}), "gate_in", outside="leave out"))
    assert at.tolist() == [9 * HOUR_MS, 10 * HOUR_MS + 250]


@pytest.mark.parametrize("zone", ["+08:00", "+0800", "+08", "-05:00", "Z"])
def test_recorded_arrivals_with_a_zone_are_refused(save: Save, zone: str) -> None:
    path = save({"gate_in": ["2022-11-01T08:00", f"2022-11-01T08:00{zone}"]})
    with pytest.raises(ValueError, match="column `gate_in` holds times with a zone; write local times without one"):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_column_of_times_with_a_zone_is_refused(save: Save) -> None:
    path = save({"gate_in": [pd.Timestamp("2022-11-01 08:00", tz="Asia/Shanghai")]})
    with pytest.raises(ValueError, match="column `gate_in` holds times with a zone; write local times without one"):
        arrivals_of(Recorded(path, "gate_in"))


def test_recorded_arrivals_may_follow_a_backlog(save: Save) -> None:
    assert arrivals_of(Recorded(save({"gate_in": STAMPS[:2]}), "gate_in", backlog=1))[:2].tolist() == [0, 9 * HOUR_MS]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"gate_out": STAMPS}, "there is no column `gate_in`; there are `gate_out`"),
        ({"gate_in": ["2022-11-01", "yesterday"]}, f"{NO_STAMP} in row 2, but 'yesterday'$"),
        ({"gate_in": ["2022-13-01"]}, f"{NO_STAMP} in row 1, but '2022-13-01'$"),
        ({"gate_in": [None, None]}, f"{NO_STAMP} in row 1, but nothing$"),
        ({"gate_in": [5, 6]}, "column `gate_in` holds numbers, not timestamps"),
        ({"gate_in": ["2022-11-01", None]}, f"{NO_STAMP} in row 2, but nothing$"),
    ],
)
def test_a_file_that_cannot_be_read_as_arrivals_is_refused_by_file_and_column(
    save: Save, columns: dict[str, list[object]], message: str
) -> None:
    path = save(columns)
    with pytest.raises(ValueError, match=message) as refusal:
        arrivals_of(Recorded(path, "gate_in"))
    assert str(path) in str(refusal.value)


def test_timestamps_far_outside_the_run_are_refused_or_left_out_like_all_others(save: Save) -> None:
    path = save({"gate_in": ["1700-01-01", "2022-11-01 09:00", "2250-01-01"]})
    assert arrivals_of(Recorded(path, "gate_in", outside="leave out")).tolist() == [9 * HOUR_MS]
    with pytest.raises(ValueError, match="2 of 3 timestamps lie outside the run"):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_table_that_is_not_utf_8_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_bytes("gate_in,車牌\n2022-11-01 09:00,粵\n".encode("gbk"))
    with pytest.raises(ValueError, match=r"not a table of arrivals: it is not UTF-8 text; save it as CSV in UTF-8$"):
        arrivals_of(Recorded(path, "gate_in"))


@pytest.mark.parametrize("name", ["gate.csv", "gate.parquet"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01"])
def test_a_file_in_no_known_format_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=name):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_missing_file_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such file"):
        arrivals_of(Recorded(tmp_path / "gate.csv", "gate_in"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_of_a_recorded_file_is_that_of_its_headings(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "gate.csv"
    rows = [["lane", "gate_in"], ["1", "2022-11-01 09:00"], ["2", "2022-11-01 10:00"]]
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")
    assert arrivals_of(Recorded(path, "gate_in")).tolist() == [9 * HOUR_MS, 10 * HOUR_MS]


@pytest.mark.parametrize("times", [["09:00", "10:00:30"], ["900", "1000"], ["0900", "1000"]])
def test_a_date_and_a_clock_time_may_stand_in_columns_of_their_own(tmp_path: Path, times: list[str]) -> None:
    path = tmp_path / "gate.csv"
    path.write_text("date,time\n" + "".join(f"2022-11-01,{time}\n" for time in times), encoding="utf-8")
    at = arrivals_of(Recorded(path, column=("date", "time")))
    assert (at // MINUTE_MS).tolist() == [9 * 60, 10 * 60]


def test_a_clock_time_that_cannot_be_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_text("date,time\n2022-11-01,900\n2022-11-01,2475\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"column `date` and `time` has no timestamp .* in row 2, but '2022-11-01' and "
    ):
        arrivals_of(Recorded(path, ("date", "time")))


def test_recorded_fractions_of_a_millisecond_are_rounded(save: Save) -> None:
    stamps = ["2022-11-01 09:00:00.0006", "2022-11-01 09:00:00.9996"]
    assert arrivals_of(Recorded(save({"gate_in": stamps}), "gate_in")).tolist() == [9 * HOUR_MS + 1, 9 * HOUR_MS + 1000]


def test_an_excel_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(ValueError, match="Excel workbook; save the sheet as CSV"):
        arrivals_of(Recorded(path, "gate_in"))


def test_a_file_with_headings_alone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gate.csv"
    path.write_text("gate_in\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no arrivals, only headings"):
        arrivals_of(Recorded(path, "gate_in"))


# Distributions


@pytest.mark.parametrize(
    "distribution",
    [
        Uniform(2, 7),
        Triangular(1, 2, 9),
        Triangular(2, 2, 5),
        Exponential(4),
        Gamma(5, 0.4),
        Gamma(5, 2),
        Lognormal(25, 0.6),
        Empirical([1, 1, 4, 20]),
    ],
    ids=repr,
)
def test_a_sample_agrees_with_the_expected_value(distribution: Distribution) -> None:
    sample = Streams(SEED, 0).sample("time", distribution, {1: 100_000, 2: 100_000})
    half_width = stats.norm.ppf(0.9995) * sample.std(ddof=1) / np.sqrt(len(sample))
    assert abs(sample.mean() - distribution.expected) < half_width


def test_a_constant_takes_no_draw_and_is_always_itself() -> None:
    assert Constant("90 s").scaled(np.empty(3)).tolist() == [1.5] * 3


QUANTILES = np.linspace(0.001, 0.999, 999)


@pytest.mark.parametrize(
    ("low", "mode", "high"),
    [(1, 2, 9), (2, 2, 5), (2, 5, 5), (0, 1, 2)],
)
def test_triangular_has_the_quantiles_of_scipy(low: float, mode: float, high: float) -> None:
    law = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    np.testing.assert_allclose(Triangular(low, mode, high).scaled(QUANTILES), law.ppf(QUANTILES))


def test_a_triangle_without_width_is_a_constant() -> None:
    assert Triangular(3, 3, 3).scaled(QUANTILES).tolist() == [3.0] * len(QUANTILES)


def test_lognormal_has_the_mean_and_spread_it_was_given() -> None:
    sigma = np.sqrt(np.log1p(0.6**2))
    law = stats.lognorm(sigma, scale=25 * np.exp(-(sigma**2) / 2))
    assert (law.mean(), law.std()) == pytest.approx((25, 0.6 * 25))
    np.testing.assert_allclose(Lognormal(25, 0.6).scaled(stats.norm.ppf(QUANTILES)), law.ppf(QUANTILES))


def test_gamma_has_the_mean_and_spread_it_was_given() -> None:
    time = Gamma(25, 0.6)
    law = stats.gamma(time.gamma_shape, scale=time.scaled(np.ones(1))[0])
    assert (law.mean(), law.std()) == pytest.approx((25, 0.6 * 25))


def test_empirical_values_are_equally_likely() -> None:
    sample = Streams(SEED, 0).sample("time", Empirical([1, 2, 3, 4]), {1: 10_000})
    assert fits(np.bincount(sample.astype(np.int64), minlength=5)[1:], [1, 1, 1, 1])


def test_given_values_are_used_one_an_entity_in_the_order_of_arrival() -> None:
    flow = Flow("truck", At([1, 5, DAY_MS / MINUTE_MS], backlog=1), [Hold(Given([4, 3, 2, 1]))])
    demand = draw(Network(flows=[flow], duration="2 d"), SEED)
    assert (demand.number / MINUTE_MS).tolist() == [4, 3, 2, 1]


def test_given_values_that_run_out_are_refused() -> None:
    flow = Flow("truck", At([1, 2, 3]), [Hold(Given([5, 5]))])
    with pytest.raises(ValueError, match="2 values for at least 3 entities"):
        draw(Network(flows=[flow]), SEED)


# Attributes


def test_a_share_is_its_probability_times_the_factors_of_the_classes_among_those_asked() -> None:
    kinds = Category({"express": 0.25, "ordinary": 0.75})
    flow = Flow(
        "truck",
        Poisson("40000/d"),
        [Hold(1)],
        attributes={
            "declared": Share(0.8),
            "kind": kinds,
            "inspected": Share(0.2, factors={"kind": {"express": 0.5, "ordinary": 2}}, among="declared"),
        },
    )
    columns = draw(Network(flows=[flow]), SEED).attributes[0]
    assert fits(np.bincount(columns["kind"]), [0.25, 0.75])
    assert not (columns["inspected"] & ~columns["declared"]).any()
    for index, p in enumerate((0.1, 0.4)):
        inspected = columns["inspected"][columns["declared"] & (columns["kind"] == index)]
        assert fits([inspected.sum(), (~inspected).sum()], [p, 1 - p])


def test_a_priority_by_category_counts_the_classes_in_their_order() -> None:
    demand = draw(busy_port(), SEED)
    trucks = demand.priority[: demand.first[1]]
    np.testing.assert_array_equal(trucks, demand.attributes[TRUCK]["kind"])
    assert set(trucks.tolist()) == {0, 1}


def test_a_number_is_drawn_from_its_distribution() -> None:
    flow = Flow("truck", At([1, 2, 3]), [Hold(1)], attributes={"amount": Number(Given([10, 20, 30]))})
    assert draw(Network(flows=[flow]), SEED).attributes[0]["amount"].tolist() == [10, 20, 30]


RISK = {"good": 0.1, "fair": 0.4, "bad": 2.0}


def controlled(start: datetime = TUESDAY, **share: Any) -> tuple[Demand, Array]:
    """Trucks of three classes, controlled by `RISK`, and the day of the calendar on which each comes."""
    attributes = {
        "held": Share(0.5),
        "class": Category({"good": 0.6, "fair": 0.35, "bad": 0.05}),
        "controlled": Share(1.0, {"class": RISK}, **share),
    }
    flow = Flow("truck", Poisson("300/d"), [Hold(Exponential(1), only_if="controlled")], attributes=attributes)
    demand = draw(Network(flows=[flow], duration="4 d", start=start), SEED)
    clock_ms = start.hour * HOUR_MS
    return demand, (demand.arrival_ms + clock_ms) // DAY_MS


@pytest.mark.parametrize("start", [TUESDAY, datetime(2022, 11, 1, 15)])
def test_a_budget_keeps_the_riskiest_of_each_day_of_the_calendar_and_no_more(start: datetime) -> None:
    (free, day), (bound, _) = controlled(start), controlled(start, a_day=40)
    wanted, kept = (demand.attributes[0]["controlled"] for demand in (free, bound))
    assert (kept <= wanted).all()
    risk = np.array(list(RISK.values()))[free.attributes[0]["class"]]
    for today in np.unique(day):
        here = wanted & (day == today)
        assert (kept & here).sum() == min(40, here.sum())
        if here.sum() > 40:
            assert risk[here & kept].min() >= risk[here & ~kept].max()
            assert len(set(risk[here & kept])) > 1
    assert moved(free, bound) == {"flags", "0 controlled"}


def test_a_larger_budget_adds_entities_and_drops_none() -> None:
    kept = [controlled(a_day=budget)[0].attributes[0]["controlled"] for budget in (0, 10, 40, 60, 10_000)]
    assert not kept[0].any()
    np.testing.assert_array_equal(kept[-1], controlled()[0].attributes[0]["controlled"])
    for fewer, more in pairwise(kept):
        assert (fewer <= more).all()
        assert fewer.sum() < more.sum()


def test_a_budget_is_spent_on_those_alone_who_could_have_the_share() -> None:
    demand, day = controlled(a_day=10, among="held", unless="class=fair")
    columns = demand.attributes[0]
    assert not (columns["controlled"] & (~columns["held"] | (columns["class"] == 1))).any()
    assert np.bincount(day[columns["controlled"]]).tolist() == [10] * 4


def test_what_follows_from_conditions_is_neither_drawn_nor_a_cause_of_draws() -> None:
    shares = {"kind": Category({"a": 0.3, "b": 0.7}), "x": Share(0.4), "y": Share(0.5)}
    derived = {"either": AnyOf(["x", "kind=a"]), "both": AllOf(["x", "y", "either"])}
    last = {"last": Share(0.5, among="both")}

    def drawn(attributes: Mapping[str, Any], *only_if: str) -> Demand:
        return draw(Network(flows=[Flow("truck", Poisson("5000/d"), [Hold(1, only_if=only_if)], attributes)]), SEED)

    one, other = drawn({**shares, **last | {"last": Share(0.5)}}), drawn({**shares, **derived, **last}, "both")
    columns = other.attributes[0]
    for name in ("kind", "x", "y"):
        np.testing.assert_array_equal(one.attributes[0][name], columns[name])
    np.testing.assert_array_equal(columns["either"], columns["x"] | (columns["kind"] == 0))
    np.testing.assert_array_equal(columns["both"], columns["x"] & columns["y"])
    np.testing.assert_array_equal(columns["last"], one.attributes[0]["last"] & columns["both"])
    np.testing.assert_array_equal(other.flags == 1, columns["both"])


# Refusals


def test_more_entities_than_a_machine_can_hold_are_refused_before_they_are_drawn() -> None:
    with pytest.raises(ValueError, match="entities are more than the 200,000,000"):
        arrivals_of(Poisson("1000000/s"))


def test_a_drawn_time_longer_than_a_century_is_refused() -> None:
    flow = Flow("truck", Poisson("1000/d"), [Hold(Lognormal("50 w", 20))])
    with pytest.raises(ValueError, match="longer than a century"):
        draw(Network(flows=[flow], duration="10 d"), SEED)
