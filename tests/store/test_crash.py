"""Races and kills, through HTTP, with the real order service, on SQLite and on PostgreSQL."""

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.store.whole import Running, environment, free_port, run, serving, wait_for

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("store-processes")]
COPIES, BUYERS = 20, 60
POSTS = 50


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str]]:
    """The order service and a key for it."""
    env = environment(tmp_path_factory.mktemp("orders"))
    with serving("orders", env) as running:
        scopes = [part for scope in ("orders:create", "orders:read", "orders:cancel") for part in ("--scope", scope)]
        key = re.search(r"bpk_\S+", run(env, "manage", "orders", "create_key", "store", *scopes))
        assert key
        yield running, key[0]


def shop_environment(home: Path, desk: tuple[Running, str], database: str, **more: str) -> dict[str, str]:
    running, key = desk
    own = {"BLUEPRINTS_STORE__ORDERS_URL": running.url, "BLUEPRINTS_STORE__ORDERS_API_KEY": key}
    if database:
        own["BLUEPRINTS_STORE__DATABASE"] = database
    return environment(home, **own, **more)


def make_shop(env: dict[str, str], tmp_path: Path, buyers: int) -> list[str]:
    """A game with few copies, and logged-in buyers who have one each in their carts; their session cookies."""
    table = tmp_path / "g.csv"
    table.write_text(f"platform,name,price,stock\nNES,Rare,10.00,{COPIES}\nNES,Other,5.00,\n")
    run(env, "store", "import", str(table))
    script = tmp_path / "buyers.py"
    script.write_text(BUYERS_SCRIPT.format(count=buyers))
    import subprocess
    import sys

    done = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


BUYERS_SCRIPT = """
from blueprints.web import settings
settings.configure("store")
from django.contrib.auth import get_user_model, SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from blueprints.store.models import Cart, CartLine, Game
User, game = get_user_model(), Game.objects.get(name="Rare")
with transaction.atomic():
    for number in range({count}):
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
    return httpx.Client(base_url=url, cookies={"store_session": session}, timeout=60)


def form(client: httpx.Client) -> dict[str, str]:
    html = client.get("/checkout/").text
    names = ("csrfmiddlewaretoken", "checkout_id", "expected_total")
    found = {}
    for name in names:
        values = re.findall(rf'name="{name}" value="([^"]*)"', html)
        assert values, html[:500]
        found[name] = values[-1]
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; empty: SQLite in the home."""
    if request.param == "sqlite":
        return ""
    make: Callable[[], str] = request.getfixturevalue("postgres_url")
    return make()


def test_the_last_copies_are_sold_once(desk: tuple[Running, str], database: str, tmp_path: Path) -> None:
    env = shop_environment(tmp_path / "home", desk, database)
    sessions = make_shop(env, tmp_path, BUYERS)
    with serving("store", env) as shop:
        clients = [buyer(shop.url, session) for session in sessions]
        with ThreadPoolExecutor(16) as pool:
            forms = list(pool.map(form, clients))
        start = threading.Barrier(BUYERS)

        def press(place: int) -> int:
            start.wait(60)
            return clients[place].post("/checkout/", data=forms[place]).status_code

        with ThreadPoolExecutor(BUYERS) as pool:
            statuses = list(pool.map(press, range(BUYERS)))
        assert sorted(set(statuses)) == [303, 409]
        assert (statuses.count(303), statuses.count(409)) == (COPIES, BUYERS - COPIES)
        wait_for(lambda: states(env) == {"placed": COPIES}, 60)
        assert copies_left(env) == "0"
        for client in clients:
            client.close()


def test_fifty_presses_are_one_order(desk: tuple[Running, str], database: str, tmp_path: Path) -> None:
    env = shop_environment(tmp_path / "home", desk, database)
    (session,) = make_shop(env, tmp_path, 1)
    with serving("store", env) as shop, buyer(shop.url, session) as client:
        sent = form(client)
        start = threading.Barrier(POSTS)

        def press(_: int) -> tuple[int, str]:
            with httpx.Client(base_url=shop.url, cookies=dict(client.cookies), timeout=60) as own:
                start.wait(60)
                answer = own.post("/checkout/", data=sent)
                return answer.status_code, answer.headers.get("location", "")

        with ThreadPoolExecutor(POSTS) as pool:
            answers = set(pool.map(press, range(POSTS)))
        assert answers == {(303, f"/checkout/{sent['checkout_id']}/")}
        wait_for(lambda: states(env) == {"placed": 1}, 60)
        assert copies_left(env) == str(COPIES - 1)


