"""The plan: a network in integers, for the engines.

`compile_network` turns names into indices, minutes into milliseconds, weekly calendars into changes of capacity, weekly
timetables into departures, and every flow into rows of one table of steps. There is no randomness here: all that
is random is in the demand.
"""

from clearsim.plan.columns import ClassColumn, TimeColumn, flag_bits, number_columns
from clearsim.plan.compiling import compile_network
from clearsim.plan.places import departure_rows
from clearsim.plan.rows import (
    BACKLOG,
    LONGEST_RUN_MS,
    NONE,
    NOT_YET,
    PROPORTIONAL,
    STAMPS,
    Code,
    IntArray,
    Paces,
    Plan,
    Rules,
    frozen,
)
from clearsim.plan.steps import stamps_of

__all__ = [
    "BACKLOG",
    "LONGEST_RUN_MS",
    "NONE",
    "NOT_YET",
    "PROPORTIONAL",
    "STAMPS",
    "ClassColumn",
    "Code",
    "IntArray",
    "Paces",
    "Plan",
    "Rules",
    "TimeColumn",
    "compile_network",
    "departure_rows",
    "flag_bits",
    "frozen",
    "number_columns",
    "stamps_of",
]
