"""The domain: each flow of goods and papers as a list of steps, and the network that they make.

`network(scenario)` is the only way from a scenario to a network. The network has the pools, stations, stocks and
services that the scenario's flows use, and no others.
"""

from collections.abc import Iterator
from typing import assert_never

from attrs import evolve

from clearsim.customs.airport import air_shipment
from clearsim.customs.disruptions import ROADS, disrupted
from clearsim.customs.errands import errand
from clearsim.customs.events import waves
from clearsim.customs.export import declaration, export_truck
from clearsim.customs.orders import order
from clearsim.customs.sites import sites_of
from clearsim.customs.staffing import with_squads
from clearsim.network import Flow, Network, Pool, Prices, Service, Station, Stock
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel
from clearsim.scenario import Scenario

__all__ = ["network", "paths"]


def network(scenario: Scenario) -> Network:
    """The network of a scenario: its flows, and the parts of its sites that they use."""
    flows = list(_flows(scenario))
    places = [sited.place for sited in sites_of(scenario)]
    used = {name for flow in flows for step in flow.steps for name in _places(step)}
    stations = [place for place in places if isinstance(place, Station) and place.name in used]
    needed = {pool for station in stations for pool in station.needs}
    calm = Network(  # without disruptions
        name=scenario.title.en or scenario.title.zh,
        label=scenario.title.label,
        start=scenario.start,
        duration=scenario.duration,
        run_on=scenario.run_on,
        warm_up=scenario.warm_up,
        flows=flows,
        stations=stations,
        pools=[with_squads(place, scenario) for place in places if isinstance(place, Pool) and place.name in needed],
        stocks=[place for place in places if isinstance(place, Stock) and place.name in used],
        services=[place for place in places if isinstance(place, Service) and place.name in used],
        staffing=[item.word for item in scenario.policy.staffing if item.word is not None],
        prices=_prices(scenario),
        events=list(waves(scenario)),
    )
    return disrupted(calm, scenario, paths(scenario))


def paths(scenario: Scenario) -> dict[str, str]:
    """The path in the scenario at which a planner changes a place, by the name of the place in the network."""
    roads = {name: f"roads.{road}" for road in ROADS for name in (road, f"{road}_road")}
    return roads | {sited.place.name: sited.path for sited in sites_of(scenario)}


def _flows(s: Scenario) -> Iterator[Flow]:
    # The scenario has been checked: a flow's sections are there (`scenario.checks.needs`).
    demand = s.demand
    if demand.export_trucks and s.zone and s.rail and s.roads and s.risk:
        yield export_truck(s, demand.export_trucks, s.zone, s.rail, s.roads, s.risk)
        yield declaration(s, s.zone)
    if demand.flights and s.airport and s.zone and s.warehouse and s.roads:
        yield air_shipment(s, demand.flights, s.airport, s.zone, s.warehouse, s.roads)
    if demand.orders and s.warehouse:
        yield order(s, demand.orders, s.warehouse)
    if demand.errands and s.counter:
        yield errand(s, demand.errands, s.counter)


def _prices(s: Scenario) -> Prices | None:
    given = s.prices
    if given is None:
        return None
    prices = Prices(
        staff_hour=given.staff_hour,
        driver_hour=given.driver_hour,
        roll_over=given.roll_over,
        lost_order=given.lost_order,
    )
    if given.overtime is not None:
        prices = evolve(prices, overtime=given.overtime)
    if given.night is not None:
        night = given.night
        prices = evolve(prices, night=night.factor, night_from_min=night.begins, night_until_min=night.until)
    return prices


def _places(step: Step) -> tuple[str, ...]:
    """The station, service or stock that the step uses."""
    match step:
        case Serve(station=name) | Enter(station=name) | Board(service=name) | Take(stock=name) | Put(stock=name):
            return (name,)
        case Leave() | Travel() | Hold() | Await():
            return ()
        case _:
            assert_never(step)
