"""The fast engine: one table-driven kernel, compiled by numba, over the arrays of plan and demand.

It means what the package's docstring says, to the last millisecond; `tests/test_parity.py` holds it to that.

What makes it fast: an entity lives in a slot of 64 bytes while it is inside, and slots are used again, so that
what is active stays in the cache however long the run; only ends of holds go through a heap, while arrivals, changes
of capacity and closings are merged as they stand; a line is a linked list as long as entities join it in order. The
kernel holds no lock of the interpreter: threads run replications side by side.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np
import numpy.typing as npt

from clearsim.demand import Demand
from clearsim.engines import Progress
from clearsim.engines.cache import discard, folder
from clearsim.engines.tables import FINISHED, GONE, NEVER, NOBODY, SERVED, Rows, Table, Tables, check, tables_of
from clearsim.plan import NONE, NOT_YET, PROPORTIONAL, Code, IntArray, Plan
from clearsim.staffing import live
from clearsim.trace import Trace, capacity_changes, stamp_first

SERVE, ENTER, LEAVE, HOLD, AWAIT, BOARD, TAKE, PUT, TRY = map(int, Code)
Function = TypeVar("Function", bound=Callable[..., Any])
config: Any = numba.config  # a module that makes its names as it is imported

# Options that numba knows but does not document. `_nrt` is its counting of references to arrays, atomic and at every
# call of a part: half of the time of a run. The kernel makes no array, so there is nothing to count. And only the
# kernel calls the parts: without the wrappers for Python and C it compiles a quarter faster.
_part: Callable[[Function], Function] = numba.njit(  # type: ignore[call-overload]  # see above
    nogil=True, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True, forceinline=True
)
_rare: Callable[[Function], Function] = numba.njit(  # type: ignore[call-overload]  # see above
    nogil=True, _nrt=False, no_cfunc_wrapper=True, no_cpython_wrapper=True
)


def simulate(plan: Plan, demand: Demand, progress: Progress | None = None) -> Trace:
    """The trace of one run. Raises `ValueError` where plan and demand do not fit together or leave their range.

    `progress` is told nothing before the end: there is no looking into the kernel, and it does millions a second.
    """
    check(plan, demand)
    tables = tables_of(plan, demand)
    _prepared(tables)(tables)
    tables.stamp.flags.writeable = False
    noted = int(tables.noted[0])
    changes = capacity_changes(tables.note_ms[:noted], tables.note_pool[:noted], tables.note_capacity[:noted])
    return Trace(plan, demand, tables.stamp, stamp_first(plan, demand), *changes)


def _kernel(function: Function, keep: Path | None) -> Any:
    """The kernel, to be compiled when it is first called and kept in the folder `keep`, if there is one."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(keep) if keep else before
    try:
        kernel = numba.njit(  # type: ignore[call-overload]  # see above
            nogil=True, _nrt=False, no_cfunc_wrapper=True, cache=keep is not None
        )(function)
    finally:
        config.CACHE_DIR = before
    return kernel


def _prepared(tables: Tables) -> Callable[[Tables], None]:
    """The kernel, loaded or compiled. A kept one that cannot be read or written is thrown away and done without."""
    global _compiled
    if config.DISABLE_JIT:
        return _run
    with _preparing:
        if _compiled is None:
            typeof: Callable[[Tables], Any] = numba.typeof  # numba has no types of its own
            signature = (typeof(tables),)
            kernel = _kernel(_run, folder())
            try:
                kernel.compile(signature)
            except Exception:  # whatever reading a damaged file may raise: end of file, pickle's errors, the system's
                discard()
                kernel = _kernel(_run, None)
                kernel.compile(signature)
            _compiled = kernel
        prepared: Callable[[Tables], None] = _compiled
    return prepared


_compiled: Any = None
"""The kernel of this process, once it has been prepared."""
_preparing = threading.Lock()
"""One thread prepares it, and the others wait: numba is told by a setting of the whole process where to keep it."""

_weigh, _share_out, _decide = _rare(live.weigh), _rare(live.share_out), _rare(live.decide)
_arrive, _start_anew, _paced_ms = _rare(live.arrive), _rare(live.start_anew), _rare(live.paced_ms)


