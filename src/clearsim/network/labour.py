"""Labour rules: the hours that a roster or a run asks of people, and the rules that no assignment of shifts could keep.

A breach is reported only where it is proven: a roster for which shifts exist that keep the rules is never refused. The
reverse does not hold. A roster without a breach may still have no such shifts.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from attrs import field, frozen
from attrs.converters import optional

from clearsim.language import Text
from clearsim.network.calendar import WEEKDAYS, Calendar
from clearsim.network.moments import Span
from clearsim.network.values import kind_of, minutes, whole
from clearsim.network.word import Word, named
from clearsim.units import HOUR_MS, WEEK_MIN, clock_text, to_ms


@frozen(field_transformer=named)
class Labour(Word):
    """Rules for each person, in minutes: the longest shift, the rest between two, and the work in any seven days."""

    longest_shift_min: float | None = field(default=None, converter=optional(minutes))
    rest_min: float | None = field(default=None, converter=optional(minutes))
    a_week_min: float | None = field(default=None, converter=optional(minutes))


@frozen(field_transformer=named)
class Spell(Span):
    """From `from_min` until `until_min` a pool has `people`, each of whom keeps the `rules`."""

    people: int = field(validator=whole())
    rules: Labour = field(validator=kind_of(Labour, "Labour"))


class Breach(NamedTuple):
    """A rule that cannot be kept: why, and the time (ms after the start) in which this shows."""

    why: Text
    from_ms: int
    until_ms: int


def breaches(
    changes: Sequence[tuple[int, int]], from_ms: int, until_ms: int, people: int, rules: Labour
) -> Iterator[Breach]:
    """What `people` who keep the rules from `from_ms` until `until_ms` cannot staff, of each kind the worst.

    `changes` are `(ms, number on duty)` in order of time, the first at 0. With shifts of at most L and rests of at
    least R between them, a person works at most L in any window of L + R: either the window meets one shift alone, or
    a whole rest lies in it, and what is left is no longer than L. So `people` cannot staff more than people · L in such
    a window, nor more than people · W in any seven days.
    """
    at_ms = np.array([at for at, _ in changes if at < until_ms], dtype=np.int64)
    number = np.array([count for at, count in changes if at < until_ms], dtype=np.int64)
    edges = np.clip(np.append(at_ms, until_ms), from_ms, until_ms)
    length = np.diff(edges)
    most = int(number[length > 0].max(initial=0))
    if most > people:
        row = int(np.flatnonzero((number == most) & (length > 0))[0])
        why = Text("{most} are on duty, but there are {people} people", most=most, people=people)
        yield Breach(why, int(edges[row]), int(edges[row + 1]))
    work_ms = np.concatenate([[0], np.cumsum(number * length)])
    limits: list[tuple[float, float, Text]] = []
    if rules.longest_shift_min is not None and rules.rest_min is not None:
        shift, rest = rules.longest_shift_min, rules.rest_min
        why = Text(
            "shifts of at most {shift:g} h with {rest:g} h of rest between them", shift=shift / 60, rest=rest / 60
        )
        limits.append((shift + rest, shift, why))
    if rules.a_week_min is not None:
        limits.append((WEEK_MIN, rules.a_week_min, Text("{hours:g} h a week", hours=rules.a_week_min / 60)))
    for window_min, each_min, why in limits:
        window_ms, allowed_ms = to_ms(window_min), people * to_ms(each_min)
        starts = np.unique(np.clip(np.concatenate([edges, edges - window_ms]), from_ms, until_ms))
        ends = np.minimum(starts + window_ms, until_ms)
        asked = np.interp(ends, edges, work_ms) - np.interp(starts, edges, work_ms)
        worst = int(asked.argmax())
        if asked[worst] > allowed_ms + 1:  # a millisecond for the arithmetic
            broken = Text(
                "{asked:.4g} h of duty in {window:g} h, but {people} people in {limit} do at most {most:.4g} h",
                asked=asked[worst] / HOUR_MS,
                window=window_min / 60,
                people=people,
                limit=why,
                most=allowed_ms / HOUR_MS,
            )
            yield Breach(broken, int(starts[worst]), int(ends[worst]))


def longest_piece(calendar: Calendar) -> tuple[float, str] | None:
    """The longest time between two clock times of a roster with somebody on duty: minutes, and when it begins.

    Each clock time of a roster is a change of shift, also where the number stays. A day that has but one number has no
    shifts.

    >>> longest_piece(Calendar.daily({"08:00": 4, "20:00": 0}))
    (720.0, 'mon 08:00')
    >>> longest_piece(Calendar.constant(4))
    """
    moments = [(day, minute, number) for day in range(7) for minute, number in calendar.week[day]]
    later = [*moments[1:], (moments[0][0] + 7, *moments[0][1:])]
    pieces = [
        ((next_day - day) * 1440 + until - minute, -day, -minute)
        for (day, minute, number), (next_day, until, _) in zip(moments, later, strict=True)
        if number > 0 and (len(calendar.week[day]) > 1 or minute > 0)
    ]
    if not pieces:
        return None
    length, day, minute = max(pieces)
    return float(length), f"{WEEKDAYS[-day]} {clock_text(-minute)}"
