"""`draw`: the entities of one replication, column by column."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand.arrivals import arrivals_by_block, lead_ms
from clearsim.demand.attributes import Columns, drawn_attributes, holds
from clearsim.demand.counting import expected
from clearsim.demand.departures import drawn_lateness
from clearsim.demand.streams import Streams
from clearsim.language import Text
from clearsim.network.arrivals import Ahead
from clearsim.network.attributes import Attribute
from clearsim.network.flows import Flow, attributes_of
from clearsim.network.network import Network
from clearsim.plan import ClassColumn, IntArray, flag_bits, frozen, number_columns

MOST_ENTITIES = 200_000_000
"""More than this in one replication would not fit a machine's memory; such a run is refused before it is drawn."""


class Demand(NamedTuple):
    """The entities of one replication, flow after flow; entity `e` of flow `f` is row `e - first[f]` of that flow.

    An entity that is due in the run belongs to it, even where a delay lets it arrive after the end. `arrival_ms`,
    `priority` and `flags` have one value an entity. Flow `f`'s pre-drawn numbers (holds in ms, rows of a stock) are
    the rows of `number[number_first[f]:number_first[f + 1]]`, one row an entity. `attributes[f]` holds
    the flow's shares (bool), categories (class index) and numbers (float), for measures.

    Departure `d` of the plan closes `closing_late_ms[d]` later than scheduled and leaves `departure_late_ms[d]` later.
    Arrays are read-only.
    """

    first: IntArray
    arrival_ms: IntArray
    priority: IntArray
    flags: IntArray
    number: IntArray
    number_first: IntArray
    attributes: tuple[Columns, ...]
    closing_late_ms: IntArray
    departure_late_ms: IntArray

    def rows(self, flow: int) -> slice:
        """The rows of the flow's entities in the columns."""
        return slice(int(self.first[flow]), int(self.first[flow + 1]))

    def numbers(self, flow: int) -> IntArray:
        """The flow's pre-drawn numbers: shape (entities, numbers)."""
        table = self.number[self.number_first[flow] : self.number_first[flow + 1]]
        entities = int(self.first[flow + 1] - self.first[flow])
        return table.reshape(entities, len(table) // max(entities, 1))


class _Drawn(NamedTuple):
    """One flow's entities before they are joined with the other flows'. `blocks` counts the entities of each day."""

    arrival_ms: IntArray
    blocks: dict[int, int]
    attributes: dict[str, npt.NDArray[Any]]


def draw(network: Network, seed: int, replication: int = 0) -> Demand:
    """The demand of one replication: a function of the network, the seed and the replication's number alone.

    Raises `ValueError` where a drawn time is longer than a century, where given values run out, or where there would
    be more than 200 million entities; `OSError` where a recorded file cannot be read.
    """
    streams = Streams(seed, replication)
    if (count := expected(network)) > MOST_ENTITIES:
        raise ValueError(
            Text(
                "about {count:.3g} entities are more than the {most:,} that a run can hold",
                count=count,
                most=MOST_ENTITIES,
            )
        )
    drawn: dict[str, _Drawn] = {}
    for flow in sorted(network.flows, key=lambda flow: isinstance(flow.arrivals, Ahead)):
        if isinstance(flow.arrivals, Ahead):
            drawn[flow.name] = _companions(
                flow.arrivals, attributes_of(flow, network.flows), drawn[flow.arrivals.of], streams
            )
        else:
            drawn[flow.name] = _independent(flow, network, streams)
    late = drawn_lateness(network, streams)
    parts = [drawn[flow.name] for flow in network.flows]
    numbers = [_numbers(flow, network, drawn[flow.name], streams) for flow in network.flows]
    return Demand(
        first=frozen(np.cumsum([0, *(len(part.arrival_ms) for part in parts)])),
        arrival_ms=frozen(np.concatenate([part.arrival_ms for part in parts])),
        priority=frozen(np.concatenate([_priority(f, p) for f, p in zip(network.flows, parts, strict=True)])),
        flags=frozen(np.concatenate([_flags(f, network, p) for f, p in zip(network.flows, parts, strict=True)])),
        number=frozen(np.concatenate([table.ravel() for table in numbers])),
        number_first=frozen(np.cumsum([0, *(table.size for table in numbers)])),
        attributes=tuple({name: frozen(column) for name, column in part.attributes.items()} for part in parts),
        closing_late_ms=frozen(late.closing_ms),
        departure_late_ms=frozen(late.departure_ms),
    )


def _independent(flow: Flow, network: Network, streams: Streams) -> _Drawn:
    by_block = arrivals_by_block(flow, network, streams)
    blocks = {block: len(arrival_ms) for block, arrival_ms in by_block.items()}
    arrival_ms = np.concatenate([np.empty(0, dtype=np.int64), *by_block.values()])
    return _Drawn(arrival_ms, blocks, drawn_attributes(flow, arrival_ms, blocks, network.start, streams))


def _companions(ahead: Ahead, attributes: Mapping[str, Attribute], partner: _Drawn, streams: Streams) -> _Drawn:
    early_ms = lead_ms(ahead.of, ahead.lead, partner.blocks, streams)
    if ahead.only_if is not None:
        early_ms = np.where(holds(ahead.only_if, attributes, partner.attributes), early_ms, 0)
    return partner._replace(arrival_ms=np.maximum(partner.arrival_ms - early_ms, 0))


def _numbers(flow: Flow, network: Network, drawn: _Drawn, streams: Streams) -> IntArray:
    columns = number_columns(flow, network)
    table = np.empty((len(drawn.arrival_ms), len(columns)), dtype=np.int64)
    owner = _owner(flow)
    for position, column in enumerate(columns):
        if isinstance(column, ClassColumn):
            table[:, position] = np.array(column.numbers)[drawn.attributes[column.category]]
        else:
            table[:, position] = streams.sample_ms(f"{owner}/{column.purpose}", column.time, drawn.blocks)
    return table


def _priority(flow: Flow, drawn: _Drawn) -> IntArray:
    if isinstance(flow.priority, str):
        return np.asarray(drawn.attributes[flow.priority], dtype=np.int64)
    return np.full(len(drawn.arrival_ms), flow.priority, dtype=np.int64)


def _flags(flow: Flow, network: Network, drawn: _Drawn) -> IntArray:
    flags = np.zeros(len(drawn.arrival_ms), dtype=np.int64)
    for condition, bit in flag_bits(flow).items():
        flags[holds(condition, attributes_of(flow, network.flows), drawn.attributes)] |= bit
    return flags


def _owner(flow: Flow) -> str:
    """The flow whose draws the entities have: a companion has its partner's."""
    return flow.arrivals.of if isinstance(flow.arrivals, Ahead) else flow.name
