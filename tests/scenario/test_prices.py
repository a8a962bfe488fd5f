"""Prices as a planner writes them."""

import pytest

from clearsim.customs import network
from clearsim.network import Prices
from clearsim.scenario import loads
from tests.scenarios import TINY, the_problem, token

PRICES = """
prices:
  grade: assumed
  staff_hour: {value: CNY 80, grade: C, source: a job advertisement}
  night: {factor: 1.5, from: "23:00", until: "07:00"}
  overtime: 2
  driver_hour: CNY 60
  roll_over: CNY 900
  lost_order: CNY 197
"""


def test_prices_are_read_with_their_grades() -> None:
    loaded = loads(TINY + PRICES)
    assert network(loaded.scenario).prices == Prices(80, 1.5, 23 * 60, 7 * 60, 2, 60, 900, 197)
    assert loaded.origin(("prices", "staff_hour")).grade == "C"
    assert loaded.origin(("prices", "roll_over")).grade == "assumed"


def test_every_price_may_be_left_away() -> None:
    assert network(loads(TINY).scenario).prices is None
    assert network(loads(TINY + "\nprices: {driver_hour: CNY 60}").scenario).prices == Prices(driver_hour=60)
    night = network(loads(TINY + "\nprices: {staff_hour: CNY 80, night: {factor: 1.2}}").scenario).prices
    assert night == Prices(80, 1.2, 22 * 60, 6 * 60)


def test_a_price_is_a_value_like_any_other_and_can_be_set() -> None:
    assert network(loads(TINY, "it.yaml", ["prices.staff_hour=CNY 90"]).scenario).prices == Prices(90)


@pytest.mark.parametrize("factor", ["night: {factor: 1.5}", "overtime: 2"])
def test_a_factor_without_a_price_of_the_hour_is_refused(factor: str) -> None:
    problem = the_problem(TINY + f"\nprices: {{driver_hour: CNY 60, {factor}}}")
    name = factor.partition(":")[0]
    assert problem.message == f"`{name}` multiplies the price of an hour of work: it needs `staff_hour`"
    assert problem.path == f"prices.{name}"


def test_a_factor_below_1_is_refused_for_it_would_be_a_surcharge_or_a_mistake() -> None:
    problem = the_problem(TINY + "\nprices: {staff_hour: CNY 80, overtime: 0.5}")
    assert problem.message == "expected at least 1, not `0.5`"
    assert token(problem) == "0.5"


def test_a_price_says_its_currency() -> None:
    assert "such as `CNY 50`" in the_problem(TINY + "\nprices: {staff_hour: 80}").message
    assert "convert `USD 9` first" in the_problem(TINY + "\nprices: {lost_order: USD 9}").message
