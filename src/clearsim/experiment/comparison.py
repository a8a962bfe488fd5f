"""What results with the same random numbers differ in, by how much, and what cannot be told from chance."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clearsim.experiment.headline import compared
from clearsim.experiment.ranking import VERDICTS, Pair, Ranking, Verdict, ranked
from clearsim.experiment.results import NOT_RANDOM, Result, by_policy, estimated, named, page
from clearsim.language import Label, Text, listed, plural
from clearsim.measures import KPIS, Key
from clearsim.numbers import whole
from clearsim.stats import Difference, Estimate, simultaneous
from clearsim.work.blocks import FloatArray, keys_of
from clearsim.work.simulating import Engine

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE = 0.95
ROUNDING = 1e-9
"""A difference that is a smaller share of the values themselves is one of adding numbers in another order."""


class DifferenceRow(NamedTuple):
    """A KPI under a policy and under another (`against`), and the mean difference over the `n` replications of both.

    `half_width` is that of a simultaneous 95 % interval: it holds for all pairs of policies of this KPI at once. It is
    None where nothing is random under either policy: then the difference is exact.
    `variance_ratio` is the variance of the paired difference over that of independent runs: with 0.1 a tenth of the
    replications suffices. See `clearsim.stats.Difference` and `Verdict`.
    """

    flow: str
    station: str
    kpi: str
    unit: str
    policy: str
    against: str
    mean: float | None
    mean_against: float | None
    difference: float | None
    half_width: float | None
    n: int
    variance_ratio: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """Results with the same random numbers by the names of their policies; the first is the base.

    `labels` are what people read for them. `asked` are the KPIs that are to be shown; where there are none, those that
    a planner reads first (`clearsim.experiment.headline`).
    """

    results: Mapping[str, Result]
    labels: Mapping[str, Label]
    asked: tuple[Key, ...] = ()

    @functools.cached_property
    def kpis(self) -> tuple[Key, ...]:
        """The KPIs that are shown."""
        return self.asked or compared(list(self.results.values()))

    @property
    def base(self) -> str:
        """The name of what the others are compared with first."""
        return next(iter(self.results))

    @property
    def names(self) -> tuple[str, ...]:
        """All policies, the base first."""
        return tuple(self.results)

    @property
    def seed(self) -> int:
        """The seed of all replications."""
        return self.results[self.base].seed

    @property
    def engine(self) -> Engine:
        """Which engine ran them."""
        return self.results[self.base].engine

    @property
    def replications(self) -> int:
        """How many replications of each."""
        return self.results[self.base].replications

    @property
    def elapsed_s(self) -> float:
        """How long all of them took together, in seconds."""
        return self.results[self.base].elapsed_s

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every two policies, the later against the earlier: the family whose intervals hold at once."""
        return tuple((later, sooner) for sooner, later in combinations(self.names, 2))

    @functools.cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every KPI that any of them has."""
        return keys_of(self.results.values())

    @property
    def is_random(self) -> bool:
        """Whether anything is random under any policy."""
        return any(result.is_random for result in self.results.values())

    def result(self, policy: str) -> Result:
        """What the run of one policy found."""
        if policy not in self.results:
            there = listed(self.names)
            raise KeyError(Text("there is no policy `{policy}`; there are: {there}", policy=policy, there=there))
        return self.results[policy]

    def key(self, kpi: str | Key) -> Key:
        """The KPI that is written as `flow:kpi@station`; raises `ValueError` where there is none, or several."""
        return kpi if isinstance(kpi, Key) else named(self.keys, kpi)

    def values(self, policy: str, kpi: str | Key) -> FloatArray:
        """A KPI of one policy by replication; NaN where it is undefined, as it is throughout where it has none."""
        key, sample = self.key(kpi), self.result(policy).sample
        return sample.of(key) if key in sample.keys else np.full(sample.n, np.nan)

    def mean(self, policy: str, kpi: str | Key) -> Estimate:
        """A KPI of one policy, with its own 95 % interval; without one where nothing is random."""
        return estimated(self.result(policy).case, self.values(policy, kpi).tolist())

    def difference(self, kpi: str | Key, policy: str, against: str | None = None) -> Difference:
        """The KPI under `policy` minus that under `against`, the base unless given; the interval is simultaneous."""
        pair = policy, self.base if against is None else against
        found = self._differences[self.key(kpi)]
        if pair in found:
            return found[pair]
        turned = found[pair[::-1]]
        return turned._replace(mean=-turned.mean)

    def differences(self, kpi: str | Key) -> list[DifferenceRow]:
        """A row for every two policies, the later against the earlier."""
        key = self.key(kpi)
        means = {name: self.mean(name, key) for name in self.names}
        rows = []
        for (policy, against), found in self._differences[key].items():
            of, other = (means[name].mean if means[name].n else None for name in (policy, against))
            difference = found.mean if found.n else None
            verdict = self.verdict(key, policy, against)
            rows.append(
                DifferenceRow(
                    **key._asdict(),
                    policy=policy,
                    against=against,
                    mean=of,
                    mean_against=other,
                    difference=difference,
                    half_width=found.half_width,
                    n=found.n,
                    variance_ratio=found.variance_ratio,
                    verdict=verdict,
                )
            )
        return rows

    def verdict(self, kpi: str | Key, policy: str, against: str | None = None) -> Verdict:
        """What is known of the KPI under `policy` against the other, the base unless given."""
        found = self.difference(kpi, policy, against)
        certain = not any(self.results[name].is_random for name in (policy, against or self.base))
        if found.half_width is None and not (certain and found.n):
            return "undefined"
        half_width = found.half_width or 0.0
        if found.mean == half_width == 0:
            return "equal"
        if abs(found.mean) <= half_width:
            return "open"
        return "less" if found.mean < 0 else "more"

    def ranking(self, kpi: str | Key) -> Ranking:
        """The policies from best to worst, as far as the intervals tell."""
        key = self.key(kpi)
        least = {name: 2 if result.is_random else 1 for name, result in self.results.items()}
        means = {name: found.mean for name in self.names if (found := self.mean(name, key)).n >= least[name]}
        known = sorted(means, key=means.__getitem__, reverse=KPIS[key.kpi].better == "more")
        verdicts = {(a, b): self.verdict(key, a, b) for a, b in permutations(known, 2)}
        tiers = ranked(known, verdicts, "more" if KPIS[key.kpi].better == "more" else "less")
        return Ranking(tiers, tuple(name for name in self.names if name not in means))

    def to_pandas(self) -> "pd.DataFrame":
        """Every KPI and every two policies: the columns of `DifferenceRow`, and which way the KPI is `better`."""
        import pandas as pd

        table = pd.DataFrame(
            [row for key in self.keys for row in self.differences(key)], columns=list(DifferenceRow._fields)
        )
        numbers = ("mean", "mean_against", "difference", "half_width", "variance_ratio")
        table = table.astype(dict.fromkeys(numbers, "float64"))
        table.insert(4, "better", [KPIS[name].better or "" for name in table["kpi"]])
        return table

    def means(self) -> "pd.DataFrame":
        """Every KPI of every policy with its own 95 % interval: a column `policy` before those of `Result`."""
        return by_policy({name: result.to_pandas() for name, result in self.results.items()})

    def replicated(self) -> "pd.DataFrame":
        """Every KPI of every replication: a column `policy` before `replication, flow, station, kpi, unit, value`."""
        return by_policy({name: result.replicated() for name, result in self.results.items()})

    @functools.cached_property
    def _differences(self) -> "_Differences":
        return _Differences(self)

    def _repr_html_(self) -> str:
        """The KPIs that a planner reads, every policy against the base."""
        intervals = plural(
            len(self.pairs),
            "±: simultaneous 95 % over {n} pair of policies (Bonferroni).",
            "±: simultaneous 95 % over {n} pairs of policies (Bonferroni).",
        )
        rows = [
            (
                key,
                Label(key.unit),
                row.policy,
                row.mean,
                row.mean_against,
                row.difference,
                row.half_width or None,
                VERDICTS[row.verdict],
            )
            for key in self.kpis
            for row in self.differences(key)
            if row.against == self.base
        ]
        return page(
            plural(
                len(self.names),
                "{n} policy with the same random numbers, n = {replications}",
                "{n} policies with the same random numbers, n = {replications}",
                replications=whole(self.replications),
            ),
            [intervals if self.is_random else NOT_RANDOM],
            (
                Text("KPI"),
                Text("unit"),
                Text("policy"),
                Text("mean"),
                Text("mean of {policy}", policy=self.base),
                Text("difference"),
                "±",
                Text("verdict"),
            ),
            rows,
        )

    def __repr__(self) -> str:
        others = len(self.results) - 1
        policies = f"{others} {'policy' if others == 1 else 'policies'}"
        return (
            f"<Comparison of {policies} with {self.base!r}: {self.replications} × {self.engine}, {len(self.keys)} KPIs>"
        )


class _Differences(dict[Key, dict[Pair, Difference]]):
    """The differences of every pair by KPI, each worked out when it is asked for."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def __missing__(self, key: Key) -> dict[Pair, Difference]:
        samples = {name: self.comparison.values(name, key) for name in self.comparison.names}
        size = {name: max(np.abs(values[~np.isnan(values)]), default=0.0) for name, values in samples.items()}
        found = simultaneous(samples, self.comparison.pairs, CONFIDENCE)
        rounding = {pair: ROUNDING * max(size[name] for name in pair) for pair in found}
        certain = [not any(self.comparison.results[name].is_random for name in pair) for pair in found]
        self[key] = {
            pair: (_certain if known else _exact)(one, rounding[pair])
            for known, (pair, one) in zip(certain, found.items(), strict=True)
        }
        return self[key]


def _exact(found: Difference, rounding: float) -> Difference:
    """The difference without what only rounding made of it."""
    if found.half_width is None or found.half_width > rounding:
        return found
    ratio = None if found.variance_ratio is None else 0.0
    return found._replace(mean=0.0 if abs(found.mean) <= rounding else found.mean, half_width=0.0, variance_ratio=ratio)


def _certain(found: Difference, rounding: float) -> Difference:
    """The difference where nothing is random on either side: a number without an interval."""
    mean = 0.0 if abs(found.mean) <= rounding else found.mean
    return found._replace(mean=mean, half_width=None, variance_ratio=None)
