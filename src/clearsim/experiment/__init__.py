"""Experiments: replications of one port or of several, on the same luck, by any workers; the only loop over runs."""

from clearsim.experiment.results import KpiRow, Result
from clearsim.experiment.running import pre_reports, run
from clearsim.experiment.selecting import Selection, select
from clearsim.experiment.simulating import ENGINES, Engine, preparation, simulate, warm_up
from clearsim.experiment.store import Store
from clearsim.experiment.studying import Study
from clearsim.experiment.work import Case, Key, Sample

__all__ = [
    "ENGINES",
    "Case",
    "Engine",
    "Key",
    "KpiRow",
    "Result",
    "Sample",
    "Selection",
    "Store",
    "Study",
    "pre_reports",
    "preparation",
    "run",
    "select",
    "simulate",
    "warm_up",
]
