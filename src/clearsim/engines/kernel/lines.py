"""Lines, in order of (priority, joined, entity): linked lists, and pairing heaps for those who join out of order."""

from clearsim.engines.kernel.compiling import part, rare
from clearsim.engines.kernel.records import NOBODY, Table


@part
def is_before(slot: Table, a: int, b: int) -> bool:
    """Whether the entity in slot `a` comes before the one in slot `b`."""
    if slot[a].priority != slot[b].priority:
        return slot[a].priority < slot[b].priority  # type: ignore[no-any-return]
    if slot[a].joined_ms != slot[b].joined_ms:
        return slot[a].joined_ms < slot[b].joined_ms  # type: ignore[no-any-return]
    return slot[a].entity < slot[b].entity  # type: ignore[no-any-return]


@part
def join(lines: Table, line: int, slot: Table, s: int, priority: int, now_ms: int) -> None:
    """Join the line: at its end if that is in order, else in the heap beside it."""
    slot[s].priority = priority
    slot[s].joined_ms = now_ms
    tail = lines[line].tail
    if tail == NOBODY:
        slot[s].next = NOBODY
        lines[line].head = s
        lines[line].tail = s
    elif is_before(slot, tail, s):
        slot[s].next = NOBODY
        slot[tail].next = s
        lines[line].tail = s
    else:
        slot[s].child = NOBODY
        root = lines[line].root
        lines[line].root = s if root == NOBODY else meld(slot, root, s)


@part
def head_of(lines: Table, line: int, slot: Table) -> int:
    """The slot at the head of the line, `NOBODY` where the line is empty."""
    head, root = lines[line].head, lines[line].root
    if root != NOBODY and (head == NOBODY or is_before(slot, root, head)):
        return root  # type: ignore[no-any-return]
    return head  # type: ignore[no-any-return]


@part
def take_first(lines: Table, line: int, slot: Table, first: int) -> None:
    """Take the head out of the line, which is `first`."""
    if first == lines[line].head:
        lines[line].head = slot[first].next
        if slot[first].next == NOBODY:
            lines[line].tail = NOBODY
    else:
        lines[line].root = without_root(slot, first)


@rare
def put_back(lines: Table, line: int, slot: Table, first: int, last: int) -> None:
    """Put a list of slots, which come before all others, back to the beginning of the line."""
    slot[last].next = lines[line].head
    lines[line].head = first
    if lines[line].tail == NOBODY:
        lines[line].tail = last


@part
def without_root(slot: Table, root: int) -> int:
    """The root of a pairing heap once its root is taken: the children meld in pairs, then the pairs from the last."""
    pairs = NOBODY
    child = slot[root].child
    while child != NOBODY:
        pair = child
        child = slot[pair].next
        if child != NOBODY:
            other = child
            child = slot[other].next
            pair = meld(slot, pair, other)
        slot[pair].next = pairs
        pairs = pair
    least = NOBODY
    while pairs != NOBODY:
        pair = pairs
        pairs = slot[pair].next
        least = pair if least == NOBODY else meld(slot, least, pair)
    return least


@part
def meld(slot: Table, a: int, b: int) -> int:
    """One pairing heap (Fredman, Sedgewick, Sleator and Tarjan 1986) of the two below `a` and `b`."""
    if is_before(slot, a, b):
        slot[b].next = slot[a].child
        slot[a].child = b
        return a
    slot[a].next = slot[b].child
    slot[b].child = a
    return b
