"""Waits and lines, worked out by hand."""

import math
from typing import Any

import numpy as np
import pytest

from clearsim.engines import compiled
from clearsim.measures import KPIS
from clearsim.measures.subjects import subjects_of
from clearsim.measures.waits import Waits
from clearsim.network import (
    At,
    Flow,
    Network,
    Pool,
    Serve,
    Share,
    Station,
)
from tests.desks import D
from tests.networks import Simulate, about, approx, busy_port, quay, queue, run


def four_trucks(**rest: Any) -> Network:
    #       0    5    10   15   20   25   30   35   40   45   50   55   60
    # a     [===================)
    # b          ...............[===================)
    # c               ..............................[===================)
    # d                    .............................................[===
    return queue(At([0, 5, 10, 15]), 20, **rest)


def test_those_who_still_wait_at_the_end_count_with_their_wait_so_far(simulate: Simulate) -> None:
    # Waits 0, 15, 30, and 45 so far: nothing happens at minute 60, when the run ends.
    # The line: 1 from 5, 2 from 10, 3 from 15, 2 from 20, 1 from 40; the area is 5 + 10 + 15 + 40 + 20 = 90.
    assert about(four_trucks(duration=60), simulate, "truck", "desk") == approx(
        {
            "visits": 4,
            "wait_mean": 90 / 4,
            "wait_median": (15 + 30) / 2,
            "wait_p90": 30 + 0.7 * 15,  # 0.9 · 3 = 2.7 steps from the shortest
            "wait_p95": 30 + 0.85 * 15,
            "wait_longest": 45,
            "wait_over_limit": 25,  # 30 is not longer than 30
            "hours_above_limit": 15 / 60,  # from 45, when d has waited for 30
            "still_waiting": 1,
            "line_mean": 90 / 60,
            "line_peak": 3,
            "time_to_clear": math.nan,
        }
    )


def test_a_line_clears_when_the_last_one_in_it_starts(simulate: Simulate) -> None:
    found = about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", limit_min=29.9)
    assert found["time_to_clear"] == 60 - 15
    assert found["line_mean"] == 90 / 120
    assert found["wait_over_limit"] == 50
    assert found["still_waiting"] == 0


def test_a_line_clears_after_its_peak_even_if_it_had_been_empty_before(simulate: Simulate) -> None:
    # b waits 5..20, then the line is empty; d and e wait from 45 on, the peak of 2, until 60 and 80.
    found = about(queue(At([0, 5, 40, 45, 45]), 20, duration=D), simulate, "truck", "desk")
    assert (found["line_peak"], found["time_to_clear"]) == (2, 80 - 45)


def test_a_line_that_all_pass_at_once_has_no_peak_and_nothing_to_clear(simulate: Simulate) -> None:
    found = about(queue(At([0, 20, 40]), 20, duration=60), simulate, "truck", "desk")
    assert (found["line_peak"], found["line_mean"], found["time_to_clear"], found["wait_longest"]) == (0, 0, 0, 0)


def test_a_line_that_nobody_joined_has_no_waits_rather_than_short_ones(simulate: Simulate) -> None:
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", At([0]), [Serve("desk", 5, only_if="no")], attributes={"no": Share(0)})],
    )
    none = ("visits", "hours_above_limit", "still_waiting", "line_mean", "line_peak", "time_to_clear")
    zeros = dict.fromkeys(none, 0.0)
    expected = dict.fromkeys((name for name, kpi in KPIS.items() if kpi.subject is Waits), math.nan) | zeros
    assert about(port, simulate, "truck", "desk") == approx(expected)


def test_hours_above_the_limit_are_those_in_which_somebody_has_waited_longer_counted_once(simulate: Simulate) -> None:
    # With a limit of 10: b from 15 to 20, c from 20 to 40, d from 25 to 60. With one of 40: d from 55 to 60.
    assert about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", 10)["hours_above_limit"] == 45 / 60
    assert about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", 40)["hours_above_limit"] == 5 / 60
    assert about(four_trucks(duration=60, run_on=60), simulate, "truck", "desk", 45)["hours_above_limit"] == 0
    # Two waits of 15 far apart, each above the limit for its last 5
    apart = queue(At([0, 5, 100, 105]), 20, duration=D)
    assert about(apart, simulate, "truck", "desk", 10)["hours_above_limit"] == 10 / 60


@pytest.mark.parametrize("limit_min", [0, 3, 20])
def test_hours_above_the_limit_are_the_time_during_which_the_longest_wait_so_far_exceeds_it(limit_min: int) -> None:
    # At a whole millisecond the longest wait so far is that of the first in line: looked at every half minute.
    trace = run(busy_port(officers=3), compiled.simulate)
    ticks = np.arange(0, trace.plan.end_ms, 30_000)
    for subject in subjects_of(trace, limit_min):
        if isinstance(subject, Waits):
            longest = np.zeros(len(ticks), dtype=np.int64)
            for line in subject.lines:
                for joined, wait in zip(line.joined_ms.tolist(), line.waits_ms.tolist(), strict=True):
                    here = (ticks >= joined) & (ticks < joined + wait)
                    longest[here] = np.maximum(longest[here], ticks[here] - joined)
            roughly = (longest >= max(limit_min * 60_000, 1)).sum() * 30_000 / 3_600_000
            visits = sum(len(line.entity) for line in subject.lines)
            assert subject.above_limit_ms / 3_600_000 == pytest.approx(roughly, abs=0.01 + visits / 120)


def test_a_line_that_two_flows_share_is_measured_for_each_and_as_a_whole(simulate: Simulate) -> None:
    # express 0 [0, 10), then ordinary [10, 20) and express 1 [20, 30)
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("express", At([0, 6]), [Serve("desk", 10)]), Flow("ordinary", At([4]), [Serve("desk", 10)])],
    )
    waits = {flow: about(port, simulate, flow, "desk")["wait_mean"] for flow in ("express", "ordinary", "")}
    peaks = {flow: about(port, simulate, flow, "desk")["line_peak"] for flow in waits}
    assert waits == {"express": (0 + 14) / 2, "ordinary": 6, "": (0 + 14 + 6) / 3}
    assert peaks == {"express": 1, "ordinary": 1, "": 2}


def test_two_visits_of_one_flow_to_the_same_station_are_one_line(simulate: Simulate) -> None:
    # a [0, 10) and again, behind b, [20, 30); b [10, 20) and again [30, 40): both wait 10 each time but the first
    port = Network(
        pools=[Pool("officers", 1)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", At([0, 0]), [Serve("desk", 10), Serve("desk", 10)])],
    )
    found = about(port, simulate, "truck", "desk")
    assert (found["visits"], found["wait_mean"]) == (4, 30 / 4)


def test_a_box_waits_for_its_train_until_it_leaves_not_until_it_closes(simulate: Simulate) -> None:
    found = about(quay(At([0, 15]), [(30, 9), (60, 9)], cut_off=20, duration=D), simulate, "box", "train")
    assert (found["visits"], found["wait_longest"], found["wait_mean"]) == (2, 45, (30 + 45) / 2)
