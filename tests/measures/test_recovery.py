"""How a port recovers from an event: on lines drawn by hand, and in a port that closes.

Lines are drawn as `(hour of the run, number waiting from then on)`; a run starts at midnight.
"""

import math
from typing import Any

import numpy as np
import pytest

from clearsim.measures import measure
from clearsim.measures.kpi import rows
from clearsim.measures.recovery import Recovery
from clearsim.network import Adjustment, At, Board, Event, Flow, Network, Pool, Serve, Service, Station, Stock, Take
from clearsim.trace.levels import Level
from clearsim.units import HOUR_MS
from tests.networks import Simulate, run

YESTERDAY = [(0, 0), (20, 5), (22, 0)]
"""Up to five wait between 20:00 and 22:00, and nobody else."""


def found(
    line: list[tuple[float, int]],
    event: tuple[float, float],
    end: float = 48,
    clock: float = 0,
    calm: float | None = None,
) -> list[float]:
    """Longest line before the event, longest from it on, hours until back to normal."""
    at_ms = np.array([round(hour * HOUR_MS) for hour, _ in line], dtype=np.int64)
    level = Level(at_ms, np.array([number for _, number in line], dtype=np.int64), round(end * HOUR_MS))
    from_ms, until_ms = (round(hour * HOUR_MS) for hour in event)
    calm_ms, clock_ms = round((event[0] if calm is None else calm) * HOUR_MS), round(clock * HOUR_MS)
    subject = Recovery("desk/fog", level, calm_ms, from_ms, until_ms, clock_ms)
    values = {row.kpi: row.value for row in rows(subject)}
    assert list(values) == ["backlog_before", "backlog_peak", "back_to_normal"]
    return [round(value, 9) for value in values.values()]


def test_a_line_is_back_to_normal_when_it_is_as_short_as_it_was_in_the_same_hour_of_the_day() -> None:
    # 34: 10:00 of the second day; three wait from 10:30 to 15:00, when nobody did the day before.
    assert found([*YESTERDAY, (34.5, 3), (39, 0)], (34, 36)) == [5, 3, 3]


def test_what_is_always_long_at_this_hour_is_no_backlog() -> None:
    # From 19:30 on the line is as short as ever; that five wait at 20:00 is normal, and six would not be.
    assert found([*YESTERDAY, (34.5, 8), (43.5, 0), (44, 5), (46, 0)], (34, 36)) == [5, 8, 7.5]
    assert found([*YESTERDAY, (34.5, 8), (43.5, 0), (44, 6), (46, 0)], (34, 36)) == [5, 8, 10]


def test_a_lull_of_less_than_an_hour_is_not_back_to_normal() -> None:
    # Empty from 9:30, but for twenty minutes from 10:00 or from 10:30 on.
    assert found([*YESTERDAY, (32.5, 4), (33.5, 0), (34, 2), (34 + 1 / 3, 0)], (32, 33)) == pytest.approx([5, 4, 4 / 3])
    assert found([*YESTERDAY, (32.5, 4), (33.5, 0), (34.5, 2), (35, 0)], (32, 33)) == [5, 4, 0.5]


def test_a_line_within_what_is_normal_as_the_event_ends_is_back_at_once() -> None:
    assert found([*YESTERDAY, (32.5, 4), (32.75, 0)], (32, 33)) == [5, 4, 0]
    assert found(YESTERDAY, (32, 33)) == [5, 0, 0]


def test_a_backlog_is_the_longest_line_until_it_is_over_and_not_that_of_later() -> None:
    assert found([*YESTERDAY, (32.5, 4), (34, 0), (44, 99)], (32, 33)) == [5, 4, 1]


def test_where_the_run_ends_first_nobody_knows_when_the_line_is_back_to_normal() -> None:
    assert found([*YESTERDAY, (32.5, 6)], (32, 33)) == pytest.approx([5, 6, math.nan], nan_ok=True)
    assert found([*YESTERDAY, (32.5, 6), (47.01, 0)], (32, 33)) == pytest.approx([5, 6, math.nan], nan_ok=True)
    assert found([*YESTERDAY, (32.5, 6), (47, 0)], (32, 33)) == [5, 6, 14]
    assert found([*YESTERDAY, (32.5, 6), (33, 0)], (32, 48)) == pytest.approx([5, 6, math.nan], nan_ok=True)


def test_in_hours_of_the_day_that_are_new_the_longest_line_before_is_normal() -> None:
    # The event begins at 6:00 of the first day; two waited at 3:00, so two are normal at 8:00 too.
    assert found([(0, 0), (3, 2), (4, 0), (6.5, 5), (8, 2)], (6, 7), end=24) == [2, 5, 1]
    assert found([(0, 0), (3, 2), (4, 0), (6.5, 5), (8, 3), (9, 2)], (6, 7), end=24) == [2, 5, 2]


