import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import signing
from django.test import Client

from blueprints.store import carts, csrf, pricing
from blueprints.store.models import Cart, CartLine, Game

NOW = datetime(2020, 3, 1, 12, tzinfo=UTC)  # past, so that log-ins made before are valid then on every clock


def total(client: Client) -> str:
    found = re.search(r'class="cart-total">Total <strong>([^<]*)', client.get("/cart/").content.decode())
    return found[1] if found else ""


def quantities(**filters: Any) -> dict[str, int]:
    lines = CartLine.objects.filter(removed_at=None, **filters).select_related("game")
    return {line.game.name: line.quantity for line in lines}


def set_price(game: Game, amount: str) -> None:
    pricing.set_price(Game.objects.get(pk=game.pk), Decimal(amount))


def test_three_games_add_up(game: Callable[..., Game], client: Client) -> None:
    for name, price in (("A", "10.00"), ("B", "15.30"), ("C", "7.45")):
        assert client.post(f"/cart/add/{game(name, price).pk}/").status_code == 303
    assert total(client) == "$32.75"
    assert '<span class="count">3' in client.get("/").content.decode()


def test_an_anonymous_cart_page_makes_nothing(shop: Any, client: Client) -> None:
    assert "Your cart is empty" in client.get("/cart/").content.decode()
    assert not Cart.objects.exists()
    assert not client.cookies


def test_the_first_add_of_a_new_user_works(game: Callable[..., Game], ada: Client) -> None:
    assert ada.post(f"/cart/add/{game().pk}/", {"quantity": "2"}).status_code == 303
    assert quantities(cart__user__username="ada") == {"Astro Racer": 2}


def test_a_game_added_twice_is_one_line(game: Callable[..., Game], client: Client) -> None:
    one = game()
    for _ in range(2):
        client.post(f"/cart/add/{one.pk}/")
    assert list(CartLine.objects.values_list("quantity", flat=True)) == [2]


def test_a_line_keeps_the_lowest_price_until_it_is_taken_out(game: Callable[..., Game], client: Client) -> None:
    one = game(price="10")
    client.post(f"/cart/add/{one.pk}/")
    set_price(one, "12")
    assert total(client) == "$10.00"
    client.post(f"/cart/add/{one.pk}/")
    assert total(client) == "$20.00"
    line = CartLine.objects.get()
    client.post(f"/cart/remove/{line.pk}/")
    client.post(f"/cart/add/{one.pk}/")
    assert total(client) == "$12.00"
    set_price(one, "8")
    assert total(client) == "$8.00"
    set_price(one, "11")
    assert total(client) == "$8.00"


