"""Choosing the best, sharing a budget, keeping bounds."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clearsim.stats import ALIKE, Goal, Screening, feasible, kim_nelson, ocba, probability_correct
from tests.stats.chance import at_least_as_often_as

K, DELTA, TRIALS = 10, 0.5, 400
LADDER = DELTA * np.arange(K)
SLIPPAGE = DELTA * (np.arange(K) > 0)


# KN


def systems(values: np.ndarray) -> dict[str, np.ndarray]:
    """A column a system, named by its number."""
    return {str(number): column for number, column in enumerate(values.T)}


def trials(means: np.ndarray, correlation: float, seed: int) -> Iterator[Screening]:
    """Selections among normal systems of variance 1, the order of which is shuffled."""
    rng = np.random.default_rng(seed)
    for _ in range(TRIALS):
        common, own = rng.normal(size=(1000, 1)), rng.normal(size=(1000, K))
        values = means + math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
        samples = list(systems(values).items())
        rng.shuffle(samples)
        yield kim_nelson(dict(samples), DELTA)


@pytest.mark.slow
@pytest.mark.parametrize("means", [LADDER, SLIPPAGE], ids=["ladder", "slippage"])
def test_the_best_of_ten_is_selected_as_often_as_promised_and_cheaper_on_common_luck(means: np.ndarray) -> None:
    runs = []
    for correlation in (0.0, 0.8):
        found = list(trials(means, correlation, seed=1))
        assert all(selection.state == "selected" for selection in found)
        assert sum(selection.winner == "0" for selection in found) >= 0.95 * TRIALS
        runs.append(np.mean([selection.runs for selection in found]))
    assert runs[1] < 0.6 * runs[0]


def as_written(samples: dict[str, np.ndarray], delta: float, goal: Goal, first: int) -> Screening:
    """Kim and Nelson's figure, step by step."""
    sign = 1 if goal == "more" else -1
    x = {name: sign * values for name, values in samples.items()}
    k, alpha = len(x), 0.05
    eta = 0.5 * ((2 * alpha / (k - 1)) ** (-2 / (first - 1)) - 1)
    h2 = 2 * eta * (first - 1)
    spread = {(i, m): float(np.var(x[i][:first] - x[m][:first], ddof=1)) for i in x for m in x}
    alive, eliminated, r = list(x), {}, first
    while True:
        mean = {i: math.fsum(x[i][:r]) / r for i in alive}
        allowed = {(i, m): max(0.0, delta / (2 * r) * (h2 * spread[i, m] / delta**2 - r)) for i in alive for m in alive}
        out = [i for i in alive if any(mean[i] < mean[m] - allowed[i, m] for m in alive)]
        eliminated |= dict.fromkeys(out, r)
        alive = [i for i in alive if i not in out]
        if len(alive) == 1 or r > max(h2 * spread[i, m] / delta**2 for i in alive for m in alive):
            return Screening("selected", alive[0], tuple(alive), eliminated, r)
        if r == len(x[alive[0]]):
            return Screening("open", None, tuple(alive), eliminated, r)
        r += 1


# With a first stage of 4 no elimination hangs on the last bit: h² is irrational, and the data are whole numbers.
TABLES = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.integers(-3, 3), min_size=k, max_size=k), min_size=4, max_size=60)
)


@given(TABLES, st.sampled_from([0.25, 1.0, 3.0]), st.sampled_from(["less", "more"]))
def test_it_is_the_procedure_as_written(rows: list[list[int]], delta: float, goal: Goal) -> None:
    samples = systems(np.array(rows, dtype=float))
    written = as_written(samples, delta, goal, 4)
    assert kim_nelson(samples, delta, goal=goal, first=4, certain=True) == written
    if len(written.survivors) == 1:
        assert kim_nelson(samples, delta, goal=goal, first=4) == written


@given(st.integers(0, 10**6), st.sampled_from([0.2, 0.5, 2.0]))
def test_it_is_the_procedure_as_written_over_many_replications(seed: int, delta: float) -> None:
    samples = systems(np.random.default_rng(seed).normal(size=(700, 4)) + 0.1 * np.arange(4))
    assert kim_nelson(samples, delta) == as_written(samples, delta, "less", 10)


