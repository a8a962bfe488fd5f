"""What a single field of a scenario holds: a quantity with its unit, a count, a moment, a text.

A field type reads what a planner writes (``15 min``) and gives what the model computes with (15.0 minutes). `Strict` is
the base of every model of a scenario: frozen, unknown keys refused, nothing converted silently.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, LiteralString

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, PydanticKnownError

from clearsim import units
from clearsim.language import Label, Text, word
from clearsim.located.manual import meaning
from clearsim.located.problems import Path
from clearsim.units import MOST_COUNT, clock_min, duration_min, expected, money_cny, rate_per_min, share, shown


class Strict(BaseModel):
    """A part of a scenario. Sequences are tuples, numbers are numbers: `true` is not 1 and `"4"` is not 4."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _sequences_are_tuples(cls, data: object) -> object:
        return {key: _tuples(value) for key, value in data.items()} if isinstance(data, dict) else data


def _tuples(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_tuples(item) for item in value)
    return {key: _tuples(item) for key, item in value.items()} if type(value) is dict else value


def moment(text: object) -> datetime:
    """Local time of ``"2022-10-31 20:00"`` or ``"2022-10-31"``; 24:00 is the next day's midnight.

    >>> moment("2022-11-03 24:00")
    datetime.datetime(2022, 11, 4, 0, 0)
    """
    if isinstance(text, datetime):
        return text
    match = _MOMENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        what = Text("a date and a clock time such as `2022-10-31 08:00`")
        raise ValueError(expected(what, f"`{shown(text)}`"))
    try:
        day = datetime.strptime(match["day"], "%Y-%m-%d")  # a calendar knows which months have 31 days
    except ValueError:
        raise ValueError(Text("there is no such day: `{value}`", value=shown(text))) from None
    if not 1900 <= day.year < 2200:
        raise ValueError(Text("a date lies between the years 1900 and 2199, not `{value}`", value=shown(text)))
    return day + timedelta(minutes=clock_min(match["clock"] or "00:00"))


def daily_clock_min(text: object) -> float:
    """Minutes after midnight of a clock time at which something comes every day: 24:00 would be the next day's.

    >>> daily_clock_min("23:40")
    1420.0
    """
    minutes = clock_min(text)
    if minutes == 24 * 60:
        raise ValueError(Text("a daily clock time lies between 00:00 and 23:59; write `00:00` for midnight"))
    return minutes


_MOMENT = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?:[ T]+(?P<clock>\d{1,2}:\d{2}))?")


def written_as(name: str, example: str, *patterns: re.Pattern[str]) -> dict[str, Any]:
    """The JSON Schema of a text of one of these patterns (ECMA 262 knows no named groups); `name` becomes its title."""
    body = "|".join(re.sub(r"\?P<\w+>", "", pattern.pattern) for pattern in patterns)
    return {"title": name, "type": "string", "pattern": rf"^\s*(?:{body})\s*$", "examples": [example]}


def _written(name: str, example: str, pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema(written_as(name, example, pattern))


def _read(parse: Callable[[object], float]) -> BeforeValidator:
    """A text is parsed; a scenario made in Python from another's fields would carry numbers, and is refused."""
    return BeforeValidator(parse)


Duration = Annotated[float, _read(duration_min), _written("Duration", "15 min", units._DURATION)]
"""Minutes, from ``15 min``."""
ShareOf = Annotated[float, _read(share), _written("Share", "60 %", units._SHARE)]
"""A fraction from 0 to 1, from ``60 %``."""
Rate = Annotated[float, _read(rate_per_min), _written("Rate", "120/h", units._RATE)]
"""Events a minute, from ``120/h``."""
Money = Annotated[float, _read(money_cny), _written("Money", "CNY 50", units._MONEY)]
"""Yuan, from ``CNY 50``."""
Clock = Annotated[float, _read(clock_min), _written("Clock", "08:00", units._CLOCK)]
"""Minutes after midnight, from ``08:00``."""
DailyClock = Annotated[float, _read(daily_clock_min), _written("Clock", "08:00", units._CLOCK)]
"""Minutes after midnight of what comes every day, from ``00:00`` to ``23:59``."""
Moment = Annotated[datetime, BeforeValidator(moment), _written("Moment", "2022-10-31 08:00", _MOMENT)]
"""Local time to the minute, from ``2022-10-31 08:00`` or ``2022-10-31``."""
Count = Annotated[int, Field(ge=0, le=MOST_COUNT)]
"""A whole number from 0 up."""
Positive = Annotated[int, Field(ge=1, le=MOST_COUNT)]
"""A whole number from 1 up."""
Weight = Annotated[float, Field(ge=0, le=MOST_COUNT)]
"""A number from 0 up that counts only in proportion to its neighbours."""


class Bilingual(Strict):
    """A text for people, in Chinese, English or both. A plain text is in the language of its characters."""

    zh: str = ""
    """The text in Chinese."""
    en: str = ""
    """The text in English."""

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, data: object) -> object:
        if isinstance(data, str):
            return {"zh" if re.search(r"[\u3400-\u9fff]", data) else "en": data}
        if not isinstance(data, Mapping | Bilingual):
            raise ValueError(expected(Text("a text, or texts by language `{zh: …, en: …}`"), f"`{shown(data)}`"))
        return data

    @model_validator(mode="after")
    def _some(self) -> "Bilingual":
        if not (self.zh.strip() or self.en.strip()):
            raise ValueError(Text("a text cannot be empty"))
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        own = handler.resolve_ref_schema(handler(schema))
        return {"description": word(meaning(cls)), "anyOf": [{"type": "string", "minLength": 1}, dict(own)]}

    @property
    def label(self) -> Label:
        """The text as people read it: in the other language where there is none in theirs."""
        return Label(self.en or self.zh, self.zh or self.en)


def one_of(*words: str) -> AfterValidator:
    """Refuses what is none of the words, in the way of a `Literal`."""

    def known(text: str) -> str:
        if text not in words:
            raise PydanticKnownError("literal_error", {"expected": ", ".join(f"'{word}'" for word in words)})
        return text

    return AfterValidator(known)


Mistake = tuple[Text, Path]
"""A sentence, and where inside the field: keys and indices; a last ``"[key]"`` means the key, not its value."""


def refused(mistakes: list[Mistake]) -> ValidationError:
    """What a field's validator raises so that every mistake is reported at its innermost element."""
    details = [InitErrorDetails(type=of_kind("value_error", text), loc=loc, input=None) for text, loc in mistakes]
    return ValidationError.from_exception_data("scenario", details)


def of_kind(kind: LiteralString, text: Text) -> PydanticCustomError:
    """What a validator raises for a mistake of its own kind; its text can still be worded."""
    return PydanticCustomError(kind, "{text}", {"text": text})


def unless_whole(shares: Iterable[float], what: Text, path: Path) -> Iterator[Mistake]:
    """A mistake at `path` where the shares do not add up to 100 %; none where there are no shares."""
    found = tuple(shares)
    total = sum(found)
    if found and abs(total - 1) > 1e-6:
        yield Text("{what} add up to {total:.4g} %, not to 100 %", what=what, total=100 * total), path
