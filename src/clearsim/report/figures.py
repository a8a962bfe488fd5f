"""Figures of results. Each returns a `Figure`, whose title states the finding; saving it is the caller's.

Nothing here touches pyplot: figures can be made in threads, in servers and in notebooks with a style of their own.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from clearsim.experiment import KpiRow, Result
from clearsim.flow.network import Label
from clearsim.measures.levels import Level, level
from clearsim.measures.subjects import on_duty
from clearsim.plan import NOT_YET, Code, Plan
from clearsim.report.style import BLUE, GREY, INK, ORANGE, PALE, SKY, WHITE, Picture, fonts, look
from clearsim.stats import Estimate, estimate
from clearsim.trace import Line, Trace
from clearsim.units import HOUR_MS, MINUTE_MS

Language = Literal["en", "zh"]
"""The language of titles and axes. The names of stations carry both."""
Floats = npt.NDArray[np.float64]

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "longest": "The longest line forms at {station}: {peak} waiting at {moment}",
        "longest mean": "The longest line forms at {station}: {peak} waiting, most around {moment}",
        "nobody": "Nobody waited at any station",
        "visits": "n = {visits} visits, at most {peak} waiting",
        "waiting": "waiting",
        "time": "local time",
        "mean": "line, mean in each {bin}",
        "peak": "line, up to the peak in each {bin}",
        "band": "95 % band of the mean",
        "duty": "on duty",
        "one run": "One replication (n = 1), so there is no 95 % band.",
        "runs": "Means of n = {n} replications.",
        "unshown": "{count} stations are not shown: nobody waited there.",
        "one unshown": "1 station is not shown: nobody waited there.",
        "smaller": "{count} stations with shorter lines are not shown.",
        "one smaller": "1 station with a shorter line is not shown.",
        "closed": "Dashed: arrivals end.",
        "hour": "hour",
        "driver": "“{best}” saves {saved} min of driver wait a truck against “{worst}”",
        "driver one": "A driver waits {wait} min under “{best}”",
        "driver same": "Drivers wait the same under every policy: {wait} min",
        "overlap": "; their 95 % intervals overlap",
        "minutes": "minutes of a driver of {flow}, mean",
        "queueing": "queueing in the cab",
        "out": "out of the cab",
        "served": "served in the cab",
        "driving": "driving",
        "wait": "Driver wait is the sum of the first two; bold.",
        "interval": " The bar at its end is its 95 % interval.",
    },
    "zh": {
        "longest": "最長的隊在{station}：{moment}有{peak}個在等",
        "longest mean": "最長的隊在{station}：最多{peak}個在等，約在{moment}",
        "nobody": "各站均無排隊",
        "visits": "n = {visits} 次，最多 {peak} 個在等",
        "waiting": "等候數",
        "time": "當地時間",
        "mean": "每{bin}平均隊長",
        "peak": "至每{bin}最大隊長",
        "band": "平均值的95%區間",
        "duty": "在崗",
        "one run": "單次運行（n = 1），故無95%區間。",
        "runs": "{n}次重複的平均。",
        "unshown": "另有{count}站無人等候，未畫出。",
        "one unshown": "另有1站無人等候，未畫出。",
        "smaller": "另有{count}站隊較短，未畫出。",
        "one smaller": "另有1站隊較短，未畫出。",
        "closed": "虛線：不再有新到。",
        "hour": "小時",
        "driver": "「{best}」比「{worst}」每車少等{saved}分鐘",
        "driver one": "「{best}」下司機等候{wait}分鐘",
        "driver same": "各方案司機等候相同：{wait}分鐘",
        "overlap": "；兩者95%區間重疊",
        "minutes": "{flow}：每位司機平均分鐘數",
        "queueing": "車內排隊",
        "out": "下車辦單",
        "served": "車內受理",
        "driving": "行駛",
        "wait": "司機等候為前兩項之和，以粗體標出。",
        "interval": "其末端為95%區間。",
    },
}


class Queue(NamedTuple):
    """A station's line over time, one level a replication, and the pool shown behind it."""

    label: Label
    lines: tuple[Level, ...]
    visits: int
    pool: Label | None
    duty: Level | None

    def peak(self) -> Estimate:
        """The longest that the line was, over the replications."""
        return estimate([float(line.peak()) for line in self.lines])


