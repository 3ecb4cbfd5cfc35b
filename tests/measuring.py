"""Where coverage is not measured: in processes whose code is measured in other tests too.

On Python 3.11 a process that is measured takes half as long again to start and up to three times as long to work.
"""

import pytest

UNMEASURED = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
"""Environment of a process that is not measured."""


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes that this test starts are not measured."""
    for name, value in UNMEASURED.items():
        monkeypatch.setenv(name, value)