# The kernel. Everything is known by its row in its table; `NOBODY` is no slot.


def _run(tables: Tables) -> None:
    """Write the stamps of every entity."""
    (
        end_ms,
        steps,
        need_pool,
        need_count,
        group_first,
        group_line,
        pool_group,
        is_keepable,
        keeps,
        left,
        change_ms,
        change_pool,
        change_capacity,
        closes_ms,
        departs_ms,
        places,
        passing,
        quay,
        order,
        arrival_ms,
        priority,
        flags,
        number,
        flows,
        lines,
        capacity,
        free,
        level,
        is_touched,
        touched,
        boarded,
        waiter,
        slot,
        event,
        stamp,
        paces,
        rules,
        waiting,
        serving,
        roster,
        beyond,
        coming,
        coming_ms,
        stay_until_ms,
        review_ms,
        is_due,
        work,
        target,
        out_of_patience,
        note_ms,
        note_pool,
        note_capacity,
        noted,
    ) = tables
    groups = len(group_first) - 1
    first_stock = len(lines) - len(level)
    t = n_touched = change = closing = events = 0
    used = 1  # slots from here on were never used; those that are free again are a list from `unused`
    unused = NOBODY
    now = NOBODY  # those who go on at this moment are a list from here
    flow = _first_flow(flows, 0)
    fixed_ms = _next_fixed(change_ms, change, closes_ms, closing, review_ms, coming_ms)
    n_out = 0

    while True:
        # A. The clock moves to the next due time, unless someone goes on at this one.
        if now == NOBODY:
            t = min(event[0].due_ms, flows[flow].next_ms, fixed_ms)
            if t >= end_ms:
                break

        # B. Those who were called come, rosters change; the departures that close are noted for C.
        first_closing = closing
        any_due = False
        if t == fixed_ms:
            for rule in range(len(rules.kind)):
                if coming_ms[rule] == t:
                    _arrive(rules, rule, beyond, coming, coming_ms)
                    n_touched = _set_capacities(
                        *(rules.pool, rules.first[rule], rules.first[rule + 1], t, roster, beyond, capacity, free),
                        *(pool_group, is_touched, touched, n_touched),
                        *(note_ms, note_pool, note_capacity, noted),
                    )
                if review_ms[rule] == t:
                    review_ms[rule] += rules.every_ms[rule]
                    is_due[rule] = any_due = True
            while change < len(change_ms) and change_ms[change] == t:
                pool = change_pool[change]
                roster[pool] = change_capacity[change]
                n_touched = _set_capacities(
                    *(change_pool, change, change + 1, t, roster, beyond, capacity, free),
                    *(pool_group, is_touched, touched, n_touched),
                    *(note_ms, note_pool, note_capacity, noted),
                )
                rule = rules.rule_of[pool]
                if rule != NONE and rules.kind[rule] == PROPORTIONAL:
                    _start_anew(rules, rule, beyond, coming, coming_ms)
                    is_due[rule] = any_due = True
                    n_touched = _set_capacities(
                        *(rules.pool, rules.first[rule], rules.first[rule + 1], t, roster, beyond, capacity, free),
                        *(pool_group, is_touched, touched, n_touched),
                        *(note_ms, note_pool, note_capacity, noted),
                    )
                change += 1
            while closing < len(closes_ms) and closes_ms[closing] == t:
                closing += 1
            fixed_ms = _next_fixed(change_ms, change, closes_ms, closing, review_ms, coming_ms)

        # B. One entity after another, in whatever order, takes as many steps as need no grant.
        while True:
            if now != NOBODY:
                s = now
                now = slot[s].next
            elif event[0].due_ms == t:
                s = event[0].slot
                _pop(event, events)
                events -= 1
                if s >= len(slot) + len(boarded):
                    s -= len(slot) + len(boarded)
                    out_of_patience[n_out] = s
                    n_out += 1
                    if steps[slot[s].step].code == TRY and slot[s].joined_ms != SERVED:
                        line = steps[slot[s].step].target + _number(steps, slot[s].step, number, slot[s].number)
                        n_touched = _touch(lines[line].group, is_touched, touched, n_touched)
                    continue
                if s >= len(slot):
                    now = boarded[s - len(slot)]
                    continue
            elif flows[flow].next_ms == t:
                if unused != NOBODY:
                    s = unused
                    unused = slot[s].next
                else:
                    s = used
                    used += 1
                row = _arriving(flows, flow, order)
                slot[s].entity = flows[flow].first + row
                slot[s].step = flows[flow].step - 1
                slot[s].stamp = flows[flow].stamp + row * flows[flow].stamps
                slot[s].number = flows[flow].number + row * flows[flow].numbers
                slot[s].marks = flags[slot[s].entity]
                for at in range(slot[s].stamp, slot[s].stamp + flows[flow].stamps):
                    stamp[at] = NOT_YET
                flows[flow].next += 1
                flows[flow].next_ms = NEVER
                if flows[flow].next < flows[flow].end:
                    flows[flow].next_ms = arrival_ms[flows[flow].first + _arriving(flows, flow, order)]
                flow = _first_flow(flows, flow)
            else:
                break

            # The step at which the entity stands is done; what comes after it?
            step = slot[s].step
            if steps[step].code == SERVE:
                line = steps[step].target
                _release(lines, line, need_pool, need_count, free)
                serving[line] -= 1
                n_touched = _touch(lines[line].group, is_touched, touched, n_touched)
            at = slot[s].stamp
            while True:
                step += 1
                code = steps[step].code
                only, unless = steps[step].only, steps[step].unless
                if slot[s].marks & only != only or slot[s].marks & unless != 0:
                    for _ in range(steps[step].stamps):
                        stamp[at] = t
                        at += 1
                elif code in (SERVE, ENTER):
                    line = steps[step].target
                    _join(lines, line, slot, s, lines[line].priority + priority[slot[s].entity], t)
                    waiting[line] += 1
                    n_touched = _touch(lines[line].group, is_touched, touched, n_touched)
                    break
                elif code == HOLD:
                    hold_ms = _number(steps, step, number, slot[s].number)
                    if steps[step].pace != NONE:
                        hold_ms = _paced_ms(paces, steps[step].pace, hold_ms, t, capacity)
                    if hold_ms < end_ms - t:
                        stamp[at] = t + hold_ms
                        at += 1
                        _push(event, events, t + hold_ms, s)
                        events += 1
                    break
                elif code == LEAVE:
                    line = steps[step].target
                    _release(lines, line, need_pool, need_count, free)
                    serving[line] -= 1
                    n_touched = _touch(lines[line].group, is_touched, touched, n_touched)
                elif code == AWAIT:
                    partner = slot[s].entity + steps[step].number
                    if waiter[partner] != FINISHED:
                        slot[s].next = waiter[partner]
                        waiter[partner] = s
                        break
                    stamp[at] = t
                    at += 1
                elif code == BOARD:
                    _join(lines, steps[step].target, slot, s, priority[slot[s].entity], t)
                    break
                elif code in (TAKE, TRY):
                    line = steps[step].target + _number(steps, step, number, slot[s].number)
                    _join(lines, line, slot, s, priority[slot[s].entity], t)
                    n_touched = _touch(lines[line].group, is_touched, touched, n_touched)
                    if code == TRY:
                        out_of_patience[n_out] = s
                        n_out += 1
                    break
                elif code == PUT:
                    line = steps[step].target + _number(steps, step, number, slot[s].number)
                    level[line - first_stock] += steps[step].amount
                    n_touched = _touch(lines[line].group, is_touched, touched, n_touched)
                else:
                    # The flow ends. Whoever waited for this entity goes on in the same B.
                    if len(waiter) > 0:
                        now = _finish(waiter, slot[s].entity, slot, t, stamp, now)
                    slot[s].next = unused
                    unused = s
                    break
            slot[s].step = step
            slot[s].stamp = at

        # Decide. The rules that are due look at the lines as B left them.
        if any_due:
            for rule in range(len(rules.kind)):
                if is_due[rule]:
                    is_due[rule] = False
                    _weigh(rules, rule, waiting, serving, work)
                    _share_out(rules, rule, work, roster, target)
                    _decide(rules, rule, t, work, target, roster, beyond, coming, coming_ms, stay_until_ms)
                    if coming_ms[rule] == t:
                        _arrive(rules, rule, beyond, coming, coming_ms)
                    n_touched = _set_capacities(
                        *(rules.pool, rules.first[rule], rules.first[rule + 1], t, roster, beyond, capacity, free),
                        *(pool_group, is_touched, touched, n_touched),
                        *(note_ms, note_pool, note_capacity, noted),
                    )
            fixed_ms = _next_fixed(change_ms, change, closes_ms, closing, review_ms, coming_ms)

        # C. Grants, first where something was touched: nowhere else can a head have come to fit.
        for i in range(n_touched):
            group = touched[i]
            is_touched[group] = False
            while group < groups:
                # Of the fitting heads of stations that compete, the one that comes before the others.
                s = line = NOBODY
                if keeps[group]:
                    s = _first_unkept(
                        *(group_first[group], group_first[group + 1], group_line, lines, slot, need_pool, need_count),
                        *(is_keepable, capacity, free, left),
                    )
                    line = steps[slot[s].step].target
                else:
                    for k in range(group_first[group], group_first[group + 1]):
                        first = _first(lines, group_line[k], slot)
                        if (
                            first != NOBODY
                            and (s == NOBODY or _before(slot, first, s))
                            and _fits(lines, group_line[k], need_pool, need_count, free)
                        ):
                            s, line = first, group_line[k]
                if s == NOBODY:
                    break
                _take_first(lines, line, slot, s)
                waiting[line] -= 1
                _seize(lines, line, need_pool, need_count, free)
                serving[line] += 1
                step = slot[s].step
                if steps[step].code == ENTER:
                    now = _go_on(slot, s, t, stamp, now)
                    continue
                # The end of the service is known already: stamp it with its start, while both are near.
                hold_ms = _number(steps, step, number, slot[s].number)
                if steps[step].pace != NONE:
                    hold_ms = _paced_ms(paces, steps[step].pace, hold_ms, t, capacity)
                at = slot[s].stamp
                stamp[at] = t
                if hold_ms < end_ms - t:
                    stamp[at + 1] = t + hold_ms
                    slot[s].stamp = at + 2
                    _push(event, events, t + hold_ms, s)
                    events += 1
            while group >= groups:
                row = group - groups
                s = _first(lines, first_stock + row, slot)
                if s != NOBODY and slot[s].marks == GONE:
                    _take_first(lines, first_stock + row, slot, s)
                    slot[s].next = unused
                    unused = s
                    continue
                if s == NOBODY:
                    break
                step = slot[s].step
                if steps[step].amount > level[row]:
                    if steps[step].code != TRY or slot[s].joined_ms + steps[step].patience_ms > t:
                        break
                    now = _give_up(waiter, slot, s, t, stamp, now)
                    continue
                _take_first(lines, first_stock + row, slot, s)
                level[row] -= steps[step].amount
                if steps[step].code == TRY:
                    slot[s].joined_ms = SERVED
                    stamp[slot[s].stamp] = t
                    slot[s].stamp += 1
                now = _go_on(slot, s, t, stamp, now)
        n_touched = 0

        # C. Whoever stands behind one who waits on gives up when his patience is over, and stays as a shadow until he
        # is the head. Those whose patience is not over yet are looked at again when it is.
        for i in range(n_out):
            s = out_of_patience[i]
            step = slot[s].step
            if steps[step].code != TRY or slot[s].joined_ms == SERVED or slot[s].marks == GONE:
                continue
            over_ms = slot[s].joined_ms + steps[step].patience_ms
            if over_ms <= t:
                now = _give_up(waiter, slot, s, t, stamp, now)
            elif slot[s].joined_ms == t and over_ms < end_ms:
                _push(event, events, over_ms, s + len(slot) + len(boarded))
                events += 1
        n_out = 0

        # C. Then the departures that closed, in the order of the plan. Those aboard leave together, by one event.
        for departure in range(first_closing, closing):
            places_left = places[departure]
            passed = last_passed = NOBODY  # those who do not fit are a list from here, where passing is allowed
            while places_left > 0:
                s = _first(lines, quay[departure], slot)
                if s == NOBODY:
                    break
                needed = _number(steps, slot[s].step, number, slot[s].number)
                if needed > places_left and not passing[departure]:
                    break
                _take_first(lines, quay[departure], slot, s)
                if needed > places_left:
                    slot[s].next = NOBODY
                    if passed == NOBODY:
                        passed = s
                    else:
                        slot[last_passed].next = s
                    last_passed = s
                    continue
                places_left -= needed
                if departs_ms[departure] < end_ms:
                    boarded[departure] = _go_on(slot, s, departs_ms[departure], stamp, boarded[departure])
            if passed != NOBODY:
                _put_back(lines, quay[departure], slot, passed, last_passed)
            if boarded[departure] != NOBODY:
                _push(event, events, departs_ms[departure], len(slot) + departure)
                events += 1

    # Those who do not arrive within the run leave no stamps.
    for f in range(len(flows)):
        while flows[f].next < flows[f].end:
            first = flows[f].stamp + _arriving(flows, f, order) * flows[f].stamps
            for at in range(first, first + flows[f].stamps):
                stamp[at] = NOT_YET
            flows[f].next += 1


