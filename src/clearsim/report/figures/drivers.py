"""The figure of the drivers: how they spend their minutes, under each of several policies."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from clearsim.experiment import KpiRow, Result
from clearsim.language import Label, Text, listed, word
from clearsim.numbers import number, plus_minus
from clearsim.report.figures.notes import means
from clearsim.report.style import BLUE, INK, ORANGE, PALE, SKY, WHITE, Picture, figure_style, fonts, framed, legend

KINDS = {
    "driver_queueing_in_cab": (BLUE, "", WHITE, Text("queueing in the cab")),
    "driver_out_of_cab": (ORANGE, "///", WHITE, Text("out of the cab")),
    "driver_served_in_cab": (SKY, "", INK, Text("served in the cab")),
    "driver_driving": (PALE, "...", INK, Text("driving")),
}
"""The KPIs of a driver's minutes: colour, hatching, ink and name of each bar. The first two are the driver wait."""
Bar = tuple[str | Label, Result, str]
"""A policy's name, its result, and a flow with drivers."""


def driver_minutes(results: Mapping[str, Result] | Mapping[Label, Result]) -> Figure:
    """A driver's mean minutes by kind, one bar a named policy (and flow): queueing, out of the cab, served, driving.

    Whiskers are the 95 % half-width of the driver wait, where there are several replications. The title compares the
    least wait with the longest, in the first flow that binds drivers. Raises `ValueError` where no flow does.
    """
    bars: list[Bar] = [(policy, result, flow) for policy, result in results.items() for flow in _driver_flows(result)]
    if not bars:
        raise ValueError(Text('no flow binds a driver: mark its steps with driver="cab" or driver="out"'))
    flows = list(dict.fromkeys(flow for _, _, flow in bars))
    with figure_style():
        figure = Picture(figsize=(9, 0.62 * len(bars) + 1.9), layout="constrained")
        top, axis = figure.subplots(2, height_ratios=[0.12, 0.5 * len(bars)])
        longest = max(sum(_row(r, f, kind).mean or 0 for kind in KINDS) for _, r, f in bars)
        for y, (_, result, flow) in enumerate(bars):
            _draw_bar(axis, y, result, flow, longest)
        axis.set_yticks(range(len(bars)), [_name(*bar, many=len(flows) > 1) for bar in bars])
        axis.set_ylim(len(bars) - 0.6, -0.65)
        axis.set_xlim(0, longest * 1.04)
        axis.tick_params(labelfontfamily=fonts())
        axis.tick_params(axis="y", length=0, labelcolor=INK)
        named = listed(bars[0][1].plan.label(flow) for flow in flows)
        axis.set_xlabel(word(Text("mean minutes of a driver, {flow}", flow=named)))
        kinds = [kind for kind in KINDS if any(_row(r, f, kind).mean for _, r, f in bars)]
        legend(top, [_legend_entry(kind) for kind in kinds])
        several = any(result.replications > 1 for result in results.values())
        notes = [
            Text("Driver wait: queueing in the cab and out of it, above its bars."),
            Text("Whiskers: its 95 % interval over n replications.") if several else means(1),
        ]
        return framed(figure, _saving([bar for bar in bars if bar[2] == flows[0]]), notes)


def _driver_flows(result: Result) -> list[str]:
    """The flows that bind drivers and of which at least one arrived."""
    bound = {row.flow for row in result.kpis if row.kpi == "driver_wait_mean" and row.mean is not None}
    return [flow for flow in result.plan.flows.names if flow in bound]


def _row(result: Result, flow: str, kpi: str) -> KpiRow:
    return next(row for row in result.kpis if (row.flow, row.kpi) == (flow, kpi))


def _draw_bar(axis: Axes, y: int, result: Result, flow: str, longest: float) -> None:
    left = 0.0
    for kind, (colour, hatch, ink, _) in KINDS.items():
        minutes = _row(result, flow, kind).mean or 0.0
        axis.barh(y, minutes, 0.62, left, color=colour, hatch=hatch, edgecolor=WHITE if hatch else colour, linewidth=0)
        if minutes > 0.045 * longest:
            box = {"facecolor": colour, "edgecolor": "none", "pad": 1.2} if hatch else None
            middle = left + minutes / 2
            axis.text(middle, y, number(minutes, "min"), ha="center", va="center", color=ink, fontsize=8, bbox=box)
        left += minutes
    wait = _row(result, flow, "driver_wait_mean")
    end = wait.mean or 0.0
    half = wait.half_width or None  # None without an interval, 0 if nothing varied
    if half is not None:
        axis.errorbar(end, y - 0.42, xerr=half, color=INK, capsize=3, linewidth=1.2)
    text = plus_minus(end, half, "min")
    axis.text(end + (half or 0.0) + 0.008 * longest, y - 0.42, text, va="center", fontsize=10)


def _legend_entry(kind: str) -> Patch:
    colour, hatch, _, name = KINDS[kind]
    return Patch(facecolor=colour, hatch=hatch, edgecolor=WHITE, label=word(name))


def _name(policy: str | Label, result: Result, flow: str, many: bool) -> str:
    name = word(listed([policy, result.plan.label(flow)] if many else [policy]))
    return f"{name}\nn = {_row(result, flow, 'driver_wait_mean').n}"


def _saving(bars: list[Bar]) -> Text:
    """The finding: the shortest wait against the longest."""
    waits = {policy: _row(result, flow, "driver_wait_mean") for policy, result, flow in bars}
    best = min(waits, key=lambda policy: waits[policy].mean or 0.0)
    worst = max(waits, key=lambda policy: waits[policy].mean or 0.0)
    least, most = waits[best].mean or 0.0, waits[worst].mean or 0.0
    if len(bars) == 1:
        return Text("A driver waits {wait} min", wait=number(least, "min"))
    if most - least < 0.05:
        return Text("Drivers wait the same under every policy: {wait} min", wait=number(least, "min"))
    saving = Text(
        '"{best}" saves {saved} min of driver wait a vehicle against "{worst}"',
        best=best,
        saved=number(most - least, "min"),
        worst=worst,
    )
    apart = most - least > (waits[best].half_width or 0.0) + (waits[worst].half_width or 0.0)
    return saving if apart else Text("{finding} (the 95 % intervals overlap)", finding=saving)
