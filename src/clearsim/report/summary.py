"""The tables that end a run on the terminal: what a planner reads first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from clearsim.experiment import Key, KpiRow, Result
from clearsim.experiment.results import NOT_RANDOM
from clearsim.measures import KPIS
from clearsim.measures.dwell import Dwell
from clearsim.measures.recovery import Recovery
from clearsim.measures.waits import Waits
from clearsim.network import Label
from clearsim.network.words import duration
from clearsim.scenario import Loaded, Scenario


class Table(NamedTuple):
    """A table for people: a title, headings, and rows of text. A row of one cell is a heading among the rows."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


FLOW_KPIS = (
    ("arrived", "not_arrived", "inside", "lost", "lost_share", "trips"),
    (
        *("driver_wait_mean", "driver_wait_p95", "driver_queueing_in_cab", "driver_out_of_cab"),
        *("driver_served_in_cab", "driver_driving"),
    ),
    ("dwell_mean", "dwell_p90", "within_24h"),
    ("on_booked", "roll_over_mean"),
    ("late_share", "late_fees"),
    ("controlled_share", "hits", "missed", "hits_per_officer_hour", "hits_per_driver_hour"),
)
"""What is shown of a flow."""
GROUP_KPIS = ("driver_wait_mean", "driver_wait_p95", "dwell_mean")
"""What of it is shown for its groups too."""
RESOURCE_KPIS = {
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
"""What is shown of people, equipment, departures and stocks, besides utilisation."""
WHERE_ANY = (
    *("not_arrived", "overtime_hours", "stayed_late_hours", "labour_broken"),
    *("stock_lost", "departures_late", "lateness_mean"),
)
"""What is shown only where there is any."""
COSTS = {
    "staff_cost": ("prices", "staff_hour"),
    "driver_cost": ("prices", "driver_hour"),
    "roll_over_cost": ("prices", "roll_over"),
    "lost_sales_cost": ("prices", "lost_order"),
    "late_fees": ("counter", "late_fee", "per_day"),
}
"""Costs, and where in a scenario the price of each stands."""


def tables(result: Result, loaded: Loaded[Scenario] | None = None) -> list[Table]:
    """Waits by station, recovery, the other figures by flow, then people, equipment and departures, and money.

    What a scenario says of its prices (`loaded`) is shown beside the costs.
    """
    found = [_waits(result), _recovery(result), _flows(result), _resources(result)]
    if result.network.prices is not None:
        found.append(_money(result, loaded))
    return [table for table in found if table.rows]


def findings(result: Result) -> list[str]:
    """The answers in a sentence each: a deadlock, the longest line, what drivers wait, recovery, what is lost."""
    waits = [*_deadlock(result), *_longest(result), *_driver_waits(result)]
    return [*waits, *_recovered(result), *_losses(result), *_cost(result)]


def notes(result: Result) -> Iterator[str]:
    """What is to be known of every mean and of its ±."""
    if not result.is_random:
        yield str(NOT_RANDOM)
    elif result.replications == 1:
        yield "n = 1 replication: one possible day. For 95 % intervals: --replications 20"
    else:
        yield f"Means over n = {result.replications} replications; ± is the half-width of the 95 % interval."
        if any(row.half_width == 0 for row in result.kpis):
            yield "A mean without ± was the same in all replications in which it is defined."


def precision(result: Result) -> Iterator[str]:
    """How a run until precise ended."""
    if result.precision is None or not result.is_random:
        return
    wanted, keys, n = result.precision
    widths = [f"{Key(*row[:4])} {_relative(row)}" for row in result.kpis if row[:4] in keys]
    about = f"a half-width of {100 * wanted:.3g} % of the mean"
    if n is None:
        yield f"Precision 精度: {about} was not reached in {result.replications} replications: {', '.join(widths)}."
    else:
        kept = f"reached after {n} replications and kept for {result.replications - n} more"
        yield f"Precision 精度: {about} {kept}: {', '.join(widths)}."


def _relative(row: KpiRow) -> str:
    if row.half_width is None:
        return "undefined"
    if not row.half_width:
        return f"never varied in {row.n}"
    return f"{100 * row.half_width / abs(row.mean):.3g} %" if row.mean else "around 0"


def warm_up_needed(result: Result) -> str:
    """What is to be left out at the start, judged by the first replication."""
    said = result.warm_up().sentence
    return f"{said.en} {said.zh}"


def _deadlock(result: Result) -> Iterator[str]:
    """Who can never move again: in how many runs, and in the first of them since when, and who holds what."""
    found = result.deadlock
    if found is None or found.since_ms is None:
        return
    one = result.replications == 1
    runs = "" if one else f" in {result.deadlocks} of {result.replications} runs, in the first of them"
    since = f"{result.plan.start + timedelta(milliseconds=found.since_ms):%d %b %H:%M}"
    total = f"{shown(found.locked, 'units')} of the {shown(found.arrived, 'units')} that arrived"
    held = ", ".join(
        f"{item.units} of {label(result, item.pool)} by {item.entities} of {label(result, item.flow)}"
        for item in found.held
    )
    yield f"Deadlock 死鎖{runs} from {since} on: {total} can never move again. Held meanwhile: {held}."


def _longest(result: Result) -> Iterator[str]:
    services = set(result.plan.services.names)
    waits = {(row.flow, row.station): row for row in result.kpis if row.kpi == "line_peak" and row.mean}
    lines = [row for row in waits.values() if row.station not in services]
    if lines:
        longest = max(lines, key=lambda row: row.mean or 0)
        clears = result.kpi("time_to_clear", longest.flow, longest.station)
        after = "not clear by the end" if clears is None else f"clear {duration(clears)} later"
        place, peak = label(result, longest.station), shown(longest.mean, "visits")
        yield f"Longest line 最長隊伍: {place}, {peak} waiting at its peak{_when(result, longest)}, {after}."


def _when(result: Result, row: KpiRow) -> str:
    """The moment of a line's peak, where one run tells of one."""
    if result.replications > 1:
        return ""
    lines = tuple(line for line in result.trace.lines if line.place == row.station)
    peak_ms = Waits(row.flow, row.station, lines, limit_min=0.0).length.peak_ms()
    return f" ({result.plan.start + timedelta(milliseconds=peak_ms):%d %b %H:%M})"


def _driver_waits(result: Result) -> Iterator[str]:
    for flow in result.plan.flows.names:
        wait = next((row for row in result.kpis if row.flow == flow and row.kpi == "driver_wait_mean"), None)
        if wait is not None and wait.mean is not None:
            worst = next(_with_half_width(row) for row in result.kpis if row[:3] == (flow, "", "driver_wait_p95"))
            mean = _with_half_width(wait)
            parts = [f"{label(result, row.flow)} {shown(row.mean, 'min')} min" for row in _groups(result, wait)]
            apart = f" ({', '.join(parts)})" if parts else ""
            yield f"Driver wait 司機等候: {mean} min on average{apart}; nineteen in twenty at most {worst} min."
            nine = result.quantile(0.9, f"{flow}:driver_wait_mean")
            if nine.low is not None and nine.high is not None:
                limits = f"95 % interval {shown(nine.low, 'min')} to {shown(nine.high, 'min')} min"
                yield f"In nine runs of ten that average is at most {shown(nine.value, 'min')} min ({limits})."


def _recovered(result: Result) -> Iterator[str]:
    """The worst line after each event; where it is that of several, they overlap, and the one to end last tells."""
    events = result.plan.events
    told: dict[str, tuple[int, str]] = {}
    for event, until_ms in zip(events.names, events.until_ms.tolist(), strict=True):
        lines, name, place = _grown(result)[event], label(result, event), f"/{event}"
        sentence = f"After {name}: {_calm(result, event).en}."
        if lines:
            place, worst = max(lines.items(), key=lambda item: item[1]["backlog_peak"].mean or 0)
            back, peak = worst["back_to_normal"], shown(worst["backlog_peak"].mean, "visits")
            after = f"back to normal after {_seen(result, back)} h"
            soon = "not back to normal by the end" if back.mean is None else after
            sentence = f"After {name}: {label(result, place)}, up to {peak} waiting, {soon}."
        if place not in told or until_ms > told[place][0]:
            told[place] = (until_ms, sentence)
    yield from (sentence for _, sentence in told.values())


def _losses(result: Result) -> Iterator[str]:
    for row in result.kpis:
        if row.kpi == "lost" and row.mean:
            share = shown(result.kpi("lost_share", row.flow), "%")
            yield f"Lost 流失: {_with_half_width(row)} of the {label(result, row.flow)}, {share} %."


def _cost(result: Result) -> Iterator[str]:
    for row in result.kpis:
        if row.kpi == "total_cost":
            yield f"Total cost 總費用: CNY {_with_half_width(row)}."


def label(result: Result, name: str) -> Label:
    """What people read for a station, pool, flow or milestone; a name without a label reads as itself."""
    return result.plan.labels.get(name) or Label(name.replace("_", " "))


def shown(value: float | None, unit: str) -> str:
    """A value as people read it: whole where it counts things, one decimal where it measures; `–` where undefined.

    >>> shown(93221.0, "visits"), shown(12.3456, "min"), shown(None, "%")
    ('93 221', '12.3', '–')
    """
    if value is None:
        return "–"
    counts = unit in ("visits", "units", "waiting", "departures")
    whole = unit == "CNY" or (counts and (abs(value) >= 1000 or abs(value - round(value)) < 0.05))
    if unit == "/h":
        return f"{value:.3g}"
    decimals = 0 if whole else 2 if unit == "d" else 1
    return f"{value:,.{decimals}f}".replace(",", " ")


def _waits(result: Result) -> Table:
    services = set(result.plan.services.names)
    by_place: dict[str, dict[str, KpiRow]] = {}
    for row in result.kpis:
        if KPIS[row.kpi].subject is Waits and row.station not in services:
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
            shown(rows["hours_above_limit"].mean, "h"),
        )
        for place, rows in longest_first
    ]
    headings = ("station 環節", "visits", "mean min", "p95 min", "max min", "peak", "h>limit")
    return Table("Waits by station 各環節排隊等候", headings, tuple(body))


