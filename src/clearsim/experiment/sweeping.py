"""Sweeps: a scenario or a network at every point of a design, under one policy or several.

All of them have the same random numbers.
"""

import functools
import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from clearsim.experiment.designs import Design, Range, Vary, as_setting, column, factors, how_many, plain, points_of
from clearsim.experiment.headline import headline
from clearsim.experiment.results import NOT_RANDOM, Result, estimated, named, page, table_of
from clearsim.experiment.running import case_of, check_replications, replicated
from clearsim.language import Label, Text, listed, plural
from clearsim.measures import Key
from clearsim.network import Network
from clearsim.numbers import whole
from clearsim.scenario import ALL, BASE, Loaded, Problem, Scenario, ScenarioError, load
from clearsim.stats import Estimate
from clearsim.units import quoted, shown, texts_of
from clearsim.work.blocks import Case, Sample, keys_of
from clearsim.work.simulating import Engine
from clearsim.work.size import Size
from clearsim.work.study import Study

if TYPE_CHECKING:
    import pandas as pd

Item = TypeVar("Item")
Made = TypeVar("Made")
Maker = Callable[[Sequence[tuple[object, ...]]], list[Scenario | Network]]
"""What is run at every point, for each under every policy."""

MOST_RUNS = 10_000
"""A sweep of more runs is refused unless it is asked for."""

Sweepable = str | Path | Loaded[Scenario] | Callable[..., Network]
"""What can be swept: a scenario's file, as a path or loaded, or a function from a point's values to a network."""


@dataclass(frozen=True)
class Sweep:
    """What a sweep found. `results` are by point, and for each by policy.

    A researcher's networks have one policy, the base. `asked` are the KPIs that are to be shown, if any are named.
    """

    vary: tuple[Vary, ...]
    design: Design
    points: tuple[tuple[object, ...], ...]
    policies: tuple[str, ...]
    results: tuple[Result, ...]
    asked: tuple[Key, ...] = ()

    @property
    def engine(self) -> Engine:
        """Which engine ran it."""
        return self.results[0].engine

    @property
    def seed(self) -> int:
        """The seed of all replications, and of the design."""
        return self.results[0].seed

    @property
    def replications(self) -> int:
        """How many replications of each point under each policy."""
        return self.results[0].replications

    @property
    def elapsed_s(self) -> float:
        """How long all of them took together, in seconds."""
        return self.results[0].elapsed_s

    @property
    def is_random(self) -> bool:
        """Whether anything is random at any point."""
        return any(result.is_random for result in self.results)

    @functools.cached_property
    def columns(self) -> dict[str, list[object]]:
        """The factors as columns, a value a point; the unit is in the heading where all values have the same."""
        values = zip(*self.points, strict=True)
        return dict(column(factor.name, own) for factor, own in zip(self.vary, values, strict=True))

    @functools.cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every KPI that any point has."""
        return keys_of(self.results)

    @property
    def headline(self) -> tuple[Key, ...]:
        """The KPIs that were asked for; else those read first (`clearsim.experiment.headline`) that are defined."""
        return self.asked or tuple(
            key for key in headline(self.keys) if any(estimate.n for estimate in self.estimates(key))
        )

    def key(self, text: str) -> Key:
        """The KPI that people write as `flow:kpi@station`; raises `ValueError` where there is none."""
        return named(self.keys, text)

    def sample(self, point: int, policy: str = BASE) -> Sample:
        """The KPIs of a point under a policy, by replication. Points are numbered from 0."""
        return self.result(point, policy).sample

    def result(self, point: int, policy: str = BASE) -> Result:
        """What `run` would have found at a point under a policy; its time is the whole sweep's."""
        if not 0 <= point < len(self.points) or policy not in self.policies:
            raise KeyError(
                Text(
                    "no point {point} under `{policy}`; there are 0 to {last}, under {policies}",
                    point=point,
                    policy=policy,
                    last=len(self.points) - 1,
                    policies=listed(self.policies),
                )
            )
        return self.results[point * len(self.policies) + self.policies.index(policy)]

    def values(self, key: Key, point: int, policy: str = BASE) -> list[float]:
        """One KPI by replication, NaN where it is undefined."""
        sample = self.sample(point, policy)
        return sample.of(key).tolist() if key in sample.keys else [float("nan")] * sample.n

    def estimates(self, key: Key) -> list[Estimate]:
        """Mean and 95 % interval of one KPI, by point and for each by policy; see `KpiRow` for those without one."""
        return [
            estimated(self.result(point, policy).case, self.values(key, point, policy)) for point, policy in self._runs
        ]

    def to_pandas(self) -> "pd.DataFrame":
        """A row a point, policy, replication and KPI.

        Columns: `point`, the factors, `policy, replication, flow, station, kpi, unit, value`.
        """
        return self._joined([result.replicated() for result in self.results])

    def summary(self, kpi: str | None = None) -> "pd.DataFrame":
        """A row a point, policy and KPI, of one KPI (`flow:kpi@station`) or of all.

        Columns: `point`, the factors, `policy, flow, station, kpi, unit, mean, half_width, n`. Raises `ValueError`
        where there is no such KPI.
        """
        key = None if kpi is None else self.key(kpi)
        return self._joined(
            [table_of([row for row in result.kpis if key in (None, row.key)]) for result in self.results]
        )

    def _joined(self, tables: "Sequence[pd.DataFrame]") -> "pd.DataFrame":
        """The tables of all results, each row with its point and policy."""
        import pandas as pd

        for (point, policy), table in zip(self._runs, tables, strict=True):
            table.insert(0, "policy", policy)
            for heading, values in reversed(self.columns.items()):
                table.insert(0, heading, [values[point]] * len(table))
            table.insert(0, "point", point)
        return pd.concat(tables, ignore_index=True)

    @property
    def _runs(self) -> list[tuple[int, str]]:
        """Point and policy of every result."""
        return list(itertools.product(range(len(self.points)), self.policies))

    def _repr_html_(self) -> str:
        """The KPIs that are read first, a row a point and policy."""
        rows = [
            (key, *self._values(point), policy, found.mean, found.half_width or None, Label(key.unit), found.n)
            for key in self.headline
            for (point, policy), found in zip(self._runs, self.estimates(key), strict=True)
        ]
        count = len(self.points)
        points = plural(count, "{n} point ({design})", "{n} points ({design})", design=self.design)
        return page(
            plural(
                self.replications,
                "{points}, {count} replication of each",
                "{points}, {count} replications of each",
                points=points,
                count=whole(self.replications),
            ),
            [] if self.is_random else [NOT_RANDOM],
            (Text("KPI"), *self.columns, Text("policy"), Text("mean"), "± 95 %", Text("unit"), "n"),
            rows,
        )

    def _values(self, point: int) -> tuple[object, ...]:
        """The factors' values at a point, in the order of the columns."""
        return tuple(values[point] for values in self.columns.values())

    def __repr__(self) -> str:
        varied = ", ".join(factor.name for factor in self.vary)
        under = f" × {len(self.policies)} policies" if len(self.policies) > 1 else ""
        return f"<Sweep of {varied}: {len(self.points)} points ({self.design}){under} × {self.replications}>"


