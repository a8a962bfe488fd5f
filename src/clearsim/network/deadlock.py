"""Deadlock: entities that hold what others need, and wait for what the others hold.

Between `Enter` and `Leave` an entity holds what the station needs. If it waits for more meanwhile, it may wait for
ever. Two things can be said of this before a run:

- **Certain** (`impossible`): an entity at a step holds so much of a pool that the rest of the pool, at its largest, is
  less than the step needs. Every entity that comes to the step waits there for ever. Such a network is refused.
- **Possible** (`lockable`): so many entities fit into the pools that each waits for what the others hold. Whether a run
  comes to that depends on who arrives when. Such a network is run, after a warning.

Conditions count. Held for certain is only what everyone who takes the step has entered: the step has all the conditions
of the `Enter`. Possibly held is what one entity may have entered. A step that nobody can take locks nobody.
Waits for goods, departures and partners are left out of both.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, assert_never

from clearsim.language import Text
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, During, Number, Share
from clearsim.network.flows import Flow, attributes_of, of_flow, of_step
from clearsim.network.parts import Parts
from clearsim.network.places import Station
from clearsim.network.steps import Enter, Serve, Step, steps_inside

LARGE = 10_000
"""A pool of more than so many locks nobody: it would have to be full. The solver's arithmetic is exact below it."""
Units = tuple[tuple[str, int], ...]
"""So many of each pool."""


class Blocked(NamedTuple):
    """`number` entities of a flow, each of which holds some of the pools and waits at a station for its needs."""

    flow: str
    station: str
    holds: Units
    needs: Units
    number: int = 1


def impossible(network: Parts, most: Mapping[str, int]) -> Iterator[Text]:
    """Every step at which each entity would wait for ever, as a sentence. `most` is each pool's largest capacity.

    The network must be right in everything else. Proven is this: everyone who takes the step has entered the stations
    before it, under the same conditions or fewer; what these need of a pool, with what the step needs of it, is more
    than the pool ever has; and the conditions of the step leave somebody to take it.
    """
    stations = {station.name: station for station in network.stations}
    for flow in network.flows:
        attributes = attributes_of(flow, network.flows)
        for number, step, opened in _inside(flow):
            who = _Who.of(step)
            if who.exists(attributes):
                held = [enter for enter in opened if who.is_within(_Who.of(enter))]
                for lack in _lacking(_needs(held, stations), stations[step.station].needs, most):
                    yield of_flow(flow, of_step(number, step, lack))


def _lacking(holds: Mapping[str, int], needs: Mapping[str, int], most: Mapping[str, int]) -> Iterator[Text]:
    """Every pool of which there is never enough for an entity that holds some of it and needs more."""
    for pool, more in needs.items():
        if pool in holds and holds[pool] + more > most[pool]:
            yield Text(
                "an entity here holds {held} of `{pool}` and needs {more} more; "
                "there are never more than {most}, so it waits for ever",
                held=holds[pool],
                pool=pool,
                more=more,
                most=most[pool],
            )


def lockable(network: Parts, most: Mapping[str, int]) -> tuple[Blocked, ...]:
    """The fewest entities that lock each other for ever, empty where none can. `most` is each pool's largest capacity.

    They fit into the pools together, and each waits for more of a pool than the others leave of it. Whether they ever
    meet is not asked.
    """
    positions = list(dict.fromkeys(_positions(network)))
    while positions:
        held = {pool for position in positions for pool, _ in position.holds if most[pool] <= LARGE}
        rest = [position for position in positions if held & dict(position.needs).keys()]
        if len(rest) == len(positions):
            return _fewest(positions, most)
        positions = rest
    return ()


def _positions(network: Parts) -> Iterator[Blocked]:
    """Every way in which an entity may hold something and wait."""
    stations = {station.name: station for station in network.stations}
    for flow in network.flows:
        attributes = attributes_of(flow, network.flows)
        for _, step, opened in _inside(flow):
            for held in _holdings(_Who.of(step), opened, attributes):
                holds, needs = _needs(held, stations), stations[step.station].needs
                if holds and needs:
                    yield Blocked(flow.name, step.station, tuple(holds.items()), tuple(needs.items()))


