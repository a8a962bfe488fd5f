"""The network, drawn from the flows that make it: as text, and as a picture with one lane a flow."""

import io
from collections.abc import Iterator

from clearsim.language import Label, Text, clauses, listed, phrases, word
from clearsim.network import Flow, Network
from clearsim.network.steps import Step
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
    verb,
)
from clearsim.numbers import duration
from clearsim.report.breaking import broken
from clearsim.units import columns_of

DRIVERS: dict[str, Text] = {"cab": Text("in cab"), "out": Text("out of cab")}
"""Where a driver is who is bound by a step."""
NARROWEST = 40
NUMBER = 4
"""Columns of the number of a step."""


def network_text(network: Network, width: int = 80) -> str:
    """The network as plain text in the language in use, in at most `width` columns, a Chinese character taking two.

    Every flow is a numbered list of its steps: what is done and for whom, how long, what it needs, and on the right
    where a driver is who is bound meanwhile. ``=>`` is before a milestone. Staffing rules are at the end. Raises
    `ValueError` for fewer than 40 columns.
    """
    if width < NARROWEST:
        raise ValueError(Text("a network needs {least} columns, not {width}", least=NARROWEST, width=width))
    return "\n".join(line.rstrip() for line in _lines(network, width)) + "\n"


def network_svg(network: Network) -> str:
    """The network as an SVG picture in the language in use, with one lane a flow.

    The letters are outlines, so that every viewer has them.
    """
    import matplotlib as mpl  # 0.3 s to import, and the text above needs none of it

    from clearsim.report.map.lanes import network_figure

    stream = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "clearsim", "svg.fonttype": "path"}):
        network_figure(network).savefig(stream, format="svg", metadata={"Date": None, "Title": word(label_of(network))})
    return stream.getvalue()


def _lines(network: Network, width: int) -> Iterator[str]:
    yield from _wrapped(label_of(network), "", width)
    about = [
        Text("from {start}", start=f"{network.start:%Y-%m-%d %H:%M}"),
        Text("arrivals for {time}", time=duration(network.duration)),
    ]
    if run_on := network.end_min - network.duration:
        about.append(Text("then open for {time} more", time=duration(run_on)))
    if network.warm_up:
        about.append(Text("KPIs leave out the first {time}", time=duration(network.warm_up)))
    yield from _wrapped(phrases(about), "", width)
    for event in network.events:
        when = between(event.from_min, event.until_min, network.start)
        yield from _wrapped(Text("! {event}, {when}", event=event.label or event.name, when=when), "", width)
    verbs = {word(verb(step)) for flow in network.flows for step in flow.steps}
    margin = NUMBER + max(map(columns_of, verbs)) + 1
    for flow in network.flows:
        yield ""
        yield from _wrapped(Text("{label} [{name}]", label=label_of(flow), name=flow.name), "", width)
        about_flow = [arrivals(flow, network), *attributes(flow, network)]
        if flow.late_fee is not None:
            about_flow.append(late_fee(flow.late_fee))
        for text in about_flow:
            yield from _item(text, width)
        for number in range(1, len(flow.steps) + 1):
            yield from _step_lines(network, flow, number, margin, width)
    if network.staffing:
        yield ""
        yield from _wrapped(Text("staffing rules"), "", width)
    for rule in network.staffing:
        yield from _item(staffing(rule, network), width)


def _item(text: object, width: int) -> Iterator[str]:
    first, *rest = _wrapped(text, " " * 4, width)
    yield from (f"  - {first.lstrip()}", *rest)


def _step_lines(network: Network, flow: Flow, number: int, margin: int, width: int) -> Iterator[str]:
    step, indent = flow.steps[number - 1], " " * margin
    driver = word(DRIVERS[step.driver]) if step.driver else ""
    about = phrases(filter(None, [object_of(step, network), conditions(step)]))
    lines = _wrapped(about, indent, width - columns_of(driver) - 1)
    does = word(verb(step))
    first = f"{number:3} {does}{' ' * (margin - NUMBER - columns_of(does))}{lines[0].lstrip()}"
    yield first + " " * (width - columns_of(driver) - columns_of(first)) + driver
    yield from lines[1:]
    if more := [*details(network, flow, number)]:
        yield from _wrapped(clauses(more), indent, width)
    if step.milestone is not None:
        yield from _wrapped(Text("=> {milestone}", milestone=_milestone(flow, step)), indent, width)


def _milestone(flow: Flow, step: Step) -> Text:
    """What people read for a milestone; behind it its name in KPIs, where that is another."""
    name = step.milestone or ""
    label = flow.milestones.get(name) or Label(name)
    reads = listed([label]) if label.en == name else Text("{label} [{name}]", label=label, name=name)
    return Text("{milestone} (all that come past)", milestone=reads) if step.milestone_of == "all" else reads


def _wrapped(text: object, indent: str, width: int) -> list[str]:
    """The text in the language in use, in lines of at most `width` columns with the indent."""
    return [indent + line for line in broken(word(text), width - len(indent))]
