"""The part of a long run that is worth looking at: without the weeks in which nothing new happens.

Calendars, timetables and weights of hours and weekdays repeat every week. What does not repeat is dated: surges,
adjustments, cancelled departures, windows of any kind, and the two ends of the run. Between two such moments that lie
far apart, whole weeks are left out, and what comes later moves forward by as much.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from attrs import evolve

from clearsim.network.arrivals import At, Recorded
from clearsim.network.calendar import Planned
from clearsim.network.network import Network
from clearsim.network.services import Departures
from clearsim.network.times import Distribution
from clearsim.network.word import Word, field_names
from clearsim.units import DAY_MIN, WEEK_MIN

WHOLE_MIN = 366 * DAY_MIN
"""A run of a year is looked at whole; an excerpt is no longer either."""
AROUND_WEEKS = 2
"""Weeks that are kept before and after each moment."""
WINDOWS = ("cancelled", "windows")
"""Fields that hold plain pairs of moments."""


@dataclass(frozen=True)
class Excerpt:
    """A network without some of its weeks: `weeks[i]` weeks are missing at its minute `at_min[i]`.

    `repeats` says whether what is missing only repeats what is there; else the excerpt is cut off after a year.
    """

    network: Network
    at_min: tuple[float, ...] = ()
    weeks: tuple[int, ...] = ()
    repeats: bool = True

    @property
    def is_all(self) -> bool:
        """Whether nothing is missing."""
        return self.repeats and not self.weeks

    def original_min(self, minute: float) -> float:
        """The minute of the whole run that a minute of the excerpt is."""
        missing = (weeks for at_min, weeks in zip(self.at_min, self.weeks, strict=True) if at_min <= minute)
        return minute + sum(missing) * WEEK_MIN

    def gaps(self) -> dict[int, int]:
        """The weeks that are missing, by the hour of the excerpt in which they are."""
        return {int(at_min // 60): weeks for at_min, weeks in zip(self.at_min, self.weeks, strict=True)}


def excerpt(network: Network) -> Excerpt:
    """The excerpt of a network: all of it up to a year, else the weeks around its dates."""
    if network.end_min <= WHOLE_MIN:
        return Excerpt(network)
    if any(_is_given(part) for part in _parts(network)):
        return _cut(Excerpt(network))
    moments = np.unique(np.clip([0.0, network.duration, network.end_min, *_dates(network)], 0.0, network.end_min))
    spare = (np.diff(moments) - 2 * AROUND_WEEKS * WEEK_MIN) // WEEK_MIN
    weeks = np.maximum(spare, 0).astype(np.int64)
    begins = moments[:-1] + AROUND_WEEKS * WEEK_MIN
    left_out = weeks > 0
    edges = np.concatenate([[0.0], np.cumsum(weeks[left_out]) * WEEK_MIN])

    def moved(minute: float) -> float:
        return minute - float(edges[np.searchsorted(begins[left_out], minute, side="right")])

    duration = moved(network.duration)
    short = evolve(
        _moved(network, moved), duration=duration, run_on=moved(network.end_min) - duration, warm_up=0.0, events=()
    )
    at_min = begins[left_out] - edges[:-1]
    return _cut(Excerpt(short, tuple(at_min.tolist()), tuple(weeks[left_out].tolist())))


def _cut(found: Excerpt) -> Excerpt:
    """The excerpt, cut off after a year."""
    if found.network.end_min <= WHOLE_MIN:
        return found
    duration = min(found.network.duration, WHOLE_MIN)
    cut = evolve(found.network, duration=duration, run_on=WHOLE_MIN - duration, warm_up=0.0)
    return replace(found, network=cut, repeats=False)


def _parts(value: Any) -> Iterator[Any]:
    """A value and all that it is made of."""
    yield value
    if isinstance(value, Distribution):
        return  # times, not moments, and maybe very many
    if isinstance(value, Word):
        for name in field_names(value):
            yield from _parts(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _parts(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _parts(item)


def _is_given(part: Any) -> bool:
    """Whether something is given moment by moment, so that no week is like another."""
    explicit = getattr(part, "departures", ())
    return isinstance(part, At | Recorded | Planned) or (not isinstance(explicit, Departures) and len(explicit) > 0)


def _dates(network: Network) -> Iterator[float]:
    """Every moment at which something begins, bends or ends."""
    for part in _parts(network):
        if hasattr(part, "from_min"):
            ramp_min, decay_min = getattr(part, "ramp_min", 0.0), getattr(part, "decay_min", 0.0)
            yield from (part.from_min, part.from_min + ramp_min, part.until_min - decay_min, part.until_min)
        for name in WINDOWS:
            for window in getattr(part, name, ()):
                yield from window[:2]


def _moved(value: Any, moved: Callable[[float], float]) -> Any:
    """The value with every moment in it moved; the very same where there is none."""
    if hasattr(value, "from_min"):
        about = {"from_min": moved(value.from_min), "until_min": moved(value.until_min)}
        if hasattr(value, "ramp_min"):
            about["ramp_min"] = moved(value.from_min + value.ramp_min) - about["from_min"]
            falls = max(moved(value.until_min - value.decay_min), about["from_min"] + about["ramp_min"])
            about["decay_min"] = about["until_min"] - falls
        return evolve(value, **about)
    if isinstance(value, Word) and not isinstance(value, Distribution):
        changed = {}
        for name in field_names(value):
            old = getattr(value, name)
            plain = name in WINDOWS and all(type(item) is tuple for item in old)
            new = tuple(tuple(map(moved, window)) for window in old) if plain else _moved(old, moved)
            if new is not old:
                changed[name] = new
        return evolve(value, **changed) if changed else value  # type: ignore[misc]  # a Word is made by attrs
    if isinstance(value, Mapping):
        by_key = {key: _moved(item, moved) for key, item in value.items()}
        return by_key if any(by_key[key] is not value[key] for key in value) else value
    if type(value) in (tuple, list):
        items = tuple(_moved(item, moved) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value
