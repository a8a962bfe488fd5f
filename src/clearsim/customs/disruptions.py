"""What a scenario's disruptions change in its network, and under which names recovery from them is measured.

A network is first made without disruptions; `disrupted` then changes it. No disruption changes a random draw.
"""

from collections.abc import Iterator, Mapping
from typing import assert_never

from attrs import evolve

from clearsim.customs.events import Happening, events, window
from clearsim.customs.sites import POSTS, STAFF_LABELS
from clearsim.language import Text, listed
from clearsim.network import (
    Adjustment,
    Ahead,
    Between,
    During,
    Flow,
    Hold,
    Label,
    Landings,
    Late,
    LateDepartures,
    Network,
    Pace,
    Pool,
    Serve,
    Share,
    Station,
    Travel,
)
from clearsim.network.moments import Window
from clearsim.network.steps import Step
from clearsim.scenario import Scenario, disruptions
from clearsim.scenario.disruptions import (
    EVERYBODY,
    Absence,
    AnyDisruption,
    Cancelled,
    Closed,
    ClosedRoad,
    LateFlights,
    Outage,
    SlowRoad,
)

ROADS = {
    "zone_to_rail": ("export_truck", Label("zone to rail port")),
    "airport_to_zone": ("air_shipment", Label("airport to zone")),
}
"""The flow that drives on each road, and what people call the road."""
SERVICES = {
    "trains": ("train", Label("trains")),
    "bonded_trucks": ("bonded_truck", Label("bonded trucks")),
    "couriers": ("courier", Label("courier trucks")),
    "flights": (None, Label("flights")),
}
"""The service that each name means, and what people call it; flights are arrivals of a flow."""
DOWN = "online_down"
"""The attribute of entities that an outage of online filing concerns."""


def disrupted(network: Network, s: Scenario, paths: Mapping[str, str]) -> Network:
    """The network with the scenario's disruptions; `paths` has the scenario's path of each of its places."""
    if not s.disruptions:
        return network
    closed = [item.road for item in s.disruptions if isinstance(item, ClosedRoad)]
    flows = {flow.name for flow in network.flows}
    used = [(road, label) for road, (flow, label) in ROADS.items() if road in closed and flow in flows]
    return evolve(
        network,
        flows=[_flow(flow, network, s) for flow in network.flows],
        pools=[
            *(evolve(x, adjustments=(*x.adjustments, *_adjustments(x, s, paths[x.name]))) for x in network.pools),
            *(
                Pool(
                    f"{road}_road",
                    1,
                    adjustments=_closures(road, s),
                    label=Label(Text("road, {road}", road=label)),
                )
                for road, label in used
            ),
        ],
        stations=[
            *network.stations,
            *(
                Station(road, {f"{road}_road": 1}, label=Label(Text("road closed, {road}", road=label)))
                for road, label in used
            ),
        ],
        services=[
            evolve(x, cancelled=(*x.cancelled, *_cancelled(x.name, s)), late=(*x.late, *_late(x.name, s)))
            for x in network.services
        ],
        events=[*network.events, *events(s, _happenings(network, s, paths))],
    )


def _adjustments(pool: Pool, s: Scenario, path: str) -> Iterator[Adjustment]:
    """What absence and closed lanes do to a pool; `path` is where the planner gives its capacity."""
    for item in s.disruptions:
        match item:
            case Absence():
                if POSTS.get(pool.name, pool.name) in item.targets:
                    yield Adjustment(*window(item, s), times=1 - item.share)
            case Closed():
                if item.place == path.rpartition(".")[0]:
                    change = {"times": 0.0} if item.lanes is None else {}
                    yield Adjustment(*window(item, s), plus=-(item.lanes or 0), **change)
            case ClosedRoad() | SlowRoad() | Cancelled() | disruptions.LateDepartures() | LateFlights() | Outage():
                pass  # they take nothing from a pool
            case _:
                assert_never(item)


def _closures(road: str, s: Scenario) -> list[Adjustment]:
    windows = [window(item, s) for item in s.disruptions if isinstance(item, ClosedRoad) and item.road == road]
    return [Adjustment(*window, times=0.0) for window in windows]


def _cancelled(service: str, s: Scenario) -> list[Window]:
    items = [item for item in s.disruptions if isinstance(item, Cancelled)]
    return [window(item, s) for item in items if SERVICES[item.service][0] == service]


def _late(service: str, s: Scenario) -> list[LateDepartures]:
    items = [item for item in s.disruptions if isinstance(item, disruptions.LateDepartures)]
    return [LateDepartures(*window(x, s), x.by, x.cut_off) for x in items if SERVICES[x.service][0] == service]


