"""Every shipped scenario gives the numbers that it gave before. After a change that is meant: --force-regen."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pytest_regressions.data_regression import DataRegressionFixture

from clearsim.customs import network
from clearsim.demand import draw
from clearsim.engines import compiled, reference
from clearsim.plan import NOT_YET, compile_network
from clearsim.scenario import load
from clearsim.trace import Trace
from tests.paths import SHIPPED

FULL_ON_BOTH = 100_000
"""Entities up to which SimPy runs a scenario to its end; the others `test_parity` compares over a short horizon."""
SHORTER = {"season": ["duration=14 d"]}
"""What is frozen of a scenario whose whole would need more memory and time than a test should: 14 GB for the season."""


def summary(trace: Trace) -> dict[str, Any]:
    """Whole numbers that say what changed, and a hash that says whether anything did. Times are ms."""
    flows = {}
    for flow, name in enumerate(trace.plan.flows.names):
        stamps = trace.stamps(flow)
        flows[name] = {
            "entities": trace.entities(flow),
            "arrivals": int(trace.arrival_ms(flow).sum()),
            "stamps": [
                f"sum {column[column != NOT_YET].sum()}, {(column == NOT_YET).sum()} not yet" for column in stamps.T
            ],
        }
    visits: dict[str, int] = {}
    for line in trace.lines:
        visits[line.place] = visits.get(line.place, 0) + len(line.entity)
    return {"flows": flows, "visits": visits, "sha256": sha256(trace.stamp.astype("<i8").tobytes()).hexdigest()}


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_gives_the_same_stamps_as_ever(path: Path, data_regression: DataRegressionFixture) -> None:
    """A scenario with many orders is run whole: a shorter one would be another."""
    scenario = load(path, SHORTER.get(path.stem, [])).scenario
    net = network(scenario)
    plan, demand = compile_network(net), draw(net, scenario.seed)
    data_regression.check(summary(compiled.simulate(plan, demand)), basename=path.stem)
    if len(demand.arrival_ms) <= FULL_ON_BOTH:
        data_regression.check(summary(reference.simulate(plan, demand)), basename=path.stem)
