"""Pages that are made from the code: `conf.py` writes them before every build, and they are in no repository."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from clearsim import engines
from clearsim.cli.commands import app
from clearsim.report.reference import kpi_reference
from clearsim.scenario.schema import BESIDE, schema

FOLDER = Path(__file__).parent
CONTRACT = """# The contract of the engines

There are two engines with one meaning. `simpy` is made to be read: SimPy processes that define what is correct.
`compiled`, the default, is one kernel compiled by numba, and some three hundred times faster. The tests hold them equal
to the last millisecond, on random networks and on the first day of every scenario.

They can be equal because what happens at the same instant is written down. The text below is the docstring of
`clearsim.engines`.

## What happens when things happen at once

"""
COMMANDS = """# The command line

What `clearsim --help` and `clearsim COMMAND --help` print. A command ends with code 0 where all is well, 2 where its
input is wrong, 130 where it was interrupted, and 1 where nobody reads its output any more. An error is a sentence that
says what was expected, and where.
"""
ABOUT = """# The scenario file

A scenario is a YAML file in a planner's words. This page is made from the models that read it, in
`src/clearsim/scenario/`; `clearsim schema` prints the same as a JSON Schema, from which editors complete and check.

Three rules hold everywhere:

- Every quantity has its unit: `15 min`, `60 %`, `120/h`, `CNY 50`. A bare number is a count or a factor.
- Any value may be written with its source: `{value: 15 min, source: "gate log, May", grade: B}`.
- `source`, `grade` and `note` may be beside any section, and hold for everything in it that has none of its own.

A key that does not exist is a mistake. `clearsim check` reports all mistakes at once, each with its line.
"""


def write_pages() -> None:
    """Write the pages that have changed, so that an unchanged one is not built again."""
    pages = {
        "reference/scenario.md": scenario_reference(),
        "reference/kpis.md": kpi_reference(),
        "reference/cli.md": command_reference(),
        "background/contract.md": contract(),
    }
    for name, text in pages.items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def contract() -> str:
    """The docstring of the engines as Markdown: its phases as paragraphs, the kinds of grants as a list."""
    text = (inspect.getdoc(engines) or "").partition("---\n")[2]
    text = re.sub(r"^(A|B|Decide|C)\. ", r"\n**\1.** ", text, flags=re.MULTILINE)
    text = re.sub(r"^ +(Stations|Departures|Stocks): ", r"\n- **\1:** ", text, flags=re.MULTILINE)
    return CONTRACT + re.sub(r"^ +", "", text, flags=re.MULTILINE).strip() + "\n"


def command_reference() -> str:
    """The help of every command."""
    commands = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
    parts = [COMMANDS]
    for name in ["", *commands]:
        shown = CliRunner().invoke(app, [*name.split(), "--help"], prog_name="clearsim", env={"COLUMNS": "80"})
        parts.append(f"\n## `clearsim{f' {name}' if name else ''}`\n\n```text\n{shown.stdout.strip()}\n```\n")
    return "".join(parts)


def scenario_reference() -> str:
    """Every section of a scenario with its fields, in the order in which a planner meets them."""
    root = schema()
    kinds: dict[str, Any] = root["$defs"]
    paths: dict[str, list[str]] = {}
    top = [name for name in root["properties"] if name not in BESIDE]
    parts = [ABOUT, "\n## All sections\n", *_fields(root, kinds)]
    for name in top:
        new = [kind for kind in _reached(root["properties"][name], name, kinds, paths) if _is_section(kinds[kind])]
        if new:
            parts.append(f"\n## `{name}`\n")
        for kind in new:
            parts += [f"\n({_label(kind)})=\n### {kind}\n\n", "{{paths:" + kind + "}}", *_section(kind, kinds)]
    parts.append("\n## Quantities\n\n")
    for kind in sorted(paths):
        if not _is_section(kinds[kind]):
            example = f", such as `{kinds[kind]['examples'][0]}`" if "examples" in kinds[kind] else ""
            parts.append(f"({_label(kind)})=\n### {kind}\n\n{QUANTITIES[kind]}{example}.\n\n")
    text = "".join(parts)
    for kind, found in paths.items():
        shown = ", ".join(f"`{path}`" for path in found[:4])
        text = text.replace("{{paths:" + kind + "}}", f"At {shown}{' and others' if len(found) > 4 else ''}.\n\n")
    return text


QUANTITIES = {
    "Amount": "An amount of money: [Money](#scenario-money), or a distribution such as "
    "`{lognormal: {mean: CNY 200, cv: 0.8}}`",
    "Clock": "A clock time, in quotation marks because YAML would read it otherwise",
    "Days": "Weekdays, such as `mon-fri` or `sat,sun`",
    "Duration": "A length of time, in `ms`, `s`, `min`, `h`, `d` or `w`",
    "Moment": "A date, or a date and a clock time, in local time",
    "Money": "An amount in yuan",
    "Roster": 'How many, always (`4`), by the clock (`{"00:00": 4, "08:00": 8}`), or by weekday and clock '
    '(`{mon-fri: {"08:00": 8}, "sat,sun": 4}`)',
    "Share": "A share from 0 % to 100 %",
    "Time": "A length of time, a pace such as `20/h`, or a distribution such as `{gamma: {mean: 4 min, cv: 0.5}}`; "
    "see [TimeDistribution](#scenario-timedistribution)",
    "TimeText": "A length of time or a pace",
}
"""The kinds of values that are no sections."""


def _label(kind: str) -> str:
    """The anchor of a kind; MyST writes anchors in small letters."""
    return f"scenario-{kind.lower()}"


def _object(definition: dict[str, Any]) -> dict[str, Any]:
    """The mapping of fields in a definition, one of the ways to write it; empty where there is none."""
    found = [definition, *definition.get("anyOf", [])]
    return next((one for one in found if one.get("properties", BESIDE).keys() - BESIDE.keys()), {})


def _is_section(definition: dict[str, Any]) -> bool:
    return bool(_object(definition)) and "Money" not in str(definition.get("anyOf", "")[:1])


def _section(kind: str, kinds: dict[str, Any]) -> Iterator[str]:
    section = _object(kinds[kind])
    yield f"{section.get('description', '')}\n"
    plain = [_kind(way) for way in kinds[kind].get("anyOf", []) if way is not section]
    if plain:
        yield f"\nIn short: {', '.join(plain)}.\n"
    yield from _fields(section, kinds)


def _fields(section: dict[str, Any], kinds: dict[str, Any]) -> Iterator[str]:
    for name, field in section["properties"].items():
        if name in BESIDE:
            continue
        shown, default = _kind(_plain(field)), field.get("default")
        needed = "required" if name in section.get("required", []) else f"default {_written(default, shown)}"
        meaning = " ".join(field.get("description", "").split()) or "–"
        yield f"\n**`{name}`** – {shown}{'' if shown.startswith('always') else f'; {needed}'}\n: {meaning}\n"


def _written(default: object, kind: str) -> str:
    """A default as a planner would write it; models hold times in minutes."""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if kind.startswith("[Duration]") and isinstance(default, float):
        return f"`{default:g} min`"
    if default in (None, [], {}, ""):
        return "none"
    if isinstance(default, list) and len(set(map(str, default))) == 1:
        return f"`{default[0]}`, {len(default)} times"
    return f"`{default}`"


def _plain(wrapped: dict[str, Any]) -> dict[str, Any]:
    """What a value is without its source: the first of the two ways to write it."""
    ways = wrapped.get("anyOf", [])
    return ways[0] if len(ways) == 2 and "value" in ways[1].get("properties", {}) else wrapped


def _kind(value: dict[str, Any]) -> str:
    """What a value is, in words, with links."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{_label(name)})"
    if "const" in value:
        return f"always `{value['const']}`" if value.get("type") else f"`{value['const']}`"
    if "enum" in value:
        return " or ".join(f"`{word}`" for word in value["enum"])
    ways = value.get("anyOf", value.get("oneOf"))
    if ways:
        return " or ".join(dict.fromkeys(_kind(way) for way in ways if way and way.get("type") != "null"))
    match value.get("type"):
        case "array":
            items = value.get("prefixItems") or [value.get("items", {})]
            return f"list of {' and '.join(dict.fromkeys(_kind(_plain(item)) for item in items))}"
        case "object":
            inner = value.get("additionalProperties")
            return f"mapping of names to {_kind(_plain(inner))}" if isinstance(inner, dict) and inner else "mapping"
        case "integer":
            return f"whole number{_bounds(value)}"
        case "number":
            return f"number{_bounds(value)}"
        case "boolean":
            return "`true` or `false`"
        case "string" if value.get("examples"):
            return f"text such as `{value['examples'][0]}`"
        case "string":
            return "text"
    return "any value"


