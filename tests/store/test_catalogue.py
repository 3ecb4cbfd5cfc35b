import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from blueprints.store.models import Game


def names(html: str) -> list[str]:
    """The names on cards, in their order."""
    return [unescape(name) for name in re.findall(r'<h3><a href="[^"]*">([^<]*)</a>', html)]


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_an_empty_shop_says_so(shop: Any, client: Client) -> None:
    html = page(client, "/")
    assert "There are no highlights at the moment" in html
    assert "There are no other games at the moment" in html


@pytest.mark.parametrize(("highlighted", "others", "links"), [(4, 0, 1), (3, 0, 0), (0, 10, 1), (0, 9, 0), (4, 10, 2)])
def test_home_shows_three_and_nine_and_a_link_to_more(
    game: Callable[..., Game], client: Client, highlighted: int, others: int, links: int
) -> None:
    for number in range(highlighted):
        game(f"High {number}", highlighted=True)
    for number in range(others):
        game(f"Other {number}")
    html = page(client, "/")
    assert len(names(html)) == min(highlighted, 3) + min(others, 9)
    assert html.count("See more") == links
    assert "game-highlighted" not in html


def test_a_card_tells_everything(game: Callable[..., Game], client: Client) -> None:
    game("Astro Racer", price="1234.5", developer="Pixel Forge", publisher="North", release_year=1989, stock=3)
    html = page(client, "/games/")
    for text in ("Astro Racer", "NES · 1989", "Pixel Forge · North", "$1,234.50", "Only 3 left", "Add to cart"):
        assert text in html


def test_a_game_without_a_price_cannot_be_added(game: Callable[..., Game], client: Client) -> None:
    free, none = game("Free", price="0"), game("None", price=None)
    for one in (free, none):
        html = page(client, one.path)
        assert "Price not available" in html
        assert "Add to cart" not in html


def test_a_sold_out_game_has_no_button(game: Callable[..., Game], client: Client) -> None:
    html = page(client, game(stock=0).path)
    assert "Sold out" in html
    assert "Add to cart" not in html


def test_highlighted_games_are_tinted_in_lists_and_come_first(game: Callable[..., Game], client: Client) -> None:
    game("Alpha")
    game("Zulu", highlighted=True)
    html = page(client, "/games/")
    assert names(html) == ["Zulu", "Alpha"]
    assert html.count("game-highlighted") == 1


def test_the_detail_page_tells_more(game: Callable[..., Game], client: Client) -> None:
    one = game(
        "Café <Racer>", release_date=date(1989, 11, 21),
        description="# Big\n**bold** <script>x</script> [l](javascript:x)",
        sku="A-1", developer="Pixel Forge",
    )  # fmt: skip
    game("Sister", developer="Pixel Forge", platform="SNES")
    html = page(client, one.path)
    assert "<h3>Big</h3>" in html
    assert "<strong>bold</strong>" in html
    assert "<script>x" not in html
    assert 'href="javascript' not in html
    assert "21 November 1989" in html
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{one.path}">' in html
    assert names(html) == ["Sister"]
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]  # it is there
    assert told["name"] == "Café <Racer>"
    assert told["offers"]["price"] == "10.00"


def test_related_games_are_six_the_developers_first(game: Callable[..., Game], client: Client) -> None:
    one = game("One", developer="Pixel Forge")
    for number in range(2):
        game(f"Own {number}", developer="Pixel Forge", platform="SNES")
    for number in range(7):
        game(f"Near {number}")
    assert names(page(client, one.path)) == ["Own 0", "Own 1", "Near 0", "Near 1", "Near 2", "Near 3"]


def test_a_wrong_slug_leads_to_the_right_one(game: Callable[..., Game], client: Client) -> None:
    one = game()
    for path in (f"/games/{one.pk}-wrong/", f"/games/{one.pk}/", f"/games/{one.pk}-astro-racer"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, one.path)


