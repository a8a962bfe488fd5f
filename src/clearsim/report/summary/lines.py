"""The table of the lines: waits and lengths at every station."""

from clearsim.experiment import KpiRow, Result
from clearsim.language import Text
from clearsim.measures import KPIS
from clearsim.measures.waits import Waits
from clearsim.numbers import number, plus_minus
from clearsim.report.table import Cell, Row, Table


def wait_table(result: Result) -> Table:
    """A row a station that was visited, the longest waits first. A line that flows share has one row for all."""
    services = set(result.plan.services.names)
    stations: dict[str, dict[str, KpiRow]] = {}
    for row in result.kpis:
        if KPIS[row.kpi].subject is Waits and row.station not in services:
            # The rows of a shared line end with one for all its flows together, which is kept.
            stations.setdefault(row.station, {})[row.kpi] = row
    visited = {station: rows for station, rows in stations.items() if rows["visits"].mean}
    longest_first = sorted(visited.items(), key=lambda item: -(item[1]["wait_p95"].mean or 0))
    return Table(
        Text("Waits by station, in minutes"),
        (
            Text("station"),
            Text("visited"),
            Text("mean"),
            Text("p95"),
            Text("longest"),
            Text("longest line"),
            Text("h>limit"),
        ),
        tuple(_row(result.plan.label(station), rows) for station, rows in longest_first),
    )


def _row(station: Cell, rows: dict[str, KpiRow]) -> Row:
    wait = rows["wait_mean"]
    return (
        station,
        number(rows["visits"].mean, "visits"),
        plus_minus(wait.mean, wait.half_width, "min"),
        number(rows["wait_p95"].mean, "min"),
        number(rows["wait_longest"].mean, "min"),
        number(rows["line_peak"].mean, "visits"),
        number(rows["hours_above_limit"].mean, "h"),
    )
