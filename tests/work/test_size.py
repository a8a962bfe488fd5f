"""How large a run is: estimated before it begins, and refused without `force` where it may not fit this machine."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

import clearsim as cs
from clearsim.customs import network
from clearsim.demand import draw, expected, expected_by_flow
from clearsim.network import (
    Ahead,
    At,
    Flow,
    Follows,
    Forecast,
    Hold,
    Landing,
    Landings,
    Network,
    Poisson,
    Recorded,
    Surge,
)
from clearsim.scenario import load
from clearsim.work import size
from clearsim.work.size import size_of
from clearsim.work.study import Study
from tests.networks import queue
from tests.paths import SCENARIOS

WEDNESDAY = datetime(2022, 11, 16, 8, 3)


def of(arrivals: Any, **about: Any) -> Network:
    return Network([Flow("parcel", arrivals, [Hold(1)])], start=WEDNESDAY, **about)


@pytest.mark.parametrize(
    ("arrivals", "right"),
    [
        (Poisson("24/d"), 48),
        (Poisson("24/d", backlog=7), 55),
        (Poisson("24/d", hours=(0.0,) * 9 + (1.0,) * 15), 48),  # from 08:03 to 08:03
        (Poisson("24/d", weekdays=(0.0, 0.0, 7.0, 0.0, 0.0, 0.0, 0.0)), 24 * 7 * 957 / 1440),  # Wednesday alone
        (Poisson("24/d", surges=(Surge("wave", 600, 1200, 4),)), 48 + 3 * 10),
        (Poisson("24/d", surges=(Surge("wave", 600, 1200, 4, 300, 300),)), 48 + 3 * 5),
        (Poisson("24/d", surges=(Surge("closure", 600, 1200, 0),)), 48 - 10),
        (Poisson("24/d", surges=(Surge("one", 600, 1200, 3), Surge("two", 900, 1500, 2))), 48 + 2 * 5 + 5 * 5 + 5),
        (Landings((Landing(600, 30), Landing(1200, 10, (2, 3)))), 30 * 2 + 10 * 4 / 7),
        (At([0, 5, 5, 2879.9, 2880], backlog=3), 7),
    ],
)
def test_the_entities_that_are_expected_are_the_integral_of_the_rate(arrivals: Any, right: float) -> None:
    assert expected(of(arrivals, duration="2 d")) == pytest.approx(right)


def test_companions_are_as_many_as_their_partners_and_those_who_follow_have_their_waves() -> None:
    orders = Flow("order", Poisson("24/d", surges=(Surge("wave", 600, 1200, 4),)), [Hold(1)])
    trucks = Flow("truck", Poisson("48/d", follows=Follows("order", "3 h", 0.5)), [Hold(1)])
    papers = Flow("papers", Ahead("truck", "2 h"), [Hold(1)])
    found = expected_by_flow(Network([papers, trucks, orders], duration="2 d"))
    assert found == pytest.approx({"papers": 126, "truck": 96 + 2 * 1.5 * 10, "order": 78})


def test_recorded_arrivals_are_counted_without_being_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("time\n" + "2022-11-16 09:00\n" * 1234, encoding="utf-8")
    assert expected(of(Recorded(path, "time"))) == pytest.approx(1234, abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny", "ordinary-day", "lockdown", "export-ramp-up", "double11"])
def test_shipped_scenarios_have_about_as_many_entities_as_expected(name: str) -> None:
    """Days vary by `day_cv`."""
    net = network(load(SCENARIOS / f"{name}.yaml").scenario)
    drawn = draw(net, seed=1)
    counts = dict(zip([flow.name for flow in net.flows], np.diff(drawn.first), strict=True))
    for flow, count in expected_by_flow(net).items():
        assert counts[flow] == pytest.approx(count, rel=0.25, abs=6 * np.sqrt(count) + 2)


def drive(study: Study = Study()) -> Mapping[str, Callable[[Network], object]]:
    return {
        "run": lambda port: cs.run(port, study=study),
        "compare": lambda port: cs.compare({"one": port, "two": port}, study=study),
        "select": lambda port: cs.select({"one": port, "two": port}, "arrived", budget=40, goal="less", study=study),
        "sweep": lambda port: cs.sweep(lambda lanes: port, {"lanes": [1, 2]}, study=study),
    }


@pytest.mark.parametrize("how", drive())
@pytest.mark.parametrize(
    ("arrivals", "duration"),
    [
        (Landings((Landing(600, 1_000_000_000),)), "1 d"),
        (Poisson("1/d", backlog=1_000_000_000), "1 d"),
        (Poisson("1000000/h"), "26000 d"),
        (Poisson("1/d", surges=(Surge("wave", 0, 1440, 1e10),)), "1 d"),
    ],
)
def test_what_does_not_fit_into_memory_is_refused_before_anything_is_drawn(
    how: str, arrivals: Any, duration: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "available_bytes", lambda: 16e9)
    monkeypatch.setattr("clearsim.work.blocks.draw", lambda *_: pytest.fail("it was drawn"))
    with pytest.raises(
        ValueError, match=r"entities and takes some [\d,]+ GB of memory; 16 GB are free: .*Study\(force=True\)"
    ):
        drive()[how](of(arrivals, duration=duration))


@pytest.mark.parametrize("how", drive())
def test_what_takes_longer_than_a_day_is_refused_and_begun_by_force(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "LONGEST_S", 1e-4)
    port = queue(Poisson("30/h"), 1, 3, duration="4 h")
    with pytest.raises(ValueError, match=r"replications have about .* entities .*: ask for more than .* h with"):
        drive()[how](port)
    assert drive(Study(force=True))[how](port) is not None


def test_a_forecast_over_a_slip_of_the_pen_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearsim.work.blocks.planned", lambda _: pytest.fail("it was made"))
    monkeypatch.setattr(size, "available_bytes", lambda: 4e8)
    port = queue(Poisson("30/h"), 1, 3, duration="26000 d")
    with pytest.raises(ValueError, match="a replication of 26,000 days"):
        cs.run(evolve(port, staffing=[Forecast(port.pools[0].name, 0.2)]))


def test_the_size_of_a_run_needs_no_calendar() -> None:
    port = queue(Poisson("30/h"), 1, {"00:00": 1, "12:00": 2}, duration="36500 d")
    found = size_of(port, "compiled")
    assert (found.days, found.entities) == (36500, pytest.approx(30 * 24 * 36500))
    assert found.seconds == pytest.approx(found.entities / 400_000)
