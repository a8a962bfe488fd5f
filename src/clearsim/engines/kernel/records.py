"""The tables that the kernel reads and writes: rows with named fields, and arrays that belong together.

Everything is known by its row in its table. Row 0 of the slots stays empty, so that 0 can say `NOBODY`.
"""

from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from clearsim.plan import Code, IntArray, Paces, Rules

END = len(Code)
"""The code of the row before every flow's first step and after its last."""
# Numbers of numpy, not plain ones: numba would compile the parts once more for every plain number that they are given.
NOBODY = cast(int, np.int64(0))
"""No slot."""
GONE = -1
"""In place of the marks of an entity that gave up while its slot is still in a line."""
SERVED = -1
"""In place of the moment of joining, of an entity that was served before its patience was over."""
FINISHED = 2**32 - 1
"""In place of the slots that wait for an entity, once it has finished."""
NEVER = 2**63 - 1
MOST_EVENTS = 2**30 - 1
"""Four children of the last event in the heap must have a number in 32 bits."""
HOLD_ENDS, DEPARTS, PATIENCE_ENDS = (cast(int, np.int64(kind)) for kind in range(3))
"""Kinds of events: the hold of a slot ends, a departure leaves, the patience of a slot is over."""

Table = npt.NDArray[Any]
"""Rows with named fields; their type is one of those below."""
Rows = npt.NDArray[np.uint32]
"""Row numbers and counters. They are unsigned: numba checks every signed index for one that counts from the end."""
BoolArray = npt.NDArray[np.bool_]


def _row(rows: str, numbers: str) -> np.dtype[Any]:
    fields = [(name, np.uint32) for name in rows.split()] + [(name, np.int64) for name in numbers.split()]
    return np.dtype((np.record, np.dtype(fields, align=True)))


STEP = _row("code target", "column only unless number amount stamps pace patience_ms")
"""As in the plan, but `target` is a line; and for `AWAIT` `number` leads from an entity to its partner.

The step leaves `stamps` stamps.
"""
FLOW = _row("step", "next end next_ms order first stamp stamps number numbers")
"""The arrival number `next` of `end` comes at `next_ms`. It is that row of the flow, or the row given at
`order + next` in the table of orders. `first`, `step`, `stamp` and `number` say where the flow begins."""
LINE = _row("head tail root group need_first need_end", "priority")
"""A line is a list from `head` to `tail`, and a pairing heap below `root` of those who joined out of order.

The order of lines is: stations, services, rows of stocks. Stations that share pools make a group; every row of a stock
is a group by itself.
"""
SLOT = _row("step next child", "entity stamp number marks priority joined_ms")
"""An entity inside: its step, its next stamp, its first number; its place in a line, by slots `next` and `child`."""
EVENT = _row("kind number", "due_ms")
"""What happens at `due_ms`, by its kind; `number` is the slot, or the departure."""


class Inside(NamedTuple):
    """The entities inside: their slots, who waits for whom, their stamps.

    `waiter` is the first slot that waits for each entity; it is empty where no flow awaits another. Slots from `used`
    on were never used; those that are free again are a list from `unused`. Both are of shape (1,).
    """

    slot: Table
    waiter: Rows
    stamp: IntArray
    used: Rows
    unused: Rows


class Drawn(NamedTuple):
    """What was drawn: the demand's columns, and the `order` of arrival of flows whose rows are not in that order."""

    arrival_ms: IntArray
    order: IntArray
    priority: IntArray
    flags: IntArray
    number: IntArray


class Events(NamedTuple):
    """A heap by time, four below each, of as many events as `size`, of shape (1,), says.

    Rows past its end are `NEVER`, so that four can always be compared.
    """

    row: Table
    size: Rows


class PoolState(NamedTuple):
    """One number a pool. On duty are as many as `roster` and `beyond` say together: this is the `capacity`.

    `group` is the group of stations that need the pool, `NONE` where none does. `left` is room for `first_unkept`.
    """

    roster: IntArray
    beyond: IntArray
    coming: IntArray
    capacity: IntArray
    free: IntArray
    left: IntArray
    is_keepable: BoolArray
    group: IntArray


class StationState(NamedTuple):
    """How many wait and are served at every station, and what stations need, at the rows that the line names."""

    waiting: IntArray
    serving: IntArray
    need_pool: Rows
    need_count: IntArray


class Groups(NamedTuple):
    """Group `g` is the lines `line[first[g]:first[g + 1]]`; in groups that `keeps`, a waiting head may keep something.

    Phase C looks at the groups `touched[:n_touched[0]]`, and at no others: nowhere else can a head have come to fit.
    Rows of stocks are groups too, after those of the stations, and are in no other table.
    """

    first: Rows
    line: Rows
    keeps: BoolArray
    is_touched: BoolArray
    touched: Rows
    n_touched: Rows


class Changes(NamedTuple):
    """Changes of rosters, in order of time; `next`, of shape (1,), is the first that has not happened."""

    ms: IntArray
    pool: IntArray
    capacity: IntArray
    next: Rows


class Closings(NamedTuple):
    """Departures in order of closing; `next`, of shape (1,), is the first that has not closed.

    `line` is the line that boards, `boarded` the first slot of the list of those who did.
    """

    closes_ms: IntArray
    departs_ms: IntArray
    slots: IntArray
    passing: BoolArray
    line: Rows
    boarded: Rows
    next: Rows


class RuleState(NamedTuple):
    """The staffing rules as the run goes on: one number a rule, but `work` and `target`, which have one a member."""

    coming_ms: IntArray
    stay_until_ms: IntArray
    review_ms: IntArray
    is_due: BoolArray
    work: IntArray
    target: IntArray


class OutOfPatience(NamedTuple):
    """The slots `slot[:size[0]]`, whose patience is to be looked at in phase C."""

    slot: Rows
    size: Rows


class Notes(NamedTuple):
    """Capacities as they were set, in that order: the first `size[0]` rows."""

    ms: IntArray
    pool: IntArray
    capacity: IntArray
    size: IntArray


class Duty(NamedTuple):
    """Who is on duty: the pools, the rules that change them, and notes of what was changed."""

    pools: PoolState
    rules: Rules
    state: RuleState
    notes: Notes


class Tables(NamedTuple):
    """What the kernel reads, the state at the beginning, and what it writes: stamps, and notes of capacities.

    `level` is the units that every line of a stock may take, 0 for other lines; stocks begin at line `first_stock`.

    Only parts that need most of them take the tables whole, since every such call takes long to compile.
    """

    end_ms: int
    steps: Table
    flows: Table
    lines: Table
    first_stock: int
    level: IntArray
    inside: Inside
    drawn: Drawn
    events: Events
    duty: Duty
    stations: StationState
    groups: Groups
    changes: Changes
    closings: Closings
    paces: Paces
    out_of_patience: OutOfPatience