def test_unknown_and_unpublished_games_are_not_there(game: Callable[..., Game], client: Client) -> None:
    hidden = game(is_published=False)
    page(client, hidden.path, 404)
    page(client, "/games/999-x/", 404)
    page(client, "/games/999999999999999999-x/", 404)
    assert names(page(client, "/games/")) == []


def test_an_address_that_is_not_there_offers_the_search(shop: Any, client: Client) -> None:
    answer = client.get("/nothing/")
    assert answer.status_code == 404
    assert 'name="q"' in answer.content.decode()
    assert not answer.cookies
    assert client.get("/api/nothing")["Content-Type"] == "application/problem+json"


def test_older_addresses_lead_on(shop: Any, client: Client) -> None:
    assert client.get("/games-list/all/")["Location"] == "/games/"
    assert client.get("/games-list/highlighted/")["Location"] == "/games/?highlighted=1"


@pytest.fixture
def shelf(game: Callable[..., Game]) -> None:
    game("Alpha", price="30", platform="NES", developer="Forge", publisher="North", release_year=1990, stock=0)
    game("Bravo", price="10", platform="NES", developer="Garden", release_year=1985)
    game("Charlie", price="20", platform="SNES", developer="Forge", release_year=1995, highlighted=True)
    game("Delta", price=None, platform="SNES", developer="Garden")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "Charlie Alpha Bravo Delta"),
        ("sort=name", "Alpha Bravo Charlie Delta"),
        ("sort=-name", "Delta Charlie Bravo Alpha"),
        ("sort=price", "Bravo Charlie Alpha Delta"),
        ("sort=-price", "Alpha Charlie Bravo Delta"),
        ("sort=year", "Bravo Alpha Charlie Delta"),
        ("sort=-year", "Charlie Alpha Bravo Delta"),
        ("sort=newest", "Delta Charlie Bravo Alpha"),
        ("platform=nes", "Alpha Bravo"),
        ("platform=nes&platform=snes&sort=name", "Alpha Bravo Charlie Delta"),
        ("developer=forge", "Charlie Alpha"),
        ("publisher=north", "Alpha"),
        ("platform=nothing", ""),
        ("year_from=1986&year_to=1994", "Alpha"),
        ("price_min=15&price_max=25", "Charlie"),
        ("in_stock=1", "Charlie Bravo"),
        ("highlighted=1", "Charlie"),
        ("platform=snes&developer=garden", "Delta"),
    ],
)
def test_lists_are_narrowed_and_sorted(shelf: None, client: Client, query: str, found: str) -> None:
    assert " ".join(names(page(client, f"/games/?{query}"))) == found


def test_counts_ignore_the_own_filter(shelf: None, client: Client) -> None:
    answer = client.get("/api/v1/games?platform=nes&developer=forge").json()
    assert {one["slug"]: one["count"] for one in answer["facets"]["platform"]} == {"nes": 1, "snes": 1}
    assert {one["slug"]: one["count"] for one in answer["facets"]["developer"]} == {"forge": 1, "garden": 1}
    assert answer["count"] == 1


def test_a_bad_filter_is_named_and_ignored(shelf: None, client: Client) -> None:
    html = page(client, "/games/?year_from=abc&price_min=x&sort=best")
    assert len(names(html)) == 4
    assert html.count('class="field-error"') == 3
    assert 'aria-describedby="year_from_error"' in html


def test_what_the_list_is_narrowed_to_is_named_and_can_be_taken_away(shelf: None, client: Client) -> None:
    html = page(client, "/games/?year_from=1980&price_max=500&in_stock=1&highlighted=1")
    for words in ("From 1980", "$500.00 or less", "In stock", "Highlights"):
        assert f"{words} <span" in html
    assert 'href="/games/?price_max=500&amp;in_stock=1&amp;highlighted=1"' in html


