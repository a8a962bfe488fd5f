"""The figure of paired differences: how every policy changes one KPI, and which changes may be noise."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from clearsim.experiment import Comparison, Key, Verdict
from clearsim.measures import KPIS
from clearsim.numbers import tick, to_the_noise, with_minus
from clearsim.report.comparison import difference, kpi_title
from clearsim.report.figures.captions import CAPTIONS, unit_in
from clearsim.report.labels import Language, in_language
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
NO_BREAK = "\N{NO-BREAK SPACE}"


def differences(comparison: Comparison, kpi: str | Key, language: Language = "en") -> Figure:
    """The difference of every policy from the base in one KPI, with simultaneous 95 % intervals, in the order given.

    Blue is better, orange worse, grey not seen. The title says how many policies differ from the base for certain.
    It names the best of them only if that is certain too.
    """
    words, key = CAPTIONS[language], comparison.key(kpi)
    others = comparison.names[1:]
    with figure_style():
        figure = Picture(figsize=(9, 0.38 * len(others) + 1.9), layout="constrained")
        axis = figure.subplots()
        axis.axvline(0, color=INK, linewidth=1, zorder=1)
        for y, name in enumerate(others):
            _draw(axis, y, comparison, key, name, words)
        axis.set_yticks(
            range(len(others)), [wrapped(in_language(comparison.labels[name], language), NAME_WIDTH) for name in others]
        )
        axis.set_ylim(len(others) - 0.4, -0.6)
        axis.tick_params(axis="y", length=0, labelcolor=INK)
        axis.margins(x=0.12)
        axis.xaxis.set_major_formatter(tick)
        axis.grid(axis="x", color=PALE, linewidth=0.6)
        axis.set_axisbelow(True)
        axis.spines["left"].set_visible(False)
        base = in_language(comparison.labels[comparison.base], language)
        axis.set_xlabel(words["against"].format(base=base, unit=unit_in(key.unit, language)))
        return framed(figure, _finding(comparison, key, language), _notes(comparison, key, language))


def colour(comparison: Comparison, key: Key, policy: str) -> str:
    """The colour of a policy: whether it is better or worse than the base, or neither is seen."""
    verdict, better = comparison.verdict(key, policy), KPIS[key.kpi].better
    if verdict not in ("less", "more"):
        return GREY
    return INK if better is None else BLUE if verdict == better else ORANGE


def _draw(axis: Axes, y: int, comparison: Comparison, key: Key, policy: str, words: Mapping[str, str]) -> None:
    found, tint = comparison.difference(key, policy), colour(comparison, key, policy)
    if comparison.verdict(key, policy) == "equal":
        axis.plot(0, y, "o", color=GREY, markerfacecolor=WHITE, markersize=6, zorder=3)
        text = words["exactly"]
    else:
        half = found.half_width or 0.0
        axis.errorbar(found.mean, y, xerr=half, fmt="o", color=tint, markersize=6, capsize=3, linewidth=1.6, zorder=3)
        text = with_minus(difference(comparison, key, policy))
    axis.text(1.01, y, text, transform=axis.get_yaxis_transform(), va="center", color=tint)


def _finding(comparison: Comparison, key: Key, language: Language) -> str:
    """The finding: how many policies are better, which is the best, and how many are worse."""
    words, kpi = CAPTIONS[language], in_language(kpi_title(comparison, key), language)
    good: Verdict = "more" if KPIS[key.kpi].better == "more" else "less"
    bad: Verdict = "less" if good == "more" else "more"
    found = {
        verdict: [name for name in comparison.names[1:] if comparison.verdict(key, name) == verdict]
        for verdict in (good, bad)
    }
    count: dict[str, int | str] = {"all": len(comparison.names) - 1, "kpi": kpi}
    title = _finding_one_way(comparison, key, language, good, found[good], count)
    if found[bad] and not found[good]:
        return _finding_one_way(comparison, key, language, bad, found[bad], count)
    return title + (words[f"but {bad}"].format(count=len(found[bad]), **count) if found[bad] else "")


def _finding_one_way(
    comparison: Comparison,
    key: Key,
    language: Language,
    verdict: Verdict,
    policies: Sequence[str],
    count: Mapping[str, int | str],
) -> str:
    """How many policies are less than the base, or how many more; and which the most, if that is certain."""
    words = CAPTIONS[language]
    if not policies:
        return words[f"none {verdict}"].format(**count)
    tiers = comparison.ranking(key).tiers
    extreme = tiers[0] if verdict == (KPIS[key.kpi].better or "less") else tiers[-1]
    first = policies[0] if len(policies) == 1 else extreme.policies[0][0]
    about = {
        "policy": in_language(comparison.labels[first], language),
        "size": difference(comparison, key, first).lstrip("+-").replace(" ", NO_BREAK),
        "unit": unit_in(key.unit, language),
        **count,
    }
    if len(policies) == 1:
        return words[f"one {verdict}"].format(**about)
    many = words[f"many {verdict}"].format(count=len(policies), **count)
    return many + (words["most"].format(**about) if len(extreme.policies) == len(extreme.policies[0]) == 1 else "")


def _notes(comparison: Comparison, key: Key, language: Language) -> list[str]:
    words, own = CAPTIONS[language], comparison.mean(comparison.base, key)
    pairs = len(comparison.pairs)
    halves = [own.half_width] if own.half_width else []
    mean = " ± ".join(to_the_noise([own.mean if own.n else None, *halves], key.unit, own.half_width))
    base = in_language(comparison.labels[comparison.base], language)
    return [
        words["dots"].format(n=comparison.replications),
        words["family"].format(pairs=pairs) if pairs > 1 else words["one pair"],
        words["base"].format(name=base, mean=mean, unit=unit_in(key.unit, language)),
    ]
