"""The rate at which a flow arrives, over the hours, the weekdays and the surges. Nothing here is random."""

from datetime import datetime

import numpy as np
import numpy.typing as npt

from clearsim.flow.arrivals import Poisson, Surge
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS

FloatArray = npt.NDArray[np.float64]
CELL_MS = 5 * MINUTE_MS
"""Rates are constant within cells of five minutes, counted from the start of the run."""


def rates(arrivals: Poisson, start: datetime, day: int) -> FloatArray:
    """Expected arrivals in each five-minute cell of the run's day `day`: shape (288,), before any day factor.

    The hours' and weekdays' weights are scaled to a mean of 1, so that an ordinary week has the flow's average rate.

    >>> float(rates(Poisson("24/d"), datetime(2022, 11, 1), day=0).sum().round(9))
    24.0
    """
    middle_ms = day * DAY_MS + np.arange(0, DAY_MS, CELL_MS, dtype=np.int64) + CELL_MS // 2
    clock_ms = middle_ms + (start.hour * HOUR_MS + start.minute * MINUTE_MS + start.second * 1000)
    hours = np.array(arrivals.hours) / np.mean(arrivals.hours)
    weekdays = np.array(arrivals.weekdays) / np.mean(arrivals.weekdays)
    weights = hours[clock_ms // HOUR_MS % 24] * weekdays[(start.weekday() + clock_ms // DAY_MS) % 7]
    for surge in arrivals.surges:
        weights = weights * _factor(surge, middle_ms / MINUTE_MS)
    return np.asarray(weights * (arrivals.per_min * CELL_MS / MINUTE_MS), dtype=np.float64)


def instants(expected: FloatArray, uniforms: FloatArray) -> FloatArray:
    """Arrival instants within the day (ms), ascending: the inverse of the cumulative rate at the sorted `uniforms`."""
    cumulative = np.concatenate([[0.0], np.cumsum(expected)])
    edges = np.arange(len(cumulative)) * float(CELL_MS)
    # A cell without arrivals is a flat piece; interp would step onto its far end, which has probability 0.
    return np.asarray(np.interp(np.sort(uniforms) * cumulative[-1], cumulative, edges))


def _factor(surge: Surge, minute: FloatArray) -> FloatArray:
    rise = np.ones_like(minute) if surge.ramp_min == 0 else (minute - surge.from_min) / surge.ramp_min
    fall = np.ones_like(minute) if surge.decay_min == 0 else (surge.until_min - minute) / surge.decay_min
    inside = (minute >= surge.from_min) & (minute < surge.until_min)
    height = np.where(inside, np.clip(np.minimum(rise, fall), 0, 1), 0)
    return np.asarray(1 + (surge.peak - 1) * height)
