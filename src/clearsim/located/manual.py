"""What models and their fields mean: the docstring of each, by the name that a planner writes.

These are the only texts for people whose template is not a literal in a call: it is the docstring, on one line.
pydantic's own reading of docstrings would take a third of the time of `clearsim check`, which needs none of them.
"""

import ast
import functools
import inspect
import sys

from pydantic import BaseModel

from clearsim.language import Text


def meaning(model: type[BaseModel]) -> Text:
    """What the model is."""
    return Text(_on_one_line(model.__doc__ or ""))


def meanings(model: type[BaseModel]) -> dict[str, Text]:
    """The text below every field of the model, those of its bases included; by alias where there is one."""
    texts: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if cls is not BaseModel and issubclass(cls, BaseModel):
            texts |= _texts(cls.__module__).get(cls.__qualname__, {})
    return {field.alias or name: Text(texts[name]) for name, field in model.model_fields.items() if name in texts}


@functools.cache
def _texts(module: str) -> dict[str, dict[str, str]]:
    """For every class of the module, the string that follows each annotated name."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, KeyError):  # a model typed into a notebook has no source file
        return {}
    result: dict[str, dict[str, str]] = {}
    for cls in ast.walk(tree):
        if isinstance(cls, ast.ClassDef):
            result[cls.name] = {
                first.target.id: _on_one_line(second.value.value)
                for first, second in zip(cls.body, cls.body[1:], strict=False)
                if isinstance(first, ast.AnnAssign)
                and isinstance(first.target, ast.Name)
                and isinstance(second, ast.Expr)
                and isinstance(second.value, ast.Constant)
                and isinstance(second.value.value, str)
            }
    return result


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
