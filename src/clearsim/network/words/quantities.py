"""Lengths of time, dates and numbers in words."""

from datetime import datetime, timedelta

from clearsim.network.times import Constant, Distribution


def duration(minutes: float) -> str:
    """A length of time in the unit that suits it.

    >>> duration(0.25), duration(20), duration(240), duration(2160)
    ('15 s', '20 min', '4 h', '1.5 d')
    """
    for unit, size in (("d", 24 * 60.0), ("h", 60.0), ("min", 1.0)):
        if minutes >= size * (1 if unit == "min" else 1.5):
            return f"{minutes / size:.3g} {unit}"
    return f"{minutes * 60:.3g} s"


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


def digits(value: float) -> str:
    """A number with four digits, or whole with its thousands apart.

    >>> digits(0.21534), digits(82150)
    ('0.2153', '82 150')
    """
    return f"{value:,.0f}".replace(",", " ") if value >= 1000 else f"{value:.4g}"


def percent(share: float) -> str:
    """A share in percent, four digits."""
    return f"{100 * share:.4g} %"
