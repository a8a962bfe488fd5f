"""Whether the people of a unit can keep the labour rules in what its roster and the staffing rules ask (S13)."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from clearsim.language import Text
from clearsim.located.problems import Path
from clearsim.network.calendar import Adjustment, adjusted
from clearsim.network.labour import Labour, breaches, longest_piece
from clearsim.scenario.labour import LabourLaw
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.sections import Sections
from clearsim.scenario.staff import Duty
from clearsim.scenario.staffing import Backlog, Forecast, OfUnit, PeakSquad
from clearsim.units import WEEK_MIN, to_ms

SETTLED_MIN = 4 * WEEK_MIN
"""Four weeks: more than a week to repeat, and a window of seven days."""


def mistakes_of_labour(s: Sections) -> Iterator[Mistake]:
    """Every roster and staffing rule for which there are provably too few people, or whose shifts are too long."""
    law = s.labour or LabourLaw()
    limits = [rules.longest_shift for rules in (law, *law.locked_in) if rules.longest_shift is not None]
    longest = max(limits) if law.longest_shift is not None else None
    for unit, duty in s.staff:
        if not isinstance(duty, Duty):
            continue
        piece = longest_piece(duty.roster)
        if longest is not None and piece is not None and piece[0] > longest:
            text = Text(
                "a shift of {hours:g} h from {begins} on is longer than {most:g} h; write every change of shift",
                hours=piece[0] / 60,
                begins=piece[1],
                most=longest / 60,
            )
            yield text, ("staff", unit, "roster")
        if duty.locked_in is not None and not law.locked_in:
            yield Text("nobody is ever locked in: `labour.locked_in` is empty"), ("staff", unit, "locked_in")
        yield from _too_few(s, unit, duty, law)
    for index, rule in enumerate(s.policy.staffing):
        if isinstance(rule, Backlog) and longest is not None and rule.stay > longest:
            text = Text("people who are called stay longer than a shift of {most:g} h", most=longest / 60)
            yield text, ("policy", "staffing", index, "stay")


def _too_few(s: Sections, unit: str, duty: Duty, law: LabourLaw) -> Iterator[Mistake]:
    if duty.people is None and duty.locked_in is None:
        return
    rules = [(("policy", "staffing", index), rule) for index, rule in enumerate(s.policy.staffing)]
    own = [(where, rule) for where, rule in rules if isinstance(rule, OfUnit) and rule.pool == unit]
    asks: Path = ("staff", unit, "roster")
    end_ms = _end_ms(s, law, [rule for _, rule in own if isinstance(rule, PeakSquad)])
    changes = duty.roster.changes(s.start, end_ms)
    for where, rule in own:
        if isinstance(rule, Forecast):  # the roster says nothing then, and so many are on duty whatever comes
            changes, asks = [(0, rule.least)], (*where, "least")
            if rule.at_most is None and duty.people is not None:
                yield Text("give `at_most`: `staff.{unit}` has {n} people", unit=unit, n=duty.people), where
            elif rule.at_most is not None and duty.people is not None and rule.at_most > duty.people:
                yield Text("there are only {n} people", n=duty.people), (*where, "at_most")
    found = list(_broken(s, duty, law, changes, end_ms))
    yield from ((text, asks) for text in found)
    squads: list[Adjustment] = []
    for where, rule in own:
        if isinstance(rule, PeakSquad) and not found:
            squads += rule.adjustments(s.start)
            found = list(_broken(s, duty, law, adjusted(changes, squads), end_ms))
            yield from ((Text("with this squad, {problem}", problem=text), (*where, "extra")) for text in found)
    for where, rule in own:
        if isinstance(rule, Backlog):  # nobody knows for how long they will be called
            called = [(at_ms, number + rule.at_most) for at_ms, number in adjusted(changes, squads)]
            for text in _broken(s, duty, law, called, end_ms, by_head=True):
                yield Text("with all who may be called, {problem}", problem=text), (*where, "at_most")


def _end_ms(s: Sections, law: LabourLaw, squads: Sequence[PeakSquad]) -> int:
    """Until when rosters are looked at: the end of the run, or once all windows have passed since the last date.

    Rosters repeat by the week, so that nothing new comes later.
    """
    dates = [(locked.until - s.start).total_seconds() / 60 for locked in law.locked_in]
    dates += [item.until_min for squad in squads for item in squad.adjustments(s.start)]
    rules = [law.rules(locked) for locked in (None, *law.locked_in)]
    windows = [(rule.longest_shift_min or 0.0) + (rule.rest_min or 0.0) for rule in rules]
    return to_ms(min(s.duration + s.run_on, max([0.0, *dates]) + max(windows) + SETTLED_MIN))


def _broken(
    s: Sections, duty: Duty, law: LabourLaw, changes: list[tuple[int, int]], end_ms: int, by_head: bool = False
) -> Iterator[Text]:
    """What cannot be kept, in ordinary times and while people are locked in."""
    for spell, locked in law.spells(s.start, s.duration + s.run_on, duty):
        rules = Labour() if by_head else spell.rules
        until_ms = min(to_ms(spell.until_min), end_ms)
        for breach in breaches(changes, to_ms(spell.from_min), until_ms, spell.people, rules):
            since, until = (s.start + timedelta(milliseconds=at) for at in breach[1:])
            why = Text("{why} while they are locked in", why=breach.why) if locked else breach.why
            yield Text("{why}: {since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M}", why=why, since=since, until=until)
