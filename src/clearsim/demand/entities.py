"""`draw`: the entities of one replication, column by column."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand.counting import expected
from clearsim.demand.departures import drawn_lateness
from clearsim.demand.profile import rate_of, surged_shares
from clearsim.demand.recorded import recorded_ms
from clearsim.demand.streams import BACKLOG, FloatArray, Streams
from clearsim.network.arrivals import Ahead, At, Landings, Poisson, Recorded
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, During, Number, Share
from clearsim.network.calendar import is_within
from clearsim.network.flows import Flow, attributes_of
from clearsim.network.network import Network
from clearsim.network.times import Distribution
from clearsim.plan import ClassColumn, IntArray, flag_bits, number_columns
from clearsim.units import DAY_MS, MINUTE_MS, since_midnight_ms, to_ms

Columns = Mapping[str, npt.NDArray[Any]]
MOST_ENTITIES = 200_000_000
"""More than this in one replication would not fit a machine's memory; such a run is refused before it is drawn."""


class Demand(NamedTuple):
    """The entities of one replication, flow after flow; entity `e` of flow `f` is row `e - first[f]` of that flow.

    An entity that is due in the run belongs to it, even where a delay lets it arrive after the end. `arrival_ms`,
    `priority` and `flags` have one value an entity. Flow `f`'s pre-drawn numbers (holds in ms, rows of a stock) are
    the rows of `number[number_first[f]:number_first[f + 1]]`, one row an entity. `attributes[f]` holds
    the flow's shares (bool), categories (class index) and numbers (float) for those who measure.

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
        """Where the flow's entities stand in the columns."""
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
        raise ValueError(f"about {count:.3g} entities are more than the {MOST_ENTITIES:,} that a run can hold")
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
        first=_frozen(np.cumsum([0, *(len(part.arrival_ms) for part in parts)])),
        arrival_ms=_frozen(np.concatenate([part.arrival_ms for part in parts])),
        priority=_frozen(np.concatenate([_priority(f, p) for f, p in zip(network.flows, parts, strict=True)])),
        flags=_frozen(np.concatenate([_flags(f, network, p) for f, p in zip(network.flows, parts, strict=True)])),
        number=_frozen(np.concatenate([table.ravel() for table in numbers])),
        number_first=_frozen(np.cumsum([0, *(table.size for table in numbers)])),
        attributes=tuple({name: _sealed(column) for name, column in part.attributes.items()} for part in parts),
        closing_late_ms=_frozen(late.closing_ms),
        departure_late_ms=_frozen(late.departure_ms),
    )


def _independent(flow: Flow, network: Network, streams: Streams) -> _Drawn:
    arrivals = flow.arrivals
    end_ms = to_ms(network.duration)
    match arrivals:
        case Poisson():
            by_day = _poisson(flow, arrivals, network, end_ms, streams)
        case Landings():
            by_day = _landings(flow.name, arrivals, network, streams)
        case At():
            given_ms = np.rint(np.array(arrivals.minutes) * MINUTE_MS).astype(np.int64)
            by_day = _split(given_ms, network.start, end_ms)
        case Recorded():
            by_day = _split(recorded_ms(arrivals, network.start, end_ms), network.start, end_ms)
        case Ahead():
            raise TypeError("companions are drawn with their partners")
    blocks = {BACKLOG: np.zeros(arrivals.backlog, dtype=np.int64)} if arrivals.backlog else {}
    blocks |= {day + 1: arrival_ms for day, arrival_ms in by_day.items()}
    counts = {block: len(arrival_ms) for block, arrival_ms in blocks.items()}
    arrival_ms = np.concatenate([np.empty(0, dtype=np.int64), *blocks.values()])
    return _Drawn(arrival_ms, counts, _attributes(flow, arrival_ms, counts, network.start, streams))


def _companions(ahead: Ahead, attributes: Mapping[str, Attribute], partner: _Drawn, streams: Streams) -> _Drawn:
    lead_ms = _lead(ahead.of, ahead.lead, partner.blocks, streams)
    if ahead.only_if is not None:
        lead_ms = np.where(holds(ahead.only_if, attributes, partner.attributes), lead_ms, 0)
    return partner._replace(arrival_ms=np.maximum(partner.arrival_ms - lead_ms, 0))


