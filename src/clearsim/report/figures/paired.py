"""The figure of paired differences: how every policy changes one KPI, and which changes may be noise."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clearsim.experiment import Comparison, Key, Verdict
from clearsim.language import Text, word
from clearsim.measures import KPIS
from clearsim.numbers import quantity, tick, to_the_noise, unit_words, with_minus
from clearsim.report.comparison import difference, kpi_title
from clearsim.report.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PALE,
    WHITE,
    Picture,
    figure_style,
    framed,
    wrapped,
)

NAME_WIDTH = 34
"""Latin letters of a policy's name in a line."""


def differences(comparison: Comparison, kpi: str | Key) -> Figure:
    """The difference of every policy from the base in one KPI, with simultaneous 95 % intervals, in the order given.

    Blue is better, orange worse, grey not seen. The title says how many policies differ from the base for certain.
    It names the best of them only if that is certain too.
    """
    key = comparison.key(kpi)
    others = comparison.names[1:]
    with figure_style():
        figure = Picture(figsize=(9, 0.38 * len(others) + 1.9), layout="constrained")
        axis = figure.subplots()
        axis.axvline(0, color=INK, linewidth=1, zorder=1)
        for y, name in enumerate(others):
            _draw(axis, y, comparison, key, name)
        axis.set_yticks(range(len(others)), [wrapped(comparison.labels[name], NAME_WIDTH) for name in others])
        axis.set_ylim(len(others) - 0.4, -0.6)
        axis.tick_params(axis="y", length=0, labelcolor=INK)
        axis.margins(x=0.12)
        axis.xaxis.set_major_formatter(tick)
        axis.grid(axis="x", color=PALE, linewidth=0.6)
        axis.set_axisbelow(True)
        axis.spines["left"].set_visible(False)
        base = comparison.labels[comparison.base]
        axis.set_xlabel(word(Text('difference from "{base}", {unit}', base=base, unit=unit_words(key.unit))))
        return framed(figure, _finding(comparison, key), _notes(comparison, key))


def colour(comparison: Comparison, key: Key, policy: str) -> str:
    """The colour of a policy: whether it is better or worse than the base, or neither is seen."""
    verdict, better = comparison.verdict(key, policy), KPIS[key.kpi].better
    if verdict not in ("less", "more"):
        return GREY
    return INK if better is None else BLUE if verdict == better else ORANGE


def _draw(axis: Axes, y: int, comparison: Comparison, key: Key, policy: str) -> None:
    found, tint = comparison.difference(key, policy), colour(comparison, key, policy)
    if comparison.verdict(key, policy) == "equal":
        axis.plot(0, y, "o", color=GREY, markerfacecolor=WHITE, markersize=6, zorder=3)
        text = word(Text("exactly the same"))
    else:
        half = found.half_width or 0.0
        axis.errorbar(found.mean, y, xerr=half, fmt="o", color=tint, markersize=6, capsize=3, linewidth=1.6, zorder=3)
        text = with_minus(difference(comparison, key, policy))
    axis.text(1.01, y, text, transform=axis.get_yaxis_transform(), va="center", color=tint)


def _finding(comparison: Comparison, key: Key) -> Text:
    """The finding: how many policies are better, which is the best, and how many are worse."""
    good: Verdict = "more" if KPIS[key.kpi].better == "more" else "less"
    bad: Verdict = "less" if good == "more" else "more"
    found = {
        verdict: [name for name in comparison.names[1:] if comparison.verdict(key, name) == verdict]
        for verdict in (good, bad)
    }
    if found[bad] and not found[good]:
        return _finding_one_way(comparison, key, bad, found[bad])
    finding = _finding_one_way(comparison, key, good, found[good])
    if not found[bad]:
        return finding
    count: Mapping[str, object] = {"finding": finding, "count": len(found[bad]), "all": len(comparison.names) - 1}
    if bad == "less":
        return Text("{finding}; {count} of {all} lower it", **count)
    return Text("{finding}; {count} of {all} raise it", **count)


def _finding_one_way(comparison: Comparison, key: Key, verdict: Verdict, policies: Sequence[str]) -> Text:
    """How many policies are less than the base, or how many more; and which the most, if that is certain."""
    kpi, less = kpi_title(comparison, key), verdict == "less"
    if not policies:
        if less:
            return Text("No policy is seen to lower {kpi}", kpi=kpi)
        return Text("No policy is seen to raise {kpi}", kpi=kpi)
    tiers = comparison.ranking(key).tiers
    extreme = tiers[0] if verdict == (KPIS[key.kpi].better or "less") else tiers[-1]
    first = policies[0] if len(policies) == 1 else extreme.policies[0][0]
    size = quantity(difference(comparison, key, first).lstrip("+-"), key.unit)
    one: Mapping[str, object] = {"policy": comparison.labels[first], "size": size, "kpi": kpi}
    if len(policies) == 1:
        return (
            Text('"{policy}" lowers {kpi} by {size}', **one)
            if less
            else Text('"{policy}" raises {kpi} by {size}', **one)
        )
    count: Mapping[str, object] = {"count": len(policies), "all": len(comparison.names) - 1, "kpi": kpi}
    many = Text("{count} of {all} policies raise {kpi}", **count)
    if less:
        many = Text("{count} of {all} policies lower {kpi}", **count)
    if not len(extreme.policies) == len(extreme.policies[0]) == 1:
        return many
    return Text('{many}, "{policy}" the most: by {size}', many=many, policy=comparison.labels[first], size=size)


def _notes(comparison: Comparison, key: Key) -> list[Text]:
    own, pairs = comparison.mean(comparison.base, key), len(comparison.pairs)
    halves = [own.half_width] if own.half_width else []
    mean = " ± ".join(to_the_noise([own.mean if own.n else None, *halves], key.unit, own.half_width))
    intervals = Text("Line: its 95 % interval. Grey: no difference seen.")
    if pairs > 1:
        intervals = Text(
            "Lines: 95 % intervals, good for all {pairs} pairs of policies at once. Grey: no difference seen.",
            pairs=pairs,
        )
    base = {"name": comparison.labels[comparison.base], "mean": quantity(mean, key.unit)}
    return [
        Text("Dots: mean over n = {n} replications with the same random numbers.", n=comparison.replications),
        intervals,
        Text('Base, "{name}": {mean}.', **base),
    ]
