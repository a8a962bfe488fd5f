"""The figure of a sweep: one KPI over the factors, with the intervals of its means."""

import itertools
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from clearsim.experiment import Key, Sweep
from clearsim.language import Text, listed, word
from clearsim.numbers import number, quantity, unit_words
from clearsim.report.figures.notes import means
from clearsim.report.style import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, SKY, Picture, figure_style, fonts, framed
from clearsim.report.sweep import factor_text, kpi_title, short_names, value_text
from clearsim.stats import Estimate, paired

LINE_STYLES = (
    (BLUE, "o", "-"),
    (ORANGE, "s", "--"),
    (GREEN, "^", "-."),
    (PURPLE, "D", ":"),
    (SKY, "v", "-"),
    (INK, "P", "--"),
    (GREY, "X", "-."),
)
"""Colour, marker and dashes of each line, so that lines differ in greyscale too."""
MOST_PANELS = 12


class Dot(NamedTuple):
    """A point of the sweep under a policy: the factors' values, the policy if there are several, the KPI's mean."""

    values: tuple[object, ...]
    found: Estimate
    point: int
    policy: str


def sweep_lines(sweep: Sweep, key: Key) -> Figure:
    """One KPI of a sweep: on a grid over its first factor, a line for each value of the last, a panel for the others.

    Several policies count as a last factor. Designs without lines (Latin hypercube, Sobol) have a panel a factor, and a
    dot a point. Whiskers are 95 % intervals, pointwise. Raises `ValueError` if the KPI is defined nowhere, and for more
    lines or panels than can be read.
    """
    several = len(sweep.policies) > 1
    places = itertools.product(range(len(sweep.points)), sweep.policies)
    columns = list(sweep.columns.values())
    dots = [
        Dot((*(column[point] for column in columns), *([policy] if several else [])), found, point, policy)
        for (point, policy), found in zip(places, sweep.estimates(key), strict=True)
        if found.n
    ]
    if not dots:
        raise ValueError(Text("`{kpi}` is defined at no point of the sweep", kpi=key))
    names = [*short_names(sweep.columns), *([Text("policy")] if several else [])]
    draw = _grid if sweep.design == "grid" else _scatter
    with figure_style():
        figure = draw(dots, names, several)
        for axis in figure.axes:
            axis.tick_params(labelfontfamily=fonts())
        heading = kpi_title(sweep, key)
        figure.supylabel(word(Text("{kpi}, {unit}", kpi=heading, unit=unit_words(key.unit))), fontsize=9)
        notes = [Text("All points used the same random numbers."), means(sweep.replications)]
        if sweep.replications > 1:
            notes.append(Text("Whiskers: 95 % intervals, each on its own (pointwise)."))
        return framed(figure, _finding(sweep, key, dots, names, heading), notes)


def _grid(dots: Sequence[Dot], names: Sequence[str], _: bool) -> Picture:
    """A panel for each combination of the factors that are neither on the axis nor told apart by lines."""
    last = len(names) - 1
    lines = list(dict.fromkeys(dot.values[last] for dot in dots)) if last else [None]
    panels = list(dict.fromkeys(dot.values[1:last] for dot in dots))
    if len(lines) > len(LINE_STYLES) or len(panels) > MOST_PANELS:
        raise ValueError(
            Text(
                "a figure of {lines} lines in {panels} panels cannot be read: at most {most_lines} lines (the last "
                "factor's values, or policies) and {most_panels} panels; the table has every point",
                lines=len(lines),
                panels=len(panels),
                most_lines=len(LINE_STYLES),
                most_panels=MOST_PANELS,
            )
        )
    figure, axes = _panels(len(panels), share_x=True)
    ticks = _ticks([dot.values[0] for dot in dots])
    for axis, panel in zip(axes, panels, strict=True):
        for line, line_style in zip(lines, LINE_STYLES, strict=False):
            own = [dot for dot in dots if dot.values[1:last] == panel and (not last or dot.values[last] == line)]
            text = "" if line is None else value_text(line)
            _draw(axis, [(ticks[dot.values[0]], dot.found) for dot in own], line_style, joined=True, text=text)
        axis.set_title(word(listed(map(factor_text, names[1:last], panel))), loc="left", fontsize=9)
        axis.set_xlabel(word(names[0]))
        axis.set_xticks(list(ticks.values()), [value_text(value) for value in ticks])
    _finish_axes(figure, axes, dots, names[last])
    return figure


