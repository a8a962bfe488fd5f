"""What happens between two dates, as events of the network: surges of demand and disruptions."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clearsim.network import Event, Label
from clearsim.network.moments import Window
from clearsim.scenario import Scenario
from clearsim.scenario.demand import Wave
from clearsim.scenario.disruptions import AnyDisruption
from clearsim.units import LONGEST_MIN


class Happening(NamedTuple):
    """A surge or a disruption, its name in results, and its label for people."""

    what: Wave | AnyDisruption
    name: str
    label: Label


def window(what: Wave | AnyDisruption, s: Scenario) -> Window:
    """Minutes after the start, at most a century before or after it: no run is longer."""
    since, until = ((moment - s.start).total_seconds() / 60 for moment in (what.starts, what.until))
    return max(since, -LONGEST_MIN), min(until, LONGEST_MIN)


def events(s: Scenario, happenings: Iterable[Happening]) -> Iterator[Event]:
    """An event for each, cut to the run. Equal names are numbered; what is outside the run is left out."""
    seen: Counter[str] = Counter()
    for what, name, label in happenings:
        from_min, until_min = window(what, s)
        from_min, until_min = max(0.0, from_min), min(s.duration + s.run_on, until_min)
        if from_min < until_min:
            seen[name] += 1
            yield Event(name if seen[name] == 1 else f"{name} {seen[name]}", from_min, until_min, label)


def waves(s: Scenario) -> Iterator[Event]:
    """The waves of the orders: how the port recovers from each is measured."""
    surges = s.demand.orders.surges if s.demand.orders else ()
    return events(s, (Happening(wave, f"wave {wave.name}".replace("/", "–"), Label(wave.name)) for wave in surges))