def queues_by_hour(traces: Trace | Sequence[Trace], language: Language = "en", panels: int = 8) -> Figure:
    """How many wait at each station over the day, before the staff or equipment on duty there.

    One panel a station where anybody waited, the longest line first, at most `panels`. From one trace: the mean in
    each hour, and up to the peak in it. From the traces of several replications: the mean over them with its 95 %
    band. Times to the next departure and for goods that are missing are not in it.
    """
    traces = [traces] if isinstance(traces, Trace) else list(traces)
    if not traces:
        raise ValueError("a figure needs at least one trace")
    words, plan = WORDS[language], traces[0].plan
    everywhere = list(_queues(traces))
    waited = sorted((q for q in everywhere if q.peak().mean > 0), key=lambda q: -q.peak().mean)
    shown = waited[:panels]
    notes = [words["one run"] if len(traces) == 1 else words["runs"].format(n=len(traces))]
    notes += _counted(words, "smaller", len(waited) - len(shown)) + _counted(words, "unshown", len(everywhere) - len(waited))
    with look():
        if not shown:
            figure = Picture(figsize=(8, 1.6), layout="constrained")
            figure.suptitle(words["nobody"], x=0.01, ha="left", fontsize=13)
            figure.supxlabel(" ".join(notes[1:]), x=0.01, ha="left", fontsize=8, color=GREY)
            return figure
        edges = _edges(plan, shown)
        each = words["hour"] if edges[1] - edges[0] == HOUR_MS else f"{(edges[1] - edges[0]) // MINUTE_MS} min"
        columns = min(2, len(shown))
        rows = math.ceil(len(shown) / columns)
        figure = Picture(figsize=(5.6 * columns + 0.4, 2.35 * rows + 1.3), layout="constrained")
        figure.get_layout_engine().set(hspace=0.06, wspace=0.05)  # type: ignore[union-attr]  # it was just given one
        figure.suptitle(_longest(plan, shown[0], edges, words), x=0.01, ha="left", fontsize=13)
        axes = figure.subplots(rows, columns, squeeze=False).flatten()
        for axis, queue in zip(axes, shown, strict=False):
            _draw_queue(axis, queue, plan, edges, words)
        for axis in axes[len(shown) :]:
            axis.set_visible(False)
        if edges[-1] > plan.arrivals_end_ms:
            notes.append(words["closed"])
        band = words["peak"].format(bin=each) if len(traces) == 1 else words["band"]
        keys = [
            Patch(facecolor=BLUE, label=words["mean"].format(bin=each)),
            Patch(facecolor=SKY, label=band),
            Patch(facecolor=PALE, label=words["duty"]),
        ]
        figure.legend(handles=keys, loc="outside upper left", ncols=3, frameon=False, fontsize=8)
        figure.supxlabel(" ".join(notes), x=0.01, ha="left", fontsize=8, color=GREY)
    return figure


def _queues(traces: Sequence[Trace]) -> Iterator[Queue]:
    """Every station that a flow visits, in the order of the flows."""
    plan = traces[0].plan
    duty = on_duty(traces[0])
    by_place: dict[str, list[list[Line]]] = {}
    for index, trace in enumerate(traces):
        for line in trace.lines():
            if trace.plan.steps.code[line.step] in (Code.SERVE, Code.ENTER):
                by_place.setdefault(line.place, [[] for _ in traces])[index].append(line)
    for place, replications in by_place.items():
        station = plan.stations.names.index(place)
        needs = range(int(plan.stations.need_first[station]), int(plan.stations.need_first[station + 1]))
        pool, name = None, ""
        if needs:
            # Staff before equipment, then the pool that can serve the fewest at once.
            order = [(not plan.pools.is_staff[p], duty[p].mean() / plan.stations.need_count[k], p)
                     for k in needs for p in [int(plan.stations.need_pool[k])]]
            pool = min(order)[2]
            name = plan.pools.names[pool]
        yield Queue(
            plan.labels.get(place, Label(place)),
            tuple(_level(lines, trace.plan.end_ms) for lines, trace in zip(replications, traces, strict=True)),
            round(sum(len(line.entity) for lines in replications for line in lines) / len(traces)),
            None if pool is None else plan.labels.get(name, Label(name)),
            None if pool is None else duty[pool],
        )


def _level(lines: list[Line], end_ms: int) -> Level:
    joined = np.concatenate([line.joined_ms for line in lines])
    start = np.concatenate([line.start_ms for line in lines])
    return level(joined, start[start != NOT_YET], end_ms)
