"""Hours of people at work: by the roster, by night, beyond the roster, and after the shift."""

from collections.abc import Iterable, Iterator

import numpy as np

from clearsim.measures.resources import Shifts
from clearsim.network.prices import Prices
from clearsim.plan import Plan
from clearsim.trace import Trace
from clearsim.trace.levels import Level, steps, together
from clearsim.units import DAY_MS, HOUR_MS, MINUTE_MS, to_ms


def staff_hours(trace: Trace, pools: Iterable[int], until_ms: int) -> float:
    """Hours that the people of those pools really worked; see `worked_ms`."""
    return sum(worked_ms(trace, pool, until_ms) for pool in pools if trace.plan.pools.is_staff[pool]) / HOUR_MS


def worked_ms(trace: Trace, pool: int, until_ms: int) -> int:
    """Milliseconds of all people of a pool: on duty while arrivals come, and worked beyond duty until `until_ms`."""
    plan = trace.plan
    on_duty_ms = trace.people[pool].area(plan.warm_up_ms, plan.arrivals_end_ms)
    return on_duty_ms + trace.staying[pool].area(plan.warm_up_ms, until_ms)


def shifts_of(trace: Trace) -> Iterator[Shifts]:
    """The hours of every pool of people: by the roster by day and by night, and beyond it."""
    plan, nights = trace.plan, _nights(trace.plan)
    for pool in np.flatnonzero(plan.pools.is_staff).tolist():
        levels = [trace.people[pool], trace.staying[pool], _roster(plan, pool), nights]
        moments, (on_duty, staying, roster, night) = together(levels)
        edges_ms = np.append(moments, plan.end_ms)
        length_ms = np.diff(np.clip(edges_ms, plan.warm_up_ms, plan.arrivals_end_ms))
        stayed_ms = int(staying @ np.diff(np.maximum(edges_ms, plan.warm_up_ms)))  # to the end of the run
        rostered = np.minimum(on_duty, roster)
        yield Shifts(
            plan.pools.names[pool],
            ordinary=int((rostered * (1 - night)) @ length_ms) / HOUR_MS,
            night=int((rostered * night) @ length_ms) / HOUR_MS,
            overtime=(int((on_duty - rostered) @ length_ms) + stayed_ms) / HOUR_MS,
            stayed_late=stayed_ms / HOUR_MS,
        )


def _nights(plan: Plan) -> Level:
    """1 by night, 0 by day."""
    prices = plan.prices or Prices()
    turns = [to_ms(minute) - plan.clock_ms for minute in (prices.night_from_min, prices.night_until_min)]
    moments = np.unique([0, *(day + turn for day in range(0, plan.end_ms + DAY_MS, DAY_MS) for turn in turns)])
    moments = moments[(moments >= 0) & (moments < plan.end_ms)]
    clocks = (moments + plan.clock_ms) % DAY_MS / MINUTE_MS
    return steps(moments, np.array([int(prices.is_night(minute)) for minute in clocks.tolist()]), plan.end_ms)


def _roster(plan: Plan, pool: int) -> Level:
    own = plan.pools.roster_pool == pool
    return Level(plan.pools.roster_ms[own], plan.pools.roster_capacity[own], plan.end_ms)