def _recovery(result: Result) -> Table:
    body: list[tuple[str, ...]] = []
    for event, lines in _grown(result).items():
        body.append((str(label(result, event)),))
        for place, rows in sorted(lines.items(), key=lambda item: -(item[1]["backlog_peak"].mean or 0)):
            before, peak = (shown(rows[name].mean, "visits") for name in ("backlog_before", "backlog_peak"))
            body.append((f"  {label(result, place)}", before, peak, _seen(result, rows["back_to_normal"])))
        if not lines:
            body.append((f"  {_calm(result, event)}",))
    headings = ("event 事件", "longest line before", "from then on", "back to normal, h")
    return Table("Recovery 恢復", headings, tuple(body))


def _grown(result: Result) -> dict[str, dict[str, dict[str, KpiRow]]]:
    """By event, the KPIs of the lines that were longer than normal when it ended."""
    found: dict[str, dict[str, dict[str, KpiRow]]] = {}
    for event in result.plan.events.names:
        lines: dict[str, dict[str, KpiRow]] = {}
        for row in result.kpis:
            if KPIS[row.kpi].subject is Recovery and row.station.endswith(f"/{event}"):
                lines.setdefault(row.station.removesuffix(f"/{event}"), {})[row.kpi] = row
        found[event] = {
            place: rows for place, rows in lines.items() if rows["backlog_peak"].n and rows["back_to_normal"].mean != 0
        }
    return found


