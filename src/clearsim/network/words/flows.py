"""Flows and their steps in words."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from clearsim.language import Label, Text, either, listed, phrases, together
from clearsim.network.arrivals import Ahead, At, Landings, Poisson, Recorded
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, During, Number, Share
from clearsim.network.flows import Flow, LateFee, attributes_of
from clearsim.network.parts import Parts
from clearsim.network.places import Station
from clearsim.network.services import Service
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.network.words.places import adjustments, capacity, irregular, label_of, pace, place_of, timetable
from clearsim.network.words.quantities import after, between, kind_of, time_in_words
from clearsim.numbers import digits, duration, percent


def verb(step: Step) -> Text:
    """What is done in a step, in one word."""
    return _VERBS[type(step)]


_VERBS = {
    Serve: Text("served at"),
    Enter: Text("enter"),
    Leave: Text("leave"),
    Travel: Text("drive"),
    Hold: Text("stay"),
    Await: Text("wait for"),
    Board: Text("board"),
    Take: Text("take"),
    Put: Text("put in"),
}


def object_of(step: Step, network: Parts) -> Text:
    """What a step is about: its place, its time where it has no place, or how much it moves."""
    if isinstance(step, Travel | Hold):
        return time_in_words(step.time)
    place = place_of(step, network)
    what = label_of(place) if place is not None else ""
    if isinstance(step, Take | Put):
        amount = Text("{amount} of {stock}", amount=digits(step.amount), stock=what)
        return (
            Text("{amount} by {category}", amount=amount, category=attribute_label(step.family))
            if step.family
            else amount
        )
    return Text("{item}", item=what)


def details(network: Parts, flow: Flow, number: int) -> Iterator[Text]:
    """What there is to say about the flow's step of this number, from 1, beside what it is about.

    Its time, its needs, its timetable.
    """
    step = flow.steps[number - 1]
    place = place_of(step, network)
    if isinstance(step, Serve):
        yield time_in_words(step.time)
    own = step.pace if isinstance(step, Travel | Hold) else place.pace if isinstance(place, Station) else None
    yield from pace(own, network.start) if own is not None else ()
    if isinstance(step, Serve | Enter) and isinstance(place, Station):
        pools = {pool.name: pool for pool in network.pools}
        for name, count in place.needs.items():
            there, what = capacity(pools[name]), label_of(pools[name])
            if there.isdigit():
                needed = Text("needs {n} of {there} {pool}", n=count, there=there, pool=what)
            else:
                needed = Text("needs {n} {pool} (on duty {there})", n=count, there=there, pool=what)
            yield phrases([needed, Text("those behind may pass")]) if pools[name].passing else needed
            yield from adjustments(pools[name], network.start)
    if isinstance(step, Take) and step.patience is not None:
        yield Text("gives up {when}", when=after(step.patience))
    if isinstance(step, Enter):
        later = enumerate(flow.steps[number:], start=number + 1)
        left = next(at for at, other in later if isinstance(other, Leave) and other.station == step.station)
        yield Text("until step {number}", number=left)
    if isinstance(step, Board):
        yield from slots_taken(step)
    if isinstance(place, Service):
        yield timetable(place)
        yield from irregular(place, network.start)


def conditions(step: Step) -> Text:
    """For whom a step is, empty where it is for all: ``if controlled, unless by machine``."""
    parts = [Text("if {conditions}", conditions=_all(step.only_if))] if step.only_if else []
    parts += [Text("unless {conditions}", conditions=_any(step.unless))] if step.unless else []
    return phrases(parts)


def _all(names: Iterable[str]) -> Text:
    """Conditions of which all hold."""
    return together(map(attribute_label, names))


def _any(names: Iterable[str]) -> Text:
    """Conditions of which one holds."""
    return either(map(attribute_label, names))


def attribute_label(name: str) -> Label:
    """What people read for an attribute, or for a class of one (`channel=mail`).

    >>> str(attribute_label("by_machine"))
    'by machine'
    """
    return Label(name.replace("_", " "))


def arrivals(flow: Flow, network: Parts) -> Text:
    """When the flow's entities arrive."""
    match flow.arrivals:
        case Poisson() as random:
            surges = dict.fromkeys(
                Text("{surge} up to x{peak:g}", surge=surge.name, peak=surge.peak) for surge in random.surges
            )
            follows = [Text("follows {flow}", flow=_called(random.follows.flow, network))] if random.follows else []
            parts = [_a_day(random.rate * 24 * 60), Text("at random"), *surges, *follows]
        case At(minutes=minutes):
            parts = [Text("{n} at given instants", n=len(minutes))]
        case Landings(landings=landings, cancelled=cancelled, late=late):
            parts = [_a_day(sum(x.count * len(x.weekdays) for x in landings) / 7), Text("by timetable")]
            parts += [Text("none {when}", when=between(*window, network.start)) for window in cancelled]
            parts += [
                Text("{time} late {when}", time=duration(x.by_min), when=between(*x.window, network.start))
                for x in late
            ]
        case Recorded(path=path, columns=columns):
            parts = [Text("recorded in {file}, column {columns}", file=path.name, columns=together(columns))]
        case Ahead(of=of, lead=lead, only_if=only_if):
            partner, time = _called(of, network), time_in_words(lead)
            if only_if:
                parts = [
                    Text(
                        "one for each of {flow}, {time} ahead if {condition}",
                        flow=partner,
                        time=time,
                        condition=attribute_label(only_if),
                    )
                ]
            else:
                parts = [Text("one for each of {flow}, {time} ahead", flow=partner, time=time)]
        case _:
            assert_never(flow.arrivals)
    backlog = getattr(flow.arrivals, "backlog", 0)
    return phrases([*parts, *([Text("{n} waiting at the start", n=backlog)] if backlog else [])])


