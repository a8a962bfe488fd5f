"""A network: a port for a period, checked as it is made."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from attrs import field, fields, frozen
from attrs.validators import optional

from clearsim.network.places import Flow, Label, Pool, Service, Station, Stock
from clearsim.network.prices import Prices
from clearsim.network.problems import problems_of
from clearsim.network.staffing import Staffing
from clearsim.network.times import one_length
from clearsim.network.values import (
    each,
    kind_of,
    moment,
    name,
    ordered,
    resolved,
)
from clearsim.network.word import Word, named
from clearsim.units import quoted


class NetworkError(ValueError):
    """A network that cannot be: `problems` lists all that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)  # from these it is made anew when it comes from another process

    def __str__(self) -> str:
        return "\n".join(self.problems)


@frozen(field_transformer=named)
class Event(Word):
    """Something that happens to the port from `from_min` to `until_min`: how it recovers is measured."""

    name: str = field(converter=name)
    from_min: float = field(converter=moment)
    until_min: float = field(converter=moment)
    label: Label | None = field(default=None, validator=optional(kind_of(Label, "a Label")))

    def __attrs_post_init__(self) -> None:
        ordered(self.from_min, self.until_min)


def _flows(values: Iterable[Flow]) -> tuple[Flow, ...]:
    return each(values, Flow, "a list of Flow")


def _pools(values: Iterable[Pool]) -> tuple[Pool, ...]:
    return each(values, Pool, "a list of Pool")


def _stations(values: Iterable[Station]) -> tuple[Station, ...]:
    return each(values, Station, "a list of Station")


def _stocks(values: Iterable[Stock]) -> tuple[Stock, ...]:
    return each(values, Stock, "a list of Stock")


def _services(values: Iterable[Service]) -> tuple[Service, ...]:
    return each(values, Service, "a list of Service")


def _staffing(values: Iterable[Staffing]) -> tuple[Staffing, ...]:
    return each(values, Staffing, "a list of Backlog, Proportional or Forecast")


def _events(values: Iterable[Event]) -> tuple[Event, ...]:
    return each(values, Event, "a list of Event")


def _start(value: datetime) -> datetime:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ValueError(f"expected a datetime in local time, without a zone, not {quoted(value)}")
    return value


@frozen(field_transformer=named)
class Network(Word):
    """A port for a period: what there is, and what flows through it from `start` for `duration` minutes.

    `staffing` holds the rules by which people are called, moved or planned; a pool without one has its own capacity.
    `events` are what happens to the port, such as a closure; how it recovers is measured. With `prices`, costs are
    measured too. What is due to arrive in [0, `duration`) belongs to the run, however late it comes; then the doors
    stay open for `run_on` minutes, so that what is late can come, and what is inside can finish. A run starts empty:
    nothing waits but a backlog, and nothing is on its way from before the start. KPIs leave out the `warm_up` minutes,
    the beginning of a long run; it is simulated all the same. Timestamps in its words become minutes after `start`.

    Raises `ValueError` where a value is of another kind than its field, and `NetworkError`, which is one, with every
    mistake at once where the parts do not fit together.
    """

    flows: tuple[Flow, ...] = field(converter=_flows)
    pools: tuple[Pool, ...] = field(default=(), converter=_pools)
    stations: tuple[Station, ...] = field(default=(), converter=_stations)
    stocks: tuple[Stock, ...] = field(default=(), converter=_stocks)
    services: tuple[Service, ...] = field(default=(), converter=_services)
    staffing: tuple[Staffing, ...] = field(default=(), converter=_staffing)
    events: tuple[Event, ...] = field(default=(), converter=_events)
    prices: Prices | None = field(default=None, validator=optional(kind_of(Prices, "Prices")))
    start: datetime = field(default=datetime(2022, 11, 1), converter=_start)
    duration: float = field(default=24 * 60.0, converter=one_length)
    run_on: float = field(default=0.0, converter=one_length)
    warm_up: float = field(default=0.0, converter=one_length)
    name: str = field(default="network", converter=name)

    def __attrs_post_init__(self) -> None:
        for item in fields(Network):
            written = getattr(self, item.name)
            if (known := resolved(written, self.start)) is not written:
                object.__setattr__(self, item.name, known)  # only now the start is known that timestamps count from
        problems = list(problems_of(self))
        if problems:
            raise NetworkError(problems)

    @property
    def end_min(self) -> float:
        """Minutes until the run ends."""
        return self.duration + self.run_on

    def __repr__(self) -> str:
        kinds = ("flows", "stations", "pools", "stocks", "services")
        there = [(len(getattr(self, kind)), kind) for kind in kinds]
        parts = [f"{count} {kind if count > 1 else kind.removesuffix('s')}" for count, kind in there if count]
        period = f"{self.duration / 60:g} h from {self.start:%Y-%m-%d %H:%M}"
        return f"<Network {self.name!r}: {', '.join(parts)}; {period}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the steps of every flow, and the places that they use."""
        from clearsim.network.page import network_html  # which describes networks, and so imports this module

        return network_html(self)
