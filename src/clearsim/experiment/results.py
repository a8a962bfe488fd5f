"""What a run found."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from clearsim.language import Label, Text, listed, plural, word
from clearsim.markup import element, notes, table, text
from clearsim.measures import Key
from clearsim.measures.deadlock import Deadlock, deadlock
from clearsim.measures.transient import WarmUpAnswer, warm_up_needed
from clearsim.network import Network
from clearsim.network.words import label_of
from clearsim.numbers import percent, whole
from clearsim.plan import Plan
from clearsim.stats import Estimate, QuantileEstimate, estimate, quantile
from clearsim.trace import Trace
from clearsim.trace.tables import boardings, visits
from clearsim.work.blocks import Case, Sample
from clearsim.work.simulating import Engine

if TYPE_CHECKING:
    import pandas as pd

NOT_RANDOM = Label(
    "Nothing here is random: all replications are the same, one is enough, and they say nothing about how much the "
    "days of the real port differ. To make it random, give a time as a distribution such as an exponential "
    "one, or arrivals as a rate."
)
"""What is said instead of intervals."""


class KpiRow(NamedTuple):
    """A KPI over the `n` replications in which it is defined, with the `half_width` of its 95 % interval.

    `mean` is None where it is defined in none; `half_width` where `n` is below 2, and where nothing is random.
    """

    flow: str
    station: str
    kpi: str
    unit: str
    mean: float | None
    half_width: float | None
    n: int

    @property
    def key(self) -> Key:
        """Which KPI."""
        return Key(self.flow, self.station, self.kpi, self.unit)


class Reached(NamedTuple):
    """How a run until precise ended: the half-widths of `keys` were to be at most `relative` of their means.

    `replications` is the number after which they were, and stayed for the look-ahead; None where the ceiling came
    first.
    """

    relative: float
    keys: tuple[Key, ...]
    replications: int | None


@dataclass(frozen=True)
class Result:
    """What a run found: a row a KPI; `precision` says how it ended, where it was to be precise."""

    case: Case
    sample: Sample
    elapsed_s: float
    precision: Reached | None = None
    first: Trace | None = field(default=None, compare=False)

    @property
    def network(self) -> Network:
        """The network as it ran, its forecasts carried out."""
        return self.case.network

    @property
    def plan(self) -> Plan:
        """The network in integers."""
        return self.case.plan

    @property
    def engine(self) -> Engine:
        """Which engine ran it."""
        return self.case.engine

    @property
    def seed(self) -> int:
        """The seed of all replications."""
        return self.case.seed

    @property
    def replications(self) -> int:
        """How many replications."""
        return self.sample.n

    @property
    def is_random(self) -> bool:
        """Whether replications may differ. Where they do not, figures are exact and no interval is given."""
        return self.case.is_random

    @functools.cached_property
    def kpis(self) -> tuple[KpiRow, ...]:
        """A row a KPI, in the order in which a planner reads."""
        return tuple(summary(self.case, self.sample))

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every KPI that the run has."""
        return self.sample.keys

    def row(self, key: Key) -> KpiRow:
        """The row of one KPI; raises `KeyError` where the run has none."""
        return self._by_key[key]

    @functools.cached_property
    def _by_key(self) -> dict[Key, KpiRow]:
        return {row.key: row for row in self.kpis}

    @functools.cached_property
    def trace(self) -> Trace:
        """The trace of the first replication. Workers send no traces: after many replications it is run again."""
        return self.first if self.first is not None else self.case.trace(0)

    @property
    def deadlocks(self) -> int:
        """In how many replications there is a deadlock: entities that can never move again."""
        return len(self._deadlocked)

    @functools.cached_property
    def deadlock(self) -> Deadlock | None:
        """Who can never move again in the first replication with a deadlock, and since when; None without one.

        See `clearsim.measures.deadlock`. After many replications that one is run again.
        """
        if not self._deadlocked:
            return None
        number = self._deadlocked[0]
        return deadlock(self.trace if number == 0 else self.case.trace(number))

    @functools.cached_property
    def _deadlocked(self) -> list[int]:
        """The replications with a deadlock."""
        key = next((key for key in self.sample.keys if key.kpi == "locked"), None)
        return [] if key is None else [number for number, n in enumerate(self.sample.of(key).tolist()) if n > 0]

    def to_pandas(self) -> "pd.DataFrame":
        """The KPIs: columns `flow, station, kpi, unit, mean, half_width, n`."""
        return table_of(self.kpis)

    def replicated(self) -> "pd.DataFrame":
        """Every KPI of every replication: columns `replication, flow, station, kpi, unit, value`."""
        return tidy(self.sample)

    def kpi(self, name: str, flow: str = "", station: str = "") -> float | None:
        """The mean of one KPI; `flow` and `station` may be left out where only one KPI fits, groups of flows apart.

        All in one text (`flow:kpi@station`) will do too. Raises `KeyError` with the KPIs of that name where none fits,
        or several do.
        """
        whole = ":" in name or "@" in name
        key = named(self.sample.keys, name) if whole else chosen(self.sample.keys, name, flow, station)
        return self.row(key).mean

    def visits(self) -> "pd.DataFrame":
        """The first replication's visits of stations: see `clearsim.trace.tables.visits`."""
        return visits(self.trace)

    def boardings(self) -> "pd.DataFrame":
        """The first replication's boardings: see `clearsim.trace.tables.boardings`."""
        return boardings(self.trace)

    def quantile(self, q: float, kpi: str) -> QuantileEstimate:
        """What the share `q` of replications do not exceed in a KPI (`flow:kpi@station`), with its 95 % interval.

        Where nothing is random, it has no interval.
        """
        found = quantile(self.sample.of(named(self.sample.keys, kpi)), q)
        return found if self.is_random else found._replace(low=None, high=None)

    def warm_up(self, replications: int = 1, *, forced: bool = False) -> WarmUpAnswer:
        """How much of the start should be left out, from the first `replications`, which are run again for that.

        See `clearsim.measures.transient.warm_up_needed`.
        """
        traces = (self.trace if number == 0 else self.case.trace(number) for number in range(replications))
        return warm_up_needed(self.network, traces, forced=forced)

    def _repr_html_(self) -> str:
        """A row a KPI."""
        about = plural(
            self.replications,
            "{network}, {count} replication, seed {seed}",
            "{network}, {count} replications, seed {seed}",
            network=label_of(self.network),
            count=whole(self.replications),
            seed=self.seed,
        )
        said = [*self._remarks, *([] if self.is_random else [NOT_RANDOM])]
        rows = [
            (row.flow, row.station, row.kpi, row.mean, row.half_width or None, Label(row.unit), row.n)
            for row in self.kpis
        ]
        headings = (Text("flow"), Text("station"), Text("KPI"), Text("mean"), "± 95 %", Text("unit"), "n")
        return page(about, said, headings, rows)

    @property
    def _remarks(self) -> list[Text]:
        """What a reader of the figures must know."""
        remarks = []
        if self.deadlocks:
            count = self.deadlocks
            remarks.append(Text("deadlock in {count} of {all} replications", count=count, all=self.replications))
        if self.precision is not None and self.precision.replications is None:
            relative = percent(self.precision.relative)
            remarks.append(Text("a precision of {relative} was not reached", relative=relative))
        return remarks

    def __repr__(self) -> str:
        about = [f"{self.replications} × {self.engine}, {len(self.kpis)} KPIs", *self._remarks]
        return f"<Result of {self.network.name!r}: {'; '.join(about)}>"


