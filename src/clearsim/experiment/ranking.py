"""Ranking what differences tell apart, and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from clearsim.language import Text

Verdict = Literal["less", "more", "equal", "open", "undefined"]
"""What is known of a difference: its sign, where 0 lies outside the interval or nothing is random; that there is none
on any replication; that the replications do not tell (`open`); or that too few replications have it (`undefined`)."""
VERDICTS: dict[Verdict, Text] = {
    "less": Text("less"),
    "more": Text("more"),
    "equal": Text("equal"),
    "open": Text("open"),
    "undefined": Text("undefined"),
}
"""What people read for each."""
Pair = tuple[str, str]


class Tier(NamedTuple):
    """Policies that are not all told apart, best mean first; those that are exactly equal share a place.

    `apart` holds the pairs in it that are: the first is better than the second.
    """

    policies: tuple[tuple[str, ...], ...]
    apart: tuple[Pair, ...]


class Ranking(NamedTuple):
    """All that the intervals rank: every policy of a tier is better than every policy of the tiers behind it.

    Better is less, unless the KPI says more. `undefined` are the policies of which nothing can be said.
    """

    tiers: tuple[Tier, ...]
    undefined: tuple[str, ...]


def ranked(order: Sequence[str], verdicts: Mapping[Pair, Verdict], better: Verdict) -> tuple[Tier, ...]:
    """The tiers of policies in the order of their means, given what is known of the first of a pair against the second.

    A tier ends where every policy so far is better than every one that follows; so no order is stated that an interval
    leaves open, although "a and b cannot be told apart, nor b and c" may hold together with "a is better than c".

    >>> known = {("a", "b"): "open", ("b", "c"): "open", ("a", "c"): "less"}
    >>> turned = {("b", "a"): "open", ("c", "b"): "open", ("c", "a"): "more"}
    >>> ranked("abc", known | turned, "less")
    (Tier(policies=(('a',), ('b',), ('c',)), apart=(('a', 'c'),)),)
    >>> [tier.policies for tier in ranked("ac", known | turned, "less")]
    [(('a',),), (('c',),)]
    """
    equal: list[list[str]] = []
    for name in order:
        alike = next((group for group in equal if verdicts[name, group[0]] == "equal"), None)
        equal.append([name]) if alike is None else alike.append(name)
    tiers, start = list[Tier](), 0
    for end in range(1, len(equal) + 1):
        if all(verdicts[good[0], bad[0]] == better for good in equal[:end] for bad in equal[end:]):
            tier = equal[start:end]
            apart = tuple((a[0], b[0]) for a in tier for b in tier if a is not b and verdicts[a[0], b[0]] == better)
            tiers.append(Tier(tuple(tuple(group) for group in tier), apart))
            start = end
    return tuple(tiers)
