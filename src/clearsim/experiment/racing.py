"""How alternatives are screened, replication by replication: by KN, by OCBA, and by the bounds that they must keep."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from clearsim.experiment.bounds import Bound
from clearsim.experiment.comparison import ROUNDING
from clearsim.language import Text, listed
from clearsim.measures import KPIS, Key
from clearsim.stats import Goal, feasible, kim_nelson, ocba, probability_correct
from clearsim.work.blocks import Case, FloatArray, Sample, joined
from clearsim.work.crew import Crew

Keeps = Literal["yes", "no", "open"]
"""Whether a bound is kept; `open` where the replications do not tell."""
KEEPS: dict[Keeps, Text] = {"yes": Text("yes"), "no": Text("no"), "open": Text("open")}
"""What people read for each."""
STEP = 10
"""Replications of each alternative made at a time; how many changes nothing but the time it takes."""


class Asked(NamedTuple):
    """What is to be selected, and how surely."""

    key: Key
    goal: Goal
    bounds: Sequence[Bound]
    confidence: float
    ceiling: int


class Found(NamedTuple):
    """How a selection ended. `ties` are as good as the best to the last digit, which then is the first in order."""

    best: str | None
    ties: tuple[str, ...]
    undecided: tuple[str, ...]
    eliminated: Mapping[str, int]
    keeps: Mapping[str, tuple[Keeps, ...]]
    confidence: float


class Race:
    """The replications that each alternative has had so far; they begin with `first` of each."""

    def __init__(self, crew: Crew, cases: Mapping[str, Case], first: int) -> None:
        self.crew, self.cases, self.first = crew, cases, first
        samples = crew.replicate(list(cases.values()), 0, first)
        self.samples: dict[str, Sample] = dict(zip(cases, samples, strict=True))

    def of(self, name: str, key: Key) -> FloatArray:
        """One KPI's values in the order of the replications."""
        return self.samples[name].of(key)

    def extend(self, until: Mapping[str, int]) -> None:
        """More replications of some alternatives, up to a number for each."""
        asked = [(self.cases[name], self.samples[name].n, number) for name, number in until.items()]
        for name, sample in zip(until, self.crew.extend(asked), strict=True):
            self.samples[name] = joined([self.samples[name], sample])


def by_kim_nelson(race: Race, asked: Asked, indifference: float) -> Found:
    """The bounds first, then KN among those that keep them, on the replications made so far and further ones."""
    share = 1 - (1 - asked.confidence) / (2 if asked.bounds else 1)
    keeps = _kept(race, asked.bounds, share, asked.ceiling)
    names = [name for name in race.cases if all(answer == "yes" for answer in keeps[name])]
    unclear = tuple(name for name in race.cases if "open" in keeps[name] and "no" not in keeps[name])
    if len(names) < 2:
        return Found(names[0] if names else None, (), unclear, {}, keeps, asked.confidence)
    while True:
        screened = kim_nelson(
            {name: race.of(name, asked.key) for name in names},
            indifference,
            goal=asked.goal,
            confidence=share,
            first=race.first,
            ceiling=asked.ceiling,
            certain=KPIS[asked.key.kpi].planned or not any(race.cases[name].is_random for name in names),
        )
        if screened.state != "open":
            if screened.winner is None:
                undecided = (*screened.survivors, *unclear)
                return Found(None, (), undecided, screened.eliminated, keeps, asked.confidence)
            ties = screened.survivors[1:]
            return Found(screened.winner, ties, unclear, screened.eliminated, keeps, asked.confidence)
        until = min(screened.replications + STEP, asked.ceiling)
        race.extend({name: until for name in screened.survivors if race.samples[name].n < until})


def by_ocba(race: Race, asked: Asked, budget: int) -> Found:
    """The budget spent step by step on those that may still be the best and keep the bounds."""
    tests = 2 * max(1, len(asked.bounds)) * len(race.cases)  # at the start and at the end
    keeps = _answers(race, asked.bounds, asked.confidence, tests)
    names = [name for name in race.cases if "no" not in keeps[name]]
    while (left := budget - sum(sample.n for sample in race.samples.values())) > 0:
        now = _answers(race, asked.bounds, asked.confidence, tests)  # it steers the work, and decides nothing
        ahead = [name for name in names if "no" not in now[name]]
        if not ahead:
            break
        race.extend(_next(race, asked, {name: now[name] for name in ahead}, min(STEP * len(ahead), left)))
    keeps |= {
        name: answer for name, answer in _answers(race, asked.bounds, asked.confidence, tests).items() if name in names
    }
    kept = [name for name in race.cases if all(answer == "yes" for answer in keeps[name])]
    unclear = tuple(name for name in race.cases if "open" in keeps[name] and "no" not in keeps[name])
    if not kept:
        return Found(None, (), unclear, {}, keeps, asked.confidence)
    means, variances, counts = _moments(race, kept, asked.key)
    sure = probability_correct(means, variances, counts, goal=asked.goal)
    best = (min if asked.goal == "less" else max)(range(len(kept)), key=means.__getitem__)
    ties = tuple(name for name in kept if name != kept[best] and _alike(race, asked.key, name, kept[best]))
    return Found(kept[best], ties, unclear, {}, keeps, sure)


