"""Texts that people read, in English, simplified or traditional Chinese.

Code writes English. A sentence with values is a `Text`: it is a `str`, so it can be raised, compared and tested like
one, and it remembers its template and values. What prints, draws or writes for people calls `word`, which finds the
template in the catalogue of the language in use. English needs no catalogue: its templates are the keys.

>>> from clearsim.language import Text, use, word
>>> error = ValueError(Text("there is no language `{written}`; there are: {there}", written="fr", there="en, zh"))
>>> str(error)
'there is no language `fr`; there are: en, zh'
>>> with use("zh-Hans"):
...     word(error)
'没有语言 `fr`；可选：en, zh'
"""

from clearsim.language.catalogues import CODES, Code, catalogue
from clearsim.language.choice import Languages, languages_of, preferred
from clearsim.language.joining import clauses, either, lines, listed, phrases, sentences, together
from clearsim.language.text import Label, Text, plural
from clearsim.language.wording import current, speak, use, word

__all__ = [
    "CODES",
    "Code",
    "Label",
    "Languages",
    "Text",
    "catalogue",
    "clauses",
    "current",
    "either",
    "languages_of",
    "lines",
    "listed",
    "phrases",
    "plural",
    "preferred",
    "sentences",
    "speak",
    "together",
    "use",
    "word",
]