@_part
def _next_fixed(
    change_ms: IntArray,
    change: int,
    closes_ms: IntArray,
    closing: int,
    review_ms: IntArray,
    coming_ms: IntArray,
) -> int:
    """When the next change of a roster, closing, review, or coming of those called is due."""
    due_ms = NEVER
    if change < len(change_ms):
        due_ms = change_ms[change]
    if closing < len(closes_ms):
        due_ms = min(due_ms, closes_ms[closing])
    for rule in range(len(review_ms)):
        due_ms = min(due_ms, review_ms[rule], coming_ms[rule])
    return due_ms


@_rare
def _set_capacities(
    pools: IntArray,
    first: int,
    end: int,
    now_ms: int,
    roster: IntArray,
    beyond: IntArray,
    capacity: IntArray,
    free: IntArray,
    pool_group: IntArray,
    is_touched: npt.NDArray[np.bool_],
    touched: Rows,
    n_touched: int,
    note_ms: IntArray,
    note_pool: IntArray,
    note_capacity: IntArray,
    noted: IntArray,
) -> int:
    """The pools `pools[first:end]` have their roster, and whom a rule adds or takes away; this is noted.

    Returns how many groups are touched.
    """
    for k in range(first, end):
        pool = pools[k]
        free[pool] += roster[pool] + beyond[pool] - capacity[pool]
        capacity[pool] = roster[pool] + beyond[pool]
        note_ms[noted[0]] = now_ms
        note_pool[noted[0]] = pool
        note_capacity[noted[0]] = capacity[pool]
        noted[0] += 1
        if pool_group[pool] != NONE:
            n_touched = _touch(pool_group[pool], is_touched, touched, n_touched)
    return n_touched


