"""How a scenario's arrivals are told in the words of a flow."""

from clearsim.flow import Poisson, Surge
from clearsim.scenario import Scenario
from clearsim.scenario.demand import RandomArrivals


def at_random(arrivals: RandomArrivals, s: Scenario) -> Poisson:
    """Random arrivals by hour, weekday and surge; local times become minutes after the scenario's start."""
    return Poisson(
        arrivals.per_day / (24 * 60),
        hours=arrivals.hour_weights,
        weekdays=arrivals.weekdays,
        surges=tuple(
            Surge(
                wave.name,
                from_min=(wave.starts - s.start).total_seconds() / 60,
                until_min=(wave.until - s.start).total_seconds() / 60,
                peak=wave.peak,
                ramp_min=wave.ramp,
                decay_min=wave.decay,
            )
            for wave in arrivals.surges
        ),
        day_cv=arrivals.day_cv,
        backlog=arrivals.backlog,
    )
