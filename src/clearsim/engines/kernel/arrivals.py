"""Arrivals: which flow is next, and the slots in which entities live while they are inside."""

from clearsim.engines.kernel.compiling import part
from clearsim.engines.kernel.records import NEVER, NOBODY, Drawn, Inside, Table
from clearsim.plan import NONE, NOT_YET, IntArray


@part
def first_flow(flows: Table, flow: int) -> int:
    """The flow with the next arrival."""
    for other in range(len(flows)):
        if flows[other].next_ms < flows[flow].next_ms:
            flow = other
    return flow


@part
def admit(flows: Table, flow: int, inside: Inside, drawn: Drawn) -> int:
    """The slot of the entity that arrives next in the flow. It is about to take its first step."""
    slot = inside.slot
    s = _take_slot(inside)
    row = _arriving(flows, flow, drawn.order)
    slot[s].entity = flows[flow].first + row
    slot[s].step = flows[flow].step - 1
    slot[s].stamp = flows[flow].stamp + row * flows[flow].stamps
    slot[s].number = flows[flow].number + row * flows[flow].numbers
    slot[s].marks = drawn.flags[slot[s].entity]
    for at in range(slot[s].stamp, slot[s].stamp + flows[flow].stamps):
        inside.stamp[at] = NOT_YET
    flows[flow].next += 1
    flows[flow].next_ms = NEVER
    if flows[flow].next < flows[flow].end:
        flows[flow].next_ms = drawn.arrival_ms[flows[flow].first + _arriving(flows, flow, drawn.order)]
    return s


@part
def stamp_absent(flows: Table, order: IntArray, stamp: IntArray) -> None:
    """Entities that do not arrive within the run leave no stamps."""
    for flow in range(len(flows)):
        while flows[flow].next < flows[flow].end:
            first = flows[flow].stamp + _arriving(flows, flow, order) * flows[flow].stamps
            for at in range(first, first + flows[flow].stamps):
                stamp[at] = NOT_YET
            flows[flow].next += 1


@part
def give_back(inside: Inside, s: int) -> None:
    """The slot may be used again."""
    inside.slot[s].next = inside.unused[0]
    inside.unused[0] = s


@part
def _take_slot(inside: Inside) -> int:
    """A slot that is not in use."""
    s = inside.unused[0]
    if s != NOBODY:
        inside.unused[0] = inside.slot[s].next
    else:
        s = inside.used[0]
        inside.used[0] += 1
    return s  # type: ignore[no-any-return]


@part
def _arriving(flows: Table, flow: int, order: IntArray) -> int:
    """The row of the flow that arrives next."""
    arrival = flows[flow].next
    return arrival if flows[flow].order == NONE else order[flows[flow].order + arrival]  # type: ignore[no-any-return]
