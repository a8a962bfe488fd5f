"""What happens at moments known beforehand: rosters, closings, looks of staffing rules, and those whom they call."""

from clearsim.engines.kernel.compiling import part, rare
from clearsim.engines.kernel.pools import set_capacity, set_members
from clearsim.engines.kernel.records import NEVER, Changes, Closings, Duty, Groups, RuleState, StationState
from clearsim.plan import NONE, PROPORTIONAL
from clearsim.staffing import live

_weigh, _share_out, _decide = rare(live.weigh), rare(live.share_out), rare(live.decide)
_arrive, _start_anew = rare(live.arrive), rare(live.start_anew)


@part
def next_fixed(changes: Changes, closings: Closings, state: RuleState) -> int:
    """When the next change of a roster, closing, review, or coming of those called is due."""
    due_ms = NEVER
    if changes.next[0] < len(changes.ms):
        due_ms = changes.ms[changes.next[0]]
    if closings.next[0] < len(closings.closes_ms):
        due_ms = min(due_ms, closings.closes_ms[closings.next[0]])
    for rule in range(len(state.review_ms)):
        due_ms = min(due_ms, state.review_ms[rule], state.coming_ms[rule])
    return due_ms


@part
def apply_fixed(duty: Duty, groups: Groups, changes: Changes, closings: Closings, t: int) -> bool:
    """Phase B: those who were called come, and rosters change; departures close. Returns whether a rule is due."""
    rules, state, pools = duty.rules, duty.state, duty.pools
    any_due = False
    for rule in range(len(rules.kind)):
        if state.coming_ms[rule] == t:
            _arrive(rules, rule, pools.beyond, pools.coming, state.coming_ms)
            set_members(duty, groups, rule, t)
        if state.review_ms[rule] == t:
            state.review_ms[rule] += rules.every_ms[rule]
            state.is_due[rule] = any_due = True
    while changes.next[0] < len(changes.ms) and changes.ms[changes.next[0]] == t:
        pool = changes.pool[changes.next[0]]
        pools.roster[pool] = changes.capacity[changes.next[0]]
        changes.next[0] += 1
        rule = rules.rule_of[pool]
        if rule != NONE and rules.kind[rule] == PROPORTIONAL:
            _start_anew(rules, rule, pools.beyond, pools.coming, state.coming_ms)
            state.is_due[rule] = any_due = True
            set_members(duty, groups, rule, t)
        else:
            set_capacity(duty, groups, pool, t)
    while closings.next[0] < len(closings.closes_ms) and closings.closes_ms[closings.next[0]] == t:
        closings.next[0] += 1
    return any_due


@part
def decide(duty: Duty, groups: Groups, stations: StationState, t: int) -> None:
    """The rules that are due look at the lines as phase B left them."""
    rules, state, pools = duty.rules, duty.state, duty.pools
    beyond, coming, coming_ms = pools.beyond, pools.coming, state.coming_ms
    for rule in range(len(rules.kind)):
        if state.is_due[rule]:
            state.is_due[rule] = False
            _weigh(rules, rule, stations.waiting, stations.serving, state.work)
            _share_out(rules, rule, state.work, pools.roster, state.target)
            _decide(
                rules, rule, t, state.work, state.target, pools.roster, beyond, coming, coming_ms, state.stay_until_ms
            )
            if coming_ms[rule] == t:
                _arrive(rules, rule, beyond, coming, coming_ms)
            set_members(duty, groups, rule, t)
