"""Texts that are made of several items or clauses, with what stands between them in each language."""

from collections.abc import Iterable

from clearsim.language import Text, listed


def phrases(items: Iterable[object]) -> Text:
    """Clauses of a sentence, with commas between them; `listed` is for the items of a list."""
    first, *others = items
    made = listed([first])
    for item in others:
        made = Text("{clauses}, {clause}", clauses=made, clause=item)
    return made


def clauses(items: Iterable[object]) -> Text:
    """The items with semicolons between them.

    >>> clauses(["wait (trucks, gate)", "staff hours"])
    'wait (trucks, gate); staff hours'
    """
    first, *others = items
    made = listed([first])
    for item in others:
        made = Text("{items}; {item}", items=made, item=item)
    return made


def all_of(items: Iterable[object]) -> Text:
    """The items with commas between them, and `and` before the last.

    >>> all_of(["a", "b", "c"])
    'a, b and c'
    """
    *others, last = items
    return Text("{items} and {item}", items=listed(others), item=last) if others else listed([last])


def any_of(items: Iterable[object]) -> Text:
    """The items with commas between them, and `or` before the last."""
    *others, last = items
    return Text("{items} or {item}", items=listed(others), item=last) if others else listed([last])
