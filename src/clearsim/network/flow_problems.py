"""All that can be wrong with one flow of a network: arrivals, attributes, steps."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from clearsim.network.arrivals import Ahead, Arrivals, At, Landings, Poisson, Recorded
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, Number, Share, YesNo
from clearsim.network.flows import Control, Flow, attributes_of, companions_of
from clearsim.network.pace import Pace
from clearsim.network.parts import Parts
from clearsim.network.services import Departures, Service
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel


def flow_problems(network: Parts, flow: Flow) -> Iterator[str]:
    """All that is wrong with one of the network's flows, in the order in which a reader would look."""
    by_name = {other.name: other for other in network.flows}
    if not flow.steps:
        yield "it has no steps"
    if isinstance(flow.arrivals, Ahead):
        partner = by_name.get(flow.arrivals.of)
        if partner is None:
            yield f"it goes ahead of the unknown flow `{flow.arrivals.of}`"
            return
        if isinstance(partner.arrivals, Ahead):
            yield f"it goes ahead of `{partner.name}`, which is itself a companion"
        if flow.attributes:
            yield f"a companion has the attributes of `{partner.name}` and none of its own"
    attributes = attributes_of(flow, network.flows)
    yield from _attribute_problems(attributes)
    yield from _arrival_problems(flow.arrivals, attributes, by_name)
    yield from _name_problems(flow, attributes)
    yield from _steps_problems(network, flow, attributes)


