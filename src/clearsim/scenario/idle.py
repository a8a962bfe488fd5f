"""What a scenario says and its run never reaches: no mistake, since a trial may be cut short, but worth a warning."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clearsim.language import Text
from clearsim.scenario.model import Scenario
from clearsim.scenario.quantities import Mistake
from clearsim.scenario.staffing import PeakSquad


def without_effect(s: Scenario) -> Iterator[Mistake]:
    """Disruptions, peak squads and waves that do not fall into the run, and where each is written."""
    last_arrival = s.start + timedelta(minutes=s.duration)
    end = last_arrival + timedelta(minutes=s.run_on)
    for index, item in enumerate(s.disruptions):
        if item.starts >= end:
            yield _after_the_end(end), ("disruptions", index, "from")
    for index, rule in enumerate(s.policy.staffing):
        if isinstance(rule, PeakSquad) and rule.starts >= end:
            yield _after_the_end(end), ("policy", "staffing", index, "from")
        elif isinstance(rule, PeakSquad) and not any(
            item.from_min < s.duration + s.run_on and item.until_min > 0 for item in rule.adjustments(s.start)
        ):
            yield Text("has no effect: none of these hours lies in the run"), ("policy", "staffing", index, "hours")
    follow = s.demand.export_trucks.follow_orders if s.demand.export_trucks else None
    for name, flow in s.demand:
        for index, wave in enumerate(getattr(flow, "surges", ())):
            later = timedelta(minutes=follow.lag if follow is not None and name == "orders" else 0.0)
            if wave.starts >= last_arrival:
                text = Text("has no effect: arrivals end at {end:%Y-%m-%d %H:%M}, before this begins", end=last_arrival)
                yield text, ("demand", name, "surges", index, "from")
            elif wave.until + later <= s.start:
                text = Text(
                    "has no effect: this is over before the run begins at {start:%Y-%m-%d %H:%M}", start=s.start
                )
                yield text, ("demand", name, "surges", index, "until")


def _after_the_end(end: datetime) -> Text:
    return Text("has no effect: the run ends at {end:%Y-%m-%d %H:%M}, before this begins", end=end)
