"""The rules, without anything around them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueprints.messenger.core import cursors, messages, posts, rooms, times
from blueprints.messenger.core.lifetimes import Limits, lifetime
from blueprints.messenger.core.messages import Author, Message
from blueprints.messenger.core.names import display_name
from blueprints.messenger.core.positions import event_id, following, position
from blueprints.messenger.core.refusals import BadRequest, Invalid
from blueprints.messenger.core.text import clean
from blueprints.messenger.links import links

SERVER = Limits(10_000, 1000, 604_800_000)
MESSAGE = Message("0" * 32, "lobby", "text", Author("u_1", "Ann"), "1", None, None, 1_000, 11_000, position("1-2") or 0)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" plain ", "plain"),
        ("a\r\nb\rc\x0bd\x0ce\u0085f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\ttab\tstays", "tab\tstays"),
        ("\u00a0ü\u3000", "ü"),
        ("\u202eabc", "\u202eabc"),
        ("👩\u200d👩", "👩\u200d👩"),
    ],
)
def test_texts_are_kept_as_they_are_but_for_line_ends_and_white_space_around(text: str, kept: str) -> None:
    assert clean(text, 100) == kept


@pytest.mark.parametrize(
    ("text", "rule", "at"),
    [
        (None, "not-a-string", None),
        (["a"], "not-a-string", None),
        ("", "empty", None),
        ("\u200b \u00ad\n", "empty", None),
        ("ab\x00", "control", 2),
        ("\x1b[31m", "control", 0),
        ("a\x7f", "control", 1),
        ("a\x9f", "control", 1),
        ("a\ud800", "surrogate", 1),
        ("\udfff", "surrogate", 0),
        ("x" * 101, "too-long", 100),
        ("ü" * 101, "too-long", 100),
    ],
)
def test_refused_texts_name_the_rule_and_the_position(text: Any, rule: str, at: int | None) -> None:
    with pytest.raises(Invalid) as refused:
        clean(text, 100)
    assert (refused.value.details["rule"], refused.value.details["position"]) == (rule, at)


@given(st.text(st.characters(), max_size=60))
def test_what_is_accepted_is_visible_encodable_and_stays_the_same(text: str) -> None:
    try:
        kept = clean(text, 50)
    except Invalid:
        return
    assert kept.encode()
    assert kept == kept.strip()
    assert not any(category(character) == "Cc" and character not in "\t\n" for character in kept)
    assert clean(kept, 50) == kept


@pytest.mark.parametrize(
    ("wanted", "got"), [(None, 10_000), (1000, 1000), (604_800_000, 604_800_000), (12_345, 12_345)]
)
def test_lifetimes_within_the_limits(wanted: Any, got: int) -> None:
    assert lifetime(wanted, SERVER) == got


@pytest.mark.parametrize("wanted", [999, 604_800_001, 0, -1, 1500.0, 1500.5, True, False, "10s", [], {}, float("nan")])
def test_other_lifetimes_are_refused_with_both_limits(wanted: Any) -> None:
    with pytest.raises(Invalid, match=r"1000 to 604800000"):
        lifetime(wanted, SERVER)


def test_limits_of_a_room_stay_within_those_of_the_server() -> None:
    assert Limits(5000, 2000, 60_000).within(SERVER) == Limits(5000, 2000, 60_000)
    assert Limits(1, 1, 10**12).within(SERVER) == Limits(1000, 1000, 604_800_000)
    assert Limits(99_000, 2000, 60_000).within(SERVER).default == 60_000


@pytest.mark.parametrize("text", ["", "1", "-", "1-", "-1", "1-2-3", "x-1", "1-1048576", "١-1", "1-1\n"])
def test_malformed_event_ids_are_none(text: str) -> None:
    assert position(text) is None


@given(st.integers(0, 10**14), st.integers(0, 999_999), st.integers(0, 10**14))
def test_event_ids_come_back_and_following_ones_are_later(ms: int, n: int, now_ms: int) -> None:
    at = position(f"{ms}-{n}")
    assert at is not None
    assert event_id(at) == f"{ms}-{n}"
    assert following(at, now_ms) > at


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert times.rfc3339(1_795_363_205_123) == "2026-11-22T16:00:05.123Z"
    assert times.milliseconds(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=1.5)) == 1500


def test_a_message_shows_what_is_left_never_less_than_nothing() -> None:
    assert messages.public(MESSAGE, 2_000)["expires_in"] == 9_000
    assert messages.public(MESSAGE, 99_000)["expires_in"] == 0
    assert "account" not in messages.public(MESSAGE, 0)
    assert json.loads(messages.line(messages.public(MESSAGE, 0)))["lifetime"] == 10_000


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\nb\x00", "\u200b", "a\u202eb", "\ue000"])
def test_refused_names(name: str) -> None:
    with pytest.raises(Invalid):
        display_name(name)


def test_names_are_composed_and_their_white_space_is_single() -> None:
    assert display_name("  A\u0308nn   B ") == "Änn B"


@pytest.mark.parametrize(
    ("slug", "is_one"), [("a", True), ("a-b2", True), ("-a", False), ("A", False), ("a" * 41, False), ("a\n", False)]
)
def test_slugs(slug: str, is_one: bool) -> None:
    assert (rooms.SLUG.fullmatch(slug) is not None) is is_one


def test_a_room_shows_its_limits() -> None:
    assert rooms.public(rooms.Room("a", "A", SERVER, open=False), 3)["readers"] == 3


def test_a_post_has_defaults_and_the_header_stands_for_the_field() -> None:
    post = posts.post({"message": "x"}, "key", 100)
    assert post == posts.Post("x", "lobby", None, "key")
    assert posts.post({"message": "x", "client_id": "c"}, "key", 100).client_id == "c"
    assert posts.room({}) == "lobby"
    with pytest.raises(BadRequest):
        posts.post({}, None, 100)
    with pytest.raises(Invalid):
        posts.room({"room": 1})
    for wrong in ("", "x" * 65, 5, "a\nb"):
        with pytest.raises(Invalid):
            posts.post({"message": "x", "client_id": wrong}, None, 100)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_no_json_object(body: bytes) -> None:
    with pytest.raises(BadRequest):
        posts.json_object(body)
    assert posts.json_object(b'{"a": 1}') == {"a": 1}


def test_cursors_name_places_in_both_orders() -> None:
    assert cursors.place(cursors.cursor(MESSAGE, "posted"), "posted") == (MESSAGE.position, "")
    assert cursors.place(cursors.cursor(MESSAGE, "expiry"), "expiry") == (11_000, MESSAGE.id)
    assert cursors.place("x", "posted") is None
    assert cursors.place("x", "expiry") is None
    assert cursors.is_message_id("0" * 32)
    assert not cursors.is_message_id("0" * 31)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://example.com/a, ok", ["https://example.com/a"]),
        ("HTTP://EXAMPLE.com and (http://a.b/c)", ["HTTP://EXAMPLE.com", "http://a.b/c"]),
        ("javascript:alert(1) ftp://a.b //c.d mailto:a@b.c www.example.com a@b.com", []),
        ("data:text/html,http", []),
        ("http://a.b " * 20, ["http://a.b"] * 20),
        ("http://a.b " * 21, []),
    ],
)
def test_only_written_out_addresses_become_links(text: str, urls: list[str]) -> None:
    found = links(text)
    assert [link.url for link in found] == urls
    assert all(text[link.start : link.end] == link.url for link in found)
