"""Pools, stations and stocks: what is there, and what people call it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from attrs import field, frozen
from attrs.validators import optional

from clearsim.language import Label, Text
from clearsim.network.calendar import Adjustment, Calendar, Planned, adjusted, as_calendar
from clearsim.network.labour import Spell
from clearsim.network.pace import Pace
from clearsim.network.values import each, kind_of, mapping, name, one_of, signed
from clearsim.network.word import Word, named
from clearsim.units import is_count, quoted

is_label = optional(kind_of(Label, Text("a {word}", word="Label")))
"""A validator of labels that may be missing."""


def _adjustments(values: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    return each(values, Adjustment, Text("a list of {word}", word="Adjustment"))


def _spells(values: Iterable[Spell]) -> tuple[Spell, ...]:
    return each(values, Spell, Text("a list of {word}", word="Spell"))


@frozen(field_transformer=named)
class Pool(Word):
    """Staff or equipment: officers, lanes, bays, scanners.

    `capacity` is a `Calendar`, made from a number, a daily roster or a calendar, or `Planned` moment by moment;
    `adjustments` change it between dates: an extra crew, the absent, a closure. With `labour`, the people of the pool
    and the rules that they keep, spell by spell, a KPI says whether they could have worked the hours of a run.

    Where several stations need the pool, an entity that waits for more of it than is free is not passed: what is free
    is kept for it (the rule is in `Station`). With `passing` those behind it take what is free. So more is in use, but
    an entity that needs several at once may wait for very long.
    """

    name: str = field(converter=name)
    capacity: Calendar | Planned = field(converter=as_calendar)
    kind: Literal["staff", "equipment"] = field(default="equipment", validator=one_of("staff", "equipment"))
    adjustments: tuple[Adjustment, ...] = field(default=(), converter=_adjustments)
    label: Label | None = field(default=None, validator=is_label)
    labour: tuple[Spell, ...] = field(default=(), converter=_spells)
    passing: bool = field(default=False, validator=one_of(True, False))

    def __attrs_post_init__(self) -> None:
        if self.labour and self.kind == "equipment":
            raise ValueError(Text("it is equipment: only staff have labour rules"))

    def changes(self, start: datetime, end_ms: int) -> list[tuple[int, int]]:
        """`(ms since start, capacity)` wherever the capacity changes in [0, end_ms), the first at 0."""
        changes = adjusted(self.capacity.changes(start, end_ms), self.adjustments)
        return [change for change in changes if change[0] < end_ms]


def _needs(values: Mapping[str, int]) -> dict[str, int]:
    found = mapping(values, Text("needs such as {'officers': 1}"))
    for pool, count in found.items():
        if not is_count(count) or count < 1:
            raise ValueError(
                Text(
                    "how many of `{pool}` are needed is a whole number from 1 up, not {value}",
                    pool=pool,
                    value=quoted(count),
                )
            )
    return found


@frozen(field_transformer=named)
class Station(Word):
    """One waiting line and what it takes to be served there: the pools in `needs`, together or not at all.

    Where stations compete for a pool, the heads of their lines are looked at in the order (priority, joined, entity);
    `priority` is the station's plus the entity's, and smaller is sooner. A head that fits into what is free is served.
    A head that does not fit waits, and what is free of the shared pools is kept for it, up to its needs: nobody behind
    it takes that. Three kinds of heads keep nothing, since people kept for them would stand idle:

    - a head that lacks something only its own station needs, such as a lane;
    - a head that needs more than are on duty;
    - a head that lacks units of a pool with `passing`, or of a pool held from `Enter` to `Leave` by entities that wait
      in between for what the head would keep: they could never leave.

    A station that needs nothing never makes anyone wait. `pace` makes its service faster or slower by the hour, or by
    how many are on duty. Every visit of a `trip` station costs somebody a trip to it, such as to a counter.
    """

    name: str = field(converter=name)
    needs: dict[str, int] = field(converter=_needs)
    priority: int = field(default=0, validator=signed)
    inspection: bool = field(default=False, validator=one_of(True, False))
    trip: bool = field(default=False, validator=one_of(True, False))
    pace: Pace | None = field(default=None, validator=optional(kind_of(Pace, Text("a {word}", word="Pace"))))
    label: Label | None = field(default=None, validator=is_label)


def _opening(values: Mapping[str, int]) -> dict[str, int]:
    found = mapping(values, Text("units of each family such as {'wine': 200}"))
    if not found or not all(map(is_count, found.values())):
        raise ValueError(
            Text("every family needs a whole number of units from 0 up, not {value}", value=quoted(values))
        )
    return found


@frozen(field_transformer=named)
class Stock(Word):
    """Goods in the bonded warehouse, by family: units on the shelf at the start."""

    name: str = field(converter=name)
    opening: dict[str, int] = field(converter=_opening)
    label: Label | None = field(default=None, validator=is_label)
