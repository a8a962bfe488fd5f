"""What a KPI is: a pure function of one subject of a trace, with a name, a unit, and a definition in words.

A subject is what a KPI is about: a line, a milestone, a pool. Each KPI is a function of one kind of subject; its
docstring, as one line of text, is its definition: the reference is made from these.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from clearsim.language import Label, Text

Better = Literal["less", "more"] | None
"""Which way a KPI is better, all else equal; None where neither is, as for the number of arrivals."""


class Subject(Protocol):
    """What a KPI is about. A row of results names it by `flow` and `station`; either may be empty."""

    @property
    def flow(self) -> str:
        """The flow, empty where all flows are meant."""

    @property
    def station(self) -> str:
        """The station, service, stock, pool or milestone, empty where the flow as a whole is meant."""


@dataclass(frozen=True, kw_only=True)
class Everything:
    """A subject that is about all flows and all places together."""

    flow: str = ""
    station: str = ""


class Kpi(NamedTuple):
    """The definition of a KPI."""

    name: str
    unit: str
    label: Label
    subject: type[Subject]
    definition: Text
    better: Better
    planned: bool
    compute: Callable[[Any], float]


class Key(NamedTuple):
    """Which KPI: of which flow and station, either of which may be empty, and in which unit.

    >>> str(Key("truck", "gate", "wait_mean", "min")), str(Key("", "", "staff_hours", "h"))
    ('truck:wait_mean@gate', 'staff_hours')
    """

    flow: str
    station: str
    kpi: str
    unit: str

    @property
    def is_of_a_group(self) -> bool:
        """Whether it is of a part of a flow that is measured apart, such as `truck/inspected`."""
        return "/" in self.flow

    def __str__(self) -> str:
        return f"{f'{self.flow}:' if self.flow else ''}{self.kpi}{f'@{self.station}' if self.station else ''}"


class Row(NamedTuple):
    """One KPI of one replication; `value` is NaN where the KPI is undefined (no visit, no departure)."""

    flow: str
    station: str
    kpi: str
    unit: str
    value: float

    @property
    def key(self) -> Key:
        """Which KPI."""
        return Key(self.flow, self.station, self.kpi, self.unit)


KPIS: dict[str, Kpi] = {}
"""Every KPI by name, in the order of the reference."""

Compute = TypeVar("Compute", bound=Callable[[Any], float])


def kpi(unit: str, label: str, better: Better = None, planned: bool = False) -> Callable[[Compute], Compute]:
    """Register a function of one subject as a KPI under its own name.

    A `planned` KPI may depend on rosters and timetables alone, and is then the same in every replication, as it should
    be. Hours of people who may stay late are not planned.
    """

    def register(compute: Compute) -> Compute:
        subject = next(iter(inspect.get_annotations(compute).values()))
        name, definition = compute.__name__, Text(" ".join((inspect.getdoc(compute) or "").split()))
        KPIS[name] = Kpi(name, unit, Label(label), subject, definition, better, planned, compute)
        return compute

    return register


def rows(subject: Subject) -> list[Row]:
    """Every KPI of a subject."""
    return [
        Row(subject.flow, subject.station, item.name, item.unit, float(item.compute(subject)))
        for item in KPIS.values()
        if isinstance(subject, item.subject)
    ]


UNDEFINED = math.nan
