"""A small server that speaks every provider's format and misbehaves when told to.

Run it by hand with `python -m tests.weather.world`: it prints the environment that points the program at it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.weather import bodies

PROVIDERS = ("open_meteo", "met_norway", "nws", "wttr_in", "weather_com")


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    upstream: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    status: int = 200


@dataclass
class Reply:
    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    hang: bool = False
    truncate: bool = False

    @property
    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


Rule = Reply | Callable[[Asked], Reply]


class World:
    """`broken` maps an upstream's name to what it answers instead of the truth; `asked` holds all requests."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.broken: dict[str, Rule] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.etags: dict[str, str] = {}
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def requests(self, upstream: str) -> list[Asked]:
        return [one for one in self.asked if one.upstream == upstream]

    @property
    def environment(self) -> dict[str, str]:
        names = {f"BLUEPRINTS_WEATHER__{name.upper()}__BASE_URL": self.url for name in PROVIDERS}
        return {**names, "BLUEPRINTS_WEATHER__OPEN_METEO__GEOCODING_URL": self.url}

    def answer(self, asked: Asked) -> Reply:
        rule = self.broken.get(asked.upstream)
        if rule is not None:
            return rule(asked) if callable(rule) else rule
        reply = self.truth(asked)
        reply.headers = {**reply.headers, **self.headers.get(asked.upstream, {})}
        etag = self.etags.get(asked.upstream)
        if etag:
            reply.headers["ETag"] = etag
            if asked.headers.get("if-none-match") == etag:
                return Reply("", 304, reply.headers)
        return reply

    def truth(self, asked: Asked) -> Reply:
        now = self.now()
        if asked.upstream == "geocoding":
            return _geocoding(asked)
        if asked.upstream == "open_meteo":
            zone = asked.query["timezone"]
            return Reply(bodies.open_meteo(now, zone, int(asked.query["forecast_days"])))
        if asked.upstream == "met_alerts":
            return Reply(bodies.met_alerts(now))
        if asked.upstream == "met_norway":
            if not asked.headers.get("user-agent"):
                return Reply("Forbidden", 403)
            return Reply(
                bodies.met_norway(now), headers={"Expires": format_datetime(now + timedelta(minutes=30), True)}
            )
        if asked.upstream == "nws_alerts":
            return Reply(bodies.nws_alerts(now))
        if asked.upstream == "nws":
            return _nws(asked, now)
        if asked.upstream == "weather_com":
            return Reply(bodies.weather_com_page(bodies.weather_com_state(now)), headers={"Content-Type": "text/html"})
        if asked.path == "/Nowhere":
            return Reply("Unknown location; please try ~lat,lon", 404)
        return Reply(bodies.wttr(now))


def _geocoding(asked: Asked) -> Reply:
    if asked.path == "/v1/get":
        found = [place for place in bodies.PLACES if str(place["id"]) == asked.query["id"]]
        return Reply(found[0]) if found else Reply({"error": True, "reason": "Not found"}, 404)
    name, _, qualifier = asked.query["name"].partition(",")
    country = asked.query.get("countryCode")
    found = [
        place
        for place in bodies.PLACES
        if place["name"].lower().startswith(name.strip().lower())
        and (not country or place["country_code"] == country)
        and (not qualifier or qualifier.strip() in (place["admin1"], place["country"], place["country_code"]))
    ]
    return Reply({"results": found[: int(asked.query["count"])]} if found else {"generationtime_ms": 0.5})


def _nws(asked: Asked, now: datetime) -> Reply:
    if asked.query:
        return Reply({"detail": "Unrecognized parameters"}, 400)
    last = asked.path.rpartition("/")[2]
    if asked.path.startswith("/points/"):
        return Reply(bodies.nws_point("https://api.weather.gov"))
    if last == "latest":
        return Reply(bodies.nws_observation(now - timedelta(minutes=20)))
    made = {
        "forecast": bodies.nws_forecast,
        "hourly": bodies.nws_hourly,
        "stations": lambda _now: bodies.nws_stations(),
    }
    return Reply(made[last](now))


def _upstream(path: str, query: dict[str, str]) -> str:
    for start, name in (
        ("/v1/forecast", "open_meteo"),
        ("/v1/", "geocoding"),
        ("/weatherapi/metalerts", "met_alerts"),
        ("/weatherapi/", "met_norway"),
        ("/alerts/", "nws_alerts"),
        ("/points/", "nws"),
        ("/gridpoints/", "nws"),
        ("/stations/", "nws"),
        ("/weather/", "weather_com"),
    ):
        if path.startswith(start):
            return name
    return "wttr_in"


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = unquote(parts.path)
            asked = Asked(_upstream(path, query), path, query, headers)
            reply = world.answer(asked)
            world.asked.append(Asked(asked.upstream, path, query, headers, reply.status))
            if reply.hang:
                world.stopping.wait(60)
                self.close_connection = True
                return
            if reply.delay_s:
                time.sleep(reply.delay_s)
            self._send(reply)

        def _send(self, reply: Reply) -> None:
            content = reply.content if reply.status != 304 else b""
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if reply.truncate else content)
            self.close_connection = reply.truncate

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

        def handle(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # clients give up, which many tests are about
                super().handle()

    return Handler


@contextmanager
def running(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Iterator[World]:
    world = World(now)
    thread = threading.Thread(target=world.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.stopping.set()
        world.server.shutdown()
        world.server.server_close()
        thread.join(5)


if __name__ == "__main__":
    with running() as served:
        for variable, address in served.environment.items():
            print(f"export {variable}={address}", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
