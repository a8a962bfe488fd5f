"""The fast engine: one table-driven kernel, compiled by numba, over the arrays of plan and demand.

It obeys the contract in the package's docstring to the last millisecond, as `tests/test_parity.py` shows.

What makes it fast:

- An entity lives in a slot of 64 bytes while it is inside, and slots are used again. So what is active stays in the
  processor's cache, however long the run.
- Only ends of holds go through a heap. Arrivals, changes of capacity and closings are sorted already, and are merged.
- A line is a linked list as long as entities join it in order.
- The kernel does not hold the interpreter's lock: threads run replications side by side.
"""

from clearsim.demand import Demand
from clearsim.engines import Progress
from clearsim.engines.checks import check
from clearsim.engines.kernel.compiling import prepared
from clearsim.engines.kernel.run import run
from clearsim.engines.tables import tables_of
from clearsim.plan import Plan, frozen
from clearsim.trace import Trace, capacity_changes, stamp_first


def simulate(plan: Plan, demand: Demand, progress: Progress | None = None) -> Trace:
    """The trace of one run. Raises `ValueError` where plan and demand do not fit together or leave their range.

    `progress` is not called: the kernel does millions of entities a second and does not stop to report.
    """
    check(plan, demand)
    tables = tables_of(plan, demand)
    prepared(run, tables)(tables)
    notes = tables.duty.notes
    noted = slice(int(notes.size[0]))
    changes = capacity_changes(notes.ms[noted], notes.pool[noted], notes.capacity[noted])
    return Trace(plan, demand, frozen(tables.inside.stamp), stamp_first(plan, demand), *changes)