@_part
def _first_flow(flows: Table, flow: int) -> int:
    """The flow with the next arrival."""
    for other in range(len(flows)):
        if flows[other].next_ms < flows[flow].next_ms:
            flow = other
    return flow


@_part
def _arriving(flows: Table, flow: int, order: IntArray) -> int:
    """The row of the flow that arrives next."""
    arrival = flows[flow].next
    return arrival if flows[flow].order == NONE else order[flows[flow].order + arrival]  # type: ignore[no-any-return]


@_part
def _number(steps: Table, step: int, number: IntArray, first: int) -> int:
    """The step's number: its own, or the one drawn for the entity whose numbers begin at `first`."""
    return steps[step].number if steps[step].column == NONE else number[first + steps[step].column]  # type: ignore[no-any-return]


@_part
def _touch(group: int, is_touched: npt.NDArray[np.bool_], touched: Rows, n_touched: int) -> int:
    """Note, once, that phase C is to look at the group."""
    if is_touched[group]:
        return n_touched
    is_touched[group] = True
    touched[n_touched] = group
    return n_touched + 1


@_part
def _fits(lines: Table, line: int, need_pool: Rows, need_count: IntArray, free: IntArray) -> bool:
    """Whether what the station needs is free."""
    for k in range(lines[line].need_first, lines[line].need_end):  # noqa: SIM110  # `all` is slow to compile
        if free[need_pool[k]] < need_count[k]:
            return False
    return True


