"""Times and their distributions: what may be written, and what is refused."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearsim.network import (
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Given,
    Hold,
    Lognormal,
    Triangular,
    Uniform,
)
from clearsim.units import LONGEST_MIN


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Constant(-1), "Constant, value: .* from 0 up, not -1"),
        (lambda: Constant(math.nan), "not nan"),
        (lambda: Exponential(math.inf), "not inf"),
        (lambda: Exponential("5"), "expected a duration with its unit"),
        (lambda: Exponential("5 parsecs"), "expected a duration with its unit"),
        (lambda: Uniform(3, 2), "the low end 3 lies above the high end 2"),
        (lambda: Triangular(1, 5, 4), "expected low ≤ mode ≤ high, not 1, 5, 4"),
        (lambda: Triangular(2, 1, 4), "expected low ≤ mode ≤ high"),
        (lambda: Gamma(5, 0), "Gamma, cv: a coefficient of variation is above 0 and at most 20, not 0"),
        (lambda: Lognormal(5, 21), "is above 0 and at most 20, not 21"),
        (lambda: Lognormal(5, -1), "from 0 up"),
        (lambda: Empirical([]), "at least one value is needed"),
        (lambda: Given([1, -1]), "from 0 up"),
        (lambda: Hold(Exponential(LONGEST_MIN + 1)), "at most 100 years on average"),
    ],
)
def test_a_distribution_that_cannot_be_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        (Triangular("6 s", "10 s", "30 s"), Triangular(0.1, 1 / 6, 0.5)),
        (Lognormal("1.5 h", 0.6), Lognormal(90, 0.6)),
        (Empirical(["1 min", "1 h"]), Empirical([1, 60])),
        (Hold("90 s"), Hold(1.5)),
        (Hold(5), Hold(Constant(5))),
    ],
)
def test_times_with_units_are_minutes(text: object, minutes: object) -> None:
    assert text == minutes


@given(low=st.floats(0, 100), mode=st.floats(0, 100), high=st.floats(0, 100))
def test_the_mean_of_a_triangle_lies_within_it(low: float, mode: float, high: float) -> None:
    low, mode, high = sorted((low, mode, high))
    assert low - 1e-9 <= Triangular(low, mode, high).expected <= high + 1e-9
