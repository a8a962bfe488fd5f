"""Where the steady part begins."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearsim.stats import mser5, welch


def autoregressive(rng: np.random.Generator, length: int, start: float, memory: float = 0.9) -> np.ndarray:
    values = np.empty(length)
    now = start
    for at, shock in enumerate(rng.normal(size=length)):
        now = memory * now + shock
        values[at] = now
    return values


def by_definition(values: np.ndarray) -> int | None:
    means = [values[at : at + 5].mean() for at in range(0, len(values) // 5 * 5, 5)]
    m = len(means)
    spread = [sum((z - np.mean(means[d:])) ** 2 for z in means[d:]) / (m - d) ** 2 for d in range(m // 2 + 1)]
    best = int(np.argmin(spread))
    return None if best == m // 2 else 5 * best


@pytest.mark.parametrize("start", [0.0, 20.0, 200.0])
def test_mser_is_its_definition(start: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        values = autoregressive(rng, 203, start)
        assert mser5(values).observations == by_definition(values)


def test_mser_cuts_a_transient_off_and_takes_the_bias_with_it() -> None:
    """The mean of 30 runs that begin at 100 and settle at 0 within some fifty observations."""
    rng = np.random.default_rng(2)
    runs = [autoregressive(rng, 1000, 100.0) for _ in range(30)]
    cuts = [mser5(run) for run in runs]
    assert all(cut.observations is not None and 25 <= cut.observations <= 500 for cut in cuts)
    assert np.mean([cut.mean for cut in cuts if cut.mean is not None]) == pytest.approx(0.0, abs=0.3)
    assert np.mean(runs) > 0.8


def test_a_run_that_is_steady_from_the_start_loses_nothing() -> None:
    assert mser5([4.0] * 100) == (0, 4.0, "")
    assert mser5([0.1] * 100).observations == 0
    assert mser5([1.0, 2.0, 3.0, 4.0, 5.0] * 20).observations == 0


def test_a_run_too_short_to_tell_says_so() -> None:
    assert mser5(np.linspace(0, 1, 200)).observations is None
    assert "first half" in mser5(np.linspace(0, 1, 200)).reason
    assert mser5([1.0] * 49).reason == "not enough data: 9 batches of 5, fewer than 10"
    assert "0 batches" in mser5([]).reason
    assert "undefined" in mser5([1.0] * 60 + [math.nan]).reason


@pytest.mark.slow
@given(st.lists(st.integers(-50, 50).map(float), min_size=50, max_size=120), st.sampled_from([-4.0, 0.5, 2.0]))
def test_units_do_not_matter_to_mser(values: list[float], factor: float) -> None:
    assert mser5(values).observations == mser5([factor * value for value in values]).observations


def test_welchs_curve_is_laws() -> None:
    """By hand, w = 1: the first as it is, then averages of three."""
    found = welch([[1.0, 2.0, 6.0, 1.0, 2.0, 3.0], [3.0, 4.0, 0.0, 1.0, 2.0, 3.0]], window=1)
    assert found.curve == pytest.approx((2.0, 8 / 3, 7 / 3, 2.0, 2.0))
    assert found.level == 2.0


def test_welch_finds_where_an_exponential_transient_enters_the_band() -> None:
    """10 + 10·exp(−t/20) is within 5 % of 10 from t = 20·ln 20 = 59.9 on; the noise is averaged away."""
    t = np.arange(1000)
    noise = np.random.default_rng(3).normal(0, 0.5, (50, 1000))
    found = welch(list(10 + 10 * np.exp(-t / 20) + noise), window=5)
    assert found.observations == pytest.approx(60, abs=6)
    assert found.level == pytest.approx(10.0, abs=0.02)


def test_welch_without_an_end_says_so() -> None:
    assert welch([np.linspace(1, 2, 100)], window=2).observations is None
    assert "second half" in welch([np.linspace(1, 2, 100)], window=2).reason
    assert "not enough data" in welch([[1.0] * 9], window=2).reason
    assert "undefined" in welch([[math.nan] + [1.0] * 20], window=1).reason


def test_welch_leaves_undefined_observations_out_of_averages() -> None:
    assert welch([[math.nan] + [2.0] * 20, [2.0] * 21], window=1).observations == 0
    assert welch([[0.0] * 20], window=1).observations == 0


def test_welch_takes_replications_of_one_length() -> None:
    for replications in ([], [[1.0, 2.0], [1.0]]):
        with pytest.raises(ValueError, match="one length"):
            welch(replications, window=0)