@_rare
def _first_unkept(
    begin: int,
    end: int,
    group_line: Rows,
    lines: Table,
    slot: Table,
    need_pool: Rows,
    need_count: IntArray,
    is_keepable: npt.NDArray[np.bool_],
    capacity: IntArray,
    free: IntArray,
    left: IntArray,
) -> int:
    """The first head of the lines `group_line[begin:end]` that fits into what is free and not kept by those before it.

    `left` is room for what is free and not kept.
    """
    any_fits = False  # mostly none does: then there is no need to find out who keeps what
    for k in range(begin, end):
        if _first(lines, group_line[k], slot) != NOBODY and _fits(lines, group_line[k], need_pool, need_count, free):
            any_fits = True
            break
    if not any_fits:
        return NOBODY
    for k in range(begin, end):
        for need in range(lines[group_line[k]].need_first, lines[group_line[k]].need_end):
            left[need_pool[need]] = free[need_pool[need]]
    before = NOBODY
    while True:
        s = line = NOBODY
        for k in range(begin, end):
            first = _first(lines, group_line[k], slot)
            if (
                first != NOBODY
                and (before == NOBODY or _before(slot, before, first))
                and (s == NOBODY or _before(slot, first, s))
            ):
                s, line = first, group_line[k]
        if s == NOBODY or _fits(lines, line, need_pool, need_count, left):
            return s
        _keep(lines, line, need_pool, need_count, is_keepable, capacity, left)
        before = s


