"""Parallel work: any `concurrent.futures.Executor` will do, and none changes a number."""

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import NamedTuple

from clearsim.language import Text, listed
from clearsim.units import is_count, quoted

HERE = "here"
"""In the caller's own thread, without any executor."""
WITHOUT_ADDRESS = (HERE, "threads", "processes", "dask")
NAMES = (*WITHOUT_ADDRESS, "dask:ADDRESS")
WAITING = 2
"""Jobs handed out for each worker: one that it does, and one that it finds when it is done."""
IDLE_S = 300
"""Processes that have had nothing to do for so long end; until then the next study finds them ready."""
ANSWER_S = 10
"""How long a Dask scheduler is given to answer."""
INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM)
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}
"""What glibc finds out by itself for a process with large arrays, unless its environment says otherwise. Dask makes its
workers, and the environment in which they are started, give memory back at once: half as much time again goes there."""


class LostWorkerError(ChildProcessError):
    """A worker was ended by somebody else, such as the system when memory was short."""


class Workers(NamedTuple):
    """An executor, how many jobs it is handed at a time, and what a job calls now and then to be stopped.

    Where an error ends the workers at once, nobody is to withdraw jobs before: loky stumbles over those.
    """

    executor: Executor
    at_once: int
    heed: Callable[[float], None] | None = None
    ended_at_once: bool = False


def check_executor(wanted: str | Executor | None, workers: int | None) -> None:
    """Raises `ValueError` for an executor that there is not, and for a number of workers that it cannot have."""
    if workers is not None and (not is_count(workers) or workers < 1):
        raise ValueError(
            Text("at least one worker is needed, and a whole number of them, not {value}", value=quoted(workers))
        )
    if wanted is None or isinstance(wanted, Executor):
        return
    if not isinstance(wanted, str):
        raise TypeError(
            Text(
                "an executor is one of {names}, or a `concurrent.futures.Executor`, not {value}",
                names=listed(NAMES),
                value=repr(wanted),
            )
        )
    name, colon, address = wanted.partition(":")
    if wanted not in WITHOUT_ADDRESS and not (name == "dask" and address):
        raise ValueError(Text("there is no executor {wanted!r}; there are {names}", wanted=wanted, names=listed(NAMES)))
    if workers is not None and (wanted == HERE or colon):
        raise ValueError(
            Text("the number of workers is used with threads, processes and dask, not with {executor}", executor=wanted)
        )


@contextmanager
def opened(wanted: str | Executor, workers: int | None = None) -> Iterator[Workers]:
    """The workers that a name means: "threads", "processes", "dask" (a cluster of its own), "dask:ADDRESS".

    `workers` is their number, all cores unless given. An executor that is handed in is left open. On an error, jobs
    not begun are withdrawn and processes are ended. Raises `ValueError` where Dask is not installed; `OSError` where
    nobody answers at the address, or no more; `LostWorkerError` where a worker dies.
    """
    count = cores() if workers is None else workers
    with ExitStack() as stack:
        if isinstance(wanted, Executor):
            found = Workers(wanted, count * WAITING)
        elif wanted == "threads":
            found = stack.enter_context(_threads(count))
        elif wanted == "processes":
            found = stack.enter_context(_processes(count))
        else:
            found = stack.enter_context(_dask(wanted.partition(":")[2], count))
        try:
            yield found
        except CancelledError as error:  # which nobody here did
            raise ConnectionError(
                Text("the work was given up: the Dask scheduler has ended or was restarted")
            ) from error
        except Exception as error:
            if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":  # Dask's own
                raise LostWorkerError(LOST_OF_OURS if isinstance(wanted, str) else LOST_OF_YOURS) from error
            raise


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def room() -> int:
    """How many processes like this one, at its largest so far, fit into the machine's memory; at least one."""
    try:
        import resource
    except ImportError:  # Windows has none
        return cores()
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return max(1, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // largest)


@contextmanager
def _threads(count: int) -> Iterator[Workers]:
    """Threads. On an error nobody waits for them: they stop where the engine reports its progress."""
    stopped = threading.Event()

    def heed(_: float) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt

    executor = ThreadPoolExecutor(count, "clearsim")
    try:
        yield Workers(executor, count * WAITING, heed)
    except BaseException:
        stopped.set()
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


@contextmanager
def _processes(count: int) -> Iterator[Workers]:
    """The pool of loky, which needs no guard around a researcher's script and notices when a worker dies."""
    from loky import get_reusable_executor

    executor: Executor | None = None
    try:
        with _undisturbed():
            executor = get_reusable_executor(
                max_workers=count,
                timeout=IDLE_S,
                initializer=_devoted,
                initargs=(os.getpid(),),
                env=KEEP_MEMORY | {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e15"},  # a large day, then a small one: no leak
            )
            executor.submit(os.getpid)  # the first job starts the processes
        yield Workers(executor, count * WAITING, ended_at_once=True)
    except BaseException:
        if executor is not None:
            executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's own
        raise


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C and a polite kill wait until this is over.

    Processes that are started meanwhile never hear Ctrl-C, nor do threads' own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    from loky.backend import resource_tracker as of_loky

    for tracker in (of_loky, resource_tracker):
        tracker.ensure_running()  # each lets this thread hear Ctrl-C again when it starts; now they have
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in INTERRUPTIONS}
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def _devoted(parent: int) -> None:
    """In a process of the pool: Ctrl-C, which a terminal sends to all, is the parent's to answer; none outlives it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _dask(address: str, count: int) -> Iterator[Workers]:
    try:
        import dask
        from distributed import Client, LocalCluster
        from distributed.utils import silence_logging_cmgr
    except ImportError as error:
        raise ValueError(Text('Dask is not installed: `pip install "clearsim[dask]"`')) from error
    with ExitStack() as stack:
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))  # what matters is raised
        if address:
            try:
                client = stack.enter_context(Client(address, timeout=ANSWER_S))
            except OSError as error:
                raise OSError(
                    Text("no answer from {address} within {seconds} s", address=address, seconds=ANSWER_S)
                ) from error
            except ValueError as error:
                raise ValueError(
                    Text(
                        "{address} is not the address of a Dask scheduler, such as `tcp://10.0.0.5:8786`",
                        address=address,
                    )
                ) from error
            count = sum(client.ncores().values())
            if not count:
                raise OSError(Text("the Dask scheduler at {address} has no workers", address=address))
        else:
            if getattr(multiprocessing.current_process(), "_inheriting", False):
                raise RuntimeError(UNGUARDED)
            try:
                with _undisturbed(), dask.config.set({"distributed.nanny.pre-spawn-environ": KEEP_MEMORY}):
                    cluster = LocalCluster(
                        n_workers=count,
                        threads_per_worker=1,
                        dashboard_address="127.0.0.1:0",
                        silence_logs=logging.CRITICAL,
                    )
                    client = stack.enter_context(Client(stack.enter_context(cluster)))
            except RuntimeError as error:
                raise RuntimeError(Text("the Dask workers did not start: {reason}", reason=UNGUARDED)) from error
        executor = stack.enter_context(client.get_executor(pure=False))
        try:
            yield Workers(executor, count * WAITING)
        finally:
            with _undisturbed():
                stack.close()


LOST_OF_OURS = Text(
    "a worker was ended by the system, most likely because memory was short; fewer workers need less memory"
)
LOST_OF_YOURS = Text(
    "a worker of the executor ended too early: memory was short, or a script that starts processes by itself "
    'lacks `if __name__ == "__main__":`'
)
UNGUARDED = Text(
    'Dask runs the script that starts it once more in every worker: put what it does below `if __name__ == "__main__":`'
)
