"""The staff's pages in a real Chromium: the mail is seen in its frame, and nothing breaks the policy of the pages."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers import chromium

PASSWORD = "correct-horse-battery"
NARROW = 360
pytestmark = [pytest.mark.xdist_group("notifier-browser"), pytest.mark.usefixtures("unmeasured")]


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium.launched() as started:
        expect.set_options(timeout=60_000)  # a deadline for busy machines; whatever is there at once is seen at once
        yield started
        expect.set_options(timeout=5_000)


def make_admin(home: Path) -> None:
    words = ["manage", "notifier", "createsuperuser", "--noinput", "--username", "root", "--email", "root@shop.example"]
    subprocess.run(
        [Path(sys.executable).parent / "blueprints", *words],
        env={"BLUEPRINTS_HOME": str(home), "DJANGO_SUPERUSER_PASSWORD": PASSWORD, "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
    )


def complaints_of(page: Page) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def test_staff_sees_a_mail_as_its_receiver_does(serve: Callable[..., Any], browser: Browser, isolated: Path) -> None:
    service = serve("notifier", "--demo")
    make_admin(isolated)
    page = browser.new_context(base_url=service.url).new_page()
    page.set_default_timeout(60_000)
    complaints = complaints_of(page)
    page.goto("/mailbox/")
    page.fill("[name=login]", "root")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.get_by_role("heading", name="Mailbox")).to_be_visible()
    mail = page.get_by_role("link", name="Order #39: thank you")
    while not mail.count():  # the sender may still be at it
        page.reload()
    mail.click()
    expect(page.frame_locator("iframe.mail").get_by_role("heading", name="Thank you for your order")).to_be_visible()
    page.get_by_text("Headers").click()
    expect(page.get_by_text("auto-generated")).to_be_visible()
    page.get_by_role("link", name="In the admin").click()
    frame = page.frame_locator("iframe.mail")
    expect(frame.get_by_role("heading", name="Thank you for your order")).to_be_visible()
    expect(frame.get_by_text("$32.75")).to_be_visible()
    for width in (1200, NARROW):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto("/admin/notifier/mail/")
        results = page.locator("#changelist-form .results")
        assert results.evaluate("table => table.scrollWidth - table.clientWidth") <= 0, f"cut off at {width}"
    page.set_viewport_size({"width": NARROW, "height": 700})
    page.goto("/mailbox/")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert complaints == []


@pytest.mark.parametrize("width", [NARROW, 1200])
def test_no_word_is_too_long_for_a_mail(browser: Browser, width: int) -> None:
    from blueprints.notifier import samples
    from blueprints.notifier.rendering import Templates
    from blueprints.notifier.stores.package import Store

    templates = Templates([("package", Store())], {"shop_name": "Blueprints Games", "shop_url": ""})
    given = samples.variables("order_shipped")
    line = {"name": "W" * 200, "quantity": 120, "price_per_unit": "12345.50"}
    tracking = {"carrier": "C" * 100, "number": "9" * 100, "url": "https://parcels.example/1"}
    given["order"] = {**given["order"], "items": [line], "tracking": tracking}
    rendered = templates.render("order_shipped", "en", given, "N" * 200)
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.set_content(rendered.html)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