@_rare
def _keep(
    lines: Table,
    line: int,
    need_pool: Rows,
    need_count: IntArray,
    is_keepable: npt.NDArray[np.bool_],
    capacity: IntArray,
    left: IntArray,
) -> None:
    """The head of the line waits, and keeps what it needs of what is `left`, if it may."""
    for k in range(lines[line].need_first, lines[line].need_end):
        pool, count = need_pool[k], need_count[k]
        if count > left[pool] and (not is_keepable[pool] or count > capacity[pool]):
            return
    for k in range(lines[line].need_first, lines[line].need_end):
        if is_keepable[need_pool[k]]:
            left[need_pool[k]] -= min(need_count[k], max(left[need_pool[k]], 0))


@_part
def _seize(lines: Table, line: int, need_pool: Rows, need_count: IntArray, free: IntArray) -> None:
    """Seize what the station needs."""
    for k in range(lines[line].need_first, lines[line].need_end):
        free[need_pool[k]] -= need_count[k]


@_part
def _release(lines: Table, line: int, need_pool: Rows, need_count: IntArray, free: IntArray) -> None:
    """Free what the station needs."""
    for k in range(lines[line].need_first, lines[line].need_end):
        free[need_pool[k]] += need_count[k]


@_part
def _go_on(slot: Table, s: int, done_ms: int, stamp: IntArray, first: int) -> int:
    """Stamp the step as done, and put the slot before `first` in a list of those who go on together."""
    stamp[slot[s].stamp] = done_ms
    slot[s].stamp += 1
    slot[s].next = first
    return s


@_part
def _finish(waiter: Rows, entity: int, slot: Table, now_ms: int, stamp: IntArray, now: int) -> int:
    """The entity has finished: those who waited for it go on. The list of those who go on begins with who is told."""
    other = waiter[entity]
    waiter[entity] = FINISHED
    while other != NOBODY:
        following = slot[other].next
        now = _go_on(slot, other, now_ms, stamp, now)
        other = following
    return now


@_part
def _give_up(waiter: Rows, slot: Table, s: int, now_ms: int, stamp: IntArray, now: int) -> int:
    """The wait of a slot is over and its flow too; its slot stays in the line, as a shadow. Returns who goes on."""
    slot[s].marks = GONE
    stamp[slot[s].stamp] = now_ms
    return now if len(waiter) == 0 else _finish(waiter, slot[s].entity, slot, now_ms, stamp, now)


# Lines: in order of (priority, joined, entity).


@_part
def _before(slot: Table, a: int, b: int) -> bool:
    """Whether the entity in slot `a` comes before the one in slot `b`."""
    if slot[a].priority != slot[b].priority:
        return slot[a].priority < slot[b].priority  # type: ignore[no-any-return]
    if slot[a].joined_ms != slot[b].joined_ms:
        return slot[a].joined_ms < slot[b].joined_ms  # type: ignore[no-any-return]
    return slot[a].entity < slot[b].entity  # type: ignore[no-any-return]


