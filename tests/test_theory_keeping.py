"""Work for one and work for four people who share a pool, against a Markov chain and against measured figures.

Four officers; documents need one (24/h, 6 min), inspections all four (0.5/h, 15 min); all times are exponential.
"""

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve

from clearsim.engines import compiled
from clearsim.network import Exponential, Flow, Network, Poisson, Pool, Serve, Station
from tests.networks import Simulate
from tests.replications import FloatArray, assert_covers, mean_waits

OFFICERS = 4
DOCUMENTS, REVIEW = 24 / 60, 1 / 6
"""Documents a minute, and reviews that an officer ends a minute."""
INSPECTIONS, INSPECTION = 0.5 / 60, 1 / 15
MOST_DOCUMENTS, MOST_INSPECTIONS = 150, 12
"""Where the chain's lines end: longer ones have a probability below 1e-5."""


def office(passing: bool, priority: int) -> Network:
    return Network(
        pools=[Pool("officers", OFFICERS, passing=passing)],
        stations=[
            Station("documents", {"officers": 1}),
            Station("inspection", {"officers": OFFICERS}, priority=priority),
        ],
        flows=[
            Flow("document", Poisson(DOCUMENTS), [Serve("documents", Exponential(1 / REVIEW))]),
            Flow("truck", Poisson(INSPECTIONS), [Serve("inspection", Exponential(1 / INSPECTION))]),
        ],
        duration="45 d",
        run_on="1 d",
    )


def waits(passing: bool, priority: int, simulate: Simulate) -> FloatArray:
    """Mean waits for an inspection: one a replication."""
    shares = np.array([DOCUMENTS, INSPECTIONS]) / (DOCUMENTS + INSPECTIONS)
    means = mean_waits(office(passing, priority), simulate, shares=tuple(shares), warm_up=1000, counted=22_000)
    result: FloatArray = means[1]
    return result


State = tuple[int, int, int, int]
"""Officers with a document, inspections under way, documents that wait, inspections that wait."""


def granted(state: State, passing: bool) -> State:
    """The state after every grant that is possible. Inspections go first."""
    reviewed, inspected, documents, inspections = state
    if inspections and not inspected and not reviewed:
        return 0, 1, documents, inspections - 1
    while documents and not inspected and reviewed < OFFICERS and (passing or not inspections):
        documents, reviewed = documents - 1, reviewed + 1
    return reviewed, inspected, documents, inspections


def following(state: State) -> list[tuple[float, State]]:
    """What may happen next: the rate of each event, and the state before anything is granted."""
    reviewed, inspected, documents, inspections = state
    return [
        (DOCUMENTS * (documents < MOST_DOCUMENTS), (reviewed, inspected, documents + 1, inspections)),
        (INSPECTIONS * (inspections < MOST_INSPECTIONS), (reviewed, inspected, documents, inspections + 1)),
        (REVIEW * reviewed, (reviewed - 1, inspected, documents, inspections)),
        (INSPECTION * inspected, (reviewed, 0, documents, inspections)),
    ]


def wait_in_chain(passing: bool) -> float:
    """The mean wait for an inspection that goes first, by the chain's stationary law and Little's law."""
    index: dict[State, int] = {(0, 0, 0, 0): 0}
    rates: list[tuple[float, int, int]] = []
    for state in (states := list(index)):
        for rate, after in following(state):
            if rate > 0:
                after = granted(after, passing)
                if after not in index:
                    index[after] = len(index)
                    states.append(after)
                rates.append((rate, index[after], index[state]))
                rates.append((-rate, index[state], index[state]))
    rate, to, of = zip(*rates, strict=True)
    balance = coo_array((rate, (to, of)), shape=(len(index), len(index))).tolil()
    balance[0] = 1  # instead of one equation, which follows from the others: probabilities add up to 1
    probability = spsolve(balance.tocsc(), np.eye(1, len(index))[0])
    return float(np.array([inspections for *_, inspections in index]) @ probability) / INSPECTIONS


@pytest.mark.parametrize(("passing", "minutes"), [(False, 11.957), (True, 48.717)])
def test_inspections_that_go_first_wait_as_in_the_markov_chain(passing: bool, minutes: float) -> None:
    """On the engine that is fast, for 700 000 customers; the other equals it."""
    assert wait_in_chain(passing) == pytest.approx(minutes, abs=0.001)
    assert_covers(waits(passing, -1, compiled.simulate), minutes, within=0.12)


@pytest.mark.parametrize(("passing", "minutes"), [(False, 24.6), (True, 61.7)])
def test_inspections_that_wait_their_turn_wait_as_was_measured_elsewhere(passing: bool, minutes: float) -> None:
    """On the engine that is fast, for 700 000 customers; the other equals it."""
    assert_covers(waits(passing, 0, compiled.simulate), minutes, within=0.15)
