"""When entities arrive, by the block (the day) that their draws belong to."""

from collections import Counter
from datetime import datetime

import numpy as np

from clearsim.demand.profile import rate_of
from clearsim.demand.recorded import recorded_ms
from clearsim.demand.streams import BLOCK_AT_START, Streams
from clearsim.language import Text
from clearsim.network.arrivals import Ahead, At, Landings, Poisson, Recorded
from clearsim.network.calendar import is_within
from clearsim.network.flows import Flow
from clearsim.network.network import Network
from clearsim.network.times import Distribution
from clearsim.plan import IntArray
from clearsim.units import DAY_MS, MINUTE_MS, since_midnight_ms, to_ms


def arrivals_by_block(flow: Flow, network: Network, streams: Streams) -> dict[int, IntArray]:
    """When the flow's entities arrive, in ms: those that are there at the start, then those of each day."""
    arrivals = flow.arrivals
    end_ms = to_ms(network.duration)
    match arrivals:
        case Poisson():
            by_day = _poisson(flow, arrivals, network, end_ms, streams)
        case Landings():
            by_day = _landings(flow.name, arrivals, network, streams)
        case At():
            given_ms = np.rint(np.array(arrivals.minutes) * MINUTE_MS).astype(np.int64)
            by_day = _split(given_ms, network.start, end_ms)
        case Recorded():
            by_day = _split(recorded_ms(arrivals, network.start, end_ms), network.start, end_ms)
        case Ahead():
            raise TypeError(Text("companions are drawn with their partners"))
    backlog = {BLOCK_AT_START: np.zeros(arrivals.backlog, dtype=np.int64)} if arrivals.backlog else {}
    return backlog | {day + 1: arrival_ms for day, arrival_ms in by_day.items()}


def lead_ms(flow: str, lead: Distribution, blocks: dict[int, int], streams: Streams) -> IntArray:
    """How long before each of the flow's entities its companion comes. The same call gives the same times."""
    return streams.sample_ms(f"{flow}/lead", lead, blocks)


def _poisson(flow: Flow, arrivals: Poisson, network: Network, end_ms: int, streams: Streams) -> dict[int, IntArray]:
    """Arrivals by day of the calendar; each day is drawn to its midnight, so that a longer run begins with the same."""
    name, by_day = flow.name, {}
    clock_ms = since_midnight_ms(network.start)
    for day in range(-(-(end_ms + clock_ms) // DAY_MS)):
        midnight_ms = day * DAY_MS - clock_ms
        rate = rate_of(network, flow, max(midnight_ms, 0), midnight_ms + DAY_MS)
        total = rate.total
        mean = total
        if arrivals.day_cv > 0:
            shape = 1 / arrivals.day_cv**2
            mean *= streams.open(f"{name}/day factor", day + 1).standard_gamma(shape) / shape
        count = int(streams.open(f"{name}/count", day + 1).poisson(mean))
        levels = np.sort(streams.uniform(f"{name}/instants", {day + 1: count})) * total
        arrival_ms = np.floor(rate.inverse(levels)).astype(np.int64)
        by_day[day] = arrival_ms[arrival_ms < end_ms]
    return by_day


def _landings(name: str, arrivals: Landings, network: Network, streams: Streams) -> dict[int, IntArray]:
    """When entities land that are due in the run, by the day of the calendar on which they are due.

    Landings that are due after the duration bring only the cargo of cancelled landings before them. Cargo that finds no
    landing before the run ends lands at its end.
    """
    duration_ms, end_ms = to_ms(network.duration), to_ms(network.end_min)
    due = _due(arrivals, network, end_ms if arrivals.cancelled else duration_ms)
    delay_ms = streams.sample_ms(f"{name}/delay", arrivals.delay, Counter(day + 1 for day, _, _ in due)).tolist()
    by_day: dict[int, list[int]] = {day: [] for day, due_ms, _ in due if due_ms < duration_ms}
    next_ms = end_ms  # backwards, so that the cargo of a cancelled flight takes the next that flies
    for (day, due_ms, count), late_ms in zip(reversed(due), reversed(delay_ms), strict=True):
        if not is_within(due_ms, arrivals.cancelled):
            late_ms += sum(to_ms(late.by_min) for late in arrivals.late if is_within(due_ms, [late.window]))
            next_ms = due_ms + late_ms
        if due_ms < duration_ms:
            by_day[day] += [next_ms] * count
    return {day: np.array(today[::-1], dtype=np.int64) for day, today in by_day.items()}


def _due(arrivals: Landings, network: Network, until_ms: int) -> list[tuple[int, int, int]]:
    """The landings from the start until `until_ms`, in order: day of the calendar, ms after the start, how many."""
    clock_ms = since_midnight_ms(network.start)
    return [
        (day, due_ms, landing.count)
        for day in range(-(-(until_ms + clock_ms) // DAY_MS))
        for landing in arrivals.landings
        if (network.start.weekday() + day) % 7 in landing.weekdays
        and 0 <= (due_ms := to_ms(landing.minute) + day * DAY_MS - clock_ms) < until_ms
    ]


def _split(arrival_ms: IntArray, start: datetime, end_ms: int) -> dict[int, IntArray]:
    """Given arrivals by day of the calendar."""
    arrival_ms = arrival_ms[arrival_ms < end_ms]
    day = (arrival_ms + since_midnight_ms(start)) // DAY_MS
    return {int(today): arrival_ms[day == today] for today in np.unique(day)}