@_part
def _join(lines: Table, line: int, slot: Table, s: int, priority: int, now_ms: int) -> None:
    """Stand in the line: at its end if that is in order, else in the heap beside it."""
    slot[s].priority = priority
    slot[s].joined_ms = now_ms
    tail = lines[line].tail
    if tail == NOBODY:
        slot[s].next = NOBODY
        lines[line].head = s
        lines[line].tail = s
    elif _before(slot, tail, s):
        slot[s].next = NOBODY
        slot[tail].next = s
        lines[line].tail = s
    else:
        slot[s].child = NOBODY
        root = lines[line].root
        lines[line].root = s if root == NOBODY else _meld(slot, root, s)


@_part
def _first(lines: Table, line: int, slot: Table) -> int:
    """The slot at the head of the line, `NOBODY` if nobody stands there."""
    head, root = lines[line].head, lines[line].root
    if root != NOBODY and (head == NOBODY or _before(slot, root, head)):
        return root  # type: ignore[no-any-return]
    return head  # type: ignore[no-any-return]


@_part
def _take_first(lines: Table, line: int, slot: Table, first: int) -> None:
    """Take `first`, which `_first` told, out of the line."""
    if first == lines[line].head:
        lines[line].head = slot[first].next
        if slot[first].next == NOBODY:
            lines[line].tail = NOBODY
    else:
        lines[line].root = _without_root(slot, first)


@_rare
def _put_back(lines: Table, line: int, slot: Table, first: int, last: int) -> None:
    """Put the list of slots from `first` to `last`, which come before all others, back to the beginning of the line."""
    slot[last].next = lines[line].head
    lines[line].head = first
    if lines[line].tail == NOBODY:
        lines[line].tail = last


@_part
def _without_root(slot: Table, root: int) -> int:
    """The root of a pairing heap once its root is taken: the children meld in pairs, then the pairs from the last."""
    pairs = NOBODY
    child = slot[root].child
    while child != NOBODY:
        pair = child
        child = slot[pair].next
        if child != NOBODY:
            other = child
            child = slot[other].next
            pair = _meld(slot, pair, other)
        slot[pair].next = pairs
        pairs = pair
    least = NOBODY
    while pairs != NOBODY:
        pair = pairs
        pairs = slot[pair].next
        least = pair if least == NOBODY else _meld(slot, least, pair)
    return least


@_part
def _meld(slot: Table, a: int, b: int) -> int:
    """One pairing heap (Fredman, Sedgewick, Sleator and Tarjan 1986) of the two below `a` and `b`."""
    if _before(slot, a, b):
        slot[b].next = slot[a].child
        slot[a].child = b
        return a
    slot[a].next = slot[b].child
    slot[b].child = a
    return b


# Events: a heap by time, four below each. Rows past its end are `NEVER`, so that four can always be compared.


@_part
def _push(event: Table, events: int, due_ms: int, s: int) -> None:
    """Add to a heap of `events`."""
    event[events + 4].due_ms = NEVER
    at = events
    while at > 0:
        above = (at - 1) >> 2
        if event[above].due_ms <= due_ms:
            break
        event[at].due_ms = event[above].due_ms
        event[at].slot = event[above].slot
        at = above
    event[at].due_ms = due_ms
    event[at].slot = s


@_part
def _pop(event: Table, events: int) -> None:
    """Take the first out of a heap of `events`."""
    last = events - 1
    due_ms, s = event[last].due_ms, event[last].slot
    event[last].due_ms = NEVER
    if last == 0:
        return
    at = np.uint32(0)
    below = np.uint32(1)
    while below < last:
        # Sums of comparisons, not choices: which of four is the least no branch can foretell.
        a = np.uint32(below + (event[below + 1].due_ms < event[below].due_ms))
        b = np.uint32(below + 2 + (event[below + 3].due_ms < event[below + 2].due_ms))
        least = np.uint32(a + (b - a) * (event[b].due_ms < event[a].due_ms))
        if due_ms <= event[least].due_ms:
            break
        event[at].due_ms = event[least].due_ms
        event[at].slot = event[least].slot
        at = least
        below = np.uint32(4 * at + 1)
    event[at].due_ms = due_ms
    event[at].slot = s
