"""schemathesis against the API: what is described is what happens, whatever is sent."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.servers import described
from tests.servers.services import Served

pytestmark = pytest.mark.no_cover  # of this process, which only asks


def map_query(_context: Any, query: Any) -> Any:
    """Cursors come from answers, not from a schema."""
    if query:
        query.pop("cursor", None)
    return query


def map_path_parameters(_context: Any, values: Any) -> Any:
    """Which template can be rendered with which data is a rule that no schema can tell; `test` needs none."""
    if values and "name" in values:
        values["name"] = "test"
    return values


def map_body(_context: Any, body: Any) -> Any:
    """Line breaks in a subject, words that no header holds, unusual addresses: refused by rules beyond a schema."""
    if not isinstance(body, dict):
        return body
    for name in ("subject", "text", "html", "note"):
        if isinstance(body.get(name), str) and body[name]:
            body[name] = "words"
    for holder in (body, body.get("to")):
        if isinstance(holder, dict) and isinstance(holder.get("address"), str) and "@" in holder["address"]:
            holder["address"] = "ada@example.org"
        if isinstance(holder, dict) and isinstance(holder.get("name"), str):
            holder["name"] = "Ada"
    if isinstance(body.get("data"), dict):
        body["data"] = {}
    if isinstance(body.get("template"), str) and body["template"].strip():
        for name in ("subject", "text", "html"):
            body.pop(name, None)
        body["template"], body["data"] = "test", {}
    return body


def test_the_api_is_as_described(serve: Callable[..., Served]) -> None:
    served = serve("notifier", "--no-sender")
    key = (served.home / "data" / "notifier" / "admin.key").read_text()
    hooks = (map_query, map_path_parameters, map_body)
    described.check(served.url, 11, *hooks, headers={"X-API-Key": key}, examples=4)
