"""Choosing the best of several systems, and leaving out those that break a bound."""

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.language import Text, listed
from clearsim.stats.intervals import ALIKE, Values, estimate, never_varied

Goal = Literal["less", "more"]
"""Which is better."""
Sense = Literal["<=", ">="]
"""Whether a bound is kept from below or from above."""
FloatArray = npt.NDArray[np.float64]
AT_ONCE = 256
"""Replications screened in one go."""


class Screening(NamedTuple):
    """What a selection knows after `replications` replications of the `survivors`.

    `open`: more replications of them are needed. `selected`: there is a `winner`; where several survive, their means
    are equal to the last digit. `undecided`: the ceiling was reached. `eliminated` has for every other system the
    number of replications after which it was eliminated.
    """

    state: Literal["selected", "open", "undecided"]
    winner: str | None
    survivors: tuple[str, ...]
    eliminated: dict[str, int]
    replications: int

    @property
    def runs(self) -> int:
        """The replications of all systems together that the selection needed."""
        return sum(self.eliminated.values()) + len(self.survivors) * self.replications


def kim_nelson(
    samples: Mapping[str, Values],
    delta: float,
    *,
    goal: Goal = "less",
    confidence: float = 0.95,
    first: int = 10,
    ceiling: int = 10_000,
    certain: bool = False,
) -> Screening:
    """KN, the fully sequential selection of the best mean, given the replications of each system made so far.

    Kim and Nelson 2001, ACM TOMACS 11(3), with c = 1. Replications are independent and normal. Within a replication the
    systems may use common random numbers, since the variances S²(i,l) are those of the differences over the `first` n₀
    replications. Let α = 1 − confidence, η = ((2α/(k−1))^(−2/(n₀−1)) − 1)/2 and h² = 2η(n₀−1). System i is eliminated
    at the first r ≥ n₀ at which another survivor l has a better mean by more than
    W(i,l,r) = max(0, δ/(2r)·(h²·S²(i,l)/δ² − r)). The last survivor is the best with probability 1 − α if it is better
    than the others by at least δ, the indifference zone in the KPI's unit. A decision needs at most
    r = 1 + max ⌊h²·S²/δ²⌋ replications.

    KN assumes that values vary. Survivors that were equal in all replications continue to `ALIKE` of them, which are
    then their first stage. Rare events may separate them; otherwise the first of them is the winner and all are named.
    Where the KPI is `certain`, it has no randomness, and they tie at once.

    The result depends only on the observations, in the order of the replications. While it is `open`, add replications
    of the survivors, one or many, and call again. Observations after a system was eliminated, or after the end, change
    nothing. Raises `ValueError` for fewer than two systems, for arguments out of their ranges, and for an undefined
    value (NaN).

    >>> good, bad = [1.0, 1.2, 0.9, 1.1], [3.0, 3.1, 2.8, 3.2]
    >>> kim_nelson({"good": good, "bad": bad}, 0.5, first=4)
    Screening(state='selected', winner='good', survivors=('good',), eliminated={'bad': 4}, replications=4)
    >>> kim_nelson({"good": good[:3], "bad": bad[:3]}, 0.5, first=4).state
    'open'
    """
    names, k = list(samples), len(samples)
    if k < 2 or not delta > 0 or not 1 / k < confidence < 1 or not 2 <= first <= ceiling:
        raise ValueError(
            Text(
                "KN takes two systems or more ({systems}), an indifference zone above 0 ({delta}), a confidence "
                "between 1/systems and 1 ({confidence}), and a first stage from 2 up to the ceiling ({first}, "
                "{ceiling})",
                systems=k,
                delta=delta,
                confidence=confidence,
                first=first,
                ceiling=ceiling,
            )
        )
    sign = 1.0 if goal == "more" else -1.0
    series = [sign * np.asarray(values, dtype=np.float64)[:ceiling] for values in samples.values()]
    known = [_defined(values) for values in series]
    sums = [np.cumsum(values) for values in series]
    alive, eliminated = list(range(k)), dict[str, int]()
    while True:
        r, decided = min(first, *(known[system] for system in alive)), False
        if r == first:
            reach = _reach(np.column_stack([series[system][:first] for system in alive]), delta, 1 - confidence, k)
            r, decided, gone = _screened([sums[system] for system in alive], reach, delta, r)
            eliminated |= {names[alive[place]]: after for place, after in gone.items()}
            alive = [system for place, system in enumerate(alive) if place not in gone]
        left = tuple(names[system] for system in alive)
        if not decided:
            if r < ceiling:
                _refuse_undefined(samples, left, r)
            return Screening("open" if r < ceiling else "undecided", None, left, eliminated, r)
        if len(left) == 1 or r >= ALIKE or certain:
            return Screening("selected", left[0], left, eliminated, r)
        if ceiling < ALIKE:
            return Screening("undecided", None, left, eliminated, r)
        first = ALIKE


