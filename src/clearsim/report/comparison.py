"""A comparison for people: a table a KPI, and in words which policies differ and which cannot be told apart."""

from collections.abc import Sequence
from typing import NamedTuple

from clearsim.experiment import Comparison, Key, Ranking, Tier, Verdict
from clearsim.experiment.results import NOT_RANDOM
from clearsim.measures import KPIS
from clearsim.network import Label
from clearsim.numbers import UNDEFINED, digits, number, to_the_noise, whole
from clearsim.report.labels import kpi_label
from clearsim.report.table import Table

WORDS: dict[Verdict, Label] = {
    "less": Label("less", "較少"),
    "more": Label("more", "較多"),
    "equal": Label("exactly the same", "完全相同"),
    "open": Label("none seen", "未見差異"),
    "undefined": Label("n too small", "樣本不足"),
}
"""Verdicts on a difference in words."""
LARGEST_SAVING = 1000
"""Largest saving that is shown, as a multiple of the replications made. Beyond it, the variances are noise."""
BETTER, WORSE = Label("better", "較優"), Label("worse", "較差")


class Section(NamedTuple):
    """One KPI: a table, None if all policies are exactly equal, and the sentences below it."""

    title: str
    table: Table | None
    sentences: tuple[str, ...]


def sections(comparison: Comparison) -> list[Section]:
    """A section for each of the KPIs that a planner reads."""
    return [_section(comparison, key) for key in comparison.kpis]


def policies(comparison: Comparison) -> list[str]:
    """The policies with their titles, and in which KPIs each is better and worse than the base."""
    lines = []
    for name in comparison.names:
        title = comparison.labels[name].en
        lines.append(policy_name(comparison, name) + (f": {title}" if title != name else ""))
        if name != comparison.base:
            parts = [part for good in (True, False) if (part := _better_or_worse_in(comparison, name, good))]
            lines += [f"    {part}" for part in parts or ("nothing is told apart from the base 與基準無可辨差異",)]
    return lines


def policy_name(comparison: Comparison, policy: str) -> str:
    """A policy's name, and its Chinese title where it has one."""
    zh = comparison.labels[policy].zh
    return f"{policy} {zh}" if zh and zh != policy else policy


def kpi_title(comparison: Comparison, key: Key) -> Label:
    """What people read for a KPI, by the labels of the first policy that has it."""
    return kpi_label(next(found.plan for found in comparison.results.values() if key in found.sample.keys), key)


def difference(comparison: Comparison, key: Key, policy: str) -> str:
    """The difference to the base, and its simultaneous half-width if it varies: ``+12.3 ± 1.0``."""
    found = comparison.difference(key, policy)
    if not found.n:
        return UNDEFINED
    sign = "-" if found.mean < 0 else "+"
    if not found.half_width:
        return f"{sign}{digits(abs(found.mean))}"
    mean, half = to_the_noise([abs(found.mean), found.half_width], key.unit, found.half_width)
    return f"{sign}{mean} ± {half}"


def finding(comparison: Comparison, key: Key, policy: str) -> Label:
    """The verdict on a policy in words. If no difference is seen, with the largest that may hide in the noise."""
    verdict, found = comparison.verdict(key, policy), comparison.difference(key, policy)
    en, zh = WORDS[verdict]
    better = KPIS[key.kpi].better
    if verdict in ("less", "more") and better:
        good = BETTER if verdict == better else WORSE
        en, zh = f"{en}, {good.en}", f"{zh}，{good.zh}"
    if verdict == "open":
        most = to_the_noise([abs(found.mean) + (found.half_width or 0.0)], key.unit, found.half_width)[0]
        en = f"{en}: at most {most}"
    return Label(en if found.n == comparison.replications else f"{en} (n = {found.n})", zh)


def ranking_words(comparison: Comparison, key: Key) -> list[str]:
    """The ranking, a line a tier; policies that cannot be told apart share a tier."""
    ranking = comparison.ranking(key)
    order = "best first 由優至劣" if KPIS[key.kpi].better else "least first 由少至多"
    if len(ranking.tiers) == 1 and not ranking.tiers[0].apart:
        lines = [f"Nothing to rank 無從排序: {_tier(comparison, ranking.tiers[0], key)}."]
    else:
        tiers = [f"  {place}. {_tier(comparison, tier, key)}" for place, tier in enumerate(ranking.tiers, start=1)]
        lines = [f"Ranking 排序, {order}:", *tiers]
    return lines + _undefined(ranking)


