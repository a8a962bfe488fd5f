"""The figure of the frontier: two KPIs of every policy, and which policies are beaten by another."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clearsim.experiment import Comparison, Key
from clearsim.language import Label, Text, word
from clearsim.measures import KPIS
from clearsim.numbers import tick, unit_words
from clearsim.report.comparison import kpi_title
from clearsim.report.style import BLUE, GREY, INK, Picture, figure_style, framed, wrapped
from clearsim.stats import Estimate

AXIS_WIDTH = 40
"""Letters of the label of the y axis in a line."""
LABEL_WIDTH = 36
"""Latin letters of a label in a line."""
LINE_INCHES = 0.165
"""Height of a line of a label."""


class Point(NamedTuple):
    """The policies at a point, the two means with their intervals, and whether no policy beats them."""

    names: tuple[Label, ...]
    x: Estimate
    y: Estimate
    kept: bool


def frontier(comparison: Comparison, x: str | Key = "staff_hours", y: str | Key | None = None) -> Figure:
    """Two KPIs of every policy against each other, with 95 % intervals: staff hours and the first flow's driver wait.

    Policies that none beats are joined. A policy beats another if it is better in one KPI and not seen to be worse in
    the other, by the simultaneous intervals of the paired differences. Raises `ValueError` if a KPI is missing.
    """
    keys = (comparison.key(x), _driver_wait(comparison) if y is None else comparison.key(y))
    points = frontier_points(comparison, *keys)
    names = {axis: kpi_title(comparison, key) for axis, key in zip("xy", keys, strict=True)}
    kept = [name for point in points if point.kept for name in point.names]
    title = Text(
        "{count} of {all} policies are worth a choice between {x} and {y}",
        count=len(kept),
        all=sum(len(point.names) for point in points),
        **names,
    )
    if len(kept) == 1:
        title = Text('No policy is seen to be better than "{policy}" in {x} or in {y}', policy=kept[0], **names)
    notes = [
        Text(
            "Crosses: 95 % interval of each mean, n = {n} replications with the same random numbers.",
            n=comparison.replications,
        ),
        Text(
            "Grey: another policy is better in one and not seen to be worse in the other (intervals of paired "
            "differences, good for all pairs at once)."
        ),
    ]
    axes = [
        Text("{kpi}, {unit}", kpi=names[axis], unit=unit_words(key.unit)) for axis, key in zip("xy", keys, strict=True)
    ]
    return frontier_figure(points, axes, title, notes)


def frontier_points(comparison: Comparison, x: Key, y: Key) -> list[Point]:
    """A point for every policy that has both KPIs; policies that are exactly equal in both share one."""
    groups: list[list[str]] = []
    for name in comparison.names:
        if not (comparison.mean(name, x).n and comparison.mean(name, y).n):
            continue
        same = (all(comparison.verdict(key, name, group[0]) == "equal" for key in (x, y)) for group in groups)
        place = next((at for at, alike in enumerate(same) if alike), None)
        groups.append([name]) if place is None else groups[place].append(name)
    firsts = [group[0] for group in groups]
    return [
        Point(
            tuple(comparison.labels[name] for name in group),
            comparison.mean(group[0], x),
            comparison.mean(group[0], y),
            not any(_beats(comparison, (x, y), other, group[0]) for other in firsts if other != group[0]),
        )
        for group in groups
    ]


def frontier_figure(points: Sequence[Point], axes: Sequence[Text], title: Text, notes: Sequence[Text]) -> Figure:
    """Points with their intervals, a line through those that are kept, and a column of labels beside them."""
    labels = [_label_text(point.names) for point in points]
    needed = sum(LINE_INCHES * (label.count("\n") + 1.7) for label in labels)
    with figure_style():
        figure = Picture(figsize=(9, max(4.2, needed + 1.6)), layout="constrained")
        axis, side = figure.subplots(1, 2, width_ratios=[3, 1.1])
        side.set_axis_off()
        joined = sorted((point for point in points if point.kept), key=lambda point: point.x.mean)
        axis.plot([p.x.mean for p in joined], [p.y.mean for p in joined], color=BLUE, linewidth=1.2, zorder=2)
        for point in points:
            tint = BLUE if point.kept else GREY
            half = {"xerr": point.x.half_width or 0.0, "yerr": point.y.half_width or 0.0}
            axis.errorbar(point.x.mean, point.y.mean, **half, fmt="o", color=tint, markersize=6, capsize=3, zorder=3)
        axis.margins(0.08)
        axis.xaxis.set_major_formatter(tick)
        axis.yaxis.set_major_formatter(tick)
        axis.set_xlabel(word(axes[0]))
        axis.set_ylabel(wrapped(axes[1], AXIS_WIDTH))
        _draw_labels(axis, side, points, labels, figure.get_figheight() - 1.3)
        return framed(figure, title, notes)


def _label_text(names: Sequence[Label]) -> str:
    """The names of the policies at a point, one below another, the second and all others behind an equals sign."""
    return "\n= ".join(wrapped(name, LABEL_WIDTH) for name in names)


def _draw_labels(axis: Axes, side: Axes, points: Sequence[Point], labels: Sequence[str], inches: float) -> None:
    """Draw labels in a column, in the order of the points from top to bottom, without overlap, a thin line to each."""
    low, high = axis.get_ylim()
    order = sorted(range(len(points)), key=lambda at: (-points[at].y.mean, -points[at].x.mean))
    heights = {at: LINE_INCHES * (labels[at].count("\n") + 1.7) / inches for at in order}
    middles = _spread_out([(points[at].y.mean - low) / (high - low) for at in order], [heights[at] for at in order])
    for at, middle in zip(order, middles, strict=True):
        point = points[at]
        tint = INK if point.kept else GREY
        text = side.annotate(
            labels[at],
            (point.x.mean, point.y.mean),
            (0.0, middle),
            xycoords=axis.transData,
            textcoords=side.transAxes,
            va="center",
            fontsize=8,
            color=tint,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.5, "relpos": (0, 0.5), "shrinkB": 5},
            annotation_clip=False,
        )
        text.set_in_layout(False)


def _spread_out(wanted: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Middles near the wanted ones, from the top down, that keep `heights` apart within 0 and 1.

    >>> _spread_out([0.9, 0.9, 0.1], [0.2, 0.2, 0.2])
    [0.9, 0.7, 0.1]
    """
    middles, top = list[float](), 1.0
    for middle, height in zip(wanted, heights, strict=True):
        middles.append(min(middle, top - height / 2))
        top = middles[-1] - height / 2
    bottom = 0.0
    for at in reversed(range(len(middles))):
        middles[at] = max(middles[at], bottom + heights[at] / 2)
        bottom = middles[at] + heights[at] / 2
    return [round(middle, 6) for middle in middles]


def _beats(comparison: Comparison, keys: Sequence[Key], one: str, other: str) -> bool:
    """Whether one policy is better than the other in a KPI, and seen to be worse in none."""
    verdicts = [comparison.verdict(key, one, other) for key in keys]
    better = ["more" if KPIS[key.kpi].better == "more" else "less" for key in keys]
    worse = any(verdict in ("less", "more") and verdict != good for verdict, good in zip(verdicts, better, strict=True))
    return not worse and any(verdict == good for verdict, good in zip(verdicts, better, strict=True))


def _driver_wait(comparison: Comparison) -> Key:
    """The driver wait of the first flow that binds drivers. Raises `ValueError` if none does."""
    for key in comparison.keys:
        if key.kpi == "driver_wait_mean":
            return key
    raise ValueError(Text('no flow binds a driver: mark its steps with driver="cab" or driver="out"'))
