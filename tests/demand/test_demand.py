"""Which draws a change of the plan leaves as they were, and which it moves."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from attrs import evolve
from scipy import stats

from clearsim.demand import draw
from clearsim.network import (
    Ahead,
    At,
    Exponential,
    Flow,
    Hold,
    Landing,
    Landings,
    Lognormal,
    Network,
    Poisson,
    Serve,
    Share,
    Uniform,
)
from clearsim.plan import compile_network
from clearsim.units import DAY_MS, MINUTE_MS
from tests.demand.drawn import DECLARATION, ORDER, REFILL, SEED, TRUCK, arrivals_of, entities, moved, numbers
from tests.networks import Simulate, arrays, busy_port, fingerprint
from tests.paths import ROOT

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


# Refusals


def test_more_entities_than_a_machine_can_hold_are_refused_before_they_are_drawn() -> None:
    with pytest.raises(ValueError, match="entities are more than the 200,000,000"):
        arrivals_of(Poisson("1000000/s"))


def test_a_drawn_time_longer_than_a_century_is_refused() -> None:
    flow = Flow("truck", Poisson("1000/d"), [Hold(Lognormal("50 w", 20))])
    with pytest.raises(ValueError, match="longer than a century"):
        draw(Network(flows=[flow], duration="10 d"), SEED)
