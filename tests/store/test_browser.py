"""The shop in a real Chromium, with the order service beside it: with JavaScript and without, wide and narrow."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.servers import chromium
from tests.store.whole import Running, environment, make_admin, run, serving, wait_for

PICTURES = os.environ.get("STORE_PICTURES", "")
"""A folder for pictures of the pages, for the docs."""
PASSWORD = "correct-horse-battery"
PATIENCE_MS = 90_000
"""A deadline for busy machines; whatever is there at once is seen at once."""
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx tells the console where a page is left while it asks for news; what fails otherwise has a line more."""
pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("store-browser")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def shop(home: Path) -> Iterator[Running]:
    with serving("store", environment(home), "--demo") as running:
        make_admin(running.env, "store")
        make_admin(running.env, "orders")
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.launched() as started:
        expect.set_options(timeout=PATIENCE_MS)
        yield started
        expect.set_options(timeout=5_000)


class Visitor:
    """A browser window whose console must stay clean."""

    def __init__(self, browser: Browser, url: str, **options: Any) -> None:
        self.context: BrowserContext = browser.new_context(base_url=url, **options)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._check)

    def _note(self, message: Any) -> None:
        expected = message.text.startswith(LEFT) or "status of 4" in message.text
        if message.type in {"error", "warning"} and not expected:
            self.complaints.append(f"{message.text} {message.location}")

    def _check(self, response: Any) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.request.method} {response.url}: {response.status}")

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.screenshot(path=f"{PICTURES}/{name}.png")

    def sign_up(self, name: str) -> None:
        """Make an account; done when the next page is there, so that nothing cuts the answer off."""
        page = self.page
        page.goto("/accounts/signup/?next=/checkout/")
        for field, text in (
            ("username", name), ("first_name", "Ada"), ("last_name", "Byte"), ("email", f"{name}@example.org"),
            ("password1", PASSWORD), ("password2", PASSWORD),
        ):  # fmt: skip
            page.fill(f"[name={field}]", text)
        page.get_by_role("button", name="Sign up").click()
        expect(page).to_have_url(re.compile(r"/(checkout|cart)/$"))

    def log_in_to_admin(self) -> None:
        page = self.page
        page.goto("/admin/")
        page.fill("[name=login]", "root")
        page.fill("[name=password]", "a-long-password")
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(re.compile(r"/admin/$"))

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []


SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 900}}


