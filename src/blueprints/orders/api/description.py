"""Parts of the OpenAPI description that the operations read themselves: bodies and headers."""

from typing import Annotated, Any

from pydantic import BaseModel, WithJsonSchema

from blueprints.orders.core.statuses import Status

Moment = Annotated[
    str,
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]
KEY: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
Key = Annotated[str, WithJsonSchema(KEY)]
KEY_HEADER: dict[str, Any] = {"name": "Idempotency-Key", "in": "header", "schema": KEY}
MATCH_HEADER: dict[str, Any] = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
CODES = [str(status.value) for status in Status]
Code = Annotated[str, WithJsonSchema({"type": "string", "enum": CODES})]
Word = Annotated[str, WithJsonSchema({"type": "string", "enum": [*(status.word for status in Status), *CODES]})]
ON_CHANGE = [KEY_HEADER | {"required": False}, MATCH_HEADER | {"required": False}]


def moment_parameter(name: str) -> dict[str, Any]:
    """A query parameter that the operation reads and requires itself."""
    schema = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
    return {"name": name, "in": "query", "required": True, "schema": schema}


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
