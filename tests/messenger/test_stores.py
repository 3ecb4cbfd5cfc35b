"""The contract of the message stores, over all of them; Redis is a real one."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from blueprints.messenger.core.messages import Author, Message
from blueprints.messenger.core.positions import STEP
from blueprints.messenger.stores import Allowance, Batch, Down, Presence, Store, redis
from tests.messenger.conftest import HOUR_MS, draft, plenty, until
from tests.servers.redis import RedisServer

pytestmark = pytest.mark.anyio


async def posted(store: Store, text: str = "hello", **changes: Any) -> Message:
    answer = await store.post(draft(text, **changes), plenty())
    assert answer.outcome == "posted"
    assert answer.message is not None
    return answer.message


async def texts(store: Store, order: Any = "posted", **changes: Any) -> list[str]:
    wanted = {"room": "lobby", "limit": 100, "order": order, "before": None} | changes
    return [message.text for message in (await store.page(**wanted)).messages]


async def is_gone(store: Store, id: str) -> bool:
    return await store.get(id) is None


async def test_a_message_comes_back_as_it_was_posted(store: Store) -> None:
    author = Author("b_1", "Röbot 🤖", bot=True, owner="Demo")
    message = await posted(
        store,
        "tab\tline\n\"quote\" : 'x' \\ ü 😀",
        author=author,
        email="a@example.com",
        client_id="c:1",
        links=("http://a",),
    )
    assert await store.get(message.id) == message
    assert message.expires_ms - message.posted_ms == HOUR_MS
    assert (message.author, message.email, message.client_id, message.links) == (
        author,
        "a@example.com",
        "c:1",
        ("http://a",),
    )
    assert (await store.page("lobby", 10, "posted", None)).messages == [message]


async def test_rooms_are_apart(store: Store) -> None:
    await posted(store, "here")
    await posted(store, "there", room="other")
    assert await texts(store) == ["here"]
    assert await texts(store, room="other") == ["there"]
    assert await texts(store, room="empty") == []


async def test_pages_in_both_orders(store: Store) -> None:
    for seconds in (30, 5, 15, 40, 20):
        await posted(store, str(seconds), lifetime_ms=seconds * 60_000)
    assert await texts(store) == ["30", "5", "15", "40", "20"]
    assert await texts(store, "expiry") == ["5", "15", "20", "30", "40"]
    assert await texts(store, "expiry", limit=2) == ["30", "40"]


@pytest.mark.parametrize("order", ["posted", "expiry"])
async def test_paging_back_meets_every_message_once(store: Store, order: Any) -> None:
    for number in range(23):
        await posted(store, str(number), lifetime_ms=HOUR_MS - number % 3 * 1000)
    whole = await store.page("lobby", 100, order, None)
    assert not whole.more
    pages: list[Message] = []
    before = None
    while True:
        page = await store.page("lobby", 5, order, before)
        pages = page.messages + pages
        first = page.messages[0]
        before = (first.position, "") if order == "posted" else (first.expires_ms, first.id)
        if not page.more:
            break
    assert pages == whole.messages
    assert len(pages) == 23


async def test_a_message_is_gone_at_its_deadline_and_its_id_after_the_purge(store: Store) -> None:
    message = await posted(store, lifetime_ms=50)
    await posted(store, "stays")
    await until(lambda: is_gone(store, message.id), "the end of the message")
    assert await texts(store) == ["stays"]
    assert await texts(store, "expiry") == ["stays"]
    assert (await store.read(message.position - 1, 10)).texts.keys() != {message.id}
    await store.purge()
    assert [each.text for each in (await store.state()).messages] == ["stays"]
    assert await store.purge() == 0


async def test_a_purge_empties_the_store(store: Store) -> None:
    for number in range(5):
        await posted(store, str(number), lifetime_ms=1, room=f"room{number % 2}")
    await until(lambda: _after(store, 5))
    assert await store.purge() == 5
    assert (await store.state()).messages == []


async def _after(store: Store, milliseconds: int) -> bool:
    messages = (await store.state()).messages
    return not messages or await store.now_ms() > messages[-1].expires_ms + milliseconds


async def test_deleting_takes_it_from_everywhere_once(store: Store) -> None:
    message = await posted(store)
    assert await store.delete(message, "author")
    assert not await store.delete(message, "author")
    assert await store.get(message.id) is None
    assert await texts(store) == []
    entries = (await store.read(message.position, 10)).entries
    assert [(entry.kind, entry.room, entry.id, entry.by) for entry in entries] == [
        ("deleted", "lobby", message.id, "author")
    ]


async def test_the_log_holds_every_event_in_order_and_texts_apart(store: Store) -> None:
    messages = [await posted(store, str(number)) for number in range(5)]
    start = messages[0].position
    batch = await store.read(start - 1, 3)
    assert [entry.id for entry in batch.entries] == [message.id for message in messages[:3]]
    assert batch.texts == {message.id: message for message in messages[:3]}
    assert batch.head == messages[-1].position
    rest = await store.read(batch.entries[-1].position, 100)
    assert [entry.position for entry in rest.entries] == [message.position for message in messages[3:]]
    assert (await store.read(batch.head, 100)).entries == []


async def test_positions_increase_over_all_rooms(store: Store) -> None:
    positions = [(await posted(store, room=f"room{number % 3}")).position for number in range(50)]
    assert positions == sorted(set(positions))


async def test_the_head_of_a_page_is_the_newest_event_of_all_rooms(store: Store) -> None:
    message = await posted(store, room="other")
    assert (await store.page("lobby", 10, "posted", None)).head == message.position


async def test_state_tells_everything(store: Store) -> None:
    messages = [await posted(store, str(number), room=f"room{number}") for number in range(3)]
    await store.delete(messages[1], "moderator")
    state = await store.state()
    assert {message.text for message in state.messages} == {"0", "2"}
    assert [entry.kind for entry in state.entries] == ["message"] * 3 + ["deleted"]
    assert state.head == state.entries[-1].position
    assert state.born <= state.floor <= state.entries[0].position
    assert abs(state.now_ms - messages[0].posted_ms) < 60_000


async def test_an_empty_store_has_a_birthday(store: Store) -> None:
    state = await store.state()
    assert not state.messages
    assert not state.entries
    assert state.born == state.head == state.floor > STEP


async def test_a_repeat_finds_the_first_message(store: Store) -> None:
    first = await posted(store, retry_key="k")
    again = await store.post(draft(retry_key="k"), plenty())
    assert (again.outcome, again.message) == ("repeat", first)
    assert (await store.post(draft(retry_key="k", digest="e" * 32), plenty())).outcome == "reused"
    await store.delete(first, "author")
    assert (await store.post(draft(retry_key="k"), plenty())).outcome == "gone"
    assert await texts(store) == []


async def test_ten_equal_posts_at_once_are_one_message(store: Store) -> None:
    answers = await asyncio.gather(*(store.post(draft(retry_key="same"), plenty()) for _ in range(10)))
    assert sorted(answer.outcome for answer in answers) == ["posted"] + ["repeat"] * 9
    assert len({answer.message.id for answer in answers if answer.message}) == 1
    assert len(await texts(store)) == 1


async def test_a_bucket_runs_empty_and_fills_again(store: Store) -> None:
    slow = Allowance("slow", 3, 0.001)  # a token in 1,000 seconds
    assert [await store.take(slow) for _ in range(3)] == [0, 0, 0]
    assert 500_000 < await store.take(slow) <= 1_000_000
    flooded = await store.post(draft(), slow)
    assert flooded.outcome == "flood"
    assert 500_000 < flooded.wait_ms <= 1_000_000
    assert await store.take(Allowance("another", 3, 0.001)) == 0
    quick = Allowance("quick", 1, 1000)
    assert await store.take(quick) == 0
    await until(lambda: _taken(store, quick), "a token")


async def _taken(store: Store, allowance: Allowance) -> bool:
    return await store.take(allowance) == 0


async def test_a_full_store_says_so_until_there_is_room(store_name: str, make_store: Callable[..., Store]) -> None:
    store = make_store(store_name, capacity=2)
    await store.open()
    first, _ = await posted(store), await posted(store)
    assert (await store.post(draft(), plenty())).outcome == "full"
    await store.delete(first, "author")
    second = await posted(store, lifetime_ms=30)
    await until(lambda: is_gone(store, second.id))
    await store.purge()
    await posted(store)
    await store.close()


async def test_the_log_forgets_its_oldest_events(store_name: str, make_store: Callable[..., Store]) -> None:
    store = make_store(store_name, replay_events=100)
    await store.open()
    first = await posted(store)
    for _ in range(300):
        await posted(store)
    state = await store.state()
    assert 100 <= len(state.entries) < 300
    assert first.position < state.floor
    await store.close()


async def test_those_who_listen_are_woken_and_told(store: Store) -> None:
    wakes: list[None] = []
    notices: list[dict[str, Any]] = []
    listening = asyncio.create_task(store.listen(lambda: wakes.append(None), notices.append))
    await asyncio.sleep(0)
    await until(lambda: _told(store, notices), "a notice")
    before = len(wakes)
    await posted(store)
    await until(lambda: len(wakes) > before, "a wake-up")
    assert notices[0] == {"kind": "test", "text": "ü"}
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


async def _told(store: Store, notices: list[dict[str, Any]]) -> bool:
    await store.tell({"kind": "test", "text": "ü"})
    return bool(notices)


async def test_presence_of_others(store_name: str, make_store: Callable[..., Store]) -> None:
    store = make_store(store_name)
    await store.open()
    first, second = Presence({"lobby": 3}, {"1.2.3.4": 7}), Presence({"lobby": 1}, {})

    async def others() -> list[Presence]:
        assert list(await store.presence("a", first)) in ([], [second])
        return list(await store.presence("b", second))

    assert await until(others) == [first] if not store.one_process else await others() == []
    await store.close()


async def test_keys_of_others_are_no_messages_and_nothing_without_an_end_is_kept(
    make_store: Callable[..., Store], redis_server: RedisServer
) -> None:
    prefix = f"test-{secrets.token_hex(6)}:"
    store = make_store("redis", prefix)
    await store.open()
    async with Redis.from_url(redis_server.url, decode_responses=True) as client:
        for key in ("message", f"{prefix}stranger", secrets.token_hex(16)):
            await client.set(key, "not ours", ex=600)
        for number in range(50):
            await posted(store, f"text {number}")
        assert len(await texts(store)) == 50
        before = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
        await store.page("lobby", 100, "posted", None)
        stats = await client.info("commandstats")
        assert stats["cmdstat_evalsha"]["calls"] == before + 1, "a page is one question, however long"
        assert "cmdstat_keys" not in stats
        kept = {key async for key in client.scan_iter(f"{prefix}*") if "text " in str(await _content(client, key))}
        assert len(kept) == 50
        assert all([await client.ttl(key) > 0 for key in kept]), "a text without an end outlives its message"
    await store.close()


async def _content(client: Any, key: str) -> Any:
    kind = await client.type(key)
    return await client.get(key) if kind == "string" else await client.hgetall(key) if kind == "hash" else ""


async def test_workers_share_what_a_sender_may_post(make_store: Callable[..., Store]) -> None:
    prefix, slow = f"test-{secrets.token_hex(6)}:", Allowance("slow", 2, 0.001)
    one, other = make_store("redis", prefix), make_store("redis", prefix)
    await one.open()
    await other.open()
    assert [await one.take(slow), await other.take(slow)] == [0, 0]
    assert await one.take(slow) > 0
    assert await other.take(slow) > 0
    await one.close()
    await other.close()


async def test_redis_that_is_away_is_down_and_comes_back_empty(tmp_path: Path) -> None:
    server = RedisServer(tmp_path)
    server.start()
    store = redis.Store(redis.Settings(url=server.url), 1000, 1000)
    await store.open()
    message = await posted(store)
    born = (await store.read(0, 1)).born
    server.stop()
    for attempt in (store.get("x"), store.post(draft(), plenty()), store.tell({}), store.listen(print, print)):
        with pytest.raises(Down):
            await attempt
    server.start()
    again = await until(lambda: _read(store), "the return of the store")
    assert again.born > born
    assert again.head < message.position
    assert await store.get(message.id) is None
    await store.close()
    server.stop()


async def _read(store: Store) -> Batch | None:
    try:
        return await store.read(0, 1)
    except Down:
        return None
