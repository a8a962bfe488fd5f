"""How many entities to expect: known from the words of the flows alone, before anything is drawn."""

import numpy as np
import numpy.typing as npt

from clearsim.flow.arrivals import Ahead, At, Poisson, Recorded, Surge, Timetable
from clearsim.flow.attributes import Category
from clearsim.flow.network import Network
from clearsim.flow.places import Flow
from clearsim.units import HOUR_MS, MINUTE_MS, since_midnight_ms

FloatArray = npt.NDArray[np.float64]
CHUNK_BYTES = 1 << 20


def expected(network: Network) -> float:
    """The expected entities of one replication, all kinds of arrivals together."""
    return sum(expected_by_flow(network).values())


def expected_by_flow(network: Network) -> dict[str, float]:
    """The expected entities of every flow: at random, by timetable, recorded, given, backlogs and companions.

    Surges that concern some classes of a category are taken to multiply the classes' ordinary share. Recorded arrivals
    are counted by the lines of the file, wherever in time they are.
    """
    found = {flow.name: _of(flow, network) for flow in network.flows if not isinstance(flow.arrivals, Ahead)}
    return {
        flow.name: found[flow.arrivals.of if isinstance(flow.arrivals, Ahead) else flow.name] for flow in network.flows
    }


def _of(flow: Flow, network: Network) -> float:
    match flow.arrivals:
        case Poisson() as arrivals:
            return _poisson(flow, arrivals, network) + arrivals.backlog
        case Timetable(landings=landings, backlog=backlog):
            a_week = sum(landing.count * len(landing.weekdays) for landing in landings)
            return a_week * network.duration_min / (7 * 24 * 60) + backlog
        case At(minutes=minutes, backlog=backlog):
            return float(np.searchsorted(minutes, network.duration_min)) + backlog
        case Recorded() as arrivals:
            return float(_rows(arrivals)) + arrivals.backlog
        case Ahead():
            raise TypeError("companions are as many as their partners")


def _poisson(flow: Flow, arrivals: Poisson, network: Network) -> float:
    """The integral of the rate: between the moments at which a surge bends it, weekly weights times a mean factor."""
    surges = [(surge, _strength(flow, surge), 0.0) for surge in arrivals.surges]
    if arrivals.follows is not None:
        leader = next(other for other in network.flows if other.name == arrivals.follows.flow)
        led = leader.arrivals.surges if isinstance(leader.arrivals, Poisson) else ()
        damped, lag_min = arrivals.follows.damped, arrivals.follows.lag_min
        surges += [(surge, _strength(leader, surge) * damped, lag_min) for surge in led]
    moments = [moment + lag_min for surge, _, lag_min in surges for moment in _bends(surge)]
    edges = np.unique(np.clip([0.0, network.duration_min, *moments], 0.0, network.duration_min))
    factor, middle = np.ones(len(edges) - 1), (edges[:-1] + edges[1:]) / 2
    for surge, strength, lag_min in surges:
        bends = np.array(_bends(surge)) + lag_min
        held = slice(*np.searchsorted(middle, [bends[0], bends[-1]]))
        factor[held] *= 1 + strength * np.interp(middle[held], bends, [0.0, 1.0, 1.0, 0.0])
    return arrivals.per_min * float((factor * np.diff(_weighted(arrivals, network, edges))).sum())


def _bends(surge: Surge) -> tuple[float, float, float, float]:
    """Where a surge begins, is at its peak, begins to fall, and is over."""
    return surge.from_min, surge.from_min + surge.ramp_min, surge.until_min - surge.decay_min, surge.until_min


def _strength(flow: Flow, surge: Surge) -> float:
    """What a surge adds to the whole rate at its peak, as a multiple of it."""
    category = flow.attributes.get(surge.category) if surge.category is not None else None
    share = sum(category.classes[name] for name in surge.classes) if isinstance(category, Category) else 1.0
    return share * (surge.peak - 1)


def _weighted(arrivals: Poisson, network: Network, minute: FloatArray) -> FloatArray:
    """Minutes since the start, each times the weight of its hour and weekday: the mean weight of a week is 1."""
    hours = np.array(arrivals.hours) / np.mean(arrivals.hours)
    weekdays = np.array(arrivals.weekdays) / np.mean(arrivals.weekdays)
    week = np.concatenate([[0.0], np.cumsum(np.outer(weekdays, hours))]) * (HOUR_MS / MINUTE_MS)
    edges = np.arange(len(week)) * (HOUR_MS / MINUTE_MS)
    since_monday = minute + network.start.weekday() * 24 * 60 + since_midnight_ms(network.start) / MINUTE_MS
    weeks = since_monday // edges[-1]
    return np.asarray(weeks * week[-1] + np.interp(since_monday - weeks * edges[-1], edges, week))


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
