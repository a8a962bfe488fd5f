"""Every number of a scenario with its grade and its source, so that a planner sees which are guesses."""

from collections.abc import Iterator
from typing import NamedTuple

from clearsim.language import Text
from clearsim.scenario import Loaded, Scenario

ABOUT_THE_RUN = ("title", "question", "start", "duration", "run_on", "warm_up", "seed", "wait_limit", "compare")
"""Keys about the run, which a planner chooses. All others describe the world: they have a source or are assumed."""


GRADES = {"derived": Text("derived"), "assumed": Text("assumed")}
"""Grades that are words; A, B and C are the same in every language."""


class Input(NamedTuple):
    """A value of the scenario as it is written, its grade (A, B, C, derived, assumed) and its source."""

    path: str
    value: str
    grade: str
    source: str


def inputs(loaded: Loaded[Scenario]) -> list[Input]:
    """Every value with a number in it, in the order of the file. A list of numbers is one value."""
    result = []
    for path, value in _leaves(loaded.data, ()):
        if path[0] not in ABOUT_THE_RUN and any(char.isdigit() for char in value):
            origin = loaded.origin(path)
            result.append(Input(".".join(map(str, path)), value, origin.grade or "assumed", origin.source))
    return result


def _leaves(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, str(value)
