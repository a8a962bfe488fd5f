"""What a selection found, for people: a table of the policies, and the verdict in words."""

from collections.abc import Iterator, Sequence

from clearsim.experiment import Selection
from clearsim.experiment.results import NOT_RANDOM
from clearsim.experiment.selecting import Judged
from clearsim.measures import KPIS
from clearsim.numbers import UNDEFINED, digits, half_width, number, percent, plus_minus
from clearsim.report.table import Table
from clearsim.stats import ALIKE


def verdict(found: Selection) -> list[str]:
    """The answer in a sentence, and how sure it is."""
    return [*_best(found), *_ties(found), *_how(found), *_undecided(found), *_never_varied(found)]


def table(found: Selection) -> Table:
    """A row a policy: mean, half-width, n, whether each bound is kept, and after how many replications it went out."""
    label = KPIS[found.key.kpi].label
    bounds = [f"{bound.key.kpi} {bound.sense} {bound.written}" for bound in found.bounds]
    return Table(
        f"{label}: {found.key}, {found.key.unit}",
        ("", "mean", "±", "n", *bounds, "out after"),
        tuple(_row(found, judged) for judged in found.policies),
        unwrapped=("mean",),
    )


def _row(found: Selection, judged: Judged) -> tuple[str, ...]:
    mark = "▶ " if judged.name == found.best else ""
    unit = found.key.unit
    out = str(judged.eliminated) if judged.eliminated is not None else UNDEFINED
    return (
        f"{mark}{found.labels[judged.name]}",
        number(judged.mean, unit),
        half_width(judged.half_width, unit),
        str(judged.n),
        *judged.keeps,
        out,
    )


def _best(found: Selection) -> Iterator[str]:
    if found.best is None:
        return
    judged = next(judged for judged in found.policies if judged.name == found.best)
    unit = found.key.unit
    mean = plus_minus(judged.mean, judged.half_width, unit)
    among = " among those that keep the bounds" if found.bounds else ""
    yield f"Best 最佳方案{among}: {found.labels[found.best]}, {mean} {unit} (n = {judged.n})."


def _ties(found: Selection) -> Iterator[str]:
    if found.ties:
        yield f"As good to the last digit, and not told apart 均值完全相同: {_named(found, found.ties)}."


def _how(found: Selection) -> Iterator[str]:
    if found.method == "exact":
        yield str(NOT_RANDOM)
        return
    sure = percent(found.confidence)
    if found.method == "OCBA":
        if found.best is not None:
            spent = f"By OCBA, with {found.replications} replications in all"
            among = " of those that surely keep the bounds" if _unclear(found) else ""
            best = f"this is the best{among} with a probability of about {sure}"
            yield f"{spent}: {best}, as if each had luck of its own."
        return
    indifference = f"{digits(found.indifference or 0.0)} {found.key.unit}"
    if found.best is not None:
        nothing = "none that surely keeps the bounds" if _unclear(found) else "nothing here"
        yield (
            f"By KN on the same luck: with {sure} confidence {nothing} is better by {indifference} or more. "
            f"It took {found.replications} replications in all."
        )
    else:
        yield f"By KN on the same luck, {sure} confidence, a difference of {indifference} worth detecting: no answer."


def _undecided(found: Selection) -> Iterator[str]:
    unclear = _unclear(found)
    close = [name for name in found.undecided if name not in unclear]
    if close:
        yield f"Not told apart before the ceiling of replications 未能區分: {_named(found, close)}."
    if unclear:
        few = f"or always the same in fewer than {ALIKE} replications"
        yield f"Too close to a bound, {few}, and so left out 約束未定: {_named(found, unclear)}."
    if found.best is None and not close and not unclear:
        yield "None of them keeps the bounds 均不滿足約束."


def _never_varied(found: Selection) -> Iterator[str]:
    """A warning where too few replications saw no variance, of which all of the above knows nothing."""
    still = [judged.name for judged in found.policies if judged.half_width == 0 and judged.n < ALIKE]
    if still and not KPIS[found.key.kpi].planned:
        few = f"The same in all replications, but fewer than {ALIKE} do not rule chance out"
        yield f"{few} 樣本無變化: {_named(found, still)}."


def _unclear(found: Selection) -> list[str]:
    return [judged.name for judged in found.policies if "open" in judged.keeps and "no" not in judged.keeps]


def notes(found: Selection) -> list[str]:
    """What a reader must know about the table."""
    if found.method == "exact":
        return []
    return [
        "Means over n replications; ± is the half-width of the 95 % interval of each policy by itself. Where n "
        "differs, so do the days: what one saves against another is told by `clearsim compare`. out after: the "
        "replications after which it went out of the race."
    ]


def _named(found: Selection, names: Sequence[str]) -> str:
    return ", ".join(str(found.labels[name]) for name in names)
