"""The table of people, equipment, departures and stocks."""

from clearsim.experiment import Result
from clearsim.report.summary.chosen import is_shown
from clearsim.report.table import Row, Table, kpi_row

OTHER_KPIS = {
    "Overtime hours 加班工時": "overtime_hours",
    "Hours of staying late 下班後續作工時": "stayed_late_hours",
    "Runs that break labour rules 違反工時規定的運行": "labour_broken",
    "Departures: slots used 艙位利用率": "slots_used",
    "Departures late 晚點班次": "departures_late",
    "Minutes late, mean of all 平均晚點": "lateness_mean",
    "Inspections per officer hour 每關員工時查驗數": "inspections_per_officer_hour",
    "Lowest stock 最低庫存": "stock_lowest",
    "Stock-outs 缺貨訂單": "stock_outs",
    "Lost for lack of stock 缺貨流失": "stock_lost",
}
"""What is shown besides utilisation, by its heading."""


def resource_table(result: Result) -> Table:
    """Under each heading a row for every pool, service or stock that has the KPI."""
    pools = result.plan.pools
    staff = {name for name, is_staff in zip(pools.names, pools.is_staff, strict=True) if is_staff}
    used = [row for row in result.kpis if row.kpi == "utilisation"]
    found = {
        "Staff: utilisation 人員利用率": [row for row in used if row.station in staff],
        "Equipment: utilisation 設備利用率": [row for row in used if row.station not in staff],
    }
    for heading, kpi in OTHER_KPIS.items():
        found[heading] = [row for row in result.kpis if row.kpi == kpi and is_shown(row)]
    rows: list[Row] = []
    for heading, own in found.items():
        rows += [(heading,)] if own else []
        rows += [kpi_row(f"  {result.plan.label(row.station)}", row, row.unit) for row in own]
    headings = ("KPI 指標", "value", "± 95 %", "unit")
    return Table("People, equipment, departures 人員、設備、班次", headings, tuple(rows), words=("unit",))