def test_after_the_hold_today_price_counts_and_is_said_until_confirmed(
    game: Callable[..., Game], client: Client
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        one = game(price="10")
        client.post(f"/cart/add/{one.pk}/")
        set_price(one, "12")
        clock.shift(timedelta(days=7))
        html = client.get("/cart/").content.decode()
        assert "<s>$10.00</s> to <strong>$12.00</strong>" in html
        assert total(client) == "$12.00"
        client.post("/cart/update/", {"confirm": str(CartLine.objects.get().pk)})
        assert "has risen" not in client.get("/cart/").content.decode()
        assert total(client) == "$12.00"


def test_a_removal_can_be_undone_with_the_price_it_had(game: Callable[..., Game], client: Client) -> None:
    one = game(price="10")
    client.post(f"/cart/add/{one.pk}/", {"quantity": "3"})
    set_price(one, "12")
    line = CartLine.objects.get()
    client.post(f"/cart/remove/{line.pk}/")
    html = client.get("/cart/").content.decode()
    assert "was removed" in html
    assert total(client) == ""
    client.post("/cart/update/", {"undo": str(line.pk)})
    assert total(client) == "$30.00"


def test_a_cart_can_be_emptied(game: Callable[..., Game], client: Client) -> None:
    client.post(f"/cart/add/{game().pk}/")
    assert client.post("/cart/empty/").status_code == 303
    assert not CartLine.objects.exists()
    assert client.post("/cart/empty/").status_code == 303


@pytest.mark.parametrize("quantity", ["0", "-1", "100", str(2**63), "abc", ""])
def test_a_bad_quantity_is_named_at_its_field(game: Callable[..., Game], client: Client, quantity: str) -> None:
    one = game()
    answer = client.post(f"/cart/add/{one.pk}/", {"quantity": quantity})
    assert answer.status_code == 422
    assert 'id="quantity_error"' in answer.content.decode()
    assert "autofocus" in answer.content.decode()
    assert not CartLine.objects.exists()
    client.post(f"/cart/add/{one.pk}/")
    line = CartLine.objects.get()
    answer = client.post("/cart/update/", {f"quantity-{line.pk}": quantity})
    assert answer.status_code == 422
    assert f'id="quantity-{line.pk}_error"' in answer.content.decode()
    assert CartLine.objects.get().quantity == 1


def test_quantities_are_set_and_capped(game: Callable[..., Game], client: Client) -> None:
    one, few = game("Many"), game("Few", stock=3)
    client.post(f"/cart/add/{one.pk}/", {"quantity": "60"})
    client.post(f"/cart/add/{one.pk}/", {"quantity": "60"})
    client.post(f"/cart/add/{few.pk}/", {"quantity": "9"})
    assert quantities() == {"Many": 99, "Few": 3}
    html = client.get("/cart/").content.decode()
    assert "at most 99" in html
    assert "only 3 of Few" in html
    lines = {line.game.name: line.pk for line in CartLine.objects.select_related("game")}
    client.post("/cart/update/", {f"quantity-{lines['Many']}": "2", f"quantity-{lines['Few']}": "50"})
    assert quantities() == {"Many": 2, "Few": 3}


def test_foreign_and_forged_lines_are_left_alone(game: Callable[..., Game], ada: Client, bob: Client) -> None:
    one = game(price="10")
    ada.post(f"/cart/add/{one.pk}/")
    line = CartLine.objects.get()
    bob.post(f"/cart/add/{one.pk}/", {"price": "0.01"})
    forged = {f"quantity-{line.pk}": "9", "quantity-999999": "9", "quantity-x": "9", f"quantity-{'9' * 30}": "9"}
    assert bob.post("/cart/update/", {**forged, "confirm": str(line.pk), "undo": ""}).status_code == 303
    assert bob.post(f"/cart/remove/{line.pk}/").status_code == 404
    bob.post("/cart/update/", {"undo": str(line.pk)})
    assert quantities(cart__user__username="ada") == {"Astro Racer": 1}
    assert total(bob) == "$10.00"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"stock": 0}, "sold out"),
        ({"price": "0"}, "no price"),
        ({"price": None}, "no price"),
        ({"is_published": False}, "not in the shop"),
    ],
)
def test_what_is_not_for_sale_is_refused_politely(
    game: Callable[..., Game], client: Client, ada: Client, fields: dict[str, Any], words: str
) -> None:
    one = game(**fields)
    for browser in (client, ada):
        answer = browser.post(f"/cart/add/{one.pk}/")
        assert answer.status_code == 409
        assert words in answer.content.decode()
    if one.is_published:
        assert "Mail me when it is back" in answer.content.decode()
    assert not CartLine.objects.exists()
    assert client.post("/cart/add/999/").status_code == 404


def test_changing_paths_refuse_get(game: Callable[..., Game], client: Client) -> None:
    one = game()
    for path in (f"/cart/add/{one.pk}/", "/cart/update/", "/cart/remove/1/", "/cart/empty/"):
        assert client.get(path).status_code == 405
    assert not CartLine.objects.exists()


def test_a_guest_cart_joins_the_users(game: Callable[..., Game], client: Client, user: Any) -> None:
    one, two = game("A"), game("B")
    cart = Cart.objects.create(user=user)
    for line, quantity in ((one, 98), (two, 1)):
        CartLine.objects.create(cart=cart, game=line, quantity=quantity, price=10)
    client.post(f"/cart/add/{one.pk}/", {"quantity": "2"})
    answer = client.post(
        "/accounts/login/?next=/cart/", {"login": "ADA@example.org", "password": "a-long-password"}, follow=True
    )
    assert quantities(cart__user=user) == {"A": 99, "B": 1}
    assert "Your carts were put together" in answer.content.decode()
    assert Cart.objects.count() == 1


def test_a_cart_survives_log_out_and_belongs_to_its_user(
    game: Callable[..., Game], ada: Client, bob: Client, user: Any
) -> None:
    ada.post(f"/cart/add/{game().pk}/")
    ada.post("/accounts/logout/")
    assert total(ada) == ""
    assert total(bob) == ""
    ada.force_login(user)
    assert total(ada) == "$10.00"
    get_user_model().objects.filter(pk=user.pk).delete()
    assert not Cart.objects.exists()


def test_old_guest_carts_are_cleared_away(game: Callable[..., Game], client: Client, ada: Client) -> None:
    one = game()
    with time_machine.travel(NOW, tick=False):
        client.post(f"/cart/add/{one.pk}/")
        ada.post(f"/cart/add/{one.pk}/")
        assert carts.clear_away(NOW + timedelta(days=29)) == 0
        assert carts.clear_away(NOW + timedelta(days=31)) == 1
    assert quantities() == {"Astro Racer": 1}


