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
    flows, event, slot, steps = tables.flows, tables.events.row, tables.inside.slot, tables.steps
    groups, closings = tables.groups, tables.closings
    n_groups = len(groups.first) - 1
    flow = first_flow(flows, 0)
    fixed_ms = next_fixed(tables)
    now = NOBODY  # those that go on at this moment are a list from here
    t = 0

    while True:
        # A. The clock moves to the next due time, unless someone goes on at this one.
        if now == NOBODY:
            t = min(event[0].due_ms, flows[flow].next_ms, fixed_ms)
            if t >= tables.end_ms:
                break

        # B. What is due is applied; the departures that close are left to C.
        first_closing = closings.next[0]
        any_due = False
        if t == fixed_ms:
            any_due = apply_fixed(tables, t)
            fixed_ms = next_fixed(tables)

        # B. One entity after another, in any order, takes as many steps as need no grant.
        while True:
            if now != NOBODY:
                s = now
                now = slot[s].next
            elif event[0].due_ms == t:
                kind, s = event[0].kind, event[0].number
                pop(tables.events)
                if kind == DEPARTS:
                    now = closings.boarded[s]
                    continue
                if kind == PATIENCE_ENDS:
                    look_at_patience(tables, s)
                    if steps[slot[s].step].code == TRY and slot[s].joined_ms != SERVED:
                        line = steps[slot[s].step].target
                        line += number_of(steps, slot[s].step, tables.drawn.number, slot[s].number)
                        touch(groups, tables.lines[line].group)
                    continue
            elif flows[flow].next_ms == t:
                s = admit(flows, flow, tables.inside, tables.drawn)
                flow = first_flow(flows, flow)
            else:
                break
            now = advance(tables, s, t, now)

        # Decide.
        if any_due:
            decide(tables, t)
            fixed_ms = next_fixed(tables)

        # C. Grants.
        for i in range(groups.n_touched[0]):
            group = groups.touched[i]
            groups.is_touched[group] = False
            if group < n_groups:
                now = serve_group(tables, group, t, now)
            else:
                now = serve_stock(tables, group - n_groups, t, now)
        groups.n_touched[0] = 0
        now = end_patience(tables, t, now)
        for departure in range(first_closing, closings.next[0]):
            board(tables, departure)

    stamp_absent(flows, tables.drawn.order, tables.inside.stamp)
