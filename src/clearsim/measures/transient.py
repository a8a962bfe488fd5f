"""The start of a long run: how long its empty beginning has an effect, and how much of it is to be left out."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.network import (
    At,
    Departures,
    Hold,
    Label,
    Landings,
    Network,
    Pace,
    Planned,
    Poisson,
    Recorded,
    Travel,
)
from clearsim.stats import Truncation, Welch, mser5, welch
from clearsim.trace import Trace
from clearsim.units import MINUTE_MS, to_ms

FloatArray = npt.NDArray[np.float64]
HOUR_MIN, DAY_MIN, WEEK_MIN = 60.0, 24 * 60.0, 7 * 24 * 60.0
INTERVALS = 500
"""The observations into which a run is cut where nothing in it follows the clock: 100 batches of five, our choice."""


class WarmUpAnswer(NamedTuple):
    """How many minutes to leave out at the start of a run, in a number and a sentence.

    `minutes` is 0 where nothing is to be left out, None where the runs do not show it. Observation i of `series` is the
    number of entities inside, on average over the replications and over `every_min` minutes from i · `every_min` on;
    `mser` and `welch` are what was found in it. A terminating run has none of them.
    """

    minutes: float | None
    sentence: Label
    every_min: float | None = None
    series: tuple[float, ...] = ()
    mser: Truncation | None = None
    welch: Welch | None = None


def warm_up_needed(network: Network, traces: Iterable[Trace], *, forced: bool = False) -> WarmUpAnswer:
    """What a warm-up should be, from the traces of the network's replications; each is looked at once and forgotten.

    A terminating run needs none, and no trace of it is looked at unless `forced`: see `terminating`. Of any other the
    number of entities inside is averaged over the replications and truncated by MSER-5 (averaged first: Hoad, Robinson
    and Davies 2010), and Welch's moving average is given too. Where work follows the clock, an observation is the mean
    of a whole day or week, and is its own batch. The run-on, in which all leave, is not looked at. A warm-up that the
    network has already is looked at.
    """
    reasons = [] if forced else terminating(network)
    if reasons:
        why = f"none is needed, since the run starts and ends as the real one does: {'; '.join(reasons)}"
        return WarmUpAnswer(0.0, Label(f"Warm-up: {why}.", "預熱期：不需要，仿真始末一如實際。"))
    cycle_min = cycle(network)
    every_min = max(to_ms(network.duration) // INTERVALS, 1) / MINUTE_MS if cycle_min is None else cycle_min
    replications = [numbers_inside(trace, every_min) for trace in traces]
    if not replications:
        raise ValueError("what a warm-up should be is seen from the trace of one replication or more")
    series = np.mean(replications, axis=0)
    found = mser5(series, batch=5 if cycle_min is None else 1)
    curve = welch(replications, window=max(1, len(series) // 10))
    minutes = None if found.observations is None else found.observations * every_min
    sentence = _said(minutes, found, curve, len(series), every_min)
    return WarmUpAnswer(minutes, sentence, every_min, tuple(series.tolist()), found, curve)


def numbers_inside(trace: Trace, every_min: float) -> FloatArray:
    """How many entities are inside, averaged over each of the whole intervals of `every_min` while arrivals come."""
    return trace.inside.means(np.arange(0, trace.plan.arrivals_end_ms + 1, to_ms(every_min)))


def terminating(network: Network) -> list[str]:
    """Why the run has a beginning and an end of its own, rather than standing for one that goes on for ever.

    It does where demand or capacity follow dates, where it begins with a backlog, and where work follows the clock and
    the run is shorter than a week: such a run begins as a day begins. What follows neither is never terminating.
    """
    reasons = list(dict.fromkeys(_dates(network)))
    if cycle(network) is not None and network.duration < WEEK_MIN:
        reasons.append("work follows the clock, and the run is shorter than a week")
    return reasons


def cycle(network: Network) -> float | None:
    """After how many minutes the network repeats itself: a day, a week, or None where nothing follows the clock."""
    return max(_cycles(network), default=None)


def _dates(network: Network) -> Iterator[str]:
    """What in the network happens at a date rather than at an hour of any day."""
    if network.events:
        yield "what happens to the port happens by date"
    for flow in network.flows:
        match flow.arrivals:
            case At() | Recorded():
                yield f"`{flow.name}` arrives at given moments"
            case Poisson(surges=surges, follows=follows) if surges or follows is not None:
                yield f"`{flow.name}` has surges"
            case Landings(cancelled=cancelled, late=late) if cancelled or late:
                yield f"`{flow.name}` is cancelled or late between dates"
        if getattr(flow.arrivals, "backlog", 0):
            yield f"a backlog of `{flow.name}` is there at the start"
    for pool in network.pools:
        if isinstance(pool.capacity, Planned):
            yield f"`{pool.name}` is planned moment by moment"
        if any(item.from_min > 0 or item.until_min < network.duration for item in pool.adjustments):
            yield f"`{pool.name}` is changed between dates"
    for service in network.services:
        if service.cancelled:
            yield f"departures of `{service.name}` are cancelled between dates"
        if service.late:
            yield f"departures of `{service.name}` are late between dates"
        if not isinstance(service.departures, Departures):
            yield f"`{service.name}` departs at given moments"
    if any(pace.windows for pace in _paces(network)):
        yield "work is slower or faster between dates"


def _cycles(network: Network) -> Iterator[float]:
    for pace in _paces(network):
        if len(set(pace.hours)) > 1:
            yield DAY_MIN
    for flow in network.flows:
        match flow.arrivals:
            case Poisson(by_weekday=by_weekday, day_cv=day_cv):
                if len(set(by_weekday)) > 1:
                    yield WEEK_MIN
                if len(set(by_weekday[0])) > 1 or day_cv:
                    yield DAY_MIN
            case Landings(landings=landings):
                yield from (_by(landing.weekdays) for landing in landings)
    for calendar in (pool.capacity for pool in network.pools):
        if not isinstance(calendar, Planned):
            if len(set(calendar.week)) > 1:
                yield WEEK_MIN
            if len({capacity for day in calendar.week for _, capacity in day}) > 1:
                yield DAY_MIN
    for service in network.services:
        if isinstance(service.departures, Departures):
            yield _by(service.departures.weekdays)


def _by(weekdays: tuple[int, ...]) -> float:
    return DAY_MIN if len(set(weekdays)) == 7 else WEEK_MIN


def _paces(network: Network) -> Iterator[Pace]:
    yield from (station.pace for station in network.stations if station.pace is not None)
    for flow in network.flows:
        for step in flow.steps:
            if isinstance(step, Hold | Travel) and step.pace is not None:
                yield step.pace


def _said(minutes: float | None, found: Truncation, curve: Welch, observations: int, every_min: float) -> Label:
    if minutes is None:
        of = f"unknown from {observations} observations of {every_min / HOUR_MIN:.4g} h each, {found.reason}"
        en = f"Warm-up: {of}. A longer run may show it; where more comes than can be served, none will."
        return Label(en, "預熱期：數據不足，無法判斷，請延長仿真。")
    first = f"leave out the first {minutes / HOUR_MIN:.4g} h" if minutes else "nothing is to be left out"
    if curve.observations is None:
        beside = f"Welch's moving average does not show it ({curve.reason})"
    else:
        beside = f"Welch's moving average is steady after {curve.observations * every_min / HOUR_MIN:.4g} h"
    zh = f"前 {minutes / HOUR_MIN:.4g} 小時不計" if minutes else "無須剔除"
    return Label(f"Warm-up: {first} (MSER); {beside}.", f"預熱期：{zh}。")
