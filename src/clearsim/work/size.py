"""How much work a run is, before it begins: what this machine may not hold must be asked for."""

import math
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from clearsim.demand import expected_by_flow
from clearsim.language import Text
from clearsim.network import Calendar, Departures, Forecast, Network
from clearsim.plan import number_columns, stamps_of
from clearsim.work.simulating import Engine

ENTITIES_A_SECOND: dict[Engine, int] = {"compiled": 400_000, "simpy": 10_000}
"""Roughly what one core draws, simulates and measures."""
LONGEST_S = 24 * 3600
"""Studies that would take one core longer than a day must be asked for."""
VALUE_BYTES = 30
"""Memory for each number that is drawn or stamped, at the peak, when KPIs are measured: 22 to 39 in our scenarios."""
OWN_VALUES = 3
"""Numbers that every entity has beside its stamps and drawn numbers: arrival, priority, flags."""
CHANGE_BYTES = 300
"""Memory for each change of a capacity and each departure."""
CELLS_A_DAY, CELL_BYTES = 288, 60
"""A forecast looks at every station in cells of five minutes."""


class Size(NamedTuple):
    """What one replication takes, roughly: days, entities, bytes at the peak, seconds of one core."""

    days: float
    entities: float
    memory_bytes: float
    seconds: float


def size_of(network: Network, engine: Engine) -> Size:
    """The size of one replication, from the words alone: nothing is drawn, and no calendar is expanded."""
    entities, days = expected_by_flow(network), network.end_min / (24 * 60)
    values = {flow.name: OWN_VALUES + len(number_columns(flow, network)) + stamps_of(flow) for flow in network.flows}
    calendars = [pool.capacity for pool in network.pools]
    a_week = sum(len(day) for calendar in calendars if isinstance(calendar, Calendar) for day in calendar.week)
    timetables = [service.departures for service in network.services if isinstance(service.departures, Departures)]
    a_week += sum(len(table.minutes) * len(table.weekdays) for table in timetables)
    forecast = any(isinstance(rule, Forecast) for rule in network.staffing)
    return Size(
        days=days,
        entities=(total := sum(entities.values())),
        memory_bytes=VALUE_BYTES * sum(count * values[name] for name, count in entities.items())
        + CHANGE_BYTES * a_week * days / 7
        + forecast * CELL_BYTES * CELLS_A_DAY * days * len(network.stations),
        seconds=total / ENTITIES_A_SECOND[engine],
    )


def check_memory(size: Size, *, force: bool = False) -> None:
    """Raises `ValueError` where one replication does not fit into the memory that this machine has left."""
    available = available_bytes()
    if size.memory_bytes > available and not force:
        raise ValueError(
            Text(
                "a replication of {days} days has about {entities} entities and takes some {memory} GB of memory; "
                "{free} GB are free: ask for more with `Study(force=True)`, or --force",
                days=_number(size.days),
                entities=_number(size.entities),
                memory=_number(size.memory_bytes / 1e9),
                free=_number(available / 1e9),
            )
        )


def check_time(work: Iterable[tuple[Size, int]], *, force: bool = False) -> None:
    """Raises `ValueError` where so many replications of each size take one core longer than a day."""
    work = list(work)
    seconds = sum(size.seconds * replications for size, replications in work)
    if seconds > LONGEST_S and not force:
        entities = sum(size.entities * replications for size, replications in work)
        runs = sum(replications for _, replications in work)
        raise ValueError(
            Text(
                "{runs} replications have about {entities} entities in all and take one core some {hours} h: ask for "
                "more than {most:g} h with `Study(force=True)`, or --force",
                runs=_number(runs),
                entities=_number(entities),
                hours=_number(seconds / 3600),
                most=LONGEST_S / 3600,
            )
        )


def available_bytes() -> float:
    """The memory that this process may still take; infinity where the system does not say."""
    found = [math.inf]
    try:
        available = Path("/proc/meminfo").read_text(encoding="ascii").split("MemAvailable:")[1].split()[0]
        found.append(float(available) * 1024)
    except (OSError, IndexError, ValueError):
        if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
            found.append(float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")))
    with suppress(OSError, ValueError):  # a container may have no limit
        found.append(float(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found)


def _number(value: float) -> str:
    """Three digits, without an exponent up to a million millions."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if 100 <= rounded < 1e12 else f"{rounded:g}"
