"""Arrivals that were recorded: timestamps of a CSV or Parquet file."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from clearsim.flow.arrivals import Recorded
from clearsim.plan import IntArray
from clearsim.units import shown

if TYPE_CHECKING:
    import pandas as pd


def recorded_ms(arrivals: Recorded, start: datetime, end_ms: int) -> IntArray:
    """The file's arrivals in ms since `start`, in order, all in [0, `end_ms`).

    Raises `ValueError` that names the file, and the row where one is to blame; `OSError` where there is no such file.
    """
    import pandas as pd  # 0.4 s to import, and only files need it

    stamps = _timestamps(arrivals)
    since_ms = ((stamps - pd.Timestamp(start)) // pd.Timedelta(milliseconds=1)).to_numpy(dtype=np.int64)
    inside = (since_ms >= 0) & (since_ms < end_ms)
    if arrivals.outside == "refuse" and not inside.all():
        row = int((~inside).argmax())
        raise ValueError(
            f"{arrivals.path}: {int((~inside).sum())} of {len(inside)} timestamps lie outside the run, which begins at "
            f"{start:%Y-%m-%d %H:%M}; the first is {stamps.iloc[row]} in row {row + 1}. "
            'Give the network the file\'s start and duration, or say outside="leave out"'
        )
    result: IntArray = np.sort(since_ms[inside])
    return result


def _timestamps(arrivals: Recorded) -> "pd.Series[pd.Timestamp]":
    import pandas as pd

    path, column = arrivals.path, arrivals.column
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not a table of arrivals: it is not UTF-8 text; save it as CSV in UTF-8") from error
    except ValueError as error:  # pandas' and pyarrow's own errors are ValueErrors too
        raise ValueError(f"{path}: not a table of arrivals: {error}") from error
    if column not in table:
        raise ValueError(f"{path}: there is no column `{column}`; there are {', '.join(map(str, table.columns))}")
    values = table[column]
    if pd.api.types.is_numeric_dtype(values) and values.notna().any():
        raise ValueError(f"{path}: column `{column}` holds numbers, not timestamps such as 2022-11-16 08:30")
    texts = values.astype(str).str
    if isinstance(values.dtype, pd.DatetimeTZDtype) or texts.contains(r"\d[T ].*(?:Z|[+-]\d\d(?::?\d\d)?)\s*$").any():
        raise ValueError(f"{path}: column `{column}` holds times with a zone; write local times without one")
    stamps = pd.to_datetime(values, format="ISO8601", errors="coerce")
    if stamps.isna().any():
        row = int(stamps.isna().to_numpy().argmax())
        found = "nothing" if pd.isna(values.iloc[row]) else f"`{shown(values.iloc[row])}`"
        raise ValueError(
            f"{path}: column `{column}` has no timestamp such as 2022-11-16 08:30 in row {row + 1}, but {found}"
        )
    return stamps
