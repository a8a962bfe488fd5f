"""The figure of the lines: how many wait at each station over the day, and who is on duty there."""

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from clearsim.language import Label, Text, plural, word
from clearsim.numbers import day, moment, plus_minus, whole
from clearsim.plan import NOT_YET, Code, IntArray, Plan
from clearsim.report.figures.notes import means
from clearsim.report.style import BLUE, GREY, PALE, SKY, Picture, figure_style, fonts, framed, legend
from clearsim.stats import estimate
from clearsim.trace import Line, Trace
from clearsim.trace.levels import Level, level
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS

Floats = npt.NDArray[np.float64]


class Queue(NamedTuple):
    """A station's line over time, one level a replication, and the pool that is shown behind it."""

    label: Label
    lines: tuple[Level, ...]
    visits: int
    pool: Label | None
    duty: Level | None

    @property
    def peak(self) -> float:
        """The longest that the line was, on average over the replications."""
        return float(np.mean([line.peak() for line in self.lines]))


def queues_by_hour(traces: Trace | Sequence[Trace], panels: int = 8) -> Figure:
    """How many wait at each station over the day, and behind it the staff or equipment on duty there.

    One panel a station where anybody waited, the longest line first, at most `panels`. From one trace: the mean of
    each hour (each 10 min of a run shorter than 12 h), and up to the peak in it. From the traces of several
    replications: the mean over them with its 95 % band. The pool behind a line is staff where the station needs
    any, and of those the smallest. Waits for a departure or for goods are not in the figure.
    """
    traces = [traces] if isinstance(traces, Trace) else list(traces)
    if not traces:
        raise ValueError(Text("a figure needs at least one trace"))
    plan = traces[0].plan
    queues = sorted(_visited_queues(traces), key=lambda queue: -queue.peak)
    waited = [queue for queue in queues if queue.peak > 0]
    shown = waited[:panels]
    notes = [means(len(traces))] if shown else []
    if shorter := len(waited) - len(shown):
        notes.append(
            plural(
                shorter, "Not shown: {n} station with a shorter line.", "Not shown: {n} stations with shorter lines."
            )
        )
    if idle := len(queues) - len(waited):
        notes.append(
            plural(idle, "Not shown: {n} station where nobody waited.", "Not shown: {n} stations where nobody waited.")
        )
    with figure_style():
        if not shown:
            return framed(Picture(figsize=(7, 1.2), layout="constrained"), Text("Nobody waited at any station"), notes)
        edges = _edges(plan, shown)
        if edges[-1] > plan.arrivals_end_ms:
            notes.append(Text("Dashed line: the last arrivals."))
        if plan.warm_up_ms:
            notes.append(Text("Dotted line: the end of the warm-up, which KPIs leave out and this figure shows."))
        columns = min(2, len(shown))
        rows = math.ceil(len(shown) / columns)
        figure = Picture(figsize=(5.6 * columns + 1.4 * (columns == 1), 2.2 * rows + 1.3), layout="constrained")
        grid = figure.add_gridspec(rows + 1, columns, height_ratios=[0.08] + [1] * rows)
        legend(figure.add_subplot(grid[0, :]), _legend_entries(edges, len(traces)))
        axes = [figure.add_subplot(grid[1 + index // columns, index % columns]) for index in range(len(shown))]
        for axis, queue in zip(axes, shown, strict=True):
            _draw_queue(axis, queue, plan, edges)
        about = {"station": shown[0].label, "peak": _peak(shown[0]), "moment": _moment(shown[0], plan, edges)}
        title = Text("The longest line forms at {station}: {peak} waiting at {moment}", **about)
        if len(traces) > 1:
            title = Text("The longest line forms at {station}: {peak} waiting at its peak, around {moment}", **about)
        return framed(figure, title, notes)


def _visited_queues(traces: Sequence[Trace]) -> Iterator[Queue]:
    """Every station that a flow visits, in the order of the flows."""
    plan, stations = traces[0].plan, traces[0].plan.stations
    duty = traces[0].on_duty
    by_place: dict[str, list[list[Line]]] = {}
    for index, trace in enumerate(traces):
        for line in trace.lines:
            if line.code in (Code.SERVE, Code.ENTER):
                by_place.setdefault(line.place, [[] for _ in traces])[index].append(line)
    for place, replications in by_place.items():
        station = stations.names.index(place)
        ranked = sorted(
            (not plan.pools.is_staff[pool], duty[pool].mean() / count, pool) for pool, count in plan.needs_of(station)
        )
        name = plan.pools.names[ranked[0][2]] if ranked else ""
        yield Queue(
            plan.label(place),
            tuple(_line(lines, plan.end_ms) for lines in replications),
            round(sum(len(line.entity) for lines in replications for line in lines) / len(traces)),
            plan.label(name) if ranked else None,
            duty[ranked[0][2]] if ranked else None,
        )


def _line(lines: list[Line], end_ms: int) -> Level:
    joined = np.concatenate([line.joined_ms for line in lines])
    start = np.concatenate([line.start_ms for line in lines])
    return level([(joined, 1), (start[start != NOT_YET], -1)], end_ms)


def _edges(plan: Plan, shown: Sequence[Queue]) -> IntArray:
    """The edges of the bins, from the start until arrivals have ended and the shown lines are empty."""
    lines = [line for queue in shown for line in queue.lines if line.at_ms.size]
    until_ms = max(plan.arrivals_end_ms, *(int(x.at_ms[-1]) if x.value[-1] == 0 else plan.end_ms for x in lines))
    bin_ms = HOUR_MS if until_ms >= 12 * HOUR_MS else 10 * MINUTE_MS
    return np.append(np.arange(0, until_ms, bin_ms), min(math.ceil(until_ms / bin_ms) * bin_ms, plan.end_ms))


def _binned(line: Level, edges: IntArray) -> tuple[Floats, Floats]:
    """The mean and the peak of a level between neighbouring edges."""
    moments = np.unique(np.concatenate([edges, line.at_ms]))
    values = line.at(moments)
    peak = np.maximum.reduceat(values, np.searchsorted(moments, edges))[:-1]
    return line.means(edges), peak.astype(np.float64)


def _last_twice(values: Floats) -> Floats:
    """Values of the bins, the last one twice, since steps are drawn from edge to edge."""
    return np.append(values, values[-1])


def _draw_queue(axis: Axes, queue: Queue, plan: Plan, edges: IntArray) -> None:
    at = edges / HOUR_MS
    binned = [_binned(line, edges) for line in queue.lines]
    mean = np.mean([mean for mean, _ in binned], axis=0)
    if len(binned) == 1:
        low, high = mean, binned[0][1]
        axis.fill_between(at, _last_twice(mean), step="post", color=BLUE, linewidth=0)
    else:
        half = np.array([estimate(list(values)).half_width for values in zip(*(m for m, _ in binned), strict=True)])
        low, high = np.maximum(mean - half, 0), mean + half
    axis.fill_between(at, _last_twice(low), _last_twice(high), step="post", color=SKY, linewidth=0)
    axis.step(at, _last_twice(mean), where="post", color=BLUE, linewidth=0.5 if len(binned) == 1 else 1.4)
    axis.set_ylim(0, max(1.0, float(high.max())) * 1.08)
    axis.set_xlim(at[0], at[-1])
    axis.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ticks_ms = _ticks(plan, int(edges[-1]))
    axis.set_xticks([tick_ms / HOUR_MS for tick_ms in ticks_ms], [_clock(plan, tick_ms) for tick_ms in ticks_ms])
    axis.tick_params(labelfontfamily=fonts())
    axis.set_ylabel(word(Text("number waiting")))
    axis.set_xlabel(word(Text("local time")), fontsize=8, color=GREY)
    if edges[-1] > plan.arrivals_end_ms:
        axis.axvline(plan.arrivals_end_ms / HOUR_MS, color=GREY, linewidth=0.8, linestyle="--")
    if plan.warm_up_ms:
        axis.axvline(plan.warm_up_ms / HOUR_MS, color=GREY, linewidth=0.8, linestyle=":")
    visits, peak = whole(queue.visits), _peak(queue)
    about = Text("visits n = {visits}, peak {peak}", visits=visits, peak=peak)
    if len(queue.lines) == 1:
        when = _moment(queue, plan, edges)
        about = Text("visits n = {visits}, peak {peak} at {moment}", visits=visits, peak=peak, moment=when)
    axis.set_title(f"{word(queue.label)}\n{word(about)}", loc="left", fontsize=9, linespacing=1.35)
    if queue.duty is not None:
        behind = axis.twinx()
        behind.set_zorder(axis.get_zorder() - 1)
        axis.patch.set_visible(False)
        moments = np.unique(np.concatenate([edges[[0, -1]], queue.duty.at_ms[queue.duty.at_ms < edges[-1]]]))
        behind.fill_between(moments / HOUR_MS, queue.duty.at(moments), step="post", color=PALE, linewidth=0)
        behind.set_ylim(0, max(1, queue.duty.peak()) * 1.35)
        behind.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        behind.tick_params(labelfontfamily=fonts(), length=0)
        behind.set_ylabel("" if queue.pool is None else word(queue.pool), fontsize=8, color=GREY)
        behind.spines[:].set_visible(False)


def _legend_entries(edges: IntArray, replications: int) -> list[Artist]:
    bin_ms = int(edges[1] - edges[0])
    width = Text("hour") if bin_ms == HOUR_MS else Text("{amount:.3g} min", amount=bin_ms // MINUTE_MS)
    mean = word(Text("waiting: mean in each {bin}", bin=width))
    top = word(Text("waiting: up to the peak in each {bin}", bin=width))
    keys: list[Artist] = [Patch(facecolor=BLUE, label=mean), Patch(facecolor=SKY, label=top)]
    if replications > 1:
        band = Patch(facecolor=SKY, label=word(Text("95 % band of the mean")))
        keys = [Line2D([], [], color=BLUE, linewidth=1.4, label=mean), band]
    return [*keys, Patch(facecolor=PALE, label=word(Text("on duty (right axis)")))]


def _ticks(plan: Plan, until_ms: int) -> range:
    """Moments on whole hours or days of the local clock, at most eleven of them."""
    steps = [n * MINUTE_MS for n in (15, 30)] + [n * HOUR_MS for n in (1, 2, 3, 6, 12)]
    steps += [n * DAY_MS for n in (1, 2, 7, 14, 30, 90, 365, 3650)]
    step_ms = next((step for step in steps if until_ms <= 10 * step), 8 * steps[-1])
    return range(-plan.clock_ms % step_ms, until_ms + 1, step_ms)


def _clock(plan: Plan, at_ms: int) -> str:
    at = plan.start + timedelta(milliseconds=at_ms)
    return word(day(at)) if at.hour == at.minute == 0 else f"{at:%H:%M}"


def _moment(queue: Queue, plan: Plan, edges: IntArray) -> str:
    """When the line is longest, by the local clock: to the minute in one run, by its bin in several."""
    if len(queue.lines) == 1:
        at_ms = queue.lines[0].peak_ms()
    else:
        at_ms = int(edges[np.mean([_binned(line, edges)[0] for line in queue.lines], axis=0).argmax()])
    at = plan.start + timedelta(milliseconds=at_ms)
    return f"{at:%H:%M}" if edges[-1] <= DAY_MS else moment(at)


def _peak(queue: Queue) -> str:
    found = estimate([float(line.peak()) for line in queue.lines])
    return plus_minus(found.mean, found.half_width, "waiting")
