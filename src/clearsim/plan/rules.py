"""Staffing rules in integers."""

import numpy as np

from clearsim.network.network import Network
from clearsim.network.staffing import Backlog, Forecast, Proportional, Staffing, pools_of
from clearsim.network.steps import Serve
from clearsim.plan.rows import BACKLOG, NONE, PROPORTIONAL, Rules, ints
from clearsim.units import to_ms


def rule_rows(network: Network) -> Rules:
    """The rules that decide during the run. A `Forecast` has become a capacity before (see `compile_network`)."""
    live = [rule for rule in network.staffing if not isinstance(rule, Forecast)]
    pools = [pool.name for pool in network.pools]
    members = [(rule, pool) for rule in live for pool in pools_of(rule)]
    watched = [_watched(network, rule, pool) for rule, pool in members]
    rows = [
        (BACKLOG, rule.every, rule.lead, rule.stay, rule.call_at, rule.release_at, rule.crew, rule.at_most)
        if isinstance(rule, Backlog)
        else (PROPORTIONAL, rule.every, rule.move, 0.0, 0, 0, 0, 0)
        for rule in live
    ]
    rule_of = np.full(len(pools), NONE)
    for number, rule in enumerate(live):
        rule_of[[pools.index(pool) for pool in pools_of(rule)]] = number
    return Rules(
        kind=ints(row[0] for row in rows),
        every_ms=ints(to_ms(row[1]) for row in rows),
        delay_ms=ints(to_ms(row[2]) for row in rows),
        stay_ms=ints(to_ms(row[3]) for row in rows),
        call_at=ints(row[4] for row in rows),
        release_at=ints(row[5] for row in rows),
        crew=ints(row[6] for row in rows),
        at_most=ints(row[7] for row in rows),
        first=ints(np.cumsum([0, *(len(pools_of(rule)) for rule in live)])),
        pool=ints(pools.index(pool) for _, pool in members),
        keep=ints(rule.keep.get(pool, 0) if isinstance(rule, Proportional) else 0 for rule, pool in members),
        watch_first=ints(np.cumsum([0, *map(len, watched)])),
        station=ints(station for lines in watched for station, _ in lines),
        weight=ints(weight for lines in watched for _, weight in lines),
        rule_of=ints(rule_of),
    )


def _watched(network: Network, rule: Staffing, pool: str) -> list[tuple[int, int]]:
    """The stations whose lines wait for the pool, and the weight of each entity that waits there."""
    result = []
    for index, station in enumerate(network.stations):
        if pool in station.needs:
            weight = 1
            if isinstance(rule, Proportional):
                weight = station.needs[pool] * max(1, round(60 * _mean_service_min(network, station.name)))
            result.append((index, min(weight, 10**9)))
    return result


def _mean_service_min(network: Network, station: str) -> float:
    """The mean service time (min) at the station, averaged over the steps that serve there; 0 where there is none."""
    steps = [step for flow in network.flows for step in flow.steps if isinstance(step, Serve)]
    times = [step.time.expected for step in steps if step.station == station]
    return sum(times) / len(times) if times else 0.0