def _flow(flow: Flow, network: Network, s: Scenario) -> Flow:
    """The flow with its closed and slow roads, its flights, and its other steps while online filing is down."""
    for road, (driven_by, _) in ROADS.items():
        if flow.name == driven_by:
            flow = evolve(flow, steps=[new for step in flow.steps for new in _on_road(step, road, s)])
    if isinstance(flow.arrivals, Landings):
        cancelled = [window(x, s) for x in s.disruptions if isinstance(x, Cancelled) and x.service == "flights"]
        late = [Late(*window(x, s), x.by) for x in s.disruptions if isinstance(x, LateFlights)]
        flow = evolve(flow, arrivals=evolve(flow.arrivals, cancelled=cancelled, late=late))
    down = [window(item, s) for item in s.disruptions if isinstance(item, Outage)]
    return _while_down(flow, network, down) if down else flow


def _on_road(step: Step, road: str, s: Scenario) -> Iterator[Step]:
    """A drive, and before it the station where drivers wait for a closed road. When it opens, all go on at once."""
    if not isinstance(step, Travel):
        yield step
        return
    if _closures(road, s):
        yield Serve(road, 0.0, only_if=step.only_if, unless=step.unless, driver=step.driver)
    slow = [item for item in s.disruptions if isinstance(item, SlowRoad) and item.road == road]
    windows = [Between(*window(item, s), 1 / item.times) for item in slow]
    yield evolve(step, pace=Pace(windows=windows)) if windows else step


def _while_down(flow: Flow, network: Network, windows: list[Window]) -> Flow:
    """The flow while online filing is down: online errands go to the counter, and no truck reports before arrival."""
    for companion in network.flows:
        ahead = companion.arrivals
        if isinstance(ahead, Ahead) and ahead.of == flow.name and ahead.only_if is not None:
            reported = flow.attributes[ahead.only_if]
            if not isinstance(reported, Share):
                raise TypeError(
                    Text("an outage of online filing needs a share, and `{attribute}` is none", attribute=ahead.only_if)
                )
            down = During(windows, ahead=ahead.lead)
            own = {**flow.attributes, ahead.only_if: evolve(reported, unless=(*reported.unless, DOWN))}
            flow = evolve(flow, attributes={DOWN: down, **own})
    at_counter = next((step for step in flow.steps if "channel=counter" in step.only_if), None)
    if at_counter is not None:
        steps: list[Step] = []
        for step in flow.steps:
            if isinstance(step, Hold) and "channel=online" in step.only_if:
                steps.append(evolve(at_counter, only_if=(*step.only_if, DOWN), milestone=None))
                step = evolve(step, unless=(*step.unless, DOWN))
            steps.append(step)
        flow = evolve(flow, steps=steps, attributes={**flow.attributes, DOWN: During(windows)})
    return flow


def _happenings(network: Network, s: Scenario, paths: Mapping[str, str]) -> Iterator[Happening]:
    for item in s.disruptions:
        targets = EVERYBODY if isinstance(item, Absence) and EVERYBODY in item.staff else " ".join(item.targets)
        label = _label(item, network, paths)
        if item.name is not None:
            label = item.name.label
        yield Happening(item, f"{item.kind} {targets}".strip(), label)


def _label(item: AnyDisruption, network: Network, paths: Mapping[str, str]) -> Label:
    """The label of a disruption that the planner has not named."""
    return Label(_about(item, network, paths))


def _about(item: AnyDisruption, network: Network, paths: Mapping[str, str]) -> Text:
    match item:
        case Absence():
            who = listed(STAFF_LABELS.get(unit, Label("all staff")) for unit in item.staff)
            return Text("absent: {share:.0%} of {who}", share=item.share, who=who)
        case Closed():
            pools = [pool for pool in network.pools if paths[pool.name].rpartition(".")[0] == item.place]
            place = next((pool.label for pool in pools if pool.label is not None), item.place)
            if item.lanes is None:
                return Text("closed: all of {place}", place=place)
            return Text("closed: {lanes} of {place}", lanes=item.lanes, place=place)
        case ClosedRoad():
            return Text("road closed, {road}", road=ROADS[item.road][1])
        case SlowRoad():
            return Text("slow road, {times:g} times as long, {road}", times=item.times, road=ROADS[item.road][1])
        case Cancelled():
            return Text("cancelled: {service}", service=SERVICES[item.service][1])
        case disruptions.LateDepartures():
            return Text("late: {service}", service=SERVICES[item.service][1])
        case LateFlights():
            return Text("late: flights")
        case Outage():
            return Text("online filing down")
