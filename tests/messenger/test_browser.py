"""The pages in a real Chromium: two people, many tabs, a server that is started anew."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.chromium import executable, launch_options
from tests.servers.services import Served, _await_ready

LONG_MS = 40_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("messenger")


def _served(home: Path, port: int = 0) -> Served:
    command = [str(Path(sys.executable).parent / "blueprints"), "serve", "messenger", "--port", str(port)]
    env = {**os.environ, "BLUEPRINTS_HOME": str(home)}
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    served = Served(process, home)
    _await_ready(served, 1)
    return served


def _ended(served: Served) -> None:
    served.stop()
    for pipe in filter(None, (served.process.stdout, served.process.stderr)):
        pipe.close()


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[list[Served]]:
    """The server, replaced by whoever starts it anew."""
    found = [_served(home)]
    yield found
    _ended(found[0])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if executable() is None:
        pytest.skip("no Chromium on this machine: make chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]  # a mixed dict
        yield browser
        browser.close()


@pytest.fixture
def wrong() -> Iterator[list[str]]:
    """What scripts and the content security policy complained of; must stay empty."""
    found: list[str] = []
    yield found
    assert found == []


def _page(context: Any, wrong: list[str]) -> Any:
    page = context.new_page()
    page.set_default_timeout(LONG_MS)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    return page


def _sign_up(page: Any, url: str) -> None:
    name = f"p{secrets.token_hex(4)}"
    page.goto(f"{url}/accounts/signup/")
    page.fill("[name=email]", f"{name}@example.com")
    page.fill("[name=display_name]", name)
    page.fill("[name=password1]", "correct horse 42")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{url}/")


def _live(page: Any, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("#connection[data-state=live]")


def _say(page: Any, text: str, lifetime: str = "1 minute") -> None:
    page.fill("#composer textarea", text)
    page.select_option("#composer select", label=lifetime)
    page.click("#composer button[type=submit]")


def _has(page: Any, text: str) -> None:
    page.wait_for_function("text => document.getElementById('messages').innerText.includes(text)", arg=text)


def _lacks(page: Any, text: str) -> None:
    page.wait_for_function("text => !document.getElementById('messages').innerText.includes(text)", arg=text)


def test_two_browsers_see_a_message_come_and_vanish(running: list[Served], chromium: Any, wrong: list[str]) -> None:
    url = running[0].url
    ann, anybody = chromium.new_context(), chromium.new_context()
    writer, reader = _page(ann, wrong), _page(anybody, wrong)
    _sign_up(writer, url)
    _live(writer, url + "/")
    _live(reader, url + "/")
    assert reader.query_selector("form#composer") is None
    _say(writer, "<img src=x onerror=alert(1)> a: b https://example.com/x", "5 seconds")
    for page in (reader, writer):
        _has(page, "<img src=x onerror=alert(1)> a: b")
    link = reader.query_selector(".message-text a")
    assert link.get_attribute("href") == "https://example.com/x"
    assert link.get_attribute("rel") == "nofollow noopener noreferrer"
    assert reader.get_attribute("#log", "role") == "log"
    for page in (reader, writer):
        _lacks(page, "a: b")
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
    tabs = [_page(context, wrong) for _ in range(4)]
    _sign_up(tabs[0], url)
    for tab in tabs:
        _live(tab, url + "/")
    _say(tabs[0], "to all tabs")
    for tab in tabs:
        _has(tab, "to all tabs")
    assert len(streams) <= 2, "the sign-up page's own and the one that all tabs share"
    tabs[0].close()
    _say(tabs[1], "after the leader")
    for tab in tabs[1:]:
        _has(tab, "after the leader")
        assert tab.inner_text("#messages").count("to all tabs") == 1
    context.close()


def test_a_restart_of_the_server_is_survived_and_its_messages_are_gone(
    running: list[Served], chromium: Any, wrong: list[str], home: Path
) -> None:
    served = running[0]
    context = chromium.new_context()
    page = _page(context, wrong)
    _sign_up(page, served.url)
    _live(page, served.url + "/")
    _say(page, "before the restart")
    _has(page, "before the restart")
    _ended(served)
    page.wait_for_selector("#connection[data-state=connecting]")
    running[0] = _served(home, int(served.url.rpartition(":")[2]))
    page.wait_for_selector("#connection[data-state=live]")
    _lacks(page, "before the restart")
    _say(page, "after the restart")
    _has(page, "after the restart")
    context.close()


def test_logging_out_in_one_tab_ends_posting_in_the_other(
    running: list[Served], chromium: Any, wrong: list[str]
) -> None:
    url = running[0].url
    context = chromium.new_context()
    one, other = _page(context, wrong), _page(context, wrong)
    _sign_up(one, url)
    _live(one, url + "/")
    _live(other, url + "/")
    one.click("text=Log out")
    other.wait_for_selector("#composer textarea:disabled")
    assert "You are logged out." in other.inner_text("#composer-state")
    context.close()


def test_a_page_without_script_reads_and_posts(running: list[Served], chromium: Any, wrong: list[str]) -> None:
    url = running[0].url
    context = chromium.new_context(java_script_enabled=False)
    page = _page(context, wrong)
    _sign_up(page, url)
    page.fill("#composer textarea", "posted by a form")
    page.click("#composer button[type=submit]")
    assert "posted by a form" in page.inner_text("#messages")
    page.click("text=Refresh every 5 seconds")
    assert page.query_selector("meta[http-equiv=refresh]") is not None
    context.close()
