"""Posts out of the platform's JSON, in both spellings."""

import json
from typing import Any

import pytest

from blueprints.vote.core import moments, snowflakes
from blueprints.vote.core.posts import Malformed, event, post
from tests.vote.ids import first_id

NUMBER = 2124563578689686947


def data(**more: Any) -> dict[str, Any]:
    return {"id": str(NUMBER), "author_id": "77", "created_at": "2026-11-22T18:00:04.000Z", "text": "#debian", **more}


def test_a_stream_event_in_any_order_of_keys() -> None:
    line = json.dumps({"matching_rules": [{"id": "1"}, {"id": "2", "tag": "t"}, 3], "data": data()})
    found = event(line)
    assert found.rule_tags == ("t",)
    assert post(found.posts[0]).hashtags == ("debian",)
    assert event(json.dumps({"data": data(), "matching_rules": None})).rule_tags == ()


def test_a_page_of_search_is_an_event_of_several_posts() -> None:
    assert len(event(json.dumps({"data": [data(), data()], "meta": {}})).posts) == 2


@pytest.mark.parametrize("line", [b"{", b"5", b"[]", b"\xff", b'"x"', b"[" * 100_000])
def test_what_is_no_json_object_is_malformed(line: bytes) -> None:
    with pytest.raises(Malformed):
        event(line)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        (
            {"errors": [{"title": "operational-disconnect", "disconnect_type": "OperationalDisconnect"}]},
            "OperationalDisconnect",
        ),
        ({"title": "ConnectionException", "connection_issue": "TooManyConnections"}, "TooManyConnections"),
        ({"errors": [{"title": "operational-disconnect"}]}, "operational-disconnect"),
        ({"type": "x"}, "x"),
        ({"errors": "?"}, "unknown message"),
        ({"system": {}}, "unknown message"),
    ],
)
def test_messages_that_are_no_posts_are_named(message: dict[str, Any], name: str) -> None:
    assert event(json.dumps(message)).note == name


@pytest.mark.parametrize(
    "found", [{}, {"id": 5}, {"id": "x"}, {"id": ""}, {"id": "9" * 20}, {"id": "9" * 19}, None, "x", {"id": "١"}]
)
def test_a_post_without_a_usable_id_is_malformed(found: Any) -> None:
    with pytest.raises(Malformed):
        post(found)


def test_a_missing_or_broken_time_is_read_from_the_id() -> None:
    expected = snowflakes.created_ms(NUMBER)
    assert post(data(created_at=None)).created_ms == expected
    assert post(data(created_at="yesterday")).created_ms == expected
    assert post(data(created_at="2026-11-22T18:00:04")).created_ms == expected
    assert post(data()).created_ms == moments.ms("2026-11-22T18:00:04Z")


def test_entities_win_over_the_text_and_no_entities_mean_none() -> None:
    tags = {"hashtags": [{"start": 0, "end": 5, "tag": "arch"}, {"tag": 5}, 7]}
    assert post(data(entities=tags)).hashtags == ("arch",)
    assert post(data(entities={})).hashtags == ()
    assert post(data(entities={"hashtags": None})).hashtags == ()
    assert post(data(entities=None)).hashtags == ("debian",)
    assert post(data(entities=None, text=None)).hashtags == ()


def test_a_hashtag_with_half_a_character_can_be_written() -> None:
    tags = post(data(entities={"hashtags": [{"tag": "a\ud800"}, {"tag": "ü"}]})).hashtags
    assert tags == ("a?", "ü")


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_long_posts_show_their_tags_in_the_note(name: str) -> None:
    note = {"text": "long … #arch", "entities": {"hashtags": [{"start": 7, "end": 12, "tag": "arch"}]}}
    assert post(data(**{name: note}, entities={})).hashtags == ("arch",)
    assert post(data(**{name: {"text": "long … #arch"}}, entities={})).hashtags == ("arch",)


@pytest.mark.parametrize("name", ["referenced_tweets", "referenced_posts"])
def test_reposts_and_quotes_by_reference(name: str) -> None:
    repost = post(data(**{name: [{"type": "retweeted", "id": "1"}]}))
    quote = post(data(**{name: [{"type": "replied_to", "id": "1"}, {"type": "quoted", "id": "2"}]}))
    assert (repost.is_repost, repost.is_quote) == (True, False)
    assert (quote.is_repost, quote.is_quote) == (False, True)


def test_a_repost_without_references_is_known_by_its_text() -> None:
    assert post(data(text="RT @some_one: #debian")).is_repost
    assert not post(data(text="RT @some one: #debian")).is_repost
    assert not post(data(text="so: RT @one: #debian")).is_repost
    assert not post(data(text="RT @one: #debian", referenced_tweets=[{"type": "quoted", "id": "1"}])).is_repost
    assert post(data(text="RT @one: #debian", referenced_tweets=[])).is_repost


def test_the_tag_before_the_cut_of_a_repost_does_not_count() -> None:
    text = "RT @one: #arch or #deb…"
    assert post(data(text=text)).hashtags == ("arch",)
    assert post(data(text=text)).is_cut
    entities = {"hashtags": [{"start": 9, "end": 14, "tag": "arch"}, {"start": 18, "end": 22, "tag": "deb"}]}
    assert post(data(text=text, entities=entities)).hashtags == ("arch",)
    assert post(data(text="my own #deb…")).hashtags == ("deb",)


@pytest.mark.parametrize("name", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_an_edited_post_knows_its_earlier_versions(name: str) -> None:
    found = post(data(**{name: [str(NUMBER - 9), str(NUMBER), "x"]}))
    assert found.versions == (NUMBER - 9,)
    assert found.root_id == NUMBER - 9
    assert post(data(**{name: [str(NUMBER)]})).root_id == NUMBER
    assert post(data(**{name: "?"})).versions == ()


def test_a_post_may_have_no_author() -> None:
    assert post(data(author_id=None)).author_id is None


def test_ids_carry_times() -> None:
    assert moments.exact(snowflakes.created_ms(1741610183685046272)) == "2024-01-01T00:00:00.000Z"
    assert snowflakes.created_ms(12) == snowflakes.EPOCH_MS
    assert snowflakes.created_ms(first_id(1_795_370_400_123)) == 1_795_370_400_123


def test_moments_read_and_write() -> None:
    assert moments.whole(None) is None
    assert moments.whole(1999) == "1970-01-01T00:00:01Z"
    assert moments.exact(moments.ms("2026-11-22T19:00:00.25+01:00")) == "2026-11-22T18:00:00.250Z"
    assert moments.of(moments.moment(1_795_370_400_123)) == 1_795_370_400_123
