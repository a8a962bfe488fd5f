"""Phase C: grants at stations, at stocks and by departures. Each returns the list of slots that go on at the moment."""

from clearsim.engines.kernel.arrivals import give_back
from clearsim.engines.kernel.compiling import part
from clearsim.engines.kernel.events import push
from clearsim.engines.kernel.lines import head_of, put_back, take_first
from clearsim.engines.kernel.pools import first_fitting, first_unkept, seize
from clearsim.engines.kernel.records import (
    DEPARTS,
    GONE,
    HOLD_ENDS,
    NOBODY,
    PATIENCE_ENDS,
    SERVED,
    Events,
    Inside,
    OutOfPatience,
    Table,
    Tables,
)
from clearsim.engines.kernel.steps import ENTER, TRY, give_up, go_on, length_ms, number_of
from clearsim.plan import IntArray


@part
def serve_group(tables: Tables, group: int, t: int, now: int) -> int:
    """Grant the heads of stations that compete, as long as one fits."""
    end_ms, steps, lines, inside, drawn = tables.end_ms, tables.steps, tables.lines, tables.inside, tables.drawn
    events, pools, stations = tables.events, tables.duty.pools, tables.stations
    groups, paces = tables.groups, tables.paces
    slot, stamp = inside.slot, inside.stamp
    while True:
        if groups.keeps[group]:
            s, line = first_unkept(group, groups, lines, slot, stations, pools)
        else:
            s, line = first_fitting(group, groups, lines, slot, stations, pools.free)
        if s == NOBODY:
            return now
        take_first(lines, line, slot, s)
        stations.waiting[line] -= 1
        seize(lines, line, stations, pools)
        step = slot[s].step
        if steps[step].code == ENTER:
            now = go_on(inside, s, t, now)
            continue
        # The end of the service is known already: stamp it with its start, while both are near.
        hold_ms = length_ms(steps, step, drawn.number, slot[s].number, paces, t, pools.capacity)
        at = slot[s].stamp
        stamp[at] = t
        if hold_ms < end_ms - t:
            stamp[at + 1] = t + hold_ms
            slot[s].stamp = at + 2
            push(events, t + hold_ms, HOLD_ENDS, s)


@part
def serve_stock(steps: Table, lines: Table, inside: Inside, level: IntArray, line: int, t: int, now: int) -> int:
    """Serve the heads of the line of a stock, or let them give up, until one waits on."""
    slot = inside.slot
    while True:
        s = head_of(lines, line, slot)
        if s == NOBODY:
            return now
        if slot[s].marks == GONE:
            take_first(lines, line, slot, s)
            give_back(inside, s)
            continue
        step = slot[s].step
        if steps[step].amount > level[line]:
            if steps[step].code != TRY or slot[s].joined_ms + steps[step].patience_ms > t:
                return now
            now = give_up(inside, s, t, now)
            continue
        take_first(lines, line, slot, s)
        level[line] -= steps[step].amount
        if steps[step].code == TRY:
            slot[s].joined_ms = SERVED
            inside.stamp[slot[s].stamp] = t
            slot[s].stamp += 1
        now = go_on(inside, s, t, now)


@part
def end_patience(
    late: OutOfPatience, steps: Table, inside: Inside, events: Events, end_ms: int, t: int, now: int
) -> int:
    """Entities behind a head that waits on give up when their patience is over.

    Those whose patience is not over yet are looked at again when it is.
    """
    slot = inside.slot
    for i in range(late.size[0]):
        s = late.slot[i]
        step = slot[s].step
        if steps[step].code != TRY or slot[s].joined_ms == SERVED or slot[s].marks == GONE:
            continue
        over_ms = slot[s].joined_ms + steps[step].patience_ms
        if over_ms <= t:
            now = give_up(inside, s, t, now)
        elif slot[s].joined_ms == t and over_ms < end_ms:
            push(events, over_ms, PATIENCE_ENDS, s)
    late.size[0] = 0
    return now


@part
def board(tables: Tables, departure: int) -> None:
    """The departure takes the heads of its line that fit. Those aboard leave together, by one event."""
    end_ms, steps, lines, inside, drawn = tables.end_ms, tables.steps, tables.lines, tables.inside, tables.drawn
    closings, events = tables.closings, tables.events
    slot, line, boarded = inside.slot, closings.line[departure], closings.boarded
    left = closings.slots[departure]
    passed = last_passed = NOBODY  # those that do not fit are a list from here, where passing is allowed
    while left > 0:
        s = head_of(lines, line, slot)
        if s == NOBODY:
            break
        needed = number_of(steps, slot[s].step, drawn.number, slot[s].number)
        if needed > left and not closings.passing[departure]:
            break
        take_first(lines, line, slot, s)
        if needed > left:
            slot[s].next = NOBODY
            if passed == NOBODY:
                passed = s
            else:
                slot[last_passed].next = s
            last_passed = s
            continue
        left -= needed
        if closings.departs_ms[departure] < end_ms:
            boarded[departure] = go_on(inside, s, closings.departs_ms[departure], boarded[departure])
    if passed != NOBODY:
        put_back(lines, line, slot, passed, last_passed)
    if boarded[departure] != NOBODY:
        push(events, closings.departs_ms[departure], DEPARTS, departure)