def test_filters_are_folded_away_until_a_script_changes_them(shelf: None, client: Client) -> None:
    assert "<details>" in client.get("/games/?in_stock=1").content.decode()
    assert "<details open>" in client.get("/games/?in_stock=1", headers={"HX-Request": "true"}).content.decode()
    assert "<details open>" in client.get("/games/?year_from=198o").content.decode()


@pytest.mark.parametrize("number", ["0", "2", "x", "-1", "99999999999999999999"])
def test_a_page_that_is_not_there(shelf: None, client: Client, number: str) -> None:
    html = page(client, f"/games/?platform=nes&page={number}", 404)
    assert 'href="/games/?platform=nes"' in html


def test_pages_keep_the_filters(game: Callable[..., Game], client: Client) -> None:
    for number in range(25):
        game(f"Game {number:02}")
    html = page(client, "/games/?platform=nes&sort=name&per_page=12&page=2")
    assert names(html) == [f"Game {number:02}" for number in range(12, 24)]
    assert "/games/?platform=nes&amp;sort=name&amp;page=3&amp;per_page=12" in html
    assert 'aria-current="page"' in html


def test_anonymous_catalogue_pages_set_no_cookie(shelf: None, client: Client) -> None:
    one = Game.objects.first()
    assert one is not None
    for path in ("/", "/games/", "/games/?q=alpha", one.path, "/search/suggest?q=al", "/cart/", "/api/v1/games"):
        answer = client.get(path)
        assert not answer.cookies, path


def test_catalogue_pages_ask_a_fixed_number_of_questions(
    game: Callable[..., Game], client: Client, ada: Client, django_assert_max_num_queries: Any
) -> None:
    def fill(count: int) -> Game:
        for number in range(count):
            one = game(f"Game {count} {number}", developer=f"Dev {number % 7}", publisher=f"Pub {number % 5}")
        return one

    asked = []
    for count in (3, 40):
        one = fill(count)
        for browser in (client, ada):
            ada.post(f"/cart/add/{one.pk}/")
            for path, most in (("/", 6), ("/games/", 12), ("/games/?q=gaem&platform=nes", 12), (one.path, 8)):
                with django_assert_max_num_queries(most) as captured:
                    assert browser.get(path).status_code == 200
                asked.append(len(captured))
    half = len(asked) // 2
    assert all(later <= former for former, later in zip(asked[:half], asked[half:], strict=True))


def test_robots_and_sitemap(game: Callable[..., Game], client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = game("One"), game("Two")
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in page(client, "/robots.txt")
    assert f"<loc>http://127.0.0.1:8000{first.path}</loc>" in page(client, "/sitemap.xml")
    monkeypatch.setattr("blueprints.store.views.machines.PER_FILE", 1)
    assert "sitemap-2.xml" in page(client, "/sitemap.xml")
    assert second.path in page(client, "/sitemap-2.xml")
    page(client, "/sitemap-3.xml", 404)


def test_the_same_game_cannot_be_there_twice(game: Callable[..., Game]) -> None:
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError

    one = game("Pokémon Red")
    game("Pokémon Red", release_year=1996)
    game("Pokémon Red", platform="SNES")
    with pytest.raises(IntegrityError), transaction.atomic():
        game("  POKE\u0301MON   red ")
    with pytest.raises(ValidationError):
        Game(name="pokémon red", platform=one.platform).full_clean()


def test_platform_names_differ_by_more_than_case(game: Callable[..., Game]) -> None:
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError

    from blueprints.store.models import Platform

    game()
    with pytest.raises(IntegrityError), transaction.atomic():
        Platform.objects.create(name="nes")
    with pytest.raises(ValidationError):
        Platform(name="nes").full_clean()
    assert Platform.objects.create(name="N.E.S").slug == "n-e-s"
    assert Platform.objects.create(name="N E S").slug == "n-e-s-2"


def test_stock_is_never_below_nothing(game: Callable[..., Game]) -> None:
    from django.db import IntegrityError

    one = game(stock=1)
    with pytest.raises(IntegrityError):
        Game.objects.filter(pk=one.pk).update(stock=-1)
