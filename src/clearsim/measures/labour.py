"""Labour rules: whether the people of a pool could have worked the hours of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clearsim.measures.kpi import kpi
from clearsim.network.labour import Breach, Spell, breaches
from clearsim.trace import Trace
from clearsim.trace.levels import together
from clearsim.units import to_ms


@dataclass(frozen=True)
class Conduct:
    """A pool whose people and labour rules are known, and the breaches of these rules in the hours of the run."""

    station: str
    breaches: tuple[Breach, ...]
    flow: str = ""


@kpi("%", "runs that break labour rules", better="less")
def labour_broken(c: Conduct) -> float:
    """100 where the pool's people could not have worked the hours of the run under the labour rules, 0 otherwise.

    So the mean is the share of runs that break the rules. Hours are those on duty and those in which people finish work
    after the shift, from the end of the warm-up to the end of the run, including the run-on. A run breaks the rules
    only if that is proven: no assignment of these people to the hours keeps them. People who are shared among pools are
    judged together, if all of these pools have the same rules.
    """
    return 100.0 if c.breaches else 0.0


def conducts(trace: Trace) -> Iterator[Conduct]:
    """Every pool whose people and labour rules are known."""
    names, labour = trace.plan.pools.names, trace.plan.pools.labour
    for pool, name in enumerate(names):
        group = trace.sharing[pool]
        spells = _jointly([labour[member] for member in group])
        if spells:
            yield Conduct(name, tuple(_breaches(trace, group, spells)))


def _breaches(trace: Trace, pools: Sequence[int], spells: Sequence[Spell]) -> Iterator[Breach]:
    moments, numbers = together([levels[pool] for levels in (trace.people, trace.staying) for pool in pools])
    changes = list(zip(moments.tolist(), numbers.sum(axis=0).tolist(), strict=True))
    for spell in spells:
        from_ms = max(to_ms(spell.from_min), trace.plan.warm_up_ms)
        until_ms = min(to_ms(spell.until_min), trace.plan.end_ms)
        if from_ms < until_ms:
            yield from breaches(changes, from_ms, until_ms, spell.people, spell.rules)


def _jointly(labour: Sequence[tuple[Spell, ...]]) -> tuple[Spell, ...]:
    """The spells of the people of all these pools together; none where the pools differ in times or rules."""
    if len({tuple((spell.from_min, spell.until_min, spell.rules) for spell in own) for own in labour}) > 1:
        return ()
    return tuple(
        Spell(same[0].from_min, same[0].until_min, sum(spell.people for spell in same), same[0].rules)
        for same in zip(*labour, strict=True)
    )