def sweep(
    what: Sweepable,
    vary: Mapping[str, Sequence[object] | Range] | Sequence[str],
    *,
    design: Design = "grid",
    points: int | None = None,
    replications: int = 5,
    policies: Sequence[str] = (),
    kpis: Sequence[str] = (),
    seed: int | None = None,
    at_most: int = MOST_RUNS,
    study: Study = Study(),
) -> Sweep:
    """Run a scenario, or networks that a function makes, at every point of a design, with the same random numbers.

    `vary` names settings by their paths, or the function's arguments: lists (`{"zone.gate.lanes": [2, 4]}`), a `Range`
    for the designs "latin" and "sobol" with so many `points`, or texts as on the command line
    (`["zone.gate.lanes=2,4"]`). `policies` are some of `compare:` ("base" is the scenario itself), or `["all"]`; each
    changes every point. `kpis` (`flow:kpi@station`) are what a reader is shown. The design is drawn by the seed. Raises
    `ScenarioError` or `ValueError` with every mistake of every point before anything runs, and `ValueError` for more
    than `at_most` runs, or more work than this machine holds, unless the study has `force`.
    """
    check_replications(replications)
    varied = factors(vary)
    count = how_many(varied, design, points)
    loaded = load(what) if isinstance(what, str | Path) else what if isinstance(what, Loaded) else None
    under = _policies(loaded, policies)
    made = _maker(what if loaded is None else loaded, varied, under)
    if seed is None:
        seed = 0 if loaded is None else loaded.scenario.seed

    def case(one: Scenario | Network) -> Case:
        return case_of(one, seed, study)

    if count * len(under) * replications > at_most:
        smallest = [tuple(factor.at(0.0) for factor in varied)]
        each = case(made(smallest)[0] if loaded is None else loaded.scenario).size
        raise ValueError(_too_many(count, len(under), replications, at_most, each))
    chosen = points_of(varied, design, count, seed)
    cases = _each(made(chosen), lambda number: _described(varied, chosen[number // len(under)]), case)
    asked = tuple(named(keys_of(cases), text) for text in texts_of(kpis, "kpis"))
    return Sweep(varied, design, tuple(chosen), under, tuple(replicated(cases, replications, study)), asked)


def _maker(what: object, vary: Sequence[Vary], policies: Sequence[str]) -> Maker:
    """What makes the scenarios, or the networks, of all points."""
    if isinstance(what, Loaded):
        return functools.partial(_scenarios, what, vary, policies)
    if callable(what) and not isinstance(what, type):
        return functools.partial(_networks, what, vary)
    raise TypeError(
        Text(
            "a sweep takes the file of a scenario, or a function from values to a network, not {value}",
            value=quoted(what),
        )
    )


def _policies(loaded: Loaded[Scenario] | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """The policies by name, each once; raises `ValueError` for those that there are not."""
    there = tuple(loaded.variants) if loaded is not None else ()
    wanted = texts_of(wanted, "policies")
    if unknown := [name for name in wanted if name not in (BASE, ALL, *there)]:
        names = listed(f"`{name}`" for name in unknown)
        if not there:
            raise ValueError(Text("there is no policy {names}; there is no `compare:`", names=names))
        raise ValueError(
            Text("there is no policy {names}; there are {there}", names=names, there=listed((BASE, *there)))
        )
    if ALL in wanted:
        return (BASE, *there)
    return tuple(dict.fromkeys(wanted)) or (BASE,)


def _scenarios(
    loaded: Loaded[Scenario], vary: Sequence[Vary], policies: Sequence[str], points: Sequence[tuple[object, ...]]
) -> list[Scenario | Network]:
    """The scenario at every point, for each under every policy; raises `ScenarioError` with all mistakes."""
    found: list[Scenario | Network] = []
    wrong: dict[Problem, list[str]] = {}
    for point in points:
        settings = {
            f"{factor.name}={as_setting(value)}": factor.written for factor, value in zip(vary, point, strict=True)
        }
        try:
            here = loaded.having(settings, policies)
        except ScenarioError as error:
            for problem in error.problems:
                wrong.setdefault(problem, []).append(_described(vary, point))
        else:
            found += [here.scenario if policy == BASE else here.variants[policy] for policy in policies]
    if wrong:
        raise ScenarioError(_located(problem, points) for problem, points in wrong.items())
    return found


def _located(problem: Problem, points: Sequence[str]) -> Problem:
    """A mistake elsewhere than in what varies, with the points at which it is made."""
    if problem.file.startswith("--vary "):
        return problem
    first, *others = points
    if not others:
        where = Text("so at {point}", point=first)
    elif len(others) == 1:
        where = Text("so at {point} and {other}", point=first, other=others[0])
    else:
        where = Text("so at {point} and {n} other points", point=first, n=len(others))
    return replace(problem, hint=Text("{hint}; {where}", hint=problem.hint, where=where) if problem.hint else where)


def _networks(
    function: Callable[..., Network], vary: Sequence[Vary], points: Sequence[tuple[object, ...]]
) -> list[Scenario | Network]:
    """What a function makes of every point; raises `ValueError` with all mistakes."""
    names = [factor.name for factor in vary]
    try:
        inspect.signature(function).bind(**dict.fromkeys(names))
    except TypeError as error:
        raise TypeError(
            Text("the function cannot be called with {names} alone: {reason}", names=listed(names), reason=error)
        ) from None

    def network(point: tuple[object, ...]) -> Network:
        values = [plain(value) if isinstance(value, str) else value for value in point]
        made = function(**dict(zip(names, values, strict=True)))
        if not isinstance(made, Network):
            raise TypeError(
                Text(
                    "of {point} the function makes {made} instead of a network",
                    point=_described(vary, point),
                    made=quoted(made),
                )
            )
        return made

    return list(_each(points, lambda number: _described(vary, points[number]), network))


def _each(items: Sequence[Item], described: Callable[[int], str], make: Callable[[Item], Made]) -> list[Made]:
    """What is made of every item; raises `ValueError` with the mistakes of all, each with its point."""
    made, wrong = list[Made](), dict[str, Text]()
    for number, item in enumerate(items):
        try:
            made.append(make(item))
        except ValueError as error:
            wrong.setdefault(str(error), Text("at {point}: {reason}", point=described(number), reason=error))
    if wrong:
        first, *others = wrong.values()
        for other in others:
            first = Text("{mistakes}\n{mistake}", mistakes=first, mistake=other)
        raise ValueError(first)
    return made


def _described(vary: Sequence[Vary], point: Sequence[object]) -> str:
    return ", ".join(f"{factor.name}={shown(value)}" for factor, value in zip(vary, point, strict=True))


def _too_many(points: int, policies: int, replications: int, at_most: int, each: Size) -> Text:
    factors = Text("{points} points × {replications} replications", points=whole(points), replications=replications)
    if policies > 1:
        factors = Text(
            "{points} points × {policies} policies × {replications} replications",
            points=whole(points),
            policies=policies,
            replications=replications,
        )
    runs = points * policies * replications
    hours = runs * each.seconds / 3600
    minutes = Text("{amount} min", amount=whole(max(1, hours * 60)))
    return Text(
        "{factors} are {runs} runs of about {entities} entities each, some {time} of one core; ask for more than "
        "{most} runs with `at_most={ask}`, or --at-most {ask}",
        factors=factors,
        runs=whole(runs),
        entities=whole(each.entities),
        time=Text("{amount} h", amount=whole(hours)) if hours >= 2 else minutes,
        most=whole(at_most),
        ask=runs,
    )
