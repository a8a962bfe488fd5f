"""What each flow needs of the other sections."""

from collections.abc import Iterator
from datetime import datetime

from clearsim.language import Text
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.sections import Sections

NEEDS = {
    "orders": ["warehouse", "staff.order_reviewers", "staff.pickers", "staff.parcel_inspectors"],
    "export_trucks": [
        "zone",
        "rail",
        "roads",
        "risk",
        "staff.document_officers",
        "staff.inspectors",
        "staff.rail_inspectors",
    ],
    "flights": [
        "airport",
        "zone",
        "warehouse",
        "roads",
        "staff.fast_officers",
        "staff.airport_officers",
        "staff.airport_inspectors",
    ],
    "errands": ["counter", "staff.clerks"],
}
"""What each flow cannot do without."""


def missing(s: Sections) -> Iterator[Mistake]:
    """Sections that a flow needs and the scenario does not have."""
    for flow, sections in NEEDS.items():
        for section in sections if getattr(s.demand, flow) is not None else ():
            if _section(s, section) is None:
                yield (
                    Text("`{flow}` needs the section `{section}`", flow=f"demand.{flow}", section=section),
                    ("demand", flow),
                )


def over_before(start: datetime) -> Text:
    """What is wrong with a moment before the run."""
    return Text("this is over before the run begins at {start:%Y-%m-%d %H:%M}", start=start)


def _section(s: Sections, path: str) -> object:
    first, _, second = path.partition(".")
    section: object = getattr(s, first)
    return getattr(section, second) if second else section


def needed_units(s: Sections) -> set[str]:
    """The units of `staff` that the scenario's flows need."""
    needs = {need for flow in NEEDS if getattr(s.demand, flow) is not None for need in NEEDS[flow]}
    return {need.removeprefix("staff.") for need in needs if need.startswith("staff.")}
