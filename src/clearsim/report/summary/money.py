"""The table of the costs."""

from clearsim.experiment import Result
from clearsim.language import Text
from clearsim.measures import KPIS
from clearsim.numbers import unit_words
from clearsim.report.sources import GRADES
from clearsim.report.table import Row, Table, indented, kpi_row
from clearsim.scenario import Loaded, Scenario

PRICES = {
    "staff_cost": ("prices", "staff_hour"),
    "driver_cost": ("prices", "driver_hour"),
    "roll_over_cost": ("prices", "roll_over"),
    "lost_sales_cost": ("prices", "lost_order"),
    "late_fees": ("counter", "late_fee", "per_day"),
}
"""Costs, and the path of each one's price in a scenario."""


def money_table(result: Result, loaded: Loaded[Scenario] | None) -> Table:
    """Every cost by flow, service or pool, and the total. The grade of a price is known where there is a scenario."""
    rows: list[Row] = []
    for kpi, path in PRICES.items():
        own = [row for row in result.kpis if row.kpi == kpi]
        written = "" if loaded is None else loaded.origin(path).grade or ""
        grade = GRADES.get(written, written)
        rows += [(KPIS[kpi].label,)] if own else []
        rows += [kpi_row(indented(result.plan.label(row.station or row.flow)), row, grade) for row in own]
    rows += [kpi_row(KPIS[row.kpi].label, row, "") for row in result.kpis if row.kpi == "total_cost"]
    grades = Text("grade of the price")
    return Table(Text("Money"), (Text("cost"), unit_words("CNY"), "± 95 %", grades), tuple(rows), words=(grades,))
