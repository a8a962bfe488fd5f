"""Amounts and bounds of a KPI as people write them: `2 min`, `driver_wait_p95 <= 30 min`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from clearsim.experiment.results import named
from clearsim.language import Label, Text
from clearsim.measures import Key
from clearsim.stats import Sense
from clearsim.units import duration_min, money_cny, share, shown

MINUTES = {"min": 1.0, "h": 60.0, "d": 1440.0}
_BOUND = re.compile(r"(?P<kpi>.*?)\s*(?P<sense><=|>=|≤|≥)\s*(?P<amount>.+)")
SENSES: dict[str, Sense] = {"<=": "<=", "≤": "<=", ">=": ">=", "≥": ">="}


class Bound(NamedTuple):
    """What a KPI's mean must keep: at most, or at least, an amount in its unit, and how that amount was written."""

    key: Key
    sense: Sense
    amount: float
    written: str

    def __str__(self) -> str:
        return f"{self.key} {self.sense} {self.written}"


def bound(text: str, keys: Sequence[Key]) -> Bound:
    """A bound on one of the KPIs, such as `driver_wait_p95 <= 30 min`; raises `ValueError`.

    >>> found = bound("driver_wait_p95 ≤ 0.5 h", [Key("truck", "", "driver_wait_p95", "min")])
    >>> str(found), found.amount
    ('truck:driver_wait_p95 <= 0.5 h', 30.0)
    """
    match = _BOUND.fullmatch(text.strip())
    if match is None or not match["kpi"]:
        raise ValueError(Text("a bound is written as `driver_wait_p95 <= 30 min`, not `{text}`", text=shown(text)))
    key = named(keys, match["kpi"])
    return Bound(key, SENSES[match["sense"]], amount(match["amount"], key.unit), match["amount"])


def amount(written: str | float, unit: str) -> float:
    """An amount in the unit of a KPI; a bare number is one already. Raises `ValueError`.

    >>> amount("1.5 h", "min"), amount("10 %", "%"), amount("CNY 2 000", "CNY"), amount(3, "visits")
    (90.0, 10.0, 2000.0, 3.0)
    """
    if not isinstance(written, str):
        return float(written)
    try:
        if unit in MINUTES:
            return duration_min(written) / MINUTES[unit]
        if unit == "%":
            return 100 * share(written)
        if unit == "CNY":
            return money_cny(written)
        return float(written.removesuffix(unit))
    except ValueError as error:
        if unit in (*MINUTES, "%", "CNY"):
            raise
        expected = Text("expected a number of {unit}, not `{text}`", unit=Label(unit), text=shown(written))
        raise ValueError(expected) from error
