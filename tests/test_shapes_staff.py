"""What earlier studies found about people and space, as paired differences on the same luck."""

import numpy as np
import pytest
from attrs import evolve

import clearsim as cs
from clearsim.network import Exponential, Flow, Network, Poisson, Pool, Proportional, Serve, Station
from clearsim.trace import Trace
from tests.networks import queue

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

    Six studies of 26 replications.
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


BUSY = (0.3,) * 7 + (1.0, 2.0, 3.0, 3.0, 2.5, 2.0, 2.0, 2.5, 3.0, 2.0, 1.0) + (0.5,) * 6


def test_the_same_staff_hours_at_better_hours_shorten_the_wait() -> None:
    """Peace Arch (2016): the same staff hours placed better cut the mean delay by 18 %.

    240 officer hours a day: 10 around the clock, or by the forecast of the work, moved until they are as many.
    """
    flat = queue(Poisson("80/h", hours=BUSY), Exponential("5 min"), 10, duration="3 d")
    work = 240 * np.array(BUSY) / sum(BUSY)
    placed = np.maximum(np.floor(work), 2).astype(int)
    while placed.sum() != 240:  # what rounding leaves goes where there is least to spare, and comes from where is most
        step = 1 if placed.sum() < 240 else -1
        spare = (placed - work) / np.sqrt(work)
        placed[spare.argmin() if step > 0 else spare.argmax()] += step
    roster = {f"{hour:02d}:00": int(number) for hour, number in enumerate(placed)}
    better = evolve(flat, pools=[Pool("officers", roster, kind="staff")])
    before, after = in_system(flat, 20), in_system(better, 20)
    saved = before - after
    assert saved.mean() > 4 * saved.std(ddof=1) / np.sqrt(len(saved))
    assert after.mean() < 0.82 * before.mean()


def test_overload_is_a_cliff() -> None:
    """Dover: three desks whose service doubles from 2 to 4 minutes have a longest queue of 52 396 instead of 1 071."""

    def longest(service: str) -> np.ndarray:
        peaks: list[float] = []
        desks = queue(Poisson("82/h"), Exponential(service), 3, duration="10 d")
        cs.run(desks, seed=3, replications=10, each=lambda _, trace: peaks.append(trace.lines[0].length.peak()))
        return np.array(peaks)

    fast, slow = longest("2 min"), longest("4 min")
    assert (slow > 40 * fast).all()
    # Above capacity the line grows as a fluid: by 82 an hour come, and 3 · 15 an hour go.
    assert slow.mean() == pytest.approx(240 * (82 - 45), rel=0.03)