def estimated(case: Case, values: Sequence[float]) -> Estimate:
    """Mean and interval of a KPI of the case by replication; where nothing in it is random there is no interval."""
    found = estimate(values)
    return found if case.is_random else found._replace(half_width=None)


def summary(case: Case, sample: Sample) -> list[KpiRow]:
    """Mean and interval of every KPI."""
    rows = []
    for key, values in zip(sample.keys, sample.values.T.tolist(), strict=True):
        found = estimated(case, values)
        mean = found.mean if found.n else None
        rows.append(KpiRow(**key._asdict(), mean=mean, half_width=found.half_width, n=found.n))
    return rows


def chosen(keys: Sequence[Key], name: str, flow: str = "", station: str = "") -> Key:
    """The one KPI of this name. Flow and station may be left out where only one KPI fits, groups of flows apart.

    A KPI without a flow, or without a station, is preferred where that is what was left out. Raises `KeyError` with
    the KPIs of that name where none fits, or several do.
    """
    fitting = _fitting(keys, name, flow, station)
    if len(fitting) == 1:
        return fitting[0]
    asked = str(Key(flow, station, name, ""))
    if fitting:
        raise KeyError(
            Text(
                "several KPIs are named `{asked}`: {there}; give the flow or the station",
                asked=asked,
                there=listed(map(str, fitting)),
            )
        )
    if there := [str(key) for key in keys if key.kpi == name]:
        raise KeyError(Text("there is no KPI `{asked}`; there are {there}", asked=asked, there=listed(there)))
    if near := get_close_matches(name, {key.kpi for key in keys}):
        raise KeyError(Text("there is no KPI `{asked}`; did you mean {near}?", asked=asked, near=_either(near)))
    raise KeyError(Text("there is no KPI `{asked}`; `clearsim kpis` lists all of them", asked=asked))


