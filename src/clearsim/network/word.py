"""What every word of a flow is: a frozen attrs value that says in a sentence what it refuses.

The converters and validators of its fields are in `clearsim.network.values`. They know neither word nor field; the
field transformer `named` and the class `Word` put both before their sentences.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import attrs

from clearsim.language import Text, listed
from clearsim.units import reason_of


class WordError(ValueError):
    """A word that cannot be: which word, which of its fields if one is to blame, and why (`reason`)."""

    def __init__(self, where: str, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(Text("{where}: {reason}", where=where, reason=reason))

    def __reduce__(self) -> tuple[Callable[..., "WordError"], tuple[str, str]]:
        """How it travels to another process."""
        return WordError, (self.where, self.reason)


class Word:
    """A value that describes a part of a network. It is frozen, and has its final types once it is made."""

    __slots__ = ()

    @classmethod
    def __attrs_init_subclass__(cls) -> None:
        """Put the word's name before all that it refuses; arguments that it does not have are refused as well."""
        init: Callable[..., None] = cls.__init__
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)  # type: ignore[arg-type]  # it is made by attrs
        known = [str(item.alias) for item in sorted(fields, key=lambda item: item.kw_only) if item.init]

        @functools.wraps(init)
        def checked(self: object, *values: object, **named: object) -> None:
            for name in named:
                if name not in known:
                    text = Text(
                        "{word} has no `{name}`; it has {known}", word=cls.__name__, name=name, known=listed(known)
                    )
                    raise TypeError(text)
            try:
                init(self, *values, **named)
            except ValueError as error:
                if type(error) not in (ValueError, _FieldError):  # it has its own place and words
                    raise
                given = dict(zip(known, values, strict=False)) | named
                name = next((f" {given[key]!r}" for key in _NAMING if isinstance(given.get(key), str)), "")
                field = f", {error.field}" if isinstance(error, _FieldError) else ""
                raise WordError(f"{cls.__name__}{name}{field}", reason_of(error)) from None

        cls.__init__ = checked  # type: ignore[method-assign]  # the same signature


_NAMING = ("name", "station", "service", "stock", "flow", "of")
"""The fields by which a message names a word, the first that it has."""


class _FieldError(ValueError):
    """What a field refuses."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        super().__init__(reason)


def named(cls: type, fields: list["attrs.Attribute[Any]"]) -> list["attrs.Attribute[Any]"]:
    """The fields of a word, whose converters and validators name their field when they refuse a value."""
    return [
        item.evolve(converter=_naming(item.converter, item.name), validator=_naming(item.validator, item.name))
        for item in fields
    ]


def _naming(function: Any, field: str) -> Any:
    if function is None or isinstance(function, functools.partial):
        return function
    return functools.partial(_refusing, function, field)


def _refusing(function: Callable[..., Any], field: str, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except WordError as error:  # a word that the converter made from what was written
        raise _FieldError(field, error.reason) from None
    except ValueError as error:
        raise _FieldError(field, reason_of(error)) from None


def field_names(value: object) -> tuple[str, ...]:
    """The names of the value's fields in their order; none for a value whose class declares no fields.

    >>> from clearsim.network import Exponential
    >>> field_names(Exponential("5 min")), field_names(5.0)
    (('mean',), ())
    """
    kind = type(value)
    by_attrs = [field.name for field in attrs.fields(kind)] if attrs.has(kind) else []
    by_dataclass = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    return tuple(dict.fromkeys(by_attrs + by_dataclass))  # a dataclass may have an attrs class as its base


def default_of(kind: type, field: str) -> Any:
    """The default of a field of a word.

    >>> from clearsim.network import Backlog
    >>> default_of(Backlog, "lead")
    60.0
    """
    return getattr(attrs.fields(kind), field).default
