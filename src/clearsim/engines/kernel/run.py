"""The kernel: the three phases of `clearsim.engines`, from the first moment to the last."""

from clearsim.engines.kernel.arrivals import admit, first_flow, stamp_absent
from clearsim.engines.kernel.events import pop
from clearsim.engines.kernel.fixed import apply_fixed, decide, next_fixed
from clearsim.engines.kernel.grants import board, end_patience, serve_group, serve_stock
from clearsim.engines.kernel.pools import touch
from clearsim.engines.kernel.records import DEPARTS, NOBODY, PATIENCE_ENDS, SERVED, Tables
from clearsim.engines.kernel.steps import TRY, advance, look_at_patience, number_of


def run(tables: Tables) -> None:
    """Write the stamps of every entity, and the notes of capacities."""
    end_ms, steps, flows, lines = tables.end_ms, tables.steps, tables.flows, tables.lines
    inside, drawn, events, groups = tables.inside, tables.drawn, tables.events, tables.groups
    duty, changes, closings, late = tables.duty, tables.changes, tables.closings, tables.out_of_patience
    stations, level, first_stock = tables.stations, tables.level, tables.first_stock
    slot, event = inside.slot, events.row
    n_groups = len(groups.first) - 1
    flow = first_flow(flows, 0)
    fixed_ms = next_fixed(changes, closings, duty.state)
    now = NOBODY  # those that go on at this moment are a list from here
    t = 0

    while True:
        # A. The clock moves to the next due time, unless someone goes on at this one.
        if now == NOBODY:
            t = min(event[0].due_ms, flows[flow].next_ms, fixed_ms)
            if t >= end_ms:
                break

        # B. What is due is applied; the departures that close are left to C.
        first_closing = closings.next[0]
        any_due = False
        if t == fixed_ms:
            any_due = apply_fixed(duty, groups, changes, closings, t)
            fixed_ms = next_fixed(changes, closings, duty.state)

        # B. One entity after another, in any order, takes as many steps as need no grant.
        while True:
            if now != NOBODY:
                s = now
                now = slot[s].next
            elif event[0].due_ms == t:
                kind, s = event[0].kind, event[0].number
                pop(events)
                if kind == DEPARTS:
                    now = closings.boarded[s]
                    continue
                if kind == PATIENCE_ENDS:
                    look_at_patience(late, s)
                    if steps[slot[s].step].code == TRY and slot[s].joined_ms != SERVED:
                        line = steps[slot[s].step].target
                        line += number_of(steps, slot[s].step, drawn.number, slot[s].number)
                        touch(groups, lines[line].group)
                    continue
            elif flows[flow].next_ms == t:
                s = admit(flows, flow, inside, drawn)
                flow = first_flow(flows, flow)
            else:
                break
            now = advance(tables, s, t, now)

        # Decide.
        if any_due:
            decide(duty, groups, stations, t)
            fixed_ms = next_fixed(changes, closings, duty.state)

        # C. Grants.
        for i in range(groups.n_touched[0]):
            group = groups.touched[i]
            groups.is_touched[group] = False
            if group < n_groups:
                now = serve_group(tables, group, t, now)
            else:
                now = serve_stock(steps, lines, inside, level, first_stock + group - n_groups, t, now)
        groups.n_touched[0] = 0
        now = end_patience(late, steps, inside, events, end_ms, t, now)
        for departure in range(first_closing, closings.next[0]):
            board(tables, departure)

    stamp_absent(flows, drawn.order, inside.stamp)
