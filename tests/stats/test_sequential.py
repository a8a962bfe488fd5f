"""How many replications a precision takes."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearsim.stats import ALIKE, Precision, all_reached, estimate, look_ahead, predicted, reached
from tests.stats.chance import at_least_as_often_as

DEFAULT = Precision()
VALUES = st.lists(st.one_of(st.floats(-10, 10).map(lambda x: round(x, 1)), st.just(math.nan)), max_size=60)
PRECISIONS = st.builds(
    Precision,
    relative=st.sampled_from([0.05, 0.3, 1.0, 3.0]),
    confidence=st.just(0.95),
    initial=st.integers(1, 10),
    look_ahead=st.integers(0, 8),
    ceiling=st.just(1000),
)


def as_written(values: list[float], precision: Precision) -> int | None:
    """The definition word by word, from `estimate`."""

    def holds(n: int) -> bool:
        mean, half_width, count = estimate(values[:n], precision.confidence)
        enough = half_width is not None and count >= precision.initial and (half_width > 1e-12 or count >= ALIKE)
        return enough and (half_width or 0.0) <= precision.relative * abs(mean) + 1e-12

    for n in range(precision.initial, len(values) + 1):
        last = n + look_ahead(precision, n)
        if last <= len(values) and all(holds(m) for m in range(n, last + 1)):
            return n
    return None


@given(VALUES, PRECISIONS)
def test_it_is_the_first_number_from_which_the_precision_is_kept(values: list[float], precision: Precision) -> None:
    assert reached(values, precision) == as_written(values, precision)


@given(VALUES, VALUES, PRECISIONS)
def test_further_replications_do_not_change_an_answer(
    values: list[float], further: list[float], precision: Precision
) -> None:
    before = reached(values, precision)
    assert before is None or reached(values + further, precision) == before


@pytest.mark.slow
@pytest.mark.parametrize("variation", [0.02, 0.1, 0.2, 0.4])
def test_sim_tools_says_the_same(variation: float) -> None:
    """The oracle agrees on every series, with two conventions of its own set aside.

    After its end it looks again for an earlier number, with a look-ahead of kLimit even beyond 100 replications; that
    is switched off. And it divides by the mean with its sign, so that negative means are always precise: means are
    positive here. Importing it takes a second.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from sim_tools.output_analysis import ReplicationsAlgorithm

    class Oracle(ReplicationsAlgorithm):
        def find_position(self, lst: list[float]) -> None:
            return None

    class Model:
        def __init__(self, values: np.ndarray) -> None:
            self.values = values

        def single_run(self, replication_number: int) -> dict[str, float]:
            return {"kpi": float(self.values[replication_number])}

    for series in np.random.default_rng(int(variation * 100)).normal(10, 10 * variation, (15, 1500)):
        oracle = Oracle(alpha=0.05, half_width_precision=0.05)
        assert reached(series, DEFAULT) == oracle.select(Model(series), ["kpi"])[0]["kpi"]


def test_the_number_is_that_of_the_theory() -> None:
    """(1.96·cv/0.05)² replications for a normal KPI; the rule stops somewhat earlier, where s happens to be small."""
    rng = np.random.default_rng(6)
    numbers = [reached(series, DEFAULT) for series in rng.normal(10.0, 4.0, (100, 600))]
    assert np.mean([number for number in numbers if number]) == pytest.approx((1.96 * 0.4 / 0.05) ** 2, rel=0.05)


def test_the_interval_at_the_number_covers_nearly_as_often_as_it_says() -> None:
    """Stopping where it is narrow costs some coverage; the look-ahead keeps that small."""
    rng = np.random.default_rng(7)
    covers = 0
    for series in rng.normal(10.0, 2.0, (500, 200)):
        number = reached(series, DEFAULT)
        mean, half_width, _ = estimate(series[:number])
        covers += abs(mean - 10.0) <= (half_width or 0.0)
    assert at_least_as_often_as(0.92, covers, 500)


