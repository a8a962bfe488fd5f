"""The one shape of a table for people, whatever it is about; `clearsim.cli.screen` prints it."""

from typing import NamedTuple

from clearsim.experiment import KpiRow
from clearsim.language import Label, Text
from clearsim.numbers import half_width, number

Cell = str | Label
"""A number as it is read, or a text or label, which is worded when the table is printed."""
Row = tuple[Cell, ...]


class Table(NamedTuple):
    """A title, headings, and rows. A row of one cell is a heading among the rows.

    The first column and those of the headings in `words` hold words and are aligned to the left, all others numbers.
    Columns of the headings in `unwrapped` stay on one line, while others may be wrapped.
    """

    title: str
    headings: Row
    rows: tuple[Row, ...]
    words: Row = ()
    unwrapped: Row = ()


def indented(item: object) -> Text:
    """What belongs to the line above it."""
    return Text("  {item}", item=item)


def kpi_row(name: Cell, row: KpiRow, last: Cell) -> Row:
    """A KPI in a table: its name, mean and half-width, and the last cell, such as the unit."""
    return (name, number(row.mean, row.unit), half_width(row.half_width, row.unit), last)
