"""Runs that last until their figures are precise."""

from typing import Any

import numpy as np
import pytest

from clearsim.experiment import Study, run
from clearsim.network import At, Poisson
from clearsim.stats import ALIKE, Precision, estimate, look_ahead
from tests.networks import BOOTH, queue

WAIT = "wait_mean@desk"


def test_a_run_until_precise_ends_with_the_look_ahead_and_its_replications_are_those_of_any_run() -> None:
    result = run(BOOTH, precision=0.2)
    reached = result.precision
    assert reached is not None
    assert reached.replications is not None
    assert result.replications == reached.replications + look_ahead(Precision(), reached.replications)
    same = run(BOOTH, replications=result.replications)
    np.testing.assert_array_equal(result.sample.values, same.sample.values)


def test_where_the_precision_is_reached_it_is_kept_and_one_replication_before_it_was_not() -> None:
    result = run(BOOTH, precision=0.2, kpis=[WAIT])
    assert result.precision is not None
    n, (key,) = result.precision.replications, result.precision.keys
    assert n is not None
    values = result.sample.of(key)

    def ratio(count: int) -> float:
        mean, half_width, _ = estimate(values[:count])
        return (half_width or 0) / mean

    assert all(ratio(count) <= 0.2 for count in range(n, result.replications + 1))
    assert ratio(n - 1) > 0.2


def test_the_ceiling_ends_a_run_that_does_not_get_there() -> None:
    result = run(BOOTH, precision=0.001, ceiling=12)
    assert "a precision of 0.1 % was not reached" in repr(result)
    assert "a precision of 0.1 % was not reached" in result._repr_html_()
    assert (result.replications, result.precision and result.precision.replications) == (12, None)


def test_several_figures_take_as_many_replications_as_the_last_of_them() -> None:
    each = [run(BOOTH, precision=0.2, kpis=[name]) for name in (WAIT, "line_peak@desk")]
    assert run(BOOTH, precision=0.2, kpis=[WAIT, "line_peak@desk"]).replications == max(r.replications for r in each)


def test_what_never_varies_is_precise_once_there_are_enough_to_rule_chance_out() -> None:
    result = run(queue(Poisson("60/h"), 5, 100, duration="1 h"), precision=0.05)  # a desk for everybody
    assert result.precision is not None
    assert result.precision.replications == ALIKE


def test_where_nothing_is_random_one_replication_is_precise() -> None:
    result = run(queue(At([0, 1]), 5), precision=0.05)
    assert result.replications == 1
    assert result.precision is not None
    assert result.precision.replications == 1


def test_progress_never_falls_back_and_ends_at_1() -> None:
    shares: list[float] = []
    run(BOOTH, precision=0.2, study=Study(progress=shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"precision": 5}, "a precision is a share between 0 and 100 %, such as 5 %, or 0.05, not 5"),
        ({"precision": "5 %"}, "a precision is a share between 0 and 100 %, such as 5 %, or 0.05, not '5 %'"),
        ({"precision": 0.05, "replications": 20}, "a run has either a precision, or a number of replications"),
        ({"precision": 0.05, "ceiling": 4}, "the ceiling is a whole number of replications from 8 up, not 4"),
        ({"precision": 0.05, "each": print}, "traces are handed over where the number of replications is given"),
        ({"precision": 0.05, "kpis": ["wait_mena@desk"]}, "there is no KPI `wait_mena@desk`; did you mean wait_mean"),
        (
            {"precision": 0.05, "kpis": ["wait_mean@dask"]},
            "there is no KPI `wait_mean@dask`; there are truck:wait_mean@desk",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        run(BOOTH, **asked)
