"""What processes remember of the catalogue is never old, never another game's, and never another visitor's."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from blueprints.store import frames, listing, pricing, shelf, stocking, versions
from blueprints.store.models import Company, Game, Platform
from blueprints.store.prepared import Prepared
from tests.store.test_catalogue import names, page

Make = Callable[..., Game]


@pytest.fixture(params=["a stranger", "a guest with a cart", "a user"])
def visitor(request: pytest.FixtureRequest, game: Make, ada: Client) -> Client:
    """A browser of each kind."""
    if request.param == "a user":
        return ada
    browser = Client()
    if request.param == "a guest with a cart":
        assert browser.post(f"/cart/add/{game('Carried', platform='Other').pk}/").status_code == 303
    return browser


class TestChangesAreSeen:
    """Each page is asked for before and after; cards and pages were remembered in between."""

    @pytest.fixture
    def one(self, game: Make) -> Game:
        game("Sister", price="20", developer="Forge", platform="SNES", stock=9)
        return game("One", developer="Forge", stock=9)

    @pytest.fixture
    def sister(self, one: Game) -> Game:
        return Game.objects.get(name="Sister")

    @pytest.fixture
    def paths(self, one: Game) -> tuple[str, ...]:
        return "/", "/games/", one.path

    def test_of_a_price(self, visitor: Client, paths: tuple[str, ...], sister: Game) -> None:
        for amount in ("20", "21"):
            pricing.set_price(sister, Decimal(amount))
            for path in paths:
                assert f"${amount}.00" in page(visitor, path)

    def test_of_a_stock_label(self, visitor: Client, paths: tuple[str, ...], sister: Game) -> None:
        assert not any("Only 2" in page(visitor, path) for path in paths)
        assert stocking.take({sister.pk: 7})
        assert all("Only 2 left" in page(visitor, path) for path in paths)
        assert stocking.take({sister.pk: 2})
        assert all("Sold out" in page(visitor, path) for path in paths)
        stocking.give_back({sister.pk: 9})
        assert not any("Sold out" in page(visitor, path) for path in paths)

    def test_of_a_game_that_goes_and_comes(self, visitor: Client, paths: tuple[str, ...], sister: Game) -> None:
        for is_published in (True, False, True):
            sister.is_published = is_published
            sister.save()
            for path in paths:
                assert ("Sister" in names(page(visitor, path))) is is_published
            assert visitor.get(sister.path).status_code == (200 if is_published else 404)

    def test_of_names(self, visitor: Client, one: Game, sister: Game) -> None:
        assert "SNES" in page(visitor, one.path)
        for named in (*Platform.objects.filter(name="SNES"), *Company.objects.filter(name="Forge")):
            named.name += " II"
            named.save()
        sister.name = "Brother"
        sister.save()
        html = page(visitor, one.path)
        assert names(html) == ["Brother"]
        assert "SNES II" in html
        assert ">Forge II</a>" in html

    def test_of_the_game_itself(self, visitor: Client, one: Game) -> None:
        assert "Past prices" not in page(visitor, one.path)
        one.description, one.sku, one.highlighted = "# Told", "S-1", True
        one.save()
        pricing.set_price(one, Decimal(8))
        html = page(visitor, one.path)
        for text in ("<h3>Told</h3>", "S-1", "Highlight", "$8.00", "Past prices", "Lowest price of the 30 days"):
            assert text in html


class TestVisitorsAreKeptApart:
    def test_a_badge_is_shown_to_its_owner_alone(self, game: Make, ada: Client, bob: Client, client: Client) -> None:
        one, guest = game(), Client()
        for browser, quantity in ((ada, 3), (guest, 2)):
            assert browser.post(f"/cart/add/{one.pk}/", {"quantity": quantity}).status_code == 303
        for path in (one.path, "/games/", "/"):
            for browser, count in ((ada, "3"), (guest, "2"), (bob, None), (client, None), (ada, "3")):
                found = re.search(r'<span class="count">(\d+)', page(browser, path))
                assert (found and found[1]) == count

    def test_a_wish_is_shown_to_its_owner_alone(self, game: Make, ada: Client, bob: Client, client: Client) -> None:
        one = game(stock=0)
        page(client, one.path)
        for path in (f"/wishlist/toggle/{one.pk}/", f"/alerts/stock/{one.pk}/"):
            assert ada.post(path).status_code == 303
        mine, other, nobody = page(ada, one.path), page(bob, one.path), page(client, one.path)
        assert "♥ On your wish list" in mine
        assert "You will get a mail" in mine
        assert "♡ Add to wish list" in other
        assert "Mail me when it is back" in other
        assert "wish list" not in nobody
        assert f"/accounts/login/?next=%2Fgames%2F{one.pk}-astro-racer%2F" in nobody

    def test_tokens_and_names_of_users_are_in_no_page_for_strangers(
        self, game: Make, ada: Client, client: Client
    ) -> None:
        one = game()
        for path in (one.path, "/games/", "/"):
            mine = page(ada, path)
            assert "Log out" in mine
            assert "first:" not in mine
            for _ in range(2):
                html = page(client, path)
                tokens = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', html)
                assert tokens
                assert all(token.startswith("first:add:") for token in tokens)
                assert "ada" not in re.findall(r"[a-z]+", html)
                assert "Log out" not in html

    def test_a_message_is_shown_once_to_whom_it_is_for(self, game: Make, client: Client) -> None:
        one, guest = game(), Client()
        page(client, one.path)
        guest.post(f"/cart/add/{one.pk}/")
        assert "is in your cart" in page(guest, one.path)
        assert "is in your cart" not in page(guest, one.path)
        assert "is in your cart" not in page(client, one.path)


class TestPagesOfOneShape:
    def test_each_tells_of_its_own_game(self, game: Make, client: Client) -> None:
        made = [
            game(f"Game {word}", developer=f"Dev {word}", publisher=f"Pub {word}", sku=f"S-{word}", platform=word,
                 release_year=1980 + number, price=f"1{number}", description=f"About {word}.")
            for number, word in enumerate(("Alpha", "Bravo"))
        ]  # fmt: skip
        for number, one in enumerate(made):
            html, word = page(client, one.path), one.name.removeprefix("Game ")
            head = html.split("</head>")[0]
            assert f"<title>Game {word} for {word} – " in head
            assert f'content="Game {word} for {word}, {1980 + number}: $1{number}.00. In stock."' in head
            assert f'rel="canonical" href="http://127.0.0.1:8000{one.path}"' in head
            assert f'"url": "http://127.0.0.1:8000{one.path}"' in head
            for text in (f"Dev {word}", f"Pub {word}", f"S-{word}", f"About {word}.", f"/cart/add/{one.pk}/"):
                assert text in html
            other = {"Alpha": "Bravo", "Bravo": "Alpha"}[word]
            assert other not in html
            assert "frameplace" not in html

    def test_texts_are_escaped_and_hold_no_places(self, game: Make, client: Client) -> None:
        bad = '<b>"&frameplaceidecalpemarf'
        one = game(bad, developer=bad, publisher=bad, sku=bad, platform=bad, description=bad, release_year=1990)
        game("Sister " + bad, developer=bad, platform=bad)
        for path in (one.path, "/games/"):
            html = page(client, path)
            assert "<b>" not in html
            assert html.count("frameplaceidecalpemarf") >= 5

    def test_a_frame_is_filled_with_what_is_safe_and_what_is_not(self) -> None:
        values: dict[str, str | bool] = {"name": "a", "none": "", "is_new": True}
        drawn = frames.frame(values, lambda each: f"[{each['name']}|{each['none']}|{each['is_new']}]")
        assert drawn.around({"name": "<", "none": "", "is_new": True}) == "[&lt;||True]"
        assert frames.shape(values) == ("name", "is_new")


class TestTheShelf:
    @pytest.mark.parametrize("own", [0, 3, 6, 7, 9])
    def test_related_games_are_those_that_a_plain_query_finds(self, game: Make, own: int) -> None:
        for number in range(own):
            game(f"Own {number}", developer="Forge", platform=("NES", "SNES")[number % 2], highlighted=number == 2)
        for number in range(14):
            game(f"Near {number:02}", highlighted=number == 5)
        for one in Game.objects.all():
            others = listing.on_sale().exclude(pk=one.pk).order_by("-highlighted", "name_words", "-year_key", "pk")
            expected = list(others.filter(developer=one.developer_id)[:6]) if one.developer_id else []
            expected += others.filter(platform=one.platform_id).exclude(pk__in=[each.pk for each in expected])
            found = shelf.related(one, versions.current())
            assert [card.id for card in found] == [each.pk for each in expected[:6]]

    def test_a_game_newer_than_the_names_is_read_whole(self, game: Make, monkeypatch: pytest.MonkeyPatch) -> None:
        one = game(developer="Forge", publisher="North")
        monkeypatch.setattr(listing, "names", lambda _: listing.Names({}, {}, {}, {}))
        found = shelf.game(one.pk, versions.current())
        assert found is not None
        assert found.platform.name == "NES"
        assert found.developer is not None
        assert found.developer.name == "Forge"

    def test_what_is_not_in_the_shop_has_no_card(self, game: Make) -> None:
        one, hidden, last = game("A"), game("B", is_published=False), game("C")
        wanted = [last.pk, hidden.pk, 10**17, one.pk]
        for _ in range(2):
            assert [card.name for card in shelf.cards_of(wanted, versions.current())] == ["C", "A"]

    def test_a_full_memory_starts_anew(self) -> None:
        memory: versions.Remembered[str] = versions.Remembered(3)
        for keys in ([1, 2], [2, 3], [4, 5], [1, 5], [7, 8, 9, 10]):
            assert memory.get_all(1, keys, lambda new: {key: str(key) for key in new}) == [str(key) for key in keys]

    def test_values_are_kept_until_they_weigh_too_much(self) -> None:
        memory: versions.Remembered[str] = versions.Remembered(10, weigh=len)
        made: list[str] = []

        def make(text: str) -> str:
            made.append(text)
            return text

        for text in ("heavy", "light", "light", "heavy", "last", "last", "heavy"):
            assert memory.get(1, text, lambda text=text: make(text)) == text  # type: ignore[misc]  # bound at once
        assert made == ["heavy", "light", "last", "heavy"]


def test_a_prepared_query_asks_for_what_it_is_given(game: Make) -> None:
    made = [game(name) for name in ("A", "B", "C")]
    query = Prepared(lambda *ids: Game.objects.filter(pk__in=ids, is_published=True).order_by("-pk"))
    assert [one.name for one in query.objects(Game, made[0].pk, made[2].pk)] == ["C", "A"]
    assert [one.name for one in query.objects(Game, made[1].pk)] == ["B"]
    assert [one.price for one in query.objects(Game, made[1].pk, made[0].pk)] == [Decimal("10.00")] * 2