@given(TABLES, st.sampled_from([0.25, 1.0, 3.0]))
def test_replications_made_ahead_change_nothing(rows: list[list[int]], delta: float) -> None:
    samples = systems(np.array(rows, dtype=float))
    end = kim_nelson(samples, delta, first=4)
    for n in range(4, len(rows)):
        now = kim_nelson({name: values[:n] for name, values in samples.items()}, delta, first=4)
        assert now == end or (now.state, now.replications) == ("open", n)
        assert (now == end) == (n >= end.replications)


@given(TABLES, st.sampled_from([0.25, 1.0, 3.0]))
def test_what_is_eliminated_needs_no_further_replications(rows: list[list[int]], delta: float) -> None:
    samples = systems(np.array(rows, dtype=float))
    end = kim_nelson(samples, delta, first=4)
    needed = {name: values[: end.eliminated.get(name, end.replications)] for name, values in samples.items()}
    assert kim_nelson(needed, delta, first=4) == end
    assert end.runs == sum(len(values) for values in needed.values())


def test_the_largest_of_negatives_is_the_smallest_and_units_do_not_matter() -> None:
    samples = systems(np.random.default_rng(2).normal(size=(500, 5)) + 0.3 * np.arange(5))
    lowest = kim_nelson(samples, 0.3)
    assert lowest.state == "selected"
    assert kim_nelson({name: -60 * values for name, values in samples.items()}, 18.0, goal="more") == lowest


def test_a_wider_indifference_zone_is_cheaper() -> None:
    samples = systems(np.random.default_rng(3).normal(size=(5000, 5)) + 0.5 * np.arange(5))
    runs = [kim_nelson(samples, delta).runs for delta in (0.2, 0.5, 2.0)]
    assert runs == sorted(runs, reverse=True)
    assert runs[0] > 2 * runs[-1]


@pytest.mark.parametrize(("certain", "n"), [(True, 10), (False, ALIKE)])
def test_twins_tie_once_chance_is_ruled_out_and_the_first_wins(certain: bool, n: int) -> None:
    values = np.random.default_rng(4).normal(size=ALIKE)
    samples = {"one": values, "other": values, "far": values + 1}
    found = kim_nelson(samples, 0.1, certain=certain)
    assert found == Screening("selected", "one", ("one", "other"), {"far": 10}, n)
    assert kim_nelson({name: series[: n - 1] for name, series in samples.items()}, 0.1, certain=certain).state == "open"
    undecided = kim_nelson(samples, 0.1, certain=certain, ceiling=40)
    assert undecided.winner == ("one" if certain else None)


def test_what_seldom_happens_is_not_taken_for_never() -> None:
    """It waits in one replication of ten: ten replications show it with a probability of two in three."""
    rng = np.random.default_rng(14)
    winners = []
    for _ in range(200):
        seldom = np.where(rng.random(400) < 0.1, 1.0, 0.0)
        winners.append(kim_nelson({"seldom": seldom, "never": np.zeros(400)}, 0.05).winner)
    assert at_least_as_often_as(0.95, winners.count("never"), 200)


def test_the_ceiling_leaves_it_undecided() -> None:
    samples = systems(np.random.default_rng(5).normal([0.0, 0.0, 90.0], 1.0, (100, 3)))
    found = kim_nelson(samples, 0.01, ceiling=60)
    assert (found.state, found.winner, found.survivors, found.replications) == ("undecided", None, ("0", "1"), 60)
    assert kim_nelson(samples, 0.01).state == "open"


def test_an_undefined_replication_is_refused_where_it_is_needed() -> None:
    bad = np.array([5.0, 5.5, 5.2, math.nan])
    good = np.array([1.0, 1.5, 1.3, 1.2])
    assert kim_nelson({"good": good, "bad": bad}, 1.0, first=3).winner == "good"
    with pytest.raises(ValueError, match=r"replication 4 of bad"):
        kim_nelson({"good": good, "bad": bad}, 1.0, first=4)
    with pytest.raises(ValueError, match=r"replication 4 of bad"):
        kim_nelson({"good": bad[[1, 0, 2, 0]], "bad": bad}, 0.01, first=3)