def _screened(sums: Sequence[FloatArray], reach: FloatArray, delta: float, r: int) -> tuple[int, bool, dict[int, int]]:
    """KN from replication `r` on: the last r, whether it decides, and after how many replications which system left."""
    alive, gone = list(range(len(sums))), dict[int, int]()
    while len(alive) > 1:
        pairs = reach[np.ix_(alive, alive)]
        decides = max(r, math.floor(pairs.max()) + 1)
        at = np.arange(r, min(r + AT_ONCE, decides, *(_defined(sums[system]) for system in alive)) + 1)
        total = np.column_stack([sums[system][at - 1] for system in alive])
        allowed = delta / 2 * np.maximum(pairs - at[:, None, None], 0.0)
        out = (total[:, :, None] - total[:, None, :] < -allowed).any(axis=2)
        if out.any():
            row = int(out.any(axis=1).argmax())
            r = int(at[row])
            gone |= {system: r for system, beaten in zip(alive, out[row], strict=True) if beaten}
            alive = [system for system, beaten in zip(alive, out[row], strict=True) if not beaten]
        elif at[-1] == r < decides:  # no further replications are there
            return r, False, gone
        else:
            r = int(at[-1])
            if r == decides:
                break
    return r, True, gone


def ocba(
    means: Sequence[float],
    variances: Sequence[float],
    counts: Sequence[int],
    budget_step: int,
    *,
    goal: Goal = "less",
) -> list[int]:
    """How many of `budget_step` further replications each system gets, to make a correct selection most probable.

    Optimal computing budget allocation (Chen, Lin, Yücesan and Chick 2000, Discrete Event Dynamic Systems 10, theorem
    1): with b the best so far and δᵢ the distance of its mean, totals Nᵢ ∝ σᵢ²/δᵢ² and N_b = σ_b·√(Σ Nᵢ²/σᵢ²). Systems
    that have their total already get nothing, and the others share what is left. Fractions are rounded by largest
    remainders. The formula holds for systems that are run independently, with different numbers of replications; on
    common random numbers `kim_nelson` needs fewer.

    Where the formula would divide by 0, clearsim uses small values instead: a variance is at least 10⁻¹² of the
    largest, a distance at least 10⁻⁹ of the largest. Raises `ValueError` where lengths differ, for fewer than two
    systems, and for means or variances that are undefined.

    >>> ocba([1.0, 2.0, 3.0], [1.0, 4.0, 1.0], [10, 10, 10], 20)
    [3, 17, 0]
    """
    mean, variance, count = (np.asarray(column, dtype=np.float64) for column in (means, variances, counts))
    if not len(mean) == len(variance) == len(count) >= 2 or budget_step < 1:
        raise ValueError(Text("OCBA takes as many means as variances and counts, two or more, and a step of 1 or more"))
    if not np.isfinite([mean, variance]).all() or (variance < 0).any():
        raise ValueError(Text("OCBA takes defined means and variances"))
    best = _best(mean, goal)
    spread = np.maximum(_of_largest(variance), 1e-12)
    distance = np.maximum(_of_largest(np.abs(mean - mean[best])), 1e-9)
    weight = spread / distance**2
    weight[best] = 0.0
    weight[best] = math.sqrt(spread[best] * float((weight**2 / spread).sum()))

    open_to = np.ones(len(mean), dtype=bool)
    while True:
        total = float(count[open_to].sum()) + budget_step
        wanted = np.where(open_to, weight / weight[open_to].sum() * total, count)
        served = open_to & (wanted < count)
        if not served.any():
            break
        open_to &= ~served
    further = np.maximum(wanted - count, 0.0)
    whole = np.floor(further).astype(np.int64)
    missing = budget_step - int(whole.sum())
    whole[np.argsort(-np.where(open_to, further - whole, -1.0), kind="stable")[:missing]] += 1
    return [int(number) for number in whole]


