"""Our requests and the fake's answers against the platform's own description; skipped where that is not at hand."""

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from blueprints.vote.election import Election
from tests.vote.fake_x import FakeX
from tests.vote.held import ago, hold, until

pytestmark = pytest.mark.usefixtures("noon")
NAMES_BEFORE = {"post_count": "tweet_count", "edit_history_post_ids": "edit_history_tweet_ids"}
"""New spelling -> the one that the service still sends too."""


@pytest.fixture
def description(contracts: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((contracts / "x-openapi.json").read_text())
    return found


def held(x: FakeX, source: str) -> None:
    """A vote that uses everything of a source."""

    async def script(election: Election) -> None:
        if source == "stream":
            await until(lambda: x.listeners)
        else:
            await until(lambda: "waiting" in election.desk.status)
            election.desk.wanted.set()
            await until(lambda: x.requests)

    x.add_rule("#foreign")
    for author in range(120):
        x.post(author + 1, "#debian", at_ms=int(time.time() * 1000) - 30_000)
    hold(script, "debian", "arch", source=source, from_=ago(600))


def operation(description: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = description["paths"][path][method.lower()]
    return found


def parameters(description: dict[str, Any], spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = {}
    for one in spec.get("parameters", []):
        full = description["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
        found[full["name"]] = full["schema"]
    return found


def check(description: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    jsonschema.Draft202012Validator({**schema, "components": description["components"]}).validate(value)


@pytest.mark.parametrize("source", ["stream", "search", "counts"])
def test_requests_are_as_described(x: FakeX, description: dict[str, Any], source: str) -> None:
    x.spelling = "post"
    held(x, source)
    asked = [one for one in x.requests if one[1].startswith("/2/")]
    assert asked
    for method, path, query, body in asked:
        spec = operation(description, method, path)
        known = parameters(description, spec)
        for name, value in query.items():
            if name == "tweet.fields" and "tweet.fields" not in known:
                continue  # the spelling that is tried first
            assert name in known, (path, name)
            check(description, known[name], typed(known[name], value))
        if body:
            schema = spec["requestBody"]["content"]["application/json"]["schema"]
            check(description, schema, json.loads(body))


def typed(schema: dict[str, Any], value: str) -> Any:
    kind = schema.get("type")
    return int(value) if kind == "integer" else value.split(",") if kind == "array" else value


@pytest.mark.parametrize("spelling", ["tweet", "post"])
@pytest.mark.parametrize("source", ["stream", "search", "counts"])
def test_the_fake_answers_as_described(x: FakeX, description: dict[str, Any], source: str, spelling: str) -> None:
    x.spelling = spelling
    held(x, source)
    assert x.answers
    for method, path, body in x.answers:
        schema = operation(description, method, path)["responses"]["200"]["content"]["application/json"]["schema"]
        check(description, schema, renamed(body))


def renamed(value: Any) -> Any:
    """The answer in the spelling of the description."""
    new = {old: name for name, old in NAMES_BEFORE.items()}
    if isinstance(value, dict):
        return {new.get(name, name): renamed(one) for name, one in value.items()}
    return [renamed(one) for one in value] if isinstance(value, list) else value


def test_stream_events_are_as_described(x: FakeX, description: dict[str, Any]) -> None:
    schema = description["paths"]["/2/tweets/search/stream"]["get"]["responses"]["200"]["content"]
    post = x.post(1, "RT @a: #debian", references=[{"type": "retweeted", "id": "5"}], streamed=False)
    event = {"data": renamed(post.as_json("tweet")), "matching_rules": [{"id": x.add_rule("#debian")}]}
    check(description, schema["application/json"]["schema"], event)


def test_fields_asked_for_exist(description: dict[str, Any]) -> None:
    from blueprints.vote.x.client import EXPANSIONS, FIELDS

    stream = parameters(description, operation(description, "GET", "/2/tweets/search/stream"))
    recent = parameters(description, operation(description, "GET", "/2/tweets/search/recent"))
    assert set(FIELDS["tweet"]) <= set(stream["tweet.fields"]["items"]["enum"])
    assert set(FIELDS["post"]) <= set(recent["post.fields"]["items"]["enum"])
    assert set(EXPANSIONS) <= set(recent["expansions"]["items"]["enum"])
