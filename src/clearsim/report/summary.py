"""The tables that end a run on the terminal: what a planner reads first."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clearsim.experiment import KpiRow, Result
from clearsim.flow import Label
from clearsim.measures import KPIS


class Table(NamedTuple):
    """A table for people: a title, headings, and rows of text. A row of one cell is a heading among the rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


FLOW_KPIS = {
    "": ("arrived", "inside"),
    "driver": (
        *("driver_wait_mean", "driver_wait_p95", "driver_queueing_in_cab", "driver_out_of_cab"),
        *("driver_served_in_cab", "driver_driving"),
    ),
    "milestone": ("dwell_mean", "dwell_p90", "within_24h"),
    "departure": ("on_booked", "roll_over_mean"),
    "fees": ("late_share", "late_fees"),
}


def tables(result: Result) -> list[Table]:
    """Waits by station, then the other figures by flow, then people, equipment and departures."""
    return [_waits(result), _flows(result), _resources(result)]


def findings(result: Result) -> list[str]:
    """The answers in a sentence each: the longest line, and what drivers wait."""
    services = set(result.trace.plan.services.names)
    waits = {(row.flow, row.station): row for row in result.kpis if row.kpi == "line_peak" and row.mean}
    lines = [row for row in waits.values() if row.station not in services]
    found = []
    if lines:
        longest = max(lines, key=lambda row: row.mean or 0)
        clears = result.kpi("time_to_clear", longest.flow, longest.station)
        after = "not clear by the end" if clears is None else f"clear {shown(clears, 'min')} min later"
        place, peak = label(result, longest.station), shown(longest.mean, "visits")
        found.append(f"Longest line 最長隊伍: {place}, {peak} waiting at its peak, {after}.")
    for flow in result.trace.plan.flows.names:
        wait = next((row for row in result.kpis if row.flow == flow and row.kpi == "driver_wait_mean"), None)
        if wait is not None and wait.mean is not None:
            worst = shown(result.kpi("driver_wait_p95", flow), "min")
            mean = _with_half_width(wait)
            found.append(f"Driver wait 司機等候: {mean} min on average; nineteen in twenty at most {worst} min.")
    return found


def label(result: Result, name: str) -> Label:
    """What people read for a station, pool, flow or milestone; a name without a label reads as itself."""
    return result.trace.plan.labels.get(name) or Label(name.replace("_", " "))


def shown(value: float | None, unit: str) -> str:
    """A value as people read it: whole where it counts things, one decimal where it measures; `–` where undefined.

    >>> shown(93221.0, "visits"), shown(12.3456, "min"), shown(None, "%")
    ('93 221', '12.3', '–')
    """
    if value is None:
        return "–"
    whole = unit in ("visits", "units", "departures", "CNY") and abs(value - round(value)) < 0.05
    if unit == "/h":
        return f"{value:.3g}"
    decimals = 0 if whole else 2 if unit == "d" else 1
    return f"{value:,.{decimals}f}".replace(",", " ")


def _waits(result: Result) -> Table:
    services = set(result.trace.plan.services.names)
    by_place: dict[str, dict[str, KpiRow]] = {}
    for row in result.kpis:
        if KPIS[row.kpi].subject == "Waits" and row.station not in services:
            # A line that several flows share ends with a row for all of them together.
            by_place.setdefault(row.station, {})[row.kpi] = row
    visited = {place: rows for place, rows in by_place.items() if rows["visits"].mean}
    longest_first = sorted(visited.items(), key=lambda item: -(item[1]["wait_p95"].mean or 0))
    body = [
        (
            str(label(result, place)),
            shown(rows["visits"].mean, "visits"),
            _with_half_width(rows["wait_mean"]),
            shown(rows["wait_p95"].mean, "min"),
            shown(rows["wait_longest"].mean, "min"),
            shown(rows["line_peak"].mean, "visits"),
        )
        for place, rows in longest_first
    ]
    headings = ("station 環節", "visits", "mean min", "p95 min", "longest min", "peak line")
    return Table("Waits by station 各環節排隊等候", headings, tuple(body))


def _flows(result: Result) -> Table:
    body: list[tuple[str, ...]] = []
    for flow in result.trace.plan.flows.names:
        own = [row for row in result.kpis if row.flow == flow]
        chosen = [row for names in FLOW_KPIS.values() for row in own if row.kpi in names]
        body.append((str(label(result, flow)),))
        body += [_kpi_row(result, row) for row in chosen]
    return Table("Flows 各類貨物與單證", ("KPI 指標", "value", "± 95 %", "unit"), tuple(body))


def _resources(result: Result) -> Table:
    staff = {
        name
        for name, is_staff in zip(result.trace.plan.pools.names, result.trace.plan.pools.is_staff, strict=True)
        if is_staff
    }
    groups: Mapping[str, Iterator[KpiRow]] = {
        "Staff: utilisation 人員利用率": (r for r in result.kpis if r.kpi == "utilisation" and r.station in staff),
        "Equipment: utilisation 設備利用率": (
            r for r in result.kpis if r.kpi == "utilisation" and r.station not in staff
        ),
        "Departures: slots used 艙位利用率": (r for r in result.kpis if r.kpi == "slots_used"),
        "Inspections per officer hour 每關員工時查驗數": (
            r for r in result.kpis if r.kpi == "inspections_per_officer_hour"
        ),
        "Lowest stock 最低庫存": (r for r in result.kpis if r.kpi == "stock_lowest"),
        "Stock-outs 缺貨訂單": (r for r in result.kpis if r.kpi == "stock_outs"),
    }
    body: list[tuple[str, ...]] = []
    for title, rows in groups.items():
        lines = [
            (f"  {label(result, row.station)}", shown(row.mean, row.unit), _half_width(row), row.unit) for row in rows
        ]
        if lines:
            body += [(title,), *lines]
    return Table("People, equipment, departures 人員、設備、班次", ("KPI 指標", "value", "± 95 %", "unit"), tuple(body))


def _kpi_row(result: Result, row: KpiRow) -> tuple[str, ...]:
    name = KPIS[row.kpi].label
    if KPIS[row.kpi].subject == "Dwell":
        milestone = label(result, row.station)
        name = Label(f"{milestone.en}: {name.en}", f"{milestone.zh}{name.zh}")
    return (f"  {name}", shown(row.mean, row.unit), _half_width(row), row.unit)


def _half_width(row: KpiRow) -> str:
    return "" if row.half_width is None else shown(row.half_width, row.unit)


def _with_half_width(row: KpiRow) -> str:
    value = shown(row.mean, row.unit)
    return value if row.half_width is None else f"{value} ± {shown(row.half_width, row.unit)}"
