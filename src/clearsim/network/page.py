"""A network as a page of a notebook: a lane of steps a flow, then the places that the steps use."""

from collections.abc import Iterator

from clearsim.language import Text, clauses, listed, phrases
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
    verb,
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
    yield element("h4", text(label_of(network)))
    yield notes([_period(network)])
    for event in network.events:
        when = between(event.from_min, event.until_min, network.start)
        yield notes([Text("! {event}, {when}", event=event.label or event.name, when=when)])
    for flow in network.flows:
        about = Text(" [{name}]: {about}", name=flow.name, about=_about(flow, network))
        yield element("p", element("b", text(label_of(flow))), text(about))
        yield element("div", *(_box(network, flow, number) for number in range(1, len(flow.steps) + 1)), style=LANE)
    if any(step.driver for flow in network.flows for step in flow.steps):
        yield element(
            "p", text(Text("Orange edge: a driver is bound, in the cab, or (dashed) out of it.")), style=SMALL
        )
    if network.pools:
        yield table(
            (Text("pool"), "", Text("kind"), Text("on duty"), Text("serves")),
            [
                (pool.name, label_of(pool), _KINDS[pool.kind], _on_duty(pool, network), _uses(network, pool))
                for pool in network.pools
            ],
        )
    if network.services:
        yield table(
            (Text("service"), "", Text("departures")),
            [(x.name, label_of(x), clauses([timetable(x), *irregular(x, network.start)])) for x in network.services],
        )
    if network.stocks:
        stocks = [(x.name, label_of(x), family, units) for x in network.stocks for family, units in x.opening.items()]
        yield table((Text("stock"), "", Text("family"), Text("units at the start")), stocks)
    yield notes(staffing(rule, network) for rule in network.staffing)


_KINDS = {"staff": Text("staff"), "equipment": Text("equipment")}


def _period(network: Parts) -> Text:
    run_on = network.end_min - network.duration
    parts = [Text("from {start:%Y-%m-%d %H:%M}", start=network.start)]
    parts += [Text("arrivals for {time}", time=duration(network.duration))]
    parts += [Text("then open for {time} more", time=duration(run_on))] if run_on else []
    parts += [Text("KPIs leave out the first {time}", time=duration(network.warm_up))] if network.warm_up else []
    return phrases(parts)


def _about(flow: Flow, network: Parts) -> Text:
    fee = [late_fee(flow.late_fee)] if flow.late_fee is not None else []
    return clauses([arrivals(flow, network), *attributes(flow, network), *fee])


def _box(network: Parts, flow: Flow, number: int) -> str:
    """A step: what is done, for whom, and below it in smaller letters all there is to say about it."""
    step = flow.steps[number - 1]
    lines = [
        element("b", text(Text("{number} {verb}", number=number, verb=verb(step))))
        + " "
        + text(object_of(step, network))
    ]
    small = [conditions(step), *details(network, flow, number)]
    if step.milestone is not None:
        small.append(Text("⇒ {milestone}", milestone=flow.milestones.get(step.milestone) or step.milestone))
    lines += [element("span", text(line), style=SMALL) for line in small if line]
    return element("div", "<br>".join(lines), style=BOX + ";" + DRIVER[step.driver])


def _on_duty(pool: Pool, network: Parts) -> Text:
    return clauses([capacity(pool), *adjustments(pool, network.start)])


def _uses(network: Parts, pool: Pool) -> Text:
    """The stations that need the pool, and how many of it."""
    users = [station for station in network.stations if pool.name in station.needs]
    return listed(Text("{station} ({n})", station=label_of(station), n=station.needs[pool.name]) for station in users)
