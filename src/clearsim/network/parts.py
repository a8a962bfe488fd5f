"""The fields of a network, each checked by itself; whether they fit together is checked above, in `network`."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from attrs import field, frozen
from attrs.validators import optional

from clearsim.language import Label
from clearsim.network.flows import Flow
from clearsim.network.moments import moment, ordered
from clearsim.network.places import Pool, Station, Stock, is_label
from clearsim.network.prices import Prices
from clearsim.network.services import Service
from clearsim.network.staffing import Staffing
from clearsim.network.times import one_length
from clearsim.network.values import each, kind_of, name
from clearsim.network.word import Word, named
from clearsim.units import quoted

Place = Pool | Station | Stock | Service | Flow
"""What has a name that people read."""


@frozen(field_transformer=named)
class Event(Word):
    """Something that happens to the port from `from_min` to `until_min`: how it recovers is measured."""

    name: str = field(converter=name)
    from_min: float = field(converter=moment)
    until_min: float = field(converter=moment)
    label: Label | None = field(default=None, validator=is_label)

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
class Parts(Word):
    """The parts of a network. `clearsim.network.Network` says what they mean and checks that they fit together.

    The checks themselves, and the words and pages that describe a network, need no more than these fields.
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

    @property
    def end_min(self) -> float:
        """Minutes until the run ends."""
        return self.duration + self.run_on
