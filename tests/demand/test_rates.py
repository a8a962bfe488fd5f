"""Expected arrivals between two moments: by hand, by numerical integration, and by counting what is drawn."""

from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from clearsim.customs import network
from clearsim.demand import Rate, draw, rate_of
from clearsim.network import Category, Flow, Follows, Hold, Network, Poisson, Surge
from clearsim.scenario import loads
from clearsim.staffing.offered import CELL_MS, offered
from clearsim.units import DAY_MS, MINUTE_MS, to_ms
from tests.networks import queue
from tests.scenarios import TINY

SEED = 20221111
MONDAY = datetime(2022, 10, 31)
TUESDAY = datetime(2022, 11, 1)


def flow_of(arrivals: Poisson, duration: str | float = "1 d", start: datetime = TUESDAY) -> Network:
    """A network of one flow that does nothing else."""
    return Network([Flow("truck", arrivals, [Hold(1)])], duration=duration, start=start)


def expected(net: Network, from_min: float = 0, until_min: float | None = None, flow: int = 0) -> float:
    """Expected arrivals of a flow of the network between two minutes of the run, by default in all of it."""
    until_ms = to_ms(net.duration if until_min is None else until_min)
    whole = rate_of(net, net.flows[flow], 0, to_ms(net.duration))
    return whole.expected(to_ms(from_min), until_ms)


def drawn(net: Network, flow: int = 0, replication: int = 0) -> npt.NDArray[np.int64]:
    """Arrivals (ms) of a flow of the network."""
    demand = draw(net, SEED, replication)
    return demand.arrival_ms[demand.rows(flow)]


def fits(count: int, mean: float) -> bool:
    """Whether a Poisson count has this mean: 99.9 % of counts do."""
    low, high = stats.poisson.ppf([0.0005, 0.9995], mean)
    return bool(low <= count <= high)


# By hand


@pytest.mark.parametrize(("first", "last", "right"), [(0, 2, 258), (0, 3, 357), (12, 14, 258), (12.5, 13.25, 134.25)])
def test_a_surge_of_minutes_brings_what_it_says(first: float, last: float, right: float) -> None:
    # One a minute for an hour, a hundredfold between two moments.
    net = flow_of(Poisson("60/h", surges=(Surge("rush", first, last, 100),)), "1 h")
    assert expected(net) == pytest.approx(right, rel=1e-12)
    assert expected(net, first, last) == pytest.approx(100 * (last - first), rel=1e-12)
    at_min = np.concatenate([drawn(net, replication=r) for r in range(40)]) / MINUTE_MS
    assert fits(len(at_min), 40 * right)
    assert fits(int(((at_min >= first) & (at_min < last)).sum()), 40 * 100 * (last - first))


def test_nobody_comes_in_hours_of_weight_0_whatever_the_clock_time_of_the_start() -> None:
    office = Poisson("900/d", hours=(*[0.0] * 9, *[1.0] * 15))
    net = flow_of(office, start=datetime(2022, 11, 1, 8, 3))
    assert expected(net, 0, 57) == 0
    assert expected(net, 57, 58) == pytest.approx(1)
    assert min(drawn(net, replication=r).min() for r in range(50)) >= 57 * MINUTE_MS


@pytest.mark.parametrize(("first", "last"), [(67, 188), (68, 187)])
def test_a_closure_loses_nobody_outside_and_lets_nobody_in(first: int, last: int) -> None:
    net = flow_of(Poisson("60/h", surges=(Surge("closed", first, last, 0),)), "4 h")
    assert expected(net, first, last) == 0
    assert expected(net) == pytest.approx(240 - (last - first), rel=1e-12)
    assert expected(net, 0, first) == pytest.approx(first, rel=1e-12)
    at_min = np.concatenate([drawn(net, replication=r) for r in range(100)]) / MINUTE_MS
    assert not ((at_min >= first) & (at_min < last)).any()
    assert fits(int((at_min < first).sum()), 100 * first)
    assert fits(int((at_min >= last).sum()), 100 * (240 - last))


