"""Who was on duty, and for how many hours: by the roster, by night, and beyond the roster."""

from collections.abc import Iterable, Iterator

import numpy as np

from clearsim.flow.prices import Prices
from clearsim.levels import Level
from clearsim.measures.resources import Shifts
from clearsim.plan import NONE, PROPORTIONAL, Plan
from clearsim.trace import Trace
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS, to_ms


def people_of(trace: Trace, pool: int) -> Level:
    """Those of the pool who are on duty, over time.

    People who are shared among pools count in the pool whose roster they are on, wherever they work, and on the way.
    """
    plan, rule = trace.plan, int(trace.plan.rules.rule_of[pool])
    if rule == NONE or plan.rules.kind[rule] != PROPORTIONAL:
        return trace.on_duty[pool]
    own = plan.pools.change_pool == pool
    return Level(plan.pools.change_ms[own], plan.pools.change_capacity[own], plan.end_ms)


def staff_hours(trace: Trace, pools: Iterable[int]) -> float:
    """Hours on duty of those pools that are people, while arrivals come, since the warm-up."""
    plan = trace.plan
    people = [pool for pool in pools if plan.pools.is_staff[pool]]
    return sum(people_of(trace, pool).area(plan.warm_up_ms, plan.arrivals_end_ms) for pool in people) / HOUR_MS


def needed(plan: Plan, station: int) -> list[int]:
    """The pools that the station needs."""
    first, last = plan.stations.need_first[station : station + 2].tolist()
    return [int(pool) for pool in plan.stations.need_pool[first:last]]


def shifts_of(trace: Trace) -> Iterator[Shifts]:
    """Of every pool of people the hours by the roster, by day and by night, and those beyond it."""
    plan, pools = trace.plan, trace.plan.pools
    from_ms, until_ms = plan.warm_up_ms, plan.arrivals_end_ms
    prices = plan.prices or Prices()
    turns = [to_ms(minute) - plan.clock_ms for minute in (prices.night_from_min, prices.night_until_min)]
    nights = [day + turn for day in range(0, until_ms + DAY_MS, DAY_MS) for turn in turns]
    edges = np.concatenate([[from_ms, until_ms], nights, trace.capacity_ms, pools.change_ms, pools.roster_ms])
    edges = np.unique(np.clip(edges, from_ms, until_ms))
    moments, length_h = edges[:-1], np.diff(edges) / HOUR_MS
    clocks = (moments + plan.clock_ms) % DAY_MS / MINUTE_MS
    is_night = np.array([prices.is_night(minute) for minute in clocks.tolist()], dtype=np.bool_)
    for pool in np.flatnonzero(pools.is_staff).tolist():
        duty = people_of(trace, pool).at(moments)
        overtime = np.maximum(duty - _roster(plan, pool).at(moments), 0)
        rostered = duty - overtime
        yield Shifts(
            pools.names[pool],
            ordinary=float((rostered * ~is_night) @ length_h),
            night=float((rostered * is_night) @ length_h),
            overtime=float(overtime @ length_h),
        )


def _roster(plan: Plan, pool: int) -> Level:
    own = plan.pools.roster_pool == pool
    return Level(plan.pools.roster_ms[own], plan.pools.roster_capacity[own], plan.end_ms)
