"""Choosing the best of several scenarios or networks with a guarantee."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Literal, NamedTuple

from clearsim.experiment.bounds import Bound, amount, bound
from clearsim.experiment.cases import Alternatives, cases_of, labels_of
from clearsim.experiment.racing import KEEPS, Asked, Found, Keeps, Race, by_kim_nelson, by_ocba, exactly
from clearsim.experiment.results import NOT_RANDOM, Result, by_policy, named, page
from clearsim.language import Label, Text, listed
from clearsim.measures import KPIS, Key
from clearsim.stats import Goal
from clearsim.units import is_count, quoted, texts_of
from clearsim.work.blocks import Case, keys_of
from clearsim.work.crew import Crew
from clearsim.work.simulating import Engine
from clearsim.work.size import check_time
from clearsim.work.study import Study

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["KN", "OCBA", "exact"]
METHODS: dict[Method, Text] = {"KN": Text("KN"), "OCBA": Text("OCBA"), "exact": Text("exact")}
"""What people read for each."""
CONFIDENCE = 0.95
LEAST_INDIFFERENCE = 1e-9
"""Below it, and above its inverse, no difference is worth detecting in any unit."""
FIRST, CEILING = 10, 1000
"""Replications of each policy at the start, and at most."""


class Judged(NamedTuple):
    """What a selection found of one policy: the KPI over its `n` replications, each bound, and how it ended.

    `keeps` answers each bound in turn. `eliminated` is the number of replications after which the policy went out.
    """

    name: str
    mean: float | None
    half_width: float | None
    n: int
    keeps: tuple[Keeps, ...]
    eliminated: int | None


@dataclass(frozen=True)
class Selection:
    """The best of several policies, and how sure that is.

    By KN, `best` is the best with probability `confidence` if it is better than all others by the `indifference` or
    more, and else within that of the best, among the policies that keep all bounds. By OCBA, for a given budget,
    `confidence` is the approximate probability that it is. `best` is None where nothing keeps the bounds, or where the
    ceiling of replications came first; `undecided` are the policies that could not be told apart then, and those left
    out because they are too close to a bound. `ties` have the same mean as the best to the last digit: that is the
    first of them. Where nothing is random under any policy, the method is "exact": one replication of each is enough.
    """

    method: Method
    key: Key
    goal: Goal
    indifference: float | None
    bounds: tuple[Bound, ...]
    confidence: float
    best: str | None
    ties: tuple[str, ...]
    undecided: tuple[str, ...]
    policies: tuple[Judged, ...]
    results: Mapping[str, Result]
    labels: Mapping[str, Label]

    @property
    def _first(self) -> Result:
        return next(iter(self.results.values()))

    @property
    def seed(self) -> int:
        """The seed of all replications."""
        return self._first.seed

    @property
    def engine(self) -> Engine:
        """Which engine ran them."""
        return self._first.engine

    @property
    def elapsed_s(self) -> float:
        """How long all of them took together, in seconds."""
        return self._first.elapsed_s

    @property
    def replications(self) -> int:
        """The replications of all policies together."""
        return sum(judged.n for judged in self.policies)

    def to_pandas(self) -> "pd.DataFrame":
        """A row a policy: `policy, mean, half_width, n`, a column a bound, `eliminated`, `best`."""
        import pandas as pd

        table = pd.DataFrame([judged._asdict() for judged in self.policies]).rename(columns={"name": "policy"})
        for place, kept in enumerate(self.bounds):
            table[str(kept)] = [judged.keeps[place] for judged in self.policies]
        table = table.drop(columns="keeps").assign(best=table["policy"] == self.best)
        return table.astype({"mean": "float64", "half_width": "float64", "eliminated": "Int64"})

    def means(self) -> "pd.DataFrame":
        """Every KPI of every policy over its own replications: a column `policy` before those of `Result`."""
        return by_policy({name: result.to_pandas() for name, result in self.results.items()})

    def _repr_html_(self) -> str:
        """A row a policy."""
        rows = [
            (
                self.labels[judged.name],
                judged.mean,
                judged.half_width or None,
                Label(self.key.unit),
                judged.n,
                *(KEEPS[answer] for answer in judged.keeps),
                judged.eliminated,
            )
            for judged in self.policies
        ]
        return page(
            Text("{kpi}, by {method}: {outcome}", kpi=self.key, method=METHODS[self.method], outcome=self._outcome),
            [NOT_RANDOM] if self.method == "exact" else [],
            (Text("policy"), Text("mean"), "± 95 %", Text("unit"), "n", *map(str, self.bounds), Text("out after")),
            rows,
        )

    def __repr__(self) -> str:
        return f"<Selection by {self.method} of {self.key}: {self._outcome}, {self.replications} replications>"

    @property
    def _outcome(self) -> Text:
        names = listed(self.undecided)
        if self.best is None:
            return Text("undecided among {names}", names=names) if self.undecided else Text("none keeps the bounds")
        if self.undecided:
            return Text("best `{best}` ({names} left out)", best=self.best, names=names)
        return Text("best `{best}`", best=self.best)


def select(
    what: Alternatives,
    kpi: str,
    *,
    indifference: str | float | None = None,
    budget: int | None = None,
    goal: Goal | None = None,
    bounds: Sequence[str] = (),
    policies: Sequence[str] | None = None,
    confidence: float = CONFIDENCE,
    first: int = FIRST,
    ceiling: int = CEILING,
    seed: int | None = None,
    study: Study = Study(),
) -> Selection:
    """The best of a scenario and its policies, or of scenarios and networks by name, in the mean of one KPI.

    With an `indifference` (`"2 min"`, in the KPI's unit), the difference that is worth detecting, KN decides with the
    given `confidence` on common random numbers (`clearsim.stats.kim_nelson`). With a `budget` of replications in all,
    OCBA spends it where it tells most. `goal` says whether less or more is better, where the KPI does not. `bounds`
    such as `"driver_wait_p95 <= 30 min"` must be kept in the mean: with them half of the error goes to the bounds and
    half to the selection. They are looked at after 1, 2, 4, … times `first` replications, at each look and for each
    policy and bound with an equal share of their error (Bonferroni). Raises `ValueError` for what cannot be asked, and
    where the work is more than this machine holds, unless the study has `force`.
    """
    _check(indifference, budget, goal, confidence, first, ceiling)
    cases = cases_of(what, policies, seed=seed, study=study)
    if budget is not None and budget < first * len(cases):
        raise ValueError(
            Text(
                "{policies} policies take {first} replications each to begin with: more than {budget} in all",
                policies=len(cases),
                first=first,
                budget=budget,
            )
        )
    each = first if budget is None else budget // len(cases)
    check_time([(case.size, each) for case in cases.values()], force=study.force)
    keys = keys_of(cases.values())
    key = named(keys, kpi)
    bounded = tuple(bound(text, keys) for text in texts_of(bounds, "bounds"))
    _check_all_have((key, *(item.key for item in bounded)), cases)
    asked = Asked(key, goal or _better(key), bounded, confidence, ceiling)
    width = None if indifference is None else _amount_of_indifference(indifference, key)
    method: Method = "KN" if width is not None else "OCBA"
    if not any(case.is_random for case in cases.values()):
        method = "exact"
    with Crew(study) as crew:
        crew.expected = budget if budget is not None else 4 * first * len(cases)
        race = Race(crew, cases, 1 if method == "exact" else first)
        if method == "exact":
            found = exactly(race, asked)
        else:
            found = by_ocba(race, asked, budget or 0) if width is None else by_kim_nelson(race, asked, width)
    results = {name: Result(case, race.samples[name], crew.elapsed_s) for name, case in cases.items()}
    return Selection(
        method=method,
        key=key,
        goal=asked.goal,
        indifference=width,
        bounds=bounded,
        confidence=found.confidence,
        best=found.best,
        ties=found.ties,
        undecided=found.undecided,
        policies=tuple(_judged(name, result, key, found) for name, result in results.items()),
        results=results,
        labels=labels_of(what, cases),
    )


def _judged(name: str, result: Result, key: Key, found: Found) -> Judged:
    row = result.row(key)
    eliminated = found.eliminated.get(name)
    return Judged(name, row.mean, row.half_width, result.replications, found.keeps[name], eliminated)


def _check(
    indifference: str | float | None,
    budget: int | None,
    goal: Goal | None,
    confidence: float,
    first: int,
    ceiling: int,
) -> None:
    if goal not in (None, "less", "more"):
        raise ValueError(Text("a goal is `less` or `more`, not {value}", value=quoted(goal)))
    if isinstance(indifference, bool) or not isinstance(indifference, str | Real | None):
        value = repr(indifference)
        raise TypeError(
            Text("an indifference is a number, or a text with its unit such as `2 min`, not {value}", value=value)
        )
    if isinstance(confidence, bool) or not isinstance(confidence, Real):
        raise TypeError(Text("a confidence is a number such as 0.95, not {value}", value=repr(confidence)))
    if (indifference is None) == (budget is None):
        raise ValueError(
            Text(
                "a selection takes either an indifference, the smallest difference worth detecting (KN), or a budget "
                "(OCBA)"
            )
        )
    if not 0.5 < confidence < 1:
        raise ValueError(Text("a confidence lies between 0.5 and 1, not at {value}", value=quoted(confidence)))
    if not is_count(first) or first < 2:
        raise ValueError(
            Text("a selection begins with 2 replications of each policy or more, not {value}", value=quoted(first))
        )
    if not is_count(ceiling) or ceiling < first:
        raise ValueError(
            Text(
                "the ceiling is a number of replications from {first} up, not {value}",
                first=first,
                value=quoted(ceiling),
            )
        )
    if budget is not None and not is_count(budget):
        raise ValueError(Text("a budget is a whole number of replications, not {value}", value=quoted(budget)))


def _check_all_have(keys: Sequence[Key], cases: Mapping[str, Case]) -> None:
    for key in dict.fromkeys(keys):
        without = [name for name, case in cases.items() if key not in case.keys]
        if without:
            raise ValueError(
                Text("there is no {kpi} in {names}: nothing can be selected by it", kpi=key, names=listed(without))
            )


def _amount_of_indifference(indifference: str | float, key: Key) -> float:
    try:
        width = amount(indifference, key.unit)
    except ValueError as error:
        raise ValueError(Text("indifference in {kpi}: {reason}", kpi=key, reason=error)) from error
    if not LEAST_INDIFFERENCE <= width <= 1 / LEAST_INDIFFERENCE:
        raise ValueError(
            Text(
                "the indifference is a difference worth detecting, above 0 in {unit}, not {value}",
                unit=Label(key.unit),
                value=quoted(indifference),
            )
        )
    return width


def _better(key: Key) -> Goal:
    better = KPIS[key.kpi].better
    if better is None:
        raise ValueError(
            Text("whether less or more of {kpi} is better is not given: choose a goal, `less` or `more`", kpi=key)
        )
    return better