def test_a_script_gets_only_what_has_changed(game: Callable[..., Game], client: Client) -> None:
    one, gone = game(), game("Gone", stock=0)
    script = {"HX-Request": "true"}
    answer = client.post(f"/cart/add/{one.pk}/", headers=script).content.decode()
    assert 'id="cart-badge"' in answer
    assert '<span class="count">1' in answer
    assert "is in your cart" in answer
    assert "<html" not in answer
    refused = client.post(f"/cart/add/{gone.pk}/", headers=script)
    assert refused.status_code == 409
    assert "<html" not in refused.content.decode()
    bad = client.post(f"/cart/add/{one.pk}/", {"quantity": "0"}, headers=script)
    assert bad.status_code == 422
    assert "from 1 to 99" in bad.content.decode()
    assert "<html" not in bad.content.decode()
    line = CartLine.objects.get()
    answer = client.post("/cart/update/", {f"quantity-{line.pk}": "4"}, headers=script).content.decode()
    assert "$40.00" in answer
    assert "<html" not in answer


class TestForgery:
    """Forms from elsewhere."""

    @pytest.fixture
    def browser(self) -> Client:
        return Client(enforce_csrf_checks=True)

    def token(self, browser: Client, path: str = "/games/") -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', browser.get(path).content.decode())
        assert found
        return found[1]

    def test_a_post_without_a_token_is_refused(self, game: Callable[..., Game], browser: Client) -> None:
        assert browser.post(f"/cart/add/{game().pk}/").status_code == 403
        assert browser.post("/cart/empty/").status_code == 403
        assert not Cart.objects.exists()

    def test_the_first_add_needs_no_cookie(self, game: Callable[..., Game], browser: Client) -> None:
        one = game()
        answer = browser.post(f"/cart/add/{one.pk}/", {"csrfmiddlewaretoken": self.token(browser)})
        assert answer.status_code == 303
        assert quantities() == {"Astro Racer": 1}

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    )
    def test_the_first_add_may_not_come_from_elsewhere(
        self, game: Callable[..., Game], browser: Client, headers: dict[str, str]
    ) -> None:
        token = {"csrfmiddlewaretoken": self.token(browser, game().path)}
        one = Game.objects.get()
        assert browser.post(f"/cart/add/{one.pk}/", token, headers=headers).status_code == 403
        assert not Cart.objects.exists()

    def test_an_old_or_forged_token_is_refused(self, game: Callable[..., Game], browser: Client) -> None:
        one = game()
        with time_machine.travel(NOW):
            old = csrf.stranger_token()
        forged = csrf.PREFIX + signing.TimestampSigner(salt="other").sign("add")
        for token in (old, forged, "first:", "x"):
            assert browser.post(f"/cart/add/{one.pk}/", {"csrfmiddlewaretoken": token}).status_code == 403

    def test_who_has_a_cookie_needs_the_token_that_goes_with_it(
        self, game: Callable[..., Game], browser: Client, user: Any
    ) -> None:
        one = game()
        stranger = csrf.stranger_token()
        browser.force_login(user)
        assert browser.post(f"/cart/add/{one.pk}/", {"csrfmiddlewaretoken": stranger}).status_code == 403
        answer = browser.post(f"/cart/add/{one.pk}/", {"csrfmiddlewaretoken": self.token(browser)})
        assert answer.status_code == 303


def test_next_never_leaves_the_shop(game: Callable[..., Game], client: Client) -> None:
    one = game()
    for target in (
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
    ):
        assert client.post(f"/cart/add/{one.pk}/", {"next": target})["Location"] == "/cart/"
    assert client.post(f"/cart/add/{one.pk}/", {"next": "/games/?page=2"})["Location"] == "/games/?page=2"


def test_pages_in_memory_follow_every_change(game: Callable[..., Game], client: Client) -> None:
    one = game(price="10", stock=7)
    other = Client()
    for path in ("/games/", one.path):
        assert client.get(path).content != b""
        assert "$10.00" in other.get(path).content.decode()
        set_price(one, "11")
        assert "$11.00" in other.get(path).content.decode()
        set_price(one, "10")
    from blueprints.store import stocking

    assert stocking.take({one.pk: 4})
    assert "Only 3 left" in other.get(one.path).content.decode()
    stocking.give_back({one.pk: 4})
    assert "In stock" in other.get(one.path).content.decode()
    first, second = (re.search(r'value="(first:[^"]*)"', other.get(one.path).content.decode()) for _ in range(2))
    assert first
    assert second
    assert "place-of-the-token" not in first[1]
