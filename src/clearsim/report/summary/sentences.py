"""The answers of a run, in a sentence each."""

from collections.abc import Iterator
from datetime import timedelta

from clearsim.experiment import KpiRow, Result
from clearsim.language import Text, listed
from clearsim.measures.waits import Waits
from clearsim.numbers import duration, moment, number, plus_minus, quantity
from clearsim.report.summary.flows import groups_of
from clearsim.report.summary.recovery import grown_lines, no_lines


def findings(result: Result) -> list[Text]:
    """A deadlock, the longest line, what drivers wait, recovery from events, what is lost, the total cost."""
    return [
        *_deadlock(result),
        *_longest_line(result),
        *_driver_waits(result),
        *_recovery(result),
        *_losses(result),
        *_cost(result),
    ]


def _deadlock(result: Result) -> Iterator[Text]:
    """In how many runs there is a deadlock; and of the first of them since when, how many, and who holds what."""
    found = result.deadlock
    if found is None or found.since_ms is None:
        return
    label = result.plan.label
    held = listed(
        Text(
            "{units} of {pool} by {entities} of {flow}",
            units=item.units,
            pool=label(item.pool),
            entities=item.entities,
            flow=label(item.flow),
        )
        for item in found.held
    )
    stuck = Text(
        "from {moment} on: {locked} of the {arrived} that arrived can never move again. Held meanwhile: {held}.",
        moment=_moment(result, found.since_ms),
        locked=number(found.locked, "units"),
        arrived=number(found.arrived, "units"),
        held=held,
    )
    if result.replications == 1:
        yield Text("Deadlock {stuck}", stuck=stuck)
    else:
        yield Text(
            "Deadlock in {deadlocks} of {runs} runs, in the first of them {stuck}",
            deadlocks=result.deadlocks,
            runs=result.replications,
            stuck=stuck,
        )


def _longest_line(result: Result) -> Iterator[Text]:
    services = set(result.plan.services.names)
    lines = {(row.flow, row.station): row for row in result.kpis if row.kpi == "line_peak" and row.mean}
    at_stations = [row for row in lines.values() if row.station not in services]
    if at_stations:
        longest = max(at_stations, key=lambda row: row.mean or 0)
        clears = result.kpi("time_to_clear", longest.flow, longest.station)
        yield Text(
            "Longest line: {station}, {peak} waiting at its peak{at}, {after}.",
            station=result.plan.label(longest.station),
            peak=number(longest.mean, "visits"),
            at=_peak_moment(result, longest),
            after=Text("not clear by the end") if clears is None else Text("clear {time} later", time=duration(clears)),
        )


def _peak_moment(result: Result, row: KpiRow) -> str:
    """When a line was longest, in brackets; nothing for several replications, which differ."""
    if result.replications > 1:
        return ""
    lines = tuple(line for line in result.trace.lines if line.place == row.station)
    peak_ms = Waits(row.flow, row.station, lines, limit_min=0.0).length.peak_ms()
    return Text(" ({moment})", moment=_moment(result, peak_ms))


def _driver_waits(result: Result) -> Iterator[Text]:
    for flow in result.plan.flows.names:
        own = {row.kpi: row for row in result.kpis if row.flow == flow and not row.station}
        wait = own.get("driver_wait_mean")
        if wait is None or wait.mean is None:
            continue
        groups = [
            Text("{group} {value}", group=result.plan.label(row.flow), value=quantity(number(row.mean, "min"), "min"))
            for row in groups_of(result, wait)
        ]
        yield Text(
            "Driver wait: {mean} on average{groups}; nineteen in twenty at most {worst}.",
            mean=_with_unit(wait),
            groups=Text(" ({groups})", groups=listed(groups)) if groups else "",
            worst=_with_unit(own["driver_wait_p95"]),
        )
        nine = result.quantile(0.9, f"{flow}:driver_wait_mean")
        if nine.low is not None and nine.high is not None:
            yield Text(
                "In nine runs of ten that average is at most {value} min (95 % interval {low} to {high} min).",
                value=number(nine.value, "min"),
                low=number(nine.low, "min"),
                high=number(nine.high, "min"),
            )


def _recovery(result: Result) -> Iterator[Text]:
    """The worst line after each event. Of several events with the same worst line, the last to end is reported."""
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


def _recovered(result: Result, event: str) -> Text:
    name, station = result.plan.label(event), _worst_line(result, event)
    if station is None:
        return Text("After {event}: {why}.", event=name, why=no_lines(result, event))
    kpis = grown_lines(result, event)[station]
    normal = kpis["back_to_normal"]
    if normal.mean is None:
        end = Text("not back to normal by the end")
    elif normal.n == result.replications:
        end = Text("back to normal after {time}", time=_with_unit(normal))
    else:
        end = Text(
            "back to normal after {time} in {n} of {runs} runs",
            time=_with_unit(normal),
            n=normal.n,
            runs=result.replications,
        )
    return Text(
        "After {event}: {station}, up to {peak} waiting, {end}.",
        event=name,
        station=result.plan.label(station),
        peak=number(kpis["backlog_peak"].mean, "visits"),
        end=end,
    )


def _losses(result: Result) -> Iterator[Text]:
    for row in result.kpis:
        if row.kpi == "lost" and row.mean:
            yield Text(
                "Lost: {units} of the {flow}, {share} %.",
                units=plus_minus(row.mean, row.half_width, row.unit),
                flow=result.plan.label(row.flow),
                share=number(result.kpi("lost_share", row.flow), "%"),
            )


def _cost(result: Result) -> Iterator[Text]:
    for row in result.kpis:
        if row.kpi == "total_cost":
            yield Text("Total cost: CNY {cost}.", cost=plus_minus(row.mean, row.half_width, row.unit))


def _moment(result: Result, at_ms: int) -> Text:
    return moment(result.plan.start + timedelta(milliseconds=at_ms))


def _with_unit(row: KpiRow) -> Text:
    return quantity(plus_minus(row.mean, row.half_width, row.unit), row.unit)
