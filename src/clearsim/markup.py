"""HTML as notebooks show it. Text is escaped here and nowhere else."""

from collections.abc import Iterable, Sequence
from html import escape
from numbers import Real
from typing import TypeGuard

from clearsim.language import word
from clearsim.numbers import digits

MOST_ROWS = 60
"""A notebook is not made longer by more; a table says how many it leaves out."""


def element(tag: str, *content: str, style: str = "") -> str:
    """An element around content that is HTML already.

    >>> element("p", text("a < b"))
    '<p>a &lt; b</p>'
    """
    styled = f' style="{style}"' if style else ""
    return f"<{tag}{styled}>{''.join(content)}</{tag}>"


def text(value: object) -> str:
    """A value as HTML: numbers to four digits, all else as people read it; nothing for None."""
    if value is None:
        return ""
    return digits(float(value)) if _is_number(value) else escape(word(value))


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table of values, numbers on the right. Of more than `MOST_ROWS` rows the first are shown."""
    head = element("tr", *(element("th", text(heading), style="text-align:left") for heading in headings))
    body = "".join(element("tr", *map(_cell, row)) for row in rows[:MOST_ROWS])
    left_out = f"{MOST_ROWS} of {len(rows)} rows; to_pandas() has all." if len(rows) > MOST_ROWS else ""
    return element("table", element("thead", head), element("tbody", body)) + notes([left_out])


def notes(sentences: Iterable[str]) -> str:
    """A paragraph a sentence; nothing for an empty one."""
    return "".join(element("p", text(sentence)) for sentence in sentences if sentence)


def _cell(value: object) -> str:
    style = "text-align:right;white-space:nowrap" if _is_number(value) else "text-align:left"
    return element("td", text(value), style=style)


def _is_number(value: object) -> TypeGuard[Real]:
    return isinstance(value, Real) and not isinstance(value, bool)
