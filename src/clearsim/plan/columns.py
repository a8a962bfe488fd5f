"""What is to be drawn for a flow: flags and numbers, and in which columns they are."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from clearsim.network.attributes import Attribute, Category
from clearsim.network.flows import Flow, attributes_of
from clearsim.network.network import Network
from clearsim.network.steps import Board, Hold, Put, Serve, Step, Take, Travel
from clearsim.network.times import Constant, Distribution


class TimeColumn(NamedTuple):
    """A column of holds (ms) to draw. The purpose names its random stream."""

    purpose: str
    time: Distribution


class ClassColumn(NamedTuple):
    """A column that follows from a category: a number for each of its classes in turn.

    The number is a family's row within its stock, or the slots of a boarding.
    """

    category: str
    numbers: tuple[int, ...]


NumberColumn = TimeColumn | ClassColumn


def number_columns(flow: Flow, network: Network) -> list[NumberColumn]:
    """What is to be drawn for the flow's steps, in the order of the columns.

    Constants take no column. A purpose is the place and how often it came before in the flow, so that a step added
    elsewhere changes no draw.
    """
    return [column for _, column in columns_by_step(flow, network) if column is not None]


def flag_bits(flow: Flow) -> dict[str, int]:
    """Bit in an entity's flags of every condition on which a step of the flow depends."""
    conditions = dict.fromkeys(name for step in flow.steps for name in (*step.only_if, *step.unless))
    return {name: 1 << bit for bit, name in enumerate(conditions)}


def columns_by_step(flow: Flow, network: Network) -> list[tuple[Step, NumberColumn | None]]:
    """Every step of the flow with the column that is drawn for it, None where none is."""
    seen: dict[str, int] = {}
    attributes = attributes_of(flow, network.flows)
    result: list[tuple[Step, NumberColumn | None]] = []
    for step in flow.steps:
        column: NumberColumn | None = None
        if isinstance(step, Serve | Travel | Hold):
            place = step.station if isinstance(step, Serve) else type(step).__name__.lower()
            time = step.time
            if not isinstance(time, Constant):
                column = TimeColumn(f"time at {place} {seen.get(place, 0)}", time)
            seen[place] = seen.get(place, 0) + 1
        elif isinstance(step, Take | Put) and step.family is not None:
            families = list(next(stock.opening for stock in network.stocks if stock.name == step.stock))
            classes = _classes(attributes, step.family)
            column = ClassColumn(step.family, tuple(families.index(name) for name in classes))
        elif isinstance(step, Board) and isinstance(step.slots, dict):
            category = next(iter(step.slots)).partition("=")[0]
            classes = _classes(attributes, category)
            column = ClassColumn(category, tuple(step.slots[f"{category}={name}"] for name in classes))
        result.append((step, column))
    return result


def _classes(attributes: Mapping[str, Attribute], name: str) -> Iterable[str]:
    category = attributes[name]
    return category.classes if isinstance(category, Category) else ()
