"""The words of a flow. A flow is a list of these values, and reads like a sentence.

Every step may be limited to the entities of a kind (`only_if`) or to all others (`unless`). Both take one name or
several: of a share (``"inspected"``), or of a class of a category (``"channel=online"``). `driver` says whose minutes
the step takes: in the ``"cab"`` or ``"out"`` of it; without it no driver is bound.

`milestone` names the end of the step (``"released"``): the time from arrival to it is measured. A conditional step
says whom its milestone counts: the entities that take the step, or with ``milestone_of="all"`` all that come past it.
Those that skip the step are then at the milestone when they pass.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from attrs import converters, field, frozen
from attrs.validators import optional

from clearsim.language import Text
from clearsim.network.pace import Pace
from clearsim.network.times import Distribution, as_distribution, one_length
from clearsim.network.values import kind_of, name, names, one_of, whole
from clearsim.network.word import Word, named
from clearsim.units import expected, is_count, quoted

Driver = Literal["cab", "out"]
MilestoneOf = Literal["taken", "all"]
"""Whom a milestone counts: those that have taken its step, or all that come past it."""


@frozen(field_transformer=named, kw_only=True, repr=False)
class _Step(Word):
    only_if: tuple[str, ...] = field(default=(), converter=names)
    unless: tuple[str, ...] = field(default=(), converter=names)
    driver: Driver | None = field(default=None, validator=one_of("cab", "out", None))
    milestone: str | None = field(default=None, converter=converters.optional(name))
    milestone_of: MilestoneOf = field(default="taken", validator=one_of("taken", "all"))

    def __attrs_post_init__(self) -> None:
        if self.milestone_of == "all" and self.milestone is None:
            raise ValueError(Text("`milestone_of` is given, but the step has no `milestone`"))

    def __repr__(self) -> str:
        places = ("station", "service", "stock", "flow")
        words = [str(getattr(self, name)) for name in places if hasattr(self, name)]
        words += [f"only_if={'+'.join(self.only_if)}"] if self.only_if else []
        words += [f"unless={'+'.join(self.unless)}"] if self.unless else []
        return f"{type(self).__name__}({', '.join(words)})"


@frozen(field_transformer=named, repr=False)
class _Timed(_Step):
    time: Distribution = field(converter=as_distribution)


@frozen(field_transformer=named, repr=False)
class Serve(_Step):
    """Join the station's line, seize what it needs, hold it for `time`, release it."""

    station: str = field(converter=name)
    time: Distribution = field(converter=as_distribution)


@frozen(field_transformer=named, repr=False)
class Enter(_Step):
    """Join the station's line and seize what it needs, until the `Leave` of the same station."""

    station: str = field(converter=name)


@frozen(field_transformer=named, repr=False)
class Leave(_Step):
    """Release what `Enter` seized."""

    station: str = field(converter=name)


@frozen(field_transformer=named, repr=False)
class Travel(_Timed):
    """Be on the road for `time`, faster or slower by `pace`; the minutes of a bound driver count as driving."""

    pace: Pace | None = field(default=None, validator=optional(kind_of(Pace, Text("a {word}", word="Pace"))))


@frozen(field_transformer=named, repr=False)
class Hold(_Timed):
    """Take `time` and need nothing; `pace` makes it shorter or longer by the moment at which it begins."""

    pace: Pace | None = field(default=None, validator=optional(kind_of(Pace, Text("a {word}", word="Pace"))))


@frozen(field_transformer=named, repr=False)
class Await(_Step):
    """Wait until the partner in `flow` has finished its flow. The two flows are bound by `Ahead`."""

    flow: str = field(converter=name)


def _slots(value: int | Mapping[str, int]) -> int | dict[str, int]:
    sizes = list(value.values()) if isinstance(value, Mapping) else [value]
    classes = list(value) if isinstance(value, Mapping) else []
    counts = bool(sizes) and all(is_count(size) and size > 0 for size in sizes)
    if not counts or not all(isinstance(label, str) for label in classes):
        what = Text("a whole number of slots from 1 up, or one for each class as in {'size=20ft': 1, 'size=40ft': 2}")
        raise ValueError(expected(what, quoted(value)))
    return dict(value) if isinstance(value, Mapping) else value


@frozen(field_transformer=named, repr=False)
class Board(_Step):
    """Wait for the next departure of `service` that has room and whose cut-off has not passed.

    An entity takes so many `slots`: one number for all, or one for every class of a category
    (``{"size=20ft": 1, "size=40ft": 2}``). `booked` says which departure was intended: the first whose cut-off lies at
    least so many minutes after the arrival.
    """

    service: str = field(converter=name)
    booked: float | None = field(default=None, converter=converters.optional(one_length))
    slots: int | dict[str, int] = field(default=1, converter=_slots)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of slots that an entity may take."""
        return tuple(self.slots.values()) if isinstance(self.slots, dict) else (self.slots,)


@frozen(field_transformer=named, repr=False)
class _Moved(_Step):
    stock: str = field(converter=name)
    amount: int = field(default=1, validator=whole(1))
    family: str | None = field(default=None, converter=converters.optional(name))


@frozen(field_transformer=named, repr=False)
class Take(_Moved):
    """Wait until the stock holds `amount` units of the entity's family (a `Category` attribute), then take them.

    With a `patience`, an entity that has waited so long gives up, and its flow ends there: a lost sale. With a patience
    of 0 it leaves at once where the goods are missing. Without a patience nobody is ever lost.
    """

    patience: float | None = field(default=None, converter=converters.optional(one_length))


@frozen(field_transformer=named, repr=False)
class Put(_Moved):
    """Put `amount` units of the entity's family (a `Category` attribute) into the stock."""


Step = Serve | Enter | Leave | Travel | Hold | Await | Board | Take | Put


def steps_inside(steps: Iterable[Step]) -> Iterator[tuple[Step, tuple[Enter, ...]]]:
    """Every step with each `Enter` before it whose `Leave` has not come."""
    opened: tuple[Enter, ...] = ()
    for step in steps:
        if isinstance(step, Leave):
            opened = tuple(enter for enter in opened if enter.station != step.station)
        yield step, opened
        if isinstance(step, Enter):
            opened = (*opened, step)
