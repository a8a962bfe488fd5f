"""What distinguishes one entity of a flow from the next. It is drawn before the run and never changes.

A share is a threshold on a uniform number that is drawn for every entity, whatever the share; so a policy that
raises it adds entities to those who had it and moves nobody else.
"""

import math
from collections.abc import Mapping

from attrs import field, frozen
from attrs.validators import optional

from clearsim.language import Text
from clearsim.network.moments import Window, windows
from clearsim.network.times import Constant, Distribution, as_amount, as_distribution
from clearsim.network.values import factor, fraction, mapping, names, whole
from clearsim.network.word import Word, named
from clearsim.units import expected


def _factors(values: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Categories, and of each the factors of its classes."""
    what = Text("factors of the classes of each category, such as {'risk': {'high': 2, 'low': 0.5}}")
    found = {axis: mapping(classes, what) for axis, classes in mapping(values, what).items()}
    return {axis: {label: factor(value) for label, value in classes.items()} for axis, classes in found.items()}


def _classes(values: Mapping[str, float | str]) -> dict[str, float]:
    """Classes and their shares, which add up to 1."""
    what = Text("classes and their shares, such as {'wine': '40 %', 'milk': '60 %'}")
    shares = {label: fraction(value) for label, value in mapping(values, what).items()}
    if not shares:
        raise ValueError(expected(what, "{}"))
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-6:
        raise ValueError(Text("the shares of the classes add up to {total:.4%}, not to 100 %", total=total))
    return shares


def _at_least_one(word: object, item: object, value: tuple[str, ...]) -> None:
    if not value:
        raise ValueError(Text("at least one condition is needed"))


@frozen(field_transformer=named)
class Share(Word):
    """A yes or no: yes with probability `p` (0.3 or ``"30 %"``) times the factors of the entity's classes, at most 1.

    `factors` names `Category` attributes and gives each of their classes a factor: the three risk axes are three
    categories. `among` and `unless` name conditions, one or several: yes or no declared before, or classes
    (`category=class`). Those who lack one of the first, or have one of the second, lack this share. `a_day` is a
    budget: of those who would have the share on a day of the calendar, so many at most keep it, those with the largest
    probability (before it is cut at 1) first, and among equals those with the smaller uniform number. The choice
    is among all who arrive on that day of the run, whether they come early or late.
    """

    p: float = field(converter=fraction)
    factors: dict[str, dict[str, float]] = field(factory=dict, converter=_factors)
    among: tuple[str, ...] = field(default=(), converter=names)
    unless: tuple[str, ...] = field(default=(), converter=names)
    a_day: int | None = field(default=None, validator=optional(whole()))


@frozen(field_transformer=named)
class _Derived(Word):
    conditions: tuple[str, ...] = field(converter=names, validator=_at_least_one)


@frozen(field_transformer=named)
class AnyOf(_Derived):
    """Yes for an entity with at least one of the `conditions`: shares declared before, or classes (`category=class`).

    Nothing is drawn. It may be used wherever a share may be used.
    """


@frozen(field_transformer=named)
class AllOf(_Derived):
    """Yes for an entity with all of the `conditions`: shares declared before, or classes (`category=class`)."""


@frozen(field_transformer=named)
class Category(Word):
    """One of several named classes, with the given shares (which add up to 1)."""

    classes: dict[str, float] = field(converter=_classes)


@frozen(field_transformer=named)
class Number(Word):
    """A number from a distribution, in whatever unit its reader gives it (an amount in CNY, a due time in minutes)."""

    distribution: Distribution = field(converter=as_amount)


@frozen(field_transformer=named)
class During(Word):
    """A yes or no: yes for those who arrive within one of the `windows`, minutes after the start.

    With `ahead` it is asked of the moment at which the companion comes, by the `lead` of its `Ahead`.
    """

    windows: tuple[Window, ...] = field(converter=windows)
    ahead: Distribution = field(default=Constant(0.0), converter=as_distribution)


YesNo = Share | During | AnyOf | AllOf
Attribute = YesNo | Category | Number