def test_a_kpi_that_never_varies_has_any_precision_even_at_0_once_there_are_enough() -> None:
    assert reached([0.0] * 64, DEFAULT) == reached([0.1] * 64, DEFAULT) == ALIKE == 59
    assert reached([0.0] * 63, DEFAULT) is None
    assert predicted({"kpi": [0.0] * 8}, DEFAULT) == predicted({"kpi": [0.1] * 63}, DEFAULT) == 64
    assert 0.95**ALIKE < 0.05 < 0.95 ** (ALIKE - 1)


def test_what_seldom_happens_does_not_pass_for_never() -> None:
    """In one replication of twelve somebody waits too long: seven of ten first stages of eight do not see it."""
    rng = np.random.default_rng(11)
    seen = [reached(np.where(rng.random(64) < 1 / 12, 40.0, 0.0), DEFAULT) for _ in range(500)]
    assert at_least_as_often_as(0.99, seen.count(None), 500)


def test_a_kpi_that_varies_about_0_does_not_get_there_and_is_predicted_at_the_ceiling() -> None:
    series = [1.0, -1.0] * 300
    assert reached(series, DEFAULT) is None
    assert predicted({"kpi": series}, DEFAULT) == DEFAULT.ceiling


def test_the_sign_does_not_matter() -> None:
    series = np.random.default_rng(8).normal(10, 2, 300)
    assert reached(series, DEFAULT) == reached(-series, DEFAULT)


def test_undefined_replications_count_and_give_nothing() -> None:
    assert reached([math.nan] * 50, DEFAULT) is None
    assert reached([], DEFAULT) is None
    assert reached([math.nan, 5.0, math.nan, 5.1, 5.0, *[math.nan] * 5], DEFAULT) == 5
    assert predicted({"kpi": [math.nan] * 5}, DEFAULT) == predicted({"kpi": []}, DEFAULT) == DEFAULT.ceiling


def test_all_kpis_must_be_precise_at_once() -> None:
    rng = np.random.default_rng(9)
    samples = {"quiet": rng.normal(10, 1, 400), "loud": rng.normal(10, 3, 400)}
    assert all_reached(samples, DEFAULT) == max(reached(values, DEFAULT) or 0 for values in samples.values())
    assert all_reached(samples | {"wild": rng.normal(0, 1, 400)}, DEFAULT) is None
    with pytest.raises(ValueError, match="there is none"):
        all_reached({}, DEFAULT)


def test_a_kpi_that_was_precise_early_and_is_no_more_is_waited_for() -> None:
    early = np.concatenate([np.random.default_rng(12).normal(10, 0.1, 20), [40.0, 10.0] * 10, [10.0] * 400])
    late = np.random.default_rng(13).normal(10, 1.2, 440)
    number = all_reached({"early": early, "late": late}, DEFAULT)
    assert reached(early, DEFAULT) == 3
    assert number is not None
    for values in (early, late):
        mean, half_width, _ = estimate(values[:number])
        assert (half_width or 0.0) <= 0.05 * mean


def test_the_prediction_comes_close_and_is_exact_at_the_end() -> None:
    samples = {"kpi": np.random.default_rng(10).normal(10, 4, 1000)}
    number = all_reached(samples, DEFAULT)
    assert number is not None
    run = number + look_ahead(DEFAULT, number)
    for so_far, tolerance in ((30, 0.6), (100, 0.3), (200, 0.15), (run - 1, 0.0), (run, 0.0)):
        assert predicted({"kpi": samples["kpi"][:so_far]}, DEFAULT) == pytest.approx(run, rel=tolerance)


@given(VALUES, PRECISIONS)
def test_a_prediction_lies_ahead_until_the_end_and_never_above_the_ceiling(
    values: list[float], precision: Precision
) -> None:
    said = predicted({"kpi": values}, precision)
    assert said <= precision.ceiling
    if reached(values, precision) is None:
        assert said > len(values)