def exactly(race: Race, asked: Asked) -> Found:
    """The best where nothing is random in any of them, by the first replication of each."""
    _refuse_undefined(race, list(race.cases), asked.key)
    keeps = {
        name: tuple(_kept_exactly(float(race.of(name, bound.key)[0]), bound) for bound in asked.bounds)
        for name in race.cases
    }
    kept = [name for name, answers in keeps.items() if set(answers) <= {"yes"}]
    unclear = tuple(name for name, answers in keeps.items() if "open" in answers and "no" not in answers)
    if not kept:
        return Found(None, (), unclear, {}, keeps, 1.0)
    values = {name: float(race.of(name, asked.key)[0]) for name in kept}
    least = (min if asked.goal == "less" else max)(values.values())
    best, *ties = [name for name, value in values.items() if math.isclose(value, least, rel_tol=ROUNDING)]
    return Found(best, tuple(ties), unclear, {}, keeps, 1.0)


def _kept_exactly(value: float, bound: Bound) -> Keeps:
    if math.isnan(value):
        return "open"
    return "yes" if (value <= bound.amount if bound.sense == "<=" else value >= bound.amount) else "no"


def _alike(race: Race, key: Key, one: str, other: str) -> bool:
    """Whether two have the same values in all replications that both of them had."""
    both = min(race.samples[one].n, race.samples[other].n)
    return np.array_equal(race.of(one, key)[:both], race.of(other, key)[:both])


def _next(race: Race, asked: Asked, keeps: Mapping[str, tuple[Keeps, ...]], step: int) -> dict[str, int]:
    """Up to how many replications each is to have next, if `step` more of all may be made.

    Those that would be the best if they kept the bounds, which is not known yet, come first; else OCBA says.
    """
    names = list(keeps)
    means, variances, counts = _moments(race, names, asked.key)
    sign = 1.0 if asked.goal == "less" else -1.0
    scores = {name: sign * mean for name, mean in zip(names, means, strict=True)}
    best = min((scores[name] for name in names if "open" not in keeps[name]), default=math.inf)
    doubtful = [name for name in names if "open" in keeps[name] and scores[name] < best]
    if doubtful or len(names) == 1:
        share, rest = divmod(step, len(doubtful or names))
        further = {name: share + (place < rest) for place, name in enumerate(doubtful or names)}
    else:
        shares = ocba(means, variances, counts, step, goal=asked.goal)
        further = dict(zip(names, shares, strict=True))
    return {name: race.samples[name].n + more for name, more in further.items() if more}


def _kept(race: Race, bounds: Sequence[Bound], confidence: float, ceiling: int) -> dict[str, tuple[Keeps, ...]]:
    """Whether each keeps each bound, from as many replications as that takes, up to the ceiling."""
    looks = 1 + int(math.log2(ceiling / race.first))
    tests = max(1, len(bounds)) * len(race.cases) * looks
    keeps = _answers(race, bounds, confidence, tests)
    for look in range(1, looks):
        unclear = [name for name, answers in keeps.items() if "open" in answers and "no" not in answers]
        if not unclear:
            break
        race.extend(dict.fromkeys(unclear, race.first * 2**look))
        again = _answers(race, bounds, confidence, tests)
        for name in unclear:  # an answer once given stays
            both = zip(keeps[name], again[name], strict=True)
            keeps[name] = tuple(new if old == "open" else old for old, new in both)
    return keeps


def _answers(race: Race, bounds: Sequence[Bound], confidence: float, tests: int) -> dict[str, tuple[Keeps, ...]]:
    """Whether each keeps each bound, by the replications made so far."""

    def answer(name: str, bound: Bound) -> Keeps:
        certain = KPIS[bound.key.kpi].planned or not race.cases[name].is_random
        return feasible(race.of(name, bound.key), bound.amount, bound.sense, confidence, tests, certain)

    return {name: tuple(answer(name, bound) for bound in bounds) for name in race.cases}


def _moments(race: Race, names: Sequence[str], key: Key) -> tuple[list[float], list[float], list[int]]:
    _refuse_undefined(race, names, key)
    values = [race.of(name, key) for name in names]
    return (
        [float(column.mean()) for column in values],
        [float(column.var(ddof=1)) for column in values],
        [len(column) for column in values],
    )


def _refuse_undefined(race: Race, names: Sequence[str], key: Key) -> None:
    undefined = [name for name in names if np.isnan(race.of(name, key)).any()]
    if undefined:
        raise ValueError(
            Text(
                "{kpi} is undefined in some replications of {names}: nothing can be selected by it",
                kpi=key,
                names=listed(undefined),
            )
        )
