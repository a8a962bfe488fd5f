"""pydantic's errors as sentences for a planner, each at the line that is wrong."""

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from clearsim.located.models import fields_at, models_at
from clearsim.located.problems import Path, Problem, dotted
from clearsim.located.source import Node
from clearsim.located.spots import Spot, kind_of, locate
from clearsim.units import shown

Error = Any
"""One of pydantic's error mappings: `type`, `loc`, `msg`, `ctx`."""

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "`true` or `false`",
    "string_type": "a text",
    "tuple_type": "a list such as `[…, …]`",
    "list_type": "a list such as `[…, …]`",
    "dict_type": "a section of named entries",
    "model_type": "a section",
    "model_attributes_type": "a section",
    "none_required": "nothing",
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_SIZES = {"too_short": "min_length", "too_long": "max_length"}


def problems_from(error: ValidationError, root: Node, model: type[BaseModel]) -> list[Problem]:
    """Every mistake of a `ValidationError` on `root.data`, located."""
    errors = map(_by_kind, error.errors(include_url=False, include_input=False))
    found = [(entry, locate(root, entry["loc"])) for entry in errors]
    found = list(_one_branch(found))
    guessed: set[Path] = set()
    result: list[Problem] = []
    for entry, spot in found:
        if entry["type"] == "extra_forbidden":
            problem, guess = _unknown(spot, model)
            result.append(problem)
            guessed |= {(*spot.path[:-1], guess)} if guess else set()
    for entry, spot in found:
        if entry["type"] in _SIZES and _fits(entry, spot):
            continue  # pydantic counts the valid items only; the others are reported each
        if entry["type"] == "missing" and (*spot.path, *spot.rest) in guessed:
            continue  # said already: the key is there, misspelt
        if entry["type"] != "extra_forbidden":
            result.append(_problem(entry, spot, model))
    return result


