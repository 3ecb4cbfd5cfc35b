"""The live API over both stores: what it answers, and that refused things leave nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from blueprints.messenger.core.messages import Author
from blueprints.messenger.core.senders import Sender
from blueprints.messenger.live.writers import Writers
from blueprints.messenger.stores import Store
from tests.messenger.conftest import HOUR_MS, until
from tests.messenger.live import People, World, world

pytestmark = pytest.mark.anyio
MESSAGE_KEYS = {"id", "room", "message", "author", "email", "client_id", "links"}
TIME_KEYS = {"posted_at", "expires_at", "lifetime", "expires_in"}


@pytest.fixture
async def chat(store_name: str, make_store: Callable[..., Store]) -> AsyncIterator[World]:
    async with world(make_store(store_name), post_burst=1000, post_per_second=1000) as made:
        yield made


async def test_a_message_has_all_keys_and_its_times_agree(chat: World) -> None:
    answer = await chat.post({"message": "see https://example.com/a, ok", "client_id": "c1"})
    message = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/messages/{message['id']}"
    assert set(message) == MESSAGE_KEYS | TIME_KEYS
    assert message["author"] == {"id": "u_ann", "name": "Ann", "bot": False, "owner": None}
    assert (message["email"], message["client_id"], message["links"]) == (None, "c1", ["https://example.com/a"])
    assert message["lifetime"] == HOUR_MS
    assert 0 < message["expires_in"] <= HOUR_MS
    assert message["posted_at"][-1] == "Z"
    assert (await chat.http.get(f"/messages/{message['id']}")).json()["message"] == message["message"]


async def test_messages_are_listed_in_the_order_of_posting(chat: World) -> None:
    texts = ["Nameko is awesome!", "Python is cool!", "To the foo bar!"]
    for text in texts:
        await chat.posted(text)
    page = await chat.list()
    assert [message["message"] for message in page["messages"]] == texts
    assert page["next_before"] is None
    assert page["room"] == "lobby"


async def test_messages_are_listed_by_remaining_lifetime_and_reversed(chat: World) -> None:
    for seconds in (30, 5, 15):
        await chat.posted(str(seconds), lifetime=seconds * 60_000)

    async def listed(**query: str) -> list[str]:
        return [message["message"] for message in (await chat.list(**query))["messages"]]

    assert await listed(order="posted") == ["30", "5", "15"]
    assert await listed(order="expiry") == ["5", "15", "30"]
    assert await listed(order="expiry", reverse="true") == ["30", "15", "5"]


@pytest.mark.parametrize("order", ["posted", "expiry"])
async def test_pages_go_back_by_their_cursor_also_when_its_message_is_gone(chat: World, order: str) -> None:
    messages = [await chat.posted(str(number), lifetime=HOUR_MS + number * 1000) for number in range(5)]
    page = await chat.list(order=order, limit=2)
    assert [message["message"] for message in page["messages"]] == ["3", "4"]
    await chat.delete(messages[3]["id"])
    page = await chat.list(order=order, limit=2, before=page["next_before"])
    assert [message["message"] for message in page["messages"]] == ["1", "2"]
    page = await chat.list(order=order, limit=2, before=messages[1]["id"])
    assert ([message["message"] for message in page["messages"]], page["next_before"]) == (["0"], None)
    gone = await chat.http.get("/messages", params={"before": messages[3]["id"]})
    assert gone.status_code == 400


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "limit=1e2", "order=x", "reverse=1", "before=x", "before=1-x"]
)
async def test_wrong_parameters_are_refused(chat: World, query: str) -> None:
    answer = await chat.http.get(f"/messages?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_what_is_not_there_is_404(chat: World) -> None:
    answer = await chat.http.get("/messages/i_dont_exist")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Message not found: i_dont_exist")
    assert (await chat.http.get("/messages?room=nowhere")).json()["code"] == "unknown-room"
    assert (await chat.post({"message": "a", "room": "nowhere"})).status_code == 404
    assert (await chat.delete("0" * 32)).status_code == 404
    assert (await chat.http.get("/stream?room=nowhere")).status_code == 404
    assert (await chat.http.put("/messages")).status_code == 405


async def test_only_who_is_logged_in_posts(chat: World) -> None:
    answer = await chat.http.post("/messages", json={"message": "foo"})
    assert (answer.status_code, answer.json()["detail"]) == (401, "Please log in")
    assert (await chat.post({"message": "foo"}, "stranger")).status_code == 401
    assert (await chat.post({"message": "foo"}, "", Authorization="Bearer bpm_wrong")).status_code == 401
    assert (await chat.list())["messages"] == []


@pytest.mark.parametrize(
    "headers",
    [{"X-CSRFToken": ""}, {"X-CSRFToken": "wrong"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}],
    ids=str,
)
async def test_a_request_of_another_site_stores_nothing(chat: World, headers: dict[str, str]) -> None:
    answer = await chat.post({"message": "foo"}, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert (await chat.list())["messages"] == []


async def test_a_bot_needs_only_its_key_and_is_marked(chat: World) -> None:
    answer = await chat.post({"message": "beep"}, "", Authorization="Bearer bpm_bot", **{"X-CSRFToken": ""})
    assert answer.json()["author"] == {"id": "b_1", "name": "Robot", "bot": True, "owner": "Ann"}
    assert (await chat.delete(answer.json()["id"], "ann")).status_code == 204


@pytest.mark.parametrize(
    "body", [b"foo", b"[]", b'"s"', b"null", b"", b"\xff", b"\xef\xbb\xbf{}", b"[" * 9000, b"1" * 9000]
)
async def test_what_is_no_json_object_is_refused(chat: World, body: bytes) -> None:
    answer = await chat.post(body)
    assert (answer.status_code, answer.json()["detail"]) == (400, "JSON payload expected")


@pytest.mark.parametrize(
    ("fields", "status", "rule"),
    [
        ({}, 400, None),
        ({"message": ""}, 422, "empty"),
        ({"message": " \n\t "}, 422, "empty"),
        ({"message": "\u200b\u2060"}, 422, "empty"),
        ({"message": 7}, 422, "not-a-string"),
        ({"message": None}, 422, "not-a-string"),
        ({"message": "a\x00b"}, 422, "control"),
        ({"message": "ab\ud800"}, 422, "surrogate"),
        ({"message": "x" * 2001}, 422, "too-long"),
        ({"message": "x", "lifetime": 999}, 422, "lifetime"),
        ({"message": "x", "lifetime": 604_800_001}, 422, "lifetime"),
        ({"message": "x", "lifetime": 1500.5}, 422, "lifetime"),
        ({"message": "x", "lifetime": True}, 422, "lifetime"),
        ({"message": "x", "lifetime": "10s"}, 422, "lifetime"),
        ({"message": "x", "room": 5}, 422, "not-a-string"),
        ({"message": "x", "room": "\ud800"}, 404, None),
        ({"message": "x", "room": "other", "lifetime": 120_001}, 422, "lifetime"),
        ({"message": "x", "client_id": "x" * 65}, 422, "client-id"),
        ({"message": "x", "client_id": ""}, 422, "client-id"),
        ({"message": "x", "client_id": 5}, 422, "client-id"),
        ({"message": "x", "client_id": "a\nb"}, 422, "client-id"),
        ({"message": "x", "room": "closed"}, 409, None),
    ],
    ids=lambda value: str(value).encode("ascii", "replace").decode()[:40],
)
async def test_wrong_fields_are_named_and_nothing_is_stored(
    chat: World, fields: dict[str, Any], status: int, rule: str | None
) -> None:
    answer = await chat.post(fields)
    problem = answer.json()
    assert (answer.status_code, problem.get("rule")) == (status, rule)
    if rule == "lifetime":
        assert {"min", "max"} <= set(problem)
    assert (await chat.half.store.state()).messages == []


async def test_a_position_is_named(chat: World) -> None:
    assert (await chat.post({"message": "ab\x07"})).json()["position"] == 2


async def test_no_message_given(chat: World) -> None:
    assert (await chat.post({})).json()["detail"] == "No message given"


async def test_type_and_size_are_checked(chat: World) -> None:
    assert (await chat.post({"message": "x"}, **{"Content-Type": "text/plain"})).status_code == 415
    assert (await chat.post(b'{"message": "' + b"x" * 100_000 + b'"}')).status_code == 413
    assert (await chat.list())["messages"] == []


async def test_a_strange_text_stays_what_it_is(chat: World) -> None:
    texts = [
        "<img src=x onerror=alert(1)>",
        "a: b",
        "#messages > li",
        "\u202eabc",
        "😀👩\u200d👩",
        "'\"\\{}",
        '"expires_in":0,',
    ]
    for text in texts:
        await chat.posted(text)
    assert [message["message"] for message in (await chat.list())["messages"]] == texts


async def test_line_ends_become_one_kind(chat: World) -> None:
    assert (await chat.posted(" a\r\nb\rc\u2028d\x0be\x0cf\u0085g "))["message"] == "a\nb\nc\nd\ne\nf\ng"


async def test_ten_equal_posts_at_once_are_one_message(chat: World) -> None:
    answers = await asyncio.gather(*(chat.post({"message": "same", "client_id": "c"}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len((await chat.list())["messages"]) == 1


async def test_a_client_id_names_one_content_of_one_sender(chat: World) -> None:
    first = await chat.posted("one", client_id="c")
    other = await chat.post({"message": "two", "client_id": "c"})
    assert (other.status_code, other.json()["code"]) == (422, "client-id-reused")
    assert (await chat.post({"message": "one", "client_id": "c"}, "bob")).status_code == 201
    assert (await chat.post({"message": "one"}, **{"Idempotency-Key": "c"})).status_code == 200
    await chat.delete(first["id"])
    assert (await chat.post({"message": "one", "client_id": "c"})).status_code == 410


async def test_a_sender_deletes_only_own_messages(chat: World) -> None:
    message = await chat.posted()
    answer = await chat.delete(message["id"], "bob")
    assert (answer.status_code, answer.json()["code"]) == (403, "not-yours")
    assert len((await chat.list())["messages"]) == 1
    assert (await chat.delete(message["id"])).status_code == 204
    assert (await chat.list())["messages"] == []
    assert (await chat.delete(message["id"])).status_code == 404
    assert chat.people.logged == []


async def test_what_a_moderator_deletes_is_logged_with_its_reason(chat: World) -> None:
    message = await chat.posted()
    assert (await chat.delete(message["id"], "mod", reason="spam")).status_code == 204
    assert chat.people.logged == [("3", "1", "lobby", "spam")]


async def test_a_suspended_sender_learns_until_when(chat: World) -> None:
    until_ms = chat.hub.now_ms + HOUR_MS
    chat.people.sessions["sus"] = Sender("9", Author("u_s", "Sus"), suspended_until_ms=until_ms, session="sus")
    answer = await chat.post({"message": "x"}, "sus")
    assert (answer.status_code, answer.json()["code"]) == (403, "suspended")
    assert answer.json()["until"] in answer.json()["detail"]
    assert (await chat.list())["messages"] == []


async def test_rooms_are_listed_with_their_limits_and_readers(chat: World) -> None:
    await chat.read("room=other")
    rooms = {room["slug"]: room for room in (await chat.http.get("/rooms")).json()["rooms"]}
    assert rooms["other"] == {
        "slug": "other",
        "title": "Other",
        "lifetime": {"default": 60_000, "min": 2000, "max": 120_000},
        "open": True,
        "readers": 1,
    }
    assert rooms["closed"]["open"] is False


async def test_reading_sets_no_cookie_and_is_not_kept(chat: World) -> None:
    for path in ("/messages", "/rooms"):
        answer = await chat.http.get(path)
        assert "set-cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_email_is_shown_only_where_the_sender_has_one(chat: World) -> None:
    chat.people.sessions["eve"] = Sender("8", Author("u_e", "Eve"), email="eve@example.com", session="eve")
    assert (await chat.post({"message": "x"}, "eve")).json()["email"] == "eve@example.com"


async def test_a_message_is_returned_by_nothing_at_its_deadline(chat: World) -> None:
    message = await chat.posted("short", lifetime=1000)

    async def is_gone() -> bool:
        page = await chat.list()
        assert all(page["now"] < each["expires_at"] and each["expires_in"] > 0 for each in page["messages"])
        return bool(page["now"] >= message["expires_at"] and page["messages"] == [])

    await until(is_gone)
    assert (await chat.http.get(f"/messages/{message['id']}")).status_code == 404
    await until(lambda: _is_empty(chat), "an empty store")


async def _is_empty(chat: World) -> bool:
    return not (await chat.half.store.state()).messages and not chat.hub.expiry.deadlines.frames


async def test_a_flood_is_held_up(store_name: str, make_store: Callable[..., Store]) -> None:
    async with world(make_store(store_name), post_burst=3, post_per_second=0.001) as chat:
        statuses = [(await chat.post({"message": str(number)})).status_code for number in range(4)]
        assert statuses == [201, 201, 201, 429]
        answer = await chat.post({"message": "x"})
        assert int(answer.headers["Retry-After"]) > 1
        assert answer.json()["code"] == "flood"
        assert (await chat.post(b"no json")).status_code == 429, "the flood limit comes before the body"
        assert (await chat.post({"message": "x"}, "bob")).status_code == 201
        assert len((await chat.list())["messages"]) == 4


async def test_wrong_posts_count_against_the_flood_limit(store_name: str, make_store: Callable[..., Store]) -> None:
    async with world(make_store(store_name), post_burst=2, post_per_second=0.001) as chat:
        assert [(await chat.post({})).status_code for _ in range(3)] == [400, 400, 429]


async def test_a_full_store_asks_to_wait(store_name: str, make_store: Callable[..., Store]) -> None:
    async with world(make_store(store_name, capacity=1)) as chat:
        await chat.posted()
        answer = await chat.post({"message": "x"})
        assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (503, "1", "store-full")


async def test_everybody_is_asked_for_once(store_name: str, make_store: Callable[..., Store]) -> None:
    people = People()
    async with world(make_store(store_name), people) as chat:
        for _ in range(5):
            await chat.posted()
        assert people.asked == 1


async def test_an_unexpected_error_is_a_problem_without_its_text(chat: World, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("secret")

    chat.half.store.page = broken  # type: ignore[method-assign,assignment]  # a bug to come
    answer = await chat.http.get("/messages")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "ZeroDivisionError" in caplog.text


async def test_typing_reaches_the_room_once_in_a_while(chat: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.messenger.live.writers.SILENCE_S", 3600.0)
    reader, other = await chat.read(), await chat.read("room=other")
    headers = {"Cookie": "session=ann", "X-CSRFToken": "token"}
    for _ in range(3):
        assert (await chat.http.post("/typing", json={"room": "lobby"}, headers=headers)).status_code == 204
    await until(lambda: reader.named("typing"))
    await chat.posted("done")
    await until(reader.texts)
    assert reader.named("typing") == [
        {"room": "lobby", "author": {"id": "u_ann", "name": "Ann", "bot": False, "owner": None}}
    ]
    assert other.named("typing") == []
    assert (await chat.http.post("/typing", json={"room": "closed"}, headers=headers)).status_code == 409
    assert (await chat.http.post("/typing", json={})).status_code == 401


def test_who_types_is_told_of_every_three_seconds() -> None:
    writers = Writers()
    times = [0.0, 2.9, 3.0, 5.9, 6.1]
    assert [writers.is_news("lobby", "ann", now_s) for now_s in times] == [True, False, True, False, True]
    assert writers.is_news("other", "ann", 6.2)
    assert writers.is_news("lobby", "bob", 6.2)


async def test_nobody_is_sent_to_another_host(chat: World) -> None:
    answer = await chat.http.get("/rooms/", headers={"Host": "evil.example"})
    assert (answer.status_code, "location" in answer.headers) == (404, False)
