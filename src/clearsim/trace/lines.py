"""A line: the waits of one flow at one step."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clearsim.plan import NOT_YET, Code, IntArray
from clearsim.trace.levels import Level, level

BoolArray = npt.NDArray[np.bool_]
LINED = (Code.SERVE, Code.ENTER, Code.BOARD, Code.TAKE, Code.TRY)
"""Steps at which a line may form."""


@dataclass(frozen=True, eq=False)
class Line:
    """The waits of one flow at one step: of those who joined, row by row.

    `entity` is the row within the flow, `counted` whether KPIs count it; `start_ms` is `NOT_YET` for those who still
    wait, `end_ms` for those who still hold what they were granted. A boarding ends where it starts: at the departure.
    An entity that gives up waiting for a stock leaves the line as if served; `Trace.lost` says which did.
    """

    flow: int
    step: int
    code: Code
    target: int
    place: str
    entity: IntArray
    counted: BoolArray
    joined_ms: IntArray
    start_ms: IntArray
    end_ms: IntArray
    warm_up_ms: int
    end_of_run_ms: int

    @cached_property
    def waits_ms(self) -> IntArray:
        """Waits from joining to the start; of those who still wait at the end of the run, the wait so far."""
        return np.where(self.start_ms == NOT_YET, self.end_of_run_ms, self.start_ms) - self.joined_ms

    @cached_property
    def length(self) -> Level:
        """The number in the line, over time."""
        waited = self.start_ms != self.joined_ms  # entities that start at once are never in the line
        joined, start = self.joined_ms[waited], self.start_ms[waited]
        return level([(joined, 1), (start[start != NOT_YET], -1)], self.end_of_run_ms)
