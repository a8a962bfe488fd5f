"""Pace: how fast work goes, by the hour, between dates, and by how many are on duty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from clearsim.units import LONGEST_MIN, is_count

SLOWEST, FASTEST = 0.001, 1000.0
"""A pace is kept in whole thousandths."""


class Between(NamedTuple):
    """From `from_min` to `until_min` after the start work goes at `pace`."""

    from_min: float
    until_min: float
    pace: float


@dataclass(frozen=True)
class Pace:
    """How fast a service or a drive goes, 1 as drawn, 0.5 twice as long: decided when it begins, and kept to its end.

    `hours` are 24 paces by the clock; `windows` multiply them between dates. `by_open` is the pace with so many on duty
    in `pool` (up to the next number that is named; below the least, the least's): officers at Peace Arch worked faster
    with fewer booths open. All factors multiply; each is rounded to whole thousandths.

    >>> Pace(by_open={1: 1.2, 4: 1.0}, pool="booths").with_open(3)
    1.2
    """

    hours: tuple[float, ...] = (1.0,) * 24
    windows: Sequence[Between] = ()
    by_open: Mapping[int, float] = field(default_factory=dict)
    pool: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "hours", tuple(self.hours))
        object.__setattr__(self, "windows", tuple(Between(*window) for window in self.windows))
        if len(self.hours) != 24:
            raise ValueError(f"a pace has 24 hours, not {len(self.hours)}")
        factors = [*self.hours, *(window.pace for window in self.windows), *self.by_open.values()]
        if any(not SLOWEST <= factor <= FASTEST for factor in factors):
            raise ValueError(f"a pace lies between {SLOWEST} and {FASTEST:g}")
        if any(not -LONGEST_MIN <= window.from_min < window.until_min <= LONGEST_MIN for window in self.windows):
            raise ValueError("a window of a pace must end after it begins, within a century of the start")
        if not all(is_count(number) and number <= 1_000_000 for number in self.by_open):
            raise ValueError("a pace by how many are on duty names whole numbers from 0 to 1 000 000")
        if bool(self.by_open) != (self.pool is not None):
            raise ValueError("a pace by how many are on duty needs both `by_open` and the `pool` that it counts")

    def with_open(self, number: int) -> float:
        """The pace with so many on duty."""
        named = [count for count in sorted(self.by_open) if count <= number] or sorted(self.by_open)[:1]
        return self.by_open[named[-1]] if named else 1.0
