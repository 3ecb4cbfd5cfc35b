"""All pages on a narrow phone and on a wide screen, light and dark: nothing for axe to find, nothing cut off."""

import re
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.messenger.browser import Visitor
from tests.messenger.conftest import HOUR_MS
from tests.messenger.test_mail import mailed
from tests.messenger.test_service import _demo_password
from tests.messenger.windows import LONG_MS
from tests.servers.services import Served

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("messenger-browser")]

LOOKS = {
    "phone-light": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "desktop-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
}
OPEN = (
    *("/", "/r/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/inactive/"),
    *("/accounts/password/reset/done/", "/accounts/password/reset/key/done/", "/accounts/confirm-email/"),
    *("/accounts/password/reset/key/wrong-link/", "/accounts/confirm-email/wrong/", "/r/nowhere"),
)
MEMBERS = (
    *("/", "/r/", "/accounts/profile/", "/accounts/keys/", "/accounts/delete/", "/accounts/email/"),
    *("/accounts/password/change/", "/accounts/sessions/", "/accounts/logout/", "/accounts/reauthenticate/"),
)
MODERATORS = ("/", "/moderation/", "/admin/", "/admin/messenger/room/", "/admin/messenger/apikey/")


def _lasting(visitor: Visitor) -> Iterator[Visitor]:
    """One who stays for all tests of the module, not for one."""
    Visitor.all.remove(visitor)
    yield visitor
    visitor.http.close()


@pytest.fixture(scope="module")
def member(messenger: Served) -> Iterator[Visitor]:
    """Somebody with messages, a bot, a room, another session and a change of address under way."""
    name = f"p{secrets.token_hex(4)}"
    ann = Visitor(messenger.url).sign_up(name)
    Visitor(messenger.url).log_in(name)
    ann.submit("/r/", title="Garden", slug=name)
    key = re.search(r"bpm_[\w-]{20,}", ann.submit("/accounts/keys/", label="Robot").text)
    assert key
    said = {"message": "Deployed: https://example.com/build/7", "lifetime": HOUR_MS}
    httpx.post(f"{messenger.url}/messages", json=said, headers={"Authorization": f"Bearer {key[0]}"})
    ann.post(f"A long word: {'x' * 90}", lifetime=HOUR_MS)
    ann.submit("/accounts/email/", email=f"new{name}@example.com", action_add="")
    ann.submit("/accounts/password/reset/", email=f"{name}@example.com")
    yield from _lasting(ann)


@pytest.fixture(scope="module")
def moderator(messenger: Served) -> Iterator[Visitor]:
    """Who has deleted a message and suspended somebody."""
    admin = Visitor(messenger.url).log_in("admin", _demo_password(messenger, "admin"))
    rude = Visitor(messenger.url).sign_up(f"p{secrets.token_hex(4)}").post("rude", lifetime=HOUR_MS).json()
    admin.submit("/moderation/delete", page="/moderation/", id=rude["id"], reason="rude")
    admin.submit("/moderation/suspend", page="/moderation/", user=rude["author"]["id"], lasting="1h", reason="rude")
    yield from _lasting(admin)


@pytest.fixture(scope="module", params=LOOKS)
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(**LOOKS[request.param], reduced_motion="reduce")
    made = context.new_page()
    made.set_default_timeout(LONG_MS)
    yield made
    context.close()


def faults(page: Any, address: str, status: int = 200) -> list[str]:
    """What axe finds on a page, and whether it is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    answer = page.goto(address)
    assert answer.status == status, address
    if page.query_selector("#connection"):
        page.wait_for_selector("#connection[data-state=live]")
    found = [
        f"{address}: {one['id']}: {one['nodes'][0]['html'][:100]}" for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: wider than the window")
    return found


def log_in(page: Any, visitor: Visitor) -> None:
    page.context.clear_cookies()
    cookies = [{"name": each.name, "value": each.value, "url": visitor.url} for each in visitor.http.cookies.jar]
    page.context.add_cookies(cookies)


def test_axe_finds_nothing_on_the_pages_that_all_see(messenger: Served, member: Visitor, page: Any) -> None:
    page.context.clear_cookies()
    statuses = {"/r/nowhere": 404}
    found = [each for path in OPEN for each in faults(page, messenger.url + path, statuses.get(path, 200))]
    assert found == []


def test_axe_finds_nothing_on_the_pages_of_mailed_links(messenger: Served, member: Visitor, page: Any) -> None:
    page.context.clear_cookies()
    address = re.findall(r"<strong>(\S+@example.com)</strong>", member.http.get("/accounts/email/").text)
    links = [
        mailed(messenger, address[0], r"(/accounts/password/reset/key/\S+)"),
        mailed(messenger, address[1], r"(/accounts/confirm-email/\S+)"),
    ]
    assert [each for path in links for each in faults(page, messenger.url + path)] == []
    assert page.query_selector("main button") is not None


def test_axe_finds_nothing_on_the_pages_of_members(messenger: Served, member: Visitor, page: Any) -> None:
    log_in(page, member)
    assert [each for path in MEMBERS for each in faults(page, messenger.url + path)] == []
    assert faults(page, f"{messenger.url}/moderation/", 403) == []


def test_axe_finds_nothing_on_the_pages_of_moderators(messenger: Served, moderator: Visitor, page: Any) -> None:
    log_in(page, moderator)
    assert [each for path in MODERATORS for each in faults(page, messenger.url + path)] == []
