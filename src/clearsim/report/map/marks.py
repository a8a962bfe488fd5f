"""The marks at the boxes of the network's picture, and the legend that explains them. Lengths are inches."""

from collections import Counter
from collections.abc import Iterable
from string import ascii_uppercase
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from clearsim.language import Label, Text, listed, word
from clearsim.network import Await, Board, Enter, Flow, Hold, Leave, Network, Put, Serve, Take, Travel
from clearsim.network.words import label_of, place_of
from clearsim.report.style import INK, WHITE

FILLS: dict[type, tuple[str, Text]] = {
    Serve: ("#cfe3f2", Text("wait, then be served")),
    Enter: ("#a9cce6", Text("enter and keep")),
    Leave: ("#f3f8fc", Text("leave")),
    Hold: ("#ececec", Text("take time")),
    Travel: ("#ececec", Text("on the road")),
    Await: ("#ecd5e3", Text("wait for the partner")),
    Board: ("#bfe3d6", Text("board a departure")),
    Take: ("#f8e3b0", Text("take from stock")),
    Put: ("#f8e3b0", Text("put into stock")),
}
"""The colour of the boxes of each kind of step, and what the legend says of it."""
MARKS = ("#0072b2", "#d55e00", "#00775a", "#8a4f7d", "#7a6a00", "#222222", "#2d6a9f", "#a23b00")
DRIVERS = {"cab": ("#222222", Text("driver in the cab")), "out": (WHITE, Text("driver out of the cab"))}
PARTNER_ARROW: dict[str, Any] = {"color": "#8a4f7d", "linewidth": 1.2, "linestyle": (0, (4, 2))}
"""The arrow between partners."""
MILESTONE, MILESTONE_COLOUR = "⚑", "#00664d"
EDGE = "#8a8a8a"
MARGIN = 0.25
ROW = 0.26
"""Height of a row of the legend."""


class Shared(NamedTuple):
    """A place that several flows use, or a pool that several stations need: its letter, colour and name."""

    letter: str
    colour: str
    name: Label


def shared_in(network: Network) -> dict[tuple[str, str], Shared]:
    """What several lanes or boxes share, by ``("place" or "pool", name)``.

    A place is shared if several steps lead to it, a pool if several stations need it.
    """
    found: Counter[tuple[str, str]] = Counter()
    labels: dict[tuple[str, str], Label] = {}
    for flow in network.flows:
        for step in flow.steps:
            place = place_of(step, network)
            if place is not None and not isinstance(step, Leave | Await):
                found["place", place.name] += 1
                labels["place", place.name] = label_of(place)
    for pool in network.pools:
        found["pool", pool.name] = sum(pool.name in station.needs for station in network.stations)
        labels["pool", pool.name] = label_of(pool)
    keys = [key for key, count in found.items() if count > 1]
    letters = (*ascii_uppercase, *map(str, range(1, len(keys))))
    return {
        key: Shared(letter, MARKS[index % len(MARKS)], labels[key])
        for index, (key, letter) in enumerate(zip(keys, letters, strict=False))
    }


def draw_mark(axis: Axes, letter: str, colour: str, x: float, y: float) -> None:
    """Draw a letter in a circle around (x, y)."""
    axis.add_patch(Circle((x, y), 0.105, facecolor=colour, edgecolor=WHITE, linewidth=0.8, zorder=5))
    axis.text(x, y, letter, fontsize=7, color=WHITE, ha="center", va="center_baseline", zorder=6)


class Legend(NamedTuple):
    """An entry of the legend: a box of a colour, a driver's mark, the letter of something shared, or a line.

    Its text is in the language in use.
    """

    kind: str
    colour: str
    text: str


def legend_of(flows: Iterable[Flow], shared: Iterable[Shared]) -> list[list[Legend]]:
    """The entries for what the picture shows: in a first group the kinds of steps, in a second the marks."""
    steps = [step for flow in flows for step in flow.steps]
    texts: dict[str, list[Text]] = {}
    for kind, (colour, text) in FILLS.items():
        if any(type(step) is kind for step in steps):
            texts.setdefault(colour, []).append(text)
    boxes = [Legend("box", colour, word(listed(found))) for colour, found in texts.items()]
    drivers = {step.driver for step in steps}
    marks = [Legend("driver", colour, word(text)) for driver, (colour, text) in DRIVERS.items() if driver in drivers]
    if any(step.milestone for step in steps):
        marks.append(Legend(MILESTONE, MILESTONE_COLOUR, word(Text("milestone"))))
    if any(isinstance(step, Await) for step in steps):
        marks.append(Legend("partner", PARTNER_ARROW["color"], word(Text("the partner has finished"))))
    letters = [Legend(mark.letter, mark.colour, word(Text("shared: {place}", place=mark.name))) for mark in shared]
    return [boxes, [*marks, *letters]]


def legend_rows(groups: list[list[Legend]], width: float) -> list[list[tuple[float, Legend]]]:
    """The entries in rows, each with the x at which it begins. A group begins a new row."""
    rows: list[list[tuple[float, Legend]]] = []
    for group in groups:
        x = width
        for key in group:
            length = 0.55 + sum(0.125 if ord(char) > 0x2E7F else 0.06 for char in key.text)
            if x + length > width - MARGIN:
                rows.append([])
                x = MARGIN
            rows[-1].append((x, key))
            x += length
    return rows


def draw_legend(axis: Axes, rows: list[list[tuple[float, Legend]]], top: float) -> None:
    """Draw the legend below `top`."""
    for number, row in enumerate(rows):
        y = top + ROW * (number + 0.5)
        for x, key in row:
            if key.kind == "box":
                box = FancyBboxPatch((x, y - 0.07), 0.24, 0.14, boxstyle="round,pad=0,rounding_size=0.03")
                axis.add_patch(box)
                box.set(facecolor=key.colour, edgecolor=EDGE, linewidth=0.8)
            elif key.kind == "driver":
                axis.add_patch(Circle((x + 0.15, y), 0.05, facecolor=key.colour, edgecolor=INK, linewidth=0.9))
            elif key.kind == "partner":
                axis.plot([x, x + 0.24], [y, y], **PARTNER_ARROW)
            elif key.kind == MILESTONE:
                axis.text(x + 0.15, y, key.kind, color=key.colour, fontsize=9, ha="center", va="center")
            else:
                draw_mark(axis, key.kind, key.colour, x + 0.15, y)
            axis.text(x + 0.3, y, key.text, fontsize=8, va="center")
