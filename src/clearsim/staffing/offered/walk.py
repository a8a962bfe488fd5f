"""Probes walk through their flows without lines, and are tallied at every station."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt

from clearsim.demand.departures import Lateness
from clearsim.network.steps import Await, Board, Enter, Hold, Leave, Put, Serve, Take, Travel
from clearsim.network.times import Given
from clearsim.plan import NONE, IntArray, Plan
from clearsim.staffing.offered.cells import CELL_MS, FloatArray, convolved, counted, rising
from clearsim.staffing.offered.cohorts import Cohort
from clearsim.units import HOUR_MS, MINUTE_MS


@dataclass
class Tally:
    """By station and cell: how many come, and by how much the mean number of a cell is larger than that before it."""

    plan: Plan
    late: Lateness
    cells: int = 0
    cargo: dict[int, float] = field(default_factory=dict)
    earliest_ms: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cells = 1 + -(-self.plan.end_ms // HOUR_MS) * (HOUR_MS // CELL_MS)
        self.begins_ms: FloatArray = np.arange(self.cells, dtype=np.float64) * CELL_MS
        stations = len(self.plan.stations.names)
        self.coming, self.rising = np.zeros((2, stations, self.cells))
        self.number, self.stay_ms = np.zeros((2, stations))


@dataclass
class _Batch:
    """Probes with a common origin, the earliest at `first_ms`; by station what is to be convolved with the rate."""

    rows: IntArray
    rate: FloatArray | None
    scattered: bool
    first_ms: float
    coming: dict[int, FloatArray] = field(default_factory=dict)
    rising: dict[int, FloatArray] = field(default_factory=dict)

    @property
    def number(self) -> float:
        """How many origins are expected; 1 where the weight of each probe says how many it stands for."""
        return 1.0 if self.rate is None else float(self.rate.sum())


def walk(cohort: Cohort, plan: Plan, tally: Tally) -> None:
    """Walk every probe through its flow. Flows without a partner to wait for come first: the others need their ends."""
    finished: dict[str, FloatArray] = {}
    order = sorted(range(len(cohort.flows)), key=lambda i: any(isinstance(x, Await) for x in cohort.flows[i].steps))
    for index in order:
        flow = cohort.flows[index]
        finished[flow.name] = _Walk(cohort, index, plan, tally, finished).done()


class _Walk:
    """One flow's probes on their way: where each is in time, counted from the origin of its batch."""

    def __init__(
        self,
        cohort: Cohort,
        index: int,
        plan: Plan,
        tally: Tally,
        finished: Mapping[str, FloatArray],
    ) -> None:
        self.plan, self.tally, self.finished = plan, tally, finished
        self.flow = cohort.flows[index]
        self.now_ms = np.array(cohort.arrival_ms[index], dtype=np.float64)
        self.before = max(0, -int(np.floor(self.now_ms.min(initial=0.0) / CELL_MS)))
        self.weight = np.array(cohort.weight)
        self.flags = cohort.demand.flags[cohort.demand.rows(index)]
        self.numbers = cohort.demand.numbers(index)
        self.entered: dict[int, FloatArray] = {}
        self.batches = [_Batch(np.arange(len(self.now_ms)), cohort.rate, cohort.scattered, cohort.first_ms)]
        self.moved = np.zeros(len(self.now_ms), dtype=np.bool_)

    def done(self) -> FloatArray:
        """When each probe has finished the flow; NaN where its origin is no longer its arrival's."""
        first = self.plan.flows.names.index(self.flow.name)
        rows = list(self.plan.steps_of(first))
        for row, step in zip(rows, self.flow.steps, strict=True):
            only, unless = self.plan.steps.only[row], self.plan.steps.unless[row]
            taken = ((self.flags & only) == only) & ((self.flags & unless) == 0)
            target = int(self.plan.steps.target[row])
            match step:
                case Serve():
                    self._timed(row, step, taken, target)
                case Hold() | Travel():
                    self._timed(row, step, taken, None)
                case Enter():
                    self.entered[target] = self.now_ms.copy()
                    self._taken(target, taken)
                case Leave():
                    self._left(target, taken, self.entered[target])
                case Await(flow=partner) if partner in self.finished:
                    there = np.where(taken & ~self.moved, self.finished[partner], np.nan)
                    self.now_ms = np.fmax(self.now_ms, there)
                case Board():
                    self._board(row, target, taken, last=row == rows[-1])
                case Await() | Take() | Put():
                    pass  # the partner's flow is not known here, and nobody waits for goods
                case _:
                    assert_never(step)
        for batch in self.batches:
            self._flush(batch)
        return np.where(self.moved, np.nan, self.now_ms)

    def _timed(self, row: int, step: Serve | Hold | Travel, taken: Any, station: int | None) -> None:
        pace = int(self.plan.steps.pace[row])
        column = int(self.plan.steps.column[row])
        expected_ms = step.time.expected * MINUTE_MS
        hold_ms = np.full(len(self.now_ms), float(self.plan.steps.number[row]))
        if column != NONE:
            hold_ms = self.numbers[:, column].astype(np.float64)
            if not isinstance(step.time, Given):
                hold_ms *= expected_ms / mean if (mean := _mean(hold_ms[taken], self.weight[taken])) > 0 else 1.0
        start_ms = self.now_ms.copy()
        if station is not None:
            self._taken(station, taken)
        for batch in self.batches:
            rows = batch.rows[taken[batch.rows]]
            if pace == NONE:
                self.now_ms[rows] += hold_ms[rows]
            elif batch.rate is None:
                hold_ms[rows] /= self._pace(pace, start_ms[rows])
                self.now_ms[rows] += hold_ms[rows]
            else:
                self._paced(batch, rows, hold_ms, pace, station)
        if station is not None:
            self._left(station, taken, start_ms, paced=pace != NONE)

    def _paced(self, batch: _Batch, rows: IntArray, hold_ms: FloatArray, pace: int, station: int | None) -> None:
        """A step whose pace depends on the moment at which it begins, for probes whose moments count from an origin."""
        coming = self._convolved(batch, self._counts(batch, rows))
        if not rows.size or coming.sum() <= 0:
            return
        paces = self._pace(pace, self.tally.begins_ms + CELL_MS / 2 * batch.scattered)
        if station is not None:
            weight = self.weight[rows] / self.weight[rows].sum()
            for factor in np.unique(paces):
                falling = rising(hold_ms[rows] / factor, weight, self.tally.cells, batch.scattered)
                begun = np.where(paces == factor, coming, 0.0)
                self.tally.rising[station] -= convolved(begun, falling)[: self.tally.cells]
        self.now_ms[rows] += hold_ms[rows] * float((coming / paces).sum() / coming.sum())

    def _pace(self, pace: int, at_ms: FloatArray) -> FloatArray:
        """The pace at each moment, by the clock and between dates."""
        own = slice(int(self.plan.paces.first[pace]), int(self.plan.paces.first[pace + 1]))
        index = np.searchsorted(self.plan.paces.at_ms[own], at_ms, side="right") - 1
        return np.asarray(self.plan.paces.thousandths[own][np.maximum(index, 0)] / 1000)

    def _taken(self, station: int, taken: npt.NDArray[np.bool_]) -> None:
        for batch in self.batches:
            if (rows := batch.rows[taken[batch.rows]]).size:
                batch.coming[station] = batch.coming.get(station, 0.0) + self._counts(batch, rows)
                batch.rising[station] = batch.rising.get(station, 0.0) + self._rises(batch, rows)

    def _left(self, station: int, taken: npt.NDArray[np.bool_], since_ms: FloatArray, paced: bool = False) -> None:
        for batch in self.batches:
            if (rows := batch.rows[taken[batch.rows]]).size:
                weight = self.weight[rows]
                self.tally.number[station] += batch.number * weight.sum()
                self.tally.stay_ms[station] += batch.number * (weight * (self.now_ms - since_ms)[rows]).sum()
                if not (paced and batch.rate is not None):
                    batch.rising[station] = batch.rising.get(station, 0.0) - self._rises(batch, rows)

    def _counts(self, batch: _Batch, rows: IntArray) -> FloatArray:
        """Weights of the rows by cell; the first `before` cells lie ahead of the origin."""
        at_ms = self.now_ms[rows] + self.before * CELL_MS
        return counted(at_ms, self.weight[rows], self.before + self.tally.cells, batch.scattered)

    def _rises(self, batch: _Batch, rows: IntArray) -> FloatArray:
        """By how much the mean number of each cell rises over the cell before, if the rows come now and stay."""
        at_ms = self.now_ms[rows] + self.before * CELL_MS
        return rising(at_ms, self.weight[rows], self.before + self.tally.cells, batch.scattered)

    def _flush(self, batch: _Batch) -> None:
        for kernels, total in ((batch.coming, self.tally.coming), (batch.rising, self.tally.rising)):
            for station, kernel in kernels.items():
                total[station] += self._convolved(batch, kernel)

    def _convolved(self, batch: _Batch, kernel: FloatArray) -> FloatArray:
        spread = kernel if batch.rate is None else convolved(batch.rate, kernel)
        return spread[self.before :][: self.tally.cells]

    def _board(self, row: int, service: int, taken: npt.NDArray[np.bool_], last: bool) -> None:
        """Those who come leave with the next departure; from then on they count from it."""
        services = self.plan.services
        own = np.flatnonzero((services.service == service) & (services.slots > 0))
        column, number = int(self.plan.steps.column[row]), int(self.plan.steps.number[row])
        slots = np.full(len(self.now_ms), number) if column == NONE else self.numbers[:, column]
        closes_ms = services.closes_ms[own] + self.tally.late.closing_ms[own]
        departs_ms = (services.departs_ms[own] + self.tally.late.departure_ms[own]).astype(np.float64)
        order = np.argsort(closes_ms, kind="stable")
        closes_ms, departs_ms = closes_ms[order], departs_ms[order]
        batches: list[_Batch] = []
        for batch in self.batches:
            rows = batch.rows[taken[batch.rows]]
            batches.append(batch)
            if not rows.size:
                continue
            first_ms = batch.first_ms + float(self.now_ms[rows].min())
            asked = batch.number * float(self.weight[rows] @ slots[rows])
            self.tally.cargo[service] = self.tally.cargo.get(service, 0.0) + asked
            earliest = self.tally.earliest_ms.get(service, self.plan.end_ms)
            self.tally.earliest_ms[service] = min(earliest, int(first_ms))
            if batch.rate is None:
                index = np.searchsorted(closes_ms, self.now_ms[rows], side="left")
                self.now_ms[rows] = np.append(departs_ms, self.plan.end_ms)[index]
            elif not last:
                batches.append(self._departed(batch, rows, closes_ms, departs_ms))
        self.batches = batches

    def _departed(self, batch: _Batch, rows: IntArray, closes_ms: IntArray, departs_ms: FloatArray) -> _Batch:
        coming, begins_ms = self._convolved(batch, self._counts(batch, rows)), self.tally.begins_ms
        if batch.scattered:
            there = np.interp(
                closes_ms, np.append(begins_ms, len(begins_ms) * CELL_MS), np.cumsum(np.append(0, coming))
            )
        else:
            there = np.append(0, np.cumsum(coming))[np.searchsorted(begins_ms, closes_ms, side="right")]
        aboard = np.diff(there, prepend=0.0)
        on_time = coming * (begins_ms < closes_ms.max(initial=0))
        waited_ms = float((aboard * departs_ms).sum() - (on_time * (begins_ms + CELL_MS / 2 * batch.scattered)).sum())
        waited_ms /= aboard.sum() or 1.0
        for station, entered in self.entered.items():
            entered[rows] -= self.now_ms[rows] + waited_ms
            self.entered[station] = entered
        batch.rows = np.setdiff1d(batch.rows, rows)
        self.weight[rows] /= self.weight[rows].sum()
        self.now_ms[rows] = 0.0
        self.moved[rows] = True
        used = aboard > 0
        first_ms = float(departs_ms[used].min(initial=self.plan.end_ms))
        rate = counted(departs_ms, aboard, self.tally.cells, scattered=True)
        return _Batch(rows, rate, False, first_ms)


def _mean(values: FloatArray, weight: FloatArray) -> float:
    total = float(weight.sum())
    return float((values * weight).sum()) / total if total > 0 else 0.0
