"""When departures really close and leave."""

from typing import NamedTuple

import numpy as np

from clearsim.demand import Demand
from clearsim.plan import IntArray, Plan


class Departures(NamedTuple):
    """When the departures of a plan really close and leave: ms, shape (departures,).

    `order` holds the rows of those that close in the run, in order of closing; of one moment, in the plan's order.
    """

    closes_ms: IntArray
    departs_ms: IntArray
    order: IntArray


def departures_of(plan: Plan, demand: Demand) -> Departures:
    """The departures as scheduled in the plan, and as late as the demand says."""
    closes_ms = plan.services.closes_ms + demand.closing_late_ms
    departs_ms = plan.services.departs_ms + demand.departure_late_ms
    order = np.argsort(closes_ms, kind="stable")
    in_run = (closes_ms[order] >= 0) & (closes_ms[order] < plan.end_ms)
    return Departures(closes_ms, departs_ms, order[in_run])
