"""A token endpoint on loopback that counts what it is asked and answers what a test lines up."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """Grants `access-1`, `access-2`, …; `answers` (status, body) go first."""

    url: str = ""
    answers: list[tuple[int, Any]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    rotates: bool = True

    def answer(self, fields: dict[str, str]) -> tuple[int, Any]:
        self.requests.append(fields)
        if self.answers:
            return self.answers.pop(0)
        number = len(self.requests)
        body = {"access_token": f"access-{number}", "token_type": "Bearer", "expires_in": 3600}
        if fields["grant_type"] != "client_credentials" and self.rotates:
            body["refresh_token"] = f"refresh-{number}"
        return 200, body


@contextmanager
def serving() -> Iterator[TokenServer]:
    tokens = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body).items()}
            if "Authorization" in self.headers:
                fields["authorization"] = self.headers["Authorization"]
            status, answer = tokens.answer(fields)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tokens.url = f"http://127.0.0.1:{server.server_port}/token"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield tokens
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
