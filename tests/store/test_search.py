from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from blueprints.errors import ConfigError
from blueprints.store.models import Game, Platform, Word
from blueprints.store.search import sqlite, upkeep
from tests.store.test_catalogue import names


@pytest.fixture
def shelf(game: Callable[..., Game]) -> None:
    game("The Legend of Zelda", developer="Nine Tendons", release_year=1986)
    game("Zelda", release_year=1990)
    game("Zelda II", release_year=1987)
    game("Pokémon Red", platform="Game Boy")
    game("Hawk's Meridian", developer="Zelda Works")
    game("Near and Far")
    game("Astro Racer", publisher="Legendary House")
    game("Hidden Zelda", is_published=False)


def found(client: Client, text: str) -> list[str]:
    return names(client.get("/games/", {"q": text}).content.decode())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("zelda", ["Zelda", "Zelda II", "The Legend of Zelda", "Hawk's Meridian"]),
        ("zel", ["Zelda", "Zelda II", "The Legend of Zelda", "Hawk's Meridian"]),
        ("pokemon", ["Pokémon Red"]),
        ("POKÉMON", ["Pokémon Red"]),
        ("hawks", ["Hawk's Meridian"]),
        ("hawk’s mer", ["Hawk's Meridian"]),
        ("boy red", ["Pokémon Red"]),
        ('"NEAR(', ["Near and Far"]),
        ("near AND far", ["Near and Far"]),
        ("legend", ["The Legend of Zelda", "Astro Racer"]),
        ("rac astro", []),
        ("name:zelda", []),
        ("zz* OR -", []),
    ],
)
def test_words_find_games(shelf: None, client: Client, text: str, first: list[str]) -> None:
    assert found(client, text) == first


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [
        ("zleda", "zelda", "Zelda"),
        ("zelds", "zelda", "Zelda"),
        ("astro racr", "astro racer", "Astro Racer"),
        ("meridain", "meridian", "Hawk's Meridian"),
        ("maridain", "meridian", "Hawk's Meridian"),
    ],
)
def test_slips_are_corrected_and_said(shelf: None, client: Client, typed: str, meant: str, first: str) -> None:
    html = client.get("/games/", {"q": typed}).content.decode()
    assert names(html)[0] == first
    assert f"<strong>{meant}</strong>" in html


@pytest.mark.parametrize("typed", ["zld", "zeldaaa", "ze1da", "qqqqqqqq"])
def test_what_is_too_far_off_is_not_corrected(shelf: None, client: Client, typed: str) -> None:
    assert found(client, typed) == []


def test_words_of_nothing_but_signs_ask_for_nothing(shelf: None, client: Client) -> None:
    assert len(found(client, "!!! ()")) == 7
    assert client.get("/api/v1/games", {"q": "\x00"}).json()["query"] is None


def test_suggestions_are_few_and_need_two_letters(game: Callable[..., Game], client: Client) -> None:
    for number in range(10):
        game(f"Racer {number}")
    assert client.get("/search/suggest?q=r").content.strip() == b""
    assert client.get("/search/suggest?q=rac").content.decode().count("<li>") == 8
    assert client.get("/search/suggest?q=%20").content.strip() == b""
    assert client.get("/search/suggest").content.strip() == b""


def test_the_index_follows_the_catalogue(shelf: None, client: Client) -> None:
    zelda = Game.objects.get(name="Zelda")
    zelda.name = "Renamed Wonder"
    zelda.save()
    assert found(client, "wonder") == ["Renamed Wonder"]
    Platform.objects.get(name="Game Boy").games.first()
    boy = Platform.objects.get(name="Game Boy")
    boy.name = "Handheld"
    boy.save()
    assert found(client, "handheld") == ["Pokémon Red"]
    assert found(client, "boy") == []
    zelda.delete()
    assert found(client, "wonder") == []
    assert Word.objects.get(word="wonder").games == 0


def test_a_rebuilt_index_answers_the_same(shelf: None, client: Client) -> None:
    before = found(client, "zelda")
    words = dict(Word.objects.filter(games__gt=0).values_list("word", "games"))
    assert upkeep.rebuild() == 8
    assert found(client, "zelda") == before
    assert dict(Word.objects.filter(games__gt=0).values_list("word", "games")) == words


def test_an_old_sqlite_is_refused_at_start() -> None:
    with pytest.raises(ConfigError, match=r"3\.34 or later, this is 3\.33\.0"):
        sqlite.check_version((3, 33, 0))


def test_very_long_words_and_texts_are_cut(game: Callable[..., Game], client: Client, shop: Any) -> None:
    game("ﷺ" * 200)
    assert client.get("/games/", {"q": "x" * 5000}).status_code == 200
    assert client.get("/games/", {"q": " ".join("abcdefghij") * 20}).status_code == 200


def suggested(client: Client, text: str) -> list[str]:
    return [game["name"] for game in client.get("/api/v1/search/suggest", {"q": text}).json()["items"]]


def test_suggestions_have_the_order_of_the_search(game: Callable[..., Game], client: Client) -> None:
    for number, name in enumerate(("Velvet", "Velvet Yeti", "Velvet Moon", "Velvets", "The Velvet Door")):
        game(name, release_year=1980 + number, highlighted=name == "Velvet Yeti")
    game("Velvet", platform="SNES", release_year=1999)
    game("Door", developer="Velvet Works")
    game("Velvet Hidden", is_published=False)
    for text in ("velvet", "vel", "velvet d", "velvte"):
        assert suggested(client, text) == found(client, text) != []
    assert suggested(client, "velvet")[:3] == ["Velvet", "Velvet", "Velvet Yeti"]
    for number in range(8):
        game(f"Velvet A{number}")
    assert suggested(client, "velvet") == found(client, "velvet")[:8]