def probability_correct(
    means: Sequence[float], variances: Sequence[float], counts: Sequence[int], *, goal: Goal = "less"
) -> float:
    """The approximate probability that the system with the best mean so far is the best.

    The lower bound of Bonferroni, 1 − Σᵢ Φ(−δᵢ/√(σᵢ²/Nᵢ + σ_b²/N_b)), not below 0 (APCS-B; Chen, Lin, Yücesan and
    Chick 2000), for systems that are run independently. Systems that tie without any variance are both best.

    >>> round(probability_correct([0.0, 1.0, 2.0], [1.0, 1.0, 1.0], [8, 8, 8]), 4)
    0.9772
    """
    best = _best(np.asarray(means, dtype=np.float64), goal)
    wrong = 0.0
    for system, (mean, variance, count) in enumerate(zip(means, variances, counts, strict=True)):
        error = math.sqrt(variance / count + variances[best] / counts[best])
        if system != best and error:
            wrong += math.erfc(abs(mean - means[best]) / error / math.sqrt(2)) / 2
    return max(1 - wrong, 0.0)


def feasible(
    values: Values,
    bound: float,
    sense: Sense,
    confidence: float = 0.95,
    constraints: int = 1,
    certain: bool = False,
) -> Literal["yes", "no", "open"]:
    """Whether the mean keeps a bound: yes or no where a one-sided Student limit decides it, else open.

    The limits are mean ± t(n−1, 1−α/m)·s/√n with α = 1 − confidence. Bonferroni divides the error by m, the number of
    `constraints` (one for each bound of each system). Only one of the answers yes and no can be wrong, with probability
    α/m at most, for normal values. NaN is left out. The answer is open for fewer than two values, and for fewer than
    `ALIKE` that are all equal, unless the KPI is `certain`, that is, without randomness. Raises `ValueError` for a
    confidence below 0.5 or not below 1.

    >>> feasible([4.0, 5.0, 4.5], 8.0, "<="), feasible([4.0, 5.0, 4.5], 8.0, ">="), feasible([4.0, 5.0, 4.5], 4.6, "<=")
    ('yes', 'no', 'open')
    """
    if not 0.5 <= confidence < 1 or constraints < 1:
        raise ValueError(
            Text(
                "a bound takes a confidence from 0.5 up to 1 ({confidence}) and one constraint or more ({constraints})",
                confidence=confidence,
                constraints=constraints,
            )
        )
    mean, half_width, _ = estimate(values, 1 - 2 * (1 - confidence) / constraints)
    if half_width is None or (never_varied(values) and not certain):
        return "open"
    room = bound - mean if sense == "<=" else mean - bound
    if room >= half_width:
        return "yes"
    return "no" if -room > half_width else "open"


def _refuse_undefined(samples: Mapping[str, Values], systems: Sequence[str], done: int) -> None:
    """Raise `ValueError` where a system is undefined in the replication after the `done` ones that all have."""
    wrong = [name for name in systems if len(samples[name]) > done and math.isnan(samples[name][done])]
    if wrong:
        raise ValueError(
            Text(
                "undefined (NaN) in replication {number} of {names}: KN compares what is defined in every replication",
                number=done + 1,
                names=listed(wrong),
            )
        )


def _defined(values: FloatArray) -> int:
    """How many values come before the first NaN."""
    return int(np.append(np.isnan(values), True).argmax())


def _reach(start: FloatArray, delta: float, alpha: float, k: int) -> FloatArray:
    """h²·S²(i,l)/δ² for each pair of k systems: after so many replications any difference decides.

    `start` is the first stage, of shape (replications, systems).
    """
    first = len(start)
    eta = ((2 * alpha / (k - 1)) ** (-2 / (first - 1)) - 1) / 2
    differences = start[:, :, None] - start[:, None, :]
    reach: FloatArray = 2 * eta * (first - 1) * differences.var(axis=0, ddof=1) / delta**2
    return reach


def _best(means: FloatArray, goal: Goal) -> int:
    return int(means.argmax() if goal == "more" else means.argmin())


def _of_largest(values: FloatArray) -> FloatArray:
    """The values as shares of the largest; all 1 where that is 0."""
    largest = values.max()
    return values / largest if largest else np.ones_like(values)
