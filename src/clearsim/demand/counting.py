"""How many entities to expect, computed from the words of the flows alone, before anything is drawn."""

import numpy as np

from clearsim.demand.profile import rate_of, surged_ms
from clearsim.language import Text
from clearsim.network.arrivals import Ahead, At, Landings, Poisson, Recorded
from clearsim.network.flows import Flow
from clearsim.network.network import Network
from clearsim.units import DAY_MS, MINUTE_MS, to_ms

WEEK_MS = 7 * DAY_MS
CHUNK_BYTES = 1 << 20


def expected(network: Network) -> float:
    """The expected entities of one replication, all kinds of arrivals together."""
    return sum(expected_by_flow(network).values())


def expected_by_flow(network: Network) -> dict[str, float]:
    """The expected entities of every flow: at random, by timetable, recorded, given, backlogs and companions.

    Recorded arrivals are counted by the lines of the file, at any time.
    """
    found = {flow.name: _of(flow, network) for flow in network.flows if not isinstance(flow.arrivals, Ahead)}
    return {
        flow.name: found[flow.arrivals.of if isinstance(flow.arrivals, Ahead) else flow.name] for flow in network.flows
    }


def _of(flow: Flow, network: Network) -> float:
    match flow.arrivals:
        case Poisson() as arrivals:
            return _poisson(flow, arrivals, network) + arrivals.backlog
        case Landings(landings=landings, backlog=backlog):
            a_week = sum(landing.count * len(landing.weekdays) for landing in landings)
            return a_week * network.duration / (7 * 24 * 60) + backlog
        case At(minutes=minutes, backlog=backlog):
            return float(np.searchsorted(minutes, network.duration)) + backlog
        case Recorded() as arrivals:
            return float(_rows(arrivals)) + arrivals.backlog
        case Ahead():
            raise TypeError(Text("companions are as many as their partners"))


def _poisson(flow: Flow, arrivals: Poisson, network: Network) -> float:
    """The integral of the rate. Whole weeks outside of the surges have the average rate, however many there are."""
    end_ms = to_ms(network.duration)
    first_ms, last_ms = surged_ms(network, flow, end_ms)
    before, after = first_ms // WEEK_MS * WEEK_MS, (end_ms - last_ms) // WEEK_MS * WEEK_MS
    parts = [(before, first_ms), (first_ms, last_ms), (last_ms + after, end_ms)]
    shaped = sum(rate_of(network, flow, *part).total for part in parts if part[0] < part[1])
    return arrivals.rate * (before + after) / MINUTE_MS + shaped


def _rows(arrivals: Recorded) -> int:
    """The rows of a recorded file, read in small parts; none where it cannot be read, which `draw` refuses."""
    try:
        if arrivals.path.suffix.lower() == ".parquet":
            from pyarrow.parquet import ParquetFile

            return int(ParquetFile(arrivals.path).metadata.num_rows)
        with arrivals.path.open("rb") as stream:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(CHUNK_BYTES), b""))
    except (OSError, ValueError):
        return 0
