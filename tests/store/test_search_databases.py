"""The same words find the same games on SQLite and on PostgreSQL, over HTTP."""

import json
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.store.whole import environment, run, serving

pytestmark = pytest.mark.timeout(600)
GAMES = """platform,name,developer,publisher,release_year,price,stock
NES,The Legend of Zelda,Nine Tendons,,1986,20.00,3
NES,Zelda,,,1990,,
NES,Zelda II,,Legendary House,1987,9.50,0
Game Boy,Pokémon Red,,,1996,30.00,
SNES,Hawk's Meridian,Zelda Works,,1993,12.00,7
SNES,Café Midnight,Quiet Garden,,1994,42.80,6
SNES,Ελλάδα Racer,Straße,,1995,1.00,1
SNES,Chronicle of Ember,Quiet Garden,,1991,15.00,2
"""
QUESTIONS = (
    "zelda", "zel", "zleda", "zelds", "pokemon", "POKÉMON", "hawks", "hawk’s mer", "boy red", '"NEAR(', "cafe",
    "ελλαδα", "strasse", "chronicel", "chornicle embr", "quiet garden", "garden quiet", "legend", "x'); DROP", "rac",
    "zz", "%", "_", "\\", "the of",
)  # fmt: skip
FILTERS = (
    "", "platform=nes", "platform=nes&platform=snes&sort=-price", "sort=price", "sort=-year", "sort=name", "in_stock=1",
    "developer=quiet-garden&year_from=1992", "price_min=10&price_max=20", "q=zelda&sort=name",
)  # fmt: skip


@pytest.fixture
def shops(postgres_url: Callable[[], str], tmp_path: Path) -> Iterator[list[str]]:
    """The same shop on both databases; their addresses."""
    table = tmp_path / "games.csv"
    table.write_text(GAMES, encoding="utf-8")
    with ExitStack() as stack:
        urls = []
        for name, database in (("sqlite", ""), ("postgresql", postgres_url())):
            own = {"BLUEPRINTS_STORE__DATABASE": database} if database else {}
            env = environment(tmp_path / name, BLUEPRINTS_STORE__ORDERS_URL="http://127.0.0.1:9", **own)
            run(env, "store", "import", str(table))
            urls.append(stack.enter_context(serving("store", env, "--workers", "1")).url)
        yield urls


def asked(url: str, path: str) -> Any:
    with urllib.request.urlopen(url + path, timeout=120) as answer:
        found = json.loads(answer.read())
    for game in found["items"]:
        for volatile in ("id", "url", "price_added_at", "price_last_updated"):
            game.pop(volatile, None)
    return found


def test_both_databases_answer_alike(shops: list[str]) -> None:
    quoted = [urllib.parse.quote(question) for question in QUESTIONS]
    paths = [
        *(f"/api/v1/games?q={text}" for text in quoted),
        *(f"/api/v1/search/suggest?q={text}" for text in quoted),
        *(f"/api/v1/games?{filters}" for filters in FILTERS),
        "/api/v1/platforms",
    ]
    for path in paths:
        sqlite, postgresql = (asked(url, path) for url in shops)
        assert sqlite == postgresql, path
    assert [game["name"] for game in asked(shops[1], "/api/v1/games?q=zleda")["items"]] == [
        "Zelda", "Zelda II", "The Legend of Zelda", "Hawk's Meridian"
    ]  # fmt: skip
    assert asked(shops[1], "/api/v1/games?q=chronicel")["corrected"] == "chronicle"


def test_postgresql_knows_at_once_how_much_a_large_import_brought(
    postgres_url: Callable[[], str], tmp_path: Path
) -> None:
    """Left to itself it finds out within minutes, and searches for that long as if the shop were empty."""
    import psycopg

    table, address = tmp_path / "games.csv", postgres_url()
    table.write_text("platform,name\n" + "".join(f"NES,Game {number}\n" for number in range(1000)))
    run(environment(tmp_path / "home", BLUEPRINTS_STORE__DATABASE=address), "store", "import", str(table))
    with psycopg.connect(address) as connection:
        rows = "SELECT relname, reltuples FROM pg_class WHERE relname IN ('store_game', 'store_search')"
        assert dict(connection.execute(rows).fetchall()) == {"store_game": 1000, "store_search": 1000}
