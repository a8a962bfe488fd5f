"""The risk lists, and what follows from them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from clearsim.scenario.base import ShareOf, Strict
from clearsim.scenario.quantities import refused


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

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wrong: list[tuple[str, tuple[str | int, ...]]] = [
            (f"the shares of {axis} add up to {100 * total:.4g} %, not to 100 %", (axis,))
            for axis in ("enterprise", "industry", "commodity")
            if abs((total := sum(item.share for item in getattr(self, axis).values())) - 1) > 1e-6
        ]
        if wrong:
            raise refused(wrong)
        return self