def _calm(result: Result, event: str) -> Label:
    """What is said of an event after which no line was too long."""
    compared = any(row.n for row in result.kpis if row.kpi == "backlog_peak" and row.station.endswith(f"/{event}"))
    if compared:
        return Label("every line was back to normal as it ended", "無積壓")
    return Label("nothing before it says what is normal", "事前無可比")


def _seen(result: Result, row: KpiRow) -> str:
    """The value, and in how many replications there was one, where not in all."""
    seen = f" in {row.n} of {result.replications}" if 0 < row.n < result.replications else ""
    return f"{_with_half_width(row)}{seen}"


def _flows(result: Result) -> Table:
    body: list[tuple[str, ...]] = []
    for flow in result.plan.flows.names:
        own = [row for row in result.kpis if row.flow == flow]
        body.append((str(label(result, flow)),))
        for row in (row for names in FLOW_KPIS for row in own if row.kpi in names and _is_shown(row)):
            body.append(_kpi_row(result, row))
            body += [
                (f"    {label(result, part.flow)}", shown(part.mean, part.unit), _half_width(part), part.unit)
                for part in _groups(result, row)
            ]
    return Table("Flows 各類貨物與單證", ("KPI 指標", "value", "± 95 %", "unit"), tuple(body))


def _groups(result: Result, row: KpiRow) -> list[KpiRow]:
    """The row's counterparts for those of its flow who are measured apart, where there are such and others."""
    if row.kpi not in GROUP_KPIS:
        return []
    names = [group.name for group in result.plan.flows.groups[result.plan.flows.names.index(row.flow)]]
    found = {part.flow: part for part in result.kpis if (part.kpi, part.station) == (row.kpi, row.station)}
    pairs = [(found[has], found[has_not]) for has, has_not in zip(names[::2], names[1::2], strict=True)]
    return [part for pair in pairs if all(part.mean is not None for part in pair) for part in pair]


