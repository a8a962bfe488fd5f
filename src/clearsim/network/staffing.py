"""Staffing rules: people who are called, moved or planned as the work comes. Without a rule a pool has its calendar.

`Backlog` and `Proportional` decide while the run goes on, from what can be seen then: how many wait, and who is on
duty. `Forecast` is decided before the run, from the demand's profile; `clearsim.staffing.planned` carries it out.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from clearsim.language import Text
from clearsim.network.times import Time, one_length
from clearsim.network.values import Names, fraction, mapping, name, names, one_of, whole
from clearsim.network.word import Word, named
from clearsim.units import is_count, quoted

MOST_PEOPLE = 1_000_000
SHORTEST_EVERY_MIN = 1.0
"""A rule looks no more often than that."""
Method = Literal["modified offered load", "pointwise stationary"]
"""How a forecast reckons the work; see `Forecast`."""


def _every(value: Time) -> float:
    """Minutes from one review to the next, at least one."""
    every = one_length(value)
    if every < SHORTEST_EVERY_MIN:
        raise ValueError(
            Text("a staffing rule reviews the work at most once a minute, not every {minutes:g} min", minutes=every)
        )
    return every


@frozen(field_transformer=named)
class Backlog(Word):
    """Call people in while the lines are long, and let them go when they are short.

    Every `every` the rule counts who waits in all lines that need the pool. With `call_at` or more waiting, a `crew` is
    called and comes on duty after `lead`; one call is made at a time, and at most `at_most` people are called in
    together. With `release_at` or fewer waiting, a crew goes, but not before the last that came has stayed for `stay`.
    Between the two numbers nothing changes (hysteresis).
    """

    pool: str = field(converter=name)
    call_at: int = field(validator=whole(most=MOST_PEOPLE))
    release_at: int = field(validator=whole(most=MOST_PEOPLE))
    at_most: int = field(validator=whole(most=MOST_PEOPLE))
    crew: int = field(default=1, validator=whole(most=MOST_PEOPLE))
    every: float = field(default=15.0, converter=_every)
    lead: float = field(default=60.0, converter=one_length)
    stay: float = field(default=240.0, converter=one_length)

    def __attrs_post_init__(self) -> None:
        if not self.release_at < self.call_at:
            raise ValueError(
                Text(
                    "`release_at` must be less than `call_at` ({call_at}), not {release_at}",
                    call_at=self.call_at,
                    release_at=self.release_at,
                )
            )
        if not 1 <= self.crew <= self.at_most:
            raise ValueError(
                Text(
                    "a crew is at least 1 and at most the {most} who may be called, not {crew}",
                    most=self.at_most,
                    crew=self.crew,
                )
            )


def _pools(values: Names) -> tuple[str, ...]:
    found = names(values)
    if len(set(found)) < 2 or len(set(found)) < len(found):
        raise ValueError(Text("people are shared among two pools or more, each named once"))
    return found


def _keep(values: Mapping[str, int]) -> dict[str, int]:
    found = mapping(values, Text("how many each pool keeps, such as {'officers': 2}"))
    for number in found.values():
        if not is_count(number) or number > MOST_PEOPLE:
            raise ValueError(
                Text("what a pool keeps is a whole number from 0 to 1 000 000, not {value}", value=quoted(number))
            )
    return found


@frozen(field_transformer=named)
class Proportional(Word):
    """People who can work in several pools follow the work.

    Every `every`, and whenever a roster of theirs changes, those beyond `keep` of each pool are shared out among the
    pools in proportion to their work content: those who wait or are served, times the mean time that each takes, times
    the people that it needs. Without any work all go back to their own pool. Somebody who leaves a pool
    comes to the other after `move`, which is shorter than `every`.
    """

    pools: tuple[str, ...] = field(converter=_pools)
    every: float = field(default=30.0, converter=_every)
    move: float = field(default=0.0, converter=one_length)
    keep: dict[str, int] = field(factory=dict, converter=_keep)

    def __attrs_post_init__(self) -> None:
        for pool in self.keep:
            if pool not in self.pools:
                raise ValueError(Text("`{pool}` keeps people but is not one of the pools that share them", pool=pool))
        if not self.move < self.every:
            raise ValueError(Text("people must have moved before they move again: `move` < `every`"))


def _target(value: float | str) -> float:
    target = fraction(value)
    if not 0 < target < 1:
        raise ValueError(Text("the share that waits lies between 0 and 1, not {value}", value=repr(value)))
    return target


@frozen(field_transformer=named)
class Forecast(Word):
    """As many on duty as the demand's profile asks for, so that a share `target` of those who come have to wait.

    `method` is the modified offered load (the work in progress if nobody ever waited), or the pointwise-stationary
    approximation (the arrival rate of the moment times the mean service). The number is set anew every `every`, never
    below `least` nor above `at_most`; the pool's own calendar says nothing any more.
    """

    pool: str = field(converter=name)
    target: float = field(converter=_target)
    every: float = field(default=60.0, converter=_every)
    least: int = field(default=0, validator=whole(most=MOST_PEOPLE))
    at_most: int | None = field(default=None, validator=optional(whole(most=MOST_PEOPLE)))
    method: Method = field(default="modified offered load", validator=one_of(*get_args(Method)))

    def __attrs_post_init__(self) -> None:
        if self.at_most is not None and self.at_most < max(self.least, 1):
            raise ValueError(
                Text("it cannot have at least {least} and at most {most}", least=self.least, most=self.at_most)
            )


Staffing = Backlog | Proportional | Forecast


def pools_of(rule: Staffing) -> tuple[str, ...]:
    """The pools whose capacity the rule sets."""
    return rule.pools if isinstance(rule, Proportional) else (rule.pool,)
