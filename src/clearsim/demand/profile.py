"""The rate at which a flow arrives, over the hours, the weekdays and the surges. Nothing here is random."""

import numpy as np
import numpy.typing as npt

from clearsim.flow.arrivals import Poisson, Surge
from clearsim.flow.attributes import Category
from clearsim.flow.network import Network
from clearsim.flow.places import Flow
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS, since_midnight_ms

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CELL_MS = 5 * MINUTE_MS
"""Rates are constant within cells of five minutes, counted from the start of the run."""


def rates(network: Network, flow: Flow, day: int) -> FloatArray:
    """Expected arrivals in each five-minute cell of the run's day `day`: shape (288,), before any day factor.

    The flow's arrivals are `Poisson`. The hours' and weekdays' weights are scaled to a mean of 1, so that an ordinary
    week has the flow's average rate.

    >>> from clearsim.flow import Hold
    >>> trucks = Flow("truck", Poisson("24/d"), [Hold(1)])
    >>> float(rates(Network([trucks]), trucks, day=0).sum().round(9))
    24.0
    """
    arrivals, start = _poisson(flow), network.start
    middle_ms = day * DAY_MS + _middle_ms(np.arange(DAY_MS // CELL_MS))
    clock_ms = middle_ms + since_midnight_ms(start)
    hours = np.array(arrivals.hours) / np.mean(arrivals.hours)
    weekdays = np.array(arrivals.weekdays) / np.mean(arrivals.weekdays)
    weights = hours[clock_ms // HOUR_MS % 24] * weekdays[(start.weekday() + clock_ms // DAY_MS) % 7]
    weights = _surged(weights, flow, middle_ms / MINUTE_MS)
    if arrivals.follows is not None:
        leader = next(other for other in network.flows if other.name == arrivals.follows.flow)
        before = middle_ms / MINUTE_MS - arrivals.follows.lag
        weights = weights * (1 + arrivals.follows.strength * (_surged(np.ones(len(before)), leader, before) - 1))
    return np.asarray(weights * (arrivals.rate * CELL_MS / MINUTE_MS), dtype=np.float64)


def surged_shares(flow: Flow, name: str, at_ms: IntArray) -> tuple[IntArray, FloatArray]:
    """The rows of the instants `at_ms` at which surges concern classes of the category `name`, and the shares there.

    Shapes (rows,) and (rows, classes). At all other instants the shares are the category's own.
    """
    factors = _by_class(flow, name, _middle_ms(np.arange(at_ms.max(initial=0) // CELL_MS + 1)) / MINUTE_MS)
    weights = factors * _shares(flow, name)[:, None]
    held = (factors != 1).any(axis=0) & (weights.sum(axis=0) > 0)
    cell = at_ms // CELL_MS
    rows = np.flatnonzero(held[cell])
    here = weights[:, cell[rows]]
    return rows, np.asarray((here / here.sum(axis=0)).T)


def instants(expected: FloatArray, uniforms: FloatArray) -> FloatArray:
    """Arrival instants within the day (ms), ascending: the inverse of the cumulative rate at the sorted `uniforms`."""
    cumulative = np.concatenate([[0.0], np.cumsum(expected)])
    edges = np.arange(len(cumulative)) * float(CELL_MS)
    # A cell without arrivals is a flat piece; interp would step onto its far end, which has probability 0.
    return np.asarray(np.interp(np.sort(uniforms) * cumulative[-1], cumulative, edges))


def _middle_ms(cell: IntArray) -> IntArray:
    return cell * CELL_MS + CELL_MS // 2


def _surged(weights: FloatArray, flow: Flow, minute: FloatArray) -> FloatArray:
    """The weights of these minutes times the factors of the flow's surges."""
    categories: set[str] = set()
    for surge in _poisson(flow).surges:
        if surge.category is not None:
            categories.add(surge.category)
        elif surge.from_min <= minute[-1] and surge.until_min > minute[0]:
            weights = weights * _factor(surge, minute)
    for name in categories:
        weights = weights * (1 + _shares(flow, name) @ (_by_class(flow, name, minute) - 1))
    return weights


def _by_class(flow: Flow, name: str, minute: FloatArray) -> FloatArray:
    """By how much surges multiply the arrivals of each class of the category: shape (classes, minutes)."""
    classes = list(_category(flow, name).classes)
    factors = np.ones((len(classes), len(minute)))
    for surge in _poisson(flow).surges:
        if surge.category == name:
            factors[[classes.index(label) for label in surge.classes]] *= _factor(surge, minute)
    return factors


def _shares(flow: Flow, name: str) -> FloatArray:
    return np.array(list(_category(flow, name).classes.values()))


def _category(flow: Flow, name: str) -> Category:
    category = flow.attributes[name]
    if not isinstance(category, Category):
        raise TypeError(f"`{name}` of flow `{flow.name}` is not a category")
    return category


def _poisson(flow: Flow) -> Poisson:
    if not isinstance(flow.arrivals, Poisson):
        raise TypeError(f"the arrivals of flow `{flow.name}` have no rate")
    return flow.arrivals


def _factor(surge: Surge, minute: FloatArray) -> FloatArray:
    rise = np.ones_like(minute) if surge.ramp_min == 0 else (minute - surge.from_min) / surge.ramp_min
    fall = np.ones_like(minute) if surge.decay_min == 0 else (surge.until_min - minute) / surge.decay_min
    inside = (minute >= surge.from_min) & (minute < surge.until_min)
    height = np.where(inside, np.clip(np.minimum(rise, fall), 0, 1), 0)
    return np.asarray(1 + (surge.peak - 1) * height)
