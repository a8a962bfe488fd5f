"""Who is on duty, and when: rosters and weekdays as a planner writes them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from clearsim.language import Text, listed
from clearsim.located.problems import Path
from clearsim.network.calendar import MOST_CAPACITY, WEEKDAYS, Calendar, weekdays_of
from clearsim.scenario.quantities import Mistake, refused
from clearsim.units import clock_min, expected, reason_of, shown


def weekdays(text: object) -> object:
    """Indices (Monday 0) of a text such as ``mon-fri``; indices stay as they are."""
    if isinstance(text, tuple):
        return text
    if not isinstance(text, str):
        raise ValueError(expected(Text("weekdays such as `mon-fri` or `sat,sun`"), f"`{shown(text)}`"))
    return weekdays_of(text)


_DAY = rf"(?:{'|'.join(WEEKDAYS)})"
_DAYS = rf"^\s*{_DAY}(?:\s*-\s*{_DAY})?(?:\s*,\s*{_DAY}(?:\s*-\s*{_DAY})?)*\s*$"
Days = Annotated[
    tuple[int, ...], BeforeValidator(weekdays), WithJsonSchema({"title": "Days", "type": "string", "pattern": _DAYS})
]
"""Weekdays (Monday 0), from ``mon-fri`` or ``sat,sun``."""


class _AsCalendar:
    """Reads a roster: a number, a mapping of clock times, or such a mapping for some weekdays each."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        serialization = core_schema.plain_serializer_function_ser_schema(repr)
        return core_schema.no_info_plain_validator_function(calendar, serialization=serialization)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        number = {"type": "integer", "minimum": 0, "maximum": MOST_CAPACITY}
        clocks = {"type": "object", "patternProperties": {r"^\s*\d{1,2}:\d{2}\s*$": number}, "minProperties": 1}
        days = {"type": "object", "patternProperties": {_DAYS: {"anyOf": [number, clocks]}}}
        closed = {"additionalProperties": False}
        clocks |= closed
        return {"title": "Roster", "anyOf": [number, clocks, days | {"minProperties": 1} | closed]}


def calendar(value: object) -> Calendar:
    """The calendar of a roster; raises a `ValidationError` with every mistake at its clock time or weekday.

    >>> calendar({"mon-fri": {"09:00": 3, "17:00": 0}, "sat,sun": 0}).most
    3
    """
    if isinstance(value, Calendar):
        return value
    result: Calendar | None = None
    if isinstance(value, Mapping) and any(isinstance(key, str) and key.strip()[:1].isalpha() for key in value):
        wrong = list(_week_mistakes(value))
        if not wrong:
            rosters = {days: day if isinstance(day, Mapping) else {"00:00": day} for days, day in value.items()}
            result = Calendar.weekly({days: _sorted(day) for days, day in rosters.items()})
    else:
        wrong = list(_day_mistakes(value, ()))
        if not wrong:
            result = Calendar.daily(_sorted(value)) if isinstance(value, Mapping) else Calendar.constant(_int(value))
    if result is None:
        raise refused(wrong)
    if result.most == 0:
        raise ValueError(Text("this roster never opens: every number in it is 0"))
    return result


Roster = Annotated[Calendar, _AsCalendar()]
"""A calendar, from ``4``, ``{"00:00": 4, "08:00": 8}`` or ``{"mon-fri": {…}, "sat,sun": {…}}``."""


def _week_mistakes(value: Mapping[Any, object]) -> Iterator[Mistake]:
    seen: set[int] = set()
    count = 0
    for days, day in value.items():
        try:
            indices = weekdays_of(str(days))
        except ValueError as error:
            yield Text("{item}", item=reason_of(error)), (days, "[key]")
        else:
            for index in sorted(seen.intersection(indices)):
                yield Text("{day} has two rosters", day=WEEKDAYS[index]), (days, "[key]")
            seen.update(indices)
            count += 1
        yield from _day_mistakes(day, (days,))
    missing = [name for index, name in enumerate(WEEKDAYS) if index not in seen]
    if missing and count == len(value):
        yield Text("no roster for {days}", days=listed(missing)), ()


def _day_mistakes(value: object, path: Path) -> Iterator[Mistake]:
    if not isinstance(value, Mapping):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_CAPACITY:
            what = Text('a whole number from 0 up, or a roster such as `{"08:00": 4}`')
            yield expected(what, f"`{shown(value)}`"), path
        return
    if not value:
        yield Text('expected a roster such as `{"08:00": 4}`; this one is empty'), path
    seen: dict[float, str] = {}
    for clock, number in value.items():
        try:
            minute = clock_min(clock)
            if minute >= 24 * 60:
                raise ValueError(Text("a roster changes between 00:00 and 23:59; 24:00 is the next day's 00:00"))
            if minute in seen:
                raise ValueError(Text("`{clock}` is the same clock time as `{other}`", clock=clock, other=seen[minute]))
            seen[minute] = str(clock)
        except ValueError as error:
            yield Text("{item}", item=reason_of(error)), (*path, clock, "[key]")
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MOST_CAPACITY:
            what = Text("how many are on duty, a whole number from 0 up")
            yield expected(what, f"`{shown(number)}`"), (*path, clock)


def _sorted(roster: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(roster.items(), key=lambda item: clock_min(item[0])))


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
