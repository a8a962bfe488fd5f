"""The seam for parallel work: any `concurrent.futures.Executor` will do, and none changes a number."""

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from clearsim.units import is_count

HERE = "here"
"""In the caller's own thread, without any executor."""
NAMES = (HERE, "threads", "processes", "dask", "dask:ADDRESS")
WAITING = 2
"""Jobs handed out for each worker: one that it does, and one that it finds when it is done."""
IDLE_S = 300
"""Processes that have had nothing to do for so long end; until then the next study finds them ready."""


class Workers(NamedTuple):
    """An executor, and how many jobs it is handed at a time."""

    executor: Executor
    at_once: int


@contextmanager
def opened(wanted: str | Executor, workers: int | None = None) -> Iterator[Workers]:
    """The workers that a name means: "threads", "processes", "dask" (a cluster of its own), "dask:ADDRESS".

    `workers` is their number, all cores unless given. An executor that is handed in is left open. On an error, jobs
    not begun are withdrawn and processes are ended. Raises `ValueError` for an unknown name, and where Dask is not
    installed; `OSError` where nobody answers at the address.
    """
    count = cores() if workers is None else workers
    if not is_count(count) or count < 1:
        raise ValueError(f"at least one worker is needed, and a whole number of them, not {workers}")
    if isinstance(wanted, Executor):
        yield Workers(wanted, count * WAITING)
    elif wanted == "threads":
        with _cancelled(ThreadPoolExecutor(count, "clearsim")) as executor:
            yield Workers(executor, count * WAITING)
    elif wanted == "processes":
        yield from _processes(count)
    elif wanted.partition(":")[0] == "dask":
        yield from _dask(wanted.partition(":")[2], workers)
    else:
        raise ValueError(f"there is no executor {wanted!r}; there are {', '.join(NAMES)}")


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def room() -> int:
    """How many processes like this one, at its largest so far, fit into the machine's memory; at least one."""
    try:
        import resource
    except ImportError:  # Windows does not tell
        return cores()
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return max(1, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // largest)


@contextmanager
def _cancelled(executor: Executor) -> Iterator[Executor]:
    """The executor; on leaving, what it has not begun is withdrawn."""
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _processes(count: int) -> Iterator[Workers]:
    """The pool of loky, which needs no guard around a researcher's script and tells when a worker dies."""
    from loky import get_reusable_executor

    executor = get_reusable_executor(max_workers=count, timeout=IDLE_S, initializer=_deaf)
    try:
        yield Workers(executor, count * WAITING)
    except BaseException:
        executor.shutdown(wait=True, kill_workers=True)
        raise


def _deaf() -> None:
    """Ctrl-C goes to every process of a terminal; the one that handed the work out answers it for all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _dask(address: str, workers: int | None) -> Iterator[Workers]:
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ValueError('Dask is not installed: pip install "clearsim[dask]"') from error
    if address:
        with Client(address) as client, client.get_executor(pure=False) as executor:
            yield Workers(executor, sum(client.ncores().values()) * WAITING or 1)
    else:
        with (
            LocalCluster(n_workers=workers or cores(), threads_per_worker=1, dashboard_address=None) as cluster,
            Client(cluster) as client,
            client.get_executor(pure=False) as executor,
        ):
            yield Workers(executor, len(cluster.workers) * WAITING)
