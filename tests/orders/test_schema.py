"""schemathesis against both APIs: what is described is what happens, whatever is sent."""

import itertools
import re
import uuid
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.servers.services import Served

CONFIG = SchemathesisConfig.from_dict(
    {
        "cache": {"enabled": False},
        # parameters that no operation knows are ignored on purpose, and keys are tested one by one in test_access
        "generation": {"allow-extra-parameters": False, "with-security-parameters": False},
    }
)
KEY = re.compile(r"[!-~]{1,255}")


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    return serve("orders", "--no-relay", "--demo")


@pytest.fixture
def described(served: Served) -> Any:
    """The API with its description."""
    schema = schemathesis.openapi.from_url(served.url + "/api/openapi.json", config=CONFIG)
    for hook in (map_headers, map_query, map_body):
        schema.hook(hook)
    return schema


def map_headers(_context: Any, headers: Any) -> Any:
    """A key used twice, or a tag of another version, is refused for reasons that no schema can tell."""
    for name in list(headers or {}):
        if name.lower() == "if-match":
            del headers[name]
        elif name.lower() == "idempotency-key" and KEY.fullmatch(str(headers[name])):
            headers[name] = str(uuid.uuid4())
    return headers


def map_query(_context: Any, query: Any) -> Any:
    """Cursors come from answers, not from a schema."""
    if query:
        query.pop("cursor", None)
    return query


def map_body(_context: Any, body: Any) -> Any:
    """A sum that is too large, or a total that is not the sum, is refused by a rule that no schema can tell."""
    if isinstance(body, dict):
        if isinstance(body.get("total"), str | float | int):
            body["total"] = None
        items = body.get("items")
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("price_per_unit"), str | float | int):
                item["price_per_unit"] = str(item["price_per_unit"])[:1]
    return body


EXAMPLES = hypothesis.settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def test_the_apis_are_as_described(served: Served, described: Any) -> None:
    key = (served.home / "data" / "orders" / "admin.key").read_text()
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 34
    for operation, mode in itertools.product(operations, GenerationMode):

        @EXAMPLES
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            case.call_and_validate(headers={"X-API-Key": key})

        try:
            check()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # an operation without parameters cannot be called wrongly