def test_weekdays_change_at_midnight() -> None:
    # From Monday 23:57 for four minutes: three of Monday's weight 0, one of Tuesday's 7.
    net = flow_of(Poisson("60/h", weekdays=(0, 7, 0, 0, 0, 0, 0)), "4 min", start=datetime(2022, 10, 31, 23, 57))
    assert expected(net) == pytest.approx(7, rel=1e-12)
    at_ms = np.concatenate([drawn(net, replication=r) for r in range(200)])
    assert at_ms.min() >= 3 * MINUTE_MS
    assert fits(len(at_ms), 200 * 7)


def test_who_follows_has_the_surge_after_the_lag_to_the_minute() -> None:
    leader = Flow("order", Poisson("60/h", surges=(Surge("wave", 10, 20, 3),)), [Hold(1)])
    truck = Flow("truck", Poisson("60/h", follows=Follows("order", "3 min", 0.5)), [Hold(1)])
    net = Network([leader, truck], duration="1 h")
    assert [expected(net, a, b, flow=1) for a, b in ((0, 13), (13, 23), (23, 60))] == pytest.approx([13, 20, 37])
    at_min = np.concatenate([drawn(net, 1, r) for r in range(100)]) / MINUTE_MS
    assert fits(int(((at_min >= 13) & (at_min < 23)).sum()), 100 * 20)


def test_ramps_that_overlap_multiply() -> None:
    # x from 0 to 1 over the hour: one factor rises as 1 + 2 x, one falls as 3 - 2 x; ∫ (1 + 2 x)(3 - 2 x) dx = 11 / 3.
    rise = Surge("rise", 0, 60, 3, ramp_min=60)
    fall = Surge("fall", 0, 60, 3, decay_min=60)
    net = flow_of(Poisson("60/h", surges=(rise, fall)), "1 h")
    assert expected(net) == pytest.approx(60 * 11 / 3, rel=1e-12)
    assert expected(net, 0, 30) == pytest.approx(60 * 11 / 6, rel=1e-12)
    position = np.concatenate([drawn(net, replication=r) for r in range(40)]) / (60 * MINUTE_MS)
    assert fits(len(position), 40 * 220)
    law = lambda x: (3 * x + 2 * x**2 - 4 * x**3 / 3) * 3 / 11  # noqa: E731 - the integral, in one line
    assert stats.kstest(position, law).pvalue > 0.001


def test_a_ramp_down_to_nothing_and_up_again_is_drawn_as_it_says() -> None:
    # The rate falls to 0 within the first half hour, is 0 for a while, and grows from 0 in the last half hour.
    down = Surge("closing", 0, 90, 0, ramp_min=30, decay_min=30)
    net = flow_of(Poisson("6000/h", surges=(down,)), "90 min")
    assert expected(net) == pytest.approx(3000, rel=1e-12)
    at_min = drawn(net) / MINUTE_MS
    assert not ((at_min >= 30) & (at_min < 60)).any()
    assert stats.kstest(at_min[at_min < 30] / 30, lambda x: 1 - (1 - x) ** 2).pvalue > 0.001
    assert stats.kstest(at_min[at_min >= 60] / 30 - 2, lambda x: x**2).pvalue > 0.001


def test_the_mix_of_classes_is_that_of_the_instant() -> None:
    # Milk is four times as much in minutes 61 to 63 and in no others; on its own it is a half.
    milk = Surge("milk", 61, 63, 4, category="family", classes=("milk",))
    flow = Flow(
        "order",
        Poisson("6000/h", surges=(milk,)),
        [Hold(1)],
        attributes={"family": Category({"milk": 0.5, "tea": 0.5})},
    )
    net = Network([flow], duration="2 h")
    assert expected(net) == pytest.approx(12_000 + 200 * 1.5, rel=1e-12)
    demands = [draw(net, SEED, r) for r in range(20)]
    at_min = np.concatenate([demand.arrival_ms for demand in demands]) / MINUTE_MS
    family = np.concatenate([demand.attributes[0]["family"] for demand in demands])
    inside = (at_min >= 61) & (at_min < 63)
    assert fits(int((inside & (family == 0)).sum()), 20 * 400)
    assert fits(int((inside & (family == 1)).sum()), 20 * 100)
    assert fits(int((~inside & (family == 0)).sum()), 20 * 5900)


