"""Quantities as people write them: ``15 min``, ``60 %``, ``120/h``, ``CNY 50``.

Inside clearsim time is a whole number of milliseconds; outside it is minutes. These functions convert between the two,
for scenario files and for notebooks alike. Each raises `ValueError` with a sentence that says what was expected.
"""

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from numbers import Integral

from clearsim.language import Text

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
DAY_MIN = 24 * 60.0
WEEK_MIN = 7 * DAY_MIN
LONGEST_MIN = 100 * 365 * 24 * 60.0
"""A century in minutes: longer than anything at customs, and far inside int64 milliseconds."""
MOST_CNY = 1e12
"""More than anything costs at customs, and far from the largest number."""
MOST_COUNT = 1_000_000_000
"""More than anything is counted at customs."""

_UNIT_MS = {"ms": 1, "s": SECOND_MS, "min": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
_NUMBER = r"(?P<number>[+-]?[0-9]+(?:[ _][0-9]{3})*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
_DURATION = re.compile(rf"{_NUMBER}\s*(?P<unit>ms|s|min|h|d|w)")
_SHARE = re.compile(rf"{_NUMBER}\s*%")
_RATE = re.compile(rf"{_NUMBER}\s*/\s*(?P<unit>s|min|h|d|w)")
_MONEY = re.compile(rf"(?P<currency>[A-Z]{{3}})\s*{_NUMBER}")
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})")
_PARTED = re.compile(rf"(?P<before>[A-Z]{{3}}\s+)?(?!\+){_NUMBER}(?P<after>\s*(?:%|/\s*[a-z]+|[a-z]+))?")


def _number(match: re.Match[str]) -> float:
    value = float(match["number"].replace(" ", "").replace("_", ""))
    if not math.isfinite(value):
        raise ValueError(Text("the number is too large"))
    return value


def duration_min(text: object) -> float:
    """Minutes of a duration such as ``"90 s"`` or ``"1.5 h"`` (units ms, s, min, h, d, w).

    >>> duration_min("90 s")
    1.5
    >>> duration_min(15)
    Traceback (most recent call last):
    ValueError: expected a duration with its unit (ms, s, min, h, d, w), such as `15 min` or `3 h`, not `15`
    """
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        what = Text("a duration with its unit (ms, s, min, h, d, w), such as `15 min` or `3 h`")
        raise ValueError(_refusal(what, text))
    minutes = _number(match) * _UNIT_MS[match["unit"]] / MINUTE_MS
    if minutes < 0:
        raise ValueError(Text("a duration cannot be negative: `{value}`", value=shown(text)))
    if minutes > LONGEST_MIN:
        raise ValueError(Text("a duration is at most 100 years, not `{value}`", value=shown(text)))
    return minutes


def share(text: object) -> float:
    """Fraction of a share such as ``"60 %"``; from 0 % to 100 %.

    >>> share("2.5 %")
    0.025
    """
    match = _SHARE.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(_refusal(Text("a share with its unit, such as `60 %`"), text))
    value = _number(match)
    if not 0 <= value <= 100:
        raise ValueError(Text("a share lies between 0 % and 100 %, not `{value}`", value=shown(text)))
    return value / 100


def rate_per_min(text: object) -> float:
    """Events a minute of a rate such as ``"120/h"`` or ``"24/d"``.

    >>> rate_per_min("120/h")
    2.0
    """
    match = _RATE.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(_refusal(Text("a rate with its unit, such as `120/h`"), text))
    value = _number(match)
    if value < 0:
        raise ValueError(Text("a rate cannot be negative: `{value}`", value=shown(text)))
    return value * MINUTE_MS / _UNIT_MS[match["unit"]]


def money_cny(text: object) -> float:
    """Yuan of an amount such as ``"CNY 50"``; other currencies are refused, never converted.

    >>> money_cny("CNY 1 200.50")
    1200.5
    """
    match = _MONEY.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(_refusal(Text("an amount with its currency, such as `CNY 50`"), text))
    if match["currency"] != "CNY":
        currency = match["currency"]
        raise ValueError(
            Text("amounts are in CNY, not {currency}: convert `{value}` first", currency=currency, value=shown(text))
        )
    value = _number(match)
    if value < 0:
        raise ValueError(Text("an amount cannot be negative: `{value}`", value=shown(text)))
    if value > MOST_CNY:
        raise ValueError(Text("an amount is at most CNY 1 000 000 000 000, not `{value}`", value=shown(text)))
    return value


