"""Races and kills, through HTTP, with the real order service, on SQLite and on PostgreSQL."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.store.whole import PATIENCE_S, Running, environment, fixed_port, run, serving, wait_for

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("store-processes")]
COPIES, BUYERS = 15, 40
POSTS = 50


Desk = tuple[Running, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The order service and a key for it."""
    env = environment(tmp_path_factory.mktemp("orders"))
    with serving("orders", env) as running:
        yield running, key_of(env)


def key_of(orders_env: dict[str, str]) -> str:
    """A key for the order service."""
    scopes = [part for scope in ("orders:create", "orders:read", "orders:cancel") for part in ("--scope", scope)]
    found = re.search(r"bpk_\S+", run(orders_env, "manage", "orders", "create_key", "store", *scopes))
    assert found
    return found[0]


def shop_environment(home: Path, orders_url: str, key: str, database: str = "") -> dict[str, str]:
    own = {"BLUEPRINTS_STORE__ORDERS_URL": orders_url, "BLUEPRINTS_STORE__ORDERS_API_KEY": key}
    if database:
        own["BLUEPRINTS_STORE__DATABASE"] = database
    return environment(home, **own)


def make_shop(env: dict[str, str], folder: Path, buyers: int) -> list[str]:
    """Games with few copies, and logged-in buyers with one in the cart each; their session cookies.

    The last buyer has an `Other`, all the rest a `Rare`.
    """
    table = folder / "g.csv"
    table.write_text(f"platform,name,price,stock\nNES,Rare,10.00,{COPIES}\nNES,Other,5.00,{COPIES}\n")
    run(env, "store", "import", str(table))
    command = [sys.executable, "-c", BUYERS_SCRIPT.format(count=buyers)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


BUYERS_SCRIPT = """
from blueprints.web import settings
settings.configure("store")
from django.contrib.auth import get_user_model, SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from blueprints.store.models import Cart, CartLine, Game
User, games = get_user_model(), [Game.objects.get(name=name) for name in ("Rare", "Other")]
with transaction.atomic():
    for number in range({count}):
        game = games[number == {count} - 1]
        user = User.objects.create(username=f"buyer{{number}}", email=f"b{{number}}@example.org", password="!")
        cart = Cart.objects.create(user=user)
        CartLine.objects.create(cart=cart, game=game, quantity=1, price=game.price)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "blueprints.web.accounts.backend.Backend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        print(session.session_key)
"""


def buyer(url: str, session: str) -> httpx.Client:
    return httpx.Client(base_url=url, cookies={"store_session": session} if session else {}, timeout=PATIENCE_S)


def form(client: httpx.Client) -> dict[str, str]:
    html = client.get("/checkout/").text
    names = ("csrfmiddlewaretoken", "checkout_id", "expected_total")
    found = {}
    for name in names:
        values = re.findall(rf'name="{name}" value="([^"]*)"', html)
        assert values, html[:500]
        found[name] = values[-1]
    return found


@dataclass
class Shop:
    """A shop that runs, and the sessions of its buyers."""

    url: str
    env: dict[str, str]
    sessions: list[str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop on each kind of database, with more buyers than copies."""
    folder = tmp_path_factory.mktemp("shop")
    database = ""
    if request.param == "postgresql":
        database = new_database(request.getfixturevalue("postgres_server"))
    env = shop_environment(folder / "home", desk[0].url, desk[1], database)
    sessions = make_shop(env, folder, BUYERS + 1)
    with serving("store", env) as running:
        yield Shop(running.url, env, sessions)


def new_database(server: str) -> str:
    import psycopg

    name = f"store_races_{os.getpid()}"
    with psycopg.connect(server + "postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # a name of our own
    return server + name


def test_the_last_copies_are_sold_once(shop: Shop) -> None:
    start = threading.Barrier(BUYERS)

    def press(session: str) -> int:
        with buyer(shop.url, session) as client:
            sent = form(client)
            start.wait(PATIENCE_S)
            return client.post("/checkout/", data=sent).status_code

    with ThreadPoolExecutor(BUYERS) as pool:
        statuses = list(pool.map(press, shop.sessions[:BUYERS]))
    assert sorted(set(statuses)) == [303, 409]
    assert (statuses.count(303), statuses.count(409)) == (COPIES, BUYERS - COPIES)
    wait_for(lambda: states(shop.env, "Rare") == {"placed": COPIES})
    assert copies_left(shop.env, "Rare") == 0


def test_fifty_presses_are_one_order(shop: Shop) -> None:
    with buyer(shop.url, shop.sessions[-1]) as client:
        sent = form(client)
        start = threading.Barrier(POSTS)

        def press(_: int) -> tuple[int, str]:
            with buyer(shop.url, "") as own:
                own.cookies.update(client.cookies)
                start.wait(PATIENCE_S)
                answer = own.post("/checkout/", data=sent)
                return answer.status_code, answer.headers.get("location", "")

        with ThreadPoolExecutor(POSTS) as pool:
            answers = set(pool.map(press, range(POSTS)))
    assert answers == {(303, f"/checkout/{sent['checkout_id']}/")}
    wait_for(lambda: states(shop.env, "Other") == {"placed": 1})
    assert copies_left(shop.env, "Other") == COPIES - 1


POINTS = ("before_commit", "after_commit", "after_send")


@pytest.fixture(scope="module")
def stopped(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop that does not run, with a buyer for each place where it is going to die, and one more."""
    folder = tmp_path_factory.mktemp("stopped")
    env = shop_environment(folder / "home", desk[0].url, desk[1])
    return Shop("", env, make_shop(env, folder, len(POINTS) + 1))


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_shop_makes_one_order_or_none(desk: Desk, stopped: Shop, point: str) -> None:
    env = stopped.env
    before, orders_before = copies_left(env, "Rare"), order_count(desk)
    deadly = {**env, "BLUEPRINTS_FAILPOINT": f"store.checkout.{point}"}
    with serving("store", deadly) as shop, buyer(shop.url, stopped.sessions[POINTS.index(point)]) as client:
        sent = form(client)
        with pytest.raises(httpx.HTTPError):
            client.post("/checkout/", data=sent)
        cookies = dict(client.cookies)
    number = sent["checkout_id"]
    with serving("store", env) as shop, httpx.Client(base_url=shop.url, cookies=cookies, timeout=PATIENCE_S) as client:
        if point == "before_commit":
            assert state(env, number) == ""
            assert copies_left(env, "Rare") == before
            assert "Rare" in client.get("/cart/").text
        assert client.post("/checkout/", data=sent).status_code == 303
        wait_for(lambda: state(env, number) == "placed")
        assert copies_left(env, "Rare") == before - 1
        assert "Your cart is empty" in client.get("/cart/").text
    assert order_count(desk) == orders_before + 1


def test_orders_that_were_away_are_sent_when_they_are_back(stopped: Shop, tmp_path: Path) -> None:
    orders_env = environment(tmp_path / "orders")
    run(orders_env, "manage", "orders", "migrate")
    port = fixed_port()
    env = {
        **stopped.env,
        "BLUEPRINTS_STORE__ORDERS_URL": f"http://127.0.0.1:{port}",
        "BLUEPRINTS_STORE__ORDERS_API_KEY": key_of(orders_env),
    }
    with serving("store", env) as shop, buyer(shop.url, stopped.sessions[-1]) as client:
        answer = client.post("/checkout/", data=form(client))
        assert "We have your order and are sending it" in client.get(answer.headers["location"]).text
        with serving("orders", orders_env, port=port):
            wait_for(lambda: states(env, "Other") == {"placed": 1})
    assert copies_left(env, "Other") == COPIES - 1


def order_count(desk: Desk) -> int:
    running, key = desk
    headers = {"Authorization": f"Token {key}"}
    address = f"{running.url}/api/v1/orders?count=true&limit=1"
    return int(httpx.get(address, headers=headers, timeout=PATIENCE_S).json()["count"])


def states(env: dict[str, str], game: str) -> dict[str, int]:
    """How many checkouts of a game are in each state."""
    sql = f"""
        SELECT state, count(*) FROM store_checkout AS checkout JOIN store_checkoutline AS line
        ON line.checkout_id = checkout.id WHERE line.name = '{game}' GROUP BY state
    """
    return {str(state): int(str(count)) for state, count in query(env, sql)}


def state(env: dict[str, str], number: str) -> str:
    """The state of one checkout in SQLite, nothing when there is none."""
    rows = query(env, f"SELECT state FROM store_checkout WHERE id = '{number.replace('-', '')}'")
    return str(rows[0][0]) if rows else ""


def copies_left(env: dict[str, str], game: str) -> int:
    return int(str(query(env, f"SELECT stock FROM store_game WHERE name = '{game}'")[0][0]))


def query(env: dict[str, str], sql: str) -> list[tuple[object, ...]]:
    database = env.get("BLUEPRINTS_STORE__DATABASE")
    if database:
        import psycopg

        with psycopg.connect(database) as connection:
            return connection.execute(sql).fetchall()
    path = next(Path(env["BLUEPRINTS_HOME"]).rglob("store/db.sqlite3"))
    plain = sqlite3.connect(path, timeout=60)
    try:
        return plain.execute(sql).fetchall()
    finally:
        plain.close()
