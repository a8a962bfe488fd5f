"""A scenario's arrivals in the words of a flow."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clearsim.network import Follows, Poisson, Surge
from clearsim.scenario import Scenario
from clearsim.scenario.demand import OrderWave, RandomArrivals, Trucks, Wave
from clearsim.units import clock_text


def at_random(arrivals: RandomArrivals, s: Scenario) -> Poisson:
    """Random arrivals by hour, weekday and surge; local times become minutes after the scenario's start."""
    follow = arrivals.follow_orders if isinstance(arrivals, Trucks) else None
    return Poisson(
        arrivals.per_day / (24 * 60),
        hours=arrivals.hour_weights,
        weekdays=arrivals.weekdays,
        surges=tuple(surge for wave in arrivals.surges for surge in _surges(wave, s.start)),
        day_cv=arrivals.day_cv,
        backlog=arrivals.backlog,
        follows=None if follow is None else Follows("order", follow.lag, follow.strength),
    )


def _surges(wave: Wave, start: datetime) -> Iterator[Surge]:
    """The wave, and each of its spikes on every day: a spike begins inside the wave and ends with it at the latest."""
    families = wave.families if isinstance(wave, OrderWave) else ()
    category = "family" if families else None
    from_min, until_min = ((at - start).total_seconds() / 60 for at in (wave.starts, wave.until))
    yield Surge(wave.name, from_min, until_min, wave.peak, wave.ramp, wave.decay, category, families)
    midnight = wave.starts.replace(hour=0, minute=0)
    for day in range((wave.until - midnight) // timedelta(days=1) + 1):
        for spike in wave.spikes:
            clock = spike.at % (24 * 60)
            begins_min = (midnight - start).total_seconds() / 60 + day * 24 * 60 + clock
            if from_min <= begins_min < until_min:
                ends_min = min(begins_min + spike.length, until_min)
                name = f"{wave.name} {clock_text(clock)}"
                yield Surge(name, begins_min, ends_min, spike.peak, category=category, classes=families)
