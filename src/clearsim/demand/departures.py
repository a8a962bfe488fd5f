"""How late departures are. It is drawn before the run, once for every departure, and does not depend on the cargo."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from clearsim.demand.streams import Streams
from clearsim.network.network import Network
from clearsim.network.services import Service
from clearsim.network.times import Time, as_distribution
from clearsim.plan import IntArray, departure_rows
from clearsim.units import DAY_MS, since_midnight_ms, to_ms


class Lateness(NamedTuple):
    """How much later than scheduled every departure of the plan closes and leaves: ms, shape (departures,)."""

    closing_ms: IntArray
    departure_ms: IntArray


def drawn_lateness(network: Network, streams: Streams) -> Lateness:
    """How late the departures of one replication are. Raises `ValueError` for a delay longer than a century."""
    return _lateness(network, streams)


def expected_lateness(network: Network) -> Lateness:
    """How late the departures are on average."""
    return _lateness(network, None)


def _lateness(network: Network, streams: Streams | None) -> Lateness:
    rows = departure_rows(network, to_ms(network.end_min))
    closing_ms, departure_ms = np.zeros((2, len(rows.service)), dtype=np.int64)
    for index, service in enumerate(network.services):
        own = np.flatnonzero(rows.service == index)
        for late_ms, cut_off_moves in _delays(service, rows.departs_ms[own], since_midnight_ms(network.start), streams):
            departure_ms[own] += late_ms
            closing_ms[own] += late_ms * cut_off_moves
    runs = rows.slots > 0  # what does not run is not late
    return Lateness(closing_ms * runs, departure_ms * runs)


def _delays(service: Service, due_ms: IntArray, clock_ms: int, streams: Streams | None) -> list[tuple[IntArray, bool]]:
    """The delays that add up, one of each departure, and whether the cut-off moves with them.

    One number is drawn for every departure and purpose, even where it is not used, so that a window changes no draw of
    another.
    """
    blocks = Counter(((due_ms + clock_ms) // DAY_MS + 1).tolist())

    def delay(purpose: str, time: Time) -> IntArray:
        distribution = as_distribution(time)
        if streams is None:
            return np.full(len(due_ms), to_ms(distribution.expected))
        return streams.sample_ms(f"{service.name}/{purpose}", distribution, blocks)

    delays = [(delay("departure delay", service.delay), True)]
    for late in service.late:
        within = (due_ms >= to_ms(late.from_min)) & (due_ms < to_ms(late.until_min))
        delays.append((delay("late departure", late.by) * within, late.cut_off == "moves"))
    return delays
