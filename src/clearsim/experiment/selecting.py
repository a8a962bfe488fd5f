"""Choosing the best of several ports with a guarantee."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from clearsim.engines import Progress
from clearsim.experiment.cases import Ports, cases_of, labels_of
from clearsim.experiment.quantities import Bound, amount, bound
from clearsim.experiment.racing import Asked, Goal, Keeps, Limit, Race, by_kim_nelson, by_ocba, exactly
from clearsim.experiment.results import NOT_RANDOM, estimated, named, page
from clearsim.experiment.running import store_of
from clearsim.measures import KPIS
from clearsim.network import Label
from clearsim.units import is_count, quoted, texts_of
from clearsim.work.blocks import Case, Key, keys_of
from clearsim.work.simulating import Engine
from clearsim.work.size import check_time
from clearsim.work.store import Store
from clearsim.work.studying import Study

if TYPE_CHECKING:
    import pandas as pd

CONFIDENCE = 0.95
LEAST_ZONE = 1e-9
"""Below it, and above its inverse, no difference is worth detecting in any unit."""
FIRST, CEILING = 10, 1000
"""Replications of each port at the start, and at most."""


class Judged(NamedTuple):
    """What a selection found of one port: the chosen KPI over its `n` replications, each bound, and how it ended.

    `keeps` answers each bound in turn. `eliminated` is the number of replications after which the port went out.
    """

    name: str
    mean: float | None
    half_width: float | None
    n: int
    keeps: tuple[Keeps, ...]
    eliminated: int | None


@dataclass(frozen=True)
class Selection:
    """The best of several ports, and how sure that is.

    By KN, `best` is the best with probability `confidence` if it is better than all others by `zone` or more, and else
    within `zone` of the best, among the ports that keep all bounds. By OCBA, for a given budget, `confidence` is the
    approximate probability that it is. `best` is None where nothing keeps the bounds, or where the ceiling of
    replications came first; `undecided` are the ports that could not be told apart then, and those left out because
    they are too close to a bound. `ties` have the same mean as the best to the last digit: that is the first of them.
    Where nothing is random in any port, the method is "exact": one replication of each is enough.
    """

    method: Literal["KN", "OCBA", "exact"]
    key: Key
    goal: Goal
    zone: float | None
    bounds: tuple[tuple[Key, Bound], ...]
    confidence: float
    best: str | None
    ties: tuple[str, ...]
    undecided: tuple[str, ...]
    ports: tuple[Judged, ...]
    labels: Mapping[str, Label]
    seed: int
    engine: Engine
    elapsed_s: float

    @property
    def replications(self) -> int:
        """The replications of all ports together."""
        return sum(port.n for port in self.ports)

    def to_pandas(self) -> "pd.DataFrame":
        """A row a port: `port, mean, half_width, n`, a column a bound, `eliminated`, `best`."""
        import pandas as pd

        table = pd.DataFrame([port._asdict() for port in self.ports]).rename(columns={"name": "port"})
        for place, (key, kept) in enumerate(self.bounds):
            table[f"{key} {kept.sense} {kept.amount}"] = [port.keeps[place] for port in self.ports]
        table = table.drop(columns="keeps").assign(best=table["port"] == self.best)
        return table.astype({"mean": "float64", "half_width": "float64", "eliminated": "Int64"})

    def _repr_html_(self) -> str:
        """A row a port."""
        bounds = [f"{key} {kept.sense} {kept.amount}" for key, kept in self.bounds]
        rows = [
            (self.labels[name], mean, half_width or None, self.key.unit, n, *keeps, eliminated)
            for name, mean, half_width, n, keeps, eliminated in self.ports
        ]
        return page(
            f"{self.key}, by {self.method}: {self._outcome}",
            [str(NOT_RANDOM)] if self.method == "exact" else [],
            ("port", "mean", "± 95 %", "unit", "n", *bounds, "out after"),
            rows,
        )

    def __repr__(self) -> str:
        return f"<Selection by {self.method} of {self.key}: {self._outcome}, {self.replications} replications>"

    @property
    def _outcome(self) -> str:
        if self.best is None:
            return f"undecided among {list(self.undecided)}" if self.undecided else "none keeps the bounds"
        return f"best {self.best!r}" + (f" ({', '.join(self.undecided)} left out)" if self.undecided else "")


def select(
    what: Ports,
    kpi: str,
    *,
    zone: str | float | None = None,
    budget: int | None = None,
    goal: Goal | None = None,
    bounds: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
    first: int = FIRST,
    ceiling: int = CEILING,
    seed: int | None = None,
    engine: Engine = "compiled",
    wait_limit_min: float | None = None,
    executor: str | Executor | None = None,
    workers: int | None = None,
    store: Store | str | Path | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    force: bool = False,
) -> Selection:
    """The best of a scenario and its policies, or of networks by their names, in the mean of one KPI.

    With a `zone` (`"2 min"`, in the KPI's unit), the difference that is worth detecting, KN decides with the given
    `confidence` on common random numbers (`clearsim.stats.kim_nelson`). With a `budget` of replications in all, OCBA
    spends it where it tells most. `goal` says whether less or more is better, where the KPI does not. `bounds` such as
    `"driver_wait_p95 <= 30 min"` must be kept in the mean: with them half of the error goes to the bounds and half to
    the selection. They are looked at after 1, 2, 4, … times `first` replications, at each look and for each port and
    bound with an equal share of their error (Bonferroni). Raises `ValueError` for what cannot be asked, and where the
    work is more than this machine holds, unless by `force`.
    """
    _check(zone, budget, goal, confidence, first, ceiling)
    cases = cases_of(what, policies, seed=seed, engine=engine, wait_limit_min=wait_limit_min, force=force)
    if budget is not None and budget < first * len(cases):
        raise ValueError(f"{len(cases)} ports take {first} replications each to begin with: more than {budget} in all")
    each = first if budget is None else budget // len(cases)
    check_time([(case.size, each) for case in cases.values()], force=force)
    keys = keys_of(cases.values())
    key = named(keys, kpi)
    bounded = tuple((named(keys, item.kpi), item) for item in (bound(text) for text in texts_of(bounds, "bounds")))
    _check_all_have((key, *(bounded_key for bounded_key, _ in bounded)), cases)
    limits = [Limit(key, item.sense, amount(item.amount, key.unit)) for key, item in bounded]
    asked = Asked(key, goal or _better(key), limits, confidence, ceiling)
    width = None if zone is None else _zone(zone, key)
    began = time.perf_counter()
    with Study(executor, workers, store_of(store), resume, progress=progress) as study:
        study.expected = budget if budget is not None else 4 * first * len(cases)
        certain = not any(case.is_random for case in cases.values())
        race = Race(study, cases, 1 if certain else first)
        if certain:
            found = exactly(race, asked)
        else:
            found = by_ocba(race, asked, budget or 0) if width is None else by_kim_nelson(race, asked, width)
    ports = []
    for name, case in cases.items():
        mean, half_width, n = estimated(case, race.of(name, key).tolist())
        out = found.eliminated.get(name)
        ports.append(Judged(name, mean if n else None, half_width, race.samples[name].n, found.keeps[name], out))
    return Selection(
        method="exact" if certain else "OCBA" if width is None else "KN",
        key=key,
        goal=asked.goal,
        zone=width,
        bounds=bounded,
        confidence=found.confidence,
        best=found.best,
        ties=found.ties,
        undecided=found.undecided,
        ports=tuple(ports),
        labels=labels_of(what, cases),
        seed=next(iter(cases.values())).seed,
        engine=engine,
        elapsed_s=time.perf_counter() - began,
    )


def _check(
    zone: str | float | None, budget: int | None, goal: Goal | None, confidence: float, first: int, ceiling: int
) -> None:
    if goal not in (None, "less", "more"):
        raise ValueError(f"a goal is `less` or `more`, not {quoted(goal)}")
    if isinstance(zone, bool) or not isinstance(zone, str | Real | None):
        raise TypeError(f"a zone is a number, or a text with its unit such as '2 min', not {zone!r}")
    if isinstance(confidence, bool) or not isinstance(confidence, Real):
        raise TypeError(f"a confidence is a number such as 0.95, not {confidence!r}")
    if (zone is None) == (budget is None):
        raise ValueError("a selection takes either a zone, the difference worth detecting (KN), or a budget (OCBA)")
    if not 0.5 < confidence < 1:
        raise ValueError(f"a confidence lies between 0.5 and 1, not at {quoted(confidence)}")
    if not is_count(first) or first < 2:
        raise ValueError(f"a selection begins with 2 replications of each port or more, not {quoted(first)}")
    if not is_count(ceiling) or ceiling < first:
        raise ValueError(f"the ceiling is a number of replications from {first} up, not {quoted(ceiling)}")
    if budget is not None and not is_count(budget):
        raise ValueError(f"a budget is a whole number of replications, not {quoted(budget)}")


def _check_all_have(keys: Sequence[Key], cases: Mapping[str, Case]) -> None:
    for key in dict.fromkeys(keys):
        without = [name for name, case in cases.items() if key not in case.keys]
        if without:
            raise ValueError(f"there is no {key} in {', '.join(without)}: nothing can be selected by it")


def _zone(zone: str | float, key: Key) -> float:
    try:
        width = amount(zone, key.unit)
    except ValueError as error:
        raise ValueError(f"zone of {key}: {error}") from error
    if not LEAST_ZONE <= width <= 1 / LEAST_ZONE:
        raise ValueError(f"the zone is a difference worth detecting, above 0 in {key.unit}, not {quoted(zone)}")
    return width


def _better(key: Key) -> Goal:
    better = KPIS[key.kpi].better
    if better is None:
        raise ValueError(f"whether less or more of {key} is better depends: say so with a goal, `less` or `more`")
    return better
