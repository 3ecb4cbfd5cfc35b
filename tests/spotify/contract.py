"""Holds our requests and the fake's answers against the official description of the Web API.

Live servers differ from it in listed ways (`LIVE`), which are taken out before the comparison.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from blueprints.spotify.demo.world import Exchange

Json = dict[str, Any]
LIVE = """
- the item of the player, inner ids of local files and other values are null where the description has no null
- lists hold null entries
- local files carry next to nothing of their album
- player commands answer 200 with a text that is no JSON
- errors carry `reason`, and some bodies of 403 are plain text
"""
NULL_FREE = (400, 401, 403, 404, 429)


@lru_cache(maxsize=1)
def description(folder: Path) -> Json:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with (folder / "spotify-openapi.yml").open(encoding="utf-8") as stream:
        found: Json = yaml.load(stream, loader)
    return _as_json_schema(found)  # type: ignore[no-any-return]  # a dict goes in and comes out


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` as a type of JSON Schema; `oneOf` of shapes without required keys as `anyOf`."""
    if isinstance(node, list):
        return [_as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {("anyOf" if name == "oneOf" else name): _as_json_schema(value) for name, value in node.items()}
    if made.pop("nullable", False) and isinstance(made.get("type"), str):
        made["type"] = [made["type"], "null"]
    return made


def check(folder: Path, exchange: Exchange) -> None:
    """Raises AssertionError naming what does not fit."""
    request, reply = exchange.request, exchange.reply
    if not request.path.startswith("/v1/") or reply.hang_up:
        return
    found = description(folder)
    path, method = request.path.removeprefix("/v1"), request.method.lower()
    operation = _operation(found, path, method)
    assert not operation.get("deprecated"), f"{method} {path} is deprecated"
    _check_query(found, operation, request.query, f"{method} {path}")
    _check_body(found, operation, request.body, f"{method} {path}")
    if reply.status in (200, *NULL_FREE):
        _check_answer(found, operation, exchange)


def _operation(found: Json, path: str, method: str) -> Json:
    parts = path.strip("/").split("/")
    for template, operations in sorted(found["paths"].items(), key=lambda one: one[0].count("{")):
        wanted = template.strip("/").split("/")
        fits = len(wanted) == len(parts) and all(
            want.startswith("{") or want == part for want, part in zip(wanted, parts, strict=True)
        )
        if fits and method in operations:
            return dict(operations[method])
    raise AssertionError(f"{method} {path} is not in the description")


def _check_query(found: Json, operation: Json, query: dict[str, str], where: str) -> None:
    parameters = [_resolved(found, one) for one in operation.get("parameters", [])]
    known = {one["name"]: one for one in parameters if one["in"] == "query"}
    assert set(query) <= set(known), f"{where}: unknown parameters {set(query) - set(known)}"
    missing = {name for name, one in known.items() if one.get("required")} - set(query)
    assert not missing, f"{where}: missing {missing}"
    for name, text in query.items():
        _validate(found, known[name]["schema"], _typed(known[name]["schema"], text), f"{where}: {name}={text}")


def _typed(schema: Json, text: str) -> Any:
    kind = schema.get("type")
    if kind == "integer":
        return int(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return text.split(",") if kind == "array" else text


def _check_body(found: Json, operation: Json, body: bytes, where: str) -> None:
    if not body:
        return
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    _validate(found, schema, json.loads(body), f"{where}: body")


def _check_answer(found: Json, operation: Json, exchange: Exchange) -> None:
    reply, where = exchange.reply, f"{exchange.request.method} {exchange.request.path} answers {exchange.reply.status}"
    try:
        body = json.loads(reply.body)
    except ValueError:
        return  # an opaque text, a plain 403, or a failure that a test asked for
    answers = operation["responses"]
    answer = _resolved(found, answers.get(str(reply.status), {}))
    if reply.status in NULL_FREE and not answer:
        answer = _resolved(found, answers["401"])
    content = answer.get("content", {}).get("application/json")
    if content:
        _validate(found, content["schema"], _without_live_differences(body), where)


def _without_live_differences(body: Any) -> Any:
    if isinstance(body, list):
        return [_without_live_differences(one) for one in body if one is not None and not _is_local(one)]
    if not isinstance(body, dict):
        return body
    allowed = ("next", "previous", "audio_preview_url", "volume_percent")
    kept = {name: value for name, value in body.items() if value is not None or name in allowed}
    return {name: _without_live_differences(value) for name, value in kept.items() if not _is_local(value)}


def _is_local(value: Any) -> bool:
    return isinstance(value, dict) and value.get("is_local") is True and value.get("type") == "track"


def _resolved(found: Json, node: Json) -> Json:
    while "$ref" in node:
        target: Any = found
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _validate(found: Json, schema: Json, value: Any, where: str) -> None:
    validator = Draft202012Validator({**schema, "components": found["components"]})
    problems = [f"{'.'.join(map(str, error.path))}: {error.message[:200]}" for error in validator.iter_errors(value)]
    assert not problems, f"{where}: {problems[:3]}"
