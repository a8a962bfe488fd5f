"""The trace of a run: stamps, the lines and levels that follow from them, and both as tables."""

from clearsim.trace.departures import Departures, departures_of
from clearsim.trace.levels import Level, level, steps, together, total
from clearsim.trace.lines import BoolArray, Line
from clearsim.trace.stamps import Trace, capacity_changes, stamp_first
from clearsim.trace.tables import boardings, visits

__all__ = [
    "BoolArray",
    "Departures",
    "Level",
    "Line",
    "Trace",
    "boardings",
    "capacity_changes",
    "departures_of",
    "level",
    "stamp_first",
    "steps",
    "together",
    "total",
    "visits",
]
