"""Small networks, and what the tests do with them. All times are minutes."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from clearsim.demand import Demand, draw
from clearsim.measures import measure
from clearsim.network import (
    Ahead,
    Await,
    Board,
    Category,
    Departures,
    Empirical,
    Enter,
    Exponential,
    Flow,
    Landing,
    Landings,
    Leave,
    Lognormal,
    Network,
    Poisson,
    Pool,
    Put,
    Serve,
    Service,
    Share,
    Station,
    Stock,
    Take,
    Travel,
    Triangular,
)
from clearsim.network.arrivals import Arrivals
from clearsim.network.calendar import Capacity
from clearsim.network.times import Time
from clearsim.plan import NOT_YET, Plan, compile_network
from clearsim.trace import Trace
from clearsim.units import MINUTE_MS

Simulate = Callable[[Plan, Demand], Trace]
MS = 1 / MINUTE_MS
"""A millisecond, in minutes."""


def run(network: Network, simulate: Simulate, seed: int = 1, replication: int = 0) -> Trace:
    """The trace of one replication."""
    return simulate(compile_network(network), draw(network, seed, replication))


Found = dict[str, float]


def about(network: Network, simulate: Simulate, flow: str, station: str = "", limit_min: float = 30) -> Found:
    """The KPIs of one flow, station or both."""
    rows = measure(run(network, simulate), limit_min)
    return {row.kpi: row.value for row in rows if (row.flow, row.station) == (flow, station)}


def approx(expected: Found) -> Any:
    """Equal but for rounding; what is undefined must be so."""
    return pytest.approx(expected, rel=1e-12, nan_ok=True)


def stamps(trace: Trace, flow: str) -> list[list[float]]:
    """The stamps of a flow in minutes, one list an entity; `NOT_YET` as it is."""
    rows = trace.stamps(trace.plan.flows.names.index(flow)).tolist()
    return [[NOT_YET if stamp == NOT_YET else stamp / MINUTE_MS for stamp in row] for row in rows]


def arrays(demand: Demand) -> dict[str, npt.NDArray[np.generic]]:
    """All arrays of a demand by name; an attribute's name begins with the number of its flow."""
    columns = {name: value for name, value in demand._asdict().items() if name != "attributes"}
    return columns | {f"{f} {name}": a for f, of_flow in enumerate(demand.attributes) for name, a in of_flow.items()}


def fingerprint(demand: Demand) -> str:
    """A hash of all bytes of a demand."""
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays(demand).values())).hexdigest()


def queue(arrivals: Arrivals, time: Time, capacity: Capacity = 1, **rest: Any) -> Network:
    """One flow, `truck`, served at one station, `desk`, by one officer of the pool each."""
    return Network(
        pools=[Pool("officers", capacity)],
        stations=[Station("desk", {"officers": 1})],
        flows=[Flow("truck", arrivals, [Serve("desk", time)])],
        **rest,
    )


BOOTH = queue(Poisson("30/h"), Exponential(5), 3, duration="4 h")
"""A value for tests that do not care what runs, as long as it is small and random."""


def busy_desk(service: float, officers: int = 2) -> Network:
    """Eight hours of 20 trucks an hour, at one desk."""
    return queue(Poisson("20/h"), Exponential(service), officers, duration="8 h")


def quay(arrivals: Arrivals, departures: Sequence[tuple[float, int]], cut_off: float = 0, **rest: Any) -> Network:
    """One flow, `box`, that does nothing but board the service `train`."""
    return Network(
        services=[Service("train", departures, cut_off)],
        flows=[Flow("box", arrivals, [Board("train")])],
        **rest,
    )


def busy_port(
    *,
    inspected: float = 0.3,
    officers: Capacity = 4,
    check_min: float = 6.0,
    duration: Time = "1 d",
    more_steps: bool = False,
    more_pools: bool = False,
) -> Network:
    """All the words at once, with many arrivals and services on the same instants.

    The parameters are what a planner would turn; `more_steps` and `more_pools` add a step to the orders' flow, and a
    pool and a station that nobody visits.
    """
    families = Category({"wine": 0.5, "milk": 0.5})
    return Network(
        pools=[
            Pool("officers", officers, kind="staff"),
            Pool("lanes", {"00:00": 2, "07:00": 4, "22:00": 0}),
            Pool("bays", 12),
            Pool("packers", {"06:00": 3, "22:00": 1}, kind="staff"),
            *([Pool("cranes", 1)] if more_pools else []),
        ],
        stations=[
            Station("gate", {"lanes": 1}),
            Station("yard", {"bays": 1}),
            Station("inspection", {"officers": 2, "lanes": 1}, priority=-1, inspection=True),
            Station("documents", {"officers": 1}),
            Station("packing", {"packers": 1}),
            *([Station("crane", {"cranes": 1})] if more_pools else []),
        ],
        stocks=[Stock("shelf", {"wine": 30, "milk": 5})],
        services=[Service("train", Departures((360, 720, 1080), slots=40), cut_off=20)],
        flows=[
            Flow(
                "truck",
                Poisson("6/h", day_cv=0.2, backlog=3),
                attributes={"kind": Category({"express": 0.2, "ordinary": 0.8}), "inspected": Share(inspected)},
                priority="kind",
                steps=[
                    Serve("gate", Empirical([0, 1, 2]), driver="cab"),
                    Enter("yard", driver="cab"),
                    Await("declaration", driver="out"),
                    Serve("inspection", Lognormal(15, 0.6), only_if="inspected", driver="cab"),
                    Leave("yard"),
                    Travel(Triangular(2, 3, 5), driver="cab"),
                    Board("train"),
                ],
            ),
            Flow(
                "declaration", Ahead("truck", lead=Exponential(20)), steps=[Serve("documents", Exponential(check_min))]
            ),
            Flow(
                "order",
                Landings(tuple(Landing(60 * hour, count=6) for hour in range(24)), delay=Empirical([0, 30, 60])),
                attributes={"family": families},
                steps=[
                    Take("shelf", family="family"),
                    *([Travel(Exponential(3))] if more_steps else []),
                    Serve("packing", Empirical([0, 5, 10, 15])),
                ],
            ),
            Flow(
                "refill",
                Landings((Landing(400, count=3), Landing(800, count=3))),
                attributes={"family": families},
                steps=[Put("shelf", 25, family="family")],
            ),
        ],
        duration=duration,
        run_on="6 h",
    )


def tampered(trace: Trace, entity: int, stamps: dict[int, float], flow: int = 0) -> Trace:
    """The trace with other stamps (column: minute) for one entity."""
    changed = trace.stamp.copy()
    first = int(trace.stamp_first[flow]) + entity * int(trace.plan.flows.stamps[flow])
    for column, minute in stamps.items():
        changed[first + column] = NOT_YET if minute == NOT_YET else round(minute * MINUTE_MS)
    return replace(trace, stamp=changed)
