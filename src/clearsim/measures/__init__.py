"""Measures: every KPI is a pure function of a trace. Averages are computed only here."""

from clearsim.measures.conservation import ConservationError, check
from clearsim.measures.kpi import KPIS, Key, Kpi, Row, rows
from clearsim.measures.subjects import subjects_of
from clearsim.trace import Trace

__all__ = ["KPIS", "ConservationError", "Key", "Kpi", "Row", "check", "measure"]


def measure(trace: Trace, wait_limit_min: float = 30.0) -> list[Row]:
    """Every KPI of a run, one row each, in the order of the report.

    `wait_limit_min` is the wait that counts as too long.
    """
    return [row for subject in subjects_of(trace, wait_limit_min) for row in rows(subject)]
