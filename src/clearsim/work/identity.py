"""What makes two runs the same run: the network, to the last number, and all the code that its figures depend on."""

import functools
import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import date, time, timedelta
from enum import Enum
from hashlib import sha256
from importlib.metadata import version
from numbers import Number
from pathlib import Path

import numpy as np

from clearsim.language import Text
from clearsim.network import Network, Recorded
from clearsim.network.word import field_names

NUMBERS_COME_FROM = (
    "units.py",
    "network",
    "customs",
    "located",
    "scenario",
    "plan",
    "demand",
    "staffing",
    "trace",
    "engines",
    "measures",
    "work/simulating.py",
    "work/blocks.py",
)
"""The sources that decide a figure; those of reports and the command line do not."""
SEEN = {"clearsim", "numpy", "pandas", *sys.stdlib_module_names}
"""Packages whose classes need no version here: clearsim's sources are hashed, the others' are plain data."""
MADE_AT_RUN_TIME = 1 << 9
"""CPython's flag of a class that is no part of a compiled extension (`Py_TPFLAGS_HEAPTYPE`)."""


class UnversionedError(TypeError):
    """A network that has no digest: it holds code whose changes cannot be seen."""


def digest(network: Network) -> str:
    """A SHA-256 of all that the network says, the content of recorded files included; the same in every process.

    A class that is defined outside of clearsim is identified by its module, its name and its `version`, a text that
    its author changes together with the code. Its source is not read: the helpers and constants that it uses are not
    part of the source, and a class from a notebook cell may have none. Raises `UnversionedError` for a class without
    a `version` and for values that are not plain data, `OSError` where a recorded file cannot be read.

    >>> from clearsim.network import At, Flow, Hold
    >>> one, same, other = (Network([Flow("truck", At([0.0]), [Hold(n)])]) for n in (1, 1, 2))
    >>> digest(one) == digest(same) != digest(other)
    True
    """
    found = sha256()
    for part in _parts(network):
        found.update(f"{len(part)}:".encode())
        found.update(part)
    return found.hexdigest()


@functools.cache
def code_version() -> str:
    """A SHA-256 of the sources that decide a figure and of the numpy whose streams they draw from."""
    package = Path(__file__).parents[1]
    found = sha256(version("numpy").encode())
    for name in NUMBERS_COME_FROM:
        place = package / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _parts(value: object) -> Iterator[bytes]:
    """The value as pieces of bytes, its class first."""
    own = _own_classes(type(value))  # type: ignore[arg-type]  # a class is hashable, which mypy does not see
    names = field_names(value)
    yield f"{type(value).__module__}.{type(value).__qualname__}".encode()
    yield from (_version_of(kind).encode() for kind in own)
    for name in (*names, *_undeclared(value, names)) if own else names:
        yield name.encode()
        yield from _parts(getattr(value, name))
    match value:
        case Recorded():
            yield sha256(value.path.read_bytes()).digest()
        case Enum():
            yield value.name.encode()
            yield from _parts(value.value)
        case np.ndarray() if value.dtype.hasobject:
            yield from _parts(value.tolist())
        case np.ndarray():
            yield f"{value.dtype}{value.shape}".encode()
            yield np.ascontiguousarray(value).tobytes()
        case None | Number() | str() | bytes() | date() | time() | timedelta() | Path() if not own:
            yield repr(value).encode()
        case Mapping():
            yield str(len(value)).encode()
            for key, item in value.items():
                yield from _parts(key)
                yield from _parts(item)
        case list() | tuple():
            yield str(len(value)).encode()
            for item in value:
                yield from _parts(item)
        case set() | frozenset():
            yield from sorted(b"".join(_parts(item)) for item in value)
        case Number() | str() | bytes() | date() | time() | timedelta() | Path():
            raise _not_plain(value)
        case _ if not (names or own):
            raise _not_plain(value)


def _not_plain(value: object) -> UnversionedError:
    return UnversionedError(
        Text(
            "results of a network with a `{name}` cannot be kept in a store, because what it does cannot be seen: keep "
            "plain data such as numbers, texts and lists in the fields of a class",
            name=type(value).__qualname__,
        )
    )


@functools.cache
def _own_classes(kind: type) -> tuple[type, ...]:
    """Of the class and its bases, those that belong to none of the packages in `SEEN`."""
    return tuple(base for base in kind.__mro__ if not _is_seen(base))


def _is_seen(kind: type) -> bool:
    """Whether the class belongs to one of the packages in `SEEN`.

    Its `__module__` is not enough: a class that `exec` makes in an empty namespace claims to be one of the builtins.
    """
    if kind.__module__.partition(".")[0] not in SEEN:
        return False
    found: object = sys.modules.get(kind.__module__)
    for name in kind.__qualname__.split("."):
        found = getattr(found, name, None)
    return found is kind or not kind.__flags__ & MADE_AT_RUN_TIME


def _version_of(kind: type) -> str:
    """The version that a class outside of clearsim states itself; that of a base class does not count for it."""
    stated = vars(kind).get("version")
    if not isinstance(stated, str) or not stated:
        raise UnversionedError(
            Text(
                "results with `{name}` cannot be kept in a store, because the helpers and constants that a class "
                'outside of clearsim uses cannot be seen: write `version: ClassVar[str] = "1"` in the class, and '
                "change that text whenever its results may change",
                name=kind.__qualname__,
            )
        )
    return stated


def _undeclared(value: object, declared: Collection[str]) -> list[str]:
    """The names of the attributes that the value has beside its declared fields, cached properties left out."""
    state: object = object.__getstate__(value)  # its `__dict__`, or a pair of that and its slots
    parts = [part for part in (state if isinstance(state, tuple) else (state,)) if isinstance(part, dict)]
    classes = [vars(base).items() for base in type(value).__mro__]
    cached = {name for items in classes for name, item in items if isinstance(item, functools.cached_property)}
    return sorted({name for part in parts for name in part}.difference(declared, cached))