def _name_problems(flow: Flow, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    """Names of attributes in the flow's own fields: its priority, late fee, groups and control."""
    if isinstance(flow.priority, str) and not isinstance(attributes.get(flow.priority), Category):
        yield f"its priority names `{flow.priority}`, which is not one of its categories"
    if flow.late_fee is not None:
        for name in (flow.late_fee.due, flow.late_fee.amount):
            if not isinstance(attributes.get(name), Number):
                yield f"its late fee names `{name}`, which is not one of its numbers"
    yield from _condition_problems(attributes, flow.apart, "what is measured apart")
    for name in flow.groups:
        if name.removeprefix("not ") not in flow.apart:
            yield f"it has a label for the group `{name}`, which is not measured apart"
    if flow.control is not None:
        yield from _control_problems(flow, flow.control, attributes)


def _steps_problems(network: Parts, flow: Flow, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    """Mistakes of each step, and of all steps together."""
    conditions = {name for step in flow.steps for name in (*step.only_if, *step.unless)}
    if len(conditions) > 63:
        yield f"its steps depend on {len(conditions)} different conditions; 63 are possible"
    for position, step in enumerate(flow.steps, start=1):
        for problem in _step_problems(network, flow, step, attributes):
            yield f"step {position}, {step}: {problem}"
    for name, count in Counter(step.milestone for step in flow.steps if step.milestone is not None).items():
        if count > 1:
            yield f"the milestone `{name}` stands {count} times"
    booked = Counter(step.service for step in flow.steps if isinstance(step, Board) and step.booked is not None)
    for name, count in booked.items():
        if count > 1:
            yield f"departures of `{name}` are booked {count} times"
    yield from _bracket_problems(flow)


def _arrival_problems(
    arrivals: Arrivals, attributes: Mapping[str, Attribute], flows: Mapping[str, Flow]
) -> Iterator[str]:
    match arrivals:
        case Recorded(path=path):
            if not path.is_file():
                yield f"its arrivals are recorded in {str(path)!r}, and there is no such file"
        case Poisson():
            yield from _surge_problems(arrivals, attributes, flows)
        case Ahead(only_if=only_if):
            yield from _condition_problems(attributes, () if only_if is None else (only_if,), "its lead")
        case At() | Landings():
            pass
        case _:
            assert_never(arrivals)


def _surge_problems(arrivals: Poisson, attributes: Mapping[str, Attribute], flows: Mapping[str, Flow]) -> Iterator[str]:
    for surge in arrivals.surges:
        for label in surge.classes:
            if not _is_condition(attributes, f"{surge.category}={label}"):
                yield f"surge {surge.name} concerns `{surge.category}={label}`, which is not a class of the flow"
    if len(categories := sorted({surge.category for surge in arrivals.surges if surge.category is not None})) > 1:
        yield f"its surges concern classes of {' and '.join(f'`{x}`' for x in categories)}; one category is possible"
    if arrivals.follows is not None:
        leader = flows.get(arrivals.follows.flow)
        if leader is None or not isinstance(leader.arrivals, Poisson):
            yield f"it follows `{arrivals.follows.flow}`, which is not a flow with Poisson arrivals"
        elif leader.arrivals.follows is not None:
            yield f"it follows `{leader.name}`, which itself follows another flow"


def _attribute_problems(attributes: Mapping[str, Attribute]) -> Iterator[str]:
    earlier: dict[str, Attribute] = {name: item for name, item in attributes.items() if isinstance(item, Category)}
    for name, attribute in attributes.items():
        if isinstance(attribute, Share):
            for how, conditions in (("is among", attribute.among), ("excludes", attribute.unless)):
                for condition in conditions:
                    if not _is_condition(earlier, condition):
                        yield f"share `{name}` {how} `{condition}`, which is not a share declared before it"
            for axis, factors in attribute.factors.items():
                category = attributes.get(axis)
                if not isinstance(category, Category):
                    yield f"share `{name}` has factors for `{axis}`, which is not a category of the flow"
                elif set(factors) != set(category.classes):
                    yield f"share `{name}`: the factors of `{axis}` must name its classes {', '.join(category.classes)}"
        elif isinstance(attribute, AnyOf | AllOf):
            for condition in attribute.conditions:
                if not _is_condition(earlier, condition):
                    yield f"`{name}` follows from `{condition}`, which is not a share declared before it"
        earlier[name] = attribute


def _is_condition(attributes: Mapping[str, Attribute], condition: str) -> bool:
    """Whether the condition names a share, or a class of a category."""
    name, _, label = condition.partition("=")
    match attributes.get(name):
        case Category(classes=classes):
            return label in classes
        case attribute:
            return isinstance(attribute, YesNo) and not label


def _condition_problems(attributes: Mapping[str, Attribute], conditions: Iterable[str], what: str) -> Iterator[str]:
    for condition in conditions:
        name, _, label = condition.partition("=")
        if label and not _is_condition(attributes, condition):
            yield f"{what} depends on `{condition}`, but the flow has no category `{name}` with a class `{label}`"
        elif not _is_condition(attributes, condition):
            yield f"{what} depends on `{condition}`, which is not a share of the flow"


def _control_problems(flow: Flow, control: Control, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    for name in (control.controlled, control.non_compliant, control.hit):
        if name not in attributes or isinstance(attributes[name], Category | Number):
            yield f"its control names `{name}`, which is not one of its shares"
    served = {step.station for step in flow.steps if isinstance(step, Serve)}
    for name in control.at:
        if name not in served:
            yield f"its control is at `{name}`, where it is not served"
    if not control.at:
        yield "its control names no station"


def _step_problems(network: Parts, flow: Flow, step: Step, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    yield from _condition_problems(attributes, (*step.only_if, *step.unless), "it")
    match step:
        case Serve(station=name) | Enter(station=name) | Leave(station=name):
            if name not in {station.name for station in network.stations}:
                yield f"there is no station `{name}`"
        case Board():
            yield from _boarding_problems(network, step, attributes)
        case Take() | Put():
            yield from _stock_problems(network, step, attributes)
        case Hold(pace=pace) | Travel(pace=pace):
            yield from pace_problems(network, pace, "it")
        case Await(flow=name):
            companions = companions_of(network.flows)
            if companions.get(name) != flow.name and companions.get(flow.name) != name:
                yield f"`{name}` is not its partner: no `Ahead` binds the two flows"
        case _:
            assert_never(step)


def _boarding_problems(network: Parts, step: Board, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    service = next((service for service in network.services if service.name == step.service), None)
    if service is None:
        yield f"there is no service `{step.service}`"
    elif 0 < (most := _most_slots(service)) < max(step.sizes):
        yield f"an entity of {max(step.sizes)} slots could never leave: no departure has more than {most}"
    if isinstance(step.slots, dict) and not _are_classes(step.slots, attributes):
        yield f"its slots name every class of one category, such as `size=20ft`, not {', '.join(step.slots)}"


def _stock_problems(network: Parts, step: Take | Put, attributes: Mapping[str, Attribute]) -> Iterator[str]:
    stock = next((stock for stock in network.stocks if stock.name == step.stock), None)
    if stock is None:
        yield f"there is no stock `{step.stock}`"
    elif step.family is None:
        if len(stock.opening) != 1:
            yield f"stock `{stock.name}` has {len(stock.opening)} families; say which attribute tells the family"
    else:
        category = attributes.get(step.family)
        if not isinstance(category, Category) or not set(category.classes) <= set(stock.opening):
            yield f"`{step.family}` is not a category whose classes are families of the stock `{stock.name}`"


def _most_slots(service: Service) -> int:
    """The slots of the service's largest departure, 0 without any."""
    if isinstance(service.departures, Departures):
        return service.departures.slots
    return max((slots for _, slots in service.departures), default=0)


def _are_classes(conditions: Iterable[str], attributes: Mapping[str, Attribute]) -> bool:
    """Whether the conditions (`category=class`) are the classes of one category, each once."""
    names = list(conditions)
    category = attributes.get(names[0].partition("=")[0])
    return isinstance(category, Category) and sorted(names) == sorted(
        f"{names[0].partition('=')[0]}={label}" for label in category.classes
    )


def _bracket_problems(flow: Flow) -> Iterator[str]:
    """Every `Enter` has its `Leave`, under the same conditions, and no station is entered twice at once."""
    open_steps: dict[str, Enter] = {}
    for step in flow.steps:
        if isinstance(step, Enter):
            if step.station in open_steps:
                yield f"`{step.station}` is entered again before it is left"
            open_steps[step.station] = step
        elif isinstance(step, Leave):
            entered = open_steps.pop(step.station, None)
            if entered is None:
                yield f"`{step.station}` is left but was not entered"
            elif (set(entered.only_if), set(entered.unless)) != (set(step.only_if), set(step.unless)):
                yield f"`{step.station}` is entered and left under different conditions"
        elif isinstance(step, Take) and step.patience is not None and open_steps:
            yield f"nobody may give up waiting for `{step.stock}` inside of {', '.join(f'`{x}`' for x in open_steps)}"
    for name in open_steps:
        yield f"`{name}` is entered and never left"


def pace_problems(network: Parts, pace: Pace | None, where: str) -> Iterator[str]:
    """A pace that depends on a pool which the network does not have; `where` is how a message begins."""
    if pace is not None and pace.pool is not None and pace.pool not in {pool.name for pool in network.pools}:
        yield f"{where}: its pace depends on the unknown pool `{pace.pool}`"
