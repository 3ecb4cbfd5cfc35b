"""Who may do what: nothing returned, nothing changed, nothing sent that should not be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from blueprints.store.models import Alert, CartLine, Checkout, Game, Wish
from blueprints.web.outbox.models import Event
from tests.store.desk import Desk
from tests.store.reading import read
from tests.store.test_checkout import review

OPEN = (
    "/",
    "/games/",
    "/search/suggest?q=as",
    "/cart/",
    "/robots.txt",
    "/sitemap.xml",
    "/api/v1/games",
    "/healthz",
    "/readyz",
)
FOR_USERS = ("/wishlist/", "/alerts/", "/my-orders/", "/accounts/profile/", "/accounts/delete/")
OWNED = ("/checkout/{checkout}/", "/my-orders/39/")
POSTS = (
    "/cart/remove/{line}/", "/checkout/", "/my-orders/39/cancel/", "/my-orders/39/again/", "/alerts/delete/{alert}/",
)  # fmt: skip


def state() -> dict[str, Any]:
    """Everything that a stranger could have changed."""
    return {
        "lines": list(CartLine.objects.order_by("pk").values_list("pk", "quantity", "removed_at")),
        "checkouts": list(Checkout.objects.order_by("created_at").values_list("pk", "state", "order_status")),
        "alerts": list(Alert.objects.values_list("pk", flat=True)),
        "wishes": list(Wish.objects.values_list("pk", flat=True)),
        "users": list(get_user_model().objects.order_by("pk").values_list("username", "first_name")),
        "stock": list(Game.objects.order_by("pk").values_list("pk", "stock", "price", "highlighted")),
        "events": Event.objects.count(),
    }


@pytest.fixture
def belongings(game: Callable[..., Game], ada: Client, orders_desk: Desk) -> dict[str, Any]:
    """What Ada has: a placed order, a line in her cart, an alert, a wish."""
    one, gone = game(stock=5), game("Gone", stock=0)
    ada.post(f"/cart/add/{one.pk}/")
    ada.post("/checkout/", review(ada))
    ada.post(f"/cart/add/{one.pk}/")
    ada.post(f"/alerts/stock/{gone.pk}/")
    ada.post(f"/wishlist/toggle/{gone.pk}/")
    return {"checkout": Checkout.objects.get().pk, "line": CartLine.objects.get().pk, "alert": Alert.objects.get().pk}


@pytest.fixture
def clerk(shop: Any) -> Client:
    """Staff without any permission."""
    made = get_user_model().objects.create_user("clerk", "clerk@example.org", "a-long-password", is_staff=True)
    client = Client()
    client.force_login(made)
    return client


def test_open_pages_are_open_to_all(belongings: dict[str, Any], client: Client, bob: Client, clerk: Client) -> None:
    for browser in (client, bob, clerk):
        for path in OPEN:
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert "ada" not in read(answer), path


def test_pages_of_users_want_a_log_in(belongings: dict[str, Any], client: Client) -> None:
    before = state()
    for path in FOR_USERS + OWNED:
        answer = client.get(path.format(**belongings))
        assert answer["Location"].startswith("/accounts/login/?next="), path
        assert b"Astro" not in answer.content
    assert state() == before


def test_nobody_else_sees_or_changes_what_is_somebodys(
    belongings: dict[str, Any], client: Client, bob: Client, clerk: Client
) -> None:
    before = state()
    for browser in (bob, clerk):
        for path in OWNED:
            assert browser.get(path.format(**belongings)).status_code == 404, path
        for path in FOR_USERS:
            html = read(browser.get(path))
            assert "Gone" not in html
            assert "Astro" not in html
    for browser in (client, bob, clerk):
        for path in POSTS:
            assert browser.post(path.format(**belongings)).status_code in {303, 404}, path
        browser.post("/cart/empty/")
        browser.post("/cart/update/", {f"quantity-{belongings['line']}": "9", "undo": belongings["line"]})
    assert state() == before


def test_the_admin_is_for_staff_with_permission(
    belongings: dict[str, Any], client: Client, bob: Client, clerk: Client
) -> None:
    before = state()
    for path in ("game", "checkout", "cart", "licencekey", "alert", "platform", "wish", "keyclaim"):
        page = f"/admin/store/{path}/"
        form = {"action": "abort", "_selected_action": str(belongings["checkout"])}
        assert client.get(page)["Location"].startswith("/accounts/login/?next=") or client.get(page).status_code == 302
        for browser, expected in ((bob, {302, 403}), (clerk, {403})):
            assert browser.get(page).status_code in expected
            assert browser.post(page, form).status_code in expected
        assert client.post(page, form).status_code == 302
    assert state() == before


def test_changing_paths_answer_only_posts(belongings: dict[str, Any], ada: Client) -> None:
    before = state()
    for path in (
        *POSTS,
        "/cart/empty/",
        "/cart/update/",
        "/cart/add/1/",
        "/wishlist/toggle/1/",
        "/alerts/stock/1/",
        "/alerts/price/1/",
    ):
        if path != "/checkout/":
            assert ada.get(path.format(**belongings)).status_code == 405, path
    for path in ("/", "/games/", "/robots.txt", "/wishlist/", "/my-orders/"):
        assert ada.post(path).status_code == 405, path
    assert state() == before
