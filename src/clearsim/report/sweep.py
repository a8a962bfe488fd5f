"""A sweep for people: a table a KPI, and which neighbouring points differ by more than noise."""

import itertools
import math
from collections.abc import Iterator, Sequence

from clearsim.experiment import Key, Sweep
from clearsim.experiment.results import NOT_RANDOM
from clearsim.language import Label, Text, listed
from clearsim.numbers import digits, plus_minus, quantity, unit_words
from clearsim.report.labels import kpi_label
from clearsim.report.table import Cell, Table
from clearsim.stats import Estimate, paired


def sweep_tables(sweep: Sweep, keys: Sequence[Key]) -> list[Table]:
    """A table a KPI: the factors, the policy where there are several, the mean with its half-width, and n."""
    several = len(sweep.policies) > 1
    headings: list[Cell] = [
        *(name.replace(".", "\n.") for name in short_names(sweep.columns)),
        *([Text("policy")] if several else []),
    ]
    body: list[list[Cell]] = [
        [*(value_text(column[point]) for column in sweep.columns.values()), *([policy] if several else [])]
        for point in range(len(sweep.points))
        for policy in sweep.policies
    ]
    return [
        Table(
            Text("{kpi}, {unit}", kpi=kpi_title(sweep, key), unit=unit_words(key.unit)),
            (*headings, Text("{unit} ± 95 %", unit=unit_words(key.unit)), "n"),
            tuple(
                (*row, mean_text(found, key.unit), str(found.n))
                for row, found in zip(body, sweep.estimates(key), strict=True)
            ),
        )
        for key in keys
    ]


def neighbours(sweep: Sweep, key: Key) -> list[Text]:
    """Which neighbours on a grid differ by no more than noise: a sentence a pair of values. Other designs have none.

    Neighbours differ in one factor, by one step, under the same policy, and are compared by the paired difference of
    their replications.
    """
    if sweep.design != "grid" or sweep.replications < 2:
        return []
    differ = (
        Text("All neighbours differ by more than the noise.") if sweep.is_random else Text("All neighbours differ.")
    )
    return list(_unclear_steps(sweep, key)) or [differ] * (len(sweep.points) > 1)


def _unclear_steps(sweep: Sweep, key: Key) -> Iterator[Text]:
    number = {point: at for at, point in enumerate(sweep.points)}
    names = short_names(sweep.columns)
    for at, values in enumerate(list(dict.fromkeys(own)) for own in zip(*sweep.points, strict=True)):
        for low, high in itertools.pairwise(values):
            pairs = [
                (number[point], number[(*point[:at], high, *point[at + 1 :])], policy)
                for point in sweep.points
                if point[at] == low
                for policy in sweep.policies
            ]
            found = [paired(sweep.values(key, b, policy), sweep.values(key, a, policy)) for a, b, policy in pairs]
            compared = [item for item in found if item.half_width is not None]
            same = sum(item.mean == item.half_width == 0 for item in compared)
            within = sum(abs(item.mean) <= (item.half_width or 0.0) for item in compared) - same
            column = sweep.columns[list(sweep.columns)[at]]
            counts = [(same, Text("no difference at all")), (within, Text("inside the noise"))]
            parts = [_how_often(text, count, len(compared)) for count, text in counts if count]
            if parts:
                yield Text(
                    "{low} → {high}: {found}.",
                    low=factor_text(names[at], column[pairs[0][0]]),
                    high=_with_unit(names[at], column[pairs[0][1]]),
                    found=listed(parts),
                )


def _how_often(found: Text, count: int, compared: int) -> Text:
    if compared == 1:
        return found
    return Text("{found} in {count} of {compared} comparisons", found=found, count=count, compared=compared)


def notes(sweep: Sweep) -> list[Text | Label]:
    """What a reader must know of the intervals."""
    if not sweep.is_random:
        return [NOT_RANDOM]
    if sweep.replications == 1:
        return [
            Text("n = 1 replication: one possible day, so noise cannot be judged. For intervals: `--replications 20`")
        ]
    paired_by = [Text("Neighbours are compared by paired differences, each at 95 %.")] if sweep.design == "grid" else []
    return [
        Text("All points used the same random numbers."),
        *paired_by,
        Text(
            "Means over n = {n} replications; ± is the half-width of a 95 % interval, pointwise: each holds nineteen "
            "times in twenty, not all of them together.",
            n=sweep.replications,
        ),
    ]


def kpi_title(sweep: Sweep, key: Key) -> Text:
    """What people read for a KPI, by the labels of the first point."""
    return kpi_label(sweep.result(0, sweep.policies[0]).plan, key)


def short_names(headings: Sequence[str] | dict[str, list[object]]) -> list[str]:
    """The last two names of each path, or as many as tell them apart.

    >>> short_names(["policy.pre_report.share (%)", "zone.inspection.lanes", "rail.inspection.lanes"])
    ['pre_report.share (%)', 'zone.inspection.lanes', 'rail.inspection.lanes']
    """
    paths = [heading.split(".") for heading in headings]
    found = []
    for path in paths:
        others = [other for other in paths if other is not path]
        depth = next((d for d in range(2, len(path)) if all(other[-d:] != path[-d:] for other in others)), len(path))
        found.append(".".join(path[-depth:]))
    return found


def value_text(value: object) -> str:
    """A factor's value as a table shows it: numbers to four digits.

    >>> value_text(58.65107), value_text(100), value_text("shared")
    ('58.65', '100', 'shared')
    """
    return digits(value) if isinstance(value, float) else str(value)


def factor_text(heading: str, value: object) -> Text:
    """A factor and its value in a sentence.

    >>> factor_text("pre_report.share (%)", 50), factor_text("lanes", 4)
    ('pre_report.share 50 %', 'lanes 4')
    """
    return Text("{factor} {value}", factor=heading.partition(" (")[0], value=_with_unit(heading, value))


def _with_unit(heading: str, value: object) -> str:
    unit = heading.removesuffix(")").partition(" (")[2]
    return quantity(value_text(value), unit) if unit else value_text(value)


def mean_text(found: Estimate, unit: str) -> str:
    """The mean with its half-width, if it has one."""
    return plus_minus(None if math.isnan(found.mean) else found.mean, found.half_width, unit)
