"""Writing in the browser: what is shown while a message is on its way, held up or refused, and who is typing."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.messenger.windows import LONG_LIFE, brief, has, has_shown, live, opened, record, say
from tests.servers.services import Served

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("messenger-browser")]
FOCUS = """text => {
  const row = [...document.querySelectorAll("#messages .message")].find((each) => each.innerText.includes(text));
  row?.focus();
  return Boolean(row) && document.activeElement === row;
}"""


@pytest.fixture
def writer(running: list[Served], chromium: Any, member: Any, wrong: list[str]) -> Iterator[Any]:
    context = chromium.new_context(storage_state=member)
    page = opened(context, wrong)
    live(page, running[0].url + "/")
    yield page
    context.close()


def test_a_message_that_was_not_sent_is_retried_or_discarded_and_never_doubled(writer: Any) -> None:
    writer.route("**/messages", lambda route: route.abort())
    say(writer, "lost on the way")
    say(writer, "better not")
    writer.wait_for_function("() => document.querySelectorAll('.echo[data-state=failed]').length === 2")
    assert "not sent: no connection" in writer.inner_text("#outbox")
    writer.locator(".echo", has_text="better not").get_by_text("Discard").click()
    writer.unroute("**/messages")
    answered: list[int] = []

    def lose_the_answer(route: Any) -> None:
        answered.append(route.fetch().status)
        route.abort()

    writer.route("**/messages", lose_the_answer)
    writer.get_by_text("Retry").click()
    has(writer, "lost on the way")
    writer.wait_for_function("() => !document.querySelector('.echo')")
    while not answered:  # the message may be here before the answer to its post
        writer.wait_for_timeout(20)
    writer.unroute("**/messages")
    assert answered == [201]
    assert writer.inner_text("#messages").count("lost on the way") == 1
    assert "better not" not in writer.inner_text("#room")


def test_a_flood_is_held_up_and_sent_by_itself(writer: Any) -> None:
    held_up: list[str] = []

    def flood(route: Any) -> None:
        if held_up:
            route.continue_()
            return
        held_up.append(route.request.post_data_json["client_id"])
        problem = {"status": 429, "code": "flood", "detail": "You post too fast; wait a little."}
        route.fulfill(status=429, headers={"Retry-After": "1"}, json=problem)

    writer.route("**/messages", flood)
    record(writer, "#outbox")
    say(writer, "patience")
    has(writer, "patience")
    assert has_shown(writer, "#outbox", "waits 1 s: You post too fast")
    assert writer.inner_text("#messages").count("patience") == 1


def test_others_see_who_is_typing(writer: Any, chromium: Any, wrong: list[str]) -> None:
    context = chromium.new_context()
    reader = opened(context, wrong)
    live(reader, writer.url)
    record(reader, "#typing")
    writer.locator("#composer textarea").press_sequentially("hello")
    while not has_shown(reader, "#typing", " is typing…"):
        reader.wait_for_timeout(20)
    writer.click("#composer button[type=submit]")
    reader.wait_for_function("() => document.getElementById('typing').innerText === ''")
    assert writer.inner_text("#typing") == ""
    reader.wait_for_function("() => document.getElementById('readers').innerText === '2 reading'")
    context.close()


@pytest.mark.parametrize("late", [False, True], ids=["the timer is first", "a frame is first"])
def test_focus_outlives_the_message_it_was_on(writer: Any, late: bool) -> None:
    say(writer, "it stays")
    has(writer, "it stays")
    if late:  # the browser hides the message and takes its focus before the page removes it
        writer.evaluate("() => { window.setTimeout = () => 0; }")
    brief(writer, "it ends", lambda: writer.evaluate(FOCUS, "it ends"))
    writer.wait_for_function("() => !document.getElementById('messages').textContent.includes('it ends')")
    assert writer.evaluate("() => document.activeElement.closest('#log')?.id") == "log"


def test_enter_sends_and_shift_enter_makes_a_line(writer: Any) -> None:
    text = writer.locator("#composer textarea")
    writer.select_option("#composer select", label=LONG_LIFE)
    text.fill("one")
    text.press("Shift+Enter")
    text.press_sequentially("two")
    text.press("Enter")
    has(writer, "one\ntwo")
    assert text.input_value() == ""
