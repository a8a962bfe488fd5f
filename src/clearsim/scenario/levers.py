"""The levers that a planner compares."""

from typing import Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from clearsim.language import Text, word
from clearsim.located.manual import meaning
from clearsim.scenario.distributions import TimeOf
from clearsim.scenario.quantities import Count, Mistake, ShareOf, Strict, refused, unless_whole
from clearsim.scenario.staffing import AnyRule
from clearsim.units import expected, shown


class SizeClass(Strict):
    """Declarants of one size class."""

    share: ShareOf
    """Share of the export trucks that these declarants send."""
    pre_report: ShareOf
    """Share of their trucks that report before arrival."""


class PreReport(Strict):
    """Report before entering the zone, inspect on arrival."""

    share: ShareOf | None = None
    """Share of the export trucks that report before arrival; leave it out if `by_size` is given."""
    lead: TimeOf
    """How long before arrival the declaration is filed."""
    by_enterprise: dict[str, ShareOf] = Field(default_factory=dict)
    """Shares of credit classes that differ from `share`, by the names of the classes under `risk.enterprise`."""
    by_size: dict[str, SizeClass] = Field(default_factory=dict)
    """Adoption by the size of the declarant, instead of `share`. The shares of the trucks add up to 100 %."""
    errors: ShareOf = 0.0
    """Share of the pre-reports with wrong data. They are reviewed ahead, but on arrival the driver walks to the window
    and the papers are reviewed again."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        wrong: list[Mistake] = [
            (Text("adoption is given by size: leave out `{name}`", name=name), (name,))
            for name in ("share", "by_enterprise")
            if self.by_size and getattr(self, name) not in (None, {})
        ]
        if not self.by_size and self.share is None:
            wrong.append((Text("`pre_report` needs a `share`, or shares `by_size`"), ()))
        shares = (item.share for item in self.by_size.values())
        wrong += unless_whole(shares, Text("the shares of the sizes"), ("by_size",))
        if wrong:
            raise refused(wrong)
        return self


class FastChannel(Strict):
    """The airport's fast channel: who clears fast shipments, and who goes first.

    There are two teams, `staff.fast_officers` and `staff.airport_officers`. A plain word gives the kind alone.
    """

    kind: Literal["dedicated", "shared", "priority"]
    """`dedicated`: each team clears its own shipments. `shared`: one team, one line. `priority`: one team that serves
    fast shipments first."""
    reserved: Count = 0
    """With `priority`: how many officers of the one team never clear ordinary shipments."""
    overflow: bool = False
    """With `dedicated`: ordinary officers also clear fast shipments when the fast team is busy, in order of arrival."""
    opened_to_all: bool = False
    """With `dedicated`: the fast team also clears ordinary shipments when no fast shipment waits. Fast shipments go
    first."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: object) -> object:
        if isinstance(data, str):
            return {"kind": data}
        if not isinstance(data, dict | FastChannel):
            what = Text("`dedicated`, `shared`, `priority` or `{kind: priority, reserved: 1}`")
            raise ValueError(expected(what, f"`{shown(data)}`"))
        return data

    @model_validator(mode="after")
    def _fits(self) -> Self:
        belongs = {"reserved": "priority", "overflow": "dedicated", "opened_to_all": "dedicated"}
        wrong: list[Mistake] = [
            (
                Text("`{name}` belongs to the kind `{kind}`, not to `{found}`", name=name, kind=kind, found=self.kind),
                (name,),
            )
            for name, kind in belongs.items()
            if getattr(self, name) and self.kind != kind
        ]
        if wrong:
            raise refused(wrong)
        return self

    @property
    def keeps_apart(self) -> bool:
        """Whether each team clears its own shipments and no others."""
        return self.kind == "dedicated" and not self.overflow and not self.opened_to_all

    @property
    def fast_first(self) -> bool:
        """Whether fast shipments go before ordinary ones that came sooner."""
        return self.kind == "priority" or self.opened_to_all

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        own = handler.resolve_ref_schema(handler(schema))
        return {"description": word(meaning(cls)), "anyOf": [own["properties"]["kind"], dict(own)]}


class Levers(Strict):
    """What customs can decide: reporting, linking, the fast channel, staffing rules."""

    pre_report: PreReport
    """Reporting before arrival."""
    linked: bool
    """Whether the offices act as one chain: one inspection and one release for the whole way."""
    fast_channel: FastChannel
    """How the airport's fast channel is staffed: `dedicated`, `shared` or `priority`."""
    staffing: tuple[AnyRule, ...] = ()
    """Rules by which people are called, moved or planned. A unit without a rule has its roster."""
