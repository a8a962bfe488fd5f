"""Warnings before a run: too few people on duty, work that starves, departures out of reach, deadlocks.

The first two follow from the offered load: the work in progress if there were no waits (`clearsim.staffing.offered`).
Departures have their mean delay. Of a run longer than a year, only the weeks around its dates are looked at
(`clearsim.network.excerpt`); the others repeat.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clearsim.demand.departures import Lateness, expected_lateness
from clearsim.language import Text, listed, plural
from clearsim.network.deadlock import Blocked, lockable
from clearsim.network.excerpt import Excerpt, excerpt
from clearsim.network.network import Network
from clearsim.network.staffing import Backlog, pools_of
from clearsim.plan import IntArray, Plan, compile_network
from clearsim.staffing import planned
from clearsim.staffing.erlang import free_at_once
from clearsim.staffing.offered import Offered, offered, people
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MIN

WORTH_SAYING_H = 0.1
"""An overload is reported if entities that come would wait for some six minutes or more."""
RARELY_FREE = 0.1
"""An entity that needs several people at once starves if so many are free in less than this share of the time.

Then it waits for that moment for many times as long as the work of others takes. With 4 officers, of whom other work
keeps 2.4 busy, all are free 8 % of the time, and an entity that needs all 4 waits an hour for work of 15 minutes.
"""
WEEK_H = 7 * 24
MOST_NEEDED = 1_000_000_000
"""More than any service needs."""
FloatArray = npt.NDArray[np.float64]


class Foreseen(NamedTuple):
    """A warning before the run: the pool or service that it is about, its kind, and a sentence."""

    place: str
    kind: str
    message: Text


def foresee(network: Network) -> list[Foreseen]:
    """Warnings about a run of the network: first of pools, then of services, in their order, last of a deadlock."""
    part = excerpt(network)
    network = planned(part.network)
    plan, found = compile_network(network), offered(network)
    departures = _services(plan, found, expected_lateness(network), part)
    people_short = (*_pools(network, plan, found, part), *_starving(plan, found, part))
    return [*people_short, *departures, *_deadlock(network, plan)]


def _starving(plan: Plan, found: Offered, part: Excerpt) -> Iterator[Foreseen]:
    """Stations that need several of a pool at once, where work that needs fewer may pass and keep the pool busy."""
    stations = plan.stations
    hours = -(-plan.end_ms // HOUR_MS)
    by_hour = (len(stations.names), hours, found.load.shape[1] // hours)
    load, coming = found.load.reshape(by_hour).mean(axis=2), found.coming.reshape(by_hour).sum(axis=2)
    station_of = np.repeat(np.arange(len(stations.names)), np.diff(stations.need_first))
    for pool in np.flatnonzero(~plan.pools.is_keepable).tolist():
        own = stations.need_pool == pool
        using, counts = station_of[own], stations.need_count[own]
        there = np.diff(_capacity_area(*_on_duty(plan, pool), np.arange(hours + 1) * HOUR_MS)) // HOUR_MS
        for station, needed in zip(using.tolist(), counts.tolist(), strict=True):
            fewer = counts < needed
            others = counts[fewer] @ load[using[fewer]]
            free = _free_at_once(needed, there, others)
            rarely = (free < RARELY_FREE) & (there >= needed) & (others > 0) & (coming[station] > 0)
            if rarely.any():
                first, last = _longest(rarely)
                name = plan.pools.names[pool]
                message = Text(
                    "{pool}: {station} needs {needed} at once, and work that needs fewer may pass; "
                    "{needed} are free at most {share:.0%} of the time, {when}, so waits are very long",
                    pool=plan.label(name),
                    station=plan.label(stations.names[station]),
                    needed=needed,
                    share=float(free[first:last].max()),
                    when=_span(plan, first, last, part),
                )
                yield Foreseen(name, "starving", message)


def _free_at_once(needed: int, there: FloatArray, load: FloatArray) -> FloatArray:
    """The share of every hour in which `needed` are free, where `there` are on duty and others bring the `load`."""
    rows, index = np.unique(np.column_stack([there, np.round(load, 3)]), axis=0, return_inverse=True)
    free = [free_at_once(needed, int(servers), float(offered)) for servers, offered in rows]
    return np.array(free)[index.ravel()]


def _on_duty(plan: Plan, pool: int) -> tuple[IntArray, IntArray]:
    """When the capacity of the pool changes, and to what."""
    own = plan.pools.change_pool == pool
    return plan.pools.change_ms[own], plan.pools.change_capacity[own]


def looked_at(network: Network) -> Text | None:
    """Which part of a long run `foresee` looks at; None where that is all of it."""
    part = excerpt(network)
    weeks = {"weeks": part.network.end_min / WEEK_MIN, "whole": network.end_min / WEEK_MIN}
    if part.is_all:
        return None
    if part.repeats:
        return Text(
            "warnings look at {weeks:,.0f} of {whole:,.0f} weeks: the first, the last and those around dates", **weeks
        )
    return Text("warnings look at {weeks:,.0f} of {whole:,.0f} weeks: the first of those around dates", **weeks)


def _pools(network: Network, plan: Plan, found: Offered, part: Excerpt) -> Iterator[Foreseen]:
    hours = -(-plan.end_ms // HOUR_MS)
    gaps = part.gaps()
    stands_for = np.ones(hours)
    for hour, weeks in gaps.items():
        stands_for[max(0, hour - WEEK_H) : hour] += weeks
    edges_ms = np.arange(hours + 1) * HOUR_MS
    for pool, name in enumerate(plan.pools.names):
        at_ms, on_duty = _on_duty(plan, pool)
        crew = plan.stations.need_count[plan.stations.need_pool == pool].min(initial=MOST_NEEDED)
        usable = np.where(on_duty < crew, 0, on_duty)  # fewer than the smallest crew serve nobody
        capacity = np.diff(_capacity_area(at_ms, usable, edges_ms)) / HOUR_MS
        load = people(network, found.load, network.pools[pool]).reshape(hours, -1).mean(axis=1)
        closed = (capacity == 0) & (load > 0.05)
        if closed.any():
            first, last = _longest(closed)
            work = (load * stands_for)[first:last].sum()
            some = np.diff(_capacity_area(at_ms, on_duty, edges_ms))[first:last].any()
            message = Text(
                "{pool}: {who} {when}, while {work:.1f} h of work comes in",
                pool=plan.label(name),
                who=_too_few(int(crew) if some else 1, bool(plan.pools.is_staff[pool])),
                when=_span(plan, first, last, part),
                work=float(work),
            )
            yield Foreseen(name, "roster gap", message)
        over = (capacity > 0) & (load > capacity * 1.005)
        if over.any():
            excess = (load - capacity) * stands_for
            first, last = max(_windows(over), key=lambda window: float(excess[slice(*window)].sum()))
            if (load - capacity)[first:last].sum() < WORTH_SAYING_H * capacity[first:last].max():
                continue
            worst = first + int((load - capacity)[first:last].argmax())
            there = f"{capacity[worst]:.1f}".removesuffix(".0")
            clears = _clears(load, capacity, first, gaps)
            numbers = {"load": float(load[worst]), "there": there}
            message = Text(
                "{pool}: {against}, {when}; a queue builds and {ending}",
                pool=plan.label(name),
                against=Text("work for up to {load:.1f} people, {there} on duty", **numbers)
                if plan.pools.is_staff[pool]
                else Text("work for up to {load:.1f} units, {there} open", **numbers),
                when=_and_called(_span(plan, first, last, part), network, name),
                ending=Text("does not clear before the run ends")
                if clears is None
                else Text("clears by {moment}", moment=_at(plan, clears, part)),
            )
            yield Foreseen(name, "overload", message)


def _too_few(needed: int, staff: bool) -> Text:
    """That a pool has fewer than its smallest station needs."""
    if needed == 1:
        return Text("nobody is on duty") if staff else Text("none is open")
    if staff:
        return Text("fewer than a crew of {needed} are on duty", needed=needed)
    return Text("fewer than the {needed} needed at once are open", needed=needed)


def _and_called(when: str, network: Network, pool: str) -> str:
    """The time of an overload, and what a staffing rule may do besides the roster, which is unknown before the run."""
    for rule in network.staffing:
        if pool in pools_of(rule):
            if isinstance(rule, Backlog):
                return Text("{when} ({number} may be called in)", when=when, number=rule.at_most)
            return Text("{when} (people may be moved)", when=when)
    return when


def _clears(load: FloatArray, capacity: FloatArray, first: int, gaps: Mapping[int, int]) -> int | None:
    """The hour at whose end the work that piles up from hour `first` on is done; None if it never is.

    Work is treated as a fluid. Weeks that are missing before an hour in `gaps` are taken to be like the week before.
    """
    backlog = 0.0
    for hour in range(first, len(load)):
        week = slice(max(0, hour - WEEK_H), hour)
        missing = gaps.get(hour, 0) * float((load[week] - capacity[week]).sum())
        backlog = max(0.0, backlog + missing + load[hour] - capacity[hour])
        if backlog == 0:
            return hour + 1
    return None


def _capacity_area(at_ms: IntArray, capacity: IntArray, edges_ms: IntArray) -> FloatArray:
    """Capacity times time, from 0 to each edge."""
    change = np.diff(capacity, prepend=0)
    before = np.searchsorted(at_ms, edges_ms)
    level, moment = (np.concatenate([[0], np.cumsum(part)])[before] for part in (change, change * at_ms))
    return np.asarray(level * edges_ms - moment, dtype=np.float64)


def _services(plan: Plan, found: Offered, late: Lateness, part: Excerpt) -> Iterator[Foreseen]:
    closes_ms = plan.services.closes_ms + late.closing_ms
    in_run = (closes_ms >= 0) & (closes_ms < plan.end_ms) & (plan.services.slots > 0)
    for service, name in enumerate(plan.services.names):
        own = in_run & (plan.services.service == service)
        if service not in found.earliest_ms:
            continue
        label = plan.label(name)
        if not own.any():
            message = Text("{service}: no departure closes during the run, so nobody can leave with it", service=label)
            yield Foreseen(name, "no departure", message)
            continue
        reachable = closes_ms[own] >= found.earliest_ms[service]
        slots = int(plan.services.slots[own][reachable].sum())
        if found.cargo[service] > slots:
            message = Text(
                "{service}: cargo for about {cargo:.0f} slots comes for {slots} {within}; the rest stays behind",
                service=label,
                cargo=float(found.cargo[service]),
                slots=slots,
                within=_within(part, bool(reachable.all())),
            )
            yield Foreseen(name, "overbooked", message)
        clock_ms = (plan.services.departs_ms[own] + plan.clock_ms) % DAY_MS
        for clock in np.unique(clock_ms):
            if not reachable[clock_ms == clock].any():
                message = Text(
                    "{service}: the {clock} departure closes before any cargo can be there, on every day of the run",
                    service=label,
                    clock=f"{clock // HOUR_MS:02d}:{clock // MINUTE_MS % 60:02d}",
                )
                yield Foreseen(name, "out of reach", message)


def _within(part: Excerpt, all_reachable: bool) -> Text:
    """Where the slots are that are compared with the cargo."""
    if not all_reachable:
        return Text("on the departures that it can reach")
    return Text("in the whole run") if part.is_all else Text("in the weeks that are looked at")


def _deadlock(network: Network, plan: Plan) -> Iterator[Foreseen]:
    """The fewest entities that would wait for each other for ever."""
    found = lockable(network, {name: plan.most(pool) for pool, name in enumerate(plan.pools.names)})
    if found:
        place = found[0].holds[0][0]
        message = Text(
            "{pool}: a deadlock is possible: {who}; "
            "enter in the same order everywhere, or take all needs at one station",
            pool=plan.label(place),
            who=listed(_blocked(plan, blocked) for blocked in found),
        )
        yield Foreseen(place, "deadlock", message)


def _blocked(plan: Plan, blocked: Blocked) -> Text:
    """What some entities hold, and where they wait."""
    return plural(
        blocked.number,
        "{n} of {flow} holds {units} and waits at {station}",
        "{n} of {flow} hold {units} each and wait at {station}",
        flow=plan.label(blocked.flow),
        units=listed(Text("{count} of {pool}", count=count, pool=plan.label(pool)) for pool, count in blocked.holds),
        station=plan.label(blocked.station),
    )


def _windows(chosen: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _longest(chosen: npt.NDArray[np.bool_]) -> tuple[int, int]:
    return max(_windows(chosen), key=lambda window: window[1] - window[0])


def _moment(plan: Plan, hour: int, part: Excerpt) -> datetime:
    """The end of the hour before `hour` of the excerpt, as a moment of the whole run."""
    before = max(0, hour - 1)
    return plan.start + timedelta(minutes=part.original_min(before * 60.0), hours=hour - before)


def _at(plan: Plan, hour: int, part: Excerpt) -> str:
    moment = _moment(plan, hour, part)
    if plan.end_ms <= DAY_MS:
        return f"{moment:%H:%M}"
    if part.weeks:
        return Text("{moment:%d %b %Y %H:%M}", moment=moment)
    return Text("{moment:%d %b %H:%M}", moment=moment)


def _span(plan: Plan, first: int, last: int, part: Excerpt) -> Text:
    start, end = _moment(plan, first, part), _moment(plan, last, part)
    same_day = plan.end_ms <= DAY_MS or start.date() == end.date()
    until = f"{end:%H:%M}" if same_day else _at(plan, last, part)
    return Text("{since}–{until}", since=_at(plan, first, part), until=until)
