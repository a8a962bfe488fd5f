"""The fields of a network, each checked by itself; whether they fit together is checked above, in `network`."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

import numpy as np
from attrs import field, frozen
from attrs.validators import optional

from clearsim.language import Label, Text, either
from clearsim.network.flows import Flow
from clearsim.network.moments import moment, ordered
from clearsim.network.places import Pool, Station, Stock, is_label
from clearsim.network.prices import Prices
from clearsim.network.services import Service
from clearsim.network.staffing import Staffing
from clearsim.network.times import one_length
from clearsim.network.values import each, kind_of, name
from clearsim.network.word import Word, named
from clearsim.units import expected, quoted

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
    return each(values, Flow, Text("a list of {word}", word="Flow"))


def _pools(values: Iterable[Pool]) -> tuple[Pool, ...]:
    return each(values, Pool, Text("a list of {word}", word="Pool"))


def _stations(values: Iterable[Station]) -> tuple[Station, ...]:
    return each(values, Station, Text("a list of {word}", word="Station"))


def _stocks(values: Iterable[Stock]) -> tuple[Stock, ...]:
    return each(values, Stock, Text("a list of {word}", word="Stock"))


def _services(values: Iterable[Service]) -> tuple[Service, ...]:
    return each(values, Service, Text("a list of {word}", word="Service"))


def _staffing(values: Iterable[Staffing]) -> tuple[Staffing, ...]:
    return each(values, Staffing, Text("a list of {word}", word=either(kind.__name__ for kind in get_args(Staffing))))


def _events(values: Iterable[Event]) -> tuple[Event, ...]:
    return each(values, Event, Text("a list of {word}", word="Event"))


def _start(value: datetime) -> datetime:
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]").item()
    if not isinstance(value, datetime) or value.tzinfo is not None:
        raise ValueError(expected(Text("a datetime in local time, without a zone"), quoted(value)))
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
    prices: Prices | None = field(default=None, validator=optional(kind_of(Prices, Text("Prices"))))
    start: datetime = field(default=datetime(2022, 11, 1), converter=_start)
    duration: float = field(default=24 * 60.0, converter=one_length)
    run_on: float = field(default=0.0, converter=one_length)
    warm_up: float = field(default=0.0, converter=one_length)
    name: str = field(default="network", converter=name)
    label: Label | None = field(default=None, validator=is_label)

    @property
    def end_min(self) -> float:
        """Minutes until the run ends."""
        return self.duration + self.run_on
