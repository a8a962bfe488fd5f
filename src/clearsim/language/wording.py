"""Texts in the language in use. Everything that prints, draws or writes for people words them here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from clearsim.language.catalogues import Code, catalogue
from clearsim.language.choice import Languages, languages_of
from clearsim.language.text import Label, Text

_in_use: ContextVar[Languages] = ContextVar("languages in use", default=("en",))


def current() -> Languages:
    """The language in use, or the two that are shown side by side."""
    return _in_use.get()


def speak(languages: Languages) -> None:
    """Use these languages from now on, in this thread and those that it starts with its context."""
    _in_use.set(languages)


@contextmanager
def use(written: str) -> Iterator[None]:
    """Use a language for a while; it is written as `--lang` takes it. Raises `ValueError` for one that there is not."""
    token = _in_use.set(languages_of(written))
    try:
        yield
    finally:
        _in_use.reset(token)


def word(value: object) -> str:
    """The value as people read it: texts, labels and exceptions in the languages in use, all else as `str` has it.

    >>> word(Text("{n} of {all}", n=3, all=4)), word(Label("gate", "卡口")), word(2.5)
    ('3 of 4', 'gate', '2.5')
    """
    return " ".join(dict.fromkeys(_worded(value, code) for code in current()))


def _worded(value: object, code: Code) -> str:
    if isinstance(value, Text):
        template = catalogue(code).get(value.template, value.template)
        if not value.values:
            return template
        return template.format_map({name: _part(part, code) for name, part in value.values.items()})
    if isinstance(value, Label):
        if code != "en" and value.zh:
            return value.zh
        return _worded(value.en, code) if isinstance(value.en, Text) else catalogue(code).get(value.en, value.en)
    if isinstance(value, BaseException) and value.args:
        return _worded(value.args[0], code)
    return str(value)


def _part(value: object, code: Code) -> object:
    """A value within a template: a number stays one, since the template may say how it is written."""
    return _worded(value, code) if isinstance(value, str | Label | BaseException) else value
