"""Whether what is drawn has the distribution that was asked for."""

import numpy as np
import pytest
from scipy import stats

from clearsim.demand import draw
from clearsim.demand.streams import Streams
from clearsim.network import (
    At,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Flow,
    Gamma,
    Given,
    Hold,
    Lognormal,
    Network,
    Triangular,
    Uniform,
)
from clearsim.units import DAY_MS, MINUTE_MS
from tests.demand.drawn import SEED, fits


@pytest.mark.parametrize(
    "distribution",
    [
        Uniform(2, 7),
        Triangular(1, 2, 9),
        Triangular(2, 2, 5),
        Exponential(4),
        Gamma(5, 0.4),
        Gamma(5, 2),
        Lognormal(25, 0.6),
        Empirical([1, 1, 4, 20]),
    ],
    ids=repr,
)
def test_a_sample_agrees_with_the_expected_value(distribution: Distribution) -> None:
    sample = Streams(SEED, 0).sample("time", distribution, {1: 100_000, 2: 100_000})
    half_width = stats.norm.ppf(0.9995) * sample.std(ddof=1) / np.sqrt(len(sample))
    assert abs(sample.mean() - distribution.expected) < half_width


def test_a_constant_takes_no_draw_and_is_always_itself() -> None:
    assert Constant("90 s").scaled(np.empty(3)).tolist() == [1.5] * 3


QUANTILES = np.linspace(0.001, 0.999, 999)


@pytest.mark.parametrize(
    ("low", "mode", "high"),
    [(1, 2, 9), (2, 2, 5), (2, 5, 5), (0, 1, 2)],
)
def test_triangular_has_the_quantiles_of_scipy(low: float, mode: float, high: float) -> None:
    law = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    np.testing.assert_allclose(Triangular(low, mode, high).scaled(QUANTILES), law.ppf(QUANTILES))


def test_a_triangle_without_width_is_a_constant() -> None:
    assert Triangular(3, 3, 3).scaled(QUANTILES).tolist() == [3.0] * len(QUANTILES)


def test_lognormal_has_the_mean_and_spread_it_was_given() -> None:
    sigma = np.sqrt(np.log1p(0.6**2))
    law = stats.lognorm(sigma, scale=25 * np.exp(-(sigma**2) / 2))
    assert (law.mean(), law.std()) == pytest.approx((25, 0.6 * 25))
    np.testing.assert_allclose(Lognormal(25, 0.6).scaled(stats.norm.ppf(QUANTILES)), law.ppf(QUANTILES))


def test_gamma_has_the_mean_and_spread_it_was_given() -> None:
    time = Gamma(25, 0.6)
    law = stats.gamma(time.gamma_shape, scale=time.scaled(np.ones(1))[0])
    assert (law.mean(), law.std()) == pytest.approx((25, 0.6 * 25))


def test_empirical_values_are_equally_likely() -> None:
    sample = Streams(SEED, 0).sample("time", Empirical([1, 2, 3, 4]), {1: 10_000})
    assert fits(np.bincount(sample.astype(np.int64), minlength=5)[1:], [1, 1, 1, 1])


def test_given_values_are_used_one_an_entity_in_the_order_of_arrival() -> None:
    flow = Flow("truck", At([1, 5, DAY_MS / MINUTE_MS], backlog=1), [Hold(Given([4, 3, 2, 1]))])
    demand = draw(Network(flows=[flow], duration="2 d"), SEED)
    assert (demand.number / MINUTE_MS).tolist() == [4, 3, 2, 1]


def test_given_values_that_run_out_are_refused() -> None:
    flow = Flow("truck", At([1, 2, 3]), [Hold(Given([5, 5]))])
    with pytest.raises(ValueError, match="2 given values for at least 3 entities"):
        draw(Network(flows=[flow]), SEED)
