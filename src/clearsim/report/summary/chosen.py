"""Which KPIs the tables leave out."""

from clearsim.experiment import KpiRow

ONLY_IF_ANY = (
    "not_arrived",
    "overtime_hours",
    "stayed_late_hours",
    "labour_broken",
    "stock_lost",
    "departures_late",
    "lateness_mean",
)
"""KPIs that are shown only where they are not 0."""


def is_shown(row: KpiRow) -> bool:
    """Whether the KPI has a row."""
    return bool(row.mean) or row.kpi not in ONLY_IF_ANY
