"""Pools, stations, stocks and services of the sites: zone, rail port, airport, warehouse, counter hall."""

from collections.abc import Iterator
from typing import NamedTuple

from clearsim.language import Text
from clearsim.network import Adjustment, Calendar, Departures, Label, Pace, Pool, Service, Spell, Station, Stock
from clearsim.network.parts import Place
from clearsim.scenario import Scenario
from clearsim.scenario.sites import Airport, Counter, Rail, Warehouse, Zone
from clearsim.scenario.staff import Duty
from clearsim.scenario.stations import Desk, Inspection, Lanes
from clearsim.scenario.timetables import Timetable


class Sited(NamedTuple):
    """A pool, station, stock or service, and the scenario's path where a planner changes it."""

    place: Place
    path: str


def sites_of(s: Scenario) -> Iterator[Sited]:
    """Everything at the sites that the scenario describes."""
    yield from _staff(s)
    if s.zone is not None:
        yield from _zone(s.zone)
    if s.rail is not None:
        yield from _rail(s.rail)
    if s.airport is not None:
        yield from _airport(s.airport)
    if s.warehouse is not None:
        yield from _warehouse(s.warehouse)
    if s.counter is not None:
        yield from _counter(s.counter)


STAFF_LABELS = {
    "document_officers": Label("document officers"),
    "inspectors": Label("inspectors"),
    "rail_inspectors": Label("rail inspectors"),
    "fast_officers": Label("fast-channel officers"),
    "airport_officers": Label("airport officers"),
    "airport_inspectors": Label("airport inspectors"),
    "order_reviewers": Label("order reviewers"),
    "pickers": Label("pickers"),
    "parcel_inspectors": Label("parcel inspectors"),
    "clerks": Label("clerks"),
}
POSTS = {"ordinary_posts": "airport_officers", "fast_posts": "fast_officers"}
"""Posts of the airport's channels, and the staff who work there. Where staff are absent, there are fewer posts."""
ORDINARY_POSTS, FAST_POSTS = Label("ordinary posts"), Label("fast-channel posts")


def _staff(s: Scenario) -> Iterator[Sited]:
    """The pools of people, and the airport's two channels."""
    duties: dict[str, Duty] = {name: duty for name, duty in s.staff if duty is not None}
    fast, ordinary = duties.get("fast_officers"), duties.get("airport_officers")
    one_team = fast is not None and ordinary is not None and not s.policy.fast_channel.keeps_apart
    for name, duty in duties.items():
        roster, labour = duty.roster, _spells(s, duty)
        if one_team and name == "fast_officers":
            continue
        if one_team and fast is not None and name == "airport_officers":
            roster, labour = roster + fast.roster, _spells(s, duty, fast)
        pool = Pool(name, roster, kind="staff", label=STAFF_LABELS[name], labour=labour)
        yield Sited(pool, f"staff.{name}.roster")
    if fast is not None and ordinary is not None:
        yield from _channels(s, fast.roster, ordinary.roster)


def _spells(s: Scenario, *duties: Duty) -> tuple[Spell, ...]:
    """The people of these units together and the labour rules that they keep; none without labour rules."""
    if s.labour is None:
        return ()
    return tuple(spell for spell, _ in s.labour.spells(s.start, s.duration + s.run_on, *duties))


def _channels(s: Scenario, fast: Calendar, ordinary: Calendar) -> Iterator[Sited]:
    """The airport's two channels, whose needs depend on the lever `fast_channel` (S7).

    Unless the teams are kept apart, they are one pool of people. The number of posts limits how many of these people
    may clear one kind of shipments at once. Reserved officers leave fewer posts for ordinary shipments. Where fast
    shipments overflow, ordinary ones have as many posts as the ordinary team has officers. Where the fast team is
    opened to all, fast shipments have as many posts as the fast team has officers.
    """
    channel = s.policy.fast_channel
    fast_needs, ordinary_needs = {"airport_officers": 1}, {"airport_officers": 1}
    if channel.keeps_apart:
        fast_needs = {"fast_officers": 1}
    elif channel.reserved:
        # An adjustment and not another roster: absent officers are subtracted first, then the reserved ones.
        reserved = [Adjustment(0.0, s.duration + s.run_on, plus=-channel.reserved)]
        posts = Pool("ordinary_posts", fast + ordinary, adjustments=reserved, label=ORDINARY_POSTS)
        yield Sited(posts, "policy.fast_channel.reserved")
        ordinary_needs |= {"ordinary_posts": 1}
    elif channel.overflow and not channel.opened_to_all:
        yield Sited(Pool("ordinary_posts", ordinary, label=ORDINARY_POSTS), "staff.airport_officers.roster")
        ordinary_needs |= {"ordinary_posts": 1}
    elif channel.opened_to_all and not channel.overflow:
        yield Sited(Pool("fast_posts", fast, label=FAST_POSTS), "staff.fast_officers.roster")
        fast_needs |= {"fast_posts": 1}
    desks = (None, None) if s.airport is None else (s.airport.fast_channel, s.airport.ordinary_channel)
    label, pace = Label("fast channel"), _pace(desks[0], next(iter(fast_needs)))
    yield Sited(Station("fast_channel", fast_needs, pace=pace, label=label), "airport.fast_channel")
    label, pace = Label("ordinary clearance"), _pace(desks[1], "airport_officers")
    ahead = int(channel.fast_first)
    station = Station("ordinary_channel", ordinary_needs, priority=ahead, pace=pace, label=label)
    yield Sited(station, "airport.ordinary_channel")


