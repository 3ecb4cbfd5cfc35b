"""schemathesis against the shop's API: what is described is what happens, whatever is asked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.servers import described
from tests.servers.services import Served

pytestmark = [pytest.mark.timeout(600), pytest.mark.no_cover]  # this process only asks


def map_query(_context: Any, query: Any) -> Any:
    """How many pages there are is nothing that a schema can tell."""
    if query and isinstance(query.get("page"), int) and query["page"] > 1:
        query["page"] = 1
    return query


def test_the_api_is_as_described(serve: Callable[..., Served]) -> None:
    alone = {"BLUEPRINTS_STORE__ORDERS_URL": "http://127.0.0.1:9", "BLUEPRINTS_WEB__LOG_REQUESTS": "false"}
    served = serve("store", "--demo", env=alone)
    described.check(served.url, 6, map_query, examples=12)
