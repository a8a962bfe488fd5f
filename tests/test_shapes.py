"""What earlier studies found about lanes and reports, as paired differences on the same luck."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from clearsim.experiment import run
from clearsim.measures.drivers import Drivers
from clearsim.measures.subjects import subjects_of
from clearsim.scenario import Scenario
from clearsim.trace import Trace
from tests.scenarios import ordinary_day

FloatArray = npt.NDArray[np.float64]


def traces(scenario: Scenario, replications: int) -> list[Trace]:
    found: list[Trace] = []
    run(scenario, replications=replications, each=lambda replication, trace: found.append(trace))
    return found


def is_above_noise(differences: FloatArray) -> bool:
    """Whether the mean of paired differences is at least four of its standard errors above 0."""
    return bool(differences.mean() > 4 * differences.std(ddof=1) / np.sqrt(len(differences)))


# A reserved lane opened to all


def waits_at_the_airport(policy: str, *settings: str) -> dict[str, FloatArray]:
    """Mean waits (min) in both of the airport's channels, one value a day."""
    scenario = ordinary_day(f"policy.fast_channel={policy}", *settings, only=("flights",))
    means: dict[str, list[float]] = {"fast_channel": [], "ordinary_channel": []}
    for trace in traces(scenario, 30):
        for line in trace.lines:
            if line.place in means:
                means[line.place].append(line.waits_ms.mean() / 60_000)
    return {place: np.array(values) for place, values in means.items()}


@pytest.mark.parametrize("eligible", ["20 %", "40 %"])
def test_a_reserved_lane_opened_to_all_helps_the_many_a_lot_and_costs_the_few_little(eligible: str) -> None:
    """Pacific Highway (2011): a booth reserved for enrolled trucks was opened to all, and stayed so."""
    teams = ("staff.fast_officers.roster=2", "staff.airport_officers.roster=4", f"airport.fast_eligible={eligible}")
    reserved = waits_at_the_airport("dedicated", *teams)
    opened = waits_at_the_airport("{kind: dedicated, opened_to_all: true}", *teams)
    many = reserved["ordinary_channel"] - opened["ordinary_channel"]
    few = opened["fast_channel"] - reserved["fast_channel"]
    assert is_above_noise(many)
    assert opened["ordinary_channel"].mean() < 0.7 * reserved["ordinary_channel"].mean()
    assert is_above_noise(many - 2 * few)


# Pre-report helps those who do not report


def waits_of_the_others(shares: Sequence[int], *settings: str) -> dict[int, FloatArray]:
    """Driver waits (min) of the trucks that report at none of the shares of adoption (%): means, one value a day."""
    by_share: dict[int, list[FloatArray]] = {}
    others: list[npt.NDArray[np.bool_]] = []
    for share in sorted(shares, reverse=True):
        scenario = ordinary_day(f"policy.pre_report.share={share} %", *settings, only=("export_trucks",))
        by_share[share] = []
        for trace in traces(scenario, 40):
            drivers = next(x for x in subjects_of(trace, 30) if isinstance(x, Drivers) and x.flow == "export_truck")
            by_share[share].append(drivers.wait)
            if share == max(shares):
                others.append(~trace.demand.attributes[0]["pre_reported"])
    return {
        share: np.array([wait[own].mean() for wait, own in zip(waits, others, strict=True)])
        for share, waits in by_share.items()
    }


@pytest.mark.slow
def test_pre_report_helps_those_who_do_not_report_too_and_more_with_adoption() -> None:
    """Weigh stations (1998), Canadian pre-inspection (2006): whoever is cleared ahead leaves room to the others.

    The room is the yard: who walks to the window keeps a bay all the while. 160 days.
    """
    scarce = ("zone.yard.bays=4", "staff.document_officers.roster=6", "risk.by_machine=100 %")
    waits = waits_of_the_others((0, 20, 40, 60), "demand.export_trucks.per_day=96", *scarce)
    saved = {share: waits[0] - waits[share] for share in (20, 40, 60)}
    assert is_above_noise(saved[20])
    assert is_above_noise(saved[60] - saved[20])
    assert saved[20].mean() < saved[40].mean() < saved[60].mean()
    assert saved[20].mean() > 0.1 * waits[0].mean()


def test_pre_report_saves_the_others_little_where_the_desk_alone_is_scarce() -> None:
    """The same officers review the same papers, some hours earlier: work moves, none goes away."""
    waits = waits_of_the_others((0, 60), "zone.yard.bays=30")
    assert abs((waits[0] - waits[60]).mean()) < 0.15 * waits[0].mean()
