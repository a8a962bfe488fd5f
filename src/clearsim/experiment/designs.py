"""Designs of experiments: what varies, and over which points. Texts and numbers only; nothing runs here."""

import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from clearsim.language import Text, listed
from clearsim.located.problems import Mark, Source
from clearsim.scenario import Problem, ScenarioError
from clearsim.units import is_count, parted, quoted, shown

Design = Literal["grid", "latin", "sobol"]
DESIGNS: tuple[Design, ...] = ("grid", "latin", "sobol")
COLUMNS = ("point", "policy", "replication", "flow", "station", "kpi", "unit", "value", "mean", "half_width", "n")
"""What the tables of a sweep call their own columns: no factor can be called so."""
MOST_POINTS = 1_000_000
"""More points are a slip of the finger."""
DIGITS = 6
"""A number drawn from a range is rounded to the millionth of its width."""
EXAMPLES = Text("`zone.inspection.lanes=4,6,8`, or with a range `policy.pre_report.share=0 %..100 %`")


@dataclass(frozen=True)
class Range:
    """All numbers from `low` to `high`, evenly likely. Both have a unit, or none: `Range("0 %", "100 %")`.

    Where both are whole and have no unit, whole numbers are meant, both ends included; `Range(2.0, 8.0)` has all
    numbers between. Raises `ValueError` for what is no range.

    >>> Range(2, 8).at(0.5), Range("15 min", "45 min").at(0.25), Range("CNY 50", "CNY 60").at(0.5)
    (5, '22.5 min', 'CNY 55')
    """

    low: float | str
    high: float | str

    def __post_init__(self) -> None:
        before, low, after = self._low
        if (before.strip(), after.strip()) != (self._high[0].strip(), self._high[2].strip()):
            raise ValueError(
                Text("both ends of a range have one unit, not `{low}` and `{high}`", low=self.low, high=self.high)
            )
        if not (low < self._high[1] and math.isfinite(self._high[1] - low)):
            raise ValueError(
                Text(
                    "a range goes from a number up to a larger one, not from {low} to {high}",
                    low=self.low,
                    high=self.high,
                )
            )

    @property
    def _low(self) -> tuple[str, float, str]:
        return _quantity(self.low)

    @property
    def _high(self) -> tuple[str, float, str]:
        return _quantity(self.high)

    def at(self, share: float) -> float | str:
        """The value at a share of the range, from 0 to 1: a number, or a text where there is a unit."""
        (before, low, after), high = self._low, self._high[1]
        if isinstance(low, int) and isinstance(high, int) and not (before or after):
            return low + min(int(share * (high - low + 1)), high - low)
        digits = max(0, DIGITS - math.floor(math.log10(high - low)))
        number = round(low + share * (high - low), digits)
        text = f"{number:.{digits}f}"
        return f"{before}{text.rstrip('0').rstrip('.') if '.' in text else text}{after}" if before or after else number

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


def _quantity(end: float | str) -> tuple[str, float, str]:
    """An end of a range: the text before its number, the number, and the text behind it."""
    found = parted(end) if isinstance(end, str) else None if isinstance(end, bool) else ("", end, "")
    if found is None:
        raise ValueError(Text("an end of a range is a number, or one with its unit, not `{value}`", value=shown(end)))
    return found


class Vary(NamedTuple):
    """What varies: the path of a setting, or the name of a function's argument, and its values."""

    name: str
    values: tuple[object, ...] | Range
    written: str
    """What messages call it."""

    def at(self, share: float) -> object:
        """The value at a share of the range, or of the list, from 0 to 1."""
        if isinstance(self.values, Range):
            return self.values.at(share)
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    def mistake(self, message: Text, hint: Text | None = None) -> Problem:
        """A mistake in this factor as a whole."""
        return _mistake(self.written, 0, len(self.name), message, hint)


def factors(vary: Mapping[str, Sequence[object] | Range] | Sequence[str]) -> tuple[Vary, ...]:
    """What varies, from texts ``path=a,b,c`` and ``path=low..high``, or from lists and ranges by name.

    Raises `ScenarioError` with every mistake.

    >>> [factor.values for factor in factors(["lanes=4,6", "share=0 %..50 %"])]
    [('4', '6'), Range(low='0 %', high='50 %')]
    """
    found, problems = list[Vary](), list[Problem]()
    if isinstance(vary, str):
        raise TypeError(
            Text(
                "what varies is a list of texts such as {examples}, not the text {text}",
                examples=EXAMPLES,
                text=quoted(vary),
            )
        )
    for item in vary.items() if isinstance(vary, Mapping) else vary:
        try:
            found.append(_read(item) if isinstance(item, str) else _listed(*item))
        except ScenarioError as error:
            problems += error.problems
    problems += _together(found)
    if problems:
        raise ScenarioError(problems)
    if not found:
        raise ValueError(Text("nothing varies; what varies is written {examples}", examples=EXAMPLES))
    return tuple(found)


