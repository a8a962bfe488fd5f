"""What a station of any site says: its lanes, its times, and how fast those who serve are."""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from clearsim.language import Text
from clearsim.network.pace import FASTEST, SLOWEST
from clearsim.scenario.distributions import TimeOf
from clearsim.scenario.quantities import Mistake, Positive, Strict, refused
from clearsim.scenario.rosters import Roster
from clearsim.units import expected, shown

Factor = Annotated[float, Field(ge=SLOWEST, le=FASTEST)]


def _open_counts(value: object) -> object:
    """Whole numbers from texts such as `"4"`."""
    if not isinstance(value, dict):
        return value
    wrong: list[Mistake] = [
        (expected(Text("how many are on duty, a whole number such as `4`"), f"`{shown(key)}`"), (key, "[key]"))
        for key in value
        if not isinstance(key, int) and not re.fullmatch(r"0|[1-9][0-9]{0,5}", str(key))
    ]
    if wrong:
        raise refused(wrong)
    return {int(key): factor for key, factor in value.items()}


class Paced(Strict):
    """How fast work is done: 1 as `time` says, 0.5 half as fast. All factors multiply."""

    hours: Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)] = (1.0,) * 24
    """24 factors, one for each hour of the day."""
    by_open: Annotated[
        dict[int, Factor],
        BeforeValidator(_open_counts),
        WithJsonSchema(
            {
                "type": "object",
                "patternProperties": {
                    "^(0|[1-9][0-9]{0,5})$": {"type": "number", "minimum": SLOWEST, "maximum": FASTEST}
                },
                "additionalProperties": False,
            }
        ),
    ] = Field(default_factory=dict)
    """Factors by how many are on duty, such as `{"1": 1.2, "4": 1.0}`. Each holds up to the next number that is named.
    At a station without staff, open lanes are counted."""


class Lanes(Strict):
    """A station of parallel lanes (or docks, machines, benches) that need no staff of their own."""

    lanes: Roster
    """How many lanes are open: a number, or a number by the clock."""
    time: TimeOf
    """How long one unit takes in a lane."""
    pace: Paced | None = None
    """How fast work is done, by the hour and by how many are on duty."""


class Desk(Strict):
    """A station whose staff each serve one unit at a time. How many are on duty is written under `staff`."""

    time: TimeOf
    """How long the service of one unit takes."""
    pace: Paced | None = None
    """How fast work is done, by the hour and by how many are on duty."""


class Inspection(Lanes):
    """Inspection lanes, each served by a crew."""

    crew: Positive
    """How many inspectors one inspection needs, besides a lane."""
