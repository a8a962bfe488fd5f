"""Warnings about long runs: only the weeks around dates are looked at, and the warnings stay the same."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve

from clearsim.customs import network
from clearsim.demand import expected
from clearsim.network import Adjustment, At, Flow, Hold, Network, Poisson, Surge, excerpt
from clearsim.network.excerpt import WEEK_MIN
from clearsim.scenario import load
from clearsim.staffing.foresight import foresee, looked_at
from tests.commands import Clearsim
from tests.networks import queue
from tests.paths import SCENARIOS

YEAR = 365 * 24 * 60.0
NOON = datetime(2022, 11, 16, 12)


def desk(*surges: Surge, duration: float, **about: object) -> Network:
    return evolve(queue(Poisson("30/h", surges=surges), 5, 3, duration=duration), start=NOON, **about)  # type: ignore[arg-type]  # any field


def test_a_year_is_looked_at_whole() -> None:
    port = desk(duration=YEAR)
    assert excerpt.excerpt(port).network is port
    assert looked_at(port) is None


def test_a_moment_of_the_excerpt_is_one_of_the_run_and_falls_on_the_same_weekday_and_clock_time() -> None:
    wave = Surge("wave", 20 * YEAR + 37, 20 * YEAR + 1000, 4, 100, 200)
    part = excerpt.excerpt(desk(wave, duration=100 * YEAR))
    arrivals = part.network.flows[0].arrivals
    assert isinstance(arrivals, Poisson)
    (found,) = arrivals.surges
    assert part.repeats
    assert part.network.duration <= 10 * WEEK_MIN
    assert part.original_min(found.from_min) == wave.from_min
    assert part.original_min(found.until_min) == wave.until_min
    assert (found.ramp_min, found.decay_min) == (100, 200)
    assert part.original_min(part.network.duration) == 100 * YEAR
    assert (found.from_min - wave.from_min) % WEEK_MIN == 0


def test_what_is_left_out_is_whole_weeks_of_the_ordinary_rate() -> None:
    port = desk(Surge("wave", 20 * YEAR, 20 * YEAR + 1000, 4), duration=100 * YEAR)
    part = excerpt.excerpt(port)
    assert expected(port) == pytest.approx(expected(part.network) + sum(part.weeks) * 7 * 24 * 30)


def test_a_wave_in_fifty_years_is_foreseen_at_its_date() -> None:
    port = desk(Surge("wave", 50 * YEAR, 50 * YEAR + 180, 4), duration=100 * YEAR)
    (found,) = foresee(port)
    assert found.kind == "overload"
    assert f"{NOON + timedelta(minutes=50 * YEAR):%d %b %Y %H:%M}–15:00" in found.message
    assert looked_at(port) == "warnings look at 8 of 5,214 weeks: the first, the last and those around dates"


def test_work_that_never_clears_is_said_not_to_clear_and_a_line_of_years_clears_after_years() -> None:
    few = queue(Poisson("30/h"), 5, 3, duration=30 * YEAR)
    short = evolve(few.pools[0], adjustments=[Adjustment(0, YEAR, plus=-1), Adjustment(2 * YEAR, 30 * YEAR, plus=1)])
    (found,) = foresee(evolve(few, pools=[short]))
    # A year with 2 of 2.5, a year with 3, then 4: half a year's work is done within the second year.
    assert "clears by" in found.message
    (never,) = foresee(evolve(few, pools=[evolve(few.pools[0], adjustments=[Adjustment(0, 31 * YEAR, plus=-1)])]))
    assert "does not clear before the run ends" in never.message


def test_what_is_given_moment_by_moment_is_cut_off_after_a_year() -> None:
    port = Network([Flow("truck", At([0.0, 20 * YEAR]), [Hold(1)])], duration=30 * YEAR)
    assert excerpt.excerpt(port).network.end_min == excerpt.WHOLE_MIN
    assert looked_at(port) == "warnings look at 52 of 1,564 weeks: the first of those around dates"


@pytest.mark.parametrize(("name", "weeks"), [("export-ramp-up", 6), ("season", 22)])
def test_an_excerpt_of_a_scenario_warns_of_the_same(name: str, weeks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    port = network(load(SCENARIOS / f"{name}.yaml").scenario)
    whole = [found[:2] for found in foresee(port)]
    monkeypatch.setattr(excerpt, "WHOLE_MIN", weeks * WEEK_MIN)
    assert excerpt.excerpt(port).repeats
    assert excerpt.excerpt(port).weeks
    assert [found[:2] for found in foresee(port)] == whole


def test_a_check_of_a_century_says_what_it_looks_at_and_what_a_run_would_take(clearsim: Clearsim) -> None:
    done = clearsim("check", SCENARIOS / "ordinary-day.yaml", "--set", "duration=36500 d")
    assert done.code == 0
    assert "warnings look at 5 of 5,215 weeks: the first, the last and those around dates" in done.out
    assert "warning[large]: a replication of 36,500 days has about 3,010,000,000 entities" in " ".join(done.out.split())


@pytest.mark.parametrize(
    "setting", ["demand.flights.timetable.0.pallets=1000000000", "demand.orders.backlog=500000000"]
)
def test_a_thousand_million_pallets_are_foreseen_without_being_drawn(
    clearsim: Clearsim, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    done = clearsim("check", SCENARIOS / "ordinary-day.yaml", "--set", setting)
    assert done.code == 0, done.err
    assert "warning[large]" in done.out
    done = clearsim("run", SCENARIOS / "ordinary-day.yaml", "--set", setting)
    assert done.code == 2
    assert "ask for more with `Study(force=True)`" in done.err.splitlines()[-1]
