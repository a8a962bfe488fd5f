"""The figure of the drivers: how they spend their minutes, under each of several policies."""

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from clearsim.experiment import KpiRow, Result
from clearsim.numbers import number, plus_minus
from clearsim.report.figures.captions import CAPTIONS
from clearsim.report.labels import Language
from clearsim.report.style import BLUE, INK, ORANGE, PALE, SKY, WHITE, Picture, figure_style, fonts, framed, legend

KINDS = {
    "driver_queueing_in_cab": (BLUE, "", WHITE),
    "driver_out_of_cab": (ORANGE, "///", WHITE),
    "driver_served_in_cab": (SKY, "", INK),
    "driver_driving": (PALE, "...", INK),
}
"""The KPIs of a driver's minutes: colour, hatching and ink of each bar. The first two are the driver wait."""
Bar = tuple[str, Result, str]
"""A policy's name, its result, and a flow with drivers."""


def driver_minutes(results: Mapping[str, Result], language: Language = "en") -> Figure:
    """A driver's mean minutes by kind, one bar a named policy (and flow): queueing, out of the cab, served, driving.

    Whiskers are the 95 % half-width of the driver wait, where there are several replications. The title compares the
    least wait with the longest, in the first flow that binds drivers. Raises `ValueError` where no flow does.
    """
    words = CAPTIONS[language]
    bars = [(policy, result, flow) for policy, result in results.items() for flow in _driver_flows(result)]
    if not bars:
        raise ValueError('no flow binds a driver: mark its steps with driver="cab" or driver="out"')
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
        named = ", ".join(str(bars[0][1].plan.label(flow)) for flow in flows)
        axis.set_xlabel(words["minutes"].format(flow=named))
        kinds = [kind for kind in KINDS if any(_row(r, f, kind).mean for _, r, f in bars)]
        legend(top, [_legend_entry(kind, words) for kind in kinds])
        several = any(result.replications > 1 for result in results.values())
        notes = [words["wait"], words["interval"] if several else words["one run"]]
        return framed(figure, _saving([bar for bar in bars if bar[2] == flows[0]], words), notes)


def _driver_flows(result: Result) -> list[str]:
    """The flows that bind drivers and of which at least one arrived."""
    bound = {row.flow for row in result.kpis if row.kpi == "driver_wait_mean" and row.mean is not None}
    return [flow for flow in result.plan.flows.names if flow in bound]


def _row(result: Result, flow: str, kpi: str) -> KpiRow:
    return next(row for row in result.kpis if (row.flow, row.kpi) == (flow, kpi))


def _draw_bar(axis: Axes, y: int, result: Result, flow: str, longest: float) -> None:
    left = 0.0
    for kind, (colour, hatch, ink) in KINDS.items():
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


def _legend_entry(kind: str, words: Mapping[str, str]) -> Patch:
    colour, hatch, _ = KINDS[kind]
    return Patch(facecolor=colour, hatch=hatch, edgecolor=WHITE, label=words[kind])


def _name(policy: str, result: Result, flow: str, many: bool) -> str:
    label = f", {result.plan.label(flow)}" if many else ""
    return f"{policy}{label}\nn = {_row(result, flow, 'driver_wait_mean').n}"


def _saving(bars: list[Bar], words: Mapping[str, str]) -> str:
    """The finding: the shortest wait against the longest."""
    waits = {policy: _row(result, flow, "driver_wait_mean") for policy, result, flow in bars}
    best = min(waits, key=lambda policy: waits[policy].mean or 0.0)
    worst = max(waits, key=lambda policy: waits[policy].mean or 0.0)
    least, most = waits[best].mean or 0.0, waits[worst].mean or 0.0
    if len(bars) == 1 or most - least < 0.05:
        return words["one policy" if len(bars) == 1 else "same"].format(wait=number(least, "min"))
    apart = most - least > (waits[best].half_width or 0.0) + (waits[worst].half_width or 0.0)
    title = words["saves"].format(best=best, worst=worst, saved=number(most - least, "min"))
    return title if apart else title + words["overlap"]
