"""Times and dates in words."""

from datetime import datetime, timedelta

from clearsim.network.times import Constant, Distribution
from clearsim.numbers import duration


def time_in_words(time: Distribution) -> str:
    """The mean of a time, and the kind of its distribution where it varies: ``20 min (lognormal)``."""
    kind = "" if isinstance(time, Constant) else f" ({type(time).__name__.lower()})"
    return f"{duration(time.expected)}{kind}"


def after(minutes: float) -> str:
    """After how long something happens: ``after 2 h``, ``at once``."""
    return f"after {duration(minutes)}" if minutes else "at once"


def between(from_min: float, until_min: float, start: datetime) -> str:
    """From when to when, in dates.

    >>> between(60, 26 * 60, datetime(2022, 11, 7))
    'from 7 Nov 01:00 to 8 Nov 02:00'
    """
    first, last = start + timedelta(minutes=from_min), start + timedelta(minutes=until_min)
    day = "" if first.date() == last.date() else f"{last.day} {last:%b} "
    return f"from {first.day} {first:%b %H:%M} to {day}{last:%H:%M}"
