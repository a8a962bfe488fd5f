"""The engines against queueing theory.

Every test compares a mean over independent replications with its closed form: the 99.9 % Student interval must cover
it, and must be narrow enough to mean something. Services last one minute on average and stations are loaded to 0.7
(the train to 0.8). Formulas are from Kleinrock, *Queueing Systems* I (1975) and II (1976), and Gross and Harris,
*Fundamentals of Queueing Theory*, 3rd edition (1998).

A run starts empty, so its first customers wait too little; they are deleted. The bias decays like e^(-t/τ), where for
M/M/1 at load 0.7 the relaxation time is τ = 1 / (1 - √0.7)² = 37 min, and it is shorter for the other stations: for
M/M/3 a third of it, for less variable services 2 λE[S²] / (1 - ρ)² or so (Abate and Whitt, 1987). The first `WARM_UP`
customers come in 190 min at three servers and in 570 min at one, more than ten times τ: what is left of the bias is
below e⁻¹⁰ of a mean, far inside the intervals. A fixed number of customers is counted afterwards, so that their mean
is not a ratio of two random numbers.
"""

import math

import numpy as np
import pytest
from scipy import stats

from clearsim.demand import draw
from clearsim.measures import measure
from clearsim.network import Exponential, Flow, Lognormal, Network, Poisson, Pool, Serve, Station
from clearsim.network.times import Time
from clearsim.plan import compile_network
from tests.networks import Simulate, quay, queue
from tests.replications import COUNTED, REPLICATIONS, WARM_UP, FloatArray, assert_covers, mean_waits

LOAD = 0.7
"""Also the arrivals a minute, wherever there is one server."""


def station_waits(time: Time, simulate: Simulate, servers: int = 1) -> FloatArray:
    """Mean waits at one station with Poisson arrivals at load 0.7: one a replication."""
    rate = LOAD * servers
    port = queue(Poisson(rate), time, servers, duration=1.1 * (WARM_UP + COUNTED) / rate, run_on="1 d")
    waits: FloatArray = mean_waits(port, simulate)[0]
    return waits


def pollaczek_khinchine(cv: float) -> float:
    """Mean wait in M/G/1 with E[S] = 1: λE[S²] / 2(1 - ρ). Kleinrock (1975), sec. 5.6; Gross and Harris, sec. 5.1."""
    return LOAD * (1 + cv**2) / (2 * (1 - LOAD))


@pytest.mark.slow
def test_one_memoryless_server_makes_customers_wait_as_in_mm1(simulate: Simulate) -> None:
    """ρ / (µ - λ): Kleinrock (1975), sec. 3.2."""
    assert_covers(station_waits(Exponential(1), simulate), LOAD / (1 - LOAD), within=0.12)


@pytest.mark.slow
def test_three_memoryless_servers_make_customers_wait_as_erlang_found(simulate: Simulate) -> None:
    """Erlang C over cµ - λ: Kleinrock (1975), sec. 3.5."""
    servers, offered = 3, 3 * LOAD
    waiting = offered**servers / math.factorial(servers) / (1 - LOAD)
    erlang_c = waiting / (waiting + sum(offered**k / math.factorial(k) for k in range(servers)))
    assert_covers(station_waits(Exponential(1), simulate, servers), erlang_c / (servers - offered), within=0.12)


@pytest.mark.slow
def test_constant_services_halve_the_wait_of_memoryless_ones(simulate: Simulate) -> None:
    """M/D/1."""
    assert_covers(station_waits(1, simulate), pollaczek_khinchine(cv=0), within=0.08)


@pytest.mark.slow
def test_lognormal_services_make_customers_wait_as_pollaczek_and_khinchine_found(simulate: Simulate) -> None:
    """M/G/1."""
    assert_covers(station_waits(Lognormal(1, 0.8), simulate), pollaczek_khinchine(cv=0.8), within=0.12)


@pytest.mark.slow
def test_two_classes_wait_as_cobham_found(simulate: Simulate) -> None:
    """A non-preemptive M/M/1 with two classes, loads 0.3 and 0.4.

    Cobham (1954); Kleinrock (1976), sec. 3.6: W₁ = W₀ / (1 - ρ₁) and W₂ = W₀ / (1 - ρ₁)(1 - ρ₁ - ρ₂), where
    W₀ = λE[S²] / 2 is what is left of the service under way.
    """
    first, both = 0.3, 0.7
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[
            Flow("express", Poisson(first), [Serve("desk", Exponential(1))], priority=0),
            Flow("ordinary", Poisson(both - first), [Serve("desk", Exponential(1))], priority=1),
        ],
        duration=1.15 * (WARM_UP + COUNTED) / both,
        run_on="1 d",
    )
    express, ordinary = mean_waits(port, simulate, shares=(first / both, 1 - first / both))
    remaining = both
    assert_covers(express, remaining / (1 - first), within=0.06)
    assert_covers(ordinary, remaining / (1 - first) / (1 - both), within=0.15)


