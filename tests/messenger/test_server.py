"""How many files the server of the messenger may open."""

import resource

import pytest

from blueprints.messenger import server
from blueprints.messenger.config import MessengerConfig

INFINITE = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("limits", "raised_to", "is_warned"),
    [
        ((256, 100_000), 2024, False),
        ((256, INFINITE), 2024, False),
        ((256, 1000), 1000, True),
        ((4096, 4096), None, False),
        ((INFINITE, INFINITE), None, False),
    ],
)
def test_files_are_allowed_for_all_streams_or_their_lack_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    limits: tuple[int, int],
    raised_to: int | None,
    is_warned: bool,
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, given: asked.append(given))
    options = server.options(MessengerConfig(max_streams=1000))
    assert options["backpressure"] > 1000
    assert asked == ([(raised_to, limits[1])] if raised_to else [])
    assert ("may open 1000 files" in capsys.readouterr().err) is is_warned
