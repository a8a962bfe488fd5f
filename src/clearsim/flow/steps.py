"""The words of a flow. A flow is a list of these values, and reads like a sentence.

Every step may be limited to the entities of a kind (`only_if`) or to all others (`unless`). Both take one name or
several: of a share (``"inspected"``), or of a class of a category (``"channel=online"``). `driver` says whose minutes
the step takes: in the ``"cab"`` or ``"out"`` of it; without it no driver is bound.

`milestone` names the end of the step (``"released"``): the time from arrival to it is measured. A conditional step
says whom its milestone counts: the entities that take the step, or with ``milestone_of="all"`` all that come past it.
Those that skip the step are then at the milestone when they pass.
"""

from dataclasses import dataclass
from typing import Literal

from clearsim.flow.attributes import Names, as_names
from clearsim.flow.pace import Pace
from clearsim.flow.times import Constant, Time, as_distribution
from clearsim.units import is_count

Driver = Literal["cab", "out"]
MilestoneOf = Literal["taken", "all"]
"""Whom a milestone counts: those that have taken its step, or all that come past it."""


@dataclass(frozen=True, kw_only=True)
class _Step:
    only_if: Names = ()
    unless: Names = ()
    driver: Driver | None = None
    milestone: str | None = None
    milestone_of: MilestoneOf = "taken"

    def __post_init__(self) -> None:
        for name in ("only_if", "unless"):
            object.__setattr__(self, name, as_names(getattr(self, name)))
        if self.driver not in (None, "cab", "out"):
            raise ValueError(f'driver is "cab", "out" or left away, not {self.driver!r}')
        if self.milestone_of not in ("taken", "all"):
            raise ValueError(f'milestone_of is "taken" or "all", not {self.milestone_of!r}')
        if self.milestone_of == "all" and self.milestone is None:
            raise ValueError("milestone_of says whom a milestone counts, and the step has no milestone")

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

    `booked` says which departure was intended: the first whose cut-off lies at least so long after the arrival.
    """

    service: str
    booked: Time | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.booked is not None:
            object.__setattr__(self, "booked", as_distribution(self.booked))


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
