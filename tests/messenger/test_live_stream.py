"""The stream over both stores: nothing lost, nothing doubled, nothing after its deadline."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from blueprints.messenger.live.stream import MOST_WAITING
from blueprints.messenger.stores import Store, redis
from tests.messenger.conftest import HOUR_MS, until
from tests.messenger.live import People, Reader, World, world
from tests.servers.redis import RedisServer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def chat(store_name: str, make_store: Callable[..., Store]) -> AsyncIterator[World]:
    async with world(make_store(store_name), post_burst=5000, post_per_second=5000) as made:
        yield made


async def test_a_stream_begins_with_hello_and_brings_each_message(chat: World) -> None:
    reader = await chat.read()
    assert reader.status == 200
    assert reader.headers["content-type"].startswith("text/event-stream")
    assert reader.headers["cache-control"].startswith("no-store")
    assert reader.headers["x-accel-buffering"] == "no"
    assert reader.bytes.startswith(b"retry: ")
    assert 500 <= int(reader.bytes.split(b"\n")[0][7:]) <= 2500
    hello = reader.named("hello")[0]
    assert (hello["rooms"], hello["heartbeat"]) == (["lobby"], 15_000)
    message = await chat.posted("one\ntwo")
    await until(reader.texts)
    (_, id_, data) = next(event for event in reader.events if event[0] == "message")
    assert data | {"expires_in": 0} == message | {"expires_in": 0}
    assert 0 < data["expires_in"] <= message["lifetime"]
    assert id_


async def test_a_stream_brings_only_its_rooms(chat: World) -> None:
    reader, both = await chat.read("room=other"), await chat.read("room=lobby&room=other&room=lobby")
    await chat.posted("here")
    await chat.posted("there", room="other")
    await until(lambda: len(both.texts()) == 2)
    await until(reader.texts)
    assert reader.texts() == ["there"]
    assert both.named("hello")[0]["rooms"] == ["lobby", "other"]


async def test_deletion_and_expiry_are_told(chat: World) -> None:
    reader = await chat.read()
    message, brief = await chat.posted(), await chat.brief(reader)
    await chat.delete(message["id"])
    await until(lambda: reader.named("deleted"))
    assert reader.named("deleted") == [{"room": "lobby", "id": message["id"], "by": "author"}]
    await until(lambda: brief["id"] in reader.ids("expired"))
    assert message["id"] not in reader.ids("expired")
    assert {event["room"] for event in reader.named("expired")} == {"lobby"}
    assert chat.hub.now_ms >= chat.hub.offset.now_ms(0), "the store's clock is known"


async def test_who_comes_back_misses_nothing_and_sees_nothing_twice(chat: World) -> None:
    reader = await chat.read()
    await chat.posted("1")
    await until(reader.texts)
    point = reader.last_id
    await reader.close()
    for text in "234":
        await chat.posted(text)
    again = await chat.read(f"room=lobby&last_event_id={point}")
    await chat.posted("5")
    await until(lambda: len(again.texts()) >= 4)
    assert again.texts() == ["2", "3", "4", "5"]
    by_header = await chat.read("last_event_id=1-0", Last_Event_ID=point)
    await until(lambda: len(by_header.texts()) >= 4)
    assert by_header.texts() == ["2", "3", "4", "5"], "the header beats the parameter"


async def test_what_ended_meanwhile_is_not_sent_again(chat: World) -> None:
    point = (await chat.list())["head"]
    message = await chat.posted("deleted")
    await chat.posted("stays")
    await chat.delete(message["id"])
    await until(lambda: len(chat.hub.replay.entries) == 3)
    reader = await chat.read(f"room=lobby&last_event_id={point}")
    await until(reader.texts)
    assert reader.texts() == ["stays"]
    assert [event["id"] for event in reader.named("deleted")] == [message["id"]]


async def test_the_head_of_a_list_is_the_point_to_go_on_from(chat: World) -> None:
    for number in range(20):
        await chat.posted(f"before {number}")
        page = await chat.list()
        reader = await chat.read(f"room=lobby&last_event_id={page['head']}")
        await chat.posted(f"after {number}")
        await until(reader.texts)
        listed = [message["message"] for message in page["messages"]]
        assert listed[-1] == f"before {number}"
        assert reader.texts() == [f"after {number}"]
        assert reader.named("resync") == []


@pytest.mark.parametrize(("point", "reason"), [("x", "gap"), ("1-0", "restart"), ("99999999999999-0", "restart")])
async def test_an_unknown_point_is_answered_with_resync(chat: World, point: str, reason: str) -> None:
    reader = await chat.read(f"room=lobby&room=other&last_event_id={point}")
    await until(lambda: len(reader.named("resync")) == 2)
    assert reader.named("resync") == [{"room": room, "reason": reason} for room in ("lobby", "other")]
    await chat.posted("goes on")
    await until(reader.texts)


async def test_a_point_beyond_the_window_is_a_gap(store_name: str, make_store: Callable[..., Store]) -> None:
    store = make_store(store_name, replay_events=100)
    async with world(store, post_burst=5000, post_per_second=5000, replay_events=100) as chat:
        point = (await chat.list())["head"]
        first = await chat.posted()
        for _ in range(250):
            await chat.posted()
        await until(lambda: len(chat.hub.replay.entries) < 250)
        reader = await chat.read(f"room=lobby&last_event_id={point}")
        await until(lambda: reader.named("resync"))
        assert reader.named("resync")[0]["reason"] == "gap"
        assert first["id"]


async def test_a_slow_reader_is_told_to_fetch_the_list_and_holds_up_nobody(chat: World) -> None:
    slow, quick = await chat.read(), await chat.read()
    slow.may_read.clear()
    for number in range(MOST_WAITING + 200):
        await chat.posted(str(number))
    await until(lambda: len(quick.texts()) == MOST_WAITING + 200)
    slow.may_read.set()
    await until(lambda: slow.named("resync"))
    assert slow.named("resync") == [{"room": "lobby", "reason": "overflow"}]
    assert quick.named("resync") == []
    assert len(slow.texts()) < MOST_WAITING
    await chat.posted("last")
    await until(lambda: "last" in slow.texts())


async def test_a_message_that_waited_too_long_is_not_sent_any_more(chat: World) -> None:
    slow, quick = await chat.read(), await chat.read()
    await chat.posted("passes")
    await until(slow.texts)
    slow.may_read.clear()
    await chat.posted("blocks")
    await until(lambda: len(chat.hub.replay.entries) == 2 and not _waiting(chat))
    brief = await chat.brief(quick)
    await until(lambda: brief["id"] in quick.ids("expired"))
    slow.may_read.set()
    await until(lambda: brief["id"] in slow.ids("expired"))
    assert slow.texts() == ["passes", "blocks"]


def _waiting(chat: World) -> list[Any]:
    """What has not been handed over yet."""
    return [frame for stream in chat.hub.audience.streams for frame in (*stream.backlog, *stream.queue)]


async def test_what_is_sent_late_says_what_is_left_then(chat: World) -> None:
    slow = await chat.read()
    slow.may_read.clear()
    await chat.posted("blocks")
    await until(lambda: len(chat.hub.replay.entries) == 1 and not _waiting(chat))
    message = await chat.posted("late")
    await until(lambda: message["id"] in chat.hub.expiry.deadlines.frames)
    deadline = chat.hub.expiry.deadlines.frames[message["id"]].expires_ms
    await until(lambda: deadline - chat.hub.now_ms < HOUR_MS - 500)
    slow.may_read.set()
    await until(lambda: "late" in slow.texts())
    assert next(data for data in slow.named("message") if data["message"] == "late")["expires_in"] < HOUR_MS - 500


async def test_readers_are_counted(chat: World) -> None:
    first = await chat.read()
    await until(lambda: first.readers() == 1)
    second = await chat.read()
    await until(lambda: first.readers() == second.readers() == 2)
    await second.close()
    await until(lambda: first.readers() == 1)
    assert chat.hub.readers.total("lobby") == 1


async def test_logging_out_ends_the_streams_of_the_session_with_a_word(chat: World) -> None:
    ann, bob, anybody = await chat.read(Cookie="session=ann"), await chat.read(Cookie="session=bob"), await chat.read()
    await chat.half.store.tell({"kind": "revoked", "session": "ann", "reason": "logout"})
    await until(lambda: ann.ended)
    assert ann.named("bye") == [{"reason": "logout", "retry": 1000}]
    assert not bob.ended
    assert not anybody.ended
    del chat.people.sessions["ann"]
    assert (await chat.post({"message": "x"})).status_code == 401


async def test_a_suspension_works_at_once(chat: World) -> None:
    reader = await chat.read(Cookie="session=ann")
    await chat.posted()
    del chat.people.sessions["ann"]
    await chat.half.store.tell({"kind": "revoked", "account": "1", "reason": "suspended"})
    await until(lambda: reader.ended)
    assert reader.named("bye")[0]["reason"] == "suspended"
    assert (await chat.post({"message": "x"})).status_code == 401


async def test_a_revoked_key_is_forgotten(chat: World) -> None:
    assert (await chat.post({"message": "x"}, "", Authorization="Bearer bpm_bot")).status_code == 201
    del chat.people.tokens["bpm_bot"]
    assert (await chat.post({"message": "x"}, "", Authorization="Bearer bpm_bot")).status_code == 201
    await chat.half.store.tell({"kind": "revoked", "key": 7, "reason": ""})
    await until(lambda: not chat.half.tokens.answers)
    assert (await chat.post({"message": "x"}, "", Authorization="Bearer bpm_bot")).status_code == 401


async def test_a_changed_room_is_told_and_an_unknown_one_looked_for(chat: World) -> None:
    reader = await chat.read("room=other")
    room = next(room for room in chat.people.rooms if room.slug == "other")
    chat.people.rooms[1] = type(room)("other", "Renamed", room.lifetime, open=False)
    await chat.half.store.tell({"kind": "room", "room": "other"})
    await until(lambda: reader.named("room"))
    assert reader.named("room")[0]["title"] == "Renamed"
    chat.people.rooms.append(type(room)("new", "New", room.lifetime))
    await chat.posted("x", room="new")


async def test_shutting_down_says_bye_and_opens_no_more(chat: World) -> None:
    reader = await chat.read()
    chat.hub.shut()
    await until(lambda: reader.ended)
    bye = reader.named("bye")[0]
    assert bye["reason"] == "shutdown"
    assert 500 <= bye["retry"] <= 2500
    assert (await chat.http.get("/stream?room=lobby")).status_code == 503


async def test_too_many_rooms_or_streams_are_refused(store_name: str, make_store: Callable[..., Store]) -> None:
    async with world(make_store(store_name), streams_per_address=2, max_streams=3) as chat:
        assert (await chat.http.get("/stream", params=[("room", f"room{n}") for n in range(21)])).status_code == 400
        await chat.read()
        second = await chat.read()
        answer = await chat.http.get("/stream")
        assert answer.status_code == 429
        assert answer.headers["Retry-After"]
        await second.close()
        await chat.read()


async def test_streams_that_arrive_together_are_counted(store_name: str, make_store: Callable[..., Store]) -> None:
    async with world(make_store(store_name), People(), streams_per_address=3) as chat:
        may_answer = asyncio.Event()

        async def of_session(key: str) -> None:
            await may_answer.wait()

        chat.half.sessions.ask = of_session
        crowd = [Reader(chat.app, "room=lobby", {"Cookie": f"session={n}"}) for n in range(10)]
        chat.readers.extend(crowd)
        await until(lambda: sum(reader.status == 429 for reader in crowd) == 7)
        may_answer.set()
        await until(lambda: sum(reader.status == 200 for reader in crowd) == 3)


async def test_a_stream_that_arrives_while_the_worker_ends_is_ended_too(chat: World) -> None:
    may_answer = asyncio.Event()

    async def of_session(key: str) -> None:
        await may_answer.wait()

    chat.half.sessions.ask = of_session
    late = Reader(chat.app, "room=lobby", {"Cookie": "session=x"})
    chat.readers.append(late)
    await asyncio.sleep(0)
    chat.hub.shut()
    may_answer.set()
    await until(lambda: late.ended)
    assert late.status == 503 or late.named("bye")


async def test_a_full_worker_says_503(store_name: str, make_store: Callable[..., Store]) -> None:
    async with world(make_store(store_name), max_streams=1) as chat:
        await chat.read()
        assert (await chat.http.get("/stream")).status_code == 503


async def test_a_silent_stream_gets_a_comment(chat: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blueprints.messenger.live.engine.HEARTBEAT_MS", 0)
    reader = await chat.read()
    await until(lambda: b"\n\n:\n\n" in reader.bytes)


async def test_two_workers_share_everything(make_store: Callable[..., Store]) -> None:
    people = People()
    prefix = f"test-{secrets.token_hex(6)}:"
    stores = [make_store("redis", prefix) for _ in range(2)]
    async with world(stores[0], people) as first, world(stores[1], people) as second:
        here, there = await first.read(), await second.read(Cookie="session=ann")
        await first.posted("from the first")
        await until(lambda: there.texts() == ["from the first"])
        message = await second.posted("from the second")
        await until(lambda: len(here.texts()) == 2)
        assert (await first.http.get(f"/messages/{message['id']}")).status_code == 200
        brief = await second.brief(here, there)
        point = here.last_id
        await until(lambda: brief["id"] in here.ids("expired") & there.ids("expired"))
        await until(lambda: here.readers() == there.readers() == 2)
        resumed = await second.read(f"last_event_id={point}")
        await first.posted("after")
        await until(resumed.texts)
        assert resumed.texts() == ["after"]
        await first.half.store.tell({"kind": "revoked", "session": "ann", "reason": "logout"})
        await until(lambda: there.ended)


async def test_streams_outlive_an_outage_of_redis(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    server.start()
    store = redis.Store(redis.Settings(url=server.url), 1000, 1000)
    async with world(store) as chat:
        reader = await chat.read()
        # whichever of them are alive when the store goes away end without it
        ends_s = (64, 16, 8, 4, 2)
        messages = [await chat.posted("lives on", lifetime=seconds * 1000) for seconds in ends_s]
        await until(lambda: messages[0]["id"] in reader.ids("message"))
        server.stop()
        await until(lambda: {"store": "down"} in reader.named("status"))
        answer = await chat.post({"message": "x"})
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert (await chat.http.get("/messages")).status_code == 503
        await until(lambda: _names_after_down(reader).count("expired"))
        assert reader.ids("expired") <= {message["id"] for message in messages}
        late = await chat.read()
        assert late.named("status") == [{"store": "down"}]
        server.start()
        await until(lambda: {"store": "up"} in reader.named("status"))
        await until(lambda: "store" in [event["reason"] for event in reader.named("resync")])
        await until(lambda: _is_posted(chat, "again"))
        await until(lambda: "again" in reader.texts())
        assert not reader.ended
    server.stop()


def _names_after_down(reader: Reader) -> list[str]:
    """Of the events since the store went away."""
    events = [(name, data) for name, _, data in reader.events]
    return [name for name, _ in events[events.index(("status", {"store": "down"})) :]]


async def _is_posted(chat: World, text: str, **fields: str) -> bool:
    """Whether the store took it; False while it is away."""
    answer = await chat.post({"message": text, **fields})
    assert answer.status_code in (201, 503), answer.text
    return answer.status_code == 201


def _has(reader: Reader, count: int) -> bool:
    return len(reader.texts()) >= count


async def test_random_cuts_lose_and_double_nothing(chat: World) -> None:
    """One reader that is cut off again and again while messages pass."""
    total = 300
    seen: list[str] = []

    async def write() -> None:
        for number in range(total):
            while not await _is_posted(chat, str(number), client_id=f"cut-{number}"):
                pass  # a machine that slept for seconds: sent again under its id it is still one message

    async def read() -> None:
        point = (await chat.list())["head"]
        writing = tasks.create_task(write())
        while len(seen) < total:
            reader = await chat.read(f"last_event_id={point}")
            await until(partial(_has, reader, min(7, total - len(seen))))
            await reader.close()
            seen.extend(reader.texts())
            point = reader.last_id
            chat.readers.remove(reader)
        await writing

    async with asyncio.TaskGroup() as tasks:  # ends the reading with the error of the writing, should it have one
        tasks.create_task(read())
    assert seen == [str(number) for number in range(total)]
