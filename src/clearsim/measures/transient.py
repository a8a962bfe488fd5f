"""The start of a long run: how long its empty beginning has an effect, and how much of it to leave out."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.language import Text, listed
from clearsim.network import (
    At,
    Departures,
    Hold,
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
    """How many minutes to leave out at the start of a run, as a number and a sentence.

    `minutes` is 0 where nothing needs to be left out, None where the runs do not show it. Observation i of `series` is
    the number of entities inside, averaged over the replications and over `every_min` minutes from i · `every_min` on.
    `mser` and `welch` are the results for this series. A terminating run has no series.
    """

    minutes: float | None
    sentence: Text
    every_min: float | None = None
    series: tuple[float, ...] = ()
    mser: Truncation | None = None
    welch: Welch | None = None


def warm_up_needed(network: Network, traces: Iterable[Trace], *, forced: bool = False) -> WarmUpAnswer:
    """How long the warm-up should be, from the traces of the network's replications. Each trace is read once.

    A terminating run needs no warm-up (see `terminating`), and its traces are read only if `forced`. For other runs,
    the number of entities inside is averaged over the replications and then truncated by MSER-5 (in this order: Hoad,
    Robinson and Davies 2010). Welch's moving average is computed too. Where work follows the clock, an observation is
    the mean of a whole day or week, and is its own batch. The run-on, in which all leave, is left out. A warm-up that
    the network has already is included.
    """
    reasons = [] if forced else terminating(network)
    if reasons:
        sentence = Text(
            "Warm-up: none is needed, since the run starts and ends as the real one does: {reasons}.",
            reasons=listed(reasons),
        )
        return WarmUpAnswer(0.0, sentence)
    cycle_min = cycle(network)
    every_min = max(to_ms(network.duration) // INTERVALS, 1) / MINUTE_MS if cycle_min is None else cycle_min
    replications = [numbers_inside(trace, every_min) for trace in traces]
    if not replications:
        raise ValueError(Text("a warm-up is judged from the trace of one replication or more"))
    series = np.mean(replications, axis=0)
    found = mser5(series, batch=5 if cycle_min is None else 1)
    curve = welch(replications, window=max(1, len(series) // 10))
    minutes = None if found.observations is None else found.observations * every_min
    sentence = _sentence(minutes, found, curve, len(series), every_min)
    return WarmUpAnswer(minutes, sentence, every_min, tuple(series.tolist()), found, curve)


def numbers_inside(trace: Trace, every_min: float) -> FloatArray:
    """How many entities are inside, averaged over each of the whole intervals of `every_min` while arrivals come."""
    return trace.inside.means(np.arange(0, trace.plan.arrivals_end_ms + 1, to_ms(every_min)))


def terminating(network: Network) -> list[Text]:
    """Why the run has a real beginning and end, and is no sample of one that goes on for ever; empty if it has not.

    It has them where demand or capacity follow dates, and where it starts with a backlog. It also has them where work
    follows the clock and the run is shorter than a week, since such a run starts as a day starts.
    """
    reasons = list(dict.fromkeys(_dates(network)))
    if cycle(network) is not None and network.duration < WEEK_MIN:
        reasons.append(Text("work follows the clock and the run is shorter than a week"))
    return reasons


def cycle(network: Network) -> float | None:
    """After how many minutes the network repeats itself: a day, a week, or None where nothing follows the clock."""
    return max(_cycles(network), default=None)


def _dates(network: Network) -> Iterator[Text]:
    """What in the network happens at a date rather than at an hour of any day."""
    if network.events:
        yield Text("events happen at given dates")
    for flow in network.flows:
        match flow.arrivals:
            case At() | Recorded():
                yield Text("`{flow}` arrives at given moments", flow=flow.name)
            case Poisson(surges=surges, follows=follows) if surges or follows is not None:
                yield Text("`{flow}` has surges", flow=flow.name)
            case Landings(cancelled=cancelled, late=late) if cancelled or late:
                yield Text("`{flow}` is cancelled or late between dates", flow=flow.name)
        if getattr(flow.arrivals, "backlog", 0):
            yield Text("a backlog of `{flow}` is there at the start", flow=flow.name)
    for pool in network.pools:
        if isinstance(pool.capacity, Planned):
            yield Text("`{pool}` is planned moment by moment", pool=pool.name)
        if any(item.from_min > 0 or item.until_min < network.duration for item in pool.adjustments):
            yield Text("`{pool}` is changed between dates", pool=pool.name)
    for service in network.services:
        if service.cancelled:
            yield Text("departures of `{service}` are cancelled between dates", service=service.name)
        if service.late:
            yield Text("departures of `{service}` are late between dates", service=service.name)
        if not isinstance(service.departures, Departures):
            yield Text("`{service}` departs at given moments", service=service.name)
    if any(pace.windows for pace in _paces(network)):
        yield Text("work is slower or faster between dates")


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


def _sentence(minutes: float | None, found: Truncation, curve: Welch, observations: int, every_min: float) -> Text:
    if minutes is None:
        return Text(
            "Warm-up: unknown from {observations} observations of {hours:.4g} h each: {reason}. "
            "A longer run may show it, but not where more arrives than can be served.",
            observations=observations,
            hours=every_min / HOUR_MIN,
            reason=found.reason,
        )
    first = Text("nothing needs to be left out")
    if minutes:
        first = Text("leave out the first {hours:.4g} h", hours=minutes / HOUR_MIN)
    if curve.observations is None:
        beside = Text("Welch's moving average does not show it ({reason})", reason=curve.reason)
    else:
        hours = curve.observations * every_min / HOUR_MIN
        beside = Text("Welch's moving average is steady after {hours:.4g} h", hours=hours)
    return Text("Warm-up: {first} (MSER); {beside}.", first=first, beside=beside)
