"""schemathesis against the description that a service gives of its API: what is described is what happens."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import hypothesis
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

CONFIG = SchemathesisConfig.from_dict(
    {
        "cache": {"enabled": False},
        "request-timeout": 60,
        # parameters that no operation knows are ignored on purpose, and keys are tested one by one elsewhere
        "generation": {"allow-extra-parameters": False, "with-security-parameters": False},
    }
)


def check(
    url: str,
    operations: int,
    *hooks: Callable[[Any, Any], Any],
    headers: Mapping[str, str] | None = None,
    examples: int,
) -> None:
    """Call every operation (there must be as many) with good and with wrong `examples`, the same ones in every run.

    Hooks are named as schemathesis wants them (`map_body`, `map_query`, …): they keep to rules that no schema can tell.
    """
    schema: Any = schemathesis.openapi.from_url(f"{url}/api/openapi.json", config=CONFIG)
    for hook in hooks:
        schema.hook(hook)
    found = [operation.ok() for operation in schema.get_all_operations()]
    assert len(found) == operations
    for operation, mode in itertools.product(found, GenerationMode):
        try:
            _check(operation.as_strategy(generation_mode=mode), headers, examples)
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # an operation without parameters cannot be called wrongly


def _check(cases: Any, headers: Mapping[str, str] | None, examples: int) -> None:
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=cases)
    def called(case: Any) -> None:
        case.call_and_validate(headers=headers)

    called()
