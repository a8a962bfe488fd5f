"""All that can be wrong with one flow of a network: arrivals, attributes, steps."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from clearsim.language import Text, listed, together
from clearsim.network.arrivals import Ahead, Arrivals, At, Landings, Poisson, Recorded
from clearsim.network.attributes import AllOf, AnyOf, Attribute, Category, Number, Share, YesNo
from clearsim.network.flows import Control, Flow, attributes_of, companions_of, of_step
from clearsim.network.pace import Pace
from clearsim.network.parts import Parts
from clearsim.network.services import Departures, Service
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Step, Take, Travel


def flow_problems(network: Parts, flow: Flow) -> Iterator[Text]:
    """All that is wrong with one of the network's flows, in the order in which a reader would look."""
    by_name = {other.name: other for other in network.flows}
    if not flow.steps:
        yield Text("it has no steps")
    if isinstance(flow.arrivals, Ahead):
        partner = by_name.get(flow.arrivals.of)
        if partner is None:
            yield Text("it goes ahead of the unknown flow `{flow}`", flow=flow.arrivals.of)
            return
        if isinstance(partner.arrivals, Ahead):
            yield Text("it goes ahead of `{flow}`, which is itself a companion", flow=partner.name)
        if flow.attributes:
            yield Text("a companion has the attributes of `{flow}` and none of its own", flow=partner.name)
    attributes = attributes_of(flow, network.flows)
    yield from _attribute_problems(attributes)
    yield from _arrival_problems(flow.arrivals, attributes, by_name)
    yield from _name_problems(flow, attributes)
    yield from _steps_problems(network, flow, attributes)


