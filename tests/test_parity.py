"""Both engines give equal traces, to the last millisecond."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearsim.customs import network as network_of
from clearsim.demand import Demand, draw
from clearsim.engines import compiled, reference
from clearsim.network import Network
from clearsim.plan import Plan, compile_network
from clearsim.scenario import load
from tests.paths import SHIPPED
from tests.strategies import EXAMPLES, networks, shuffled


def assert_equal_traces(plan: Plan, demand: Demand) -> None:
    expected, trace = reference.simulate(plan, demand), compiled.simulate(plan, demand)
    for name in ("stamp", "stamp_first", "capacity_ms", "capacity_pool", "capacity"):
        np.testing.assert_array_equal(getattr(trace, name), getattr(expected, name), err_msg=name)
    assert trace.plan is plan
    assert trace.demand is demand


@pytest.mark.jit
@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_engines_agree_on_every_shipped_scenario_over_a_short_horizon(path: Path) -> None:
    """Of a scenario with many orders, SimPy does some fifteen thousand entities a second.

    A scenario with disruptions begins on the day of the last of them.
    """
    scenario = load(path).scenario
    begins = [item.starts.replace(hour=0, minute=0) for item in scenario.disruptions]
    day = {"start": max([scenario.start, *begins]), "duration": 15 * 60.0, "run_on": 9 * 60.0}
    net = network_of(scenario.model_copy(update=day))
    assert_equal_traces(compile_network(net), draw(net, scenario.seed))


@pytest.mark.slow
@given(networks(), st.integers(0, 99), st.data())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_engines_agree_on_any_network(network: Network, seed: int, data: Any) -> None:
    plan = compile_network(network)
    assert_equal_traces(plan, data.draw(shuffled(draw(network, seed), plan.end_ms), label="demand"))
