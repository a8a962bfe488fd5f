"""A network as a page of a notebook: a lane of steps a flow, then the places that the steps use."""

from collections.abc import Iterator

from clearsim.markup import element, notes, table, text
from clearsim.network.flows import Flow
from clearsim.network.parts import Parts
from clearsim.network.places import Pool
from clearsim.network.words import (
    adjustments,
    arrivals,
    attributes,
    between,
    capacity,
    conditions,
    details,
    irregular,
    label_of,
    late_fee,
    object_of,
    staffing,
    timetable,
)
from clearsim.numbers import duration

LANE = "display:flex;flex-wrap:wrap;align-items:stretch;gap:4px;margin:4px 0 12px 0"
BOX = "border:1px solid #888;border-radius:4px;padding:3px 8px;max-width:16em;font-size:90%;text-align:left"
DRIVER = {None: "", "cab": "border-left:4px solid #d55e00;", "out": "border-left:4px dashed #d55e00;"}
"""A step for which a driver is bound has an orange edge: whole in the cab, dashed out of it."""
SMALL = "opacity:0.75;font-size:90%"


def network_html(network: Parts) -> str:
    """The network as HTML. Every text that a person wrote is escaped."""
    return element("div", *_parts(network))


def _parts(network: Parts) -> Iterator[str]:
    yield element("h4", text(network.name))
    yield notes([_period(network)])
    for event in network.events:
        yield notes([f"! {event.label or event.name}, {between(event.from_min, event.until_min, network.start)}"])
    for flow in network.flows:
        yield element("p", element("b", text(label_of(flow))), text(f" [{flow.name}]: {_about(flow, network)}"))
        yield element("div", *(_box(network, flow, number) for number in range(1, len(flow.steps) + 1)), style=LANE)
    if any(step.driver for flow in network.flows for step in flow.steps):
        yield element("p", text("Orange edge: a driver is bound, in the cab, or (dashed) out of it."), style=SMALL)
    if network.pools:
        yield table(
            ("pool", "", "kind", "on duty", "serves"),
            [
                (pool.name, label_of(pool), pool.kind, _on_duty(pool, network), _uses(network, pool))
                for pool in network.pools
            ],
        )
    if network.services:
        yield table(
            ("service", "", "departures"),
            [(x.name, label_of(x), "; ".join([timetable(x), *irregular(x, network.start)])) for x in network.services],
        )
    if network.stocks:
        stocks = [(x.name, label_of(x), family, units) for x in network.stocks for family, units in x.opening.items()]
        yield table(("stock", "", "family", "units at the start"), stocks)
    yield notes(staffing(rule, network) for rule in network.staffing)


def _period(network: Parts) -> str:
    run_on = network.end_min - network.duration
    parts = [f"from {network.start:%Y-%m-%d %H:%M}", f"arrivals for {duration(network.duration)}"]
    parts += [f"then open for {duration(run_on)} more"] if run_on else []
    parts += [f"KPIs leave out the first {duration(network.warm_up)}"] if network.warm_up else []
    return ", ".join(parts)


def _about(flow: Flow, network: Parts) -> str:
    fee = [late_fee(flow.late_fee)] if flow.late_fee is not None else []
    return "; ".join([arrivals(flow, network), *attributes(flow, network), *fee])


def _box(network: Parts, flow: Flow, number: int) -> str:
    """A step: what is done, for whom, and below it in smaller letters all there is to say about it."""
    step = flow.steps[number - 1]
    lines = [element("b", text(f"{number} {type(step).__name__.lower()}")) + text(f" {object_of(step, network)}")]
    small = [conditions(step), *details(network, flow, number)]
    if step.milestone is not None:
        small.append(f"⇒ {flow.milestones.get(step.milestone) or step.milestone}")
    lines += [element("span", text(line), style=SMALL) for line in small if line]
    return element("div", "<br>".join(lines), style=BOX + ";" + DRIVER[step.driver])


def _on_duty(pool: Pool, network: Parts) -> str:
    return "; ".join([capacity(pool), *adjustments(pool, network.start)])


def _uses(network: Parts, pool: Pool) -> str:
    """The stations that need the pool, and how many of it."""
    return ", ".join(f"{label_of(x)} ({x.needs[pool.name]})" for x in network.stations if pool.name in x.needs)