def _name_problems(flow: Flow, attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    """Names of attributes in the flow's own fields: its priority, late fee, groups and control."""
    if isinstance(flow.priority, str) and not isinstance(attributes.get(flow.priority), Category):
        yield Text("its priority names `{name}`, which is not one of its categories", name=flow.priority)
    if flow.late_fee is not None:
        for name in (flow.late_fee.due, flow.late_fee.amount):
            if not isinstance(attributes.get(name), Number):
                yield Text("its late fee names `{name}`, which is not one of its numbers", name=name)
    yield from _condition_problems(attributes, flow.apart, Text("what is measured apart"))
    for name in flow.groups:
        if name.removeprefix("not ") not in flow.apart:
            yield Text("it has a label for the group `{name}`, which is not measured apart", name=name)
    if flow.control is not None:
        yield from _control_problems(flow, flow.control, attributes)


def _steps_problems(network: Parts, flow: Flow, attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    """Mistakes of each step, and of all steps together."""
    conditions = {name for step in flow.steps for name in (*step.only_if, *step.unless)}
    if len(conditions) > 63:
        yield Text("its steps depend on {n} different conditions; 63 are possible", n=len(conditions))
    for position, step in enumerate(flow.steps, start=1):
        for problem in _step_problems(network, flow, step, attributes):
            yield of_step(position, step, problem)
    for name, count in Counter(step.milestone for step in flow.steps if step.milestone is not None).items():
        if count > 1:
            yield Text("the milestone `{name}` is given {n} times", name=name, n=count)
    booked = Counter(step.service for step in flow.steps if isinstance(step, Board) and step.booked is not None)
    for name, count in booked.items():
        if count > 1:
            yield Text("departures of `{name}` are booked {n} times", name=name, n=count)
    yield from _bracket_problems(flow)


def _arrival_problems(
    arrivals: Arrivals, attributes: Mapping[str, Attribute], flows: Mapping[str, Flow]
) -> Iterator[Text]:
    match arrivals:
        case Recorded(path=path):
            if not path.is_file():
                yield Text("its arrivals are recorded in {path}, and there is no such file", path=repr(str(path)))
        case Poisson():
            yield from _surge_problems(arrivals, attributes, flows)
        case Ahead(only_if=only_if):
            yield from _condition_problems(attributes, () if only_if is None else (only_if,), Text("its lead"))
        case At() | Landings():
            pass
        case _:
            assert_never(arrivals)


def _surge_problems(
    arrivals: Poisson, attributes: Mapping[str, Attribute], flows: Mapping[str, Flow]
) -> Iterator[Text]:
    for surge in arrivals.surges:
        for label in surge.classes:
            if not _is_condition(attributes, condition := f"{surge.category}={label}"):
                yield Text(
                    "surge {surge} concerns `{condition}`, which is not a class of the flow",
                    surge=surge.name,
                    condition=condition,
                )
    if len(categories := sorted({surge.category for surge in arrivals.surges if surge.category is not None})) > 1:
        named = together(f"`{name}`" for name in categories)
        yield Text("its surges concern classes of {categories}; one category is possible", categories=named)
    if arrivals.follows is not None:
        leader = flows.get(arrivals.follows.flow)
        if leader is None or not isinstance(leader.arrivals, Poisson):
            name = arrivals.follows.flow
            yield Text("it follows `{flow}`, which is not a flow with Poisson arrivals", flow=name)
        elif leader.arrivals.follows is not None:
            yield Text("it follows `{flow}`, which itself follows another flow", flow=leader.name)


def _attribute_problems(attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    earlier: dict[str, Attribute] = {name: item for name, item in attributes.items() if isinstance(item, Category)}
    for name, attribute in attributes.items():
        if isinstance(attribute, Share):
            for condition in attribute.among:
                if not _is_condition(earlier, condition):
                    yield Text(
                        "share `{name}` is among `{condition}`, which is not a share declared before it",
                        name=name,
                        condition=condition,
                    )
            for condition in attribute.unless:
                if not _is_condition(earlier, condition):
                    yield Text(
                        "share `{name}` excludes `{condition}`, which is not a share declared before it",
                        name=name,
                        condition=condition,
                    )
            for axis, factors in attribute.factors.items():
                category = attributes.get(axis)
                if not isinstance(category, Category):
                    yield Text(
                        "share `{name}` has factors for `{axis}`, which is not a category of the flow",
                        name=name,
                        axis=axis,
                    )
                elif set(factors) != set(category.classes):
                    yield Text(
                        "share `{name}`: the factors of `{axis}` must name its classes {classes}",
                        name=name,
                        axis=axis,
                        classes=listed(category.classes),
                    )
        elif isinstance(attribute, AnyOf | AllOf):
            for condition in attribute.conditions:
                if not _is_condition(earlier, condition):
                    yield Text(
                        "`{name}` follows from `{condition}`, which is not a share declared before it",
                        name=name,
                        condition=condition,
                    )
        earlier[name] = attribute


def _is_condition(attributes: Mapping[str, Attribute], condition: str) -> bool:
    """Whether the condition names a share, or a class of a category."""
    name, _, label = condition.partition("=")
    match attributes.get(name):
        case Category(classes=classes):
            return label in classes
        case attribute:
            return isinstance(attribute, YesNo) and not label


def _condition_problems(attributes: Mapping[str, Attribute], conditions: Iterable[str], what: Text) -> Iterator[Text]:
    for condition in conditions:
        name, _, label = condition.partition("=")
        if label and not _is_condition(attributes, condition):
            yield Text(
                "{what} depends on `{condition}`, but the flow has no category `{name}` with a class `{label}`",
                what=what,
                condition=condition,
                name=name,
                label=label,
            )
        elif not _is_condition(attributes, condition):
            yield Text(
                "{what} depends on `{condition}`, which is not a share of the flow", what=what, condition=condition
            )


def _control_problems(flow: Flow, control: Control, attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    for name in (control.controlled, control.non_compliant, control.hit):
        if name not in attributes or isinstance(attributes[name], Category | Number):
            yield Text("its control names `{name}`, which is not one of its shares", name=name)
    served = {step.station for step in flow.steps if isinstance(step, Serve)}
    for name in control.at:
        if name not in served:
            yield Text("its control is at `{name}`, where it is not served", name=name)
    if not control.at:
        yield Text("its control names no station")


def _step_problems(network: Parts, flow: Flow, step: Step, attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    yield from _condition_problems(attributes, (*step.only_if, *step.unless), Text("it"))
    match step:
        case Serve(station=name) | Enter(station=name) | Leave(station=name):
            if name not in {station.name for station in network.stations}:
                yield Text("there is no station `{name}`", name=name)
        case Board():
            yield from _boarding_problems(network, step, attributes)
        case Take() | Put():
            yield from _stock_problems(network, step, attributes)
        case Hold(pace=pace) | Travel(pace=pace):
            yield from pace_problems(network, pace)
        case Await(flow=name):
            companions = companions_of(network.flows)
            if companions.get(name) != flow.name and companions.get(flow.name) != name:
                yield Text("`{name}` is not its partner: no `Ahead` binds the two flows", name=name)
        case _:
            assert_never(step)


def _boarding_problems(network: Parts, step: Board, attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    service = next((service for service in network.services if service.name == step.service), None)
    if service is None:
        yield Text("there is no service `{name}`", name=step.service)
    elif 0 < (most := _most_slots(service)) < max(step.sizes):
        yield Text(
            "an entity of {slots} slots could never leave: no departure has more than {most}",
            slots=max(step.sizes),
            most=most,
        )
    if isinstance(step.slots, dict) and not _are_classes(step.slots, attributes):
        yield Text(
            "its slots must name every class of one category, such as `size=20ft`, not {classes}",
            classes=listed(step.slots),
        )


def _stock_problems(network: Parts, step: Take | Put, attributes: Mapping[str, Attribute]) -> Iterator[Text]:
    stock = next((stock for stock in network.stocks if stock.name == step.stock), None)
    if stock is None:
        yield Text("there is no stock `{name}`", name=step.stock)
    elif step.family is None:
        if len(stock.opening) != 1:
            yield Text(
                "stock `{name}` has {n} families; name the attribute that gives the family",
                name=stock.name,
                n=len(stock.opening),
            )
    else:
        category = attributes.get(step.family)
        if not isinstance(category, Category) or not set(category.classes) <= set(stock.opening):
            yield Text(
                "`{category}` is not a category whose classes are families of the stock `{stock}`",
                category=step.family,
                stock=stock.name,
            )


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


def _bracket_problems(flow: Flow) -> Iterator[Text]:
    """Every `Enter` has its `Leave`, under the same conditions, and no station is entered twice at once."""
    open_steps: dict[str, Enter] = {}
    for step in flow.steps:
        if isinstance(step, Enter):
            if step.station in open_steps:
                yield Text("`{station}` is entered again before it is left", station=step.station)
            open_steps[step.station] = step
        elif isinstance(step, Leave):
            entered = open_steps.pop(step.station, None)
            if entered is None:
                yield Text("`{station}` is left but was not entered", station=step.station)
            elif (set(entered.only_if), set(entered.unless)) != (set(step.only_if), set(step.unless)):
                yield Text("`{station}` is entered and left under different conditions", station=step.station)
        elif isinstance(step, Take) and step.patience is not None and open_steps:
            stations = listed(f"`{name}`" for name in open_steps)
            yield Text(
                "nobody may give up waiting for `{stock}` inside {stations}", stock=step.stock, stations=stations
            )
    for name in open_steps:
        yield Text("`{station}` is entered and never left", station=name)


def pace_problems(network: Parts, pace: Pace | None) -> Iterator[Text]:
    """A pace that depends on a pool which the network does not have."""
    if pace is not None and pace.pool is not None and pace.pool not in {pool.name for pool in network.pools}:
        yield Text("its pace depends on the unknown pool `{pool}`", pool=pace.pool)