def _read(text: str) -> Vary:
    """What varies, as it is written on a command line."""
    written, (name, equals, _) = f"--vary {text}", text.partition("=")
    begin, items = len(name) + 1, list(_split(text, len(name) + 1))
    name = name.strip()
    if not (equals and name):
        message = Text("what varies is written {examples}", examples=EXAMPLES)
        raise _refusal(_mistake(text, 0, len(text), message))
    if len(items) == 1 and (ends := _ends(items[0][1])) is not None:
        try:
            return Vary(name, Range(*ends), written)
        except ValueError as error:
            hint = Text("a text with `..` that is no range needs quotes")
            raise _refusal(_mistake(text, begin, len(text) - begin, error.args[0], hint)) from None
    problems, seen = list[Problem](), set[str]()
    for at, item in items:
        if not item:
            problems.append(_mistake(text, at, 1, Text("a value is missing here")))
        elif item in seen:
            problems.append(_mistake(text, at, len(item), _twice(item)))
        elif _ends(item) is not None:
            problems.append(_mistake(text, at, len(item), Text("a range is written alone, without other values")))
        seen.add(item)
    if problems:
        raise ScenarioError(problems)
    return Vary(name, tuple(item for _, item in items), written)


def _listed(name: str, values: Sequence[object] | Range) -> Vary:
    """What varies, as Python gives it."""
    if isinstance(values, Range):
        return Vary(name, values, f"--vary {name}={values}")
    given = () if isinstance(values, str) else tuple(getattr(values, "tolist", lambda: values)())
    factor = Vary(name, given, f"--vary {name}={','.join(map(shown, given))}")
    if not given:
        message = Text(
            "the values of `{name}` are a list of them or a `Range`, not {values}", name=name, values=quoted(values)
        )
        raise _refusal(factor.mistake(message))
    twice = next((value for at, value in enumerate(given) if value in given[:at]), None)
    if twice is not None:
        raise _refusal(factor.mistake(_twice(twice)))
    return factor


def _twice(value: object) -> Text:
    return Text("`{value}` is written here twice", value=shown(value))


def _together(found: Sequence[Vary]) -> list[Problem]:
    """Names that a factor cannot have, and factors of which one contains another."""
    problems = []
    for at, factor in enumerate(found):
        first = factor.name.partition(".")[0]
        if first == "seed":
            problems.append(
                factor.mistake(Text("all points have the same random numbers; --replications gives them more of them"))
            )
        elif first == "compare":
            problems.append(factor.mistake(Text("policies are chosen by --policy; what is in them does not vary")))
        elif factor.name in COLUMNS:
            problems.append(
                factor.mistake(Text("the table of a sweep has a column `{name}` of its own", name=factor.name))
            )
        for other in found[:at]:
            if f"{factor.name}.".startswith(f"{other.name}.") or f"{other.name}.".startswith(f"{factor.name}."):
                overlap = Text("`{name}` and `{other}` overlap", name=factor.name, other=other.name)
                twice = Text("`{name}` varies twice", name=factor.name)
                problems.append(factor.mistake(twice if factor.name == other.name else overlap))
    return problems


def _split(text: str, begin: int) -> Iterable[tuple[int, str]]:
    """The items between commas from `begin` on, each with where it begins; brackets and quotes keep theirs."""
    depth, quote, start, before = 0, "", begin, ""
    for at in range(begin, len(text) + 1):
        sign = text[at] if at < len(text) else ","
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and before in ("", ",", "[", "{", ":"):
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if at == len(text) or (sign == "," and not quote and depth <= 0):
            item = text[start:at]
            yield start + len(item) - len(item.lstrip()), item.strip()
            start = at + 1
        before = sign if not sign.isspace() else before


def _ends(item: str) -> tuple[float | str, float | str] | None:
    """The two ends where a range is meant: `..` between two texts with digits, not in quotes."""
    low, dots, high = item.partition("..")
    if not dots or item[:1] in "\"'[{" or not all(any(map(str.isdecimal, end)) for end in (low, high)):
        return None
    return plain(low.strip()), plain(high.strip())


