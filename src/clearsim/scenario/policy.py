"""The levers that a planner compares."""

from typing import Literal

from clearsim.scenario.base import ShareOf, Strict, TimeOf


class PreReport(Strict):
    """Report before entering the zone, inspect on arrival (入區前報備、運抵後即查)."""

    share: ShareOf
    """Share of the export trucks that report before arrival."""
    lead: TimeOf
    """How long before arrival they file."""


class Policy(Strict):
    """The levers."""

    pre_report: PreReport
    """Reporting before arrival."""
    linked: bool
    """The offices act as one chain (聯動監管): one inspection for the whole way (一次查驗、一次放行)."""
    fast_channel: Literal["dedicated", "shared", "priority"]
    """The airport's fast channel: officers of its own, one line for all, or one team that serves fast shipments
    first."""
