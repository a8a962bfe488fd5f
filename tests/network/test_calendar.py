"""Calendars and rosters: when they change, how they print, and what is refused."""

from collections.abc import Callable
from datetime import datetime

import pytest

from clearsim.network import (
    Calendar,
    Pool,
)
from clearsim.units import DAY_MS, HOUR_MS

TUESDAY = datetime(2022, 11, 1)
OFFICE = {"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": {"00:00": 0}}


def test_a_calendar_prints_as_a_roster_reads() -> None:
    assert repr(Calendar.constant(4)) == "Calendar: daily 00:00 4"
    assert repr(Calendar.daily({"08:00": 8, "16:30": 0})) == "Calendar: daily 08:00 8, 16:30 0"
    office = "09:00 3, 17:00 0"
    assert repr(Calendar.weekly(OFFICE)) == (
        f"Calendar: mon {office}; tue {office}; wed {office}; thu {office}; fri {office}; sat 00:00 0; sun 00:00 0"
    )
    assert repr(Calendar.weekly({"mon": {"09:00": 3}, "tue-sun": {}})).endswith("sat as before; sun as before")


def test_a_pool_takes_a_number_a_daily_roster_or_a_calendar() -> None:
    assert Pool("officers", 4).capacity == Calendar.constant(4)
    assert Pool("officers", {"08:00": 4}).capacity == Calendar.daily({"08:00": 4})
    assert Pool("officers", Calendar.weekly(OFFICE)).capacity.most == 3


def test_a_calendar_changes_where_the_capacity_does_and_nowhere_else() -> None:
    roster = Calendar.daily({"00:00": 4, "08:00": 8, "16:00": 8})
    assert roster.changes(TUESDAY, 2 * DAY_MS) == [
        (0, 4),
        (8 * HOUR_MS, 8),
        (DAY_MS, 4),
        (DAY_MS + 8 * HOUR_MS, 8),
    ]


def test_a_weekly_calendar_closes_for_the_weekend() -> None:
    # From Thursday 10:00: closed at hour 7, open at 23, closed at 31, open on Monday 09:00, hour 95.
    changes = Calendar.weekly(OFFICE).changes(datetime(2022, 11, 3, 10), 96 * HOUR_MS)
    assert [(at_ms / HOUR_MS, capacity) for at_ms, capacity in changes] == [(0, 3), (7, 0), (23, 3), (31, 0), (95, 3)]


def test_a_change_at_the_start_counts_and_one_at_the_end_does_not() -> None:
    roster = Calendar.daily({"08:00": 8, "16:00": 0})
    assert roster.changes(datetime(2022, 11, 1, 8), 8 * HOUR_MS) == [(0, 8)]


def test_a_day_without_changes_goes_on_as_the_day_before_it() -> None:
    only_mondays = Calendar.weekly({"mon": {"06:00": 2}, "tue-sun": {}})
    assert only_mondays.changes(TUESDAY, 14 * DAY_MS) == [(0, 2)]


def test_two_teams_together_have_at_every_hour_what_both_have() -> None:
    night, office = Calendar.daily({"06:00": 0, "22:00": 1}), Calendar.weekly(OFFICE)

    def at(calendar: Calendar, hour: int) -> int:
        return [n for at_ms, n in calendar.changes(TUESDAY, 14 * DAY_MS) if at_ms <= hour * HOUR_MS][-1]

    for hour in range(14 * 24):
        assert at(night + office, hour) == at(night, hour) + at(office, hour)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Calendar.constant(-1), "a capacity is a whole number from 0 to 1 000 000, not -1"),
        (lambda: Calendar.constant(1_000_001), "a whole number from 0 to 1 000 000, not 1000001"),
        (lambda: Calendar.constant(2.5), "a whole number from 0 to 1 000 000, not 2.5"),
        (lambda: Calendar.daily({}), "at least one capacity"),
        (lambda: Calendar.daily({"09:00": 1, "08:00": 2}), "in the order of the clock"),
        (lambda: Calendar.daily({"8:00": 1, "08:00": 2}), "each once"),
        (lambda: Calendar.daily({"24:00": 1}), "between 00:00 and 23:59"),
        (lambda: Calendar.daily({"8 am": 1}), "expected a clock time such as `08:00`, not `8 am`"),
        (lambda: Calendar.weekly({"mon-fri": {"09:00": 1}}), "no roster for sat, sun"),
        (lambda: Calendar.weekly({"mon-sun": {"09:00": 1}, "sat": {"09:00": 0}}), "sat has two rosters"),
        (lambda: Calendar.weekly({"monday": {"09:00": 1}}), "expected weekdays such as `mon-fri`"),
        (lambda: Calendar.weekly({"fri-mon": {"09:00": 1}}), "`fri-mon` runs backwards"),
        (lambda: Calendar.weekly({"mon,mon": {"09:00": 1}}), "names a weekday twice"),
        (lambda: Calendar(()), "seven days"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(make: Callable[[], Calendar], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
