"""What a scenario holds and its run never reaches: no mistake, for a trial may be cut short, but worth saying."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clearsim.scenario.model import Scenario
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.staffing import PeakSquad


def without_effect(s: Scenario) -> Iterator[Mistake]:
    """Disruptions, peak squads and waves that do not fall into the run, and where each is written."""
    last_arrival = s.start + timedelta(minutes=s.duration)
    end = last_arrival + timedelta(minutes=s.run_on)
    for index, item in enumerate(s.disruptions):
        if item.starts >= end:
            yield _too_late("the run ends", end), ("disruptions", index, "from")
    for index, rule in enumerate(s.policy.staffing):
        if isinstance(rule, PeakSquad) and rule.starts >= end:
            yield _too_late("the run ends", end), ("policy", "staffing", index, "from")
        elif isinstance(rule, PeakSquad) and not any(
            item.from_min < s.duration + s.run_on and item.until_min > 0 for item in rule.adjustments(s.start)
        ):
            yield "has no effect: none of these hours lies in the run", ("policy", "staffing", index, "hours")
    follow = s.demand.export_trucks.follow_orders if s.demand.export_trucks else None
    for name, flow in s.demand:
        for index, wave in enumerate(getattr(flow, "surges", ())):
            later = timedelta(minutes=follow.lag if follow is not None and name == "orders" else 0.0)
            if wave.starts >= last_arrival:
                yield _too_late("arrivals end", last_arrival), ("demand", name, "surges", index, "from")
            elif wave.until + later <= s.start:
                text = f"has no effect: this is over before the run begins, {s.start:%Y-%m-%d %H:%M}"
                yield text, ("demand", name, "surges", index, "until")


def _too_late(what: str, end: datetime) -> str:
    return f"has no effect: {what} {end:%Y-%m-%d %H:%M}, before this begins"