def clock_min(text: object) -> float:
    """Minutes after midnight of a clock time from ``"00:00"`` to ``"24:00"``.

    >>> clock_min("17:30")
    1050.0
    """
    match = _CLOCK.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError(_refusal(Text("a clock time such as `08:00`"), text))
    minutes = 60 * int(match["hour"]) + int(match["minute"])
    if int(match["minute"]) > 59 or minutes > 24 * 60:
        raise ValueError(Text("a clock time lies between 00:00 and 24:00, not `{value}`", value=shown(text)))
    return float(minutes)


def clock_text(minute: float) -> str:
    """The clock time of a minute after midnight.

    >>> clock_text(1050)
    '17:30'
    """
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"


def parted(text: str) -> tuple[str, float, str] | None:
    """What is before a number, the number, and what is behind it; None for everything that is not a single quantity.

    A number is whole (an `int`) where it is written so. `+2`, which is a change, is no quantity.

    >>> parted("CNY 1 200.50"), parted("60 %"), parted("20/h"), parted("6"), parted("+2")
    (('CNY ', 1200.5, ''), ('', 60, ' %'), ('', 20, '/h'), ('', 6, ''), None)
    """
    match = _PARTED.fullmatch(text.strip())
    if match is None:
        return None
    number = _number(match)
    whole = re.fullmatch(r"-?[0-9 _]+", match["number"]) is not None
    return match["before"] or "", int(number) if whole else number, match["after"] or ""


def expected(what: str, found: object) -> Text:
    """The sentence that says what was expected, and what was found instead.

    >>> expected(Text("a number"), quoted("2"))
    "expected a number, not '2'"
    """
    return Text("expected {expected}, not {found}", expected=what, found=found)


def _refusal(what: str, value: object) -> Text:
    """What was expected instead of the value; full-width signs are named, since they look like the half-width ones."""
    wide = sorted({sign for sign in str(value) if unicodedata.east_asian_width(sign) == "F"})
    refusal = expected(what, f"`{shown(value)}`")
    if not wide:
        return refusal
    return Text("{refusal} (it has the full-width {signs})", refusal=refusal, signs=" ".join(wide))


def reason_of(error: BaseException) -> str:
    """Why something was refused: the text of the error, which can still be worded."""
    return error.args[0] if error.args and isinstance(error.args[0], Text) else str(error)


def to_ms(minutes: float) -> int:
    """Whole milliseconds, rounded half to even."""
    return round(minutes * MINUTE_MS)


def since_midnight_ms(moment: datetime) -> int:
    """How long after its midnight a moment is.

    >>> since_midnight_ms(datetime(2022, 11, 11, 0, 1))
    60000
    """
    return (moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)) // timedelta(milliseconds=1)


def is_count(value: object) -> bool:
    """Whether the value is a whole number from 0 up to a thousand million; `True` and `2.0` are not."""
    return isinstance(value, Integral) and not isinstance(value, bool) and 0 <= int(value) <= MOST_COUNT


def texts_of(values: object, what: str) -> tuple[str, ...]:
    """A list of texts as Python gives it; raises `TypeError` for anything else, one text alone included.

    >>> texts_of(["squad", "called in"], "policies")
    ('squad', 'called in')
    """
    found = (None,) if isinstance(values, str) or not isinstance(values, Iterable) else tuple(values)
    texts = tuple(value for value in found if isinstance(value, str))
    if len(texts) < len(found):
        raise TypeError(Text("{what} are a list of texts, not {value}", what=what, value=repr(values)))
    return texts


def shown(value: object) -> str:
    """The value as a message quotes it: one line, at most 40 characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


def columns_of(text: str) -> int:
    r"""Columns that the text takes on a terminal: Chinese characters and full-width signs two, combining marks none.

    >>> columns_of("\u67e5\u9a8c gate")
    9
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def quoted(value: object) -> str:
    """The value as Python writes it, so that ``'2'`` and ``2`` differ: one line, at most 60 characters.

    >>> quoted("2"), quoted(2)
    ("'2'", '2')
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:59] + "…"
