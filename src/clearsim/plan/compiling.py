"""From a network to its plan."""

import numpy as np

from clearsim.network.arrivals import Ahead
from clearsim.network.attributes import Category
from clearsim.network.flows import Flow, attributes_of
from clearsim.network.network import Network
from clearsim.network.parts import Place
from clearsim.network.staffing import Forecast
from clearsim.plan.columns import number_columns
from clearsim.plan.paces import all_paces, pace_rows
from clearsim.plan.places import departure_rows, pool_rows, station_rows
from clearsim.plan.rows import LONGEST_RUN_MS, Events, Flows, Group, Plan, Stocks, frozen, ints
from clearsim.plan.rules import rule_rows
from clearsim.plan.steps import stamps_of, step_rows
from clearsim.units import DAY_MS, to_ms


def compile_network(network: Network) -> Plan:
    """The plan of a network. Raises `ValueError` for a run of more than a century and for a rule by forecast."""
    end_ms = to_ms(network.end_min)
    if end_ms > LONGEST_RUN_MS:
        raise ValueError(f"a run is at most 100 years long, not {end_ms / DAY_MS:.4g} days")
    for rule in network.staffing:
        if isinstance(rule, Forecast):
            raise ValueError(f"the forecast for `{rule.pool}` is first carried out: clearsim.staffing.planned(network)")
    flows = network.flows
    places: list[Place] = [*network.pools, *network.stations, *network.stocks, *network.services, *flows]
    paces = all_paces(network)
    stocks = [(stock.name, family, units) for stock in network.stocks for family, units in stock.opening.items()]
    return Plan(
        name=network.name,
        start=network.start,
        warm_up_ms=to_ms(network.warm_up),
        arrivals_end_ms=to_ms(network.duration),
        end_ms=end_ms,
        pools=pool_rows(network, end_ms),
        stations=station_rows(network),
        stocks=Stocks(
            tuple(_stock_row(stock, family, network) for stock, family, _ in stocks),
            ints(units for _, _, units in stocks),
        ),
        services=departure_rows(network, end_ms),
        flows=Flows(
            names=tuple(flow.name for flow in flows),
            is_companion=frozen(np.array([isinstance(flow.arrivals, Ahead) for flow in flows], dtype=np.bool_)),
            first_step=ints(np.cumsum([0, *(len(flow.steps) for flow in flows)])),
            stamps=ints(stamps_of(flow) for flow in flows),
            numbers=ints(len(number_columns(flow, network)) for flow in flows),
            late_fee=tuple(flow.late_fee for flow in flows),
            attributes=tuple(tuple(attributes_of(flow, flows)) for flow in flows),
            groups=tuple(_groups(flow, network) for flow in flows),
            control=tuple(flow.control for flow in flows),
        ),
        steps=step_rows(network, [(stock, family) for stock, family, _ in stocks], paces),
        paces=pace_rows(network, paces, end_ms),
        rules=rule_rows(network),
        labels={
            **{name: label for flow in flows for name, label in flow.milestones.items()},
            **{f"{flow.name}/{name}": label for flow in flows for name, label in flow.groups.items()},
            **{event.name: event.label for event in network.events if event.label is not None},
            **{place.name: place.label for place in places if place.label is not None},
        },
        events=Events(
            names=tuple(event.name for event in network.events),
            from_ms=ints(to_ms(event.from_min) for event in network.events),
            until_ms=ints(to_ms(event.until_min) for event in network.events),
        ),
        prices=network.prices,
    )


def _groups(flow: Flow, network: Network) -> tuple[Group, ...]:
    groups = []
    for name in flow.apart:
        attribute, _, label = name.partition("=")
        category = attributes_of(flow, network.flows)[attribute]
        value = list(category.classes).index(label) if isinstance(category, Category) else 1
        groups += [Group(f"{flow.name}/{'not ' * others}{name}", attribute, value, others) for others in (False, True)]
    return tuple(groups)


def _stock_row(stock: str, family: str, network: Network) -> str:
    families = next(item.opening for item in network.stocks if item.name == stock)
    return stock if len(families) == 1 else f"{stock}/{family}"
