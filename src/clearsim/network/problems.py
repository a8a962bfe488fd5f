"""All that can be wrong with a network, said in sentences; `flow_problems` has those of one flow."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from clearsim.language import Text
from clearsim.network.calendar import Planned
from clearsim.network.deadlock import impossible
from clearsim.network.flow_problems import flow_problems, pace_problems
from clearsim.network.flows import Flow, of_flow
from clearsim.network.parts import Parts
from clearsim.network.places import Pool
from clearsim.network.staffing import Backlog, Forecast, Proportional, pools_of
from clearsim.network.steps import Await
from clearsim.units import to_ms

LARGEST = 100_000_000
"""The largest capacity of a pool: with it the arithmetic of the staffing rules stays in 64 bits."""


def problems_of(network: Parts) -> Iterator[Text]:
    """All that is wrong, in the order in which a reader would look; where nothing else is, what locks for certain."""
    mistakes = list(_mistakes(network))
    yield from mistakes or impossible(network, {pool.name: _largest(network, pool) for pool in network.pools})


def _mistakes(network: Parts) -> Iterator[Text]:
    if to_ms(network.duration) < 1:
        yield Text("the duration must be longer than 0")
    elif to_ms(network.warm_up) >= to_ms(network.duration):
        yield Text("the warm-up must be shorter than the duration, or nothing is left to be measured")
    if not network.flows:
        yield Text("a network needs at least one flow")
    for kind in ("pools", "stations", "stocks", "services", "flows"):
        for name, count in Counter(item.name for item in getattr(network, kind)).items():
            if count > 1:
                yield Text("`{field}`: the name `{name}` is used {n} times", field=kind, name=name, n=count)
    kinds = [
        {x.name for x in network.stations},
        {x.name for x in network.stocks},
        {x.name for x in network.services},
    ]
    for name in sorted((kinds[0] & kinds[1]) | (kinds[0] & kinds[2]) | (kinds[1] & kinds[2])):
        yield Text("`{name}` is the name of more than one of: station, stock, service; each needs its own", name=name)
    for pool in network.pools:
        if _largest_adjusted(pool) > LARGEST:
            yield Text("pool `{pool}`: its adjustments could make it larger than 100 000 000", pool=pool.name)
    yield from _station_problems(network)
    yield from _staffing_problems(network)
    for name, count in Counter(event.name for event in network.events).items():
        if count > 1:
            yield Text("`{field}`: the name `{name}` is used {n} times", field="events", name=name, n=count)
    for flow in network.flows:
        if "/" in flow.name:
            yield Text(
                "flow `{flow}`: its name must not contain `/`, which separates a flow from its group", flow=flow.name
            )
    for stock in network.stocks:
        if "/" in stock.name:
            yield Text(
                "stock `{stock}`: its name must not contain `/`, which separates a stock from its family",
                stock=stock.name,
            )
    for flow in network.flows:
        for problem in flow_problems(network, flow):
            yield of_flow(flow, problem)
    for first, second in _mutual_awaits(network.flows):
        yield Text(
            "flows `{first}` and `{second}` wait for each other: neither could finish", first=first, second=second
        )


def _station_problems(network: Parts) -> Iterator[Text]:
    pools = {pool.name: pool for pool in network.pools}
    for station in network.stations:
        name = station.name
        for pool, count in station.needs.items():
            if pool not in pools:
                yield Text("station `{station}` needs the unknown pool `{pool}`", station=name, pool=pool)
            elif count > (most := _largest(network, pools[pool])):
                yield Text(
                    "station `{station}` needs {n} of `{pool}`, which never has more than {most}",
                    station=name,
                    n=count,
                    pool=pool,
                    most=most,
                )
        for problem in pace_problems(network, station.pace):
            yield Text("station `{station}`: {problem}", station=name, problem=problem)


def _staffing_problems(network: Parts) -> Iterator[Text]:
    pools = {pool.name: pool for pool in network.pools}
    needed = {pool for station in network.stations for pool in station.needs}
    for rule in network.staffing:
        kind = type(rule).__name__
        for pool in pools_of(rule):
            if pool not in pools:
                yield Text("staffing rule `{kind}`: there is no pool `{pool}`", kind=kind, pool=pool)
            elif pool not in needed:
                yield Text("staffing rule `{kind}`: no station needs the pool `{pool}`", kind=kind, pool=pool)
    for pool, count in Counter(pool for rule in network.staffing for pool in pools_of(rule)).items():
        if count > 1:
            yield Text("staffing: {n} rules set the pool `{pool}`; one is possible", n=count, pool=pool)


def _largest_adjusted(pool: Pool) -> int:
    """No adjustments together make the pool larger."""
    most = float(pool.capacity.most)
    for item in pool.adjustments:
        most = min(most * max(1.0, item.times), 2.0**62)
    return math.ceil(most) + sum(max(0, item.plus) for item in pool.adjustments)


def _largest(network: Parts, pool: Pool) -> int:
    """The pool's largest capacity; no limit where it is a plan.

    A plan follows a forecast, and where nobody is expected nobody is planned.
    """
    most = 2**62 if isinstance(pool.capacity, Planned) else _largest_adjusted(pool)
    for rule in network.staffing:
        if pool.name in pools_of(rule):
            match rule:
                case Backlog():
                    most += rule.at_most
                case Forecast():
                    most = 2**62 if rule.at_most is None else rule.at_most
                case Proportional():
                    most = 2**62  # all who are shared may be in one pool
                case _:
                    assert_never(rule)
    return most


def _mutual_awaits(flows: Iterable[Flow]) -> Iterator[tuple[str, str]]:
    awaits = {(flow.name, step.flow) for flow in flows for step in flow.steps if isinstance(step, Await)}
    yield from sorted((a, b) for a, b in awaits if a < b and (b, a) in awaits)