# Profiles


def test_half_hours_and_quarters_are_weighed_by_the_clock() -> None:
    halves = flow_of(Poisson("48/d", hours=(2, 0) * 24), start=datetime(2022, 11, 1, 0, 7))
    assert [expected(halves, a, b) for a, b in ((0, 23), (23, 53), (53, 83))] == pytest.approx([46 / 30, 0, 2])
    quarters = flow_of(Poisson("96/d", hours=(4, 0, 0, 0) * 24))
    assert [expected(quarters, a, a + 15) for a in range(0, 60, 15)] == pytest.approx([4, 0, 0, 0])
    assert not (drawn(quarters) // (15 * MINUTE_MS) % 4).any()


@pytest.mark.parametrize("slots", [24, 48, 96])
def test_a_week_of_hours_begins_on_monday_and_weekdays_multiply_it(slots: int) -> None:
    # All of the week on Wednesday's first slot and, four times as much before the weekdays' weights, on Friday's last.
    week = np.zeros((7, slots))
    week[2, 0], week[4, -1] = 1, 4
    arrivals = Poisson("100/w", hours=tuple(week.ravel().tolist()), weekdays=(1, 1, 3, 1, 1, 1, 1))
    for start in (MONDAY, datetime(2022, 11, 3, 15, 11)):
        net = flow_of(arrivals, "1 w", start)
        assert expected(net) == pytest.approx(100)
        clock_ms = drawn(net) + (start - MONDAY) // timedelta(milliseconds=1)
        slot = clock_ms // (DAY_MS // slots) % (7 * slots)
        assert set(slot.tolist()) <= {2 * slots, 5 * slots - 1}
        assert fits(int((slot == 2 * slots).sum()), 100 * 3 / 7)


def test_a_day_in_finer_slots_of_the_same_weights_is_the_same_day() -> None:
    hours = (*[0.0] * 6, *[3.0] * 7, 1.0, *[2.5] * 10)
    whole = drawn(flow_of(Poisson("400/d", hours=hours), "9 d"))
    for finer in (2, 4):
        parts = tuple(weight for weight in hours for _ in range(finer))
        np.testing.assert_array_equal(drawn(flow_of(Poisson("400/d", hours=parts), "9 d")), whole)
    np.testing.assert_array_equal(drawn(flow_of(Poisson("400/d", hours=hours * 7), "9 d")), whole)


# As a planner writes it


def planned(start: str, duration: str, orders: str, *settings: str) -> Network:
    """The network of a scenario to which orders come, and nothing else."""
    only = ["demand.errands=null", "demand.flights=null", "demand.export_trucks=null"]
    dates = [f"start={start}", f"duration={duration}", f"demand.orders={orders}"]
    return network(loads(TINY, settings=[*only, *dates, *settings]).scenario)


@pytest.mark.parametrize(
    ("first", "last", "right"), [("10:01", "10:02", 1539), ("10:02", "10:04", 1638), ("10:02", "10:09", 2133)]
)
def test_a_wave_of_minutes_in_a_scenario_brings_what_it_says(first: str, last: str, right: float) -> None:
    wave = f"{{name: w, from: 2022-11-16 {first}, until: 2022-11-16 {last}, peak: 100}}"
    net = planned("2022-11-16 00:00", "24 h", f"{{per_day: 1440, surges: [{wave}]}}")
    assert expected(net) == pytest.approx(right, rel=1e-12)
    assert fits(sum(len(drawn(net, replication=r)) for r in range(20)), 20 * right)


def test_a_spike_may_last_a_minute() -> None:
    spike = "{at: '10:00', length: 1 min, peak: 50}"
    wave = f"{{name: w, from: 2022-11-16 00:00, until: 2022-11-18 00:00, peak: 2, spikes: [{spike}]}}"
    net = planned("2022-11-16 00:00", "2 d", f"{{per_day: 1440, surges: [{wave}]}}")
    assert expected(net) == pytest.approx(2 * 2880 + 2 * 98, rel=1e-12)
    assert expected(net, 600, 601) == pytest.approx(100, rel=1e-12)


@pytest.mark.parametrize(
    ("start", "duration", "orders", "right"),
    [
        ("2022-11-16 08:03", "57 min", f"{{per_day: 900, hours: [{'0, ' * 9}{'1, ' * 15}]}}", 0),
        ("2022-11-14 23:57", "4 min", "{per_day: 1440, weekdays: [0, 7, 0, 0, 0, 0, 0]}", 7),
        ("2022-11-16 09:15", "15 min", f"{{per_day: 96, hours: [{'0, 4, 0, 0, ' * 24}]}}", 4),
        ("2022-11-16 09:30", "30 min", f"{{per_day: 48, hours: [{'0, 2, ' * 168}]}}", 2),
    ],
)
def test_a_profile_in_a_scenario_is_kept_to_the_minute(start: str, duration: str, orders: str, right: float) -> None:
    net = planned(start, duration, orders)
    assert expected(net) == pytest.approx(right, rel=1e-12)
    assert fits(sum(len(drawn(net, replication=r)) for r in range(50)), 50 * right)


def test_trucks_of_a_scenario_follow_after_the_lag_to_the_minute() -> None:
    wave = "{name: w, from: 2022-11-16 10:00, until: 2022-11-16 10:10, peak: 3}"
    net = network(
        loads(
            TINY,
            settings=[
                f"demand.orders={{per_day: 1440, surges: [{wave}]}}",
                "demand.export_trucks={per_day: 1440, follow_orders: {lag: 3 min, strength: 100 %}}",
            ],
        ).scenario
    )
    trucks = [flow.name for flow in net.flows].index("export_truck")
    spans = ((0, 63), (63, 73), (73, 120))
    assert [expected(net, a, b, trucks) for a, b in spans] == pytest.approx([63, 30, 47])


# Days


@pytest.mark.parametrize("start", ["2022-10-31 00:00", "2022-10-31 12:00", "2022-10-31 18:00"])
def test_a_day_factor_is_drawn_for_each_day_of_the_calendar(start: str) -> None:
    # The count of a day whose mean is gamma with mean m and cv c is negative binomial with variance m + (c·m)².
    mean, cv, days = 400, 0.5, 1500
    words = flow_of(Poisson(f"{mean}/d", day_cv=cv), f"{days + 1} d", datetime.strptime(start, "%Y-%m-%d %H:%M"))
    yaml = planned(start, f"{days + 1} d", f"{{per_day: {mean}, day_cv: {cv}}}")
    law = stats.nbinom(1 / cv**2, 1 / (1 + mean * cv**2))
    for net in (words, yaml):
        clock_ms = drawn(net) + (net.start - MONDAY) // timedelta(milliseconds=1)
        counts = np.bincount(clock_ms // DAY_MS, minlength=days + 1)[1 : days + 1]  # those that are whole
        edges = np.unique(law.ppf(np.linspace(0.1, 0.9, 9)))
        cells = np.diff([0, *law.cdf(edges), 1]) * days
        assert stats.chisquare(np.bincount(np.searchsorted(edges, counts), minlength=len(cells)), cells).pvalue > 0.001
        assert counts.std() / counts.mean() == pytest.approx(np.sqrt(cv**2 + 1 / mean), rel=0.08)


def test_a_later_start_leaves_the_days_after_it_where_they_were() -> None:
    surge = Surge("wave", 2000, 4000, 3, 300, 500)
    arrivals = Poisson("5000/d", hours=(1, 2) * 12, day_cv=0.3, surges=(surge,))
    midnight = drawn(flow_of(arrivals, "4 d", TUESDAY))
    later = Surge("wave", 2000 - 547, 4000 - 547, 3, 300, 500)
    moved = Poisson("5000/d", hours=(1, 2) * 12, day_cv=0.3, surges=(later,))
    start = TUESDAY + timedelta(minutes=547)
    found = drawn(flow_of(moved, 4 * 1440 - 547, start)) + 547 * MINUTE_MS
    np.testing.assert_allclose(found[found >= DAY_MS], midnight[midnight >= DAY_MS], rtol=0, atol=1)


def test_a_scenario_that_is_moved_by_whole_weeks_with_all_its_dates_draws_the_same() -> None:
    orders = "{{per_day: 3000, hours: evening_retail, weekdays: [1, 2, 1, 1, 3, 1, 0], day_cv: 0.2, surges: [{}]}}"
    wave = "{{name: w, from: {:%Y-%m-%d} 07:41, until: {:%Y-%m-%d} 20:03, peak: 3, ramp: 50 min, spikes: [{}]}}"
    spike = "{at: '09:59', length: 3 min, peak: 9}"

    def of(monday: datetime) -> npt.NDArray[np.int64]:
        days = [monday + timedelta(days=day) for day in (1, 3)]
        return drawn(planned(f"{monday:%Y-%m-%d} 10:20", "6 d", orders.format(wave.format(*days, spike))))

    for weeks in (1, 52):
        np.testing.assert_array_equal(of(MONDAY + timedelta(weeks=weeks)), of(MONDAY))


# The offered load


def test_the_offered_load_is_made_from_the_exact_rate() -> None:
    arrivals = Poisson("60/h", surges=(Surge("rush", 12, 14, 100), Surge("slow", 31, 58, 0.1, 11, 7)))
    net = queue(arrivals, 1, duration="50 min")
    coming = offered(net).coming[0]
    right = [expected(net, min(m, 50), min(m + 5, 50)) for m in range(0, len(coming) * 5, 5)]
    np.testing.assert_allclose(coming, right, rtol=0, atol=1e-6)
    assert CELL_MS == 5 * MINUTE_MS


# What holds of any rate


@st.composite
def surges(draw: st.DrawFn, classes: tuple[str, ...] = ()) -> Surge:
    first = draw(st.integers(-3000, 6000)) / draw(st.sampled_from([1, 3, 7]))
    length = draw(st.integers(1, 4000)) / draw(st.sampled_from([1, 3, 7]))
    ramp, decay = draw(st.sampled_from([(0, 0), (1, 0), (0, 0.5), (0.25, 0.7), (0.1, 0.3), (0.5, 0.2)]))
    peak = draw(st.sampled_from([0.0, 0.3, 1.0, 2.0, 100.0]))
    about = draw(st.sampled_from([(), *((name,) for name in classes), classes])) if classes else ()
    named: dict[str, Any] = {"category": "family", "classes": about} if about else {}
    until = first + length
    length = until - first  # as floating point has it, so that a full ramp fits
    return Surge("s", first, until, peak, ramp * length, decay * length, **named)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Orders of three families with any profile and surges, and trucks that follow them and have surges too."""
    flows = []
    for name in ("order", "truck"):
        slots = draw(st.sampled_from([24, 48, 96, 168, 336, 672]))
        kinds = draw(st.lists(st.sampled_from([0.0, 1.0, 0.25, 7.5]), min_size=1, max_size=9))
        hours = (*(kinds[i % len(kinds)] for i in range(slots - 1)), 1.0)
        weekdays = tuple(draw(st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=6, max_size=6)))
        families = ("milk", "tea", "silk") if name == "order" else ()
        arrivals = Poisson(
            draw(st.sampled_from(["24/d", "5000/d"])),
            hours=hours,
            weekdays=(*weekdays, 1.0),
            surges=tuple(draw(st.lists(surges(families), max_size=5))),
            follows=Follows("order", draw(st.sampled_from(["0 s", "7 s", "2 h"])), 0.7) if name == "truck" else None,
        )
        attributes = {"family": Category({"milk": 0.5, "tea": 0.3, "silk": 0.2})} if families else {}
        flows.append(Flow(name, arrivals, [Hold(1)], attributes=attributes))
    start = MONDAY + timedelta(minutes=draw(st.integers(0, 10_080)))
    return Network(flows, duration=draw(st.integers(1, 2000)), start=start)


def turns_of(surge: Surge, lag_ms: float = 0.0) -> list[float]:
    """The four moments (ms) at which a surge turns."""
    minutes = (
        surge.from_min,
        surge.from_min + surge.ramp_min,
        surge.until_min - surge.decay_min,
        surge.until_min,
    )
    return [to_ms(minute) + lag_ms for minute in minutes]


def factor_of(flow: Flow, at_ms: float) -> float:
    """By how much the surges multiply the flow at one moment, straight from the definition."""
    assert isinstance(flow.arrivals, Poisson)
    whole = 1.0
    by_class = {"milk": 0.5, "tea": 0.3, "silk": 0.2}
    for surge in flow.arrivals.surges:
        first, top, fall, last = turns_of(surge)
        if not first <= at_ms < last:
            continue
        height = min(1.0, (at_ms - first) / (top - first) if top > first else 1.0)
        height = min(height, (last - at_ms) / (last - fall) if last > fall else 1.0)
        factor = 1 + (surge.peak - 1) * height
        if surge.category is None:
            whole *= factor
        for name in surge.classes:
            by_class[name] *= factor
    return whole * sum(by_class.values())


def rate_at(net: Network, flow: Flow, at_ms: float) -> float:
    """The rate (a millisecond) at one moment, straight from the definition."""
    arrivals = flow.arrivals
    assert isinstance(arrivals, Poisson)
    slots = len(arrivals.hours) if len(arrivals.hours) < 100 else len(arrivals.hours) // 7
    moment = net.start + timedelta(milliseconds=at_ms)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    slot = int((moment - midnight) / timedelta(days=1) * slots)
    own = arrivals.hours if len(arrivals.hours) < 100 else arrivals.hours[slots * moment.weekday() :]
    week = arrivals.hours * 7 if len(arrivals.hours) < 100 else arrivals.hours
    mean = np.mean([hour * arrivals.weekdays[index // slots] for index, hour in enumerate(week)])
    rate = arrivals.rate / MINUTE_MS * own[slot] * arrivals.weekdays[moment.weekday()] / mean
    rate *= factor_of(flow, at_ms)
    if arrivals.follows is not None:
        lag_ms = to_ms(arrivals.follows.lag)
        rate *= 1 + arrivals.follows.strength * (factor_of(net.flows[0], at_ms - lag_ms) - 1)
    return float(rate)


@pytest.mark.slow
@given(networks(), st.integers(0, 1))
def test_the_cumulative_rate_is_the_integral_of_the_rate(net: Network, flow: int) -> None:
    own, end_ms = net.flows[flow], to_ms(net.duration)
    rate = rate_of(net, own, 0, end_ms)
    for from_ms, until_ms in zip(rate.edges_ms[:-1].tolist(), rate.edges_ms[1:].tolist(), strict=True):
        assert integrate.quad(lambda t: rate_at(net, own, t), from_ms, until_ms)[0] == pytest.approx(
            rate.expected(from_ms, until_ms), rel=1e-6, abs=1e-9 * (1 + rate.total)
        )


@given(networks(), st.integers(0, 1), st.lists(st.floats(0, 1), min_size=1, max_size=50))
def test_the_cumulative_rate_never_falls_and_its_inverse_leads_back(
    net: Network, flow: int, positions: list[float]
) -> None:
    rate = rate_of(net, net.flows[flow], 0, to_ms(net.duration))
    at_ms = np.sort(np.append(positions, [0, 1])) * float(rate.edges_ms[-1])
    levels = rate.cumulative(at_ms)
    assert levels[0] == 0
    assert levels[-1] == pytest.approx(rate.total)
    assert (np.diff(levels) >= -1e-13 * rate.total).all()
    if rate.total == 0:
        return
    levels = np.clip(np.maximum.accumulate(levels), 0, rate.total)
    back_ms = rate.inverse(levels)
    assert (np.diff(back_ms) >= -1e-6).all()
    np.testing.assert_allclose(rate.cumulative(back_ms), levels, rtol=0, atol=1e-12 * rate.total)
    steep = np.array([rate_at(net, net.flows[flow], t) for t in at_ms]) > 1e-3 * rate.total / rate.edges_ms[-1]
    inside = steep & (at_ms < rate.edges_ms[-1])
    np.testing.assert_allclose(back_ms[inside], at_ms[inside], rtol=0, atol=1e-2)


@given(networks(), st.integers(0, 1))
def test_no_piece_without_a_rate_has_an_arrival_not_even_at_its_edges(net: Network, flow: int) -> None:
    rate = rate_of(net, net.flows[flow], 0, to_ms(net.duration))
    levels = np.unique([0.0, *np.cumsum(rate.by_piece), rate.total])
    levels = np.sort([*levels, *np.nextafter(levels[1:], 0)])
    at_ms = np.floor(rate.inverse(levels)) if rate.total > 0 else np.empty(0)
    piece = np.searchsorted(rate.edges_ms, at_ms, side="right") - 1
    assert (rate.by_piece[piece] > 0).all()


@given(networks(), st.integers(0, 1), st.floats(0, 1))
def test_a_rate_of_a_part_is_that_part_of_the_rate(net: Network, flow: int, cut: float) -> None:
    own, end_ms = net.flows[flow], to_ms(net.duration)
    cut_ms = min(max(round(cut * end_ms), 1), end_ms - 1)
    whole = rate_of(net, own, 0, end_ms)
    for from_ms, until_ms in ((0, cut_ms), (cut_ms, end_ms)):
        part = rate_of(net, own, from_ms, until_ms)
        assert part.total == pytest.approx(whole.expected(from_ms, until_ms), rel=1e-9, abs=1e-12 * whole.total)


def changed(net: Network, days: int, **rest: Any) -> Network:
    """The network that starts so many days later, and changes of its arrivals."""
    flows = [evolve(flow, arrivals=evolve(cast(Poisson, flow.arrivals), **rest)) for flow in net.flows]
    return evolve(net, flows=flows, start=net.start + timedelta(days=days))


@pytest.mark.slow
@given(networks(), st.integers(1, 60))
def test_a_start_whole_weeks_later_changes_no_draw(net: Network, weeks: int) -> None:
    here, there = (changed(net, days, day_cv=0.5) for days in (0, 7 * weeks))
    for flow in range(2):
        np.testing.assert_array_equal(drawn(here, flow), drawn(there, flow))


@given(networks(), st.integers(1, 6), st.permutations([0, 1, 2, 3, 4, 5, 2.5]))
def test_a_start_some_days_later_with_the_weekdays_moved_along_has_the_same_rate(
    net: Network, days: int, weekdays: list[float]
) -> None:
    here = changed(net, 0, weekdays=weekdays, hours=(1, 2) * 12)
    there = changed(net, days, weekdays=(*weekdays[-days:], *weekdays[:-days]), hours=(1, 2) * 12)
    for flow in range(2):
        one, other = (rate_of(n, n.flows[flow], 0, to_ms(n.duration)) for n in (here, there))
        np.testing.assert_array_equal(one.edges_ms, other.edges_ms)
        np.testing.assert_allclose(one.coefficients, other.coefficients, rtol=1e-12)


def test_where_nobody_ever_comes_there_is_no_moment_of_an_arrival() -> None:
    nothing = Rate(np.array([0, 1000]), np.zeros((1, 1)))
    assert nothing.inverse(np.empty(0)).size == 0
    with pytest.raises(ValueError, match="no level is ever reached"):
        nothing.inverse(np.zeros(1))
