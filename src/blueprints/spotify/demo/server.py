"""The fake over HTTP, on loopback, in threads of this process."""

import socket
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from blueprints.spotify.demo.exchange import Reply, Request, as_json
from blueprints.spotify.demo.world import World

CONTROL = "/_demo/"
LONGEST_BODY = 1_000_000


class Server:
    """Serves `world` while the context is open; `url` is its address. Port 0 is any free one."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self._http = _HttpServer(("127.0.0.1", port), _Handler)
        self._http.world = world
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    @property
    def api_url(self) -> str:
        return f"{self.url}/v1"

    def __enter__(self) -> "Server":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    world: World
    turn = threading.Lock()

    def server_bind(self) -> None:
        """Without the look-up of the machine's name that the standard server makes."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    server: _HttpServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def handle_one(self) -> None:
        request = self._request()
        with self.server.turn:
            reply = _controlled(self.server.world, request) or self.server.world.handle(request)
        if reply.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(reply)

    do_GET = do_PUT = do_POST = do_DELETE = handle_one  # noqa: N815 - the standard library's names

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, parts.path, query, headers, self.rfile.read(length))

    def _send(self, reply: Reply) -> None:
        headers = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in reply.headers.items())
        length = b"" if reply.status == 204 else f"Content-Length: {len(reply.body)}\r\n".encode()
        self.wfile.write(b"HTTP/1.1 %d Demo\r\n%s%s\r\n%s" % (reply.status, headers, length, reply.body))

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the terminal belongs to the app."""


def _controlled(world: World, request: Request) -> Reply | None:
    """Other processes' hand on the fake: line up failures, read the log, set the player's devices."""
    if not request.path.startswith(CONTROL):
        return None
    match request.path.removeprefix(CONTROL):
        case "fault":
            query = request.query
            world.faults.add(query["kind"], int(query.get("count", 1)), query.get("path", ""), query.get("method", ""))
        case "log":
            rows = [{"at": one.at, "status": one.reply.status, **_plain(one.request)} for one in world.log]
            return as_json(rows)
        case "forget":
            world.log.clear()
            world.faults.lined_up.clear()
        case "expire":
            for grant in world.accounts.access.values():
                grant.expires_at = 0
        case "revoke":
            world.accounts.refresh.clear()
        case "idle":
            for one in world.player.devices:
                one["is_active"] = False
            world.player.is_playing = False
        case "sign-in":
            access, refresh = world.sign_in()
            return as_json({"access_token": access, "refresh_token": refresh})
        case _:
            return Reply(404)
    return as_json({"ok": True})


def _plain(request: Request) -> dict[str, Any]:
    """Without the headers, which hold tokens."""
    found = asdict(request)
    del found["headers"]
    return {**found, "body": request.body.decode(errors="replace") if request.path != "/api/token" else ""}
