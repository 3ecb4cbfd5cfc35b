from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from blueprints.store.models import Game


def test_a_list_has_all_keys(game: Callable[..., Game], client: Client) -> None:
    game("Zelda", price="1234.5", developer="Forge", stock=3, release_date=date(1989, 5, 1), highlighted=True)
    game("Bare", price=None)
    answer = client.get("/api/v1/games?q=zleda").json()
    assert {key: answer[key] for key in ("page", "per_page", "count", "pages", "query", "corrected")} == {
        "page": 1, "per_page": 24, "count": 1, "pages": 1, "query": "zleda", "corrected": "zelda",
    }  # fmt: skip
    assert answer["facets"] == {
        "platform": [{"slug": "nes", "name": "NES", "count": 1}],
        "developer": [{"slug": "forge", "name": "Forge", "count": 1}],
        "publisher": [],
    }
    one = answer["items"][0]
    made = Game.objects.get(name="Zelda")
    assert one | {"price_added_at": 0, "price_last_updated": 0} == {
        "id": made.pk,
        "name": "Zelda",
        "slug": "zelda",
        "platform": {"slug": "nes", "name": "NES"},
        "developer": "Forge",
        "publisher": None,
        "release_year": 1989,
        "release_date": "1989-05-01",
        "highlighted": True,
        "price": "1234.50",
        "currency": "USD",
        "price_added_at": 0,
        "price_last_updated": 0,
        "stock": 3,
        "in_stock": True,
        "sku": None,
        "image": None,
        "url": made.path,
    }
    assert one["price_added_at"].endswith("Z")
    bare = client.get("/api/v1/games?q=bare").json()["items"][0]
    assert (bare["price"], bare["stock"], bare["in_stock"], bare["price_added_at"]) == (None, None, False, None)


def test_one_game_tells_its_price_list(game: Callable[..., Game], client: Client) -> None:
    from decimal import Decimal

    from blueprints.store import pricing

    one = game(price="10", description="**bold**")
    pricing.set_price(one, Decimal(8))
    answer = client.get(f"/api/v1/games/{one.pk}").json()
    assert answer["description"] == "**bold**"
    assert [(row["price"], row["to"] is None) for row in answer["price_history"]] == [("8.00", True), ("10.00", False)]
    assert answer["price_history"][0]["from"] == answer["price_history"][1]["to"] == answer["price_last_updated"]


def test_names_and_suggestions(game: Callable[..., Game], client: Client) -> None:
    game(developer="Forge")
    assert client.get("/api/v1/platforms").json() == {"items": [{"slug": "nes", "name": "NES", "count": 1}]}
    assert client.get("/api/v1/developers").json() == {"items": [{"slug": "forge", "name": "Forge", "count": 1}]}
    assert client.get("/api/v1/publishers").json() == {"items": []}
    assert client.get("/api/v1/search/suggest?q=as").json()["items"][0]["name"] == "Astro Racer"
    assert client.get("/api/v1/search/suggest?q=a").json() == {"items": []}


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "per_page=25",
        "sort=best",
        "year_from=abc",
        "price_min=-1",
        "price_max=NaN",
        "in_stock=yes",
        "platform=No%20Slug",
    ],
)
def test_a_bad_parameter_is_a_problem(shop: Any, client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/games?{query}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert query.split("=")[0] in answer.json()["detail"]


def test_what_is_not_there_is_a_problem(game: Callable[..., Game], client: Client) -> None:
    hidden = game(is_published=False)
    for path in ("/api/v1/games?page=2", f"/api/v1/games/{hidden.pk}", "/api/v1/games/999", "/api/v1/nothing"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["status"]) == (404, 404)
    assert client.post("/api/v1/games").status_code == 405


def test_an_answer_that_has_not_changed_is_not_sent_again(game: Callable[..., Game], client: Client) -> None:
    one = game()
    for path in ("/api/v1/games", f"/api/v1/games/{one.pk}", "/api/v1/platforms", "/api/v1/search/suggest?q=as"):
        tag = client.get(path)["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    one.name = "Renamed"
    one.save()
    assert client.get("/api/v1/games", headers={"If-None-Match": tag}).status_code == 200
