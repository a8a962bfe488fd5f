"""Paces in integers."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from clearsim.network.network import Network
from clearsim.network.pace import FASTEST, SLOWEST, Pace
from clearsim.network.steps import Hold, Travel
from clearsim.plan.rows import (
    NONE,
    Paces,
    ints,
)
from clearsim.units import HOUR_MS, since_midnight_ms, to_ms


def all_paces(network: Network) -> list[Pace]:
    """Every pace of the network, each once, in the order in which stations and steps name them."""
    steps = [step for flow in network.flows for step in flow.steps if isinstance(step, Travel | Hold)]
    found = [place.pace for place in (*network.stations, *steps) if place.pace is not None]
    return [pace for i, pace in enumerate(found) if pace not in found[:i]]


def pace_rows(network: Network, paces: Sequence[Pace], end_ms: int) -> Paces:
    """The paces in thousandths, over time and by how many are on duty."""
    pool_index = {pool.name: index for index, pool in enumerate(network.pools)}
    by_time = [_pace_changes(pace, network.start, end_ms) for pace in paces]
    by_open = [[pace.with_open(number) for number in range(max(pace.by_open, default=0) + 1)] for pace in paces]
    return Paces(
        first=ints(np.cumsum([0, *map(len, by_time)])),
        at_ms=ints(at_ms for changes in by_time for at_ms, _ in changes),
        thousandths=ints(thousandths for changes in by_time for _, thousandths in changes),
        pool=ints(NONE if pace.pool is None else pool_index[pace.pool] for pace in paces),
        open_first=ints(np.cumsum([0, *map(len, by_open)])),
        open_thousandths=ints(_thousandths(factor) for factors in by_open for factor in factors),
    )


def _pace_changes(pace: Pace, start: datetime, end_ms: int) -> list[tuple[int, int]]:
    """`(ms, thousandths)` for every change of the pace in [0, end_ms), the first at 0."""
    clock_ms = since_midnight_ms(start)
    windows = [(to_ms(window.from_min), to_ms(window.until_min), window.pace) for window in pace.windows]
    moments = {0} | {edge for first, until, _ in windows for edge in (first, until)}
    if len(set(pace.hours)) > 1:
        moments |= set(range(HOUR_MS - clock_ms % HOUR_MS, end_ms, HOUR_MS))
    result: list[tuple[int, int]] = []
    for at_ms in sorted(at_ms for at_ms in moments if 0 <= at_ms < end_ms):
        factor = pace.hours[(at_ms + clock_ms) // HOUR_MS % 24]
        factor *= math.prod(times for first, until, times in windows if first <= at_ms < until)
        if not result or result[-1][1] != _thousandths(factor):
            result.append((at_ms, _thousandths(factor)))
    return result


def _thousandths(factor: float) -> int:
    return min(max(round(1000 * factor), round(1000 * SLOWEST)), round(1000 * FASTEST))
