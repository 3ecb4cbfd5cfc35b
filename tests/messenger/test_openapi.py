"""The description of the live API holds: every answer is one that it names, of the shape that it gives."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import blueprints.messenger.live
from blueprints.messenger.stores import Store
from tests.messenger.live import World, world

DESCRIPTION: dict[str, Any] = json.loads(
    (Path(blueprints.messenger.live.__file__).parent / "openapi.json").read_text(encoding="utf-8")
)
REGISTRY: Registry[Any] = Registry().with_resource("urn:api", DRAFT202012.create_resource(DESCRIPTION))
pytestmark = pytest.mark.anyio


@pytest.fixture
async def chat(store_name: str, make_store: Callable[..., Store]) -> AsyncIterator[World]:
    async with world(make_store(store_name), post_burst=1000, post_per_second=1000) as made:
        yield made


def check(answer: httpx.Response, path: str) -> None:
    """Fails unless the description has this status of the operation, with this type and shape."""
    operation = DESCRIPTION["paths"][path][answer.request.method.lower()]
    found = _resolved(operation["responses"][str(answer.status_code)])
    content = found.get("content", {})
    if not content:
        assert not answer.content
        return
    kind = answer.headers["content-type"].partition(";")[0]
    schema = content[kind]["schema"]
    here = json.loads(json.dumps(schema).replace('"#/', '"urn:api#/'))
    jsonschema.Draft202012Validator(here, registry=REGISTRY).validate(answer.json())


def _resolved(response: dict[str, Any]) -> dict[str, Any]:
    reference = response.get("$ref", "")
    found: Any = DESCRIPTION if reference else response
    for part in filter(None, reference.removeprefix("#").split("/")):
        found = found[part]
    return dict(found)


async def test_every_answer_is_as_described(chat: World) -> None:
    posted = await chat.post({"message": "see https://example.com", "client_id": "c", "lifetime": 60_000})
    check(posted, "/messages")
    check(await chat.post({"message": "see https://example.com", "client_id": "c", "lifetime": 60_000}), "/messages")
    for refused in ({}, {"message": ""}, {"message": "x", "room": "nowhere"}, {"message": "x", "room": "closed"}):
        check(await chat.post(refused), "/messages")
    check(await chat.post({"message": "other", "client_id": "c"}), "/messages")
    check(await chat.post({"message": "x"}, who="nobody"), "/messages")
    check(await chat.post({"message": "x"}, **{"X-CSRFToken": "wrong"}), "/messages")
    check(await chat.post(b"x", **{"Content-Type": "text/plain"}), "/messages")
    check(await chat.post(b"x" * 20_000), "/messages")
    own = {"Cookie": "session=ann", "X-CSRFToken": "token"}
    check(await chat.http.post("/typing", json={"room": "lobby"}, headers=own), "/typing")
    for query in ("", "?order=expiry&reverse=true&limit=1", "?limit=0", "?room=nowhere"):
        check(await chat.http.get(f"/messages{query}"), "/messages")
    id_ = posted.json()["id"]
    check(await chat.http.get(f"/messages/{id_}"), "/messages/{id}")
    check(await chat.http.get("/messages/i_dont_exist"), "/messages/{id}")
    check(await chat.delete(id_, who="bob"), "/messages/{id}")
    check(await chat.delete(id_), "/messages/{id}")
    check(await chat.delete(id_), "/messages/{id}")
    check(await chat.http.get("/rooms"), "/rooms")
    check(await chat.http.get("/stream?room=nowhere"), "/stream")


async def test_the_flood_and_the_full_store_are_described(make_store: Any) -> None:
    async with world(make_store("memory", capacity=1), post_burst=2, post_per_second=0.001) as small:
        check(await small.post({"message": "one"}), "/messages")
        check(await small.post({"message": "two"}), "/messages")
        check(await small.post({"message": "three"}), "/messages")


def test_the_description_is_openapi_3_1() -> None:
    assert DESCRIPTION["openapi"] == "3.1.0"
    paths = {(path, method) for path, operations in DESCRIPTION["paths"].items() for method in operations}
    assert paths == {
        *{("/messages", "get"), ("/messages", "post"), ("/messages/{id}", "get"), ("/messages/{id}", "delete")},
        *{("/typing", "post"), ("/rooms", "get"), ("/stream", "get")},
    }