def _by_kind(error: Error) -> Error:
    """A section of an unknown kind, or of none, as an error of any unknown word or missing key."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "union_tag_invalid":
        return error | {
            "type": "literal_error",
            "loc": (*error["loc"], "kind"),
            "ctx": {"expected": context["expected_tags"]},
        }
    return error | {"type": "missing", "loc": (*error["loc"], "kind")} if kind == "union_tag_not_found" else error


def _one_branch(found: Sequence[tuple[Error, Spot]]) -> Iterator[tuple[Error, Spot]]:
    """Of a choice (a name, or a list) keep the errors of the branch that was meant, going by what was written."""
    choices: dict[Path, list[tuple[Error, Spot]]] = {}
    for entry, spot in found:
        if (spot.branch and entry["type"] != "missing") or len(spot.rest) > 1:
            choices.setdefault(spot.branch_at, []).append((entry, spot))
        else:
            yield entry, spot
    for members in choices.values():
        deepest = max(len(spot.path) for _, spot in members)
        deep = [(entry, spot) for entry, spot in members if len(spot.path) == deepest]
        if deepest > len(members[0][1].branch_at):
            yield from deep
            continue
        if isinstance(members[0][1].node.content, dict):  # then no quantity, which a text is read into, was meant
            members = [m for m in members if not m[1].branch.startswith("function-before")] or members
        if isinstance(members[0][1].node.content, list):  # then no name was meant
            members = [m for m in members if m[0]["type"] != "literal_error"] or members
        fits = [m for m in members if not m[0]["type"].endswith("_type")]
        yield (fits or members)[0]


def _fits(error: Error, spot: Spot) -> bool:
    size = len(spot.node.content) if isinstance(spot.node.content, dict | list) else 0
    context = error.get("ctx") or {}
    return bool(context.get("min_length", 0) <= size <= context.get("max_length", size))


def _problem(error: Error, spot: Spot, model: type[BaseModel]) -> Problem:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "missing" and spot.rest and isinstance(spot.rest[-1], str):
        name = spot.rest[-1]
        where = f" in `{dotted(spot.path)}`" if spot.path else ""
        hint = _meaning(model, spot, name)
        return Problem.at(spot.key or spot.node.mark, "missing key", f"`{name}` is missing{where}", spot.path, hint)
    if kind == "missing":
        size = len(spot.node.content) if isinstance(spot.node.content, list) else 0
        message = f"expected {_index(spot.rest) + 1} values or more, found {size}"
        return Problem.at(spot.mark, "wrong type", message, spot.path)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        key = spot.key if spot.rest == ("[key]",) else None
        found = spot.path[-1] if key else spot.node.content
        close = difflib.get_close_matches(str(found), words, n=1)
        hint = f"did you mean `{close[0]}`?" if close else ""
        message = f"expected {_listed(words, 'or')}{f', not `{shown(found)}`' if key else spot.instead}"
        return Problem.at(key or spot.mark, "value", message, spot.path, hint)
    if kind in _KINDS:
        return _wrong_type(kind, spot, model)
    if kind in _BOUNDS:
        name, bound = _BOUNDS[kind]
        limit = context[name]
        number = f"{int(limit):,}" if limit == int(limit) else f"{limit:g}"
        return Problem.at(spot.mark, "range", f"expected {bound} {number}{spot.instead}", spot.path)
    if kind in _SIZES:
        bound = "at least" if kind == "too_short" else "at most"
        found = len(spot.node.content) if isinstance(spot.node.content, dict | list) else 0
        limit = context.get(_SIZES[kind])
        return Problem.at(spot.mark, "value", f"expected {bound} {_entries(limit)}, found {found}", spot.path)
    message = str(error["msg"]).removeprefix("Value error, ")
    if "[key]" not in spot.rest:
        message = re.sub(r"(?s)(expected .*), not `[^`]*`$", lambda m: f"{m[1]}{spot.instead}", message)
    mark = spot.key if spot.rest == ("[key]",) and spot.key else spot.mark
    code = "value" if kind == "value_error" else kind.replace("_", " ")
    return Problem.at(mark, code, message, spot.path)


def _wrong_type(kind: str, spot: Spot, model: type[BaseModel]) -> Problem:
    expected, hint = _KINDS[kind], ""
    if kind in ("model_type", "model_attributes_type"):
        names = fields_at(model, spot.path)
        expected += f" with {_listed(names, 'and')}" if names else ""
    content = spot.node.content
    if kind == "string_type" and isinstance(content, int | float):
        hint = f'put it in quotes: `"{spot.written.strip("`")}"`'
    elif kind == "bool_type" and isinstance(content, str) and content.lower() in ("yes", "no", "on", "off"):
        hint = f"write `{'true' if content.lower() in ('yes', 'on') else 'false'}`"
    elif kind.startswith(("int", "float")) and isinstance(content, str):
        hint = "a plain number, without a unit and without quotes" if content.strip()[:1].isdigit() else ""
    return Problem.at(spot.mark, "wrong type", f"expected {expected}{spot.instead}", spot.path, hint)


def _unknown(spot: Spot, model: type[BaseModel]) -> tuple[Problem, str]:
    """An unknown key, and the field that was probably meant."""
    name, above = str(spot.path[-1]), spot.path[:-1]
    names = fields_at(model, above, spot.kind)
    close = difflib.get_close_matches(name, names, n=1) or difflib.get_close_matches(name.lower(), names, n=1)
    others = f"the fields here are {_listed(names, 'and')}" if names else ""
    hint = f"did you mean `{close[0]}`?" if close else others
    owner = f"`{dotted(above)}`" if above else "a scenario"
    message = f"`{shown(name)}` is not a field of {owner}"
    return Problem.at(spot.key or spot.mark, "unknown key", message, spot.path, hint), close[0] if close else ""


def _meaning(model: type[BaseModel], spot: Spot, name: str) -> str:
    from clearsim.located.manual import meanings  # reads source files: only where something is wrong

    texts = [meanings(found).get(name, "") for found in models_at(model, spot.path, kind_of(spot.node))]
    return next((f"{name}: {text}" for text in texts if text), "")


def _listed(names: Sequence[str], last: str) -> str:
    quoted = [f"`{name}`" for name in names[:16]] + ["…"] * (len(names) > 16)
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _entries(limit: object) -> str:
    return f"{limit} entry" if limit == 1 else f"{limit} entries"


def _index(rest: tuple[str | int, ...]) -> int:
    return next((part for part in rest if isinstance(part, int)), 0)
