"""The attributes of entities: classes, shares, numbers, and what follows from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from clearsim.demand.arrivals import lead_ms
from clearsim.demand.profile import surged_shares
from clearsim.demand.streams import FloatArray, Streams
from clearsim.network.arrivals import Poisson
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, During, Number, Share
from clearsim.network.flows import Flow
from clearsim.plan import IntArray
from clearsim.units import DAY_MS, since_midnight_ms, to_ms

Columns = Mapping[str, npt.NDArray[Any]]


def drawn_attributes(
    flow: Flow, arrival_ms: IntArray, blocks: dict[int, int], start: datetime, streams: Streams
) -> dict[str, npt.NDArray[Any]]:
    """The attributes of the flow's entities: shape (entities,) each.

    Classes are drawn first, since shares depend on them.
    """
    result: dict[str, npt.NDArray[Any]] = {}
    for name, attribute in flow.attributes.items():
        if isinstance(attribute, Category):
            uniform = streams.uniform(f"{flow.name}/category {name}", blocks)
            result[name] = _classes(flow, name, attribute, uniform, arrival_ms)
    for name, attribute in flow.attributes.items():
        match attribute:
            case Category():
                pass  # drawn above
            case Number():
                result[name] = streams.sample(f"{flow.name}/number {name}", attribute.distribution, blocks)
            case During():
                at_ms = np.maximum(arrival_ms - lead_ms(flow.name, attribute.ahead, blocks, streams), 0)
                result[name] = _is_during(attribute, at_ms)
            case Share():
                uniform = streams.uniform(f"{flow.name}/share {name}", blocks)
                day = (arrival_ms + since_midnight_ms(start)) // DAY_MS
                result[name] = _chosen(attribute, flow.attributes, result, uniform, day)
            case AnyOf() | AllOf():
                held = [holds(condition, flow.attributes, result) for condition in attribute.conditions]
                result[name] = (np.logical_or if isinstance(attribute, AnyOf) else np.logical_and).reduce(held)
            case _:
                assert_never(attribute)
    return result


def _is_during(attribute: During, at_ms: IntArray) -> npt.NDArray[np.bool_]:
    windows = [(to_ms(from_min), to_ms(until_min)) for from_min, until_min in attribute.windows]
    inside = [(at_ms >= from_ms) & (at_ms < until_ms) for from_ms, until_ms in windows]
    return np.asarray(np.logical_or.reduce([np.zeros(len(at_ms), dtype=np.bool_), *inside]))


def _chosen(
    share: Share, attributes: Mapping[str, Attribute], values: Columns, uniform: FloatArray, day: IntArray
) -> npt.NDArray[np.bool_]:
    """The entities that have the share: by its probability, among those that it concerns, and within its budget."""
    probability = probability_of(share, attributes, values)
    chosen = (uniform < probability) & may_have(share, attributes, values)
    return chosen if share.a_day is None else _riskiest(chosen, probability, uniform, day, share.a_day)


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


def may_have(share: Share, attributes: Mapping[str, Attribute], values: Columns) -> npt.NDArray[np.bool_]:
    """The entities that may have the share: those with all of `among` and none of `unless`."""
    possible = np.array(True)
    for condition in share.among:
        possible = possible & holds(condition, attributes, values)
    for condition in share.unless:
        possible = possible & ~holds(condition, attributes, values)
    return possible


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


def holds(condition: str, attributes: Mapping[str, Attribute], values: Columns) -> npt.NDArray[np.bool_]:
    """The entities for which a share, or a class of a category (`category=class`), holds."""
    name, _, label = condition.partition("=")
    attribute = attributes[name]
    return values[name] == list(attribute.classes).index(label) if isinstance(attribute, Category) else values[name]
