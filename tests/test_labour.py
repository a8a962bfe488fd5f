"""Labour rules: whatever people who keep them do is never refused, and what they cannot do is found."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clearsim.flow import Calendar
from clearsim.flow.labour import Labour, breaches, longest_piece
from clearsim.units import HOUR_MS

HOURS = 24 * 16


@st.composite
def assigned(draw: st.DrawFn) -> tuple[list[tuple[int, int]], int, Labour]:
    """People with shifts that keep the rules, and how many are on duty then."""
    longest, rest, week = draw(st.integers(1, 16)), draw(st.integers(0, 16)), draw(st.integers(8, 100))
    people = draw(st.integers(1, 5))
    change: Counter[int] = Counter()
    for _ in range(people):
        at, worked = draw(st.integers(0, 12)), [0] * HOURS
        while at < HOURS:
            wanted = draw(st.integers(1, longest))
            begins = at
            while at < HOURS and at - begins < wanted and sum(worked[max(0, at - 167) : at]) < week:
                worked[at] = 1
                at += 1
            change[begins] += 1
            change[at] -= 1
            at += rest + draw(st.sampled_from([0, 0, 0, 1, 5, 24]))
            at += at == begins
    changes, number = [], 0
    for hour in sorted({0, *change}):
        number += change[hour]
        if hour < HOURS:
            changes.append((hour * HOUR_MS, number))
    return changes, people, Labour(longest * 60, rest * 60, week * 60)


@given(assigned(), st.integers(0, HOURS - 1), st.integers(1, HOURS))
def test_whatever_people_who_keep_the_rules_do_is_never_refused(
    duty: tuple[list[tuple[int, int]], int, Labour], from_hour: int, length: int
) -> None:
    """Takes over 1 s: hundreds of rosters are drawn."""
    changes, people, rules = duty
    until = min(HOURS, from_hour + length)
    assert list(breaches(changes, from_hour * HOUR_MS, until * HOUR_MS, people, rules)) == []


def test_each_limit_is_met_exactly_and_broken_by_one_hour() -> None:
    """Two people with shifts of 12 h, 12 h of rest and 48 h a week."""
    rules = Labour(12 * 60, 12 * 60, 48 * 60)

    def found(*changes: tuple[int, int]) -> list[str]:
        duty = [(hour * HOUR_MS, number) for hour, number in changes]
        return [breach.why.partition(",")[0] for breach in breaches(duty, 0, HOURS * HOUR_MS, 2, rules)]

    assert found((0, 1), (96, 0)) == []
    assert found((0, 1), (97, 0)) == ["97 h of duty in 168 h"]
    assert found((0, 2), (12, 0)) == []
    assert found((0, 2), (13, 0)) == ["26 h of duty in 24 h"]
    assert found((0, 3), (1, 0)) == ["3 are on duty"]


def test_a_piece_of_a_roster_runs_from_one_clock_time_to_the_next_also_over_midnight() -> None:
    assert longest_piece(Calendar.daily({"00:00": 2, "08:00": 2, "16:00": 2})) == (480, "mon 00:00")
    assert longest_piece(Calendar.daily({"06:00": 1, "20:00": 3})) == (840, "mon 06:00")
    assert longest_piece(Calendar.daily({"06:00": 0, "20:00": 3})) == (600, "mon 20:00")
    assert longest_piece(Calendar.constant(3)) is None
    weekly = {"mon-fri": {"00:00": 2, "08:00": 4, "16:00": 4}, "sat,sun": {"00:00": 2}}
    assert longest_piece(Calendar.weekly(weekly)) == (480, "mon 00:00")
