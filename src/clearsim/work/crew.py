"""The only loop over replications: work is handed out, measured, kept, and put in order."""

import time
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from clearsim.engines import Progress
from clearsim.language import Text
from clearsim.work.blocks import Case, Each, Job, Sample, joined, work
from clearsim.work.executors import HERE, Workers, cores, opened, room
from clearsim.work.identity import code_version
from clearsim.work.simulating import compile_engine
from clearsim.work.store import Store, opened_store
from clearsim.work.study import Study

WORTH_A_POOL_S = 3.0
"""Work that would take this long here is given to processes; two gain nothing below 2.3 s (decision record 28)."""
PROGRESS_EVERY_S = 0.5
"""How often progress is reported while workers work, even without any: it may be shown with the time that passes."""


@dataclass
class Crew:
    """Those who compute replications of cases, as a study says; open it with `with`.

    `each` is handed every trace, which never leaves its process: so all work is done here, and nothing is resumed.
    `expected` is how many replications will be asked for in all, where that is more than a first time. `elapsed_s` is
    how long the crew was open, once it is closed. Raises `ValueError` for workers that cannot do the work, `OSError`
    for a store that cannot be written to, and `UnversionedError`, a `TypeError`, where a network with a class of the
    researcher's own is to be kept and the class has no `version` (`clearsim.work.identity.digest`).
    """

    study: Study = field(default_factory=Study)
    each: Each | None = None
    expected: int | None = None
    elapsed_s: float = field(default=0.0, init=False)
    _store: Store | None = field(default=None, init=False)
    _began: float = field(default=0.0, init=False)
    _read: int = field(default=0, init=False)
    _worked: int = field(default=0, init=False)
    _total: int = field(default=0, init=False)
    _shown: float = field(default=0.0, init=False)
    _stack: ExitStack = field(default_factory=ExitStack, init=False)
    _pool: Workers | None = field(default=None, init=False)
    _here_s: float = field(default=0.0, init=False)

    def __enter__(self) -> Self:
        self._began = time.perf_counter()
        wanted = self.study.executor
        if wanted not in (None, HERE) and self.each is not None:
            raise ValueError(Text("traces stay in their process: `each` is used with executor None or 'here' alone"))
        self._store = opened_store(self.study.store)
        if wanted is not None and wanted != HERE:
            self._pool = self._stack.enter_context(opened(wanted, self.study.workers))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            if error is None:
                self._report(self._total - self._worked)
        finally:
            self._stack.__exit__(kind, error, at)
            self.elapsed_s = time.perf_counter() - self._began

    def replicate(self, cases: Sequence[Case], first: int, until: int) -> list[Sample]:
        """The KPIs of every case in its replications from `first` to before `until`; a sample a case."""
        return self.extend([(case, first, until) for case in cases])

    def extend(self, asked: Sequence[tuple[Case, int, int]]) -> list[Sample]:
        """The KPIs of each case in replications of its own, from the first number to before the second."""
        if self._store is not None:
            for case, _, _ in asked:
                self._store.admit(case, resume=self.study.resume)
        jobs = [
            (number, Job(case, at, min(at - at % case.block + case.block, until) - at))
            for number, (case, first, until) in enumerate(asked)
            for at in _starts(case.block, first, until)
        ]
        done: dict[tuple[int, int], Sample] = {}
        left = deque[tuple[int, Job]]()
        for number, job in jobs:
            kept = self._store.get(job) if self._store is not None and self.study.resume and self.each is None else None
            if kept is None:
                left.append((number, job))
            else:
                done[number, job.first] = kept
        self._read += sum(sample.n for sample in done.values())
        self._total = max((self.expected or 0) - self._read, self._worked + sum(job.size for _, job in left))
        self._work(left, done)
        parts = defaultdict[int, list[Sample]](list)
        for number, job in jobs:
            parts[number].append(done[number, job.first])
        return [joined(parts[number]) for number in range(len(asked))]

    def _report(self, under_way: float = 0.0) -> None:
        """Progress, some of a replication under way included; it never falls back where more are asked for."""
        self._shown = max(self._shown, (self._worked + under_way) / max(self._total, 1))
        if self.study.progress is not None:
            self.study.progress(self._shown)

    def _work(self, left: deque[tuple[int, Job]], done: dict[tuple[int, int], Sample]) -> None:
        running: dict[Future[Sample], tuple[int, Job]] = {}
        try:
            while left or running:
                if self._pool is None and (count := self._worth(job.size for _, job in left)) > 1:
                    self._pool = self._stack.enter_context(opened("processes", count))
                if self._pool is None:
                    number, job = left.popleft()
                    self._keep(done, number, job, self._worked_here(job))
                    continue
                while left and len(running) < self._pool.at_once:
                    number, job = left.popleft()
                    future = self._pool.executor.submit(_elsewhere, job, code_version(), self._pool.heed)
                    running[future] = number, job
                for future in wait(running, PROGRESS_EVERY_S, FIRST_COMPLETED).done:
                    number, job = running.pop(future)
                    self._keep(done, number, job, future.result())
                    self._worked += job.size
                self._report()
        finally:
            if self._pool is not None and not self._pool.ended_at_once:
                for future in running:
                    future.cancel()

    def _worth(self, left: Iterable[int]) -> int:
        """How many processes the replications that are left are worth, given how long and how large the last were."""
        if self.study.executor is not None or self.each is not None or self._here_s * sum(left) < WORTH_A_POOL_S:
            return 1
        return min(cores(), room()) if self.study.workers is None else self.study.workers

    def _worked_here(self, job: Job) -> Sample:
        if not self._here_s and job.case.engine == "compiled":
            compile_engine()  # or the first block would seem to take a second more
        began = time.perf_counter()
        sample = work(job, lambda share: self._report(share * job.size), self.each)
        self._here_s = (time.perf_counter() - began) / job.size
        self._worked += job.size
        self._report()
        return sample

    def _keep(self, done: dict[tuple[int, int], Sample], number: int, job: Job, sample: Sample) -> None:
        if self._store is not None:
            self._store.put(job, sample)
        done[number, job.first] = sample


def _elsewhere(job: Job, version: str, heed: Progress | None) -> Sample:
    """What a worker does: the same, if it has the same code."""
    if code_version() != version:
        raise ValueError(Text("a worker has another version of clearsim or numpy: its results could differ"))
    return work(job, heed)


def _starts(block: int, first: int, until: int) -> list[int]:
    """Where blocks begin: at whole multiples of their size, and where the replications do."""
    return sorted({first, *range(-(-first // block) * block, until, block)}) if first < until else []