def plain(text: str) -> float | str:
    """A number where there is no unit beside it, else the text."""
    found = parted(text)
    return found[1] if found is not None and not (found[0] or found[2]) else text


def _mistake(text: str, at: int, width: int, message: Text, hint: Text | None = None) -> Problem:
    written = text.removeprefix("--vary ")
    source = Source(f"--vary {written}", written, is_setting=True)
    return Problem.at(Mark(source, 1, at + 1, max(1, width)), "vary", message, hint=hint or "")


def _refusal(problem: Problem) -> ScenarioError:
    return ScenarioError([problem])


def how_many(vary: Sequence[Vary], design: Design, points: int | None) -> int:
    """How many points the design has. Raises `ValueError` where it cannot be made."""
    if design not in DESIGNS:
        raise ValueError(Text("there is no design {design!r}; there are {names}", design=design, names=listed(DESIGNS)))
    if design == "grid":
        lists = [factor.values for factor in vary if not isinstance(factor.values, Range)]
        if len(lists) < len(vary):
            hint = Text(
                "write the values, as in `=2,4,8`; or draw from the range with --design latin or sobol, and --points"
            )
            ranges = [factor for factor in vary if isinstance(factor.values, Range)]
            raise ScenarioError([factor.mistake(Text("a grid has no points on a range"), hint) for factor in ranges])
        if points is not None:
            raise ValueError(
                Text("a grid has as many points as its values make; --points is used with --design latin or sobol")
            )
        return math.prod(len(values) for values in lists)
    if points is not None and is_count(points) and points > MOST_POINTS:
        raise ValueError(Text("--points is at most {most}, not {points}", most=MOST_POINTS, points=quoted(points)))
    if points is None or not is_count(points) or points < 1:
        raise ValueError(
            Text(
                "--design {design} needs a number of points, such as --points 16: a whole number from 1 up",
                design=design,
            )
        )
    if design == "sobol" and points & (points - 1):
        below = 1 << (points.bit_length() - 1)
        raise ValueError(
            Text(
                "the points of Sobol's sequence are balanced in powers of two: {below} or {above}, not {points}",
                below=below,
                above=2 * below,
                points=quoted(points),
            )
        )
    return points


def points_of(vary: Sequence[Vary], design: Design, points: int, seed: int) -> list[tuple[object, ...]]:
    """The points of a design, each with a value a factor.

    A grid is the product of the lists, the last factor changing first; Latin hypercube and scrambled Sobol are
    scipy's, by the seed, and take a list as values that are evenly likely.

    >>> points_of(factors(["lanes=4,6", "crew=1,2"]), "grid", 4, seed=0)
    [('4', '1'), ('4', '2'), ('6', '1'), ('6', '2')]
    """
    if design == "grid":
        return list(itertools.product(*(factor.values for factor in vary if not isinstance(factor.values, Range))))
    from scipy.stats import qmc  # 0.5 s to import, and a grid needs none

    if design == "latin":
        shares = qmc.LatinHypercube(len(vary), seed=seed).random(points)
    else:
        shares = qmc.Sobol(len(vary), seed=seed).random_base2(points.bit_length() - 1)
    return [tuple(factor.at(share) for factor, share in zip(vary, row, strict=True)) for row in shares.tolist()]


def as_setting(value: object) -> str:
    """The value as `--set` takes it: a text as it is, anything else as YAML."""
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        raise TypeError(
            Text("a scenario takes texts, numbers, lists and sections, not {value}", value=quoted(value))
        ) from None


def column(name: str, values: Sequence[object]) -> tuple[str, list[object]]:
    """A factor as a column of a table: its heading and its values.

    Where all are numbers of one unit, the column has the numbers and the heading the unit; else what was written.

    >>> column("share", ["0 %", "50 %"]), column("kind", ["shared", "6"]), column("lanes", ["4", "6"])
    (('share (%)', [0, 50]), ('kind', ['shared', '6']), ('lanes', [4, 6]))
    """
    found = [parted(value) if isinstance(value, str) else _number(value) for value in values]
    quantities = [item for item in found if item is not None]
    units = {(before.strip(), after.strip()) for before, _, after in quantities}
    if len(quantities) == len(values) and len(units) == 1:
        unit = "".join(units.pop())
        return f"{name} ({unit})" if unit else name, [number for _, number, _ in quantities]
    return name, [value if isinstance(value, str | int | float | None) else shown(value) for value in values]


def _number(value: object) -> tuple[str, float, str] | None:
    return ("", value, "") if isinstance(value, int | float) and not isinstance(value, bool) else None