@pytest.mark.parametrize(
    ("size", "scheme", "script"),
    [("phone", "light", True), ("desktop", "dark", True), ("phone", "dark", False), ("desktop", "light", False)],
)
def test_a_purchase_from_the_first_visit_to_the_shipped_order(
    browser: Browser, shop: Running, size: str, scheme: str, script: bool
) -> None:
    visitor = Visitor(
        browser,
        shop.url,
        viewport=SIZES[size],
        color_scheme=scheme,
        java_script_enabled=script,
        reduced_motion="reduce",
    )
    page = visitor.page
    name = f"ada-{size}-{scheme}"
    tag = f"{size}-{scheme}"
    page.goto("/")
    visitor.picture(f"home-{tag}")
    page.get_by_label("Search games").fill("astor racer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("These are the results for")).to_be_visible()
    visitor.picture(f"search-{tag}")
    page.goto("/games/")
    summary = page.get_by_text("Filters and order")
    if summary.is_visible():
        summary.click()
    page.get_by_role("checkbox", name="SNES").check()
    if not script:
        page.get_by_role("button", name="Apply").click()
    expect(page.locator(".found-count")).to_contain_text("8 games")
    visitor.picture(f"games-{tag}")
    page.get_by_role("button", name="Add to cart Orbit Orchard").first.click()
    expect(page.get_by_text("is in your cart")).to_be_visible()
    page.goto("/games/1-astro-racer/")
    visitor.picture(f"game-{tag}")
    page.get_by_role("button", name="Add to cart", exact=True).click()
    expect(page.get_by_text("Astro Racer is in your cart")).to_be_visible()
    expect(page.locator("#cart-badge")).to_contain_text("2")
    visitor.sign_up(name)
    expect(page.get_by_role("heading", name="Check your order")).to_be_visible()
    page.goto("/cart/")
    page.get_by_label("Quantity of Astro Racer").fill("2")
    if script:
        page.keyboard.press("Tab")
    else:
        page.get_by_role("button", name="Update").click()
    expect(page.locator(".cart-total")).to_contain_text("$106.20")
    visitor.picture(f"cart-{tag}")
    page.get_by_role("link", name="Go to checkout").click()
    visitor.picture(f"checkout-{tag}")
    page.get_by_role("button", name="Order now for $106.20").click()
    expect(page).to_have_url(re.compile(r"/checkout/[0-9a-f-]{36}/$"))
    if not script:
        wait_for(lambda: page.get_by_text("is placed").is_visible() or not page.reload())
    expect(page.get_by_text("is placed")).to_be_visible()
    visitor.picture(f"placed-{tag}")
    page.get_by_role("link", name="See the order").click()
    expect(page).to_have_url(re.compile(r"/my-orders/\d+/$"))
    expect(page.locator(".progress .badge")).to_have_text("Received")
    order = int(re.findall(r"/my-orders/(\d+)/", page.url)[0])
    staff_ship(browser, shop, order)
    is_shipping = page.locator(".progress .badge").first.get_by_text("Shipping", exact=True).is_visible
    wait_for(lambda: page.reload() and is_shipping())
    page.goto("/my-orders/")
    wait_for(lambda: is_shipping() or not page.reload())
    visitor.picture(f"orders-{tag}")
    visitor.close()


def staff_ship(browser: Browser, shop: Running, order: int) -> None:
    """Staff advance the order in the admin of the order service."""
    url = orders_url(shop)
    staff = Visitor(browser, url, viewport=SIZES["desktop"])
    page = staff.page
    staff.log_in_to_admin()
    page.goto(f"/admin/orders/order/?id={order}")
    page.locator("input.action-select").first.check()
    page.select_option("select[name=action]", "advance_to")
    page.select_option("select[name=target]", label="Shipping")
    page.locator("button[name=index]").first.click()
    expect(page.locator("ul.messagelist")).to_contain_text("order changed")
    staff.close()


def orders_url(shop: Running) -> str:
    wait_for(lambda: shop.announced("Orders"))
    return shop.announced("Orders")


PAGES = (
    "/", "/games/", "/games/?q=zzzz", "/games/?year_from=abc&platform=nes", "/games/?page=99", "/games/1-astro-racer/",
    "/games/4-moss-stone/", "/games/32-unnamed-prototype/", "/cart/", "/accounts/login/", "/accounts/signup/",
    "/accounts/password/reset/", "/nothing/",
)  # fmt: skip
PRIVATE = (
    "/cart/", "/checkout/", "/my-orders/", "/wishlist/", "/alerts/", "/accounts/profile/", "/accounts/delete/",
    "/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/games/4-moss-stone/",
)  # fmt: skip


def violations(page: Page, **options: Any) -> list[str]:
    """What axe has against the page as it is shown."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def html_errors(html: str) -> list[str]:
    import html5lib

    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    return [f"{error} {where}" for where, error, _ in parser.errors]


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules that a colour scheme can break."""


def check_all(visitor: Visitor, paths: tuple[str, ...]) -> list[str]:
    """What axe finds on these pages, light and dark, what the parser does, and pages wider than the window."""
    wrong, page = [], visitor.page
    for path in paths:
        page.emulate_media(color_scheme="light")
        answer = page.goto(path)
        assert answer is not None
        wrong += [f"{path} {one}" for one in html_errors(answer.text())]
        wrong += [f"{path} {one}" for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            wrong.append(f"{path} is wider than the window")
        page.emulate_media(color_scheme="dark")
        assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        wrong += [f"{path} in the dark {one}" for one in violations(page, **COLOURS)]
    return wrong


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_accessible_and_clean(browser: Browser, shop: Running, width: int) -> None:
    visitor = Visitor(browser, shop.url, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    wrong = check_all(visitor, PAGES)
    visitor.page.goto("/games/1-astro-racer/")
    visitor.page.get_by_role("button", name="Add to cart", exact=True).click()
    expect(visitor.page.locator("#cart-badge")).to_contain_text("1")
    visitor.sign_up(f"axe-{width}")
    visitor.page.goto("/games/4-moss-stone/")
    visitor.page.get_by_role("button", name="Mail me when it is back").click()
    expect(visitor.page.get_by_text("You will get a mail when it is back").first).to_be_visible()
    visitor.page.get_by_role("button", name="Add to wish list").click()
    expect(visitor.page.get_by_role("button", name="On your wish list")).to_be_visible()
    wrong += check_all(visitor, PRIVATE)
    assert wrong == []
    visitor.close()


def test_a_purchase_by_keyboard_alone(browser: Browser, shop: Running) -> None:
    visitor = Visitor(browser, shop.url, viewport=SIZES["desktop"])
    page = visitor.page
    visitor.sign_up("keys-only")
    page.goto("/games/2-maze-hunter/")

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            focused = page.evaluate("document.activeElement.innerText || ''")
            if str(focused).strip().startswith(name):
                return
        pytest.fail(f"{name} cannot be reached by Tab")

    tab_to("Add to cart")
    page.keyboard.press("Enter")
    expect(page.locator("#cart-badge")).to_contain_text("1")
    page.goto("/cart/")
    tab_to("Go to checkout")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your order")).to_be_visible()
    tab_to("Order now")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is placed")).to_be_visible()
    visitor.close()


@pytest.mark.parametrize(("width", "script"), [(320, True), (360, False)])
def test_the_menu_on_a_phone_is_one_row_with_the_rest_behind_a_button(
    browser: Browser, shop: Running, width: int, script: bool
) -> None:
    viewport = {"width": width, "height": 740}
    visitor = Visitor(browser, shop.url, viewport=viewport, java_script_enabled=script, reduced_motion="reduce")
    page = visitor.page
    visitor.sign_up(f"somebody-with-a-rather-long-name-{width}")
    page.goto("/games/29-domino-duel/")  # of which there are more than anybody here buys
    page.get_by_label("Quantity").fill("12")
    page.get_by_role("button", name="Add to cart", exact=True).click()
    expect(page.locator("#cart-badge")).to_contain_text("12")
    menu, wish_list = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Wish list", exact=True)
    middles = [middle(page, one) for one in (".brand", ".menu-button", "#cart-badge")]
    assert max(middles) - min(middles) < 8
    assert middle(page, ".find") - max(middles) < 60
    expect(wish_list).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(wish_list).to_be_visible()
    if script:
        assert violations(page) == []
    page.keyboard.press("Escape")
    expect(wish_list).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    wish_list.click()
    expect(page).to_have_url(re.compile(r"/wishlist/$"))
    visitor.close()


def middle(page: Page, selector: str) -> float:
    """Where an element lies, from the top of the page."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


def test_suggestions_appear_while_typing(browser: Browser, shop: Running) -> None:
    visitor = Visitor(browser, shop.url, viewport=SIZES["phone"])
    visitor.page.goto("/")
    visitor.page.get_by_label("Search games").press_sequentially("chron", delay=10)
    expect(visitor.page.locator("#suggestions a").first).to_contain_text("Chronicle of Ember")
    visitor.picture("suggestions-phone")
    assert violations(visitor.page) == []
    visitor.close()


def test_the_admin_is_usable_under_the_policy(browser: Browser, shop: Running, tmp_path: Path) -> None:
    visitor = Visitor(browser, shop.url, viewport=SIZES["desktop"])
    page = visitor.page
    visitor.log_in_to_admin()
    page.goto("/admin/store/game/")
    visitor.picture("admin-games")
    assert violations(page, preload=False) == []
    page.get_by_role("link", name="Import CSV").click()
    table = tmp_path / "more.csv"
    table.write_text("platform,name,price\nNES,Brought In,5.00\n")
    page.set_input_files("[name=file]", table)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("1 game created")).to_be_visible()
    page.goto("/admin/store/game/5/change/")  # one that nobody else here buys
    expect(page.locator(".select2-selection").first).to_have_attribute("aria-label", "Platform")
    assert violations(page, preload=False) == []
    page.fill("[name=new_price]", "36.00")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    page.goto("/games/5-turbo-yeti/")
    expect(page.locator(".detail-price")).to_contain_text("$36.00")
    visitor.close()


def test_the_export_of_the_demo_changes_nothing_when_it_comes_back(shop: Running, tmp_path: Path) -> None:
    table = tmp_path / "games.csv"
    run(shop.env, "store", "export", str(table))
    report = json.loads(run(shop.env, "store", "import", str(table), "--json"))
    assert report["unchanged"] == report["rows"] >= 60
