"""The field types of which a scenario model is made.

Each says in a sentence what it expected when it refuses, at the innermost element that is wrong.
"""

from clearsim.scenario.distributions import AmountOf, TimeOf
from clearsim.scenario.quantities import (
    Clock,
    Count,
    DailyClock,
    Duration,
    Moment,
    Money,
    Positive,
    Rate,
    ShareOf,
    Strict,
    Text,
    Weight,
)
from clearsim.scenario.rosters import Days, Roster

__all__ = [
    "AmountOf",
    "Clock",
    "Count",
    "DailyClock",
    "Days",
    "Duration",
    "Moment",
    "Money",
    "Positive",
    "Rate",
    "Roster",
    "ShareOf",
    "Strict",
    "Text",
    "TimeOf",
    "Weight",
]
