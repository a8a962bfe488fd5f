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
    """How fast those who serve are: 1 as the time says, 0.5 half as fast. All factors multiply."""

    hours: Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)] = (1.0,) * 24
    """24 paces by the clock, from 00 h to 23 h."""
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
    """The pace with so many on duty, up to the next number named, such as `{"1": 1.2, "4": 1.0}`: of those who serve
    there, or of the lanes where nobody does."""


class Lanes(Strict):
    """A station of parallel lanes (or docks, machines, benches) that need nobody else."""

    lanes: Roster
    """How many lanes are open: a number, or a number by the clock."""
    time: TimeOf
    """Time in a lane."""
    pace: Paced | None = None
    """How fast it goes by the hour, and by how many are on duty."""


class Desk(Strict):
    """A station whose staff serve one at a time each; how many are on duty stands under `staff`."""

    time: TimeOf
    """Time for one."""
    pace: Paced | None = None
    """How fast it goes by the hour, and by how many are on duty."""


class Inspection(Lanes):
    """Inspection lanes (查驗), each served by a crew."""

    crew: Positive
    """Inspectors that one inspection needs, together with a lane."""
