"""Numbers, units and dates as people read them: a space between thousands, decimals by the unit, `–` for no value."""

import math
from collections.abc import Sequence
from datetime import datetime

from clearsim.language import Text

UNDEFINED = "–"
COUNTS = ("visits", "units", "waiting", "departures")
"""Units of what is counted; means over replications have decimals all the same."""
UNITS: dict[str, Text] = {
    unit.template: unit
    for unit in (
        Text("min"),
        Text("h"),
        Text("d"),
        Text("/h"),
        Text("units"),
        Text("visits"),
        Text("waiting"),
        Text("departures"),
        Text("CNY"),
    )
}
"""Units that are words of a language. Others, such as `%`, are the same in all."""
MONTHS = (
    *(Text("Jan"), Text("Feb"), Text("Mar"), Text("Apr"), Text("May"), Text("Jun")),
    *(Text("Jul"), Text("Aug"), Text("Sep"), Text("Oct"), Text("Nov"), Text("Dec")),
)


def whole(value: float) -> str:
    """A number without decimals.

    >>> whole(93221.4)
    '93 221'
    """
    return _fixed(value, 0)


def digits(value: float) -> str:
    """A number to four digits, from a thousand on without decimals.

    >>> digits(0.21534), digits(12.0), digits(82150), digits(float("nan"))
    ('0.2153', '12', '82 150', '–')
    """
    if math.isnan(value):
        return UNDEFINED
    return whole(value) if abs(value) >= 1000 else f"{value:.4g}"


def number(value: float | None, unit: str) -> str:
    """The value of a KPI with the decimals of its unit: none in money, one in most others; counts are whole if whole.

    >>> number(93221.0, "visits"), number(2.5, "visits"), number(12.3456, "min"), number(None, "%")
    ('93 221', '2.5', '12.3', '–')
    """
    if value is None:
        return UNDEFINED
    if unit == "/h":
        return f"{value:.3g}"
    whole_count = unit in COUNTS and (abs(value) >= 1000 or abs(value - round(value)) < 0.05)
    return _fixed(value, 0 if unit == "CNY" or whole_count else 2 if unit == "d" else 1)


def half_width(value: float | None, unit: str) -> str:
    """A half-width in a column of its own: empty where there is none, and where nothing varied.

    >>> half_width(0.56, "min"), half_width(0.0, "min"), half_width(None, "min")
    ('0.6', '', '')
    """
    return number(value, unit) if value else ""


def plus_minus(mean: float | None, half: float | None, unit: str) -> str:
    """A mean with its half-width, if it has one.

    >>> plus_minus(12.34, 0.56, "min"), plus_minus(12.34, 0.0, "min"), plus_minus(None, None, "min")
    ('12.3 ± 0.6', '12.3', '–')
    """
    return f"{number(mean, unit)} ± {number(half, unit)}" if half else number(mean, unit)


def to_the_noise(values: Sequence[float | None], unit: str, half: float | None) -> list[str]:
    """Values with the decimals that leave the half-width two significant digits; without one, by their unit.

    >>> to_the_noise([12.3456, 0.04], "min", 0.04), to_the_noise([1234.56, 21.4], "min", 21.4)
    (['12.346', '0.040'], ['1 235', '21'])
    >>> to_the_noise([8.0], "h", 0.0)
    ['8.0']
    """
    if not half:
        return [number(value, unit) for value in values]
    decimals = min(9, max(0, 1 - math.floor(math.log10(half))))
    return [UNDEFINED if value is None else _fixed(value, decimals) for value in values]


def percent(share: float, significant: int = 4) -> str:
    """A share, as a percentage.

    >>> percent(0.95), percent(0.123456), percent(0.123456, significant=3)
    ('95 %', '12.35 %', '12.3 %')
    """
    return f"{100 * share:.{significant}g} %"


def unit_words(unit: str) -> str:
    """A unit as people read it, such as a `Text` that reads `min` in English.

    >>> unit_words("min"), unit_words("%")
    ('min', '%')
    """
    return UNITS.get(unit, unit)


def quantity(value: str, unit: str) -> Text:
    """A number, formatted already, and its unit.

    >>> quantity("12.3 ± 0.6", "min")
    '12.3 ± 0.6 min'
    """
    return Text("{value} {unit}", value=value, unit=unit_words(unit))


def duration(minutes: float) -> Text:
    """A length of time in the unit that suits it.

    >>> duration(0.25), duration(20), duration(240), duration(2160)
    ('15 s', '20 min', '4 h', '1.5 d')
    """
    if minutes >= 1.5 * 24 * 60:
        return Text("{amount:.3g} d", amount=minutes / (24 * 60))
    if minutes >= 1.5 * 60:
        return Text("{amount:.3g} h", amount=minutes / 60)
    if minutes >= 1:
        return Text("{amount:.3g} min", amount=minutes / 1)
    return Text("{amount:.3g} s", amount=minutes * 60)


def day(at: datetime) -> Text:
    """A day of the year.

    >>> day(datetime(2022, 11, 7))
    '7 Nov'
    """
    return Text("{day} {month}", day=at.day, month=MONTHS[at.month - 1])


def moment(at: datetime) -> Text:
    """A moment to the minute.

    >>> moment(datetime(2022, 11, 7, 9, 30))
    '7 Nov 09:30'
    """
    return Text("{day} {clock}", day=day(at), clock=f"{at:%H:%M}")


def tick(value: float, _: float | None = None) -> str:
    """A number at the axis of a figure. The second argument is the tick's position, which matplotlib passes.

    >>> tick(-1500000.0), tick(0.25)
    ('−1 500 000', '0.25')
    """
    return with_minus(f"{value:,.10g}".replace(",", " "))


def with_minus(text: str) -> str:
    """A number as it is printed in a figure, with a minus sign instead of a hyphen."""
    return text.replace("-", "\N{MINUS SIGN}")


def _fixed(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", " ")
