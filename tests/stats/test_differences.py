"""Differences on the same luck."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clearsim.stats import paired, simultaneous
from tests.stats.chance import as_often_as, at_least_as_often_as

TRIALS = 2000
FINITE = st.floats(-1e3, 1e3).map(lambda value: round(value, 2))


def test_it_is_students_paired_interval() -> None:
    a, b = np.random.default_rng(1).normal(5.0, 1.0, (2, 12))
    known = stats.ttest_rel(a, b).confidence_interval(0.9)
    found = paired(a, b, 0.9)
    assert found.half_width is not None
    assert (found.mean - found.half_width, found.mean + found.half_width) == pytest.approx(tuple(known))


def test_it_covers_the_true_difference_of_normal_and_of_skewed_systems() -> None:
    rng = np.random.default_rng(2)
    luck = rng.normal(size=(TRIALS, 8))
    own = rng.normal(size=(TRIALS, 8))
    normal = [paired(2 * x + y + 1.0, 2 * x) for x, y in zip(luck, own, strict=True)]
    assert as_often_as(0.95, sum(abs(found.mean - 1.0) <= (found.half_width or 0) for found in normal), TRIALS)
    waits = rng.exponential(size=(TRIALS, 40))
    skewed = [paired(2 * x, x) for x in waits]
    assert at_least_as_often_as(0.92, sum(abs(found.mean - 1.0) <= (found.half_width or 0) for found in skewed), TRIALS)


def test_intervals_of_several_pairs_hold_at_once_on_common_luck_with_different_variances() -> None:
    rng = np.random.default_rng(3)
    spread = np.array([0.1, 0.5, 1.0, 2.0, 5.0])
    names = ["a", "b", "c", "d", "e"]
    pairs = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    means = dict(zip(names, range(5), strict=True))
    hold = 0
    for _ in range(TRIALS):
        common = rng.normal(size=(8, 1))
        samples = dict(zip(names, (np.arange(5) + spread * (common + rng.normal(size=(8, 5)))).T, strict=True))
        found = simultaneous(samples, pairs)
        hold += all(abs(row.mean - (means[a] - means[b])) <= (row.half_width or 0) for (a, b), row in found.items())
    assert at_least_as_often_as(0.95, hold, TRIALS)


def test_what_pairing_saved_is_0_for_twins_1_for_strangers_and_2_for_opposites() -> None:
    x, y = np.random.default_rng(4).normal(size=(2, 100_000))
    assert paired(x, x + 3).variance_ratio == pytest.approx(0.0, abs=1e-12)
    assert paired(x, y).variance_ratio == pytest.approx(1.0, abs=0.02)
    assert paired(x, -x).variance_ratio == pytest.approx(2.0)


@given(st.lists(st.tuples(FINITE, FINITE), min_size=2, max_size=30))
def test_exchanged_systems_have_the_opposite_difference(rows: list[tuple[float, float]]) -> None:
    a, b = [x for x, _ in rows], [y for _, y in rows]
    one, other = paired(a, b), paired(b, a)
    assert (one.mean, one.half_width, one.variance_ratio) == (-other.mean, other.half_width, other.variance_ratio)
    assert one.variance_ratio is None or 0 <= one.variance_ratio <= 2 + 1e-9


@given(st.lists(FINITE, min_size=2, max_size=30))
def test_a_system_against_itself_is_exactly_equal(values: list[float]) -> None:
    found = paired(values, values)
    assert (found.mean, found.half_width) == (0.0, 0.0)
    assert found.variance_ratio == (None if len(set(values)) == 1 else 0.0)


def test_replications_in_which_one_is_undefined_are_left_out() -> None:
    nan = math.nan
    assert paired([1.0, nan, 4.0, 2.0, 9.0], [0.0, 1.0, nan, 0.5, 7.0]) == paired([1.0, 2.0, 9.0], [0.0, 0.5, 7.0])
    nothing = paired([nan, 1.0], [1.0, nan])
    assert math.isnan(nothing.mean)
    assert nothing[1:] == (None, 0, None)
    assert paired([nan, 3.0], [1.0, 1.0])[1:] == (None, 1, None)


def test_unequal_numbers_of_replications_are_refused() -> None:
    with pytest.raises(ValueError, match="3 and 2 replications are no pairs"):
        paired([1.0, 2.0, 3.0], [1.0, 2.0])


def test_more_pairs_make_wider_intervals_and_a_pair_named_twice_counts_once() -> None:
    samples = dict(zip("abc", np.random.default_rng(5).normal(size=(3, 9)), strict=True))
    alone = simultaneous(samples, [("a", "b")])
    assert alone == {("a", "b"): paired(samples["a"], samples["b"])}
    assert simultaneous(samples, [("a", "b"), ("a", "b")]) == alone
    wider = simultaneous(samples, [("a", "b"), ("a", "c")])["a", "b"].half_width
    assert wider is not None
    assert wider > (alone["a", "b"].half_width or math.inf)
    assert simultaneous(samples, []) == {}
