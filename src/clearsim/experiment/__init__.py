"""Experiments: one scenario or network, or several with the same random numbers, replicated and judged."""

from clearsim.experiment.comparing import compare
from clearsim.experiment.comparison import Comparison, DifferenceRow
from clearsim.experiment.designs import DESIGNS, Design, Range
from clearsim.experiment.ranking import Ranking, Tier, Verdict
from clearsim.experiment.results import KpiRow, Result
from clearsim.experiment.running import pre_reports, run
from clearsim.experiment.selecting import Selection, select
from clearsim.experiment.sweeping import Sweep, sweep
from clearsim.measures import Key
from clearsim.work.blocks import Case, Sample
from clearsim.work.crew import Crew
from clearsim.work.simulating import ENGINES, Engine, compile_engine, preparation, simulate
from clearsim.work.store import Store
from clearsim.work.study import Study

__all__ = [
    "DESIGNS",
    "ENGINES",
    "Case",
    "Comparison",
    "Crew",
    "Design",
    "DifferenceRow",
    "Engine",
    "Key",
    "KpiRow",
    "Range",
    "Ranking",
    "Result",
    "Sample",
    "Selection",
    "Store",
    "Study",
    "Sweep",
    "Tier",
    "Verdict",
    "compare",
    "compile_engine",
    "pre_reports",
    "preparation",
    "run",
    "select",
    "simulate",
    "sweep",
]
