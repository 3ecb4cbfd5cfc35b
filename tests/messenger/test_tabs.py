"""Many tabs of one browser on one stream: eight in three rooms, with a leader that ends, freezes or sleeps."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.messenger.browser import Visitor
from tests.messenger.streams import until
from tests.messenger.windows import brief, has, lacks, live, opened, record, recorded, say
from tests.servers.services import Served

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("messenger-browser")]
ROOMS = ("lobby", "blue", "green")
HIDE = """() => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => window.isAway });
  window.isAway = true;
}"""
WATCH = """text => {
  window.drawn = { with: 0, without: 0 };
  const look = () => {
    const rows = [...document.querySelectorAll("#messages .message")];
    const isSeen = rows.some((row) => row.innerText.includes(text) && getComputedStyle(row).visibility === "visible");
    window.drawn[isSeen ? "with" : "without"] = Date.now();
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def context(chromium: Any, member: Any) -> Iterator[Any]:
    made = chromium.new_context(storage_state=member)
    yield made
    made.close()


@pytest.fixture(scope="module")
def rooms(running: list[Served]) -> str:
    """The address of a server with three rooms."""
    url = running[0].url
    owner = Visitor(url).sign_up("owner")
    for slug in ROOMS[1:]:
        assert owner.submit("/r/", title=slug.title(), slug=slug).status_code in (302, 303)
    return url


def _readers(url: str) -> dict[str, int]:
    """Streams by room: one browser is to have one."""
    return {room["slug"]: room["readers"] for room in httpx.get(f"{url}/rooms").json()["rooms"]}


def frozen(page: Any, state: str) -> None:
    """Freeze a page as a browser does with one that nobody looks at, or make it `active` again."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setWebLifecycleState", {"state": state})


def test_eight_tabs_in_three_rooms_share_one_stream_and_outlive_their_leader(
    rooms: str, context: Any, wrong: list[str]
) -> None:
    tabs = [opened(context, wrong) for _ in range(8)]
    placed = [(tab, ROOMS[number % 3]) for number, tab in enumerate(tabs)]
    for tab, room in placed:
        live(tab, f"{rooms}/r/{room}")
    for room in ROOMS:
        say(next(tab for tab, place in placed if place == room), f"hello {room}")
    for tab, room in placed:
        has(tab, f"hello {room}")
    until(lambda: _readers(rooms) == dict.fromkeys(ROOMS, 1))
    leader, _ = placed.pop(0)
    leader.close()
    for room in ROOMS:
        say(next(tab for tab, place in placed if place == room), f"again {room}")
    for tab, room in placed:
        has(tab, f"again {room}")
        shown = tab.inner_text("#messages")
        assert shown.count(f"hello {room}") == shown.count(f"again {room}") == 1
        assert all(other not in shown for other in ROOMS if other != room)
    until(lambda: _readers(rooms) == dict.fromkeys(ROOMS, 1))


def test_a_frozen_leader_is_replaced_and_catches_up_when_it_wakes(rooms: str, context: Any, wrong: list[str]) -> None:
    leader = opened(context, wrong)
    live(leader, f"{rooms}/")
    follower = opened(context, wrong)
    live(follower, f"{rooms}/")
    say(follower, "while it leads")
    has(leader, "while it leads")
    frozen(leader, "frozen")
    say(follower, "while it is frozen")
    has(follower, "while it is frozen")
    frozen(leader, "active")
    has(leader, "while it is frozen")
    say(follower, "once it is back")
    has(leader, "once it is back")
    assert leader.inner_text("#messages").count("while it is frozen") == 1


def _frozen_in_time(url: str, page: Any) -> bool:
    """Freezes the page once it shows a message that is to end, a second or more before its end."""
    if not page.evaluate("window.drawn.with"):
        return False
    frozen(page, "frozen")
    messages = httpx.get(f"{url}/messages").json()["messages"]
    if any(message["lifetime"] <= 60_000 and message["expires_in"] > 1000 for message in messages):
        return True
    frozen(page, "active")  # too late: it is said again
    return False


def test_a_tab_that_slept_past_the_deadline_shows_the_message_in_no_frame(
    rooms: str, context: Any, wrong: list[str]
) -> None:
    sleeper = opened(context, wrong)
    live(sleeper, f"{rooms}/")
    elsewhere = context.browser.new_context()
    anybody = opened(elsewhere, wrong)
    live(anybody, f"{rooms}/")
    say(sleeper, "it lives on")
    has(sleeper, "it lives on")
    sleeper.evaluate(WATCH, "it ends while you sleep")
    brief(sleeper, "it ends while you sleep", lambda: _frozen_in_time(rooms, sleeper))
    lacks(anybody, "it ends while you sleep")
    while not sleeper.evaluate("() => Date.now() - window.drawn.with > 500"):  # frames may go on without script
        anybody.wait_for_timeout(20)
    last, woken = sleeper.evaluate("() => [window.drawn.with, Date.now()]")
    frozen(sleeper, "active")
    has(sleeper, "it lives on")
    sleeper.wait_for_function("() => document.querySelector('#connection').dataset.state === 'live'")
    sleeper.wait_for_function("woken => window.drawn.without > woken", arg=woken)
    assert sleeper.evaluate("() => window.drawn.with") == last
    assert "it ends while you sleep" not in sleeper.inner_text("#messages")
    elsewhere.close()


def test_a_hidden_tab_counts_what_is_unread_in_its_title(rooms: str, context: Any, wrong: list[str]) -> None:
    hidden = opened(context, wrong)
    live(hidden, f"{rooms}/r/blue")
    assert hidden.title() == "Blue · Messenger"
    hidden.evaluate(HIDE)
    record(hidden, "title")
    other = opened(context, wrong)
    live(other, f"{rooms}/r/blue")
    say(other, "two")
    brief(other, "one", lambda: "(2) Blue · Messenger" in recorded(hidden, "title"))
    hidden.wait_for_function("() => document.title === '(1) Blue · Messenger'")
    hidden.evaluate("() => { window.isAway = false; document.dispatchEvent(new Event('visibilitychange')); }")
    assert hidden.title() == "Blue · Messenger"
    assert "two" in hidden.inner_text("#messages")