def _zone(zone: Zone) -> Iterator[Sited]:
    yield from _lanes("zone_gate", zone.gate, "zone.gate", Label("zone gate"))
    yield Sited(Pool("yard_bays", zone.yard.bays, label=Label("yard bays")), "zone.yard.bays")
    yield Sited(Station("zone_yard", {"yard_bays": 1}, label=Label("zone yard")), "zone.yard")
    yield from _desk("documents", "document_officers", zone.documents, "zone.documents", Label("document review"))
    yield from _lanes("machine_scan", zone.scanner, "zone.scanner", Label("machine scan"))
    yield from _inspection("inspection", "inspectors", zone.inspection, "zone", Label("inspection"))
    yield from _lanes("sealing", zone.sealing, "zone.sealing", Label("sealing"))


def _rail(rail: Rail) -> Iterator[Sited]:
    yield from _lanes("rail_gate", rail.gate, "rail.gate", Label("rail port gate"))
    label = Label("second inspection")
    yield from _inspection("rail_inspection", "rail_inspectors", rail.inspection, "rail", label)
    yield from _lanes("rail_yard", rail.yard, "rail.yard", Label("rail yard"))
    label = Label("China-Europe train")
    yield _departures("train", rail.train, "rail.train", label, passing=rail.train.passing)


def _airport(airport: Airport) -> Iterator[Sited]:
    yield from _lanes("ramp", airport.ramp, "airport.ramp", Label("ramp transfer"))
    yield from _lanes("tally", airport.tally, "airport.tally", Label("tally and storage"))
    label = Label("airport inspection")
    yield from _inspection("airport_inspection", "airport_inspectors", airport.inspection, "airport", label)
    yield _departures("bonded_truck", airport.truck, "airport.truck", Label("bonded truck"))


def _warehouse(warehouse: Warehouse) -> Iterator[Sited]:
    opening = {name: family.opening for name, family in warehouse.families.items()}
    yield Sited(Stock("bonded_stock", opening, label=Label("bonded stock")), "warehouse.families")
    yield from _lanes("unloading", warehouse.unloading, "warehouse.unloading", Label("unloading"))
    yield from _lanes("labelling", warehouse.labelling, "warehouse.labelling", Label("traceability label"))
    yield from _desk("match_review", "order_reviewers", None, "warehouse.matching", Label("match review"))
    yield from _desk("picking", "pickers", warehouse.picking, "warehouse.picking", Label("picking and packing"))
    yield from _lanes("sorting_line", warehouse.sorting, "warehouse.sorting", Label("X-ray sorting line"))
    yield Sited(
        Station(
            "opening",
            {"parcel_inspectors": 1},
            inspection=True,
            pace=_pace(warehouse.opening, "parcel_inspectors"),
            label=Label("parcel opening"),
        ),
        "warehouse.opening",
    )
    yield _departures("courier", warehouse.courier, "warehouse.courier", Label("courier truck"))


def _counter(counter: Counter) -> Iterator[Sited]:
    pace, label = _pace(counter.counter, "clerks"), Label("counter")
    yield Sited(Station("counter", {"clerks": 1}, trip=True, pace=pace, label=label), "counter.counter")


def _lanes(name: str, lanes: Lanes, path: str, label: Label) -> Iterator[Sited]:
    """A station of parallel lanes."""
    pool = _lanes_pool(name, lanes, label)
    yield Sited(pool, f"{path}.lanes")
    yield Sited(Station(name, {pool.name: 1}, pace=_pace(lanes, pool.name), label=label), path)


def _inspection(name: str, unit: str, place: Inspection, site: str, label: Label) -> Iterator[Sited]:
    """A station that needs a lane and a crew of the unit at the same time."""
    pool, path = _lanes_pool(name, place, label), f"{site}.inspection"
    yield Sited(pool, f"{path}.lanes")
    needs = {pool.name: 1, unit: place.crew}
    yield Sited(Station(name, needs, inspection=True, pace=_pace(place, unit), label=label), path)


def _lanes_pool(name: str, lanes: Lanes, label: Label) -> Pool:
    return Pool(f"{name}_lanes", lanes.lanes, label=Label(Text("{station} lanes", station=label)))


def _desk(name: str, pool: str, desk: Desk | None, path: str, label: Label) -> Iterator[Sited]:
    yield Sited(Station(name, {pool: 1}, pace=_pace(desk, pool), label=label), path)


def _pace(place: Desk | Lanes | None, pool: str) -> Pace | None:
    """How fast the work at a place goes. `pool` is the people who serve there, or the lanes."""
    if place is None or place.pace is None:
        return None
    by_open = place.pace.by_open
    return Pace(place.pace.hours, by_open=by_open, pool=pool if by_open else None)


def _departures(name: str, timetable: Timetable, path: str, label: Label, passing: bool = False) -> Sited:
    departures = Departures(timetable.clocks, timetable.slots, timetable.days)
    return Sited(Service(name, departures, timetable.cut_off, timetable.delay, label=label, passing=passing), path)
