"""schemathesis against the API: what is described is what happens, whatever is sent."""

import itertools
from collections.abc import Callable
from typing import Any

import hypothesis
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.servers.services import Served

CONFIG = SchemathesisConfig.from_dict(
    {
        "cache": {"enabled": False},
        # parameters that no operation knows are ignored on purpose, and keys are tested one by one in test_api
        "generation": {"allow-extra-parameters": False, "with-security-parameters": False},
    }
)
EXAMPLES = hypothesis.settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


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
    schema = schemathesis.openapi.from_url(served.url + "/api/openapi.json", config=CONFIG)
    for hook in (map_query, map_path_parameters, map_body):
        schema.hook(hook)
    key = (served.home / "data" / "notifier" / "admin.key").read_text()
    operations = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]  # ours is valid
    assert len(operations) == 11
    for operation, mode in itertools.product(operations, GenerationMode):

        @EXAMPLES
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            case.call_and_validate(headers={"X-API-Key": key})

        try:
            check()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # an operation without parameters cannot be called wrongly