def _scatter(dots: Sequence[Dot], names: Sequence[str], several: bool) -> Picture:
    """A panel a factor, a dot a point."""
    factors = names[:-1] if several else names
    if len(factors) > MOST_PANELS:
        raise ValueError(
            Text(
                "a figure of {panels} panels cannot be read; at most {most} factors are drawn",
                panels=len(factors),
                most=MOST_PANELS,
            )
        )
    figure, axes = _panels(len(factors), share_x=False)
    policies = list(dict.fromkeys(dot.policy for dot in dots))
    if len(policies) > len(LINE_STYLES):
        raise ValueError(
            Text(
                "{policies} policies cannot be told apart in one figure; at most {most}",
                policies=len(policies),
                most=len(LINE_STYLES),
            )
        )
    for at, (axis, name) in enumerate(zip(axes, factors, strict=True)):
        ticks = _ticks([dot.values[at] for dot in dots])
        for policy, line_style in zip(policies, LINE_STYLES, strict=False):
            own = [(ticks[dot.values[at]], dot.found) for dot in dots if dot.policy == policy]
            _draw(axis, own, line_style, joined=False, text=policy if several else "")
        axis.set_xlabel(name)
        if not all(isinstance(value, int | float) for value in ticks):
            axis.set_xticks(list(ticks.values()), [value_text(value) for value in ticks])
        elif all(isinstance(value, int) for value in ticks):
            axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    _finish_axes(figure, axes, dots, names[-1])
    return figure


def _panels(count: int, share_x: bool) -> tuple[Picture, list[Axes]]:
    columns = 1 if count == 1 else 2 if count in (2, 4) else 3
    rows = math.ceil(count / columns)
    width = 7.0 if columns == 1 else 3.2 * columns + 0.6
    figure = Picture(figsize=(width, (3.4 if rows == 1 else 2.5 * rows) + 1.0), layout="constrained")
    grid = figure.subplots(rows, columns, sharex=share_x, sharey=True, squeeze=False)
    axes = list(grid.flat)
    for axis in axes[count:]:
        axis.remove()
    return figure, axes[:count]


def _ticks(values: Sequence[object]) -> dict[object, float]:
    """The place of each value on the axis: at its number, or in the order of the list."""
    own = list(dict.fromkeys(values))
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in own)
    return {value: float(value) if numbers and isinstance(value, int | float) else at for at, value in enumerate(own)}


def _draw(
    axis: Axes, found: Sequence[tuple[float, Estimate]], line_style: tuple[str, str, str], joined: bool, text: str
) -> None:
    colour, marker, dashes = line_style
    x = [at for at, _ in found]
    style: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": dashes if joined else "none"}
    style |= {"markersize": 4.5, "linewidth": 1.4, "elinewidth": 1, "capsize": 3, "label": text}
    axis.errorbar(x, [item.mean for _, item in found], yerr=[item.half_width or 0.0 for _, item in found], **style)


def _finish_axes(figure: Picture, axes: Sequence[Axes], dots: Sequence[Dot], legend_title: str) -> None:
    """Begin the y axis at 0 unless a mean is negative; add a legend beside the panels if there are several lines."""
    if all(dot.found.mean >= 0 for dot in dots):
        axes[0].set_ylim(bottom=0)
    keys, texts = axes[0].get_legend_handles_labels()
    if any(texts):
        beside: dict[str, Any] = {"loc": "outside right upper", "frameon": False, "fontsize": 8, "title_fontsize": 8}
        figure.legend(keys, texts, title=word(legend_title), **beside)


def _finding(sweep: Sweep, key: Key, dots: Sequence[Dot], names: Sequence[str], heading: Text) -> Text:
    """The lowest and the highest mean, and at which points."""
    least, most = (chosen(dots, key=lambda dot: dot.found.mean) for chosen in (min, max))
    low, high = (quantity(number(dot.found.mean, key.unit), key.unit) for dot in (least, most))
    if low == high:
        return Text("{kpi}: {value} at every point", kpi=heading, value=low)
    changed = [at for at in range(len(names)) if len({dot.values[at] for dot in dots}) > 1]
    there, here = (listed(factor_text(names[at], dot.values[at]) for at in changed) for dot in (least, most))
    spread = Text("{kpi}: {low} at {there}; {high} at {here}", kpi=heading, low=low, there=there, high=high, here=here)
    apart = paired(sweep.values(key, most.point, most.policy), sweep.values(key, least.point, least.policy))
    noise = apart.half_width is not None and abs(apart.mean) <= apart.half_width
    return Text("{finding} (inside the noise)", finding=spread) if noise else spread
