"""How long and how much: distributions as a planner writes them, ``15 min`` or ``{triangular: [6 s, 10 s, 30 s]}``."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from clearsim import units
from clearsim.language import Text, listed, together
from clearsim.network.times import (
    LARGEST_CV,
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Triangular,
    Uniform,
)
from clearsim.scenario.quantities import Duration, Money, Strict, refused, written_as
from clearsim.units import duration_min, expected, money_cny, rate_per_min, shown

Quantity = TypeVar("Quantity")
Spread = TypeVar("Spread")


class _Spread(Strict, Generic[Quantity]):
    mean: Quantity
    """The mean, with its unit."""
    cv: Annotated[float, Field(gt=0, le=LARGEST_CV)]
    """The coefficient of variation: standard deviation over mean."""


class _Words(Strict, Generic[Quantity, Spread]):
    constant: Quantity | None = None
    """Always this value."""
    uniform: tuple[Quantity, Quantity] | None = None
    """Anything from the first to the second, equally likely."""
    triangular: tuple[Quantity, Quantity, Quantity] | None = None
    """The least, the most likely and the largest value."""
    exponential: Quantity | None = None
    """Exponential (memoryless), with this mean."""
    gamma: Spread | None = None
    """Gamma by its mean and coefficient of variation."""
    lognormal: Spread | None = None
    """Lognormal by its mean and coefficient of variation."""
    empirical: Annotated[tuple[Quantity, ...], Field(min_length=1)] | None = None
    """One of these observations, each equally likely."""


class TimeSpread(_Spread[Duration]):
    """Mean and spread of a time."""


class TimeDistribution(_Words[Duration, TimeSpread]):
    """A distribution of times: exactly one of these fields."""


class AmountSpread(_Spread[Money]):
    """Mean and spread of an amount."""


class AmountDistribution(_Words[Money, AmountSpread]):
    """A distribution of amounts: exactly one of these fields."""


def pace_or_duration_min(text: object) -> float:
    """Minutes of one unit from a duration, or from a pace: ``20/h`` means 3 minutes each."""
    if isinstance(text, str) and "/" in text:
        pace = rate_per_min(text)
        if pace <= 0:
            raise ValueError(Text("a pace must be above 0, not `{value}`", value=shown(text)))
        return 1 / pace
    return duration_min(text)


class _AsDistribution:
    """Reads a plain quantity as a `Constant` and a mapping with one word of `_Words` as that distribution."""

    def __init__(
        self, words: type[_Words[Any, Any]], parse: Callable[[object], float], what: Text, text: dict[str, Any]
    ) -> None:
        self.words, self.parse, self.what, self.text = words, parse, what, text

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        serialization = core_schema.plain_serializer_function_ser_schema(repr)
        inner = handler.generate_schema(self.words)
        return core_schema.no_info_wrap_validator_function(self._build, inner, serialization=serialization)

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        name = "Time" if self.words is TimeDistribution else "Amount"
        return {"title": name, "anyOf": [self.text, handler(schema["schema"])]}

    def _build(self, value: object, handler: Callable[[object], _Words[Any, Any]]) -> Distribution:
        if isinstance(value, Distribution):
            return value
        if isinstance(value, str):
            return Constant(self.parse(value))
        if not isinstance(value, Mapping):
            raise ValueError(expected(self.what, f"`{shown(value)}`"))
        words = handler(value)
        given = [name for name in _Words.model_fields if getattr(words, name) is not None]
        if len(given) != 1:
            found = together(f"`{name}`" for name in given) if given else Text("none")
            one = Text("expected exactly one of {words}; found {found}", words=listed(_Words.model_fields), found=found)
            raise ValueError(one)
        name, parameter = given[0], getattr(words, given[0])
        if name in ("uniform", "triangular") and list(parameter) != sorted(parameter):
            order = Text("low ≤ high") if name == "uniform" else Text("low ≤ most likely ≤ high")
            written = listed(map(shown, value[name]))
            text = Text("`{word}`: expected {order}, not {values}", word=name, order=order, values=written)
            raise refused([(text, (name,))])
        match name:
            case "gamma" | "lognormal":
                return (Gamma if name == "gamma" else Lognormal)(parameter.mean, parameter.cv)
            case "empirical":
                return Empirical(parameter)
            case "uniform":
                return Uniform(*parameter)
            case "triangular":
                return Triangular(*parameter)
        return (Constant if name == "constant" else Exponential)(parameter)


_TIME = Text(
    "a time such as `15 min`, a pace such as `20/h` or a distribution such as `{triangular: [6 s, 10 s, 30 s]}`"
)
_AMOUNT = Text("an amount such as `CNY 50` or a distribution such as `{lognormal: {mean: CNY 200, cv: 0.8}}`")
TimeOf = Annotated[
    Distribution,
    _AsDistribution(
        TimeDistribution, pace_or_duration_min, _TIME, written_as("TimeText", "15 min", units._DURATION, units._RATE)
    ),
]
"""A distribution in minutes, from ``15 min``, ``20/h`` or ``{gamma: {mean: 4 min, cv: 0.5}}``."""
AmountOf = Annotated[
    Distribution, _AsDistribution(AmountDistribution, money_cny, _AMOUNT, written_as("Money", "CNY 50", units._MONEY))
]
"""A distribution in yuan, from ``CNY 100`` or ``{uniform: [CNY 100, CNY 200]}``."""
