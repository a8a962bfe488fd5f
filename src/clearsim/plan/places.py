"""Pools, stations and services in integers, and when they change."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from clearsim.network.calendar import is_within
from clearsim.network.network import Network
from clearsim.network.places import Pool
from clearsim.network.services import Departures, Service
from clearsim.plan.keeping import keepable_pools
from clearsim.plan.rows import Pools, Services, Stations, frozen, ints
from clearsim.units import DAY_MS, since_midnight_ms, to_ms


def pool_rows(network: Network, end_ms: int) -> Pools:
    """The pools, and their capacities over time: as they are, and without adjustments."""
    changes = _in_order(pool.changes(network.start, end_ms) for pool in network.pools)
    keepable = keepable_pools(network)
    roster = _in_order(pool.capacity.changes(network.start, end_ms) for pool in network.pools)
    return Pools(
        names=tuple(pool.name for pool in network.pools),
        is_keepable=frozen(np.array([pool.name in keepable for pool in network.pools], dtype=np.bool_)),
        is_staff=frozen(np.array([pool.kind == "staff" for pool in network.pools], dtype=np.bool_)),
        change_ms=ints(at_ms for at_ms, _, _ in changes),
        change_pool=ints(pool for _, pool, _ in changes),
        change_capacity=ints(capacity for _, _, capacity in changes),
        most=ints(_most(pool, network.start, end_ms) for pool in network.pools),
        roster_ms=ints(at_ms for at_ms, _, _ in roster),
        roster_pool=ints(pool for _, pool, _ in roster),
        roster_capacity=ints(capacity for _, _, capacity in roster),
        labour=tuple(tuple(pool.labour) for pool in network.pools),
    )


def _most(pool: Pool, start: datetime, end_ms: int) -> int:
    """The largest capacity of the pool in the run and in the week after it, so that every shift of a week counts."""
    return max((capacity for _, capacity in pool.changes(start, end_ms + 7 * DAY_MS)), default=0)


def _in_order(by_pool: Iterable[Sequence[tuple[int, int]]]) -> list[tuple[int, int, int]]:
    """Changes as `(ms, pool, capacity)`, in that order."""
    return sorted((at_ms, pool, capacity) for pool, changes in enumerate(by_pool) for at_ms, capacity in changes)


def station_rows(network: Network) -> Stations:
    """The stations and what they need."""
    pool_index = {pool.name: index for index, pool in enumerate(network.pools)}
    needs = [(pool_index[pool], count) for station in network.stations for pool, count in station.needs.items()]
    return Stations(
        names=tuple(station.name for station in network.stations),
        priority=ints(station.priority for station in network.stations),
        is_inspection=frozen(np.array([station.inspection for station in network.stations], dtype=np.bool_)),
        is_trip=frozen(np.array([station.trip for station in network.stations], dtype=np.bool_)),
        need_first=ints(np.cumsum([0, *(len(station.needs) for station in network.stations)])),
        need_pool=ints(pool for pool, _ in needs),
        need_count=ints(count for _, count in needs),
    )


def departure_rows(network: Network, end_ms: int) -> Services:
    """Every departure that is scheduled to leave after the start and to close before the run ends.

    One that is scheduled to close before the start is included, since it may be late.
    """
    rows = sorted(
        (departs_ms - to_ms(service.cut_off), index, departs_ms, slots)
        for index, service in enumerate(network.services)
        for departs_ms, slots in _departures(service, network, end_ms)
    )
    rows = [row for row in rows if row[0] < end_ms]
    return Services(
        names=tuple(service.name for service in network.services),
        passing=frozen(np.array([service.passing for service in network.services], dtype=np.bool_)),
        service=ints(row[1] for row in rows),
        closes_ms=ints(row[0] for row in rows),
        departs_ms=ints(row[2] for row in rows),
        slots=ints(row[3] for row in rows),
    )


def _departures(service: Service, network: Network, end_ms: int) -> list[tuple[int, int]]:
    """Every departure that is due: `(ms, slots)`. One that is cancelled can be booked, and takes no entity."""
    due = _due(service, network, end_ms)
    return [(at_ms, 0 if is_within(at_ms, service.cancelled) else slots) for at_ms, slots in due]


def _due(service: Service, network: Network, end_ms: int) -> list[tuple[int, int]]:
    if not isinstance(service.departures, Departures):
        return [(to_ms(minute), slots) for minute, slots in service.departures]
    start, midnight_ms = network.start, -since_midnight_ms(network.start)
    last_ms = end_ms + to_ms(service.cut_off)
    return [
        (at_ms, service.departures.slots)
        for day in range((last_ms - midnight_ms) // DAY_MS + 1)
        if (start.weekday() + day) % 7 in service.departures.weekdays
        for minute in service.departures.minutes
        if (at_ms := midnight_ms + day * DAY_MS + to_ms(minute)) >= 0
    ]