def _called(name: str, network: Parts) -> Label:
    return label_of(next(flow for flow in network.flows if flow.name == name))


def _a_day(number: float) -> Text:
    return Text("{number} a day", number=digits(number))


def slots_taken(step: Board) -> Iterator[Text]:
    """How many slots an entity takes, where it is not one."""
    if isinstance(step.slots, dict):
        sizes = listed(f"{name.partition('=')[2]} {digits(size)}" for name, size in step.slots.items())
        yield Text("slots taken: {sizes}", sizes=sizes)
    elif step.slots != 1:
        yield Text("takes {n} slots", n=digits(step.slots))


def attributes(flow: Flow, network: Parts) -> list[Text]:
    """What distinguishes the flow's entities, one piece of text an attribute; none for a companion."""
    if isinstance(flow.arrivals, Ahead):
        return []
    there = attributes_of(flow, network.flows)
    return [Text("{name}: {what}", name=attribute_label(name), what=_attribute(there[name], network)) for name in there]


def _attribute(attribute: Attribute, network: Parts) -> Text:
    match attribute:
        case Category(classes=classes):
            return listed(f"{key} {percent(share)}" for key, share in classes.items())
        case Share():
            return _share(attribute)
        case During(windows=windows, ahead=ahead):
            lead = [Text("{time} before arrival", time=duration(ahead.expected))] if ahead.expected else []
            return phrases([*lead, *(between(*window, network.start) for window in windows)])
        case AnyOf(conditions=conditions):
            return _any(conditions)
        case AllOf(conditions=conditions):
            return _all(conditions)
        case Number(distribution=found):
            return Text("{distribution}, mean {mean}", distribution=kind_of(found), mean=digits(found.expected))
        case _:
            assert_never(attribute)


def _share(share: Share) -> Text:
    """Its rate, what multiplies it, of whom it is a share, and its limits."""
    rates: list[object] = [percent(share.p)] if share.p != 1 or not share.factors else []
    rates += [Text("by {categories}", categories=listed(map(attribute_label, share.factors)))] if share.factors else []
    rates += [Text("of {conditions}", conditions=_all(share.among))] if share.among else []
    rate, *restrictions = rates
    for restriction in restrictions:
        rate = Text("{rate} {restriction}", rate=rate, restriction=restriction)
    limits = [Text("unless {conditions}", conditions=_any(share.unless))] if share.unless else []
    limits += [Text("at most {n} a day", n=digits(share.a_day))] if share.a_day is not None else []
    return phrases([rate, *limits])


def late_fee(fee: LateFee) -> Text:
    """What it costs to finish late."""
    return Text(
        "late fee: {share} of {amount} a day after {due}, at least CNY {least}",
        share=percent(fee.per_day),
        amount=attribute_label(fee.amount),
        due=attribute_label(fee.due),
        least=digits(fee.least_cny),
    )
