"""The words of a flow. A flow is a list of these values, and reads like a sentence.

Every step may be limited to the entities of a kind (`only_if`) or to all others (`unless`). Both take one name or
several: of a share (``"inspected"``), or of a class of a category (``"channel=online"``). `driver` says whose minutes
the step takes: in the ``"cab"`` or ``"out"`` of it; without it no driver is bound. `milestone` names the moment at
which the step ends, from which dwell times are measured (``"released"``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clearsim.flow.attributes import Names, as_names
from clearsim.flow.pace import Pace
from clearsim.flow.times import Constant, Time, as_distribution
from clearsim.units import is_count

Driver = Literal["cab", "out"]


@dataclass(frozen=True, kw_only=True)
class _Step:
    only_if: Names = ()
    unless: Names = ()
    driver: Driver | None = None
    milestone: str | None = None

    def __post_init__(self) -> None:
        for name in ("only_if", "unless"):
            object.__setattr__(self, name, as_names(getattr(self, name)))
        if self.driver not in (None, "cab", "out"):
            raise ValueError(f'driver is "cab", "out" or left away, not {self.driver!r}')

    def __repr__(self) -> str:
        words = [str(value) for name, value in vars(self).items() if name in ("station", "service", "stock", "flow")]
        words += [f"only_if={'+'.join(self.only_if)}"] if self.only_if else []
        words += [f"unless={'+'.join(self.unless)}"] if self.unless else []
        return f"{type(self).__name__}({', '.join(words)})"


@dataclass(frozen=True, repr=False)
class _Timed(_Step):
    time: Time

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "time", as_distribution(self.time))


@dataclass(frozen=True, repr=False)
class Serve(_Step):
    """Join the station's line, seize what it needs, hold it for `time`, release it."""

    station: str
    time: Time

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "time", as_distribution(self.time))


@dataclass(frozen=True, repr=False)
class Enter(_Step):
    """Join the station's line and seize what it needs, until the `Leave` of the same station."""

    station: str


@dataclass(frozen=True, repr=False)
class Leave(_Step):
    """Release what `Enter` seized."""

    station: str


@dataclass(frozen=True, repr=False)
class Travel(_Timed):
    """Be on the road for `time`, faster or slower by `pace`; the minutes of a bound driver count as driving."""

    pace: Pace | None = None


@dataclass(frozen=True, repr=False)
class Hold(_Timed):
    """Take `time` and need nothing; `pace` makes it shorter or longer by the moment at which it begins."""

    pace: Pace | None = None


@dataclass(frozen=True, repr=False)
class Await(_Step):
    """Wait until the partner in `flow` has finished its flow. The two flows are bound by `Ahead`."""

    flow: str


@dataclass(frozen=True, repr=False)
class Board(_Step):
    """Wait for the next departure of `service` that has room and whose cut-off has not passed.

    An entity takes so many `slots`: one number for all, or one for every class of a category
    (``{"size=20ft": 1, "size=40ft": 2}``). `booked` says which departure was intended: the first whose cut-off lies at
    least so long after the arrival.
    """

    service: str
    booked: Time | None = None
    slots: int | Mapping[str, int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.sizes or not all(is_count(size) and size > 0 for size in self.sizes):
            example = "{'size=20ft': 1, 'size=40ft': 2}"
            raise ValueError(f"slots are a whole number from 1 up, or one a class as in {example}, not {self.slots!r}")
        if self.booked is not None:
            object.__setattr__(self, "booked", as_distribution(self.booked))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The numbers of slots that an entity may take."""
        return tuple(self.slots.values()) if isinstance(self.slots, Mapping) else (self.slots,)


@dataclass(frozen=True, repr=False)
class _Moved(_Step):
    stock: str
    amount: int = 1
    family: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_count(self.amount) or self.amount < 1:
            raise ValueError(f"the amount moved into or out of a stock is a whole number from 1 up, not {self.amount}")


@dataclass(frozen=True, repr=False)
class Take(_Moved):
    """Wait until the stock holds `amount` units of the entity's family (a `Category` attribute), then take them.

    With a `patience`, whoever has waited so long without being served gives up, and its flow ends there: a lost sale. A
    patience of 0 is for those who go elsewhere at once. Without one nobody is ever lost.
    """

    patience: Time | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.patience is not None:
            patience = as_distribution(self.patience)
            if not isinstance(patience, Constant):
                raise ValueError("a patience is one length of time, not a distribution")
            object.__setattr__(self, "patience", patience.expected)


@dataclass(frozen=True, repr=False)
class Put(_Moved):
    """Put `amount` units of the entity's family (a `Category` attribute) into the stock."""


Step = Serve | Enter | Leave | Travel | Hold | Await | Board | Take | Put
