"""The one shape of a table for people, whatever it is about; `clearsim.cli.screen` prints it."""

from typing import NamedTuple

from clearsim.experiment import KpiRow
from clearsim.numbers import half_width, number

Row = tuple[str, ...]


class Table(NamedTuple):
    """A title, headings, and rows of text. A row of one cell is a heading among the rows."""

    title: str
    headings: Row
    rows: tuple[Row, ...]


def kpi_row(name: str, row: KpiRow, last: str) -> Row:
    """A KPI in a table: its name, mean and half-width, and the last cell, such as the unit."""
    return (name, number(row.mean, row.unit), half_width(row.half_width, row.unit), last)
