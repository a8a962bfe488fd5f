"""An English sentence that remembers what it was made of, and names in two languages."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Self


class Text(str):
    """A sentence for people: an English template filled with values, as `str.format` does it.

    Values may be texts, labels or exceptions themselves; they are worded in the same language. The template is the key
    under which a catalogue has the translation, so it is always written as a literal. Without values a template is
    taken as it is, braces included.

    >>> Text("expected {kind}, not {value}", kind=Text("a whole number"), value=2.5)
    'expected a whole number, not 2.5'
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        made = super().__new__(cls, template.format_map(values) if values else template)
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[Callable[..., "Text"], tuple[str, Mapping[str, object]]]:
        """How a text travels to another process."""
        return _made, (self.template, self.values)


def _made(template: str, values: Mapping[str, object]) -> Text:
    return Text(template, **values)


class Label(NamedTuple):
    """What people read for a name: English, and Chinese where its author wrote some.

    Chinese is shown as written. Without it `en` is worded like any other text, if the catalogue has it.
    """

    en: str
    zh: str = ""

    def __str__(self) -> str:
        return self.en


def plural(n: int, one: str, many: str, /, **values: object) -> Text:
    """`one` where n is 1, else `many`; both templates may use `{n}`. Catalogues have both.

    >>> plural(1, "{n} policy", "{n} policies"), plural(1000, "{n:,} run", "{n:,} runs")
    ('1 policy', '1,000 runs')
    """
    return Text(one if n == 1 else many, n=n, **values)
