"""Flows: kinds of entities, and what is measured of them."""

from collections.abc import Iterable, Mapping
from typing import get_args

from attrs import field, frozen
from attrs.validators import optional

from clearsim.language import Label, Text, either
from clearsim.network.arrivals import Ahead, Arrivals
from clearsim.network.attributes import Attribute
from clearsim.network.places import is_label
from clearsim.network.steps import Step
from clearsim.network.values import each, fraction, kind_of, mapping, money, name, names, signed
from clearsim.network.word import Word, named
from clearsim.units import quoted


@frozen(field_transformer=named)
class LateFee(Word):
    """A fee on the `amount` (CNY) of those who finish after their `due` time (minutes after arrival).

    Every day begun after the due time costs `per_day` of the amount; a fee that falls due is at least `least_cny`.
    Both names are `Number` attributes of the flow.
    """

    due: str = field(converter=name)
    amount: str = field(converter=name)
    per_day: float = field(converter=fraction)
    least_cny: float = field(converter=money)


@frozen(field_transformer=named)
class Control(Word):
    """What inspection control looks for, and where: names of shares of the flow, and of stations.

    `controlled` are under a control instruction; the `non_compliant` have something to be found, and in a `hit` it is
    found. The controlled are looked at `at` these stations.
    """

    controlled: str = field(converter=name)
    non_compliant: str = field(converter=name)
    hit: str = field(converter=name)
    at: tuple[str, ...] = field(converter=names)


def _steps(values: Step | Iterable[Step]) -> tuple[Step, ...]:
    several = (values,) if isinstance(values, Step) else values
    return each(several, Step, Text("a list of steps such as Serve('gate', '2 min')"))


def _attributes(values: Mapping[str, Attribute]) -> dict[str, Attribute]:
    found = mapping(values, Text("attributes by their names, such as {'inspected': Share('30 %')}"))
    for attribute, value in found.items():
        if not isinstance(value, Attribute):
            kinds = either(kind.__name__ for kind in get_args(Attribute))
            text = Text(
                "attribute `{name}` is one of {kinds}, not {value}", name=attribute, kinds=kinds, value=quoted(value)
            )
            raise ValueError(text)
    return found


def _labels(values: Mapping[str, Label]) -> dict[str, Label]:
    found = mapping(values, Text("labels by the names that they are for"))
    each(found.values(), Label, Text("a Label for each name, such as Label('released')"))
    return found


def _priority(word: object, item: object, value: object) -> None:
    if not isinstance(value, str):
        signed(word, item, value)


@frozen(field_transformer=named)
class Flow(Word):
    """One kind of entity: when it arrives, what distinguishes it, and the steps it takes.

    `priority` is one number for all (smaller goes first) or the name of a `Category`, whose first class goes first.
    `milestones` says what people read for the milestones of its steps. `apart` names shares, or classes of a category
    (``"channel=online"``): those who have one, and those who do not, are measured apart as well, and `groups` says what
    people read for them (``"fast"`` and ``"not fast"``).
    """

    name: str = field(converter=name)
    arrivals: Arrivals = field(validator=kind_of(Arrivals, either(kind.__name__ for kind in get_args(Arrivals))))
    steps: tuple[Step, ...] = field(converter=_steps)
    attributes: dict[str, Attribute] = field(factory=dict, converter=_attributes)
    priority: int | str = field(default=0, validator=_priority)
    late_fee: LateFee | None = field(
        default=None, validator=optional(kind_of(LateFee, Text("a {word}", word="LateFee")))
    )
    label: Label | None = field(default=None, validator=is_label)
    milestones: dict[str, Label] = field(factory=dict, converter=_labels)
    apart: tuple[str, ...] = field(default=(), converter=names)
    groups: dict[str, Label] = field(factory=dict, converter=_labels)
    control: Control | None = field(
        default=None, validator=optional(kind_of(Control, Text("a {word}", word="Control")))
    )


def of_flow(flow: Flow, problem: Text) -> Text:
    """What is wrong, and with which flow."""
    return Text("flow `{flow}`: {problem}", flow=flow.name, problem=problem)


def of_step(number: int, step: Step, problem: Text) -> Text:
    """What is wrong, and with which step of a flow."""
    return Text("step {number}, {step}: {problem}", number=number, step=repr(step), problem=problem)


def companions_of(flows: Iterable[Flow]) -> dict[str, str]:
    """Companion flow → the flow that it goes ahead of."""
    return {flow.name: flow.arrivals.of for flow in flows if isinstance(flow.arrivals, Ahead)}


def attributes_of(flow: Flow, flows: Iterable[Flow]) -> Mapping[str, Attribute]:
    """The attributes of the flow's entities; a companion has those of its partner."""
    by_name = {other.name: other for other in flows}
    if isinstance(flow.arrivals, Ahead):
        return by_name[flow.arrivals.of].attributes if flow.arrivals.of in by_name else {}
    return flow.attributes
