"""Refusals, keys and settings."""

import json

import pytest

from blueprints.config.merge import load
from blueprints.errors import ConfigError
from blueprints.spotify import errors
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.core import keys
from blueprints.spotify.core.refusals import Answer, refusal


def answer(status: int, message: str = "", reason: str = "", path: str = "/me/player/pause", **more: object) -> Answer:
    body = json.dumps({"error": {"status": status, "message": message, "reason": reason}})
    return Answer(status, body, path, "the album X", **more)  # type: ignore[arg-type]  # a test's shorthand


@pytest.mark.parametrize(
    ("found", "kind", "exit_code", "text"),
    [
        (answer(403, "Premium required", "PREMIUM_REQUIRED"), errors.PremiumRequired, 1, "needs Spotify Premium"),
        (answer(403, "Insufficient client scope", scope="s-1"), errors.MissingScope, 4, "scope s-1"),
        (answer(403, "Insufficient client scope"), errors.MissingScope, 4, "that this needs"),
        (answer(403, "User not registered in the Developer Dashboard"), errors.NotListed, 4, "User Management"),
        (answer(403, "x", "NO_PREV_TRACK"), errors.PlayerRefused, 1, "no previous track"),
        (answer(403, "x", "SOMETHING_NEW"), errors.PlayerRefused, 1, "SOMETHING_NEW"),
        (answer(403, "Restriction violated."), errors.PlayerRefused, 1, "Restriction violated"),
        (answer(403, ""), errors.PlayerRefused, 1, "gives no reason"),
        (answer(403, "x", path="/playlists/p/items"), errors.HiddenItems, 1, "can be played"),
        (answer(403, "x", path="/albums/p"), errors.Forbidden, 1, "forbids the album X"),
        (answer(404, "No active device", "NO_ACTIVE_DEVICE"), errors.NoActiveDevice, 1, "no device is active"),
        (answer(404, "Device not found"), errors.NoActiveDevice, 1, "no device"),
        (answer(404, "Not found", path="/albums/x"), errors.NotFound, 1, "knows nothing of the album X"),
        (answer(400, "Invalid base62 id", path="/albums/x"), errors.NotFound, 1, "the album X"),
        (answer(401, "expired"), errors.TokenRejected, 4, "login"),
        (answer(429, "slow down", retry_after_s=90.0), errors.RateLimited, 3, "again at 12:34:56"),
        (answer(429, "slow down"), errors.RateLimited, 3, "again at"),
        (answer(429, "x", "QUOTA_EXCEEDED", retry_after_s=9.0), errors.QuotaUsedUp, 3, "quota of your developer"),
        (answer(502), errors.Unavailable, 3, "502"),
        (answer(411), errors.Unavailable, 3, "411"),
    ],
)
def test_each_refusal_says_what_to_do(found: Answer, kind: type[Exception], exit_code: int, text: str) -> None:
    error = refusal(found, "12:34:56")
    assert type(error) is kind
    assert error.exit_code == exit_code
    assert text in str(error)


def test_a_rate_limit_says_how_long() -> None:
    error = refusal(answer(429, retry_after_s=90.0))
    assert isinstance(error, errors.RateLimited)
    assert error.seconds == 90
    untold = refusal(answer(429))
    assert isinstance(untold, errors.RateLimited)
    assert untold.seconds == 0


@pytest.mark.parametrize(
    "body", ["User not registered in the Developer Dashboard", '"text"', '{"error": "registered"}']
)
def test_bodies_that_are_plain_text(body: str) -> None:
    error = refusal(Answer(403, body, "/me", "your account"))
    assert type(error) in (errors.NotListed, errors.Forbidden)


def test_default_keys_do_not_clash() -> None:
    found = keys.merged({})
    assert found["search"] == ["slash", "f2"]
    assert found["play_all"] == ["P"]


def test_keys_are_written_as_people_know_them() -> None:
    found = keys.merged({"next": ["x", "]"], "quit": "Ctrl+X", "previous": []})
    assert (found["next"], found["quit"], found["previous"]) == (["x", "right_square_bracket"], ["ctrl+x"], [])
    assert [keys.shown(key) for key in ("slash", "space", "P", "ctrl+l", "escape", "f2", "pageup")] == [
        "/",
        "Space",
        "P",
        "Ctrl-L",
        "Esc",
        "F2",
        "PageUp",
    ]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"next": "q"}, r"keys\.next and keys\.quit both use the key q"),
        ({"nxt": "x"}, r"keys\.nxt: no such action"),
        ({"next": "ctrl+c"}, "kept for leaving"),
    ],
)
def test_bad_keys_are_named(changes: dict[str, str], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        keys.merged(changes)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("API__BASE_URL", "http://api.example.org", "https, or http on a loopback"),
        ("ACCOUNTS__BASE_URL", "http://localhost:1", "loopback address"),
        ("ACCOUNTS__BASE_URL", "http://[::1", "loopback address"),
        ("POLL_SECONDS", "0.5", "between 1 and 60"),
        ("POLL_SECONDS", "61", "between 1 and 60"),
        ("LOGIN_MONTHS", "0", "must be 1 to 1200"),
        ("KEYS", "{next: q}", "both use the key q"),
        ("FLOW", "magic", "flow"),
    ],
)
def test_bad_settings_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str) -> None:
    monkeypatch.setenv(f"BLUEPRINTS_SPOTIFY__{name}", value)
    with pytest.raises(ConfigError, match=text):
        load("spotify", SpotifyConfig)


def test_settings_for_a_server_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_SPOTIFY__API__BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("BLUEPRINTS_SPOTIFY__ACCOUNTS__BASE_URL", "http://[::1]:1")
    monkeypatch.setenv("BLUEPRINTS_SPOTIFY__KEYS", "{next: [x, y]}")
    assert load("spotify", SpotifyConfig).keys == {"next": ["x", "y"]}