def _fewest(positions: Sequence[Blocked], most: Mapping[str, int]) -> tuple[Blocked, ...]:
    """How many at each position lock each other, as few as possible: an integer programme.

    There are n[j] entities at position j, and x[j] is 1 where there are any. A wait i is that of a position for a pool;
    b[i] is 1 where less of the pool is left than is needed. Each position that is taken has such a wait.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp  # 0.3 s to import, and hardly any network needs it

    pools = {pool: row for row, pool in enumerate(most)}
    capacity = np.array([count if count <= LARGE else math.inf for count in most.values()])
    holds = np.array([[dict(position.holds).get(pool, 0) for position in positions] for pool in most])
    room = np.array([min(LARGE, *(most[pool] // count for pool, count in position.holds)) for position in positions])
    waits = [(j, *need) for j, position in enumerate(positions) for need in position.needs if most[need[0]] <= LARGE]
    whose = np.array([[j == k for k, _, _ in waits] for j in range(len(positions))], dtype=float)
    pool, needed = np.array([(pools[name], count) for _, name, count in waits]).T
    n, x, b = np.split(np.eye(2 * len(positions) + len(waits)), [len(positions), 2 * len(positions)])
    rules = [
        LinearConstraint(holds @ n, ub=capacity),
        LinearConstraint(n - x, lb=0),
        LinearConstraint(room[:, None] * x - n, lb=0),
        LinearConstraint(whose @ b - x, lb=0),
        LinearConstraint(holds[pool] @ n - (capacity[pool] - needed + 1)[:, None] * b, lb=0),
        LinearConstraint(x.sum(axis=0), lb=1),
    ]
    upper = room @ n + x.sum(axis=0) + b.sum(axis=0)
    found = milp(n.sum(axis=0), integrality=np.ones(len(upper)), bounds=Bounds(0, upper), constraints=rules)
    if found.x is None:
        return ()
    numbers = np.rint(n @ found.x).astype(int).tolist()
    return tuple(
        position._replace(number=number) for position, number in zip(positions, numbers, strict=True) if number
    )


class _Who(NamedTuple):
    """Entities for which all conditions of `only` hold and none of `unless`."""

    only: frozenset[str]
    unless: frozenset[str]

    @classmethod
    def of(cls, step: Step) -> "_Who":
        """Those who take the step."""
        return cls(frozenset(step.only_if), frozenset(step.unless))

    def both(self, other: "_Who") -> "_Who":
        """Those who are in both."""
        return _Who(self.only | other.only, self.unless | other.unless)

    def is_within(self, other: "_Who") -> bool:
        """Whether all of these are for certain among the others."""
        return other.only <= self.only and all(self._excludes(name) for name in other.unless)

    def _excludes(self, condition: str) -> bool:
        """Whether the condition holds for none of these: it is excluded, or they are of another class."""
        category, is_class, _ = condition.partition("=")
        other_class = any(name.startswith(f"{category}=") and name != condition for name in self.only)
        return condition in self.unless or bool(is_class and other_class)

    def exists(self, attributes: Mapping[str, Attribute]) -> bool:
        """Whether there may be such an entity, as far as its conditions say."""
        contradicted = any(self._excludes(name) for name in self.only)
        never = any(_never(name, attributes) for name in self.only)
        always = any(_always(name, attributes) for name in self.unless)
        return not (contradicted or never or always)


def _never(condition: str, attributes: Mapping[str, Attribute]) -> bool:
    """Whether the condition holds for nobody, as far as the attributes say."""
    name, _, label = condition.partition("=")
    match attributes.get(name):
        case Category(classes=classes):
            return classes.get(label) == 0
        case Share(p=p, factors=factors, among=among, unless=unless, a_day=a_day):
            largest = p * math.prod(max(of_class.values(), default=1.0) for of_class in factors.values())
            lacks = any(_never(other, attributes) for other in among)
            return largest == 0 or a_day == 0 or lacks or any(_always(other, attributes) for other in unless)
        case AllOf(conditions=conditions):
            return any(_never(other, attributes) for other in conditions)
        case AnyOf(conditions=conditions):
            return all(_never(other, attributes) for other in conditions)
        case During() | Number() | None:
            return False
        case attribute:
            assert_never(attribute)


def _always(condition: str, attributes: Mapping[str, Attribute]) -> bool:
    """Whether the condition holds for everybody, as far as the attributes say."""
    name, _, label = condition.partition("=")
    match attributes.get(name):
        case Category(classes=classes):
            return classes.get(label) == 1
        case Share(p=p, factors=factors, among=among, unless=unless, a_day=a_day):
            has = p == 1 and not factors and a_day is None and all(_always(other, attributes) for other in among)
            return has and all(_never(other, attributes) for other in unless)
        case AllOf(conditions=conditions):
            return all(_always(other, attributes) for other in conditions)
        case AnyOf(conditions=conditions):
            return any(_always(other, attributes) for other in conditions)
        case During() | Number() | None:
            return False
        case attribute:
            assert_never(attribute)


def _inside(flow: Flow) -> Iterator[tuple[int, Serve | Enter, tuple[Enter, ...]]]:
    """Every step that waits for a station while others are entered: its number, the step, the `Enter` before it."""
    for number, (step, opened) in enumerate(steps_inside(flow.steps), start=1):
        if isinstance(step, Serve | Enter) and opened:
            yield number, step, opened


def _holdings(who: _Who, opened: Sequence[Enter], attributes: Mapping[str, Attribute]) -> Iterator[tuple[Enter, ...]]:
    """What those may have entered, in every way in which their conditions allow it."""
    if not who.exists(attributes):
        return
    if not opened:
        yield ()
        return
    first, rest = opened[0], opened[1:]
    for held in _holdings(who.both(_Who.of(first)), rest, attributes):
        yield (first, *held)
    if not who.is_within(_Who.of(first)):
        yield from _holdings(who, rest, attributes)


def _needs(entered: Iterable[Enter], stations: Mapping[str, Station]) -> dict[str, int]:
    """What the stations need together, by pool."""
    needs: dict[str, int] = {}
    for enter in entered:
        for pool, count in stations[enter.station].needs.items():
            needs[pool] = needs.get(pool, 0) + count
    return needs
