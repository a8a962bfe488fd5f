"""Intervals of a mean and of a quantile."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from clearsim.stats import estimate, quantile, replications_for_quantile
from tests.stats.chance import as_often_as, at_least_as_often_as

TRIALS = 2000
FINITE = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def two_sided_exponential(q: float) -> Draw:
    """Exponential on both sides of 0, which is the q-quantile, with no jump of the density there."""

    def draw(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
        below = rng.random(shape) < q
        return rng.exponential(np.where(below, q, 1 - q)) * np.where(below, -1.0, 1.0)

    return draw


def test_the_interval_of_a_mean_covers_a_normal_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    found = [estimate(values, 0.9) for values in rng.normal(3.0, 2.0, (TRIALS, 5))]
    assert as_often_as(0.9, sum(abs(mean - 3.0) <= (half or 0.0) for mean, half, _ in found), TRIALS)


def test_the_interval_of_a_mean_covers_an_exponential_mean_nearly_as_often_from_fifty_replications_on() -> None:
    rng = np.random.default_rng(2)
    found = [estimate(values) for values in rng.exponential(3.0, (TRIALS, 50))]
    assert at_least_as_often_as(0.93, sum(abs(mean - 3.0) <= (half or 0.0) for mean, half, _ in found), TRIALS)


def test_an_array_is_as_good_as_a_list() -> None:
    values = [1.0, 4.0, math.nan, 2.0]
    assert estimate(np.array(values)) == estimate(values)
    assert quantile(np.array(values), 0.5) == quantile(values, 0.5)


def covered(draw: Draw, truth: float, q: float, n: int, confidence: float = 0.95) -> int:
    samples = draw(np.random.default_rng(3), (TRIALS, n))
    found = [quantile(values, q, confidence) for values in samples]
    return sum(low <= truth <= high for _, low, high, _ in found if low is not None and high is not None)


@pytest.mark.parametrize(("q", "n"), [(0.5, 6), (0.5, 25), (0.8, 20), (0.9, 60)])
def test_the_interval_of_a_quantile_is_exact_where_theory_says_so(q: float, n: int) -> None:
    assert as_often_as(0.95, covered(two_sided_exponential(q), 0.0, q, n), TRIALS)


@pytest.mark.parametrize(("q", "n"), [(0.5, 25), (0.8, 25), (0.9, 60)])
def test_the_interval_of_a_quantile_is_close_to_nominal_for_normal_and_exponential_replications(
    q: float, n: int
) -> None:
    normal = covered(lambda rng, shape: rng.normal(size=shape), stats.norm.ppf(q), q, n)
    exponential = covered(lambda rng, shape: rng.exponential(size=shape), stats.expon.ppf(q), q, n)
    for happened in (normal, exponential):
        assert at_least_as_often_as(0.945, happened, TRIALS)
        assert at_least_as_often_as(0.045, TRIALS - happened, TRIALS)


def test_for_the_median_it_is_the_interval_of_hettmansperger_and_sheather() -> None:
    """Their formula in its own form, on order statistics counted from both ends."""
    n, confidence = 20, 0.95
    ordered = sorted(np.random.default_rng(4).normal(size=n).tolist())
    r = max(r for r in range(1, n) if 1 - 2 * stats.binom.cdf(r - 1, n, 0.5) >= confidence)
    now, following = (1 - 2 * stats.binom.cdf(k - 1, n, 0.5) for k in (r, r + 1))
    part = (now - confidence) / (now - following)
    share = (n - r) * part / (r + (n - 2 * r) * part)
    found = quantile(ordered, 0.5, confidence)
    assert found.low == pytest.approx((1 - share) * ordered[r - 1] + share * ordered[r])
    assert found.high == pytest.approx((1 - share) * ordered[n - r] + share * ordered[n - r - 1])


@given(st.lists(FINITE, min_size=1, max_size=60), st.floats(0.01, 0.99))
def test_the_value_is_numpys_median_unbiased_quantile(values: list[float], q: float) -> None:
    expected = np.quantile(values, q, method="median_unbiased")
    assert quantile(values, q).value == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.lists(FINITE, min_size=6, max_size=60), st.floats(0.05, 0.95))
def test_the_mirror_image_has_the_mirrored_interval(values: list[float], q: float) -> None:
    one, other = quantile(values, q), quantile([-value for value in values], 1 - q)
    for this, mirrored in ((one.value, other.value), (one.low, other.high), (one.high, other.low)):
        assert (this is None) == (mirrored is None)
        if this is not None and mirrored is not None:
            assert this == pytest.approx(-mirrored, rel=1e-6, abs=1e-6)


@given(st.lists(FINITE, min_size=1, max_size=80), st.floats(0.05, 0.95), st.floats(0.5, 0.99))
def test_more_confidence_is_wider_and_the_value_lies_within(values: list[float], q: float, confidence: float) -> None:
    narrow, wide = quantile(values, q, confidence), quantile(values, q, (1 + confidence) / 2)
    if wide.low is not None and narrow.low is not None:
        assert wide.low <= narrow.low <= narrow.value + 1e-6
    if wide.high is not None and narrow.high is not None:
        assert narrow.value - 1e-6 <= narrow.high <= wide.high


@given(st.floats(0.02, 0.98), st.floats(0.2, 0.999))
def test_both_limits_exist_from_the_stated_number_of_replications_on(q: float, confidence: float) -> None:
    needed = replications_for_quantile(q, confidence)
    enough = quantile(np.arange(float(needed)), q, confidence)
    short = quantile(np.arange(float(needed - 1)), q, confidence)
    assert enough.low is not None
    assert enough.high is not None
    assert short.low is None or short.high is None


def test_undefined_replications_are_left_out_and_of_none_there_is_no_quantile() -> None:
    assert quantile([math.nan, 1.0, 5.0, math.nan], 0.5) == quantile([5.0, 1.0], 0.5)
    nothing = quantile([math.nan], 0.5)
    assert math.isnan(nothing.value)
    assert nothing[1:] == (None, None, 0)


@pytest.mark.parametrize(("q", "confidence"), [(0.0, 0.95), (1.0, 0.95), (0.5, 1.0), (0.5, 0.0)])
def test_quantiles_and_confidences_lie_between_0_and_1(q: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1.0, 2.0], q, confidence)
    with pytest.raises(ValueError, match="between 0 and 1"):
        replications_for_quantile(q, confidence)
