"""What distinguishes one entity of a flow from the next, decided before the run and never changed.

A share is a threshold on a uniform number that is drawn for every entity, whatever the share; so a policy that
raises it adds entities to those who had it and moves nobody else.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clearsim.flow.calendar import Window, windows_of
from clearsim.flow.times import Distribution, Time, as_distribution
from clearsim.units import is_count, share, shown

Names = str | Iterable[str]
"""One name or several."""


def as_names(names: Names) -> tuple[str, ...]:
    """The names, one or several."""
    found = (names,) if isinstance(names, str) else tuple(names)
    if not all(isinstance(name, str) for name in found):
        raise ValueError(f"conditions are names such as 'inspected' or 'channel=online', not {shown(found)}")
    return found


@dataclass(frozen=True)
class Share:
    """A yes or no: yes with probability `p` (0.3 or ``"30 %"``) times the factors of the entity's classes, at most 1.

    `factors` names `Category` attributes and gives each of their classes a factor: the three risk axes are three
    categories. `among` and `unless` name conditions, one or several: yes or no declared before, or classes
    (`category=class`). Those who lack one of the first, or have one of the second, lack this share. `a_day` is a
    budget: of those who would have the share on a day of the calendar, so many at most keep it, those with the largest
    probability (before it is cut at 1) first, and among equals those with the smaller uniform number. The list of a
    day is known as it begins: whoever arrives on it in the run.
    """

    p: float | str
    factors: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    among: Names = ()
    unless: Names = ()
    a_day: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.p, str):
            object.__setattr__(self, "p", share(self.p))
        for name in ("among", "unless"):
            object.__setattr__(self, name, as_names(getattr(self, name)))
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a share lies between 0 and 1, not {self.p}")
        for axis, factors in self.factors.items():
            if any(not math.isfinite(factor) or factor < 0 for factor in factors.values()):
                raise ValueError(f"the factors of {axis} must be numbers from 0 up")
        if self.a_day is not None and not is_count(self.a_day):
            raise ValueError(f"a budget is a whole number a day from 0 up, not {self.a_day}")

    @property
    def probability(self) -> float:
        """`p` as a number."""
        return float(self.p)


@dataclass(frozen=True)
class _Derived:
    conditions: Names

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditions", as_names(self.conditions))
        if not self.conditions:
            raise ValueError("what follows from conditions needs at least one")


@dataclass(frozen=True)
class AnyOf(_Derived):
    """Yes for whoever has at least one of the `conditions`: shares declared before, or classes (`category=class`).

    Nothing is drawn. It stands wherever a share may stand.
    """


@dataclass(frozen=True)
class AllOf(_Derived):
    """Yes for whoever has all of the `conditions`: shares declared before, or classes (`category=class`)."""


@dataclass(frozen=True)
class Category:
    """One of several named classes, with the given shares (which add up to 1)."""

    classes: Mapping[str, float]

    def __post_init__(self) -> None:
        if not self.classes or any(not 0 <= share <= 1 for share in self.classes.values()):
            raise ValueError("the classes of a category need shares between 0 and 1")
        total = math.fsum(self.classes.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the shares of the classes add up to {total:.4%}, not to 100 %")


@dataclass(frozen=True)
class Number:
    """A number from a distribution, in whatever unit its reader gives it (an amount in CNY, a due time in minutes)."""

    distribution: Distribution


@dataclass(frozen=True)
class During:
    """A yes or no: yes for those who arrive within one of the `windows`, minutes after the start.

    With `ahead` it is asked of the moment at which the companion comes, by the `lead` of its `Ahead`.
    """

    windows: Sequence[Window]
    ahead: Time = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "windows", windows_of(self.windows))
        object.__setattr__(self, "ahead", as_distribution(self.ahead))


YesNo = Share | During | AnyOf | AllOf
Attribute = YesNo | Category | Number
