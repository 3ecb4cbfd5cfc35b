"""The loopback address that the browser is sent back to: one request with the right state, everything else refused."""

import hmac
import html
import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from blueprints.auth.core import Redirect
from blueprints.auth.errors import LoginFailed, PortTaken

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<body style="font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem">
<h1 style="font-size:1.4rem">{title}</h1><p>{text}</p></body></html>
"""
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",  # the address of the page holds the code
    "Cache-Control": "no-store",
    "Connection": "close",
}


class Callback:
    """A server on the redirect's address while the context is open; `uri` carries the port that was really bound.

    Raises PortTaken when the redirect, or `port`, names a port in use.
    """

    def __init__(self, name: str, redirect: Redirect, state: str, port: int = 0) -> None:
        self.name = name
        self.state = state
        self.path = redirect.path
        self.params: dict[str, str] = {}
        self._arrived = threading.Event()
        self._first = threading.Lock()
        self._server = _listening(redirect.host, redirect.port or port, self)
        self.uri = redirect.on(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "Callback":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, timeout_s: float) -> dict[str, str]:
        """The query of the one good callback (`code`, or `error`). Raises LoginFailed at the timeout."""
        if not self._arrived.wait(timeout_s):
            raise LoginFailed(f"no answer from the browser within {timeout_s:.0f} s; nothing was stored")
        return self.params

    def take(self, params: dict[str, str]) -> tuple[HTTPStatus, str, str]:
        """Judge one callback: the status, title and (unescaped) text of its page."""
        if not hmac.compare_digest(params.get("state", "").encode(), self.state.encode()):
            return HTTPStatus.BAD_REQUEST, "Refused", "This is not the answer to the login that is under way."
        if not self._first.acquire(blocking=False):
            return HTTPStatus.BAD_REQUEST, "Refused", "This login was answered already."
        if not params.get("code") and not params.get("error"):
            self._first.release()
            return HTTPStatus.BAD_REQUEST, "Refused", "The answer holds neither a code nor an error."
        self.params = params
        self._arrived.set()
        if "error" not in params:
            return HTTPStatus.OK, "Done", f"{self.name} let you in. Go back to the terminal; this page may be closed."
        if params["error"] == "access_denied":
            return HTTPStatus.OK, "You declined", f"You declined the request of {self.name}; nothing was stored."
        return HTTPStatus.OK, "Not logged in", f"{self.name} answered: {params['error'][:100]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], callback: Callback) -> None:
        self.callback = callback
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Without the look-up of the machine's name that the standard server makes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news, and a traceback would show the code."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 5  # seconds for a client that connects and says nothing
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path != self.server.callback.path:
            self._page(HTTPStatus.NOT_FOUND, "Not here", "Only the login's callback is served here.")
            return
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._page(*self.server.callback.take(params))

    def _page(self, status: HTTPStatus, title: str, text: str) -> None:
        body = PAGE.format(title=html.escape(title), text=html.escape(text)).encode()
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the request line holds the code."""


def _listening(host: str, port: int, callback: Callback) -> _Server:
    try:
        return _Server((host, port), callback)
    except OSError as error:
        raise PortTaken(
            f"port {port} of {host} cannot be used for the login's callback ({error.strerror}): "
            "end what uses it, or register a redirect address without a port"
        ) from error
