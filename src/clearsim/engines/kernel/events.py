"""The heap of events, four below each."""

import numpy as np

from clearsim.engines.kernel.compiling import part
from clearsim.engines.kernel.records import NEVER, Events


@part
def push(events: Events, due_ms: int, kind: int, number: int) -> None:
    """Add an event."""
    row = events.row
    at = np.int64(events.size[0])
    events.size[0] += 1
    row[at + 4].due_ms = NEVER
    while at > 0:
        above = (at - 1) >> 2
        if row[above].due_ms <= due_ms:
            break
        row[at] = row[above]
        at = above
    row[at].due_ms = due_ms
    row[at].kind = kind
    row[at].number = number


@part
def pop(events: Events) -> None:
    """Take the first event out of the heap."""
    row = events.row
    events.size[0] -= 1
    last = np.int64(events.size[0])
    due_ms, kind, number = row[last].due_ms, row[last].kind, row[last].number
    row[last].due_ms = NEVER
    if last == 0:
        return
    at = np.uint32(0)
    below = np.uint32(1)
    while below < last:
        # Sums of comparisons, not choices: no branch can predict which of four is the least.
        a = np.uint32(below + (row[below + 1].due_ms < row[below].due_ms))
        b = np.uint32(below + 2 + (row[below + 3].due_ms < row[below + 2].due_ms))
        least = np.uint32(a + (b - a) * (row[b].due_ms < row[a].due_ms))
        if due_ms <= row[least].due_ms:
            break
        row[at] = row[least]
        at = least
        below = np.uint32(4 * at + 1)
    row[at].due_ms = due_ms
    row[at].kind = kind
    row[at].number = number
