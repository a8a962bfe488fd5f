"""Staffing rules: people who are called, moved or planned as the work comes. Without a rule a pool has its calendar.

`Backlog` and `Proportional` decide while the run goes on, from what can be seen then: how many wait, and who is on
duty. `Forecast` is decided before the run, from the demand's profile; `clearsim.policies.planned` carries it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from clearsim.flow.times import Constant, Time, as_distribution
from clearsim.units import is_count, share, to_ms

EVERY_MIN, LEAD_MIN, STAY_MIN = 15.0, 60.0, 240.0
"""How often a backlog rule looks, how soon whoever is called comes, and how long he stays, unless it is said."""
SHARED_EVERY_MIN, PLANNED_EVERY_MIN = 30.0, 60.0
"""How often people are shared out, and how often a forecast sets their number, unless it is said."""


@dataclass(frozen=True)
class Backlog:
    """Call people in while the lines are long, and let them go when they are short.

    Every `every` the rule counts who waits in all lines that need the pool. With `call_at` or more waiting, a `crew` is
    called and comes on duty after `lead`; one call is made at a time, and at most `at_most` people are called in
    together. With `release_at` or fewer waiting, a crew goes, but not before the last that came has stayed for `stay`.
    Between the two numbers nothing changes (hysteresis).
    """

    pool: str
    call_at: int
    release_at: int
    at_most: int
    crew: int = 1
    every: Time = EVERY_MIN
    lead: Time = LEAD_MIN
    stay: Time = STAY_MIN

    def __post_init__(self) -> None:
        for name in ("call_at", "release_at", "at_most", "crew"):
            _whole(f"{name} of a backlog rule", getattr(self, name))
        if not self.release_at < self.call_at:
            raise ValueError(f"a backlog rule releases below the line at which it calls, not at {self.release_at}")
        if not 1 <= self.crew <= self.at_most:
            raise ValueError(f"a crew is at least 1 and at most the {self.at_most} who may be called, not {self.crew}")
        _lengths(self, "every", "lead", "stay")


@dataclass(frozen=True)
class Proportional:
    """People who can work in several pools follow the work.

    Every `every`, and whenever a roster of theirs changes, those beyond `keep` of each pool are shared out among the
    pools in proportion to their work content: those who wait or are served, times the mean time that each takes, times
    the people that it needs. Without any work all go back to their own pool. Whoever leaves a pool comes to
    the other after `move`, which is shorter than `every`.
    """

    pools: Sequence[str]
    every: Time = SHARED_EVERY_MIN
    move: Time = 0.0
    keep: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pools", tuple(self.pools))
        if len(set(self.pools)) < 2 or len(set(self.pools)) < len(self.pools):
            raise ValueError("people are shared among two pools or more, each named once")
        for pool, number in self.keep.items():
            if pool not in self.pools:
                raise ValueError(f"`{pool}` keeps people but is not one of the pools that share them")
            _whole(f"what `{pool}` keeps", number)
        _lengths(self, "every", "move")
        if not as_distribution(self.move).expected < as_distribution(self.every).expected:
            raise ValueError("people must have moved before they move again: `move` is shorter than `every`")


@dataclass(frozen=True)
class Forecast:
    """As many on duty as the demand's profile asks for, so that a share `target` of those who come have to wait.

    `method` is the modified offered load (the work in progress if nobody ever waited), or the pointwise-stationary
    approximation (the arrival rate of the moment times the mean service). The number is set anew every `every`, never
    below `least` nor above `at_most`; the pool's own calendar says nothing any more.
    """

    pool: str
    target: float | str
    every: Time = PLANNED_EVERY_MIN
    least: int = 0
    at_most: int | None = None
    method: Literal["modified offered load", "pointwise stationary"] = "modified offered load"

    def __post_init__(self) -> None:
        if isinstance(self.target, str):
            object.__setattr__(self, "target", share(self.target))
        if not 0 < float(self.target) < 1:
            raise ValueError(f"the share that waits lies between 0 and 1, not {self.target}")
        _whole("the least of a forecast", self.least)
        if self.at_most is not None:
            _whole("the most of a forecast", self.at_most)
            if self.at_most < max(self.least, 1):
                raise ValueError(f"a forecast cannot have at least {self.least} and at most {self.at_most}")
        if self.method not in ("modified offered load", "pointwise stationary"):
            raise ValueError(f"there is no method {self.method!r}")
        _lengths(self, "every")


Staffing = Backlog | Proportional | Forecast


def pools_of(rule: Staffing) -> tuple[str, ...]:
    """The pools whose capacity the rule sets."""
    return tuple(rule.pools) if isinstance(rule, Proportional) else (rule.pool,)


def _whole(what: str, number: int) -> None:
    if not is_count(number) or number > 1_000_000:
        raise ValueError(f"{what} is a whole number from 0 to 1 000 000, not {number}")


def _lengths(rule: object, *names: str) -> None:
    """Lengths of time as minutes; a review comes at least a minute after the one before."""
    for name in names:
        length = as_distribution(getattr(rule, name))
        if not isinstance(length, Constant):
            raise ValueError(f"`{name}` of a staffing rule is one length of time, not a distribution")
        object.__setattr__(rule, name, length.expected)
        if name == "every" and to_ms(length.expected) < 60_000:
            raise ValueError(f"a staffing rule looks at most once a minute, not every {length.expected:g} min")
