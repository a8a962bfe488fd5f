"""Labour rules: no roster that people can work is refused, and rosters that they cannot work are found."""

from collections import Counter
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clearsim.customs import network as network_of
from clearsim.network import Calendar, Labour, Network, Pool, Proportional, Spell
from clearsim.network.labour import breaches, longest_piece
from clearsim.scenario import loads
from clearsim.units import HOUR_MS
from tests.desks import D, H, desk, shared
from tests.networks import Simulate, about
from tests.scenarios import spoilt

HOURS = 24 * 16


@st.composite
def assigned(draw: st.DrawFn) -> tuple[list[tuple[int, int]], int, Labour]:
    """People with shifts that keep the rules, and how many are on duty then."""
    longest, rest, week = draw(st.integers(1, 16)), draw(st.integers(0, 16)), draw(st.integers(8, 100))
    people = draw(st.integers(1, 5))
    change: Counter[int] = Counter()
    for _ in range(people):
        at, worked = draw(st.integers(0, 12)), [0] * HOURS
        while at < HOURS:
            wanted = draw(st.integers(1, longest))
            begins = at
            while at < HOURS and at - begins < wanted and sum(worked[max(0, at - 167) : at]) < week:
                worked[at] = 1
                at += 1
            change[begins] += 1
            change[at] -= 1
            at += rest + draw(st.sampled_from([0, 0, 0, 1, 5, 24]))
            at += at == begins
    changes, number = [], 0
    for hour in sorted({0, *change}):
        number += change[hour]
        if hour < HOURS:
            changes.append((hour * HOUR_MS, number))
    return changes, people, Labour(longest * 60, rest * 60, week * 60)


@given(assigned(), st.integers(0, HOURS - 1), st.integers(1, HOURS))
def test_whatever_people_who_keep_the_rules_do_is_never_refused(
    duty: tuple[list[tuple[int, int]], int, Labour], from_hour: int, length: int
) -> None:
    changes, people, rules = duty
    until = min(HOURS, from_hour + length)
    assert list(breaches(changes, from_hour * HOUR_MS, until * HOUR_MS, people, rules)) == []


def test_each_limit_is_met_exactly_and_broken_by_one_hour() -> None:
    """Two people with shifts of 12 h, 12 h of rest and 48 h a week."""
    rules = Labour(12 * 60, 12 * 60, 48 * 60)

    def found(*changes: tuple[int, int]) -> list[str]:
        duty = [(hour * HOUR_MS, number) for hour, number in changes]
        return [breach.why.partition(",")[0] for breach in breaches(duty, 0, HOURS * HOUR_MS, 2, rules)]

    assert found((0, 1), (96, 0)) == []
    assert found((0, 1), (97, 0)) == ["97 h of duty in 168 h"]
    assert found((0, 2), (12, 0)) == []
    assert found((0, 2), (13, 0)) == ["26 h of duty in 24 h"]
    assert found((0, 3), (1, 0)) == ["3 are on duty"]


def test_a_piece_of_a_roster_runs_from_one_clock_time_to_the_next_also_over_midnight() -> None:
    assert longest_piece(Calendar.daily({"00:00": 2, "08:00": 2, "16:00": 2})) == (480, "mon 00:00")
    assert longest_piece(Calendar.daily({"06:00": 1, "20:00": 3})) == (840, "mon 06:00")
    assert longest_piece(Calendar.daily({"06:00": 0, "20:00": 3})) == (600, "mon 20:00")
    assert longest_piece(Calendar.constant(3)) is None
    weekly = {"mon-fri": {"00:00": 2, "08:00": 4, "16:00": 4}, "sat,sun": {"00:00": 2}}
    assert longest_piece(Calendar.weekly(weekly)) == (480, "mon 00:00")


# The hours of a run


RULES = Labour(8 * H, 16 * H)
"""Shifts of at most 8 h, and 16 h of rest."""


def ruled(port: Network, people: int = 1, rules: Labour = RULES, until: float = 9 * D) -> Network:
    """The network, whose every pool has so many people who keep the rules."""
    return evolve(port, pools=[evolve(pool, labour=[Spell(0, until, people, rules)]) for pool in port.pools])


def broken(port: Network, simulate: Simulate, pool: str = "officers") -> float:
    return about(port, simulate, "", pool)["labour_broken"]


def late(last: float, **rest: Any) -> Network:
    """One officer from 08:00 to 16:00, and a truck of 4 h at minute `last`."""
    return desk({"00:00": 0, "08:00": 1, "16:00": 0}, [last], 4 * H, run_on="1 d", **rest)


