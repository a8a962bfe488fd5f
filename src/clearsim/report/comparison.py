"""A comparison for people: a table a KPI, and in words which policies differ and which cannot be told apart."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clearsim.experiment import Comparison, Key, Ranking, Tier, Verdict
from clearsim.experiment.results import NOT_RANDOM
from clearsim.language import Label, Text, clauses, listed, together
from clearsim.measures import KPIS
from clearsim.numbers import UNDEFINED, digits, number, quantity, to_the_noise, unit_words, whole
from clearsim.report.labels import kpi_label
from clearsim.report.table import Row, Table, indented

VERDICTS: dict[Verdict, Text] = {
    "less": Text("less"),
    "more": Text("more"),
    "equal": Text("exactly the same"),
    "open": Text("no difference seen"),
    "undefined": Text("n too small"),
}
"""Verdicts on a difference in words."""
LARGEST_SAVING = 1000
"""Largest saving that is shown, as a multiple of the replications made. Beyond it, the variances are noise."""
BETTER, WORSE = Text("better"), Text("worse")


class Section(NamedTuple):
    """One KPI: a table, None if all policies are exactly equal, and the sentences below it."""

    title: Text
    table: Table | None
    sentences: tuple[Text, ...]


def sections(comparison: Comparison) -> list[Section]:
    """A section for each of the KPIs that a planner reads."""
    return [_section(comparison, key) for key in comparison.kpis]


def policies(comparison: Comparison) -> list[Text]:
    """The policies with their titles, and in which KPIs each is better and worse than the base."""
    lines = []
    for name in comparison.names:
        title = comparison.labels[name]
        lines.append(listed([name]) if title.en == name else Text("{policy}: {title}", policy=name, title=title))
        if name != comparison.base:
            parts = [part for good in (True, False) for part in _better_or_worse_in(comparison, name, good)]
            nothing = Text("no difference from the base is seen in any KPI")
            lines += [indented(indented(part)) for part in parts or [nothing]]
    return lines


def policy_name(comparison: Comparison, policy: str) -> Label:
    """A policy's name, or in Chinese its title where it has one."""
    name = Text("base") if policy == "base" else policy
    return Label(name, comparison.labels[policy].zh)


def kpi_title(comparison: Comparison, key: Key) -> Text:
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


def finding(comparison: Comparison, key: Key, policy: str) -> Text:
    """The verdict on a policy in words. If no difference is seen, with the largest that may hide in the noise."""
    verdict, found = comparison.verdict(key, policy), comparison.difference(key, policy)
    text, better = VERDICTS[verdict], KPIS[key.kpi].better
    if verdict in ("less", "more") and better:
        text = Text("{verdict}, {value}", verdict=text, value=BETTER if verdict == better else WORSE)
    if verdict == "open":
        most = to_the_noise([abs(found.mean) + (found.half_width or 0.0)], key.unit, found.half_width)[0]
        text = Text("{verdict}: at most {most}", verdict=text, most=most)
    return text if found.n == comparison.replications else Text("{text} (n = {n})", text=text, n=found.n)


def ranking_words(comparison: Comparison, key: Key) -> list[Text]:
    """The ranking, a line a tier; policies that cannot be told apart share a tier."""
    ranking = comparison.ranking(key)
    if len(ranking.tiers) == 1 and not ranking.tiers[0].apart:
        lines = [Text("Nothing to rank: {tier}.", tier=_tier(comparison, ranking.tiers[0], key))]
    else:
        best = Text("Ranking, best first:") if KPIS[key.kpi].better else Text("Ranking, least first:")
        tiers = enumerate(ranking.tiers, start=1)
        lines = [best, *(Text("  {place}. {tier}", place=n, tier=_tier(comparison, tier, key)) for n, tier in tiers)]
    return lines + _undefined(comparison, ranking)


def replications_saved(comparison: Comparison, key: Key) -> Text | None:
    """How many independent replications would give intervals as narrow; None if no difference varies."""
    ratios = [found.variance_ratio for name in comparison.names[1:] if (found := comparison.difference(key, name)).n]
    saved = sorted(round(comparison.replications / ratio) for ratio in ratios if ratio)
    if not saved:
        return None
    n = comparison.replications
    most = LARGEST_SAVING * n
    ends = [Text("over {most}", most=whole(most)) if count > most else whole(count) for count in (saved[0], saved[-1])]
    many = ends[0] if ends[0] == ends[1] else Text("{low} to {high}", low=ends[0], high=ends[1])
    return Text("Common random numbers: {n} replications are worth {many} independent ones.", n=n, many=many)


