"""pydantic's errors as sentences for a planner, each at the line that is wrong."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from clearsim.language import Text, either, listed, plural, together
from clearsim.located.models import fields_at, models_at
from clearsim.located.problems import Path, Problem, dotted
from clearsim.located.source import Node
from clearsim.located.spots import Spot, kind_of, locate
from clearsim.units import expected, reason_of, shown

Error = Any
"""One of pydantic's error mappings: `type`, `loc`, `msg`, `ctx`."""

_KINDS = {
    "int_type": Text("a whole number"),
    "int_from_float": Text("a whole number"),
    "int_parsing": Text("a whole number"),
    "int_parsing_size": Text("a smaller number"),
    "float_type": Text("a number"),
    "finite_number": Text("a finite number"),
    "bool_type": Text("`true` or `false`"),
    "string_type": Text("a text"),
    "tuple_type": Text("a list such as `[…, …]`"),
    "list_type": Text("a list such as `[…, …]`"),
    "dict_type": Text("a section of named entries"),
    "model_type": Text("a section"),
    "model_attributes_type": Text("a section"),
    "none_required": Text("nothing"),
}
_BOUNDS = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
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
        where = dotted(spot.path)
        message = Text("`{name}` is missing in `{where}`", name=name, where=where)
        if not where:
            message = Text("`{name}` is missing", name=name)
        hint = _meaning(model, spot, name)
        return Problem.at(spot.key or spot.node.mark, "missing key", message, spot.path, hint)
    if kind == "missing":
        size = len(spot.node.content) if isinstance(spot.node.content, list) else 0
        least = _index(spot.rest) + 1
        message = Text("expected {least} values or more, found {n}", least=least, n=size)
        return Problem.at(spot.mark, "wrong type", message, spot.path)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        key = spot.key if spot.rest == ("[key]",) else None
        found = spot.path[-1] if key else spot.node.content
        close = difflib.get_close_matches(str(found), words, n=1)
        hint = Text("did you mean `{name}`?", name=close[0]) if close else ""
        choices = _some(words, either)
        message = expected(choices, f"`{shown(found)}`") if key else spot.instead_of(choices)
        return Problem.at(key or spot.mark, "value", message, spot.path, hint)
    if kind in _KINDS:
        return _wrong_type(kind, spot, model)
    if kind in _BOUNDS:
        message = spot.instead_of(_bound(_BOUNDS[kind], context[_BOUNDS[kind]]))
        return Problem.at(spot.mark, "range", message, spot.path)
    if kind in _SIZES:
        found = len(spot.node.content) if isinstance(spot.node.content, dict | list) else 0
        limit = context[_SIZES[kind]]
        if kind == "too_short":
            message = plural(
                limit,
                "expected at least {n} entry, found {found}",
                "expected at least {n} entries, found {found}",
                found=found,
            )
        else:
            message = plural(
                limit,
                "expected at most {n} entry, found {found}",
                "expected at most {n} entries, found {found}",
                found=found,
            )
        return Problem.at(spot.mark, "value", message, spot.path)
    message = _said(error, context)
    if "[key]" not in spot.rest and message.values.keys() == {"expected", "found"}:
        message = spot.instead_of(message.values["expected"])
    mark = spot.key if spot.rest == ("[key]",) and spot.key else spot.mark
    code = "value" if kind == "value_error" else kind.replace("_", " ")
    return Problem.at(mark, code, message, spot.path)


def _said(error: Error, context: Mapping[str, Any]) -> Text:
    """What a validator said: the text of its `ValueError`, or the `text` in the context of a `PydanticCustomError`."""
    text = context.get("text")
    if isinstance(text, Text):
        return text
    reason = reason_of(context["error"]) if isinstance(context.get("error"), BaseException) else str(error["msg"])
    return reason if isinstance(reason, Text) else Text("{item}", item=reason)


def _bound(kind: str, limit: float) -> Text:
    """A number of the right size."""
    number = f"{int(limit):,}" if limit == int(limit) else f"{limit:g}"
    match kind:
        case "gt":
            return Text("more than {number}", number=number)
        case "ge":
            return Text("at least {number}", number=number)
        case "lt":
            return Text("less than {number}", number=number)
    return Text("at most {number}", number=number)


def _wrong_type(kind: str, spot: Spot, model: type[BaseModel]) -> Problem:
    what, hint = _KINDS[kind], ""
    if kind in ("model_type", "model_attributes_type") and (names := fields_at(model, spot.path)):
        what = Text("a section with {fields}", fields=_some(names, together))
    content = spot.node.content
    if kind == "string_type" and isinstance(content, int | float):
        hint = Text('put it in quotes: `"{value}"`', value=spot.written.strip("`"))
    elif kind == "bool_type" and isinstance(content, str) and content.lower() in ("yes", "no", "on", "off"):
        hint = Text("write `{value}`", value="true" if content.lower() in ("yes", "on") else "false")
    elif kind.startswith(("int", "float")) and isinstance(content, str):
        hint = Text("write a plain number, without a unit and without quotes") if content.strip()[:1].isdigit() else ""
    return Problem.at(spot.mark, "wrong type", spot.instead_of(what), spot.path, hint)


def _unknown(spot: Spot, model: type[BaseModel]) -> tuple[Problem, str]:
    """An unknown key, and the field that was probably meant."""
    name, above = str(spot.path[-1]), spot.path[:-1]
    names = fields_at(model, above, spot.kind)
    close = difflib.get_close_matches(name, names, n=1) or difflib.get_close_matches(name.lower(), names, n=1)
    others = Text("the fields here are {fields}", fields=_some(names, together)) if names else ""
    hint = Text("did you mean `{name}`?", name=close[0]) if close else others
    owner = f"`{dotted(above)}`" if above else Text("a scenario")
    message = Text("`{name}` is not a field of {owner}", name=shown(name), owner=owner)
    return Problem.at(spot.key or spot.mark, "unknown key", message, spot.path, hint), close[0] if close else ""


def _meaning(model: type[BaseModel], spot: Spot, name: str) -> str:
    from clearsim.located.manual import meanings  # reads source files: only where something is wrong

    texts = [meanings(found).get(name, "") for found in models_at(model, spot.path, kind_of(spot.node))]
    return next((Text("`{name}`: {meaning}", name=name, meaning=text) for text in texts if text), "")


def _some(names: Sequence[str], joined: Callable[[list[str]], Text]) -> Text:
    """The names as a message quotes them, the first sixteen of many."""
    quoted = [f"`{name}`" for name in names[:16]]
    return joined(quoted) if len(names) <= 16 else listed([*quoted, "…"])


def _index(rest: tuple[str | int, ...]) -> int:
    return next((part for part in rest if isinstance(part, int)), 0)