@pytest.mark.parametrize("point", ["before_commit", "after_commit", "after_send"])
def test_a_killed_shop_makes_one_order_or_none(desk: tuple[Running, str], point: str, tmp_path: Path) -> None:
    env = shop_environment(tmp_path / "home", desk, "")
    (session,) = make_shop(env, tmp_path, 1)
    port = free_port()
    orders_before = order_count(desk)
    deadly = {**env, "BLUEPRINTS_FAILPOINT": f"store.checkout.{point}"}
    with serving("store", deadly, port=port) as shop, buyer(shop.url, session) as client:
        sent = form(client)
        with pytest.raises(httpx.HTTPError):
            client.post("/checkout/", data=sent)
        cookies = dict(client.cookies)
    with (
        serving("store", env, port=port) as shop,
        httpx.Client(base_url=shop.url, cookies=cookies, timeout=60) as client,
    ):
        if point == "before_commit":
            assert states(env) == {}
            assert copies_left(env) == str(COPIES)
            assert "Rare" in client.get("/cart/").text
        assert client.post("/checkout/", data=sent).status_code == 303
        wait_for(lambda: states(env) == {"placed": 1}, 60)
        assert copies_left(env) == str(COPIES - 1)
        assert "Your cart is empty" in client.get("/cart/").text
    assert order_count(desk) == orders_before + 1


def test_orders_that_were_away_are_sent_within_ten_seconds(tmp_path: Path) -> None:
    orders_env = environment(tmp_path / "orders")
    port = free_port()
    with serving("orders", orders_env, port=port) as running:
        scopes = [part for scope in ("orders:create", "orders:read", "orders:cancel") for part in ("--scope", scope)]
        key = re.search(r"bpk_\S+", run(orders_env, "manage", "orders", "create_key", "store", *scopes))
        assert key
        url = running.url
    env = environment(tmp_path / "home", BLUEPRINTS_STORE__ORDERS_URL=url, BLUEPRINTS_STORE__ORDERS_API_KEY=key[0])
    (session,) = make_shop(env, tmp_path, 1)
    with serving("store", env) as shop, buyer(shop.url, session) as client:
        answer = client.post("/checkout/", data=form(client))
        assert "We have your order and are sending it" in client.get(answer.headers["location"]).text
        with serving("orders", orders_env, port=port):
            wait_for(lambda: states(env) == {"placed": 1}, 60)
    assert copies_left(env) == str(COPIES - 1)


def order_count(desk: tuple[Running, str]) -> int:
    running, key = desk
    headers = {"Authorization": f"Token {key}"}
    answer = httpx.get(f"{running.url}/api/v1/orders?count=true&limit=1", headers=headers).json()
    return int(answer["count"])


def states(env: dict[str, str]) -> dict[str, int]:
    """How many checkouts are in each state."""
    rows = query(env, "SELECT state, count(*) FROM store_checkout GROUP BY state")
    return {str(state): int(str(count)) for state, count in rows}


def copies_left(env: dict[str, str]) -> str:
    return str(query(env, "SELECT stock FROM store_game WHERE name = 'Rare'")[0][0])


def query(env: dict[str, str], sql: str) -> list[tuple[object, ...]]:
    database = env.get("BLUEPRINTS_STORE__DATABASE")
    if database:
        import psycopg

        with psycopg.connect(database) as connection:
            return connection.execute(sql).fetchall()
    path = next(Path(env["BLUEPRINTS_HOME"]).rglob("store/db.sqlite3"))
    plain = sqlite3.connect(path, timeout=20)
    try:
        return plain.execute(sql).fetchall()
    finally:
        plain.close()
