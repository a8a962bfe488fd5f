"""What disruptions did to the lines: how long they grew, and when they were back to normal."""

from clearsim.experiment import KpiRow, Result
from clearsim.language import Text
from clearsim.measures import KPIS
from clearsim.measures.recovery import Recovery
from clearsim.numbers import number, plus_minus
from clearsim.report.table import Row, Table, indented

Lines = dict[str, dict[str, KpiRow]]
"""The recovery of each station's line: its KPIs by name."""


def recovery_table(result: Result) -> Table:
    """Every event, and below it the lines that grew, the longest first."""
    rows: list[Row] = []
    for event in result.plan.events.names:
        lines = grown_lines(result, event)
        rows.append((result.plan.label(event),))
        for station, kpis in sorted(lines.items(), key=lambda item: -(item[1]["backlog_peak"].mean or 0)):
            before, peak = (number(kpis[name].mean, "visits") for name in ("backlog_before", "backlog_peak"))
            rows.append((indented(result.plan.label(station)), before, peak, hours_to_normal(result, kpis)))
        if not lines:
            rows.append((indented(no_lines(result, event)),))
    headings = (Text("event"), Text("longest line before"), Text("from then on"), Text("back to normal, h"))
    return Table(Text("Recovery"), headings, tuple(rows))


def grown_lines(result: Result, event: str) -> Lines:
    """The lines that were longer than normal when the event ended, by station."""
    lines: Lines = {}
    for row in result.kpis:
        if KPIS[row.kpi].subject is Recovery and row.station.endswith(f"/{event}"):
            lines.setdefault(row.station.removesuffix(f"/{event}"), {})[row.kpi] = row
    return {
        station: kpis for station, kpis in lines.items() if kpis["backlog_peak"].n and kpis["back_to_normal"].mean != 0
    }


def no_lines(result: Result, event: str) -> Text:
    """Why no line is shown for an event."""
    compared = any(row.n for row in result.kpis if row.kpi == "backlog_peak" and row.station.endswith(f"/{event}"))
    if compared:
        return Text("every line was back to normal when it ended")
    return Text("there was no time before it to compare with")


def hours_to_normal(result: Result, kpis: dict[str, KpiRow]) -> str:
    """After how many hours a line was back to normal; and in how many replications, if not in all."""
    row = kpis["back_to_normal"]
    hours = plus_minus(row.mean, row.half_width, row.unit)
    if not 0 < row.n < result.replications:
        return hours
    return Text("{hours} in {n} of {runs}", hours=hours, n=row.n, runs=result.replications)
