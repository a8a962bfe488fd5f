"""Which pools a waiting head may keep: those that become free without anything that the head keeps."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from clearsim.network.flows import Flow
from clearsim.network.network import Network
from clearsim.network.steps import Await, Enter, Put, Serve, Step, Take, steps_inside

Node = TypeVar("Node")
Edges = Mapping[Node, set[Node]]


def keepable_pools(network: Network) -> set[str]:
    """The pools that two stations or more need, that do not allow passing, and that are sure to become free again.

    A pool is held from `Enter` to `Leave`, while its holders may wait for stations, for a partner or for goods. Suppose
    that they wait, directly or through others, for pools that compete with this one. Then a head that waits for this
    pool could keep what its holders need to leave, and neither would ever go on. So nothing is kept for such a pool.
    """
    group_of, held = _groups(network), list(_held(network))
    waits_for: dict[int, set[int]] = defaultdict(set)
    for pool, other in held:
        waits_for[group_of[pool]].add(group_of[other])
    never_back = {pool for pool, other in held if group_of[pool] in _reached([group_of[other]], waits_for)}
    needed = Counter(pool for station in network.stations for pool in station.needs)
    return {
        pool.name
        for pool in network.pools
        if needed[pool.name] > 1 and not pool.passing and pool.name not in never_back
    }


def _groups(network: Network) -> dict[str, int]:
    """A number for every pool, the same for those that compete: needed together, directly or indirectly."""
    group_of = {pool.name: number for number, pool in enumerate(network.pools)}
    for station in network.stations:
        joined = {group_of[pool] for pool in station.needs}
        group_of = {pool: min(joined) if group in joined else group for pool, group in group_of.items()}
    return group_of


def _held(network: Network) -> Iterator[tuple[str, str]]:
    """Every two pools of which the first is held, from `Enter` to `Leave`, while its holder waits for the second."""
    needs = {station.name: station.needs for station in network.stations}
    for flow in network.flows:
        for step, opened in steps_inside(flow.steps):
            waited_for = set(_waited_for(step, network))
            yield from ((pool, other) for enter in opened for pool in needs[enter.station] for other in waited_for)


def _waited_for(step: Step, network: Network) -> Iterator[str]:
    """The pools that must be granted, to this entity or to others, before a wait at the step is over."""
    needs = {station.name: station.needs for station in network.stations}
    if isinstance(step, Serve | Enter):
        yield from needs[step.station]
    awaited = {
        flow.name: {name for step in flow.steps for name in _awaited(step, network.flows)} for flow in network.flows
    }
    others = _reached(_awaited(step, network.flows), awaited)
    for flow in network.flows:
        if flow.name in others:
            yield from (pool for x in flow.steps if isinstance(x, Serve | Enter) for pool in needs[x.station])


def _awaited(step: Step, flows: Iterable[Flow]) -> list[str]:
    """The flows whose entities end a wait at the step: the partner, or those that bring the goods."""
    if isinstance(step, Await):
        return [step.flow]
    if isinstance(step, Take):
        stock = step.stock
        return [flow.name for flow in flows if any(isinstance(x, Put) and x.stock == stock for x in flow.steps)]
    return []


def _reached(start: Iterable[Node], edges: Edges[Node]) -> set[Node]:
    """The nodes that can be reached from those at the start, these included."""
    found: set[Node] = set()
    ahead = list(start)
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead += edges.get(node, ())
    return found
