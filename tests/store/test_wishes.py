import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from blueprints.store import events, pricing, stocking
from blueprints.store.models import Alert, Game, Wish
from blueprints.web.outbox.models import Event
from tests.store.test_after_sale import published


def set_price(game: Game, amount: str) -> None:
    pricing.set_price(Game.objects.get(pk=game.pk), Decimal(amount))


def test_a_wish_is_put_on_and_taken_off(game: Callable[..., Game], ada: Client, bob: Client) -> None:
    one = game()
    assert ada.post(f"/wishlist/toggle/{one.pk}/")["Location"] == one.path
    assert "On your wish list" in ada.get(one.path).content.decode()
    assert "Astro Racer" in ada.get("/wishlist/").content.decode()
    assert "Your wish list is empty" in bob.get("/wishlist/").content.decode()
    ada.post(f"/wishlist/toggle/{one.pk}/")
    assert not Wish.objects.exists()
    assert ada.post("/wishlist/toggle/999/").status_code == 404


def test_guests_are_sent_to_log_in_and_back_to_the_game(game: Callable[..., Game], client: Client) -> None:
    one = game()
    answer = client.post(f"/wishlist/toggle/{one.pk}/", {"next": one.path})
    assert answer["Location"] == f"/accounts/login/?next={one.path.replace('/', '%2F')}"
    assert client.post(f"/alerts/stock/{one.pk}/")["Location"] == "/accounts/login/?next=%2F"
    script = client.post(f"/wishlist/toggle/{one.pk}/", headers={"HX-Request": "true"})
    assert script["HX-Redirect"].startswith("/accounts/login/")


def test_a_stock_alert_fires_once(game: Callable[..., Game], ada: Client) -> None:
    one = game(stock=0)
    ada.post(f"/alerts/stock/{one.pk}/")
    ada.post(f"/alerts/stock/{one.pk}/")
    assert "You will get a mail when it is back" in ada.get(one.path).content.decode()
    stocking.set_to({one.pk: 0})
    assert not published("store.back_in_stock")
    stocking.give_back({one.pk: 2})
    stocking.set_to({one.pk: 5})
    told = published("store.back_in_stock")
    assert len(told) == 1
    assert told[0]["recipient"] == {"name": "Ada Byte", "email": "ada@example.org", "locale": "en-US"}
    assert told[0]["game"] == {
        "id": one.pk, "name": "Astro Racer", "platform": "NES", "url": f"http://127.0.0.1:8000{one.path}",
        "price": "10.00", "old_price": None, "currency": "USD",
    }  # fmt: skip
    assert not Alert.objects.exists()


def test_a_game_in_stock_needs_no_alert(game: Callable[..., Game], ada: Client) -> None:
    one = game()
    assert "can be ordered now" in ada.post(f"/alerts/stock/{one.pk}/", follow=True).content.decode()
    assert not Alert.objects.exists()


def test_a_game_without_a_price_is_back_with_one(game: Callable[..., Game], ada: Client) -> None:
    one = game(price=None)
    ada.post(f"/alerts/stock/{one.pk}/")
    set_price(one, "5")
    assert published("store.back_in_stock")[0]["game"]["price"] == "5.00"


def test_any_fall_of_the_price_is_told(game: Callable[..., Game], ada: Client) -> None:
    one = game(price="10")
    ada.post(f"/alerts/price/{one.pk}/", {"below": ""})
    for amount in ("12", "11", "11", "9"):
        set_price(one, amount)
    told = published("store.price_drop")
    assert [(each["game"]["old_price"], each["game"]["price"]) for each in told] == [
        ("12.00", "11.00"),
        ("11.00", "9.00"),
    ]


def test_a_limit_is_told_when_it_is_reached_and_again_only_below(game: Callable[..., Game], ada: Client) -> None:
    one = game(price="10")
    ada.post(f"/alerts/price/{one.pk}/", {"below": "8.00"})
    for amount in ("9", "8", "7", "7.5", "6", "20", "8"):
        set_price(one, amount)
    assert [each["game"]["price"] for each in published("store.price_drop")] == ["8.00", "7.00", "6.00", "8.00"]
    set_price(one, "0")
    assert len(published("store.price_drop")) == 4


@pytest.mark.parametrize("below", ["abc", "-1", "0", "NaN", "1.234", "1e20"])
def test_a_bad_limit_is_named_at_its_field(game: Callable[..., Game], ada: Client, below: str) -> None:
    answer = ada.post(f"/alerts/price/{game().pk}/", {"below": below})
    assert answer.status_code == 422
    assert 'id="below_error"' in answer.content.decode()
    assert not Alert.objects.exists()


def test_alerts_are_listed_and_ended(game: Callable[..., Game], ada: Client, bob: Client) -> None:
    one, two = game("One", stock=0), game("Two")
    ada.post(f"/alerts/stock/{one.pk}/")
    ada.post(f"/alerts/price/{one.pk}/", {"below": "5"})
    ada.post(f"/alerts/price/{two.pk}/")
    html = ada.get("/alerts/").content.decode()
    for words in ("back in stock", "$5.00 or less", "every fall"):
        assert words in html
    alert = Alert.objects.filter(game=two).get()
    assert bob.post(f"/alerts/delete/{alert.pk}/").status_code == 404
    assert ada.post(f"/alerts/delete/{alert.pk}/").status_code == 303
    assert Alert.objects.count() == 2
    assert "You have asked for no mails" in bob.get("/alerts/").content.decode()


def test_one_click_unsubscribes(game: Callable[..., Game], ada: Client, bob: Client, user: Any) -> None:
    one = game(stock=0)
    for browser in (ada, bob):
        browser.post(f"/alerts/stock/{one.pk}/")
    ada.post(f"/alerts/price/{one.pk}/")
    path = events.unsubscribe_path(user.pk, one.pk)
    mail = Client(enforce_csrf_checks=True)
    assert "End all mails about Astro Racer?" in mail.get(path).content.decode()
    assert Alert.objects.count() == 3
    assert mail.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert list(Alert.objects.values_list("user__username", flat=True)) == ["bob"]
    assert mail.post(path).status_code == 200
    assert mail.get("/alerts/unsubscribe/forged:token/").status_code == 404
    assert not mail.cookies


def test_a_user_without_an_address_is_told_nothing(game: Callable[..., Game], ada: Client, user: Any) -> None:
    one = game(price="10")
    ada.post(f"/alerts/price/{one.pk}/")
    user.email = ""
    user.save()
    set_price(one, "5")
    assert not Event.objects.filter(type="store.price_drop").exists()


def test_events_name_an_unsubscribe_address_that_works(game: Callable[..., Game], ada: Client) -> None:
    one = game(stock=0)
    ada.post(f"/alerts/stock/{one.pk}/")
    stocking.set_to({one.pk: 1})
    address = json.loads(Event.objects.get(type="store.back_in_stock").body)["data"]["unsubscribe_url"]
    assert Client().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
