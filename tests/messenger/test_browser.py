"""The pages in a real Chromium: two people, many tabs, a server that is started anew."""

from pathlib import Path
from typing import Any

from tests.messenger.windows import ended, has, lacks, live, opened, say, served, sign_up
from tests.servers.services import Served


def test_two_browsers_see_a_message_come_and_vanish(running: list[Served], chromium: Any, wrong: list[str]) -> None:
    url = running[0].url
    ann, anybody = chromium.new_context(), chromium.new_context()
    writer, reader = opened(ann, wrong), opened(anybody, wrong)
    sign_up(writer, url)
    live(writer, url + "/")
    live(reader, url + "/")
    assert reader.query_selector("form#composer") is None
    say(writer, "<img src=x onerror=alert(1)> a: b https://example.com/x", "5 seconds")
    for page in (reader, writer):
        has(page, "<img src=x onerror=alert(1)> a: b")
    link = reader.query_selector(".message-text a")
    assert link.get_attribute("href") == "https://example.com/x"
    assert link.get_attribute("rel") == "nofollow noopener noreferrer"
    assert reader.get_attribute("#log", "role") == "log"
    for page in (reader, writer):
        lacks(page, "a: b")
        assert page.inner_text("#empty") == "No messages!"
    ann.close()
    anybody.close()


def test_many_tabs_share_one_stream_and_outlive_their_leader(
    running: list[Served], chromium: Any, wrong: list[str]
) -> None:
    url = running[0].url
    context = chromium.new_context()
    streams: list[str] = []
    context.on("request", lambda request: streams.append(request.url) if "/stream" in request.url else None)
    tabs = [opened(context, wrong) for _ in range(4)]
    sign_up(tabs[0], url)
    for tab in tabs:
        live(tab, url + "/")
    say(tabs[0], "to all tabs")
    for tab in tabs:
        has(tab, "to all tabs")
    assert len(streams) <= 2, "the sign-up page's own and the one that all tabs share"
    tabs[0].close()
    say(tabs[1], "after the leader")
    for tab in tabs[1:]:
        has(tab, "after the leader")
        assert tab.inner_text("#messages").count("to all tabs") == 1
    context.close()


def test_a_restart_of_the_server_is_survived_and_its_messages_are_gone(
    running: list[Served], chromium: Any, wrong: list[str], home: Path
) -> None:
    before = running[0]
    context = chromium.new_context()
    page = opened(context, wrong)
    sign_up(page, before.url)
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
    assert "You are logged out." in other.inner_text("#composer-state")
    context.close()


def test_a_page_without_script_reads_and_posts(running: list[Served], chromium: Any, wrong: list[str]) -> None:
    url = running[0].url
    context = chromium.new_context(java_script_enabled=False)
    page = opened(context, wrong)
    sign_up(page, url)
    page.fill("#composer textarea", "posted by a form")
    page.click("#composer button[type=submit]")
    assert "posted by a form" in page.inner_text("#messages")
    page.click("text=Refresh every 5 seconds")
    assert page.query_selector("meta[http-equiv=refresh]") is not None
    context.close()