def replications_saved(comparison: Comparison, key: Key) -> str:
    """How many independent replications would give intervals as narrow; empty if no difference varies."""
    ratios = [found.variance_ratio for name in comparison.names[1:] if (found := comparison.difference(key, name)).n]
    saved = sorted(round(comparison.replications / ratio) for ratio in ratios if ratio)
    if not saved:
        return ""
    n = comparison.replications
    most = LARGEST_SAVING * n
    ends = [f"over {whole(most)}" if count > most else whole(count) for count in (saved[0], saved[-1])]
    many = " to ".join(dict.fromkeys(ends))
    return f"Same luck 同一運氣: these {n} replications do what {many} independent ones would."


def notes(comparison: Comparison) -> list[str]:
    """What every number of the tables means."""
    if not comparison.is_random:
        return [str(NOT_RANDOM)]
    pairs = len(comparison.pairs)
    certain = [name for name, result in comparison.results.items() if not result.is_random]
    family = "the difference lies" if pairs == 1 else f"all {pairs} differences between two policies lie"
    at_once = "" if pairs == 1 else " at once (Bonferroni)"
    verdicts = (comparison.verdict(key, name) for key in comparison.kpis for name in comparison.names[1:])
    more = ["Where none is seen 未見差異, four times as many replications halve the ±."] if "open" in verdicts else []
    return [
        f"n = {comparison.replications} replications of every policy, on the same luck (common random numbers).",
        f"±: half-width; with 95 % confidence {family} within it, KPI by KPI{at_once}. "
        "The base's mean has a 95 % interval of its own. 差值之 ± 為聯合 95 % 置信區間半寬。",
        "Nothing is ranked that these intervals do not tell apart. A number without ± was always the same.",
        *more,
        *([f"Nothing is random 無隨機因素 in {_listed(certain)}."] if certain else []),
    ]


def _section(comparison: Comparison, key: Key) -> Section:
    base, others = comparison.base, comparison.names[1:]
    title = f"{kpi_title(comparison, key)}, {key.unit}"
    alike = [name for name in others if comparison.verdict(key, name) == "equal"]
    often = f" in all {comparison.replications} replications"
    own = comparison.mean(base, key)
    mean = number(own.mean if own.n else None, key.unit)
    if own.half_width:
        mean = " ± ".join(to_the_noise([own.mean, own.half_width], key.unit, own.half_width))
    if len(alike) == len(others):
        return Section(title, None, (f"Exactly the same under every policy{often} 各方案完全相同: {mean} {key.unit}.",))
    body = [(policy_name(comparison, base), mean, "", "")]
    for name in others:
        if name not in alike:
            found = comparison.mean(name, key)
            half = comparison.difference(key, name).half_width
            value = to_the_noise([found.mean if found.n else None], key.unit, half)[0]
            told = str(finding(comparison, key, name))
            body.append((policy_name(comparison, name), value, difference(comparison, key, name), told))
    sentences = ranking_words(comparison, key)
    if alike:
        sentences.insert(0, f"Exactly as the base{often} 與基準完全相同: {', '.join(alike)}.")
    if saved := replications_saved(comparison, key):
        sentences.append(saved)
    headings = ("policy 方案", "mean", "against the base", "finding 結論")
    table = Table(
        f"{title}, n = {comparison.replications}",
        headings,
        tuple(body),
        words=headings[3:],
        unwrapped=headings[1:3],
    )
    return Section(title, table, tuple(sentences))


def _tier(comparison: Comparison, tier: Tier, key: Key) -> str:
    if len(tier.policies) == 1:
        return _equals(comparison, tier.policies[0])
    groups = {group[0]: _equals(comparison, group) for group in tier.policies}
    if not tier.apart:
        return f"{_listed(list(groups.values()))} cannot be told apart 無法區分"
    word = "better" if KPIS[key.kpi].better else "less"
    told = [
        f"{groups[good]} {word} than {_listed([groups[bad] for first, bad in tier.apart if first == good])}"
        for good in groups
        if any(first == good for first, _ in tier.apart)
    ]
    return f"{_listed(list(groups.values()))} cannot all be told apart 無法全部區分; {', '.join(told)}"


def _equals(comparison: Comparison, group: Sequence[str]) -> str:
    """Policies that are exactly equal. Those that equal the base have been named in a sentence of their own."""
    if comparison.base in group:
        return group[0] if len(group) == 1 else f"{comparison.base} (and its equals)"
    return " = ".join(group)


def _undefined(ranking: Ranking) -> list[str]:
    if not ranking.undefined:
        return []
    return [f"Too few replications to say anything 樣本不足: {', '.join(ranking.undefined)}."]


def _better_or_worse_in(comparison: Comparison, policy: str, good: bool) -> str:
    """In which KPIs a policy is better, or worse, than the base."""
    found = []
    for key in comparison.kpis:
        better, verdict = KPIS[key.kpi].better, comparison.verdict(key, policy)
        if better and verdict in ("less", "more") and (verdict == better) == good:
            found.append(kpi_title(comparison, key).en)
    return f"{BETTER if good else WORSE}: {'; '.join(found)}" if found else ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
