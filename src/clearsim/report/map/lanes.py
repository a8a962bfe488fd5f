"""The network as a picture: one lane a flow, from left to right. What flows share has the same mark everywhere.

Lengths are inches, y grows downwards.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from clearsim.language import Label, Text, word
from clearsim.network import Await, Board, Enter, Flow, Hold, Leave, Network, Put, Serve, Station, Take, Travel
from clearsim.network.flows import companions_of
from clearsim.network.steps import Step
from clearsim.network.words import (
    arrivals,
    conditions,
    label_of,
    on_duty,
    place_of,
    slots_taken,
    time_in_words,
    timetable,
    verb,
)
from clearsim.numbers import digits
from clearsim.report.breaking import broken
from clearsim.report.map.marks import (
    DRIVERS,
    EDGE,
    FILLS,
    MARGIN,
    MILESTONE,
    MILESTONE_COLOUR,
    PARTNER_ARROW,
    ROW,
    Shared,
    draw_legend,
    draw_mark,
    legend_of,
    legend_rows,
    shared_in,
)
from clearsim.report.style import GREY, INK, Picture, figure_style
from clearsim.units import columns_of

BOX_WIDTH, BOX_HEIGHT, GAP = 1.68, 0.86, 0.22
HEADER, ABOVE, BELOW, BETWEEN = 0.32, 0.3, 0.4, 0.24
"""Of a lane: its heading; of a row: room for marks above the boxes, for conditions below them; between the lanes."""
LONGEST_ROW = 7
SMALL, NORMAL, LARGE = 7.2, 8.8, 11.5

Marks = Mapping[tuple[str, str], Shared]


class Spot(NamedTuple):
    """The upper left corner of a step's box."""

    x: float
    y: float


def network_figure(network: Network) -> Figure:
    """One lane a flow. Boxes are steps, coloured by kind; letters mark what is shared; dashed arrows join partners."""
    flows = _ordered(network)
    per_row = min(LONGEST_ROW, max(len(flow.steps) for flow in flows))
    width = max(2 * MARGIN + per_row * BOX_WIDTH + (per_row - 1) * GAP + 0.3, 9.0)
    spots: dict[str, list[Spot]] = {}
    y = MARGIN + 0.42
    for flow in flows:
        y += HEADER
        spots[flow.name] = [_spot(index, y, len(flow.steps)) for index in range(len(flow.steps))]
        y = spots[flow.name][-1].y + BOX_HEIGHT + BELOW + BETWEEN
    shared = shared_in(network)
    rows = legend_rows(legend_of(flows, shared.values()), width)
    height = y + ROW * len(rows) + MARGIN / 2
    with figure_style():
        figure = Picture(figsize=(width, height))
        axis = figure.add_axes((0, 0, 1, 1))
        axis.set_xlim(0, width)
        axis.set_ylim(height, 0)
        axis.set_axis_off()
        axis.text(MARGIN, MARGIN + 0.1, word(label_of(network)), fontsize=13, va="center")
        for flow in flows:
            _draw_lane(axis, network, flow, spots[flow.name], shared, width)
        for companion, partner in companions_of(network.flows).items():
            _draw_partner_arrow(axis, network, companion, partner, spots)
        draw_legend(axis, rows, y)
    return figure


def _ordered(network: Network) -> list[Flow]:
    """Companions directly above their partners, all other flows in the order of the network."""
    companions = companions_of(network.flows)
    by_name = {flow.name: flow for flow in network.flows}
    result = []
    for flow in network.flows:
        if flow.name not in companions:
            result += [by_name[name] for name, of in companions.items() if of == flow.name] + [flow]
    return result


