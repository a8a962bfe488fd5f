"""Every executor gives the same numbers to the bit, and every failure of a worker has its message."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearsim.experiment import Crew, Sample, Study, run, running
from clearsim.network import Network, Poisson
from clearsim.network.times import Distribution, FloatArray, Variate
from clearsim.work.executors import LostWorkerError
from tests.networks import BOOTH, queue
from tests.paths import ROOT

START = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from clearsim.cli import main; main()"
REPLICATIONS = 50
"""Three blocks, the last one incomplete."""


def sample(network: Network = BOOTH, executor: str | Executor | None = "here", workers: int | None = None) -> Sample:
    return run(network, seed=5, replications=REPLICATIONS, study=Study(executor=executor, workers=workers)).sample


@pytest.fixture(scope="module")
def alone() -> Sample:
    return sample()


def same(one: Sample, other: Sample) -> bool:
    return one.keys == other.keys and one.values.tobytes() == other.values.tobytes()


@pytest.fixture(scope="module", autouse=True)
def _no_processes_stay() -> Iterator[None]:
    yield
    from loky import get_reusable_executor

    get_reusable_executor(max_workers=2).shutdown(kill_workers=True)


# The same numbers


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_threads_and_processes_find_the_same_to_the_bit(alone: Sample, executor: str, workers: int) -> None:
    assert same(sample(executor=executor, workers=workers), alone)


@pytest.mark.slow
def test_a_dask_cluster_of_two_workers_finds_the_same_to_the_bit(alone: Sample) -> None:
    assert same(sample(executor="dask", workers=2), alone)


def test_an_executor_of_ones_own_finds_the_same_and_stays_open(alone: Sample) -> None:
    with ThreadPoolExecutor(2) as own:
        assert same(sample(executor=own), alone)
        assert own.submit(int).result() == 0


def test_work_goes_to_processes_by_itself_when_it_is_worth_their_start(
    alone: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clearsim.work.crew.WORTH_A_POOL_S", 0)
    case = running.case_of(BOOTH, 5, Study())
    with Crew(Study(workers=2)) as crew:
        assert same(crew.replicate([case], 0, REPLICATIONS)[0], alone)
        assert crew._pool is not None


def test_blocks_come_back_in_order_whichever_was_done_first(alone: Sample) -> None:
    class Reversed(Executor):
        """Does the last job first."""

        def __init__(self) -> None:
            self.jobs: list[tuple[Future[Any], Any, Any]] = []

        def submit(self, function: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
            self.jobs.append((Future(), function, arguments))
            if len(self.jobs) == 3:
                for future, do, with_ in reversed(self.jobs):
                    future.set_result(do(*with_))
            return self.jobs[-1][0]

    assert same(sample(executor=Reversed(), workers=2), alone)


# What cannot be


@pytest.mark.parametrize(
    ("executor", "workers", "message"),
    [
        ("threds", None, "there is no executor 'threds'; there are here, threads, processes, dask, dask:ADDRESS"),
        ("dask:", None, "there is no executor 'dask:'"),
        ("threads", 0, "at least one worker is needed"),
        (None, 1.5, "at least one worker is needed"),
        ("here", 2, "is used with threads, processes and dask, not with here"),
        ("dask:tcp://127.0.0.1:9", 2, "is used with threads, processes and dask, not with dask:tcp"),
    ],
)
def test_an_executor_that_there_is_not_is_refused(executor: str | None, workers: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample(executor=executor, workers=workers)


def test_traces_do_not_travel() -> None:
    with pytest.raises(ValueError, match="traces stay in their process"):
        run(BOOTH, each=lambda *_: None, study=Study(executor="threads"))


def test_a_scheduler_that_does_not_answer_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clearsim.work.executors.ANSWER_S", 0.5)
    with pytest.raises(OSError, match=r"no answer from tcp://127\.0\.0\.1:9 within 0\.5 s"):
        sample(executor="dask:tcp://127.0.0.1:9")


def test_a_scheduler_that_goes_is_reported() -> None:
    class Gone(Executor):
        """Withdraws every job, as Dask's executor does whose scheduler has gone."""

        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(ConnectionError, match="the Dask scheduler has ended or was restarted"):
        sample(executor=Gone())


def test_what_is_no_address_is_reported() -> None:
    with pytest.raises(ValueError, match="inproc://x is not the address of a Dask scheduler"):
        sample(executor="dask:inproc://x")


def test_a_worker_with_other_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = iter(["one", *["another"] * 20])
    monkeypatch.setattr("clearsim.work.crew.code_version", lambda: next(versions))
    with ThreadPoolExecutor(1) as own, pytest.raises(ValueError, match="a worker has another version of clearsim"):
        sample(executor=own)


# What goes wrong


@dataclass(frozen=True)
class Wrong(Distribution):
    """Five minutes, until somebody draws them in another process than `home`, who is then ended by `signal`."""

    home: float = 0.0
    signal: float = 0.0

    @property
    def variate(self) -> Variate:
        return "uniform"

    @property
    def expected(self) -> float:
        return 5.0

    def scaled(self, variates: FloatArray) -> FloatArray:
        if self.signal and os.getpid() != self.home:
            os.kill(os.getpid(), int(self.signal))
        return np.full_like(variates, 1e12)


@pytest.mark.parametrize("executor", ["here", "threads", "processes"])
def test_what_cannot_be_drawn_is_reported_in_the_same_words_by_all_workers(executor: str) -> None:
    with pytest.raises(ValueError, match="a drawn time of 1e\\+12 min is longer than a century"):
        sample(queue(Poisson("30/h"), Wrong(), 3, duration="4 h"), executor)


@pytest.mark.slow
def test_a_worker_that_the_system_kills_is_reported() -> None:
    deadly = queue(Poisson("30/h"), Wrong(os.getpid(), signal.SIGKILL), 3, duration="4 h")
    with pytest.raises(LostWorkerError, match="ended by the system, most likely because memory was short"):
        sample(deadly, "processes", 2)
    assert len(sample(executor="processes", workers=2).values) == REPLICATIONS  # and the next study has new ones


def processes_of(session: int) -> list[str]:
    """Those of a session that are not over."""
    listed = subprocess.run(["ps", "-eo", "sess=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return [args for session_, stat, args in rows if session_ == str(session) and not stat.startswith("Z")]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="a terminal's Ctrl-C goes to a process group")
@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_ctrl_c_leaves_finished_work_and_no_process_and_says_how_to_go_on(tmp_path: Path, executor: str) -> None:
    """In the middle of a study of minutes."""
    store = tmp_path / "kept"
    study = ["run", "scenarios/ordinary-day.yaml", "--replications", "5000"]
    process = subprocess.Popen(
        [sys.executable, "-c", START, *study, "--executor", executor, "--store", str(store)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not any(store.glob("*/*.json.gz")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, ""), err
    assert "Traceback" not in err
    told = err.splitlines()[-1]
    assert told.startswith("interrupted; ")
    assert "to go on: clearsim run scenarios/ordinary-day.yaml --replications 5000" in told
    assert told.endswith(f"--store {store} --resume")
    assert not list(store.glob(".*"))
    deadline = time.monotonic() + 5  # whoever watches over the processes' semaphores is the last to go
    while (left := processes_of(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
