"""Mean waits of independent replications, and whether they agree with theory."""

import math

import numpy as np
import numpy.typing as npt
from scipy import stats

from clearsim.demand import draw
from clearsim.network import Network
from clearsim.plan import compile_network
from clearsim.units import MINUTE_MS
from tests.networks import Simulate

FloatArray = npt.NDArray[np.float64]
REPLICATIONS = 30
WARM_UP, COUNTED = 400, 3000
"""Customers of every replication who are deleted, and those who are counted after them."""


def mean_waits(
    network: Network,
    simulate: Simulate,
    *,
    shares: tuple[float, ...] = (1.0,),
    warm_up: int = WARM_UP,
    counted: int = COUNTED,
) -> FloatArray:
    """Mean waits in the first line of every flow, in minutes: shape (flows, replications).

    `shares` says what part of the customers to delete and of those to count each flow has.
    """
    plan = compile_network(network)
    means = np.empty((len(shares), REPLICATIONS))
    for replication in range(REPLICATIONS):
        trace = simulate(plan, draw(network, seed=1917, replication=replication))
        for flow, share in enumerate(shares):
            waits_ms = next(x for x in trace.lines if x.step == plan.steps_of(flow)[0]).waits_ms
            first, count = round(share * warm_up), round(share * counted)
            assert len(waits_ms) >= first + count
            means[flow, replication] = waits_ms[first : first + count].mean() / MINUTE_MS
    return means


def assert_covers(means: FloatArray, expected: float, *, within: float) -> None:
    """The 99.9 % interval covers `expected`, and its half-width is at most the share `within` of it."""
    half_width = stats.t.ppf(0.9995, len(means) - 1) * means.std(ddof=1) / math.sqrt(len(means))
    assert half_width < within * expected
    assert abs(means.mean() - expected) < half_width
