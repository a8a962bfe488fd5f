"""What earlier studies found about people and space: the shapes, as paired differences on the same luck."""

import numpy as np
import pytest

import clearsim as cs
from clearsim.flow import Exponential, Flow, Network, Poisson, Pool, Proportional, Serve, Station
from clearsim.trace import Trace

MORNING = (0.2,) * 6 + (3.0,) * 6 + (1.0,) * 6 + (0.2,) * 6
EVENING = (0.2,) * 6 + (0.4,) * 6 + (1.2,) * 3 + (3.0,) * 6 + (0.5,) * 3
DESKS = {"gate": (4, 6.0, MORNING), "papers": (6, 20.0, (1.0,) * 24), "hall": (4, 12.0, EVENING)}
"""Officers, minutes of service, and the shape of the day: the three are busy at different hours."""


def in_system(network: Network, replications: int) -> np.ndarray:
    """Mean number inside over the run, one value a replication."""
    means: list[float] = []

    def each(replication: int, trace: Trace) -> None:
        inside_ms = 0
        for flow in range(len(trace.plan.flows.names)):
            done_ms = trace.finished_ms(flow)
            inside_ms += int((np.where(done_ms < 0, trace.plan.end_ms, done_ms) - trace.arrival_ms(flow)).sum())
        means.append(inside_ms / trace.plan.end_ms)

    cs.run(network, seed=3, replications=replications, each=each)
    return np.array(means)


def three_desks(load: float, *, shared: bool) -> Network:
    pools = [f"{desk} officers" for desk in DESKS]
    sharing = Proportional(pools, every="30 min", move="5 min", keep=dict.fromkeys(pools, 1))
    return Network(
        pools=[Pool(f"{desk} officers", officers, kind="staff") for desk, (officers, _, _) in DESKS.items()],
        stations=[Station(desk, {f"{desk} officers": 1}) for desk in DESKS],
        flows=[
            Flow(
                f"{desk} truck",
                Poisson(load * officers / minutes / (max(hours) / np.mean(hours)) ** 0.5, hours=hours),
                [Serve(desk, Exponential(minutes))],
            )
            for desk, (officers, minutes, hours) in DESKS.items()
        ],
        staffing=[sharing] if shared else [],
        duration="5 d",
    )


def test_sharing_people_out_to_where_the_work_is_gains_more_the_heavier_the_load() -> None:
    """Moya (2012): trucks in the system fall by 12.9, 29.7 and 43.6 % at light, normal and heavy load.

    Takes over 1 s: six studies of 26 replications.
    """
    gains = []
    for load in (0.6, 0.7, 0.8):
        fixed, shared = (in_system(three_desks(load, shared=way), 26) for way in (False, True))
        saved = fixed - shared
        assert saved.mean() > 4 * saved.std(ddof=1) / np.sqrt(len(saved))
        gains.append(1 - shared.mean() / fixed.mean())
    assert gains[0] > 0.05
    assert np.diff(gains).min() > 0.05


@pytest.mark.parametrize("kinds", [2, 3])
def test_space_for_all_is_at_least_as_good_as_space_for_each(kinds: int) -> None:
    """Dover: flexible holding space beats dedicated space."""

    def bays(*, flexible: bool) -> Network:
        own = [("bays", 5 * kinds)] if flexible else [(f"bays {kind}", 5) for kind in range(kinds)]
        pool = [own[0][0] if flexible else own[kind][0] for kind in range(kinds)]
        return Network(
            pools=[Pool(name, number) for name, number in own],
            stations=[Station(f"hold {kind}", {pool[kind]: 1}) for kind in range(kinds)],
            flows=[
                Flow(f"lorry {kind}", Poisson("8/h"), [Serve(f"hold {kind}", Exponential("32 min"))])
                for kind in range(kinds)
            ],
            duration="2 d",
        )

    dedicated, flexible = in_system(bays(flexible=False), 20), in_system(bays(flexible=True), 20)
    saved = dedicated - flexible
    assert (saved >= 0).all()
    assert saved.mean() > 3 * saved.std(ddof=1) / np.sqrt(len(saved))