def test_a_selection_needs_two_systems_and_an_indifference_zone() -> None:
    one, two = {"a": [1.0] * 10}, {"a": [1.0] * 10, "b": [2.0] * 10}
    for samples, delta, confidence in ((one, 1.0, 0.95), (two, 0.0, 0.95), (two, 1.0, 0.5), (two, 1.0, 1.0)):
        with pytest.raises(ValueError, match="two systems or more"):
            kim_nelson(samples, delta, confidence=confidence)


# OCBA


def test_the_shares_are_those_of_the_theorem_when_the_budget_is_large() -> None:
    means, variances = [1.0, 2.0, 4.0, 3.0], [4.0, 1.0, 9.0, 2.0]
    more = np.array(ocba(means, variances, [10] * 4, 10_000_000)) + 10
    weight = np.array([0.0, 1.0, 9.0 / 9, 2.0 / 4])
    weight[0] = 2.0 * math.sqrt((weight[1:] ** 2 / variances[1:]).sum())
    assert more / more.sum() == pytest.approx(weight / weight.sum(), rel=1e-5)


def test_close_competitors_and_restless_ones_get_more() -> None:
    best, close, far = ocba([0.0, 0.5, 3.0], [1.0, 1.0, 1.0], [10] * 3, 100)
    assert close > far
    assert best > far
    _, quiet, restless = ocba([0.0, 1.0, 1.0], [1.0, 1.0, 9.0], [10] * 3, 100)
    assert restless > quiet


BOARDS = st.integers(2, 6).flatmap(
    lambda k: st.tuples(
        st.lists(st.integers(-3, 3).map(float), min_size=k, max_size=k),
        st.lists(st.sampled_from([0.0, 1e-9, 1.0, 7.0]), min_size=k, max_size=k),
        st.lists(st.integers(2, 200), min_size=k, max_size=k),
    )
)


@given(BOARDS, st.integers(1, 500), st.sampled_from(["less", "more"]))
def test_the_step_is_spent_exactly_whatever_ties_and_whatever_does_not_vary(
    board: tuple[list[float], list[float], list[int]], step: int, goal: Goal
) -> None:
    further = ocba(*board, step, goal=goal)
    assert sum(further) == step
    assert min(further) >= 0
    if goal == "less":
        assert further == ocba([-mean for mean in board[0]], *board[1:], step, goal="more")


def test_where_the_formula_divides_by_0_the_limit_is_taken() -> None:
    assert ocba([1.0, 1.0, 5.0], [1.0, 1.0, 1.0], [10] * 3, 40) == [20, 20, 0]
    assert ocba([1.0, 2.0, 5.0], [1.0, 0.0, 0.0], [10] * 3, 40) == [40, 0, 0]
    assert ocba([1.0, 2.0, 5.0], [0.0, 1.0, 0.0], [10] * 3, 40) == [0, 40, 0]
    assert ocba([1.0, 1.0], [0.0, 0.0], [10] * 2, 40) == [20, 20]


@pytest.mark.parametrize("means", [[1.0], [1.0, math.nan]])
def test_an_allocation_needs_two_defined_means(means: list[float]) -> None:
    with pytest.raises(ValueError, match="OCBA takes"):
        ocba(means, [1.0] * len(means), [10] * len(means), 10)


