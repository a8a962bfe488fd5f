"""Whether the staffing rules fit the flows, the staff, the fast channel and each other."""

from collections import Counter
from collections.abc import Iterator

from clearsim.language import Text
from clearsim.scenario.checks.needs import needed_units, over_before
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.sections import Sections
from clearsim.scenario.staffing import Backlog, Forecast, PeakSquad, Proportional, Rule
from clearsim.units import MOST_COUNT


def most_of(s: Sections, unit: str) -> int:
    """How many of the unit can ever be on duty."""
    rules = [item for item in s.policy.staffing if unit in item.units]
    units = next((item.pools for item in rules if isinstance(item, Proportional)), (unit,))
    forecast = next((item for item in rules if isinstance(item, Forecast)), None)
    if forecast is not None:
        most = MOST_COUNT if forecast.at_most is None else forecast.at_most
    else:
        most = sum(duty.roster.most for name in units if (duty := getattr(s.staff, name)) is not None)
    squads = [item.extra for item in s.policy.staffing if isinstance(item, PeakSquad) and item.pool in units]
    return most + sum(squads) + sum(item.at_most for item in rules if isinstance(item, Backlog))


def mistakes_of_staffing(s: Sections) -> Iterator[Mistake]:
    """Rules for units that no rule can staff, that are not there or not needed, or that another rule staffs."""
    needed = needed_units(s)
    rules = Counter(unit for item in s.policy.staffing if item.word is not None for unit in item.units)
    seen: set[str] = set()
    for index, item in enumerate(s.policy.staffing):
        for unit, where in item.units.items():
            path = ("policy", "staffing", index, *where)
            text = _not_to_be_staffed(unit, item, s, needed)
            if text:
                yield text, path
            if item.word is not None:
                if rules[unit] > 1 and unit in seen:
                    yield Text("another rule already sets `{unit}`; only one may", unit=unit), path
                seen.add(unit)
        if isinstance(item, PeakSquad) and item.until <= s.start:
            yield over_before(s.start), ("policy", "staffing", index, "until")


def _not_to_be_staffed(unit: str, item: Rule, s: Sections, needed: set[str]) -> Text | None:
    """Why the rule cannot staff the unit; None where it can."""
    fast = s.policy.fast_channel
    limited = fast.reserved > 0 or (fast.overflow and not fast.opened_to_all)
    if unit == "fast_officers" and not fast.keeps_apart:
        return Text(
            "`fast_officers` are one team with `airport_officers` under this `policy.fast_channel`: "
            "write `airport_officers`"
        )
    if unit == "airport_officers" and limited and item.word is not None:
        return Text(
            "`policy.fast_channel` sets how many `airport_officers` may clear ordinary shipments: "
            "only a `peak_squad` can change that"
        )
    if getattr(s.staff, unit) is None:
        return Text("the scenario has no `{section}`", section=f"staff.{unit}")
    return None if unit in needed else Text("no flow of the scenario needs `{unit}`", unit=unit)
