"""The risk lists, and what follows from them."""

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from clearsim.language import Text
from clearsim.scenario.quantities import Count, Mistake, ShareOf, Strict, refused, unless_whole


class RiskClass(Strict):
    """One class of industries or commodities."""

    share: ShareOf
    """Share of the units that are of this class."""
    factor: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """What the control rate is multiplied by for this class."""


class EnterpriseClass(Strict):
    """One credit class of enterprises."""

    share: ShareOf
    """Share of the units that are declared by this class."""
    rate: ShareOf
    """Control rate of the class: the share selected for control where both factors are 1."""


class NonCompliance(Strict):
    """How many trucks really have something wrong with their goods, whether or not an inspection finds it.

    The probability for a truck is the rate of its enterprise class times both factors.
    """

    enterprise: Annotated[dict[str, ShareOf], Field(min_length=1)]
    """Rate of every credit class of enterprises, by the names under `risk.enterprise`."""
    industry: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(default_factory=dict)
    """Factors of classes of industries; 1 for a class that is not named."""
    commodity: dict[str, Annotated[float, Field(ge=0, le=1000)]] = Field(default_factory=dict)
    """Factors of classes of commodities; 1 for a class that is not named."""


class Machine(Strict):
    """What a machine scan (H986) detects. After an alarm the truck is inspected by hand."""

    detects: ShareOf
    """Share of the non-compliant trucks that raise an alarm."""
    false_alarm: ShareOf
    """Share of the compliant trucks that raise an alarm."""


class Risk(Strict):
    """Which cargo is selected for control, by enterprise, industry and commodity.

    The control rate of a unit is the rate of its enterprise class times both factors.
    """

    enterprise: Annotated[dict[str, EnterpriseClass], Field(min_length=1)]
    """Credit classes of enterprises."""
    industry: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of industries."""
    commodity: Annotated[dict[str, RiskClass], Field(min_length=1)]
    """Classes of commodities."""
    by_machine: ShareOf
    """Share of the controlled export trucks that are only scanned by machine (H986); the rest is inspected by hand."""
    budget: Count | None = None
    """The most export trucks that are controlled on a calendar day; those with the highest risk are selected first. A
    second inspection at the rail port has a budget of its own, of the same size."""
    non_compliance: NonCompliance | None = None
    """How many trucks are really non-compliant. Without it none are, and inspections find nothing."""
    machine: Machine | None = None
    """What a machine scan detects. Without it a scan raises no alarm."""
    by_hand_detects: ShareOf = 1.0
    """Share of the non-compliant trucks that an inspection by hand detects."""

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