def notes(comparison: Comparison) -> list[Text | Label]:
    """What every number of the tables means."""
    if not comparison.is_random:
        return [NOT_RANDOM]
    pairs = len(comparison.pairs)
    certain = [policy_name(comparison, name) for name, result in comparison.results.items() if not result.is_random]
    verdicts = (comparison.verdict(key, name) for key in comparison.kpis for name in comparison.names[1:])
    found: list[Text | Label] = [
        Text(
            "n = {n} replications of every policy, all with the same random numbers (common random numbers).",
            n=comparison.replications,
        ),
        Text("±: half-width; with 95 % confidence the difference lies within it, KPI by KPI.")
        if pairs == 1
        else Text(
            "±: half-width; with 95 % confidence all {pairs} differences between two policies lie within it at once "
            "(Bonferroni), KPI by KPI.",
            pairs=pairs,
        ),
        Text("The mean of the base has a 95 % interval of its own."),
        Text("Policies are ranked only where these intervals tell them apart. A number without ± never varied."),
    ]
    if "open" in verdicts:
        found.append(Text("Where no difference is seen: four times as many replications halve the ±."))
    if certain:
        found.append(Text("Nothing is random in {policies}.", policies=together(certain)))
    return found


def _section(comparison: Comparison, key: Key) -> Section:
    base, others = comparison.base, comparison.names[1:]
    title = Text("{kpi}, {unit}", kpi=kpi_title(comparison, key), unit=unit_words(key.unit))
    alike = [name for name in others if comparison.verdict(key, name) == "equal"]
    own = comparison.mean(base, key)
    mean = number(own.mean if own.n else None, key.unit)
    if own.half_width:
        mean = " ± ".join(to_the_noise([own.mean, own.half_width], key.unit, own.half_width))
    if len(alike) == len(others):
        same = Text(
            "Exactly the same under every policy in all {n} replications: {mean}.",
            n=comparison.replications,
            mean=quantity(mean, key.unit),
        )
        return Section(title, None, (same,))
    body: list[Row] = [(policy_name(comparison, base), mean, "", "")]
    for name in others:
        if name not in alike:
            found = comparison.mean(name, key)
            half = comparison.difference(key, name).half_width
            value = to_the_noise([found.mean if found.n else None], key.unit, half)[0]
            verdict = finding(comparison, key, name)
            body.append((policy_name(comparison, name), value, difference(comparison, key, name), verdict))
    sentences = ranking_words(comparison, key)
    if alike:
        names = listed(policy_name(comparison, name) for name in alike)
        same = Text("Exactly as the base in all {n} replications: {names}.", n=comparison.replications, names=names)
        sentences.insert(0, same)
    if saved := replications_saved(comparison, key):
        sentences.append(saved)
    headings = (Text("policy"), Text("mean"), Text("against the base"), Text("finding"))
    table = Table(
        Text("{title}, n = {n}", title=title, n=comparison.replications),
        headings,
        tuple(body),
        words=headings[3:],
        unwrapped=headings[1:3],
    )
    return Section(title, table, tuple(sentences))


def _tier(comparison: Comparison, tier: Tier, key: Key) -> Text:
    if len(tier.policies) == 1:
        return _equals(comparison, tier.policies[0])
    groups = {group[0]: _equals(comparison, group) for group in tier.policies}
    everyone = together([*groups.values()])
    if not tier.apart:
        return Text("{policies} cannot be told apart", policies=everyone)
    order = []
    for good in groups:
        if below := [groups[bad] for first, bad in tier.apart if first == good]:
            pair = {"one": groups[good], "others": together(below)}
            better = KPIS[key.kpi].better
            order.append(
                Text("{one} better than {others}", **pair) if better else Text("{one} less than {others}", **pair)
            )
    return Text("{policies} cannot all be told apart; {order}", policies=everyone, order=listed(order))


def _equals(comparison: Comparison, group: Sequence[str]) -> Text:
    """Policies that are exactly equal. Those that equal the base have been named in a sentence of their own."""
    if comparison.base in group and len(group) > 1:
        return Text("{base} (and its equals)", base=policy_name(comparison, comparison.base))
    first, *others = (policy_name(comparison, name) for name in group)
    equal = listed([first])
    for other in others:
        equal = Text("{policies} = {policy}", policies=equal, policy=other)
    return equal


def _undefined(comparison: Comparison, ranking: Ranking) -> list[Text]:
    if not ranking.undefined:
        return []
    names = listed(policy_name(comparison, name) for name in ranking.undefined)
    return [Text("Too few replications to say anything: {policies}.", policies=names)]


def _better_or_worse_in(comparison: Comparison, policy: str, good: bool) -> Iterator[Text]:
    """In which KPIs a policy is better, or worse, than the base."""
    found = []
    for key in comparison.kpis:
        better, verdict = KPIS[key.kpi].better, comparison.verdict(key, policy)
        if better and verdict in ("less", "more") and (verdict == better) == good:
            found.append(kpi_title(comparison, key))
    if found:
        yield Text("{verdict}: {kpis}", verdict=BETTER if good else WORSE, kpis=clauses(found))
