"""The pages in a real Chromium: two people, a server that is started anew, a browser without script."""

import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.messenger.browser import Visitor
from tests.messenger.windows import (
    LONG_LIFE,
    brief,
    ended,
    has,
    has_shown,
    lacks,
    live,
    opened,
    record,
    say,
    served,
    sign_up,
)
from tests.servers.services import Served

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("messenger-browser")]


def test_two_browsers_see_a_message_come_and_vanish(
    running: list[Served], chromium: Any, member: Any, wrong: list[str], name: str
) -> None:
    Visitor(running[0].url).sign_up(name).submit("/r/", title="Empty", slug=name)
    room = f"{running[0].url}/r/{name}"
    ann, anybody = chromium.new_context(storage_state=member), chromium.new_context()
    pages = writer, reader = opened(ann, wrong), opened(anybody, wrong)
    for page in pages:
        live(page, room)
        record(page, "#messages")
    assert reader.query_selector("form#composer") is None
    assert reader.get_attribute("#log", "role") == "log"
    brief(writer, "it vanishes", lambda: all(has_shown(page, "#messages", "it vanishes") for page in pages))
    for page in pages:
        lacks(page, "it vanishes")
        page.wait_for_selector("#empty >> text=No messages!", state="visible")  # once the row is gone, not only hidden
    ann.close()
    anybody.close()


def test_text_stays_text_and_addresses_become_links(
    running: list[Served], chromium: Any, member: Any, wrong: list[str]
) -> None:
    context = chromium.new_context(storage_state=member)
    page = opened(context, wrong)
    live(page, running[0].url + "/")
    texts = (
        "<img src=x onerror=alert(1)>",
        "a: b",
        "#log { } */ </script>",
        "\u202e\u05e9\u05dc\u05d5\u05dd",
        "'\"`${1}&amp;",
    )
    for text in texts:
        say(page, f"{text} https://example.com/{len(text)}")
    for text in texts:
        has(page, text)
        link = page.locator(f'.message-text a[href="https://example.com/{len(text)}"]')
        assert link.get_attribute("rel") == "nofollow noopener noreferrer"
    assert page.query_selector("#messages img") is None
    page.reload()
    for text in texts:
        has(page, text)
    assert page.query_selector("#messages img") is None
    context.close()


def test_a_restart_of_the_server_is_survived_and_its_messages_are_gone(
    running: list[Served], chromium: Any, member: Any, wrong: list[str], home: Path
) -> None:
    before = running[0]
    context = chromium.new_context(storage_state=member)
    page = opened(context, wrong)
    live(page, before.url + "/")
    say(page, "before the restart")
    has(page, "before the restart")
    ended(before)
    page.wait_for_selector("#connection[data-state=connecting]")
    running[0] = served(home, int(before.url.rpartition(":")[2]))
    page.wait_for_selector("#connection[data-state=live]")
    lacks(page, "before the restart")
    say(page, "after the restart")
    has(page, "after the restart")
    context.close()


def test_logging_out_in_one_tab_ends_posting_in_the_other(
    running: list[Served], chromium: Any, wrong: list[str]
) -> None:
    url = running[0].url
    context = chromium.new_context()
    one, other = opened(context, wrong), opened(context, wrong)
    sign_up(one, url)
    live(one, url + "/")
    live(other, url + "/")
    one.click("text=Log out")
    other.wait_for_selector("#composer textarea:disabled")
    other.wait_for_function("() => document.getElementById('composer-state').innerText.includes('You are logged out.')")
    context.close()


def test_a_page_without_script_reads_and_posts(
    running: list[Served], chromium: Any, member: Any, wrong: list[str]
) -> None:
    context = chromium.new_context(java_script_enabled=False, storage_state=member)
    page = opened(context, wrong)
    page.goto(running[0].url + "/")
    text = f"posted by a form {secrets.token_hex(4)}"
    page.fill("#composer textarea", text)
    page.select_option("#composer select", label=LONG_LIFE)
    page.click("#composer button[type=submit]")
    page.wait_for_selector(f"#messages >> text={text}")
    page.click("text=Refresh every 5 seconds")
    page.wait_for_selector("meta[http-equiv=refresh]", state="attached")
    stop_refreshing(page)
    page.locator(".message", has_text=text).get_by_role("button", name="Delete").click()
    page.wait_for_selector(f"#messages >> text={text}", state="detached")
    context.close()


def stop_refreshing(page: Any) -> None:
    """A click may meet the page as it is just fetched anew, and be lost with it."""
    is_over = page.locator("meta[http-equiv=refresh]").wait_for
    for _ in range(5):
        with suppress(PlaywrightTimeout):
            page.click("text=Stop", timeout=12_000)
        with suppress(PlaywrightTimeout):
            is_over(state="detached", timeout=12_000)
            return
    raise AssertionError("the page refreshes itself for ever")
