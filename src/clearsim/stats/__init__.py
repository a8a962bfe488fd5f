"""Statistics over replications."""

from clearsim.stats.differences import Difference, paired, simultaneous
from clearsim.stats.intervals import (
    ALIKE,
    Estimate,
    QuantileEstimate,
    Values,
    estimate,
    never_varied,
    quantile,
    replications_for_quantile,
)
from clearsim.stats.selection import Goal, Screening, Sense, feasible, kim_nelson, ocba, probability_correct
from clearsim.stats.sequential import Precision, all_reached, look_ahead, predicted, reached
from clearsim.stats.warm_up import Truncation, Welch, mser5, welch

__all__ = [
    "ALIKE",
    "Difference",
    "Estimate",
    "Goal",
    "Precision",
    "QuantileEstimate",
    "Screening",
    "Sense",
    "Truncation",
    "Values",
    "Welch",
    "all_reached",
    "estimate",
    "feasible",
    "kim_nelson",
    "look_ahead",
    "mser5",
    "never_varied",
    "ocba",
    "paired",
    "predicted",
    "probability_correct",
    "quantile",
    "reached",
    "replications_for_quantile",
    "simultaneous",
    "welch",
]
