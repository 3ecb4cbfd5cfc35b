"""The outside world of currency conversion on loopback: six services that answer by their official contracts.

All tell the same rates, each in its own form. A test says which days are published, lets a service fail, and reads what
was asked.
"""

import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from blueprints.fx.core.calendars import publishes

KEY = "k3y-0f-the-user"
BASES = {
    "USD": "1.1000", "JPY": "170.10", "SEK": "11.000", "GBP": "0.8500", "CHF": "0.9400", "NOK": "11.500",
    "DKK": "7.4600", "PLN": "4.3000", "CZK": "25.000", "AUD": "1.6500", "CAD": "1.5000",
    "TRY": "45.000", "RON": "5.0000",
}  # fmt: skip
Reply = tuple[int, bytes]


def rates_of(on: date) -> dict[str, str]:
    """Rates of a day for one euro: each day a little higher, so that no two days are mistaken for each other."""
    step = Decimal((on - date(2026, 1, 1)).days) / 10_000
    return {code: str(Decimal(value) + step) for code, value in BASES.items()}


class World:
    """What is published, what fails, and what was asked."""

    def __init__(self, first: date, last: date) -> None:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        self.days = {day: rates_of(day) for day in days if publishes(day)}
        self.now = datetime.combine(last, time(18), UTC)
        self.asked: list[str] = []
        self.failing: dict[str, Callable[[], Reply]] = {}
        """Beginning of a path -> what to answer instead."""
        self.url = ""
        self.released = threading.Event()

    def environment(self) -> dict[str, str]:
        """Settings that lead every source here; those with keys have one."""
        addresses = {
            "ECB__BASE_URL": "",
            "FRANKFURTER__BASE_URL": "",
            "FAWAZAHMED0__BASE_URL": "/cdn@{date}/v1",
            "FAWAZAHMED0__FALLBACK_URL": "/pages.{date}/v1",
            "FIXER__BASE_URL": "/fixer",
            "OPENEXCHANGERATES__BASE_URL": "/oxr",
            "EXCHANGERATE_HOST__BASE_URL": "/host",
        }
        keys = {f"{name}__KEY": KEY for name in ("FIXER", "OPENEXCHANGERATES", "EXCHANGERATE_HOST")}
        values = {name: self.url + path for name, path in addresses.items()} | keys
        return {f"BLUEPRINTS_FX__{name}": value for name, value in values.items()}

    def fail(self, path: str, status: int = 500, body: bytes = b"<html>Sorry</html>") -> None:
        self.failing[path] = lambda: (status, body)

    def heal(self) -> None:
        self.failing.clear()

    def until(self, on: date) -> dict[date, dict[str, str]]:
        """The days published up to one, newest first."""
        return {day: self.days[day] for day in sorted(self.days, reverse=True) if day <= on}

    @property
    def newest(self) -> date:
        return max(self.days)

    def reply(self, target: str) -> Reply:
        self.asked.append(target)
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        for beginning, answer in self.failing.items():
            if parts.path.startswith(beginning):
                return answer()
        for pattern, service in SERVICES:
            found = re.fullmatch(pattern, parts.path)
            if found:
                return service(self, query, **found.groupdict())
        return 404, b"not here"


def ecb_xml(world: World, query: dict[str, str], file: str) -> Reply:
    days = world.until(world.newest)
    if file == "daily":
        days = {world.newest: days[world.newest]}
    elif file == "hist-90d":
        days = {day: rates for day, rates in days.items() if day > world.newest - timedelta(days=90)}
    return 200, ecb_document(days)


