"""The KPIs that are read first: of a run or a sweep, and of a comparison."""

from collections import defaultdict
from collections.abc import Sequence

from clearsim.experiment.results import KpiRow, Result
from clearsim.measures import Key
from clearsim.network import Ahead
from clearsim.work.blocks import keys_of

MAIN = ("driver_wait_mean", "dwell_mean", "wait_mean")
"""A run is read, and replicated until it is precise, by the first of these that it has."""
COMPARED = ("driver_wait_mean", "driver_wait_p95"), ("on_booked",), ("staff_hours", "total_cost")
"""What a comparison shows wherever there is any: of drivers, of trains, of people and money."""


def headline(keys: Sequence[Key]) -> tuple[Key, ...]:
    """The driver wait of every flow; where nobody drives, the dwell of every flow; else the waits in the lines."""
    for kpi in MAIN:
        if found := tuple(key for key in keys if key.kpi == kpi and not key.is_of_a_group):
            return found
    return ()


def compared(results: Sequence[Result]) -> tuple[Key, ...]:
    """What a planner reads of a comparison, where any of the results has it.

    Drivers' waits, the time to the first milestone of flows without drivers, trains, losses, the lines that are the
    longest in some result, staff hours, money.
    """
    rows = defaultdict[Key, list[KpiRow]](list)
    for result in results:
        for row in result.kpis:
            rows[row.key].append(row)
    keys = [key for key in keys_of(results) if not key.is_of_a_group and any(row.n for row in rows[key])]
    drivers, trains, effort = ([key for key in keys if key.kpi in names] for names in COMPARED)
    lost = [key for key in keys if key.kpi == "lost" and any(row.mean for row in rows[key])]
    return (*drivers, *_first_milestones(results, keys), *trains, *lost, *_longest_lines(results, keys), *effort)


def _first_milestones(results: Sequence[Result], keys: Sequence[Key]) -> list[Key]:
    """The time to the first milestone of every flow that has no drivers and does not come ahead of another."""
    with_drivers = {key.flow for key in keys if key.kpi == "driver_wait_mean"}
    flows = [flow for result in results for flow in result.network.flows]
    ahead = {flow.name for flow in flows if isinstance(flow.arrivals, Ahead)}
    times = [key for key in keys if key.kpi == "dwell_p90" and key.flow not in with_drivers | ahead]
    return list({key.flow: key for key in reversed(times)}.values())


def _longest_lines(results: Sequence[Result], keys: Sequence[Key]) -> list[Key]:
    """The line that is the longest in each result; the whole line, where several flows share it."""
    whole = {key.station: key for key in keys if key.kpi == "line_peak"}  # the whole comes last
    longest = dict[Key, None]()
    for result in results:
        services = result.plan.services.names
        peaks = {row.key: row.mean for row in result.kpis if row.mean and row.station not in services}
        if lines := [key for key in whole.values() if key in peaks]:
            longest[max(lines, key=peaks.__getitem__)] = None
    return list(longest)
