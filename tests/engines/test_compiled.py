"""What is particular to the compiled engine. That it is right is shown in `test_parity`."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from clearsim.demand import Demand, draw
from clearsim.engines import cache, compiled, reference
from clearsim.engines.kernel import compiling
from clearsim.network import (
    At,
    Board,
    Category,
    Exponential,
    Flow,
    Hold,
    Network,
    Poisson,
    Pool,
    Put,
    Serve,
    Service,
    Station,
    Stock,
    Take,
)
from clearsim.plan import NOT_YET, Plan, compile_network
from tests.networks import quay

HALVES = {"family": Category({"wine": 0.5, "milk": 0.5})}
BOOTH = Network(
    pools=[Pool("officers", 2)],
    stations=[Station("booth", {"officers": 1})],
    stocks=[Stock("shelf", {"wine": 3, "milk": 2})],
    flows=[
        Flow("truck", Poisson("40/h"), [Serve("booth", Exponential("3 min")), Take("shelf", 1, "family")], HALVES),
        Flow("van", Poisson("1/h"), [Put("shelf", 2, "family"), Hold("1 min")], HALVES),
    ],
)


CROWD = evolve(BOOTH, duration="60 d")
"""58 000 entities: some ten milliseconds in the kernel, enough for threads to meet there."""


def booth() -> tuple[Plan, Demand]:
    return compile_network(BOOTH), draw(BOOTH, seed=1)


@pytest.mark.jit
def test_threads_do_not_disturb_each_other() -> None:
    plan, demands = compile_network(CROWD), [draw(CROWD, seed=1, replication=replication) for replication in range(8)]
    alone = [compiled.simulate(plan, demand).stamp for demand in demands]
    with ThreadPoolExecutor(4) as threads:
        together = [trace.stamp for trace in threads.map(compiled.simulate, [plan] * 8, demands)]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_trace_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        compiled.simulate(*booth()).stamp[0] = 0


def test_a_run_without_entities_has_no_stamps() -> None:
    network = Network(flows=[Flow("nobody", At([]), [Hold(1.0)])])
    assert compiled.simulate(compile_network(network), draw(network, 0)).stamp.size == 0


def test_who_arrives_at_the_end_of_the_run_leaves_no_stamp() -> None:
    plan, demand = booth()
    late = demand._replace(arrival_ms=np.full_like(demand.arrival_ms, plan.end_ms))
    assert np.all(compiled.simulate(plan, late).stamp == NOT_YET)


def test_a_hold_without_end_is_never_over() -> None:
    plan, demand = booth()
    endless = demand._replace(number=np.where(demand.number > 1, 2**63 - 1, demand.number))
    np.testing.assert_array_equal(compiled.simulate(plan, endless).stamp, reference.simulate(plan, endless).stamp)


def test_those_who_join_at_once_stand_in_order_of_their_numbers_no_matter_who_comes_first() -> None:
    serve = Serve("booth", 1.0)
    network = Network(
        pools=[Pool("officer", 1)],
        stations=[Station("booth", {"officer": 1})],
        flows=[Flow("straight", At([30.0] * 500), [serve]), Flow("round", At([0.0] * 500), [Hold(30.0), serve])],
        run_on="24 h",
    )
    trace = compiled.simulate(compile_network(network), draw(network, 0))
    np.testing.assert_array_equal(trace.stamps(0)[:, 0], (30 + np.arange(500)) * 60_000)
    np.testing.assert_array_equal(trace.stamps(1)[:, 1], (530 + np.arange(500)) * 60_000)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"arrival_ms": lambda column: column - 10**9}, "an arrival"),
        ({"number": lambda column: column - 1}, "a drawn number"),
        ({"number": lambda column: column + 10**9}, "the family of a stock"),
        ({"number": lambda column: column[1:]}, "numbers beyond"),
        ({"flags": lambda column: column[1:]}, "entities with flags"),
        ({"priority": lambda column: column[1:]}, "entities with priority"),
        ({"first": lambda column: column[1:]}, "flows of the demand"),
    ],
)
def test_a_demand_that_does_not_fit_the_plan_is_refused(change: dict[str, Any], problem: str) -> None:
    plan, demand = booth()
    changed = demand._replace(**{name: do(getattr(demand, name)) for name, do in change.items()})
    with pytest.raises(ValueError, match=problem):
        compiled.simulate(plan, changed)


def test_priorities_whose_sum_would_leave_int64_are_refused() -> None:
    plan, demand = booth()
    urgent = plan._replace(stations=plan.stations._replace(priority=np.array([5])))
    with pytest.raises(ValueError, match="a priority"):
        compiled.simulate(urgent, demand._replace(priority=np.full_like(demand.priority, 2**63 - 3)))


def test_a_plan_whose_changes_run_backwards_is_refused() -> None:
    plan, demand = booth()
    pools = plan.pools._replace(
        change_ms=np.array([5, 0]), change_pool=np.array([0, 0]), change_capacity=np.array([1, 2])
    )
    with pytest.raises(ValueError, match="from one change to the next"):
        compiled.simulate(plan._replace(pools=pools), demand)


@pytest.mark.parametrize(
    ("closing", "departure", "problem"),
    [
        ([0], [0, 0], "delays of the departures"),
        ([0, 0], [0, 0, 0], "delays of the departures"),
        ([0, 0], [0, -1], "how late a departure is"),
        ([-1, 0], [0, 0], "how late a departure is"),
        ([0, 700_000], [0, 0], "from closing to departure"),
    ],
)
def test_delays_that_do_not_fit_the_departures_are_refused(
    closing: list[int], departure: list[int], problem: str
) -> None:
    port = quay(At([5]), [(30, 1), (60, 1)], cut_off=10)
    late = {"closing_late_ms": np.array(closing), "departure_late_ms": np.array(departure)}
    with pytest.raises(ValueError, match=problem):
        compiled.simulate(compile_network(port), draw(port, seed=1)._replace(**late))


def test_a_plan_that_points_outside_its_tables_is_refused() -> None:
    plan, demand = booth()
    steps = plan.steps._replace(target=plan.steps.target + 7)
    with pytest.raises(ValueError, match="the target of a step"):
        compiled.simulate(plan._replace(steps=steps), demand)


def test_a_boarding_without_slots_is_refused() -> None:
    network = Network(
        services=[Service("train", [(30, 1)])], flows=[Flow("box", At([1]), [Board("train")])], duration="1 h"
    )
    plan = compile_network(network)
    steps = plan.steps._replace(number=np.zeros_like(plan.steps.number))
    with pytest.raises(ValueError, match="the slots of a boarding"):
        compiled.simulate(plan._replace(steps=steps), draw(network, 0))


# The kept kernel: in processes of their own, because numba looks for it once in each.

RUN = """
from clearsim.experiment import preparation, compile_engine
from clearsim.engines.kernel import compiling
print(preparation("compiled"))
compile_engine()
stats = compiling._compiled.stats
print(sum(stats.cache_hits.values()), "loaded,", sum(stats.cache_misses.values()), "compiled")
"""


def started(kept: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", RUN],
        env={**os.environ, "NUMBA_CACHE_DIR": str(kept)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with a copy of the kernel that this process uses."""
    compiled.simulate(*booth())  # compiles the kernel where none was kept before
    own = cache.folder()
    if own is None:
        pytest.skip("no folder can be written to keep the kernel")
    shutil.copytree(own, tmp_path / own.name)
    return tmp_path


