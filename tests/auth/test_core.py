"""The rules of tokens, login ends and redirect addresses."""

import json
from datetime import UTC, date, datetime

import pytest

from blueprints.auth import BadRedirect, Redirect, login_end, warning
from blueprints.auth.core import Token, granted, renewed, token_from_json, token_to_json

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def token(**changes: object) -> Token:
    answer = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "scope": "one two"}
    made = granted({**answer, **changes}, client_id="c", flow="pkce", now=NOW)
    assert made.authorized_at == int(NOW.timestamp())
    return made


def test_a_token_counts_as_expired_a_minute_ahead() -> None:
    made = token()
    assert made.is_fresh(datetime.fromtimestamp(made.expires_at - 61, UTC))
    assert not made.is_fresh(datetime.fromtimestamp(made.expires_at - 60, UTC))


@pytest.mark.parametrize("lifetime", [None, "soon", {}, float("inf")])
def test_an_unreadable_lifetime_is_an_hour(lifetime: object) -> None:
    assert token(expires_in=lifetime).expires_at == int(NOW.timestamp()) + 3600


def test_a_lifetime_beyond_reason_ends_within_ten_years() -> None:
    made = token(expires_in=10**30)
    assert token_from_json(token_to_json(made)) == made
    assert made.expires_at < int(NOW.timestamp()) + 11 * 366 * 86_400
    assert token(expires_in=-5).expires_at == int(NOW.timestamp())


def test_an_answer_without_scope_means_all_that_was_asked_for() -> None:
    made = granted({"access_token": "a"}, client_id="c", flow="pkce", now=NOW, scope="asked")
    assert made.scopes() == {"asked"}
    assert made.refresh_token is None


def test_refresh_keeps_an_omitted_and_stores_a_rotated_refresh_token() -> None:
    later = datetime(2026, 6, 2, tzinfo=UTC)
    kept = renewed(token(), {"access_token": "b"}, later)
    assert (kept.access_token, kept.refresh_token, kept.scope) == ("b", "r", "one two")
    assert kept.authorized_at == int(NOW.timestamp())
    assert renewed(token(), {"access_token": "b", "refresh_token": "r2"}, later).refresh_token == "r2"


def test_an_ended_login_has_nothing_left_to_send() -> None:
    ended = token().ended()
    assert (ended.access_token, ended.refresh_token, ended.is_fresh(NOW)) == ("", None, False)


def test_a_token_survives_the_file_format() -> None:
    text = token_to_json(token())
    assert token_from_json(text) == token()
    assert list(json.loads(text)) == [
        "version",
        "client_id",
        "flow",
        "scope",
        "access_token",
        "token_type",
        "expires_at",
        "refresh_token",
        "authorized_at",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2}',
        token_to_json(token()).replace('"refresh_token": "r"', '"refresh_token": 3'),
        token_to_json(token()).replace('"access_token": "a"', '"access_token": null'),
        token_to_json(token()).replace('"authorized_at": 1780308000', '"authorized_at": true'),
        token_to_json(token()).replace('"authorized_at": 1780308000', '"authorized_at": 99999999999999999'),
        token_to_json(token()).replace('"authorized_at": 1780308000', '"authorized_at": -99999999999999'),
    ],
)
def test_other_files_are_no_tokens(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|version|malformed"):
        token_from_json(text)


def test_no_repr_shows_a_secret() -> None:
    shown = repr(token(access_token="SECRET-A", refresh_token="SECRET-R"))
    assert "SECRET" not in shown


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2026, 6, 1, 10, tzinfo=UTC), 6, date(2026, 12, 1)),
        (datetime(2026, 8, 31, tzinfo=UTC), 6, date(2027, 2, 28)),
        (datetime(2026, 12, 15, tzinfo=UTC), 12, date(2027, 12, 15)),
    ],
)
def test_a_login_ends_after_calendar_months(start: datetime, months: int, end: date) -> None:
    assert login_end(int(start.timestamp()), months) == end


def test_the_end_is_announced_two_weeks_ahead() -> None:
    assert warning(token(), datetime(2026, 11, 16, 23, 59, tzinfo=UTC)) is None
    assert warning(token(), datetime(2026, 11, 17, tzinfo=UTC)) == "login ends on 2026-12-01"


def test_an_app_token_has_no_login_that_could_end() -> None:
    made = granted({"access_token": "a"}, client_id="c", flow="client_credentials", now=NOW)
    assert warning(made, datetime(2030, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("uri", "host", "port", "path", "loopback"),
    [
        ("http://127.0.0.1/callback", "127.0.0.1", None, "/callback", True),
        ("http://127.0.0.1:8899/callback", "127.0.0.1", 8899, "/callback", True),
        ("http://[::1]:9/", "::1", 9, "/", True),
        ("http://127.0.0.1", "127.0.0.1", None, "/", True),
        ("https://example.org/back", "example.org", None, "/back", False),
    ],
)
def test_safe_redirect_addresses(uri: str, host: str, port: int | None, path: str, loopback: bool) -> None:
    redirect = Redirect.parse(uri)
    assert (redirect.host, redirect.port, redirect.path, redirect.is_loopback) == (host, port, path, loopback)


def test_the_port_is_put_into_the_address() -> None:
    assert Redirect.parse("http://127.0.0.1/callback").on(4711) == "http://127.0.0.1:4711/callback"
    assert Redirect.parse("http://[::1]/callback").on(4711) == "http://[::1]:4711/callback"


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost/callback",
        "https://localhost:8000/callback",
        "http://example.org/callback",
        "http://192.168.1.5/callback",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/?a=b",
        "ftp://127.0.0.1/",
        "callback",
        "",
    ],
)
def test_unsafe_redirect_addresses_are_refused_with_advice(uri: str) -> None:
    with pytest.raises(BadRedirect, match=r"http://127\.0\.0\.1/callback") as refusal:
        Redirect.parse(uri)
    assert refusal.value.exit_code == 2
