"""Parts of the OpenAPI description that the operations read themselves: bodies and headers."""

from typing import Annotated, Any

from pydantic import BaseModel, WithJsonSchema

Moment = Annotated[
    str,
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]
KEY = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
KEY_HEADER: dict[str, Any] = {"name": "Idempotency-Key", "in": "header", "schema": KEY}
TAG = {"type": "string", "pattern": '^"[0-9]+-[0-9]+"$'}
MATCH_HEADER: dict[str, Any] = {"name": "If-Match", "in": "header", "schema": TAG}
ON_CHANGE = [KEY_HEADER | {"required": False}, MATCH_HEADER | {"required": False}]


def body_of(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """The description of a JSON body, with everything that it refers to written in place."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = schema.pop("$defs", {})
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": _inlined(schema, inner)}}}}


def _inlined(schema: Any, inner: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(inner[schema["$ref"].rpartition("/")[2]], inner)
        return {key: _inlined(value, inner) for key, value in schema.items()}
    return [_inlined(one, inner) for one in schema] if isinstance(schema, list) else schema
