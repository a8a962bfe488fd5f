"""What is read from a drawn demand."""

from datetime import datetime

import numpy as np
import numpy.typing as npt
from scipy import stats

from clearsim.demand import Demand, draw
from clearsim.network import (
    Flow,
    Hold,
    Network,
)
from clearsim.network.arrivals import Arrivals
from clearsim.network.times import Time
from tests.networks import arrays

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


def fits(counts: npt.ArrayLike, weights: npt.ArrayLike) -> bool:
    """Whether counts are proportional to the weights (chi-square at 0.1 %); nothing falls where a weight is 0."""
    counts, weights = np.asarray(counts), np.asarray(weights)
    expected = counts.sum() * weights / weights.sum()
    possible = weights > 0
    return not counts[~possible].any() and stats.chisquare(counts[possible], expected[possible]).pvalue > 0.001