def test_the_hour_of_the_day_is_that_of_the_clock() -> None:
    # The run starts at 15:30: 20:00 is 4.5 hours into it, and again 28.5.
    evening = [(0.0, 0), (4.5, 5), (6.5, 0)]
    assert found([*evening, (26.5, 9), (27.5, 0), (28.5, 5), (30.5, 0)], (26, 27), end=40, clock=15.5) == [5, 9, 0.5]
    assert found([*evening, (26.5, 9), (27.5, 0), (28.4, 5), (30.5, 0)], (26, 27), end=40, clock=15.5) == [5, 9, 1.5]


def test_an_event_with_which_the_run_begins_has_nothing_to_be_compared_with() -> None:
    nothing = [math.nan] * 3
    assert found([(0, 4), (5, 0)], (0, 2)) == pytest.approx(nothing, nan_ok=True)
    assert found([(0, 4), (5, 0)], (-3, 2)) == pytest.approx(nothing, nan_ok=True)
    assert found([(0, 4), (5, 0)], (48, 50)) == pytest.approx(nothing, nan_ok=True)


def test_a_recovery_may_take_days() -> None:
    assert found([*YESTERDAY, (32.5, 6), (63, 0)], (32, 33), end=80) == [5, 6, 30]
    assert found([*YESTERDAY, (32.5, 6), (133.25, 0)], (32, 33), end=200) == [5, 6, 100.25]


def test_what_an_earlier_event_did_is_not_normal() -> None:
    # From 34 on six wait, because of an event then; this one comes at 38, and the line is gone at 43.
    line = [*YESTERDAY, (34, 6), (43, 0)]
    assert found(line, (38, 40), calm=34) == [5, 6, 3]
    assert found(line, (38, 40), calm=38) == [6, 6, 3]
    assert found([(0, 0), (10, 6), (43, 0)], (36, 38), calm=36) == [6, 6, 0]
    assert found([(0, 0), (10, 6), (43, 0)], (36, 38), calm=10) == [0, 6, 5]


def test_a_line_drawn_later_recovers_as_much_later() -> None:
    """Moving the whole run by a day, with another such day before it, moves nothing else."""
    second = [(hour + 24, number) for hour, number in YESTERDAY]
    later = [*YESTERDAY, *second, (34.5 + 24, 3), (39 + 24, 0)]
    assert found(later, (34 + 24, 36 + 24), end=72) == found([*YESTERDAY, (34.5, 3), (39, 0)], (34, 36))


def closed(**rest: Any) -> Network:
    #        0:00                 1:00      1:30      2:00      2:30
    # desk   open                 [ closed ==========)
    # trucks come every 10 min and take 5: three wait at 1:20, six at 1:50
    # then two are served for each that comes: the line is empty from 2:50 on; nobody had waited before
    return Network(
        pools=[Pool("officers", 1, adjustments=[Adjustment(60, 115, times=0)])],
        stations=[Station("desk", {"officers": 1})],
        stocks=[Stock("shelf", {"wine": 1})],
        services=[Service("train", [(700, 9)])],
        flows=[
            Flow("truck", At(range(0, 360, 10)), [Serve("desk", 5), Board("train")]),
            Flow("order", At([0]), [Take("shelf")]),
        ],
        events=[Event("fog", 60, 115)],
        duration=420,
        **rest,
    )


def test_every_line_of_a_station_or_stock_is_compared_and_a_train_is_not_a_line(simulate: Simulate) -> None:
    about = {(row.station, row.kpi): row.value for row in measure(run(closed(), simulate))}
    places = {station for station, kpi in about if kpi == "backlog_peak"}
    assert places == {"desk/fog", "shelf/fog"}
    assert (about["desk/fog", "backlog_before"], about["desk/fog", "backlog_peak"]) == (0, 6)
    # At 115 six wait and one of them starts; at 120 and 130, … one joins, and one leaves every five minutes. After
    # 115 + 5 n minutes there are 5 - n + (n + 1) // 2 in line: none from 165 on, when n is 10.
    line = [5 - n + (n + 1) // 2 for n in range(11)]
    assert line.index(0) == 10
    assert about["desk/fog", "back_to_normal"] == pytest.approx((165 - 115) / 60)
    assert (about["shelf/fog", "backlog_peak"], about["shelf/fog", "back_to_normal"]) == (0, 0)
