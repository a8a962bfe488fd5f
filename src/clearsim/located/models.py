"""Which models may stand at a path, found by walking the types of pydantic's fields."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from clearsim.located.problems import Path


def fields_at(model: type[BaseModel], path: Path, kind: object = None) -> list[str]:
    """The names of the fields that a section (of this `kind`) at `path` may have, in the model's order."""
    return list(dict.fromkeys(name for found in models_at(model, path, kind) for name in _named(found)))


def models_at(model: type[BaseModel], path: Path, kind: object = None) -> list[type[BaseModel]]:
    """The models that stand at `path`; only that of this `kind`, where there are several to choose from."""
    types: list[Any] = [model]
    for part in path:
        types = [below for one in types for flat in _flat(one) for below in _below(flat, part)]
    found = [flat for one in types for flat in _flat(one) if isinstance(flat, type) and issubclass(flat, BaseModel)]
    return [one for one in found if "kind" in _named(one) and kind in get_args(_named(one)["kind"].annotation)] or found


def _named(model: type[BaseModel]) -> dict[str, Any]:
    """Fields by the name that a planner writes."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _flat(annotation: Any) -> Iterator[Any]:
    """The members of unions, without `Annotated`; a distribution's words stand for it."""
    if get_origin(annotation) is Annotated:
        first, *metadata = get_args(annotation)
        yield from (item.words for item in metadata if hasattr(item, "words"))
        yield from _flat(first)
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _flat(member)
    else:
        yield annotation


def _below(annotation: Any, part: str | int) -> Iterator[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = _named(annotation).get(str(part))
        if field is not None:
            yield from (item.words for item in field.metadata if hasattr(item, "words"))
            yield field.annotation
    elif origin is dict:
        yield arguments[1]
    elif origin in (tuple, list):
        yield from arguments