def _bounds(value: dict[str, Any]) -> str:
    low, high = value.get("minimum", value.get("exclusiveMinimum")), value.get("maximum")
    if low is None and high is None:
        return ""
    return f" from {low:g}" + ("" if high is None or high >= 10**6 else f" to {high:g}")


def _reached(value: Any, path: str, kinds: dict[str, Any], paths: dict[str, list[str]]) -> Iterator[str]:
    """The kinds that a value leads to for the first time, depth first; `paths` collects where each is written."""
    if isinstance(value, list):
        for item in value:
            yield from _reached(item, path, kinds, paths)
    if not isinstance(value, dict):
        return
    if "$ref" in value:
        kind = value["$ref"].rpartition("/")[2]
        if kind in BESIDE:
            return
        new = kind not in paths
        found = paths.setdefault(kind, [])
        if path not in found:
            found.append(path)
        if new:
            yield kind
            yield from _reached(kinds[kind], path, kinds, paths)
        elif _is_section(kinds[kind]) and len(found) < 4:
            for _ in _reached(kinds[kind], path, kinds, paths):
                pass
        return
    for key, inner in value.items():
        if key == "properties" and "value" in inner and inner.keys() <= {"value", *BESIDE}:
            continue  # the same value, with its source
        if key == "properties":
            for name, field in inner.items():
                if name not in BESIDE:
                    yield from _reached(field, f"{path}.{name}", kinds, paths)
        elif key == "items":
            yield from _reached(inner, path, kinds, paths)
        elif key == "additionalProperties":
            yield from _reached(inner, f"{path}.…", kinds, paths)
        elif isinstance(inner, list | dict):
            yield from _reached(inner, path, kinds, paths)
