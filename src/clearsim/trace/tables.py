"""A trace as tables: who visited which station and when, who left with which departure.

Minutes are counted from the run's start; what was not reached by its end is empty (NaN).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from clearsim.plan import NOT_YET, Code, IntArray
from clearsim.trace.lines import Line
from clearsim.trace.stamps import Trace
from clearsim.units import MINUTE_MS

if TYPE_CHECKING:
    import pandas as pd


def visits(trace: Trace) -> "pd.DataFrame":
    """Every visit of a station: columns `flow, entity, station, joined_min, start_min, end_min`, in order of joining.

    `entity` is the number within its flow, from 0. A visit ends when what was seized is released.
    """
    lines = [line for line in trace.lines if line.code in (Code.SERVE, Code.ENTER)]
    return _table(trace, lines, "station", ("joined_min", "start_min", "end_min"))


def boardings(trace: Trace) -> "pd.DataFrame":
    """Every boarding: columns `flow, entity, service, joined_min, departed_min`, in order of joining."""
    lines = [line for line in trace.lines if line.code == Code.BOARD]
    return _table(trace, lines, "service", ("joined_min", "departed_min"))


def _table(trace: Trace, lines: list[Line], name: str, stamps: tuple[str, ...]) -> "pd.DataFrame":
    import pandas as pd  # 0.4 s to import, and a run without tables needs none

    sizes = [len(line.entity) for line in lines]
    columns = {"joined_min": "joined_ms", "start_min": "start_ms", "end_min": "end_ms", "departed_min": "start_ms"}
    table = pd.DataFrame(
        {
            "flow": np.repeat(np.array([trace.plan.flows.names[line.flow] for line in lines], dtype=object), sizes),
            "entity": _joined(line.entity for line in lines),
            name: np.repeat(np.array([line.place for line in lines], dtype=object), sizes),
        }
        | {stamp: minutes(_joined(getattr(line, columns[stamp]) for line in lines)) for stamp in stamps}
    )
    return table.sort_values("joined_min", kind="stable", ignore_index=True)


def minutes(stamps_ms: IntArray) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    """Minutes of stamps; NaN where `NOT_YET`."""
    return np.where(stamps_ms == NOT_YET, np.nan, stamps_ms / MINUTE_MS)


def _joined(parts: Iterable[IntArray]) -> IntArray:
    return np.concatenate([*parts, np.empty(0, dtype=np.int64)])