def _either(names: Sequence[str]) -> Text:
    """The names with `or` between them."""
    made = Text("{item}", item=names[0])
    for name in names[1:]:
        made = Text("{items} or {item}", items=made, item=name)
    return made


def _fitting(keys: Sequence[Key], name: str, flow: str, station: str) -> list[Key]:
    """The KPIs that may be meant: exactly these, else of any one flow, else of any one station too."""
    found = [key for key in keys if key.kpi == name and flow in ("", key.flow) and station in ("", key.station)]
    if exact := [key for key in found if (key.flow, key.station) == (flow, station)]:
        return exact
    whole = [key for key in found if flow or not key.is_of_a_group]
    return [key for key in whole if key.station == station] or whole


def named(keys: Sequence[Key], text: str) -> Key:
    """The KPI that people write as `kpi`, `flow:kpi`, `kpi@station` or `flow:kpi@station`; see `chosen`.

    Raises `ValueError` where there is none, or several.

    >>> keys = [Key("truck", "gate", "wait_mean", "min"), Key("truck", "", "driver_wait_mean", "min")]
    >>> str(named(keys, "wait_mean@gate")), str(named(keys, "wait_mean")), str(named(keys, "driver_wait_mean"))
    ('truck:wait_mean@gate', 'truck:wait_mean@gate', 'truck:driver_wait_mean')
    """
    if not isinstance(text, str):
        value = repr(text)
        raise TypeError(
            Text("a KPI is named by a text such as `driver_wait_mean` or `wait_p95@gate`, not {value}", value=value)
        )
    flow, _, rest = text.rpartition(":")
    name, _, station = rest.partition("@")
    try:
        return chosen(keys, name, flow, station)
    except KeyError as error:
        raise ValueError(error.args[0]) from None


def table_of(rows: Sequence[KpiRow]) -> "pd.DataFrame":
    """A row a KPI: columns `flow, station, kpi, unit, mean, half_width, n`."""
    import pandas as pd  # 0.4 s to import, and the command line needs none

    table = pd.DataFrame(rows, columns=list(KpiRow._fields))
    return table.astype({"mean": "float64", "half_width": "float64"})


def tidy(sample: Sample) -> "pd.DataFrame":
    """A row a replication and KPI: columns `replication, flow, station, kpi, unit, value`."""
    import pandas as pd

    keys = pd.DataFrame(list(sample.keys), columns=list(Key._fields))
    table = pd.concat([keys] * sample.n, ignore_index=True) if sample.n else keys.iloc[:0]
    replications = [number for number in range(sample.n) for _ in sample.keys]
    table.insert(0, "replication", replications)
    return table.assign(value=sample.values.ravel())


def by_policy(tables: Mapping[str, "pd.DataFrame"]) -> "pd.DataFrame":
    """The tables of several policies one below the other, with a column `policy` before their own."""
    import pandas as pd

    for name, own in tables.items():
        own.insert(0, "policy", name)
    return pd.concat(tables.values(), ignore_index=True)


def page(title: str, sentences: Iterable[object], headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Results as a notebook shows them, in the language in use: a title, what is to be known, and a table."""
    shown = [[word(value) if isinstance(value, str | Label) else value for value in row] for row in rows]
    return element(
        "div", element("h4", text(word(title))), notes(map(word, sentences)), table([*map(word, headings)], shown)
    )
