"""The JSON Schema of a scenario file, for editors: which fields there are, and what they mean."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from clearsim.language import Text, word
from clearsim.located.manual import meaning, meanings
from clearsim.located.provenance import GRADES
from clearsim.network.times import Constant

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BESIDE: dict[str, Any] = {
    "source": {"type": "string", "description": Text("Where this comes from; holds for everything inside.")},
    "grade": {
        "enum": list(GRADES),
        "description": Text(
            "How well it is known. A: official text or paper; B: news report; C: weak or reposted copy; "
            "derived: our own arithmetic; assumed: a guess."
        ),
    },
    "note": {"type": "string", "description": Text("Anything else that readers should know.")},
}
"""What any section may say about the values in it."""


def schema(model: type[BaseModel] | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the scenario model, or of another.

    Descriptions are in the language in use. It accepts whatever `load` accepts. `load` refuses more: shares that do not
    add up, names that lead nowhere.
    """
    if model is None:
        from clearsim.scenario.model import Scenario

        model = Scenario
    plain = model.model_json_schema(schema_generator=_Described)
    named: dict[str, Any] = {
        name: field | {"description": word(field["description"])} for name, field in BESIDE.items()
    }
    for name, definition in plain.pop("$defs", {}).items():
        named[name] = _sourced(definition, named)
    return {"$schema": DIALECT, **_sourced(plain, named), "$defs": named}


class _Described(GenerateJsonSchema):
    """Gives every field its meaning; a title is only kept where it names a kind of quantity."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        result = super().model_schema(schema)
        result.pop("title", None)
        if "description" in result:
            result["description"] = word(meaning(schema["cls"]))
        texts = meanings(schema["cls"])
        for name, field in result.get("properties", {}).items():
            field.setdefault("description", word(texts.get(name, "")))
        return result

    def encode_default(self, dft: Any) -> Any:
        """A time is shown as a planner writes it."""
        return f"{dft.value:g} min" if isinstance(dft, Constant) else super().encode_default(dft)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _sourced(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """The schema with every value inside it also allowed as `{value: …, source: …}`, and sources in every section.

    What has a title goes to `named` once and is referred to.
    """
    result = {key: value for key, value in schema.items() if key != "title"}
    for key in ("anyOf", "oneOf", "allOf"):
        if key in result:
            result[key] = [_sourced(member, named) for member in result[key]]
    for key in ("items", "additionalProperties"):
        if isinstance(result.get(key), dict):
            result[key] = _wrapped(result[key], named)
    if "prefixItems" in result:
        result["prefixItems"] = [_wrapped(item, named) for item in result["prefixItems"]]
    for key in ("properties", "patternProperties"):
        if key in result:
            result[key] = {name: _wrapped(value, named) for name, value in result[key].items()}
    if result.get("type") == "object":
        result["properties"] = {**result.get("properties", {}), **_BESIDE}
    if not schema.get("title"):
        return result
    outside = {key: result.pop(key) for key in _OUTSIDE if key in result}
    named[schema["title"]] = result
    return {**outside, "$ref": f"#/$defs/{schema['title']}"}


_OUTSIDE = ("description", "default")
"""Keys that belong to one field, not to its type."""
_BESIDE = {name: {"$ref": f"#/$defs/{name}"} for name in BESIDE}


def _wrapped(schema: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """A value, or the same value with its source."""
    inner = _sourced(schema, named)
    outside = {key: inner.pop(key) for key in _OUTSIDE if key in inner}
    properties = {"value": inner, **_BESIDE}
    with_source = {"type": "object", "properties": properties, "required": ["value"], "additionalProperties": False}
    return {**outside, "anyOf": [inner, with_source]}
