"""What makes two runs the same run: the network, to the last number, and all the code that its figures depend on."""

import functools
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from enum import Enum
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import attrs
import numpy as np

from clearsim.flow import Network, Recorded

NUMBERS_COME_FROM = (
    *("units.py", "flow", "flows", "scenario", "plan", "demand", "policies", "levels.py", "trace.py"),
    *("engines", "measures", "experiment/simulating.py", "experiment/work.py"),
)
"""The sources that decide a figure; those of reports and the command line do not."""


def digest(network: Network) -> str:
    """A SHA-256 of all that the network says, the content of recorded files included; the same in every process.

    Raises `TypeError` for what has no such digest (a class of one's own whose source cannot be read), `OSError` where
    a recorded file cannot be read.

    >>> from clearsim.flow import At, Flow, Hold
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
    """The value as pieces of bytes; the type of each stands before it."""
    yield type(value).__qualname__.encode()
    match value:
        case None | bool() | int() | float() | str() | date() | time() | Path():
            yield repr(value).encode()
        case Enum():
            yield value.name.encode()
        case np.ndarray():
            yield f"{value.dtype}{value.shape}".encode()
            yield np.ascontiguousarray(value).tobytes()
        case np.generic():
            yield repr(value.item()).encode()
        case Mapping():
            yield str(len(value)).encode()
            for key, item in value.items():
                yield from _parts(key)
                yield from _parts(item)
        case list() | tuple():
            yield str(len(value)).encode()
            for item in value:
                yield from _parts(item)
        case _ if is_dataclass(value) or attrs.has(type(value)):
            yield from _source(type(value))
            for name in _fields(type(value)):
                yield name.encode()
                yield from _parts(getattr(value, name))
            if isinstance(value, Recorded):
                yield sha256(value.path.read_bytes()).digest()
        case _:
            raise TypeError(
                f"a {type(value).__qualname__} in a network has no digest: make its class a dataclass or an attrs class"
            )


def _fields(kind: type) -> list[str]:
    found = attrs.fields(kind) if attrs.has(kind) else fields(kind)
    return [field.name for field in found]


def _source(kind: type) -> Iterator[bytes]:
    """The source of a class that is not clearsim's own, for it may change between two runs."""
    if not kind.__module__.startswith("clearsim."):
        try:
            yield inspect.getsource(kind).encode()
        except OSError:
            raise TypeError(f"the source of {kind.__qualname__} cannot be read, so its runs have no digest") from None
