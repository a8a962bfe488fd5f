"""Staffing by forecast: how many people meet a target for the share who wait, from the offered load (S7)."""

import math

import numpy as np
from attrs import evolve

from clearsim.network.calendar import Planned
from clearsim.network.network import Network
from clearsim.network.places import Pool
from clearsim.network.staffing import Forecast
from clearsim.staffing.erlang import FloatArray, servers_for
from clearsim.staffing.offered import CELL_MS, Offered, crew, offered, people
from clearsim.units import MINUTE_MS, to_ms


def planned(network: Network) -> Network:
    """The network with every `Forecast` carried out: its pools have a `Planned` capacity, the rule is gone.

    *Modified offered load*: for every interval, Erlang C gives the share who wait at the loads of its five-minute
    cells, averaged over the arrivals in them. The number of servers whose share is closest to the target is taken: the
    target is to be met on average and is no bound, and with few servers one more changes the share by many percent.

    *Pointwise stationary*: the same, with a load that is the rate of arrival at the stations times the mean time there.

    Erlang C is used for all distributions of service times, since in large systems the share who wait depends on little
    more than their mean. People who serve in crews come in whole crews. Where crews of different sizes share a pool,
    each is taken to be of their mean size over the work of the run.
    """
    rules = {rule.pool: rule for rule in network.staffing if isinstance(rule, Forecast)}
    if not rules:
        return network
    found = offered(network)
    pools = [
        evolve(pool, capacity=_planned(network, pool, rules[pool.name], found)) if pool.name in rules else pool
        for pool in network.pools
    ]
    rest = [rule for rule in network.staffing if not isinstance(rule, Forecast)]
    return evolve(network, pools=pools, staffing=rest)


def _planned(network: Network, pool: Pool, rule: Forecast, found: Offered) -> Planned:
    size = crew(network, found, pool)
    begins = people(network, found.coming, pool) / size
    if rule.method == "modified offered load":
        load = people(network, found.load, pool) / size
    else:
        load = people(network, found.coming * found.stay_ms[:, None] / CELL_MS, pool) / size
    every_ms = rule.every * MINUTE_MS
    intervals = math.ceil(to_ms(network.end_min) / every_ms)
    servers = servers_for(*_by_interval(load, begins, every_ms, intervals), rule.target)
    most = 1_000_000 if rule.at_most is None else rule.at_most
    number = np.clip(np.ceil(np.round(servers * size, 9)).astype(np.int64), rule.least, most)
    return Planned(tuple((i * every_ms / MINUTE_MS, int(number[i])) for i in range(intervals)))


def _by_interval(
    load: FloatArray, begins: FloatArray, every_ms: float, intervals: int
) -> tuple[FloatArray, FloatArray]:
    """The loads of the cells of each interval, and how many begin in them: both of shape (intervals, cells).

    The second is a weight and never 0, so that a mean exists also where nobody comes. An interval that does not begin
    with a cell counts the cells at its ends in part.
    """
    edges = np.minimum(np.arange(intervals + 1) * every_ms / CELL_MS, len(load))
    first, width = np.floor(edges[:-1]).astype(np.int64), math.ceil(every_ms / CELL_MS) + 1
    cell = first[:, None] + np.arange(width)
    part = np.clip(np.minimum(cell + 1, edges[1:, None]) - np.maximum(cell, edges[:-1, None]), 0, 1)
    cell = np.minimum(cell, len(load) - 1)
    weight = begins[cell] + 1e-6 * (begins.max(initial=0.0) + 1e-9)
    return np.where(part > 0, load[cell], 0.0), part * weight
