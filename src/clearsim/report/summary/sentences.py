"""The answers of a run, in a sentence each."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clearsim.experiment import KpiRow, Result
from clearsim.measures.waits import Waits
from clearsim.numbers import duration, number, plus_minus
from clearsim.report.summary.flows import groups_of
from clearsim.report.summary.recovery import grown_lines, hours_to_normal, no_lines


def findings(result: Result) -> list[str]:
    """A deadlock, the longest line, what drivers wait, recovery from events, what is lost, the total cost."""
    return [
        *_deadlock(result),
        *_longest_line(result),
        *_driver_waits(result),
        *_recovery(result),
        *_losses(result),
        *_cost(result),
    ]


def _deadlock(result: Result) -> Iterator[str]:
    """In how many runs there is a deadlock; and of the first of them since when, how many, and who holds what."""
    found = result.deadlock
    if found is None or found.since_ms is None:
        return
    one = result.replications == 1
    runs = "" if one else f" in {result.deadlocks} of {result.replications} runs, in the first of them"
    total = f"{number(found.locked, 'units')} of the {number(found.arrived, 'units')} that arrived"
    held = ", ".join(
        f"{item.units} of {result.plan.label(item.pool)} by {item.entities} of {result.plan.label(item.flow)}"
        for item in found.held
    )
    since = f"{_moment(result, found.since_ms):%d %b %H:%M}"
    yield f"Deadlock 死鎖{runs} from {since} on: {total} can never move again. Held meanwhile: {held}."


def _longest_line(result: Result) -> Iterator[str]:
    services = set(result.plan.services.names)
    lines = {(row.flow, row.station): row for row in result.kpis if row.kpi == "line_peak" and row.mean}
    at_stations = [row for row in lines.values() if row.station not in services]
    if at_stations:
        longest = max(at_stations, key=lambda row: row.mean or 0)
        clears = result.kpi("time_to_clear", longest.flow, longest.station)
        after = "not clear by the end" if clears is None else f"clear {duration(clears)} later"
        station, peak = result.plan.label(longest.station), number(longest.mean, "visits")
        yield f"Longest line 最長隊伍: {station}, {peak} waiting at its peak{_peak_moment(result, longest)}, {after}."


def _peak_moment(result: Result, row: KpiRow) -> str:
    """When a line was longest, in brackets; nothing for several replications, which differ."""
    if result.replications > 1:
        return ""
    lines = tuple(line for line in result.trace.lines if line.place == row.station)
    peak_ms = Waits(row.flow, row.station, lines, limit_min=0.0).length.peak_ms()
    return f" ({_moment(result, peak_ms):%d %b %H:%M})"


def _driver_waits(result: Result) -> Iterator[str]:
    for flow in result.plan.flows.names:
        own = {row.kpi: row for row in result.kpis if row.flow == flow and not row.station}
        wait = own.get("driver_wait_mean")
        if wait is None or wait.mean is None:
            continue
        groups = [f"{result.plan.label(row.flow)} {number(row.mean, 'min')} min" for row in groups_of(result, wait)]
        apart = f" ({', '.join(groups)})" if groups else ""
        mean, worst = _plus_minus(wait), _plus_minus(own["driver_wait_p95"])
        yield f"Driver wait 司機等候: {mean} min on average{apart}; nineteen in twenty at most {worst} min."
        nine = result.quantile(0.9, f"{flow}:driver_wait_mean")
        if nine.low is not None and nine.high is not None:
            limits = f"95 % interval {number(nine.low, 'min')} to {number(nine.high, 'min')} min"
            yield f"In nine runs of ten that average is at most {number(nine.value, 'min')} min ({limits})."


def _recovery(result: Result) -> Iterator[str]:
    """The worst line after each event. Where several events have the same worst line, the last to end is told."""
    events = result.plan.events
    ends = dict(zip(events.names, events.until_ms.tolist(), strict=True))
    last: dict[str, str] = {}
    for event in events.names:
        line = _worst_line(result, event) or f"/{event}"
        if line not in last or ends[event] > ends[last[line]]:
            last[line] = event
    yield from (_recovered(result, event) for event in last.values())


def _worst_line(result: Result, event: str) -> str | None:
    """The station whose line grew longest; None where none grew."""
    lines = grown_lines(result, event)
    return max(lines, key=lambda station: lines[station]["backlog_peak"].mean or 0, default=None)


def _recovered(result: Result, event: str) -> str:
    name, station = result.plan.label(event), _worst_line(result, event)
    if station is None:
        return f"After {name}: {no_lines(result, event).en}."
    kpis = grown_lines(result, event)[station]
    peak = number(kpis["backlog_peak"].mean, "visits")
    never = kpis["back_to_normal"].mean is None
    end = "not back to normal by the end" if never else f"back to normal after {hours_to_normal(result, kpis)} h"
    return f"After {name}: {result.plan.label(station)}, up to {peak} waiting, {end}."


def _losses(result: Result) -> Iterator[str]:
    for row in result.kpis:
        if row.kpi == "lost" and row.mean:
            share = number(result.kpi("lost_share", row.flow), "%")
            yield f"Lost 流失: {_plus_minus(row)} of the {result.plan.label(row.flow)}, {share} %."


def _cost(result: Result) -> Iterator[str]:
    for row in result.kpis:
        if row.kpi == "total_cost":
            yield f"Total cost 總費用: CNY {_plus_minus(row)}."


def _moment(result: Result, at_ms: int) -> datetime:
    return result.plan.start + timedelta(milliseconds=at_ms)


def _plus_minus(row: KpiRow) -> str:
    return plus_minus(row.mean, row.half_width, row.unit)
