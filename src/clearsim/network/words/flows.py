"""Flows and their steps in words."""

from collections.abc import Iterator
from typing import assert_never

from clearsim.network.arrivals import Ahead, At, Landings, Poisson, Recorded
from clearsim.network.attributes import AllOf, AnyOf, Category, During, Number, Share
from clearsim.network.flows import Flow, LateFee, attributes_of
from clearsim.network.parts import Parts
from clearsim.network.places import Station
from clearsim.network.services import Service
from clearsim.network.steps import Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.network.words.places import adjustments, capacity, irregular, label_of, pace, place_of, timetable
from clearsim.network.words.quantities import after, between, time_in_words
from clearsim.numbers import digits, duration, percent


def object_of(step: Step, network: Parts) -> str:
    """What a step is about: its place, its time where it has no place, or how much it moves."""
    if isinstance(step, Travel | Hold):
        return time_in_words(step.time)
    place = place_of(step, network)
    what = str(label_of(place)) if place is not None else ""
    if isinstance(step, Take | Put):
        return f"{digits(step.amount)} of {what}" + (f" by {step.family}" if step.family else "")
    return what


def details(network: Parts, flow: Flow, number: int) -> Iterator[str]:
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
            passing = ", those behind may pass" if pools[name].passing else ""
            of_them = f"{count} of {there} {what}" if there.isdigit() else f"{count} {what} (on duty {there})"
            yield f"needs {of_them}{passing}"
            yield from adjustments(pools[name], network.start)
    if isinstance(step, Take) and step.patience is not None:
        yield f"gives up {after(step.patience)}"
    if isinstance(step, Enter):
        later = enumerate(flow.steps[number:], start=number + 1)
        yield f"until step {next(at for at, x in later if isinstance(x, Leave) and x.station == step.station)}"
    if isinstance(step, Board):
        yield from slots_taken(step)
    if isinstance(place, Service):
        yield timetable(place)
        yield from irregular(place, network.start)


def conditions(step: Step) -> str:
    """For whom a step is, empty where it is for all: ``if controlled, unless by_machine``."""
    parts = [f"if {' and '.join(step.only_if)}"] if step.only_if else []
    parts += [f"unless {' or '.join(step.unless)}"] if step.unless else []
    return ", ".join(parts)


def arrivals(flow: Flow, network: Parts) -> str:
    """When the flow's entities arrive."""
    match flow.arrivals:
        case Poisson() as random:
            surges = dict.fromkeys(f"{surge.name} up to x{surge.peak:g}" for surge in random.surges)
            follows = [f"follows {random.follows.flow}"] if random.follows else []
            text = ", ".join([f"{digits(random.rate * 24 * 60)} a day", "at random", *surges, *follows])
        case At(minutes=minutes):
            text = f"{len(minutes)} at given instants"
        case Landings(landings=landings, cancelled=cancelled, late=late):
            text = f"{digits(sum(x.count * len(x.weekdays) for x in landings) / 7)} a day, by timetable"
            text += "".join(f", none {between(*window, network.start)}" for window in cancelled)
            text += "".join(f", {duration(x.by_min)} late {between(*x.window, network.start)}" for x in late)
        case Recorded(path=path, columns=columns):
            text = f"recorded in {path.name}, column {' and '.join(columns)}"
        case Ahead(of=of, lead=lead, only_if=only_if):
            partner = label_of(next(other for other in network.flows if other.name == of))
            text = f"one for each of {partner}, {time_in_words(lead)} ahead{f' if {only_if}' if only_if else ''}"
        case _:
            assert_never(flow.arrivals)
    backlog = getattr(flow.arrivals, "backlog", 0)
    return f"{text}, {backlog} waiting at the start" if backlog else text


def slots_taken(step: Board) -> Iterator[str]:
    """How many slots an entity takes, where it is not one."""
    if isinstance(step.slots, dict):
        sizes = (f"{name.partition('=')[2]} {digits(size)}" for name, size in step.slots.items())
        yield f"slots taken: {', '.join(sizes)}"
    elif step.slots != 1:
        yield f"takes {digits(step.slots)} slots"


def attributes(flow: Flow, network: Parts) -> list[str]:
    """What distinguishes the flow's entities, one piece of text an attribute; none for a companion."""
    if isinstance(flow.arrivals, Ahead):
        return []
    result = []
    for name, attribute in attributes_of(flow, network.flows).items():
        match attribute:
            case Category(classes=classes):
                result.append(f"{name}: {', '.join(f'{key} {percent(share)}' for key, share in classes.items())}")
            case Share(p=p, factors=factors, among=among, unless=unless, a_day=a_day):
                rates = [percent(p)] if p != 1 or not factors else []
                rates += [f"by {', '.join(factors)}"] if factors else []
                rates += [f"of {' and '.join(among)}"] if among else []
                limits = [f"unless {' or '.join(unless)}"] if unless else []
                limits += [f"at most {digits(a_day)} a day"] if a_day is not None else []
                result.append(f"{name}: {', '.join([' '.join(rates), *limits])}")
            case During(windows=windows, ahead=ahead):
                when = ", ".join(between(*window, network.start) for window in windows)
                lead = ahead.expected
                result.append(f"{name}: {f'{duration(lead)} before arrival, ' if lead else ''}{when}")
            case AnyOf(conditions=conditions):
                result.append(f"{name}: {' or '.join(conditions)}")
            case AllOf(conditions=conditions):
                result.append(f"{name}: {' and '.join(conditions)}")
            case Number(distribution=distribution):
                result.append(f"{name}: {type(distribution).__name__.lower()}, mean {digits(distribution.expected)}")
            case _:
                assert_never(attribute)
    return result


def late_fee(fee: LateFee) -> str:
    """What it costs to finish late."""
    rate = f"{percent(fee.per_day)} of {fee.amount} a day after {fee.due}"
    return f"late fee: {rate}, at least CNY {digits(fee.least_cny)}"
