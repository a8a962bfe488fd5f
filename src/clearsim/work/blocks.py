"""The unit of work: some replications of one case. A case and numbers go out to a worker, KPIs come back."""

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from attrs import evolve

from clearsim.demand import draw, is_random
from clearsim.engines import Progress
from clearsim.measures import Key, measure
from clearsim.network import Ahead, At, Network
from clearsim.plan import Plan, compile_network
from clearsim.staffing import planned
from clearsim.trace import Trace
from clearsim.work.identity import digest
from clearsim.work.simulating import Engine, simulate
from clearsim.work.size import Size, size_of

FloatArray = npt.NDArray[np.float64]
Each = Callable[[int, Trace], None]
"""What is handed every replication's number and trace."""
ENTITIES_A_BLOCK = 50_000
MOST_A_BLOCK = 20


@dataclass(frozen=True)
class Case:
    """What is replicated: a network with its forecasts carried out, the seed, and how it is run and measured."""

    network: Network
    seed: int
    engine: Engine = "compiled"
    wait_limit_min: float = 30.0

    @classmethod
    def of(cls, network: Network, seed: int, engine: Engine, wait_limit_min: float) -> "Case":
        """The case of a network whose forecasts are not carried out yet."""
        return cls(planned(network), seed, engine, wait_limit_min)

    @functools.cached_property
    def plan(self) -> Plan:
        """The network in integers."""
        return compile_network(self.network)

    @functools.cached_property
    def digest(self) -> str:
        """See `clearsim.work.identity.digest`."""
        return digest(self.network)

    @functools.cached_property
    def is_random(self) -> bool:
        """Whether replications may differ; see `clearsim.demand.is_random`."""
        return is_random(self.network)

    @functools.cached_property
    def size(self) -> Size:
        """What one replication takes."""
        return size_of(self.network, self.engine)

    @functools.cached_property
    def block(self) -> int:
        """How many replications make a block: as many as keep any worker busy for a moment."""
        return max(1, min(MOST_A_BLOCK, int(ENTITIES_A_BLOCK // max(1.0, self.size.entities))))

    @functools.cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every KPI that a run has, found by one to which nobody comes."""
        flows = self.network.flows
        without = [flow if isinstance(flow.arrivals, Ahead) else evolve(flow, arrivals=At([])) for flow in flows]
        nobody = replace(self, network=evolve(self.network, flows=without))
        return tuple(row.key for row in measure(nobody.trace(0), self.wait_limit_min))

    def trace(self, replication: int, progress: Progress | None = None) -> Trace:
        """The trace of one replication."""
        return simulate(self.plan, draw(self.network, self.seed, replication), self.engine, progress)

    def __getstate__(self) -> dict[str, object]:
        """What a worker is sent: the words, not what follows from them."""
        return {name: self.__dict__[name] for name in ("network", "seed", "engine", "wait_limit_min")}


class Sample(NamedTuple):
    """The KPIs of consecutive replications: `values` has the shape (replications, keys), NaN where undefined."""

    keys: tuple[Key, ...]
    values: FloatArray

    @property
    def n(self) -> int:
        """How many replications."""
        return len(self.values)

    def of(self, key: Key) -> FloatArray:
        """One KPI's values in the order of the replications."""
        found: FloatArray = self.values[:, self.keys.index(key)]
        return found

    def until(self, n: int) -> "Sample":
        """The first `n` replications."""
        return Sample(self.keys, self.values[:n])


class Job(NamedTuple):
    """Replications `first` to `first + size - 1` of a case."""

    case: Case
    first: int
    size: int


def work(job: Job, progress: Progress | None = None, each: Each | None = None) -> Sample:
    """Simulate and measure a job's replications; `each` is handed every trace, which is then forgotten."""
    case, samples = job.case, list[Sample]()
    for done in range(job.size):
        trace = case.trace(job.first + done, part_of(progress, done, job.size))
        rows = measure(trace, case.wait_limit_min)
        samples.append(Sample(tuple(row.key for row in rows), np.array([[row.value for row in rows]])))
        if each is not None:
            each(job.first + done, trace)
    return joined(samples)


class WithKeys(Protocol):
    """What has KPIs: a case, a sample, a result."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every KPI that it has."""


def keys_of(several: Iterable[WithKeys]) -> tuple[Key, ...]:
    """Every KPI that any of them has, in the order in which they come."""
    return tuple(dict.fromkeys(key for one in several for key in one.keys))


def joined(samples: Sequence[Sample]) -> Sample:
    """The samples one after the other. A KPI that one of them lacks is undefined there."""
    if all(sample.keys == samples[0].keys for sample in samples):
        return Sample(samples[0].keys, np.concatenate([sample.values for sample in samples]))
    keys = keys_of(samples)
    values = np.full((sum(sample.n for sample in samples), len(keys)), np.nan)
    row = 0
    for sample in samples:
        values[row : row + sample.n, [keys.index(key) for key in sample.keys]] = sample.values
        row += sample.n
    return Sample(keys, values)


def part_of(progress: Progress | None, done: int, count: int) -> Progress | None:
    """The progress of the part that follows after `done` of `count` equal parts of a whole."""
    if progress is None:
        return None
    return lambda share: progress((done + share) / count)
