"""Arrivals that were recorded: timestamps of a CSV or Parquet file."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clearsim.network.arrivals import Recorded
from clearsim.plan import IntArray
from clearsim.units import quoted

if TYPE_CHECKING:
    import pandas as pd

SEPARATORS = ",;\t|"
EXAMPLE = "2022-11-16 08:30"


def recorded_ms(arrivals: Recorded, start: datetime, end_ms: int) -> IntArray:
    """The file's arrivals in ms since `start`, rounded to whole milliseconds, in order, all in [0, `end_ms`).

    Raises `ValueError` with the file and, where one row is wrong, its number; `OSError` where the file is missing.
    """
    import pandas as pd  # 0.4 s to import, and only files need it

    stamps = _timestamps(arrivals)
    since_ms = ((stamps - pd.Timestamp(start)) / pd.Timedelta(milliseconds=1)).round().to_numpy(dtype=np.int64)
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

    path, columns = arrivals.path, arrivals.columns
    table = _table(path)
    for column in columns:
        if column not in table:
            there = ", ".join(f"`{name}`" for name in table.columns)
            raise ValueError(f"{path}: there is no column `{column}`; there are {there}")
    if not len(table):
        raise ValueError(f"{path}: no arrivals, only headings")
    where = " and ".join(f"`{column}`" for column in columns)
    values = table[columns[0]]
    if pd.api.types.is_numeric_dtype(values) and values.notna().any():
        raise ValueError(f"{path}: column {where} holds numbers, not timestamps such as {EXAMPLE}")
    texts = values.astype(str).str
    if isinstance(values.dtype, pd.DatetimeTZDtype) or texts.contains(r"\d[T ].*(?:Z|[+-]\d\d(?::?\d\d)?)\s*$").any():
        raise ValueError(f"{path}: column {where} holds times with a zone; write local times without one")
    stamps = pd.to_datetime(values, format="ISO8601", errors="coerce")
    if len(columns) == 2:
        stamps = stamps.dt.normalize() + _since_midnight(table[columns[1]])
    if stamps.isna().any():
        row = int(stamps.isna().to_numpy().argmax())
        # From a list of Python's own numbers: numpy's would be shown as np.int64(830).
        found = [table[column].tolist()[row] for column in columns]
        shown = " and ".join("nothing" if pd.isna(value) else quoted(value) for value in found)
        raise ValueError(f"{path}: column {where} has no timestamp such as {EXAMPLE} in row {row + 1}, but {shown}")
    return stamps


def _since_midnight(clock: "pd.Series[Any]") -> "pd.Series[pd.Timedelta]":
    """Clock times as texts (``08:30``, ``08:30:15``) or as whole numbers HHMM (``830``); NaT where there is none."""
    import pandas as pd

    if pd.api.types.is_numeric_dtype(clock):
        whole = clock.where((clock % 1 == 0) & (clock >= 0) & (clock % 100 < 60) & (clock < 2400))
        return pd.to_timedelta(whole // 100 * 60 + whole % 100, unit="min")
    texts = clock.astype(str).str.strip()
    texts = texts.where(texts.str.fullmatch(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"))
    return pd.to_timedelta(texts.mask(texts.str.count(":") == 1, texts + ":00"), errors="coerce")


def _table(path: Path) -> "pd.DataFrame":
    """The file as a table. The separator of a text file is that of its headings: a comma, semicolon, tab or bar."""
    import pandas as pd

    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        with path.open("rb") as file:
            beginning = file.read(4)
        if beginning.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            raise ValueError("it is an Excel workbook; save the sheet as CSV in UTF-8")
        with path.open(encoding="utf-8-sig") as text:
            headings = text.readline()
        separator = max(SEPARATORS, key=headings.count)
        return pd.read_csv(path, sep=separator, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not a table of arrivals: it is not UTF-8 text; save it as CSV in UTF-8") from error
    except ValueError as error:  # pandas' and pyarrow's own errors are ValueErrors too
        raise ValueError(f"{path}: not a table of arrivals: {error}") from error
