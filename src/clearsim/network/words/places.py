"""Pools, stations, stocks and services in words, and the rules by which people are called, moved or planned."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby, pairwise
from typing import assert_never

from clearsim.language import Label, Text, clauses, listed, phrases, plural, sentences
from clearsim.network.calendar import Planned
from clearsim.network.flows import Flow
from clearsim.network.pace import Pace
from clearsim.network.parts import Parts, Place
from clearsim.network.places import Pool, Station, Stock
from clearsim.network.services import Departures, Service
from clearsim.network.staffing import Backlog, Forecast, Proportional, Staffing
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.network.words.quantities import after, between, time_in_words
from clearsim.numbers import digits, duration, percent
from clearsim.units import clock_text

SHOWN_CLOCKS = 6
"""A longer list of departures is counted instead of written out."""


def label_of(place: Place | Parts) -> Label:
    """What people read for a place or a network; one without a label reads as its name."""
    return place.label or Label(place.name.replace("_", " "))


def place_of(step: Step, network: Parts) -> Station | Service | Stock | Flow | None:
    """The place that a step is about, None for `Travel` and `Hold`."""
    places: Iterable[Station | Service | Stock | Flow] = ()
    match step:
        case Serve(station=name) | Enter(station=name) | Leave(station=name):
            places = network.stations
        case Board(service=name):
            places = network.services
        case Take(stock=name) | Put(stock=name):
            places = network.stocks
        case Await(flow=name):
            places = network.flows
        case Travel() | Hold():
            return None
        case _:
            assert_never(step)
    return next(place for place in places if place.name == name)


def capacity(pool: Pool) -> Text:
    """How many there are, by the clock where it changes.

    >>> from clearsim.network import Calendar
    >>> capacity(Pool("lanes", 6)), capacity(Pool("officers", {"00:00": 2, "08:00": 4}))
    ('6', 'daily 00:00 2, 08:00 4')
    >>> capacity(Pool("clerks", Calendar.weekly({"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": {"00:00": 0}})))
    'mon-fri 09:00 3, 17:00 0; sat-sun 0'
    """
    if isinstance(pool.capacity, Planned):
        return Text("planned {range}", range=on_duty(pool))
    week, parts = pool.capacity.week, []
    for day, group in groupby(range(7), key=lambda index: week[index]):
        name = _from_to([*group])
        clocks = listed(f"{clock_text(minute)} {count}" for minute, count in day) if day else Text("as before")
        what = day[0][1] if len(day) == 1 and day[0][0] == 0 else clocks
        parts.append(Text("{days} {capacity}", days=name, capacity=what))
    capacities = _capacities(pool)
    return Text("{item}", item=str(*capacities)) if len(capacities) == 1 else clauses(parts)


def _from_to(days: list[int]) -> Text:
    """Weekdays that follow each other."""
    if len(days) == 7:
        return Text("daily")
    first, last = weekday(days[0]), weekday(days[-1])
    return first if first == last else Text("{first}-{last}", first=first, last=last)


def weekday(index: int) -> Text:
    """The short name of a weekday, Monday 0."""
    names = (Text("mon"), Text("tue"), Text("wed"), Text("thu"), Text("fri"), Text("sat"), Text("sun"))
    return names[index]


def on_duty(pool: Pool) -> str:
    """From how few to how many there are: ``6``, ``60–120``."""
    capacities = _capacities(pool)
    return "–".join(dict.fromkeys((digits(min(capacities)), digits(max(capacities)))))


def _capacities(pool: Pool) -> set[int]:
    calendar = pool.capacity
    if isinstance(calendar, Planned):
        return {count for _, count in calendar.moments}
    return {count for day in calendar.week for _, count in day}


def adjustments(pool: Pool, start: datetime) -> list[Text]:
    """How the capacity differs between dates, one piece of text an adjustment.

    >>> from clearsim.network import Adjustment
    >>> adjustments(Pool("lanes", 6, adjustments=[Adjustment(0, 90, plus=-1)]), datetime(2022, 11, 7))
    ['-1 from 7 Nov 00:00 to 01:30']
    """
    result = []
    for item in pool.adjustments:
        factor = [f"x{item.times:.3g}"] if item.times not in (0, 1) else []
        added = [f"{item.plus:+d}"] if item.plus else []
        what = Text("none") if item.times == 0 and item.plus <= 0 else " ".join(factor + added) or Text("as usual")
        result.append(Text("{what} {when}", what=what, when=between(item.from_min, item.until_min, start)))
    return result


def pace(found: Pace, start: datetime) -> list[Text]:
    """How fast work goes where it is not always the same, one piece of text a reason."""
    result = [
        Text("pace x{pace:.3g} {when}", pace=window.pace, when=between(*window.window, start))
        for window in found.windows
    ]
    if len(set(found.hours)) > 1 or found.hours[0] != 1:
        result.append(Text("pace by the hour {low:.3g}–{high:.3g}", low=min(found.hours), high=max(found.hours)))
    if found.by_open:
        paces = listed(f"{n}: {x:.3g}" for n, x in found.by_open.items())
        result.append(Text("pace by how many are on duty {paces}", paces=paces))
    return result


def staffing(rule: Staffing, network: Parts) -> Text:
    """A staffing rule in a sentence."""
    label = {pool.name: label_of(pool) for pool in network.pools}
    every = duration(rule.every)
    match rule:
        case Backlog():
            return Text(
                "{pool}: {crew} more are called when {call_at} wait, and sent home at {release_at}; "
                "they come {lead} and stay at least {stay}; at most {most} in all; reviewed every {every}",
                pool=label[rule.pool],
                crew=rule.crew,
                call_at=digits(rule.call_at),
                release_at=digits(rule.release_at),
                lead=after(rule.lead),
                stay=duration(rule.stay),
                most=digits(rule.at_most),
                every=every,
            )
        case Proportional():
            text = Text(
                "{pools}: people follow the work, reviewed every {every}; they come {move}",
                pools=listed(label[pool] for pool in rule.pools),
                every=every,
                move=after(rule.move),
            )
            kept = [
                Text("{n} {pool} always stay", n=number, pool=label[pool])
                for pool, number in rule.keep.items()
                if number
            ]
            return clauses([text, *kept])
        case Forecast():
            text = Text(
                "{pool}: as many as the forecast asks for, so that {share} wait ({method})",
                pool=label[rule.pool],
                share=percent(rule.target),
                method=_METHODS[rule.method],
            )
            limits = [Text("at least {n}", n=digits(rule.least))]
            limits += [] if rule.at_most is None else [Text("at most {n}", n=digits(rule.at_most))]
            return clauses([text, phrases([*limits, Text("reviewed every {every}", every=every)])])
        case _:
            assert_never(rule)


_METHODS = {
    "modified offered load": Text("modified offered load"),
    "pointwise stationary": Text("pointwise stationary"),
}


def irregular(service: Service, start: datetime) -> list[Text]:
    """When departures do not run or leave late, one piece of text a window.

    >>> from clearsim.network import LateDepartures
    >>> trains = Service("train", [], late=[LateDepartures(60, 120, "2 h", cut_off="stays")])
    >>> irregular(trains, datetime(2022, 11, 7))
    ['2 h late from 7 Nov 01:00 to 02:00, cut-off as scheduled']
    """
    result = [Text("cancelled {when}", when=between(*window, start)) for window in service.cancelled]
    for item in service.late:
        when = between(item.from_min, item.until_min, start)
        late = Text("{time} late {when}", time=time_in_words(item.by), when=when)
        result.append(phrases([late, Text("cut-off as scheduled")]) if item.cut_off == "stays" else late)
    return result


def timetable(service: Service) -> Text:
    """When a service leaves, with how many slots, how late, its cut-off, and whether smaller cargo may pass."""
    departures = service.departures
    if not isinstance(departures, Departures):
        parts = [plural(len(departures), "{n} given departure", "{n} given departures")]
    else:
        slots = Text("{n} slots", n=digits(departures.slots))
        parts = [_clocks(departures.minutes), _days(departures.weekdays), slots]
    parts += [Text("{time} late", time=time_in_words(service.delay))] if service.delay.expected else []
    parts += [Text("cut-off {time}", time=duration(service.cut_off))] if service.cut_off else []
    parts += [Text("smaller cargo behind may pass")] if service.passing else []
    return phrases(parts)


def _clocks(minutes: tuple[float, ...]) -> Text:
    gaps = {round(later - sooner, 6) for sooner, later in pairwise(minutes)}
    if len(minutes) > SHOWN_CLOCKS and len(gaps) == 1 and abs(minutes[0] + 24 * 60 - minutes[-1] - max(gaps)) < 1e-6:
        return Text("every {time}", time=duration(max(gaps)))
    clocks = [clock_text(minute) for minute in minutes]
    if not clocks:
        return Text("never")
    if len(clocks) <= SHOWN_CLOCKS:
        return Text("{item}", item=" ".join(clocks))
    return Text("{n} departures from {first} to {last}", n=len(clocks), first=clocks[0], last=clocks[-1])


def _days(weekdays: tuple[int, ...]) -> Text:
    return Text("daily") if len(weekdays) == 7 else sentences(map(weekday, weekdays))
