"""Times and dates in words."""

from datetime import datetime, timedelta

from clearsim.language import Text
from clearsim.network.times import Constant, Distribution
from clearsim.numbers import duration


def time_in_words(time: Distribution) -> Text:
    """The mean of a time, and the kind of its distribution where it varies: ``20 min (lognormal)``."""
    mean = duration(time.expected)
    if isinstance(time, Constant):
        return Text("{item}", item=mean)
    return Text("{mean} ({distribution})", mean=mean, distribution=kind_of(time))


def kind_of(distribution: Distribution) -> Text | str:
    """What people call a distribution."""
    name = type(distribution).__name__.lower()
    return _KINDS.get(name, name)


_KINDS = {
    "constant": Text("constant"),
    "uniform": Text("uniform"),
    "triangular": Text("triangular"),
    "exponential": Text("exponential"),
    "gamma": Text("gamma"),
    "lognormal": Text("lognormal"),
    "empirical": Text("empirical"),
    "given": Text("given"),
}


def after(minutes: float) -> Text:
    """After how long something happens: ``after 2 h``, ``at once``."""
    return Text("after {time}", time=duration(minutes)) if minutes else Text("at once")


def between(from_min: float, until_min: float, start: datetime) -> Text:
    """From when to when, in dates.

    >>> between(60, 26 * 60, datetime(2022, 11, 7))
    'from 7 Nov 01:00 to 8 Nov 02:00'
    """
    first, last = start + timedelta(minutes=from_min), start + timedelta(minutes=until_min)
    if first.date() == last.date():
        return Text("from {first.day} {first:%b %H:%M} to {last:%H:%M}", first=first, last=last)
    return Text("from {first.day} {first:%b %H:%M} to {last.day} {last:%b %H:%M}", first=first, last=last)
