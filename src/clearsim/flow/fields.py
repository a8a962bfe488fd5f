"""What a word of a flow is made of, whether attrs or `dataclasses` made its class."""

import dataclasses

import attrs


def field_names(value: object) -> tuple[str, ...]:
    """The names of the value's fields in their order; none for a value whose class declares no fields.

    >>> from clearsim.flow import Exponential
    >>> field_names(Exponential("5 min")), field_names(5.0)
    (('mean',), ())
    """
    kind = type(value)
    by_attrs = [field.name for field in attrs.fields(kind)] if attrs.has(kind) else []
    by_dataclass = [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
    return tuple(dict.fromkeys(by_attrs + by_dataclass))  # a dataclass may have an attrs class as its base