def _lead(flow: str, lead: Distribution, blocks: dict[int, int], streams: Streams) -> IntArray:
    """How long before each of the flow's entities its companion comes; the same every time it is asked for."""
    return streams.sample_ms(f"{flow}/lead", lead, blocks)


def _poisson(flow: Flow, arrivals: Poisson, network: Network, end_ms: int, streams: Streams) -> dict[int, IntArray]:
    """Arrivals by day of the calendar; each day is drawn to its midnight, so that a longer run begins with the same."""
    name, by_day = flow.name, {}
    clock_ms = since_midnight_ms(network.start)
    for day in range(-(-(end_ms + clock_ms) // DAY_MS)):
        midnight_ms = day * DAY_MS - clock_ms
        rate = rate_of(network, flow, max(midnight_ms, 0), midnight_ms + DAY_MS)
        total = rate.total
        mean = total
        if arrivals.day_cv > 0:
            shape = 1 / arrivals.day_cv**2
            mean *= streams.open(f"{name}/day factor", day + 1).standard_gamma(shape) / shape
        count = int(streams.open(f"{name}/count", day + 1).poisson(mean))
        levels = np.sort(streams.uniform(f"{name}/instants", {day + 1: count})) * total
        arrival_ms = np.floor(rate.inverse(levels)).astype(np.int64)
        by_day[day] = arrival_ms[arrival_ms < end_ms]
    return by_day


def _landings(name: str, arrivals: Landings, network: Network, streams: Streams) -> dict[int, IntArray]:
    """When those land who are due in the run, by the day of the calendar on which they are due.

    Landings that are due after the duration bring nothing of their own, but what a cancelled one has left to them.
    What finds no landing before the run ends lands at its end.
    """
    duration_ms, end_ms = to_ms(network.duration), to_ms(network.end_min)
    due = _due(arrivals, network, end_ms if arrivals.cancelled else duration_ms)
    delay_ms = streams.sample_ms(f"{name}/delay", arrivals.delay, Counter(day + 1 for day, _, _ in due)).tolist()
    by_day: dict[int, list[int]] = {day: [] for day, due_ms, _ in due if due_ms < duration_ms}
    next_ms = end_ms  # backwards, so that the cargo of a cancelled flight finds the next that flies
    for (day, due_ms, count), late_ms in zip(reversed(due), reversed(delay_ms), strict=True):
        if not is_within(due_ms, arrivals.cancelled):
            late_ms += sum(to_ms(late.by_min) for late in arrivals.late if is_within(due_ms, [late.window]))
            next_ms = due_ms + late_ms
        if due_ms < duration_ms:
            by_day[day] += [next_ms] * count
    return {day: np.array(today[::-1], dtype=np.int64) for day, today in by_day.items()}


def _due(arrivals: Landings, network: Network, until_ms: int) -> list[tuple[int, int, int]]:
    """The landings from the start until `until_ms`, in order: day of the calendar, ms after the start, how many."""
    clock_ms = since_midnight_ms(network.start)
    return [
        (day, due_ms, landing.count)
        for day in range(-(-(until_ms + clock_ms) // DAY_MS))
        for landing in arrivals.landings
        if (network.start.weekday() + day) % 7 in landing.weekdays
        and 0 <= (due_ms := to_ms(landing.minute) + day * DAY_MS - clock_ms) < until_ms
    ]


def _split(arrival_ms: IntArray, start: datetime, end_ms: int) -> dict[int, IntArray]:
    """Given arrivals by day of the calendar."""
    arrival_ms = arrival_ms[arrival_ms < end_ms]
    day = (arrival_ms + since_midnight_ms(start)) // DAY_MS
    return {int(today): arrival_ms[day == today] for today in np.unique(day)}


def _attributes(
    flow: Flow, arrival_ms: IntArray, blocks: dict[int, int], start: datetime, streams: Streams
) -> dict[str, npt.NDArray[Any]]:
    result: dict[str, npt.NDArray[Any]] = {}
    for name, attribute in flow.attributes.items():
        if isinstance(attribute, Category):
            uniform = streams.uniform(f"{flow.name}/category {name}", blocks)
            result[name] = _classes(flow, name, attribute, uniform, arrival_ms)
    for name, attribute in flow.attributes.items():
        match attribute:
            case Number():
                result[name] = streams.sample(f"{flow.name}/number {name}", attribute.distribution, blocks)
            case During():
                at_ms = np.maximum(arrival_ms - _lead(flow.name, attribute.ahead, blocks, streams), 0)
                windows = [(to_ms(from_min), to_ms(until_min)) for from_min, until_min in attribute.windows]
                inside = [(at_ms >= from_ms) & (at_ms < until_ms) for from_ms, until_ms in windows]
                result[name] = np.logical_or.reduce([np.zeros(len(at_ms), dtype=np.bool_), *inside])
            case Share():
                uniform = streams.uniform(f"{flow.name}/share {name}", blocks)
                probability = probability_of(attribute, flow.attributes, result)
                result[name] = uniform < probability
                for condition in attribute.among:
                    result[name] &= holds(condition, flow.attributes, result)
                for condition in attribute.unless:
                    result[name] &= ~holds(condition, flow.attributes, result)
                if attribute.a_day is not None:
                    day = (arrival_ms + since_midnight_ms(start)) // DAY_MS
                    result[name] = _riskiest(result[name], probability, uniform, day, attribute.a_day)
            case AnyOf() | AllOf():
                held = [holds(condition, flow.attributes, result) for condition in attribute.conditions]
                result[name] = (np.logical_or if isinstance(attribute, AnyOf) else np.logical_and).reduce(held)
    return result


def _classes(
    flow: Flow, name: str, category: Category, uniform: FloatArray, arrival_ms: IntArray
) -> npt.NDArray[np.int16]:
    """The class of every entity: its share of the uniform numbers, which surges change while they last."""
    edges = np.cumsum(list(category.classes.values()))[:-1]
    index = np.searchsorted(edges, uniform, side="right")
    if isinstance(flow.arrivals, Poisson) and any(surge.category == name for surge in flow.arrivals.surges):
        rows, shares = surged_shares(flow, name, arrival_ms)
        index[rows] = (np.cumsum(shares, axis=1)[:, :-1] <= uniform[rows, None]).sum(axis=1)
    return index.astype(np.int16)


def probability_of(share: Share, attributes: Mapping[str, Attribute], values: Columns) -> FloatArray:
    """The probability of the share before it is cut at 1: one for all, or one an entity."""
    probability = np.array(share.p)
    for axis, factors in share.factors.items():
        category = attributes[axis]
        classes = category.classes if isinstance(category, Category) else {}
        probability = probability * np.array([factors[label] for label in classes])[values[axis]]
    return probability


def _riskiest(
    chosen: npt.NDArray[np.bool_], probability: FloatArray, uniform: FloatArray, day: IntArray, a_day: int
) -> npt.NDArray[np.bool_]:
    """Of those chosen, the `a_day` of each day with the largest probability, and among equals the smallest uniform."""
    rows = np.flatnonzero(chosen)
    risk = np.broadcast_to(probability, chosen.shape)[rows]
    rows = rows[np.lexsort((uniform[rows], -risk, day[rows]))]
    rank = np.arange(len(rows)) - np.searchsorted(day[rows], day[rows])
    kept = np.zeros(len(chosen), dtype=np.bool_)
    kept[rows[rank < a_day]] = True
    return kept


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


def holds(condition: str, attributes: Mapping[str, Attribute], values: Columns) -> npt.NDArray[np.bool_]:
    """For whom a share, or a class of a category (`category=class`), holds."""
    name, _, label = condition.partition("=")
    attribute = attributes[name]
    return values[name] == list(attribute.classes).index(label) if isinstance(attribute, Category) else values[name]


def _owner(flow: Flow) -> str:
    """Whose draws the flow's entities have: a companion has its partner's."""
    return flow.arrivals.of if isinstance(flow.arrivals, Ahead) else flow.name


def _sealed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array


def _frozen(array: npt.NDArray[np.int64]) -> IntArray:
    array = array.astype(np.int64, copy=False)
    array.flags.writeable = False
    return array
