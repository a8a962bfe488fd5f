"""How often 95 % intervals cover the true value: of a mean, of a percentile, and of a paired difference.

    python benchmarks/intervals.py [--experiments 1000] [--replications 20]

Every experiment has replications of its own. Its intervals are those that clearsim shows: Student's for the mean of a
KPI and for paired differences, and that of order statistics for the value that four runs in five do not exceed.

- M/M/1 at load 0.7 after a warm-up, and the same with a server a tenth faster. The mean wait is ρ/(µ−λ), its 95th
  percentile ln(ρ/0.05)/(µ−λ) (Gross and Harris 1998, section 2.2); differences follow.
- `scenarios/tiny.yaml` with and without pre-report, for which there is no formula. The true values are estimated from
  as many replications of another seed as all experiments have together. So is the value that four runs in five do
  not exceed, in both examples.
"""

import argparse
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

import clearsim as cs
from clearsim.experiment import Crew
from clearsim.experiment.cases import Alternatives, cases_of
from clearsim.experiment.results import named
from clearsim.stats import estimate, paired, quantile

TINY = Path(__file__).parents[1] / "scenarios" / "tiny.yaml"
ARRIVING, LEFT_OUT, COUNTED = 0.7, 1000, 6000
"""Customers a minute, those during the warm-up, and those of the rest of a run."""
SHARE = 0.8
FloatArray = npt.NDArray[np.float64]
Truths = tuple[float, float]
"""The true mean of the first port, and the true difference to the second."""
Row = tuple[str, float, float]
"""A figure, its true value, and the share of the experiments whose interval covers it."""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiments", type=int, default=1000)
    parser.add_argument("--replications", type=int, default=20, help="of an experiment")
    arguments = parser.parse_args()
    shape = arguments.experiments, arguments.replications

    slow, fast = 1.0, 1 / 1.1
    truths = {
        "wait_mean@desk": (mean_wait(slow), mean_wait(slow) - mean_wait(fast)),
        "wait_p95@desk": (p95_wait(slow), p95_wait(slow) - p95_wait(fast)),
    }
    tiny = cs.load(TINY, ["compare.nobody={policy.pre_report.share: 0 %}"])
    unknown = {"export_truck:driver_wait_mean": None, "export_truck:driver_wait_p95": None}
    print(f"{shape[0]} experiments of {shape[1]} replications; {os.cpu_count()} cores")
    show("M/M/1", {"as it is": desk(slow), "faster": desk(fast)}, truths, shape)
    show("tiny", tiny, unknown, shape)


def show(name: str, networks: Alternatives, kpis: Mapping[str, Truths | None], shape: tuple[int, int]) -> None:
    """Measure and print the rows of one pair of networks."""
    samples, others = (dict(replicated(networks, kpis, seed, shape)) for seed in (2022, 1917))
    for kpi, truths in kpis.items():
        for figure, truth, covered in coverage(samples[kpi], others[kpi], truths):
            print(
                f"{name:6} {kpi.rpartition(':')[2]:18} {figure:22} {truth:8.3f} min  covered {covered:6.1%}", flush=True
            )


def desk(service: float) -> cs.Network:
    """M/M/1 with services of `service` minutes on average."""
    return cs.Network(
        pools=[cs.Pool("officer", 1)],
        stations=[cs.Station("desk", {"officer": 1})],
        flows=[cs.Flow("truck", cs.Poisson(ARRIVING), [cs.Serve("desk", cs.Exponential(service))])],
        duration=(LEFT_OUT + COUNTED) / ARRIVING,
        run_on="1 d",
        warm_up=LEFT_OUT / ARRIVING,
    )


def mean_wait(service: float) -> float:
    """ρ/(µ−λ)."""
    return ARRIVING * service / (1 / service - ARRIVING)


def p95_wait(service: float) -> float:
    """ln(ρ/0.05)/(µ−λ), since P(W > t) = ρ·exp(−(µ−λ)t)."""
    return math.log(ARRIVING * service / 0.05) / (1 / service - ARRIVING)


def coverage(samples: Sequence[FloatArray], others: Sequence[FloatArray], truths: Truths | None) -> Iterator[Row]:
    """The rows of one KPI of two networks. True values that `truths` lacks are estimated from `others`."""
    (first, second), (known, other) = samples, others
    truth, apart = truths or (float(np.nanmean(known)), float(np.nanmean(known - other)))
    limits = [estimate(values) for values in first]
    yield "mean", truth, share([abs(e.mean - truth) <= (e.half_width or 0.0) for e in limits])
    exceeded = float(np.nanquantile(known, SHARE))
    order = [quantile(values, SHARE) for values in first]
    within = [e.low is not None and e.high is not None and e.low <= exceeded <= e.high for e in order]
    yield f"{SHARE:.0%} of runs at most", exceeded, share(within)
    pairs = [paired(a, b) for a, b in zip(first, second, strict=True)]
    yield "paired difference", apart, share([abs(d.mean - apart) <= (d.half_width or 0.0) for d in pairs])


def replicated(
    networks: Alternatives, kpis: Iterable[str], seed: int, shape: tuple[int, int]
) -> Iterator[tuple[str, list[FloatArray]]]:
    """Each KPI of every network: shape (experiments, replications)."""
    with Crew() as crew:
        samples = crew.replicate(list(cases_of(networks, seed=seed).values()), 0, math.prod(shape))
    for kpi in kpis:
        yield kpi, [sample.of(named(sample.keys, kpi)).reshape(shape) for sample in samples]


def share(answers: list[bool]) -> float:
    """The share of the answers that are true."""
    return sum(answers) / len(answers)


if __name__ == "__main__":
    main()
