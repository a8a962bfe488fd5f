"""Pools, stations, stocks and services in words, and the rules by which people are called, moved or planned."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby, pairwise
from typing import assert_never

from clearsim.language import Label
from clearsim.network.calendar import WEEKDAYS, Planned
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


def label_of(place: Place) -> Label:
    """What people read for a place; one without a label reads as its name."""
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


def capacity(pool: Pool) -> str:
    """How many there are, by the clock where it changes.

    >>> from clearsim.network import Calendar
    >>> capacity(Pool("lanes", 6)), capacity(Pool("officers", {"00:00": 2, "08:00": 4}))
    ('6', 'daily 00:00 2, 08:00 4')
    >>> capacity(Pool("clerks", Calendar.weekly({"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": {"00:00": 0}})))
    'mon-fri 09:00 3, 17:00 0; sat-sun 0'
    """
    if isinstance(pool.capacity, Planned):
        return f"planned {on_duty(pool)}"
    week, parts = pool.capacity.week, []
    for day, group in groupby(range(7), key=lambda index: week[index]):
        days = [WEEKDAYS[index] for index in group]
        name = "daily" if len(days) == 7 else "-".join(dict.fromkeys((days[0], days[-1])))
        clocks = ", ".join(f"{clock_text(minute)} {count}" for minute, count in day)
        parts.append(f"{name} {day[0][1] if len(day) == 1 and day[0][0] == 0 else clocks or 'as before'}")
    capacities = _capacities(pool)
    return str(*capacities) if len(capacities) == 1 else "; ".join(parts)


def on_duty(pool: Pool) -> str:
    """From how few to how many there are: ``6``, ``60–120``."""
    capacities = _capacities(pool)
    return "–".join(dict.fromkeys((digits(min(capacities)), digits(max(capacities)))))


def _capacities(pool: Pool) -> set[int]:
    calendar = pool.capacity
    if isinstance(calendar, Planned):
        return {count for _, count in calendar.moments}
    return {count for day in calendar.week for _, count in day}


def adjustments(pool: Pool, start: datetime) -> list[str]:
    """How the capacity differs between dates, one piece of text an adjustment.

    >>> from clearsim.network import Adjustment
    >>> adjustments(Pool("lanes", 6, adjustments=[Adjustment(0, 90, plus=-1)]), datetime(2022, 11, 7))
    ['-1 from 7 Nov 00:00 to 01:30']
    """
    result = []
    for item in pool.adjustments:
        factor = [f"x{item.times:.3g}"] if item.times not in (0, 1) else []
        added = [f"{item.plus:+d}"] if item.plus else []
        what = " ".join((["none"] if item.times == 0 and item.plus <= 0 else factor + added) or ["as ever"])
        result.append(f"{what} {between(item.from_min, item.until_min, start)}")
    return result


def pace(found: Pace, start: datetime) -> list[str]:
    """How fast work goes where it is not always the same, one piece of text a reason."""
    result = [f"{window.pace:.3g} of the pace {between(*window.window, start)}" for window in found.windows]
    if len(set(found.hours)) > 1 or found.hours[0] != 1:
        result.append(f"pace by the hour {min(found.hours):.3g}–{max(found.hours):.3g}")
    if found.by_open:
        result.append(f"pace by how many are on duty {', '.join(f'{n}: {x:.3g}' for n, x in found.by_open.items())}")
    return result


def staffing(rule: Staffing, network: Parts) -> str:
    """A staffing rule in a sentence."""
    label = {pool.name: label_of(pool) for pool in network.pools}
    every = duration(rule.every)
    match rule:
        case Backlog():
            text = f"{rule.crew} more called when {digits(rule.call_at)} wait, sent home at {digits(rule.release_at)}"
            stay = duration(rule.stay)
            limits = f"stay {stay}, at most {digits(rule.at_most)}, looked at every {every}"
            return f"{label[rule.pool]}: {text}; come {after(rule.lead)}, {limits}"
        case Proportional():
            text = f"{', '.join(str(label[pool]) for pool in rule.pools)}: shared out by the work that is there"
            kept = "".join(f"; {number} {label[pool]} stay" for pool, number in rule.keep.items() if number)
            return f"{text}, every {every}, come {after(rule.move)}{kept}"
        case Forecast():
            most = "" if rule.at_most is None else f", at most {digits(rule.at_most)}"
            text = f"as many as the forecast asks for, so that {percent(rule.target)} wait ({rule.method})"
            return f"{label[rule.pool]}: {text}; at least {digits(rule.least)}{most}, anew every {every}"


def irregular(service: Service, start: datetime) -> list[str]:
    """When departures do not run or leave late, one piece of text a window.

    >>> from clearsim.network import LateDepartures
    >>> trains = Service("train", [], late=[LateDepartures(60, 120, "2 h", cut_off="stays")])
    >>> irregular(trains, datetime(2022, 11, 7))
    ['2 h late from 7 Nov 01:00 to 02:00, cut-off as scheduled']
    """
    result = [f"cancelled {between(*window, start)}" for window in service.cancelled]
    for item in service.late:
        cut_off = ", cut-off as scheduled" if item.cut_off == "stays" else ""
        result.append(f"{time_in_words(item.by)} late {between(item.from_min, item.until_min, start)}{cut_off}")
    return result


def timetable(service: Service) -> str:
    """When a service leaves, with how many slots, how late, its cut-off, and whether smaller cargo may pass."""
    departures = service.departures
    if not isinstance(departures, Departures):
        text = f"{len(departures)} given departures"
    else:
        text = f"{_clocks(departures.minutes)}, {_days(departures.weekdays)}, {digits(departures.slots)} slots"
    late = f", {time_in_words(service.delay)} late" if service.delay.expected else ""
    cut_off = f", cut-off {duration(service.cut_off)}" if service.cut_off else ""
    passing = ", smaller cargo behind may pass" if service.passing else ""
    return f"{text}{late}{cut_off}{passing}"


def _clocks(minutes: tuple[float, ...]) -> str:
    gaps = {round(later - sooner, 6) for sooner, later in pairwise(minutes)}
    if len(minutes) > SHOWN_CLOCKS and len(gaps) == 1 and abs(minutes[0] + 24 * 60 - minutes[-1] - max(gaps)) < 1e-6:
        return f"every {duration(max(gaps))}"
    clocks = [clock_text(minute) for minute in minutes]
    if len(clocks) <= SHOWN_CLOCKS:
        return " ".join(clocks) or "never"
    return f"{len(clocks)} departures from {clocks[0]} to {clocks[-1]}"


def _days(weekdays: tuple[int, ...]) -> str:
    return "daily" if len(weekdays) == 7 else " ".join(WEEKDAYS[day] for day in weekdays)