def test_a_run_in_which_people_stay_longer_than_the_rules_allow_breaks_them(simulate: Simulate) -> None:
    assert broken(ruled(late(12 * H)), simulate) == 0  # until 16:00
    assert broken(ruled(late(12 * H + 1)), simulate) == 100  # until 16:01: more than 8 h in 24
    assert broken(ruled(late(12 * H + 1), people=2), simulate) == 0  # the other can be the one who is there late
    assert broken(ruled(late(15 * H), rules=Labour(12 * H, 12 * H)), simulate) == 0


def test_rules_hold_in_their_spell_after_the_warm_up_and_in_the_run_on(simulate: Simulate) -> None:
    assert broken(ruled(late(15 * H), until=16 * H), simulate) == 0  # only the roster is in the spell
    assert broken(ruled(late(15 * H, duration="16 h")), simulate) == 100
    assert broken(ruled(late(15 * H, duration="2 d", warm_up="1 d")), simulate) == 0


def test_a_pool_without_labour_rules_has_no_such_figure(simulate: Simulate) -> None:
    assert "labour_broken" not in about(late(15 * H), simulate, "", "officers")


def test_people_who_are_shared_are_judged_together(simulate: Simulate) -> None:
    # A guard and a clerk, both at the gate until 01:30: each works an hour and a half.
    port = shared({"00:00": 1, "01:00": 0}, {"00:00": 1, "01:00": 0}, [90, 90])
    pools = ("guards", "clerks")
    assert isinstance(port.staffing[0], Proportional)
    assert [broken(ruled(port), simulate, pool) for pool in pools] == [0, 0]
    short = Labour(80, 16 * H)
    assert [broken(ruled(port, rules=short), simulate, pool) for pool in pools] == [100, 100]
    guards, clerks = ruled(port).pools
    unlike = evolve(port, pools=[guards, evolve(clerks, labour=[Spell(0, D, 1, short)])])
    assert "labour_broken" not in about(unlike, simulate, "", "guards")


def test_a_scenario_brings_people_and_rules_to_its_pools() -> None:
    """One team of both channels has the people of both; while they are locked in other rules hold for fewer people."""
    text = spoilt("fast_officers: {roster: 1}", "fast_officers: {roster: 1, people: 5}")
    text = spoilt("airport_officers: {roster: 1}", "airport_officers: {roster: 1, people: 6, locked_in: 4}", text)
    text = spoilt('clerks: {roster: {"09:00": 1, "10:00": 0, "10:30": 1}}', "clerks: {roster: 1}", text)
    text += "\nlabour: {rest: 11 h, locked_in: [{from: 2022-11-16 10:00, until: 2022-11-17, rest: 8 h}]}\n"
    shared_team = loads(text, settings=["policy.fast_channel=shared"]).scenario
    pools = {pool.name: pool.labour for pool in network_of(shared_team).pools}
    ordinary, locked = Labour(rest_min=11 * H), Labour(rest_min=8 * H)
    assert pools["airport_officers"] == (Spell(0, H, 11, ordinary), Spell(H, 6 * H, 9, locked))
    assert pools["inspectors"] == ()
    apart = {pool.name: pool.labour for pool in network_of(loads(text).scenario).pools}
    assert [spell.people for spell in apart["fast_officers"]] == [5, 5]
    assert [spell.people for spell in apart["airport_officers"]] == [6, 4]
    without = loads(text[: text.index("\nlabour:")].replace(", locked_in: 4", "")).scenario
    assert not any(pool.labour for pool in network_of(without).pools)


def test_labour_rules_that_cannot_be_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="Labour, rest_min: a time is a number of minutes from 0 up, not -8"):
        Labour(rest_min=-8)
    with pytest.raises(ValueError, match="Spell: a window of time must end after it begins"):
        Spell(5, 5, 1, RULES)
    with pytest.raises(ValueError, match=r"Spell, people: expected a whole number from 0 .*, not 1\.5"):
        Spell(0, 5, 1.5, RULES)  # type: ignore[arg-type]  # the slip that is refused
    port = desk(1)
    (officers,) = port.pools
    with pytest.raises(ValueError, match="Pool 'officers', labour: expected a list of Spell, not"):
        evolve(port, pools=[evolve(officers, labour=[RULES])])  # type: ignore[list-item]  # the slip
    with pytest.raises(ValueError, match="Pool 'officers': it is equipment: only staff have labour rules"):
        evolve(port, pools=[Pool("officers", 1, labour=[Spell(0, 5, 1, RULES)])])