def ecb_document(days: dict[date, dict[str, str]]) -> bytes:
    cubes = "".join(
        f"<Cube time='{day}'>" + "".join(f"<Cube currency='{c}' rate='{r}'/>" for c, r in rates.items()) + "</Cube>"
        for day, rates in days.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    name = 'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>'
    return f"{head} {name}<Cube>{cubes}</Cube></gesmes:Envelope>".encode()


def ecb_csv(days: dict[date, dict[str, str]]) -> str:
    codes = list(dict.fromkeys(code for rates in days.values() for code in rates))
    lines = [",".join([str(day), *(rates.get(code, "N/A") for code in codes), ""]) for day, rates in days.items()]
    return "\n".join([",".join(["Date", *codes, ""]), *lines, ""])


def ecb_zip(world: World, query: dict[str, str]) -> Reply:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", ecb_csv(world.until(world.newest)))
    return 200, raw.getvalue()


def frankfurter_1(world: World, query: dict[str, str], days: str) -> Reply:
    first, dots, last = days.partition("..")
    if dots:
        found = {str(day): rates for day, rates in world.until(_day(last, world)).items() if str(day) >= first}
        span = {"start_date": first, "end_date": last or str(world.newest)}
        return _json({"amount": 1.0, "base": "EUR", **span, "rates": _exact(found)} if found else None)
    before = world.until(_day("" if days == "latest" else days, world))
    on = next(iter(before), None)
    if on is None:
        return _json(None)
    return _json({"amount": 1.0, "base": "EUR", "date": str(on), "rates": _exact(before[on])})


def frankfurter_2(world: World, query: dict[str, str]) -> Reply:
    if "date" in query and ("from" in query or "to" in query):
        return 422, b'{"message":"date cannot be combined with from and to"}'
    newest = world.until(_day(query.get("date", query.get("to", "")), world))
    found = dict(list(newest.items())[:1]) if "from" not in query else newest
    records: list[dict[str, Any]] = []
    for day, rates in found.items():
        if str(day) >= query.get("from", ""):
            quotes = {"EUR": "1.0", **rates}
            records += [{"date": str(day), "base": "EUR", "quote": c, "rate": Exact(r)} for c, r in quotes.items()]
    if not records:
        return _json(None)
    if "from" not in query:  # one currency of this service lags a day behind
        records.append(
            {"date": str(min(found) - timedelta(days=1)), "base": "EUR", "quote": "XAU", "rate": Exact("0.0004")}
        )
    return _json(records)


def fawazahmed0(world: World, query: dict[str, str], day: str) -> Reply:
    on = world.now.date() if day == "latest" else date.fromisoformat(day)
    before = world.until(on)
    if not before or on < date(2024, 3, 1):
        return 404, b"Couldn't find the requested release version"
    rates = {code.lower(): Exact(rate) for code, rate in next(iter(before.values())).items()}
    crypto = {"btc": Exact("0.0000105"), "1inch": Exact("4.2"), "averylongcryptocode": Exact("1"), "eur": Exact("1")}
    return _json({"date": str(on), "eur": rates | crypto})


def fixer(world: World, query: dict[str, str], day: str) -> Reply:
    if query.get("access_key") != KEY:
        return _json({"success": False, "error": {"code": 101, "type": "invalid_access_key", "info": "No valid key."}})
    if "base" in query:
        return _json({"success": False, "error": {"code": 105, "type": "base_currency_access_restricted"}})
    on, rates = _at(world, "" if day == "latest" else day)
    answer = {"success": True, "timestamp": _timestamp(on), "base": "EUR", "date": str(on)}
    return _json({**answer, "rates": {"EUR": 1, **_exact(rates)}})


def openexchangerates(world: World, query: dict[str, str], day: str = "") -> Reply:
    if query.get("app_id") != KEY:
        failed = {"error": True, "status": 401, "message": "invalid_app_id", "description": "Invalid App ID provided."}
        return 401, json.dumps(failed).encode()
    on, rates = _at(world, day)
    return _json({"timestamp": _timestamp(on), "base": "USD", "rates": {"USD": 1, **_exact(_in_dollars(rates))}})


def exchangerate_host(world: World, query: dict[str, str], path: str) -> Reply:
    if query.get("access_key") != KEY:
        return _json(
            {"success": False, "error": {"code": "missing_access_key", "info": "You have not supplied a key."}}
        )
    on, rates = _at(world, query.get("date", ""))
    quotes = {f"USD{code}": rate for code, rate in _exact(_in_dollars(rates)).items()}
    answer = {"success": True, "timestamp": _timestamp(on), "source": "USD", "quotes": quotes}
    return _json(answer | ({"historical": True, "date": str(on)} if path == "historical" else {}))


SERVICES: list[tuple[str, Callable[..., Reply]]] = [
    (r"/stats/eurofxref/eurofxref-(?P<file>daily|hist-90d)\.xml", ecb_xml),
    (r"/stats/eurofxref/eurofxref-hist\.zip", ecb_zip),
    (r"/v1/(?P<days>[^/]+)", frankfurter_1),
    (r"/v2/rates", frankfurter_2),
    (r"/(?:cdn@|pages\.)(?P<day>[^/]+)/v1/currencies/eur(?:\.min)?\.json", fawazahmed0),
    (r"/fixer/(?P<day>[^/]+)", fixer),
    (r"/oxr/latest\.json", openexchangerates),
    (r"/oxr/historical/(?P<day>[^/]+)\.json", openexchangerates),
    (r"/host/(?P<path>live|historical)", exchangerate_host),
]


class Exact(float):
    """A number that JSON shows as it was written."""

    def __new__(cls, text: str) -> "Exact":
        made = super().__new__(cls, text)
        made.text = text
        return made

    text: str

    def __repr__(self) -> str:
        return self.text


def _exact(value: Any) -> Any:
    return {key: _exact(one) if isinstance(one, dict) else Exact(one) for key, one in value.items()}


def _json(value: Any) -> Reply:
    if value is None:
        return 404, b'{"message":"not found"}'
    return 200, _dumped(value).encode()


def _dumped(value: Any) -> str:
    if isinstance(value, Exact):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_dumped(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_dumped, value)) + "]"
    return json.dumps(value)


def _day(text: str, world: World) -> date:
    return date.fromisoformat(text) if text else world.newest


def _at(world: World, text: str) -> tuple[date, dict[str, str]]:
    """The rates that a commercial service has of any day: those last published."""
    on = date.fromisoformat(text) if text else world.now.date()
    return on, next(iter(world.until(on).values()))


def _in_dollars(rates: dict[str, str]) -> dict[str, str]:
    dollar = Decimal(rates["USD"])
    crossed = {code: str(round(Decimal(rate) / dollar, 6)) for code, rate in rates.items() if code != "USD"}
    return {"EUR": str(round(1 / dollar, 6)), **crossed}


def _timestamp(on: date) -> int:
    return int(datetime.combine(on, time(12), UTC).timestamp())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World

    def do_GET(self) -> None:
        status, body = self.world.reply(self.path)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at `asked` instead."""


@contextmanager
def serving(world: World) -> Iterator[World]:
    """The world at an address of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Handler,), {"world": world}))
    server.daemon_threads = True
    world.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
