"""The rules of a feature know no input or output: every `core` imports the standard library and `errors` only."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src"
CORES = sorted([*SOURCE.glob("blueprints/*/core.py"), *SOURCE.glob("blueprints/*/core/**/*.py")])


def imports(path: Path) -> Iterator[str]:
    """Absolute names of the modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", CORES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_core_knows_only_the_standard_library_and_errors(path: Path) -> None:
    feature = path.relative_to(SOURCE).parts[1]
    own = f"blueprints.{feature}.core"
    foreign = {
        name
        for name in imports(path)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and name not in ("blueprints.errors", f"blueprints.{feature}.errors")
        and name != own
        and not name.startswith(f"{own}.")
    }
    assert foreign == set()