def _resources(result: Result) -> Table:
    pools = result.plan.pools
    staff = {name for name, is_staff in zip(pools.names, pools.is_staff, strict=True) if is_staff}
    used = [row for row in result.kpis if row.kpi == "utilisation"]
    groups = {
        "Staff: utilisation 人員利用率": [row for row in used if row.station in staff],
        "Equipment: utilisation 設備利用率": [row for row in used if row.station not in staff],
    } | {
        title: [row for row in result.kpis if row.kpi == name and _is_shown(row)]
        for title, name in RESOURCE_KPIS.items()
    }
    body: list[tuple[str, ...]] = []
    for title, rows in groups.items():
        lines = [
            (f"  {label(result, row.station)}", shown(row.mean, row.unit), _half_width(row), row.unit) for row in rows
        ]
        if lines:
            body += [(title,), *lines]
    return Table("People, equipment, departures 人員、設備、班次", ("KPI 指標", "value", "± 95 %", "unit"), tuple(body))


def _money(result: Result, loaded: Loaded[Scenario] | None) -> Table:
    body: list[tuple[str, ...]] = []
    for name, path in COSTS.items():
        rows = [row for row in result.kpis if row.kpi == name]
        grade = "" if loaded is None else loaded.origin(path).grade or ""
        if rows:
            body.append((str(KPIS[name].label),))
        body += [
            (f"  {label(result, row.station or row.flow)}", shown(row.mean, "CNY"), _half_width(row), grade)
            for row in rows
        ]
    body += [
        (str(KPIS[row.kpi].label), shown(row.mean, "CNY"), _half_width(row), "")
        for row in result.kpis
        if row.kpi == "total_cost"
    ]
    return Table("Money 費用", ("cost 費用", "CNY", "± 95 %", "grade of the price"), tuple(body))


def _kpi_row(result: Result, row: KpiRow) -> tuple[str, ...]:
    name = KPIS[row.kpi].label
    if KPIS[row.kpi].subject is Dwell:
        milestone = label(result, row.station)
        name = Label(f"{milestone.en}: {name.en}", f"{milestone.zh}{name.zh}")
    return (f"  {name}", shown(row.mean, row.unit), _half_width(row), row.unit)


def _is_shown(row: KpiRow) -> bool:
    return bool(row.mean) or row.kpi not in WHERE_ANY


def _half_width(row: KpiRow) -> str:
    return shown(row.half_width, row.unit) if row.half_width else ""


def _with_half_width(row: KpiRow) -> str:
    return with_half_width(row.mean, row.half_width, row.unit)


def with_half_width(mean: float | None, half_width: float | None, unit: str) -> str:
    """A mean with its half-width, as far as it has one; what never varied has none.

    >>> with_half_width(12.34, 0.56, "min"), with_half_width(12.34, 0.0, "min"), with_half_width(12.34, None, "min")
    ('12.3 ± 0.6', '12.3', '12.3')
    """
    return f"{shown(mean, unit)} ± {shown(half_width, unit)}" if half_width else shown(mean, unit)