def correct(rng: np.random.Generator, allocate: bool, budget: int) -> bool:
    """Whether the first of ten systems, means 0 … 9 and deviation 6, is found within the budget (Chen et al. 2000)."""
    values = rng.normal(size=(10, budget)) * 6 + np.arange(10)[:, None]
    counts = np.full(10, 10 if allocate else budget // 10)
    while counts.sum() < budget:
        board = [values[number, :count] for number, count in enumerate(counts)]
        step = min(20, budget - int(counts.sum()))
        means, variances = [float(part.mean()) for part in board], [float(part.var(ddof=1)) for part in board]
        counts += ocba(means, variances, counts.tolist(), step)
    return int(np.argmin([values[number, :count].mean() for number, count in enumerate(counts)])) == 0


@pytest.mark.slow
def test_it_finds_the_best_more_often_than_equal_shares() -> None:
    """Twice 300 experiments of 600 replications; the shares are computed anew every 20."""
    rng = np.random.default_rng(6)
    shared, equal = (sum(correct(rng, allocate, 600) for _ in range(300)) for allocate in (True, False))
    assert shared - equal > 3.3 * math.sqrt(300 / 4)  # 99.9 % of differences by chance are smaller


def test_the_probability_of_two_is_exact_and_of_several_a_lower_bound() -> None:
    two = probability_correct([0.0, 1.0], [4.0, 9.0], [10, 20])
    assert two == pytest.approx(stats.norm.cdf(1.0 / math.sqrt(0.4 + 0.45)))
    means, variances, counts = [0.0, 0.5, 0.7, 1.0], [1.0, 2.0, 1.0, 3.0], [10, 12, 9, 20]
    drawn = np.random.default_rng(7).normal(means, np.sqrt(np.divide(variances, counts)), (100_000, 4))
    truth = float((drawn.argmin(axis=1) == 0).mean())
    assert 0 < probability_correct(means, variances, counts) < truth


def test_the_probability_is_1_without_variance_and_never_below_0() -> None:
    assert probability_correct([1.0, 2.0], [0.0, 0.0], [5, 5]) == 1.0
    assert probability_correct([1.0, 1.0], [0.0, 0.0], [5, 5]) == 1.0
    assert probability_correct([1.0] * 5, [1.0] * 5, [5] * 5) == 0.0
    assert probability_correct([1.0, 2.0], [1.0, 1.0], [5, 5]) == probability_correct(
        [-1.0, -2.0], [1.0, 1.0], [5, 5], goal="more"
    )


# Bounds


def test_an_answer_about_a_bound_is_seldom_wrong() -> None:
    for mean, right in ((0.0, "yes"), (1e-9, "no")):
        samples = np.random.default_rng(8).normal(mean, 1.0, (2000, 6))
        answers = [feasible(values, 0.0, "<=") for values in samples]
        assert at_least_as_often_as(0.95, sum(answer in ("open", right) for answer in answers), len(answers))
        assert answers.count("open") > 0.8 * len(answers)


@given(st.lists(st.integers(-20, 20).map(float), max_size=20), st.integers(-10, 10).map(float), st.sampled_from([1, 3]))
def test_a_floor_is_a_ceiling_upside_down_and_more_bounds_answer_less(
    values: list[float], bound: float, constraints: int
) -> None:
    answer = feasible(values, bound, "<=", constraints=constraints)
    assert answer == feasible([-value for value in values], -bound, ">=", constraints=constraints)
    assert answer in ("open", feasible(values, bound, "<="))


def test_a_bound_is_kept_where_it_is_met_exactly_and_open_on_one_value() -> None:
    same = [2.0] * ALIKE
    assert feasible(same, 2.0, "<=") == feasible(same, 2.0, ">=") == "yes"
    assert feasible(same[1:], 2.0, "<=") == feasible(same[1:], 1.0, "<=") == "open"
    assert feasible([2.0, 2.0], 2.0, "<=", certain=True) == "yes"
    assert feasible([2.0, math.nan], 100.0, "<=") == feasible([], 0.0, "<=") == "open"


def test_the_limit_is_one_sided() -> None:
    values = [1.0, 2.0, 3.0, 4.0]
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert feasible(values, high + 1e-9, "<=") == "yes"
    assert feasible(values, high - 1e-9, "<=") == "open"
    assert feasible(values, low - 1e-9, "<=") == "no"
    with pytest.raises(ValueError, match="confidence"):
        feasible(values, 0.0, "<=", confidence=0.3)
