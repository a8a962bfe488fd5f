"""What a selection found, for people: a table of the policies, and the verdict in words."""

from collections.abc import Iterator, Sequence

from clearsim.experiment import Selection
from clearsim.experiment.results import NOT_RANDOM
from clearsim.experiment.selecting import Judged
from clearsim.language import Label, Text, listed
from clearsim.measures import KPIS
from clearsim.numbers import UNDEFINED, digits, half_width, number, percent, plus_minus, quantity, unit_words
from clearsim.report.table import Row, Table
from clearsim.stats import ALIKE

KEPT: dict[str, Text] = {"yes": Text("yes"), "no": Text("no"), "open": Text("open")}
"""Whether a policy keeps a bound, in words."""


def verdict(found: Selection) -> list[Text | Label]:
    """The answer in a sentence, and how sure it is."""
    return [*_best(found), *_ties(found), *_how(found), *_undecided(found), *_never_varied(found)]


def table(found: Selection) -> Table:
    """A row a policy: mean, half-width, n, whether each bound is kept, and after how many replications it went out."""
    bounds = [f"{bound.key.kpi}\n{bound.sense} {bound.written}" for bound in found.bounds]
    mean = Text("mean")
    return Table(
        Text("{kpi}: {key}, {unit}", kpi=KPIS[found.key.kpi].label, key=found.key, unit=unit_words(found.key.unit)),
        ("", mean, "±", "n", *bounds, Text("out after")),
        tuple(_row(found, judged) for judged in found.policies),
        unwrapped=(mean,),
    )


def _row(found: Selection, judged: Judged) -> Row:
    label = found.labels[judged.name]
    unit = found.key.unit
    return (
        Text("▶ {policy}", policy=label) if judged.name == found.best else label,
        number(judged.mean, unit),
        half_width(judged.half_width, unit),
        str(judged.n),
        *(KEPT[kept] for kept in judged.keeps),
        UNDEFINED if judged.eliminated is None else str(judged.eliminated),
    )


def _best(found: Selection) -> Iterator[Text]:
    if found.best is None:
        return
    judged = next(judged for judged in found.policies if judged.name == found.best)
    unit = found.key.unit
    mean = quantity(plus_minus(judged.mean, judged.half_width, unit), unit)
    about = {"policy": found.labels[found.best], "mean": mean, "n": judged.n}
    if found.bounds:
        yield Text("Best among those that keep the bounds: {policy}, {mean} (n = {n}).", **about)
    else:
        yield Text("Best: {policy}, {mean} (n = {n}).", **about)


def _ties(found: Selection) -> Iterator[Text]:
    if found.ties:
        yield Text(
            "Its mean is the same to the last digit, not told apart: {policies}.", policies=_named(found, found.ties)
        )


def _how(found: Selection) -> Iterator[Text | Label]:
    if found.method == "exact":
        yield NOT_RANDOM
        return
    sure, n = percent(found.confidence), found.replications
    if found.method == "OCBA":
        if found.best is not None:
            best = Text("this is the best with a probability of about {sure}", sure=sure)
            if _unclear(found):
                best = Text(
                    "this is the best of those that surely keep the bounds, with a probability of about {sure}",
                    sure=sure,
                )
            yield Text(
                "By OCBA, with {n} replications in all: {best}, computed as if the policies had independent random "
                "numbers.",
                n=n,
                best=best,
            )
        return
    indifference = quantity(digits(found.indifference or 0.0), found.key.unit)
    if found.best is None:
        yield Text(
            "By KN with common random numbers, {sure} confidence, a difference of {indifference} worth detecting: "
            "no answer.",
            sure=sure,
            indifference=indifference,
        )
        return
    nothing = Text("no other is better by {indifference} or more", indifference=indifference)
    if _unclear(found):
        nothing = Text(
            "none that surely keeps the bounds is better by {indifference} or more", indifference=indifference
        )
    yield Text(
        "By KN with common random numbers: with {sure} confidence {nothing}. It took {n} replications in all.",
        sure=sure,
        nothing=nothing,
        n=n,
    )


def _undecided(found: Selection) -> Iterator[Text]:
    unclear = _unclear(found)
    close = [name for name in found.undecided if name not in unclear]
    if close:
        yield Text("Not told apart before the ceiling of replications: {policies}.", policies=_named(found, close))
    if unclear:
        yield Text(
            "Left out, since they are too close to a bound or never varied in fewer than {alike} replications: "
            "{policies}.",
            alike=ALIKE,
            policies=_named(found, unclear),
        )
    if found.best is None and not close and not unclear:
        yield Text("None of them keeps the bounds.")


def _never_varied(found: Selection) -> Iterator[Text]:
    """A warning where too few replications saw no variance, of which all of the above knows nothing."""
    still = [judged.name for judged in found.policies if judged.half_width == 0 and judged.n < ALIKE]
    if still and not KPIS[found.key.kpi].planned:
        yield Text(
            "The same in all replications, but fewer than {alike} do not rule chance out: {policies}.",
            alike=ALIKE,
            policies=_named(found, still),
        )


def _unclear(found: Selection) -> list[str]:
    return [judged.name for judged in found.policies if "open" in judged.keeps and "no" not in judged.keeps]


def notes(found: Selection) -> list[Text]:
    """What a reader must know about the table."""
    if found.method == "exact":
        return []
    return [
        Text(
            "Means over n replications; ± is the half-width of the 95 % interval of each policy by itself. Policies "
            "with different n were run on different days: `clearsim compare` shows what one saves against another. "
            "out after: after how many replications a policy was eliminated."
        )
    ]


def _named(found: Selection, names: Sequence[str]) -> Text:
    return listed(found.labels[name] for name in names)
