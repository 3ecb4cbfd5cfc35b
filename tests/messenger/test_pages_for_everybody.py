"""All pages on a narrow phone and on a wide screen, light and dark: nothing for axe to find, nothing cut off."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.messenger.test_service import _demo_password
from tests.messenger.windows import LONG_MS
from tests.servers.services import Served

LOOKS = {
    "phone-light": {"viewport": {"width": 320, "height": 640}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "desktop-light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
}
OPEN = ("/", "/r/demo", "/r/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/r/nowhere")
MEMBERS = (
    *("/", "/r/demo", "/r/", "/accounts/profile/", "/accounts/keys/", "/accounts/delete/", "/accounts/email/"),
    *("/accounts/password/change/", "/accounts/sessions/", "/accounts/logout/", "/moderation/"),
)


@pytest.fixture(scope="module", params=LOOKS)
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    context = chromium.new_context(**LOOKS[request.param])
    made = context.new_page()
    made.set_default_timeout(LONG_MS)
    yield made
    context.close()


def faults(page: Any, address: str) -> list[str]:
    """What axe finds on a page, and whether it is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    answer = page.goto(address, wait_until="domcontentloaded")
    assert answer.status == (404 if address.endswith("/r/nowhere") else 200), address
    found = [
        f"{address}: {one['id']}: {one['nodes'][0]['html'][:100]}" for one in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address}: wider than the window")
    return found


def test_axe_finds_nothing_on_the_pages_that_all_see(messenger: Served, page: Any) -> None:
    page.context.clear_cookies()
    assert [each for path in OPEN for each in faults(page, messenger.url + path)] == []


def test_axe_finds_nothing_on_the_pages_of_members_and_moderators(messenger: Served, page: Any) -> None:
    page.goto(f"{messenger.url}/accounts/login/")
    page.fill("[name=login]", "admin@example.com")
    page.fill("[name=password]", _demo_password(messenger, "admin"))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{messenger.url}/")
    assert [each for path in MEMBERS for each in faults(page, messenger.url + path)] == []