@pytest.mark.jit
@pytest.mark.slow
def test_two_first_runs_at_once_both_work_and_the_next_one_need_not_compile(tmp_path: Path) -> None:
    first, second = started(tmp_path), started(tmp_path)
    outputs = [first.communicate(), second.communicate()]
    assert [process.returncode for process in (first, second)] == [0, 0], outputs
    assert "compiling the engine, once" in outputs[0][0]
    third = started(tmp_path)
    assert third.communicate() == ("None\n1 loaded, 0 compiled\n", "")


@pytest.mark.jit
def test_a_kept_kernel_is_loaded(kept: Path) -> None:
    assert started(kept).communicate() == ("None\n1 loaded, 0 compiled\n", "")


@pytest.mark.jit
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["*.nbi", "*.nbc"])
@pytest.mark.parametrize("damage", [b"", b"\0" * 1000])
def test_a_damaged_kernel_is_compiled_again(kept: Path, kind: str, damage: bytes) -> None:
    damaged = list(kept.rglob(kind))
    assert damaged
    for path in damaged:
        path.write_bytes(damage)
    run = started(kept)
    output, errors = run.communicate()
    assert (run.returncode, errors) == (0, ""), output
    assert output.endswith("0 loaded, 1 compiled\n")


@pytest.mark.jit
@pytest.mark.slow
def test_where_nothing_can_be_kept_the_engine_runs_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = started(tmp_path / "file" / "below")
    output, errors = run.communicate()
    assert (run.returncode, errors) == (0, "")
    assert "there is no folder to keep it in" in output


def test_without_a_home_there_is_no_folder_to_keep_the_kernel_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(cache.platformdirs, "user_cache_dir", lambda *_, **__: "~/.cache/clearsim")
    assert cache.folder.__wrapped__() is None


def test_another_source_or_processor_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    folders = {cache.folder.__wrapped__()}
    with monkeypatch.context() as other:
        other.setattr(cache, "MADE_FROM", cache.MADE_FROM[:-1])
        folders.add(cache.folder.__wrapped__())
    with monkeypatch.context() as other:
        other.setattr(cache, "_cpu", lambda: "another")
        folders.add(cache.folder.__wrapped__())
    assert len(folders) == 3
    assert cache.folder.__wrapped__() in folders


@pytest.mark.jit
def test_threads_that_begin_at_once_prepare_one_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is kept is a setting of numba's whole process: two at once would put it where neither asked for."""
    kernels = []

    def slow(function: Any, keep: Path | None) -> Any:
        time.sleep(0.02)
        kernels.append(made(function, keep))
        return kernels[-1]

    made = compiling._kernel
    monkeypatch.setattr(compiling, "_compiled", None)
    monkeypatch.setattr(compiling, "_kernel", slow)
    plan, demand = compile_network(BOOTH), draw(BOOTH, 1)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: compiled.simulate(plan, demand), range(4)))
    assert len(kernels) == 1
