"""The offered load of every station, summed up over all flows."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from attrs import evolve

from clearsim.demand.departures import expected_lateness
from clearsim.network.arrivals import Ahead
from clearsim.network.network import Network
from clearsim.network.places import Pool
from clearsim.plan import compile_network
from clearsim.staffing.offered.cells import FloatArray
from clearsim.staffing.offered.cohorts import cohorts_of
from clearsim.staffing.offered.walk import Tally, walk


class Offered(NamedTuple):
    """What the profile asks of every station, in cells of five minutes that cover the run by whole hours.

    `load` is the mean number at each station, `coming` the expected number who come to it, both of shape (stations,
    cells); `stay_ms` the mean time at each. `cargo` is how many slots those who come to each service (by index)
    take, `earliest_ms` how early one can be there.
    """

    load: FloatArray
    coming: FloatArray
    stay_ms: FloatArray
    cargo: Mapping[int, float]
    earliest_ms: Mapping[int, int]


def offered(network: Network) -> Offered:
    """The offered load of every station. Raises what `draw` raises where a recorded file cannot be read."""
    most = [evolve(pool, capacity=1_000_000, adjustments=()) for pool in network.pools]
    network = evolve(network, staffing=(), pools=most)  # nobody waits, and no rule is in force
    plan = compile_network(network)
    tally = Tally(plan, expected_lateness(network))
    for owner in network.flows:
        if not isinstance(owner.arrivals, Ahead):
            companions = [x for x in network.flows if isinstance(x.arrivals, Ahead) and x.arrivals.of == owner.name]
            for cohort in cohorts_of(owner, companions, network, tally.cells):
                walk(cohort, plan, tally)
    load, number = np.cumsum(tally.rising, axis=1)[:, :-1], tally.number
    return Offered(
        load=np.maximum(np.round(load, 6), 0),  # what is less comes from the arithmetic
        coming=np.maximum(np.round(tally.coming[:, :-1], 6), 0),
        stay_ms=np.divide(tally.stay_ms, number, out=np.zeros_like(number), where=number > 0),
        cargo={service: round(slots, 6) for service, slots in tally.cargo.items()},
        earliest_ms=tally.earliest_ms,
    )


def people(network: Network, by_station: FloatArray, pool: Pool) -> FloatArray:
    """Units of the pool that are taken, from numbers at the stations (rows)."""
    needs = np.array([station.needs.get(pool.name, 0) for station in network.stations], dtype=np.float64)
    return np.asarray(needs @ by_station)


def crew(network: Network, found: Offered, pool: Pool) -> float:
    """How many of the pool one service takes, on average over the work of the run; 1 where there is none."""
    load = found.load.sum(axis=1)
    using = [index for index, station in enumerate(network.stations) if station.needs.get(pool.name, 0)]
    work = float(load[using].sum())
    return float(people(network, load[:, None], pool)[0]) / work if work > 0 else 1.0
