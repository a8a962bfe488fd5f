"""Several texts in one, with what stands between them in each language."""

from collections.abc import Iterable

from clearsim.language.text import Text


def listed(items: Iterable[object]) -> Text:
    """The items with commas between them.

    >>> listed(["gate", Text("inspection"), "yard"])
    'gate, inspection, yard'
    """
    first, *others = [*items] or [""]
    made = Text("{item}", item=first)
    for item in others:
        made = Text("{items}, {item}", items=made, item=item)
    return made


def sentences(parts: Iterable[object]) -> Text:
    """The sentences one after the other, with a space between them where the language has one."""
    first, *others = [*parts] or [""]
    made = Text("{item}", item=first)
    for part in others:
        made = Text("{sentences} {sentence}", sentences=made, sentence=part)
    return made


def either(items: Iterable[object]) -> Text:
    """The items with commas, and `or` before the last.

    >>> either(["dedicated", "shared", "priority"])
    'dedicated, shared or priority'
    """
    *others, last = items
    return Text("{items} or {item}", items=listed(others), item=last) if others else listed([last])


def together(items: Iterable[object]) -> Text:
    """The items with commas, and `and` before the last.

    >>> together(["lanes", "time"])
    'lanes and time'
    """
    *others, last = items
    return Text("{items} and {item}", items=listed(others), item=last) if others else listed([last])


def phrases(parts: Iterable[object]) -> Text:
    """Parts of a sentence with commas between them; Chinese sets these apart from the items of a list.

    >>> phrases(["60 a day", "at random"])
    '60 a day, at random'
    """
    first, *others = [*parts] or [""]
    made = listed([first])
    for part in others:
        made = Text("{parts}, {part}", parts=made, part=part)
    return made


def clauses(parts: Iterable[object]) -> Text:
    """The parts with semicolons between them.

    >>> clauses(["at random", "9 waiting at the start"])
    'at random; 9 waiting at the start'
    """
    first, *others = [*parts] or [""]
    made = listed([first])
    for part in others:
        made = Text("{parts}; {part}", parts=made, part=part)
    return made


def lines(parts: Iterable[object]) -> Text:
    """The parts, each on a line of its own.

    >>> print(lines(["first", "second"]))
    first
    second
    """
    first, *others = [*parts] or [""]
    made = listed([first])
    for part in others:
        made = Text("{lines}\n{line}", lines=made, line=part)
    return made
