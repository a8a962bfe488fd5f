"""A network: a port for a period, checked as it is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from clearsim.flow.places import Flow, Label, Pool, Service, Station, Stock
from clearsim.flow.prices import Prices
from clearsim.flow.problems import problems_of
from clearsim.flow.staffing import Staffing
from clearsim.flow.times import Distribution, as_distribution
from clearsim.units import shown


class NetworkError(ValueError):
    """A network that cannot be: `problems` lists all that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class Event(NamedTuple):
    """Something that happens to the port from `from_min` to `until_min`: how it recovers is measured."""

    name: str
    from_min: float
    until_min: float
    label: Label | None = None


@dataclass(frozen=True)
class Network:
    """A port for a period: what there is, and what flows through it from `start` for `duration`.

    `staffing` holds the rules by which people are called, moved or planned; a pool without one has its own capacity.
    `events` are what happens to the port, such as a closure; how it recovers is measured. With `prices`, costs are
    measured too. What is due to arrive in [0, `duration`) belongs to the run, however late it comes; then the doors
    stay open for `run_on`, so that what is late can come, and what is inside can finish. A run starts empty: nothing
    waits but a backlog, and nothing is on its way from before the start. KPIs leave out the `warm_up`, the beginning of
    a long run; it is simulated all the same.

    Raises `NetworkError` with every mistake at once.
    """

    flows: Sequence[Flow]
    pools: Sequence[Pool] = ()
    stations: Sequence[Station] = ()
    stocks: Sequence[Stock] = ()
    services: Sequence[Service] = ()
    staffing: Sequence[Staffing] = ()
    events: Sequence[Event] = ()
    prices: Prices | None = None
    start: datetime = datetime(2022, 11, 1)
    duration: float | str = "24 h"
    run_on: float | str = 0.0
    warm_up: float | str = 0.0
    name: str = "network"

    def __post_init__(self) -> None:
        for name in ("flows", "pools", "stations", "stocks", "services", "staffing", "events"):
            value = getattr(self, name)
            if not isinstance(value, Iterable) or isinstance(value, str):
                raise NetworkError([f"{name}: expected a list, not {shown(value)}"])
            object.__setattr__(self, name, tuple(value))
        for name in ("duration", "run_on", "warm_up"):
            value = getattr(self, name)
            if isinstance(value, Distribution):
                raise NetworkError([f"{name}: a length of time such as `24 h`, not a distribution"])
            try:
                object.__setattr__(self, name, as_distribution(value).expected)
            except ValueError as error:
                raise NetworkError([f"{name}: {error}"]) from error
        problems = list(problems_of(self))
        if problems:
            raise NetworkError(problems)

    @property
    def duration_min(self) -> float:
        """Minutes during which entities arrive."""
        return as_distribution(self.duration).expected

    @property
    def end_min(self) -> float:
        """Minutes until the run ends."""
        return self.duration_min + as_distribution(self.run_on).expected

    @property
    def warm_up_min(self) -> float:
        """Minutes that KPIs leave out."""
        return as_distribution(self.warm_up).expected
