"""The risk lists, and what follows from them."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from clearsim.language import Text
from clearsim.scenario.quantities import Count, Mistake, ShareOf, Strict, refused, unless_whole


class RiskClass(Strict):
    """One class of an axis of the risk lists."""

    share: ShareOf
    """Share of the units that are of this class."""
    factor: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """By how much the class multiplies the control rate (布控比例)."""


class EnterpriseClass(Strict):
    """One credit class of enterprises."""

    share: ShareOf
    """Share of the units that are declared by this class."""
    rate: ShareOf
    """Control rate (布控比例) of the class."""


class NonCompliance(Strict):
    """What is really wrong with the goods, whoever looks: the truth that inspections find or miss.

    A truck is non-compliant with its enterprise's rate times both factors.
    """

    enterprise: Annotated[dict[str, ShareOf], Field(min_length=1)]
    """Rate of every credit class of enterprises."""
    industry: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(default_factory=dict)
    """Factors of classes of industries; a class that is not named has 1."""
    commodity: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(default_factory=dict)
    """Factors of classes of commodities; a class that is not named has 1."""


class Machine(Strict):
    """What a machine scan (H986 機檢) sees. A scan that raises an alarm is followed by an inspection by hand."""

    detects: ShareOf
    """Share of the non-compliant trucks that raise an alarm."""
    false_alarm: ShareOf
    """Share of the compliant trucks that raise one too."""


class Risk(Strict):
    """The three axes of the risk lists (企業、行業、商品).

    A unit's control rate is its enterprise's times both factors.
    """

    enterprise: Annotated[dict[str, EnterpriseClass], Field(min_length=1)]
    """Credit classes of enterprises."""
    industry: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of industries."""
    commodity: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of commodities."""
    by_machine: ShareOf
    """Share of the controlled export trucks that a machine scan (H986) settles; the rest is inspected (查驗)."""
    budget: Count | None = None
    """Control budget: so many export trucks a calendar day are controlled at most, the riskiest first, as the
    pre-arrival lists of the day tell. A second inspection at the rail port has as large a budget of its own."""
    non_compliance: NonCompliance | None = None
    """What is really wrong with the goods; without it nothing is, and nothing can be found."""
    machine: Machine | None = None
    """What a machine scan sees; without it a scan raises no alarm."""
    by_hand_detects: ShareOf = 1.0
    """Share of the non-compliant trucks that an inspection by hand (查驗) finds out."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong: list[Mistake] = []
        for axis in ("enterprise", "industry", "commodity"):
            shares = (item.share for item in getattr(self, axis).values())
            wrong += unless_whole(shares, Text("the shares of `{section}`", section=axis), (axis,))
        if self.non_compliance is None:
            wrong += [
                (Text("`{name}` needs the section `non_compliance`, which is missing", name=name), (name,))
                for name in ("machine", "by_hand_detects")
                if name in self.model_fields_set and getattr(self, name) is not None
            ]
        else:
            wrong += self._unknown_classes(self.non_compliance)
        if wrong:
            raise refused(wrong)
        return self

    def _unknown_classes(self, truth: NonCompliance) -> Iterator[Mistake]:
        for axis in ("enterprise", "industry", "commodity"):
            for name in getattr(truth, axis):
                if name not in getattr(self, axis):
                    text = Text("`{name}` is not a class of `{section}`", name=name, section=f"risk.{axis}")
                    yield text, ("non_compliance", axis, name, "[key]")
        for name in self.enterprise:
            if name not in truth.enterprise:
                text = Text("`non_compliance.enterprise` has no rate for `{name}`", name=name)
                yield text, ("non_compliance", "enterprise")
