"""Where lines of text are broken, in every language.

Chinese has no spaces: a line may end behind any character, but no line begins with a closing sign or ends with an
opening one. A number stays with its unit in all languages.
"""

import re

from clearsim.units import columns_of

NO_BREAK = "\N{NO-BREAK SPACE}"
OPENING, CLOSING = (
    "\u201c\u2018\u300c\u300a\uff08",
    "\u201d\u2019\u300d\u300b\uff09\uff0c\u3002\u3001\uff1b\uff1a\uff01\uff1f",
)
CHINESE = "\u2e80-\u2fff\u3003-\u3007\u3012-\u9fff\uf900-\ufaff"
WITH_ITS_NUMBER = re.compile(
    rf" (?=±)|(?<=±) |(?<=\bn) (?== )|(?<=\bn =) "
    rf"|(?<=\d) (?=\d{{3}}(?!\d)|(?:%|min|h|d|s|units|CNY)(?!\w)|[{CHINESE}])"
)
"""Spaces within a number, before what it counts, and within `n = 5`."""
WORD = rf"[^ \n{CHINESE}{OPENING}{CLOSING}]+(?:(?<={NO_BREAK})[{CHINESE}]{{1,2}})?"
ATOM = re.compile(rf"(\s*)([{OPENING}]*(?:{WORD}|[{CHINESE}])?[{CLOSING}]*)")
"""Spaces, and what must not be broken: a word, a number with its unit, a Chinese character with its punctuation."""


def broken(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns; a Chinese character takes two. Always at least one line.

    >>> broken("it takes 12.3 ± 0.6 min or so", 16)
    ['it takes', '12.3 ± 0.6 min', 'or so']
    """
    lines, line = list[str](), ""
    for gap, atom in ATOM.findall(WITH_ITS_NUMBER.sub(NO_BREAK, text.strip())):
        gap = " " if gap and line else ""
        if columns_of(line + gap + atom) <= width:
            line += gap + atom
            continue
        if line:
            lines.append(line)
        line = ""
        for char in atom:
            if line and columns_of(line + char) > width:
                lines.append(line)
                line = ""
            line += char
    return [each.replace(NO_BREAK, " ") for each in [*lines, line]]
