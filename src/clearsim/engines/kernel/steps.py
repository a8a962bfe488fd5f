"""Phase B: an entity takes as many steps as need no grant."""

from clearsim.engines.kernel.arrivals import give_back
from clearsim.engines.kernel.compiling import part, rare
from clearsim.engines.kernel.events import push
from clearsim.engines.kernel.lines import join
from clearsim.engines.kernel.pools import release, touch
from clearsim.engines.kernel.records import FINISHED, GONE, HOLD_ENDS, NOBODY, Inside, OutOfPatience, Table, Tables
from clearsim.plan import NONE, Code, IntArray, Paces
from clearsim.staffing import live

SERVE, ENTER, LEAVE, HOLD, AWAIT, BOARD, TAKE, PUT, TRY = map(int, Code)
_paced_ms = rare(live.paced_ms)


@part
def advance(tables: Tables, s: int, t: int, now: int) -> int:
    """The step of the slot is done: stamp and take what follows, up to a step that needs a grant, or time.

    `now` is the first slot in the list of those that go on at this moment. Returns it, with those that waited for the
    entity to finish.
    """
    end_ms, steps, lines, level, inside = tables.end_ms, tables.steps, tables.lines, tables.level, tables.inside
    drawn, events, pools, stations = tables.drawn, tables.events, tables.duty.pools, tables.stations
    groups, paces, late = tables.groups, tables.paces, tables.out_of_patience
    slot, stamp = inside.slot, inside.stamp
    step = slot[s].step
    if steps[step].code == SERVE:
        release(lines, steps[step].target, stations, pools, groups)
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
            join(lines, line, slot, s, lines[line].priority + drawn.priority[slot[s].entity], t)
            stations.waiting[line] += 1
            touch(groups, lines[line].group)
            break
        elif code == HOLD:
            hold_ms = length_ms(steps, step, drawn.number, slot[s].number, paces, t, pools.capacity)
            if hold_ms < end_ms - t:
                stamp[at] = t + hold_ms
                at += 1
                push(events, t + hold_ms, HOLD_ENDS, s)
            break
        elif code == LEAVE:
            release(lines, steps[step].target, stations, pools, groups)
        elif code == AWAIT:
            partner = slot[s].entity + steps[step].number
            if inside.waiter[partner] != FINISHED:
                slot[s].next = inside.waiter[partner]
                inside.waiter[partner] = s
                break
            stamp[at] = t
            at += 1
        elif code == BOARD:
            join(lines, steps[step].target, slot, s, drawn.priority[slot[s].entity], t)
            break
        elif code in (TAKE, TRY):
            line = steps[step].target + number_of(steps, step, drawn.number, slot[s].number)
            join(lines, line, slot, s, drawn.priority[slot[s].entity], t)
            touch(groups, lines[line].group)
            if code == TRY:
                look_at_patience(late, s)
            break
        elif code == PUT:
            line = steps[step].target + number_of(steps, step, drawn.number, slot[s].number)
            level[line] += steps[step].amount
            touch(groups, lines[line].group)
        else:  # the flow ends
            now = finish(inside, slot[s].entity, t, now)
            give_back(inside, s)
            break
    slot[s].step = step
    slot[s].stamp = at
    return now


@part
def number_of(steps: Table, step: int, number: IntArray, first: int) -> int:
    """The step's number: its own, or the one drawn for the entity whose numbers begin at `first`."""
    return steps[step].number if steps[step].column == NONE else number[first + steps[step].column]  # type: ignore[no-any-return]


@part
def length_ms(
    steps: Table, step: int, number: IntArray, first: int, paces: Paces, now_ms: int, capacity: IntArray
) -> int:
    """How long a hold of the step takes that begins now."""
    hold_ms = number_of(steps, step, number, first)
    return hold_ms if steps[step].pace == NONE else _paced_ms(paces, steps[step].pace, hold_ms, now_ms, capacity)


@part
def look_at_patience(late: OutOfPatience, s: int) -> None:
    """Phase C is to look at whether the patience of the slot is over."""
    late.slot[late.size[0]] = s
    late.size[0] += 1


@part
def go_on(inside: Inside, s: int, done_ms: int, first: int) -> int:
    """Stamp the step as done, and put the slot before `first` in a list of those that go on together."""
    slot = inside.slot
    inside.stamp[slot[s].stamp] = done_ms
    slot[s].stamp += 1
    slot[s].next = first
    return s


@part
def finish(inside: Inside, entity: int, now_ms: int, now: int) -> int:
    """The entity has finished: those that waited for it go on at this moment, and so does the list from `now`."""
    if len(inside.waiter) == 0:
        return now
    other = inside.waiter[entity]
    inside.waiter[entity] = FINISHED
    while other != NOBODY:
        following = inside.slot[other].next
        now = go_on(inside, other, now_ms, now)
        other = following
    return now


@part
def give_up(inside: Inside, s: int, now_ms: int, now: int) -> int:
    """The wait of a slot is over and its flow too. Its slot stays in the line until it is the head."""
    inside.slot[s].marks = GONE
    inside.stamp[inside.slot[s].stamp] = now_ms
    return finish(inside, inside.slot[s].entity, now_ms, now)
