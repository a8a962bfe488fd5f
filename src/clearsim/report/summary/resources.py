"""The table of people, equipment, departures and stocks."""

from clearsim.experiment import Result
from clearsim.language import Text
from clearsim.numbers import unit_words
from clearsim.report.summary.chosen import is_shown
from clearsim.report.table import Row, Table, indented, kpi_row

OTHER_KPIS = {
    "overtime_hours": Text("Overtime hours"),
    "stayed_late_hours": Text("Hours of staying late"),
    "labour_broken": Text("Runs that break labour rules"),
    "slots_used": Text("Departures: slots used"),
    "departures_late": Text("Departures late"),
    "lateness_mean": Text("Minutes late, mean of all"),
    "inspections_per_officer_hour": Text("Inspections per officer hour"),
    "stock_lowest": Text("Lowest stock"),
    "stock_outs": Text("Stock-outs"),
    "stock_lost": Text("Lost for lack of stock"),
}
"""The headings of what is shown besides utilisation."""


def resource_table(result: Result) -> Table:
    """Under each heading a row for every pool, service or stock that has the KPI."""
    pools = result.plan.pools
    staff = {name for name, is_staff in zip(pools.names, pools.is_staff, strict=True) if is_staff}
    used = [row for row in result.kpis if row.kpi == "utilisation"]
    found = {
        Text("Staff: utilisation"): [row for row in used if row.station in staff],
        Text("Equipment: utilisation"): [row for row in used if row.station not in staff],
    }
    for kpi, heading in OTHER_KPIS.items():
        found[heading] = [row for row in result.kpis if row.kpi == kpi and is_shown(row)]
    rows: list[Row] = []
    for heading, own in found.items():
        rows += [(heading,)] if own else []
        rows += [kpi_row(indented(result.plan.label(row.station)), row, unit_words(row.unit)) for row in own]
    unit = Text("unit")
    headings = (Text("KPI"), Text("value"), "± 95 %", unit)
    return Table(Text("People, equipment, departures"), headings, tuple(rows), words=(unit,))