def _spot(index: int, y: float, count: int) -> Spot:
    """A flow that is too long for a row is folded into rows of equal length."""
    rows = -(-count // LONGEST_ROW)
    row, column = divmod(index, -(-count // rows))
    return Spot(MARGIN + column * (BOX_WIDTH + GAP), y + ABOVE + row * (ABOVE + BOX_HEIGHT + BELOW))


def _draw_lane(axis: Axes, network: Network, flow: Flow, spots: list[Spot], shared: Marks, width: float) -> None:
    top, bottom = spots[0].y - ABOVE - HEADER, spots[-1].y + BOX_HEIGHT + BELOW
    lane = FancyBboxPatch((MARGIN / 2, top), width - MARGIN, bottom - top, boxstyle="round,pad=0,rounding_size=0.08")
    lane.set(facecolor="#fafafa", edgecolor="#dddddd", linewidth=0.8, zorder=0)
    axis.add_patch(lane)
    heading = axis.annotate(word(label_of(flow)), (MARGIN, top + 0.2), fontsize=LARGE, va="center")
    beside: dict[str, Any] = {"xycoords": heading, "xytext": (10, 0), "textcoords": "offset points"}
    (when,) = _folded(arrivals(flow, network), int(8 * width), 1)
    axis.annotate(when, (1, 0.5), **beside, fontsize=NORMAL, va="center", color=GREY)
    for before, after in pairwise(spots):
        _draw_connection(axis, before, after)
    for step, spot in zip(flow.steps, spots, strict=True):
        _draw_step(axis, network, flow, step, spot, shared)
    kept: dict[str, int] = {}
    for index, step in enumerate(flow.steps):
        if isinstance(step, Enter):
            kept[step.station] = index
        elif isinstance(step, Leave):
            _draw_stay(axis, network, step.station, spots[kept.pop(step.station) : index + 1])


def _draw_connection(axis: Axes, before: Spot, after: Spot) -> None:
    middle = before.y + BOX_HEIGHT / 2
    if before.y == after.y:
        points = [(before.x + BOX_WIDTH, middle), (after.x, middle)]
    else:
        fold = after.y - ABOVE + 0.05
        right, left = before.x + BOX_WIDTH + 0.12, after.x - 0.07
        end = after.y + BOX_HEIGHT / 2
        points = [
            (before.x + BOX_WIDTH, middle),
            (right, middle),
            (right, fold),
            (left, fold),
            (left, end),
            (after.x, end),
        ]
    _draw_arrow(axis, points, {"color": GREY, "linewidth": 1.1})


def _draw_arrow(axis: Axes, points: list[tuple[float, float]], line_style: dict[str, Any]) -> None:
    xs, ys = zip(*points[:-1], strict=True)
    axis.plot(xs, ys, solid_capstyle="butt", zorder=1, **line_style)
    arrow = FancyArrowPatch(points[-2], points[-1], arrowstyle="-|>", mutation_scale=8, shrinkA=0, shrinkB=0, zorder=1)
    arrow.set(color=line_style["color"], linewidth=line_style["linewidth"], linestyle=line_style.get("linestyle", "-"))
    axis.add_patch(arrow)


def _draw_step(axis: Axes, network: Network, flow: Flow, step: Step, spot: Spot, shared: Marks) -> None:
    fill, _ = FILLS[type(step)]
    box = FancyBboxPatch(spot, BOX_WIDTH, BOX_HEIGHT, boxstyle="round,pad=0,rounding_size=0.06")
    box.set(facecolor=fill, edgecolor=EDGE, linewidth=0.8, zorder=2)
    axis.add_patch(box)
    lines = [line for line in _texts(network, step) if line.text]
    total = sum(line.height for line in lines)
    smaller = min(1.0, (BOX_HEIGHT - 0.04) / total)
    y = spot.y + (BOX_HEIGHT - total * smaller) / 2
    for line in lines:
        style: dict[str, Any] = {"size": line.size * smaller, "color": line.colour, "ha": "center", "va": "center"}
        axis.text(spot.x + BOX_WIDTH / 2, y + line.height * smaller / 2, line.text, zorder=4, **style)
        y += line.height * smaller
    below = _folded(found, 27) if (found := conditions(step)) else []
    if below:
        style = {"fontsize": SMALL, "va": "top", "linespacing": 1.05}
        axis.text(spot.x + 0.04, spot.y + BOX_HEIGHT + 0.05, "\n".join(below), **style)
    if step.milestone is not None:
        style = {"fontsize": SMALL, "color": MILESTONE_COLOUR, "ha": "right", "va": "top"}
        y = spot.y + BOX_HEIGHT + 0.06 + 0.13 * len(below)
        reads = flow.milestones.get(step.milestone) or Label(step.milestone)
        axis.text(spot.x + BOX_WIDTH - 0.02, y, f"{MILESTONE} {word(reads)}", **style)
    if step.driver is not None:
        colour, _ = DRIVERS[step.driver]
        mark = Circle((spot.x + BOX_WIDTH - 0.09, spot.y + 0.09), 0.05, zorder=4)
        mark.set(facecolor=colour, edgecolor=INK, linewidth=0.9)
        axis.add_patch(mark)
    marks = _marks(network, step, shared)
    for index, mark_of in enumerate(marks):
        draw_mark(axis, mark_of.letter, mark_of.colour, spot.x + 0.02 + 0.22 * index, spot.y)


def _marks(network: Network, step: Step, shared: Marks) -> list[Shared]:
    place = place_of(step, network)
    if place is None or isinstance(step, Await):
        return []
    keys = [("place", place.name), *(("pool", pool) for pool in getattr(place, "needs", {}))]
    return [shared[key] for key in keys if key in shared]


class TextLine(NamedTuple):
    """A line of text in a box."""

    text: str
    size: float
    colour: str = INK

    @property
    def height(self) -> float:
        """Inches that it takes."""
        return self.size * 1.32 / 72


def _texts(network: Network, step: Step) -> Iterator[TextLine]:
    """The text of a box: the place, the time or the timetable, the needs."""
    place = place_of(step, network)
    for text in _folded(_heading(network, step), 24):
        yield TextLine(text, NORMAL)
    details: list[object] = []
    match step:
        case Serve(time=time) | Travel(time=time) | Hold(time=time):
            details.append(time_in_words(time))
        case Board():
            details += [timetable(service) for service in network.services if service is place]
            details += slots_taken(step)
    if isinstance(step, Serve | Enter) and isinstance(place, Station):
        pools = {pool.name: pool for pool in network.pools}
        # In the box of the inspection, its "inspection lanes" are just "lanes".
        own = word(label_of(place))
        for name, count in place.needs.items():
            pool = word(label_of(pools[name])).removeprefix(own).lstrip()
            details.append(Text("{count} of {there} {pool}", count=count, there=on_duty(pools[name]), pool=pool))
    for text in (line for detail in details for line in _folded(detail, 30, 3 if isinstance(step, Board) else 2)):
        yield TextLine(text, SMALL, GREY)


def _heading(network: Network, step: Step) -> object:
    """What is done where, in a few words; the place alone where an entity is served or boards."""
    found = place_of(step, network)
    if found is None:
        return verb(step)
    place = label_of(found)
    match step:
        case Enter():
            return Text("enter {place}", place=place)
        case Leave():
            return Text("leave {place}", place=place)
        case Await():
            return Text("wait for {flow}", flow=place)
        case Take(amount=amount):
            return Text("take {amount} of {stock}", amount=digits(amount), stock=place)
        case Put(amount=amount):
            return Text("put in {amount} of {stock}", amount=digits(amount), stock=place)
    return place


def _folded(text: object, width: int, most: int = 2) -> list[str]:
    """Text in the language in use, in at most so many lines; text that does not fit ends in an ellipsis."""
    lines = broken(word(text), width)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while columns_of(last) > width - 2:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()} …"]


def _draw_stay(axis: Axes, network: Network, station: str, spots: list[Spot]) -> None:
    """A bar above the boxes of the steps from entering a station to leaving it."""
    for y in dict.fromkeys(spot.y for spot in spots):
        row = [spot for spot in spots if spot.y == y]
        left, right = row[0].x + 0.25 * (row[0] == spots[0]), row[-1].x + BOX_WIDTH
        axis.plot([left, right], [y - 0.1, y - 0.1], color=FILLS[Enter][0], linewidth=3.2, zorder=1)
        place = next(place for place in network.stations if place.name == station)
        name = Text("in the {place}", place=label_of(place))
        if len(row) > 1:
            axis.text(row[0].x + BOX_WIDTH + GAP / 2, y - 0.13, word(name), fontsize=SMALL, color=GREY)


def _draw_partner_arrow(
    axis: Axes, network: Network, companion: str, partner: str, spots: dict[str, list[Spot]]
) -> None:
    """A dashed arrow from the last step of one partner to the step where the other awaits it."""
    by_name = {flow.name: flow for flow in network.flows}
    for waiting, awaited in ((partner, companion), (companion, partner)):
        for step, spot in zip(by_name[waiting].steps, spots[waiting], strict=True):
            if not isinstance(step, Await) or step.flow != awaited:
                continue
            last, first = spots[awaited][-1], spots[waiting][0]
            middle, right = spot.x + BOX_WIDTH / 2, last.x + BOX_WIDTH + 0.12
            channel = first.y - ABOVE - HEADER - BETWEEN / 2
            points = [(last.x + BOX_WIDTH, last.y + BOX_HEIGHT / 2), (right, last.y + BOX_HEIGHT / 2), (right, channel)]
            if spot.y > first.y:
                points += [(spot.x - GAP / 2, channel), (spot.x - GAP / 2, spot.y - 0.2), (middle, spot.y - 0.2)]
            else:
                points.append((middle, channel))
            _draw_arrow(axis, [*points, (middle, spot.y)], PARTNER_ARROW)
