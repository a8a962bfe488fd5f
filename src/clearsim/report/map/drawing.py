"""The network, drawn from the flows that make it: as text, and as a picture with one lane a flow."""

import io
from collections.abc import Iterator

from clearsim.network import Flow, Network
from clearsim.network.words import (
    arrivals,
    attributes,
    between,
    conditions,
    details,
    label_of,
    late_fee,
    object_of,
    staffing,
)
from clearsim.numbers import duration
from clearsim.units import columns_of

NARROWEST = 40
MARGIN = 11
"""Where the text of a step begins: behind its number and its verb."""


def network_text(network: Network, width: int = 80) -> str:
    """The network as plain text in at most `width` columns, a Chinese character taking two.

    The staffing rules stand at the end. Every flow is a numbered list of its steps: what is done and for whom, how
    long, what it needs, and on the right whose driver is bound, in the cab or out of it. ``=>`` stands before a
    milestone. Raises `ValueError` for fewer than 40 columns.
    """
    if width < NARROWEST:
        raise ValueError(f"a network needs {NARROWEST} columns, not {width}")
    return "\n".join(line.rstrip() for line in _lines(network, width)) + "\n"


def network_svg(network: Network) -> str:
    """The network as an SVG picture with one lane a flow. The letters are outlines, so that every viewer has them."""
    import matplotlib as mpl  # 0.3 s to import, and the text above needs none of it

    from clearsim.report.map.lanes import network_figure

    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "clearsim", "svg.fonttype": "path"}):
        network_figure(network).savefig(stream, format="svg", metadata={"Date": None, "Title": network.name})
    return stream.getvalue()


def _lines(network: Network, width: int) -> Iterator[str]:
    yield from _wrapped(network.name, "", width)
    run_on = network.end_min - network.duration
    doors = f", then open for {duration(run_on)} more" if run_on else ""
    begins = f"; KPIs leave out the first {duration(network.warm_up)}" if network.warm_up else ""
    about = f"from {network.start:%Y-%m-%d %H:%M}, arrivals for {duration(network.duration)}{doors}{begins}"
    yield from _wrapped(about, "", width)
    for event in network.events:
        when = between(event.from_min, event.until_min, network.start)
        yield from _wrapped(f"! {event.label or event.name}, {when}", "", width)
    for flow in network.flows:
        yield ""
        yield from _wrapped(f"{label_of(flow)} [{flow.name}]", "", width)
        about_flow = [arrivals(flow, network), *attributes(flow, network)]
        if flow.late_fee is not None:
            about_flow.append(late_fee(flow.late_fee))
        for text in about_flow:
            yield from _item(text, width)
        for number in range(1, len(flow.steps) + 1):
            yield from _step_lines(network, flow, number, width)
    if network.staffing:
        yield ""
        yield from _wrapped("staffing rules 調派規則", "", width)
    for rule in network.staffing:
        yield from _item(staffing(rule, network), width)


def _item(text: str, width: int) -> Iterator[str]:
    first, *rest = _wrapped(text, " " * 4, width)
    yield from (f"  - {first.lstrip()}", *rest)


def _step_lines(network: Network, flow: Flow, number: int, width: int) -> Iterator[str]:
    step = flow.steps[number - 1]
    head = ", ".join(filter(None, [object_of(step, network), conditions(step)]))
    verb = type(step).__name__.lower()
    lines = _wrapped(head, " " * MARGIN, width - len(" out"))
    first = f"{number:3} {verb:{MARGIN - 4}}{lines[0].lstrip()}"
    yield first + (" " * (width - 3 - columns_of(first)) + step.driver if step.driver else "")
    yield from lines[1:]
    about = "; ".join(details(network, flow, number))
    yield from _wrapped(about, " " * MARGIN, width) if about else []
    if step.milestone is not None:
        reads = flow.milestones.get(step.milestone, "")
        of_all = "(all who come past)" if step.milestone_of == "all" else ""
        yield from _wrapped(f"=> {step.milestone} {reads} {of_all}".rstrip(), " " * MARGIN, width)


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    """Lines of at most `width` columns, broken at spaces, or within a word that is wider than a line."""
    lines, line = [], indent
    for word in text.split():
        gap = "" if line.isspace() or not line else " "
        if columns_of(line + gap + word) <= width:
            line += gap + word
            continue
        if gap:
            lines.append(line)
            line = indent
        for char in word:
            if columns_of(line + char) > width:
                lines.append(line)
                line = indent
            line += char
    return [*lines, line]