HEADWAY, SLOTS = 10, 4
"""A train every 10 minutes, with room for 4."""


def test_with_room_for_all_a_box_waits_half_the_headway(simulate: Simulate) -> None:
    """Poisson arrivals are uniform between two trains. No warm-up: every train empties the line, so it starts anew."""
    trains = [(at, 1_000_000) for at in range(HEADWAY, 5000 + HEADWAY, HEADWAY)]
    port = quay(Poisson(0.5), trains, duration=5000, run_on=HEADWAY)
    assert_covers(mean_waits(port, simulate, warm_up=0, counted=2000)[0], HEADWAY / 2, within=0.02)


def left_behind(arriving: float, slots: int, longest: int = 200) -> float:
    """E[Q] of Q' = max(Q + A - slots, 0), A ~ Poisson(`arriving`): numerically, from the chain cut off at `longest`."""
    waiting = np.arange(longest + 1)
    transitions = np.array([stats.poisson.pmf(waiting + slots - left, arriving) for left in waiting])
    transitions[:, 0] = stats.poisson.cdf(slots - waiting, arriving)
    transitions[:, -1] += 1 - transitions.sum(axis=1)
    return float(np.linalg.matrix_power(transitions, 4096)[0] @ waiting)


@pytest.mark.slow
def test_full_trains_leave_boxes_behind_as_the_embedded_chain_of_bulk_service_says(simulate: Simulate) -> None:
    """Trains with s = 4 slots every T = 10 minutes at load λT/s = 0.8.

    Bulk service at fixed instants (Bailey, 1954). Each train takes up to s boxes, so that just after it Q are left:
    Q' = max(Q + A - s, 0), A ~ Poisson(λT). A time t later Q + N(t) wait; over the headway, and so over all time, the
    mean is L = E[Q] + λT/2, and by Little W = E[Q]/λ + T/2.

    Warm-up: from train to train the chain forgets its empty start at the rate min E[e^(θ(A - s))], the least over all
    θ, which is e^(s - λT) (λT/s)^s = 0.91. `WARM_UP` boxes come during 125 trains, and 0.91^125 < e⁻¹⁰.
    """
    rate = 0.8 * SLOTS / HEADWAY
    duration = round(1.1 * (WARM_UP + COUNTED) / rate)
    trains = [(at, SLOTS) for at in range(HEADWAY, 2 * duration, HEADWAY)]
    waits = mean_waits(quay(Poisson(rate), trains, duration=duration, run_on=duration), simulate)[0]
    assert_covers(waits, left_behind(rate * HEADWAY, SLOTS) / rate + HEADWAY / 2, within=0.1)


RELAXATION = 1 / (1 - math.sqrt(LOAD)) ** 2
"""Of M/M/1 at load 0.7: 37 min."""


def found_in_mm1(simulate: Simulate, kpi: str, replications: int, counted: float, warm_up: float = 0.0) -> FloatArray:
    """A KPI of the line of M/M/1, measured for `counted` minutes after the warm-up: one value a replication."""
    desk = queue(Poisson(LOAD), Exponential(1), duration=warm_up + counted, warm_up=warm_up)
    plan = compile_network(desk)
    runs = (simulate(plan, draw(desk, seed=1917, replication=number)) for number in range(replications))
    return np.array([row.value for trace in runs for row in measure(trace) if (row.kpi, row.flow) == (kpi, "truck")])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kpi", "expected", "within"),
    [
        ("wait_mean", LOAD / (1 - LOAD), 0.12),
        ("line_mean", LOAD**2 / (1 - LOAD), 0.12),
        ("wait_p95", math.log(LOAD / 0.05) / (1 - LOAD), 0.16),
    ],
)
def test_after_its_warm_up_a_line_is_as_in_mm1(simulate: Simulate, kpi: str, expected: float, within: float) -> None:
    """P(W > t) = ρ e^(-(µ - λ)t): Kleinrock (1975), sec. 5.12.

    The line is measured until arrivals end and no longer: in a run-on it would empty.
    """
    values = found_in_mm1(simulate, kpi, REPLICATIONS, counted=COUNTED / LOAD, warm_up=15 * RELAXATION)
    assert_covers(values, expected, within=within)


@pytest.mark.slow
def test_the_first_half_hour_of_an_empty_line_is_far_too_short_and_after_a_warm_up_it_is_not(
    simulate: Simulate,
) -> None:
    """400 runs of half an hour, and as many after a warm-up."""
    expected = LOAD**2 / (1 - LOAD)
    empty = found_in_mm1(simulate, "line_mean", 400, counted=30)
    assert empty.mean() < 0.7 * expected
    assert_covers(found_in_mm1(simulate, "line_mean", 400, counted=30, warm_up=10 * RELAXATION), expected, within=0.3)
