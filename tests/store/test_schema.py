"""schemathesis against the shop's API: what is described is what happens, whatever is asked."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from tests.servers.services import Served

pytestmark = pytest.mark.timeout(600)
CONFIG = SchemathesisConfig.from_dict(
    {
        "cache": {"enabled": False},
        "generation": {"allow-extra-parameters": False},  # parameters that no operation knows are ignored on purpose
    }
)
EXAMPLES = hypothesis.settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


def first_page(_context: Any, query: Any) -> Any:
    """How many pages there are is nothing that a schema can tell."""
    if query and isinstance(query.get("page"), int) and query["page"] > 1:
        query["page"] = 1
    return query


def test_the_api_is_as_described(serve: Callable[..., Served], tmp_path: Path) -> None:
    alone = {"BLUEPRINTS_STORE__ORDERS_URL": "http://127.0.0.1:9", "BLUEPRINTS_WEB__LOG_REQUESTS": "false"}
    served = serve("store", "--demo", env=alone)
    schema: Any = schemathesis.openapi.from_url(served.url + "/api/openapi.json", config=CONFIG)
    schema.hook("map_query")(first_page)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 6
    for operation, mode in itertools.product(operations, GenerationMode):

        @EXAMPLES
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def check(case: Any) -> None:
            case.call_and_validate()

        try:
            check()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # an operation without parameters cannot be called wrongly
