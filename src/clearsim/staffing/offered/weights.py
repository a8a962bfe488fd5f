"""Weights of probes, by which every combination of attributes that matters has its own probability."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.demand.attributes import may_have, probability_of
from clearsim.network.arrivals import Ahead
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, Share
from clearsim.network.flows import Flow
from clearsim.network.steps import Board
from clearsim.staffing.offered.cells import FloatArray


def weights_of(demand: Demand, attributes: Mapping[str, Attribute], flows: Iterable[Flow]) -> FloatArray:
    """A weight for every probe, such that each combination of what the flows depend on has its probability."""
    names, values, probes = _deciding(attributes, flows), demand.attributes[0], int(demand.first[1])
    kind = np.zeros(probes, dtype=np.int64)
    probability = np.ones(probes)
    for name, attribute in attributes.items():
        if name not in names:
            continue
        value: npt.NDArray[Any] = values[name]
        if isinstance(attribute, Category):
            probability = probability * np.array(list(attribute.classes.values()))[value]
            kind = kind * len(attribute.classes) + value
        elif isinstance(attribute, Share) and attribute.a_day is not None:
            among = np.bincount(kind)[kind]  # how many a budget leaves is known from the probes alone
            kind = kind * 2 + value
            probability = probability * np.bincount(kind)[kind] / among
        elif isinstance(attribute, Share):
            yes = np.minimum(probability_of(attribute, attributes, values), 1.0)
            possible = may_have(attribute, attributes, values)
            probability = probability * np.where(possible, np.where(value, yes, 1 - yes), 1.0)
            kind = kind * 2 + value
        _, kind = np.unique(kind, return_inverse=True)
    weight = probability / np.bincount(kind)[kind]
    return np.asarray(weight / weight.sum())


def _deciding(attributes: Mapping[str, Attribute], flows: Iterable[Flow]) -> set[str]:
    """The attributes on which the way through the flows depends, directly or through others."""
    names = _named(name for flow in flows for step in flow.steps for name in (*step.only_if, *step.unless))
    boarded = [step.slots for flow in flows for step in flow.steps if isinstance(step, Board)]
    names |= _named(name for slots in boarded if isinstance(slots, Mapping) for name in slots)
    names |= {flow.arrivals.only_if for flow in flows if isinstance(flow.arrivals, Ahead) and flow.arrivals.only_if}
    for name in reversed(list(attributes)):  # in reverse, since what a share depends on comes before it
        attribute = attributes[name]
        if name in names and isinstance(attribute, Share):
            names |= {*attribute.factors, *_named((*attribute.among, *attribute.unless))}
        elif name in names and isinstance(attribute, AnyOf | AllOf):
            names |= _named(attribute.conditions)
    return names


def _named(conditions: Iterable[str]) -> set[str]:
    """The attributes that the conditions name."""
    return {condition.partition("=")[0] for condition in conditions}
