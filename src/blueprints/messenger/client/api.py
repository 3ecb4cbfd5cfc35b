"""Requests to a messenger: the list, the rooms, one post."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from blueprints import http
from blueprints.errors import AuthError, BlueprintsError, UpstreamError, UsageError
from blueprints.web.client import told
from blueprints.web.client.reach import reaching

if TYPE_CHECKING:
    import httpx

NAME = "messenger"
TRIES = 4
LONGEST_WAIT_S = 10.0
REFUSED = (401, 403)
PASSING = (429, 502, 503, 504)


class Api:
    """Raises UpstreamError where the server is away, AuthError where it refuses, BlueprintsError for the rest."""

    def __init__(self, base_url: str, key: str = "") -> None:
        self.http = http.client(NAME, base_url=base_url)
        self.key = key

    def rooms(self) -> list[dict[str, Any]]:
        with reaching(NAME):
            answer = self.http.get("/rooms")
        found: list[dict[str, Any]] = self._json(answer)["rooms"]
        return found

    def page(self, room: str, **query: Any) -> dict[str, Any]:
        """The list of a room as the API gives it."""
        with reaching(NAME):
            answer = self.http.get("/messages", params={"room": room, **query})
        found: dict[str, Any] = self._json(answer)
        return found

    def post(self, text: str, room: str, lifetime_ms: int | None, client_id: str | None) -> dict[str, Any]:
        """The message, posted once: what is tried again carries the same id."""
        if not self.key:
            raise UsageError(
                "no API key: make one on the messenger's page API keys and set messenger.client.api_key "
                "(BLUEPRINTS_MESSENGER__CLIENT__API_KEY)"
            )
        body = {"message": text, "room": room, "lifetime": lifetime_ms, "client_id": client_id or uuid4().hex}
        with reaching(NAME):
            answer = self._tried(body)
        message: dict[str, Any] = self._json(answer)
        return message

    def _tried(self, body: dict[str, Any]) -> httpx.Response:
        """The answer to the last of several tries."""
        for tries_left in range(TRIES - 1, -1, -1):
            try:
                answer = self.http.post("/messages", json=body, headers={"Authorization": f"Bearer {self.key}"})
            except UpstreamError:
                if not tries_left:
                    raise
                time.sleep(http.jittered(0.5))
                continue
            wait_s = http.retry_after_s(answer) or 1.0
            if answer.status_code not in PASSING or not tries_left or wait_s > LONGEST_WAIT_S:
                return answer
            time.sleep(wait_s)
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _json(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            return http.json_exact(answer, NAME)
        raise refusal(answer.status_code, _detail(answer))


def refusal(status: int, detail: str) -> BlueprintsError:
    """What an answer of the messenger means to the command."""
    if status in REFUSED:
        return AuthError(f"the messenger refuses: {detail}")
    if status >= 500:
        return UpstreamError(f"the messenger cannot: {detail}")
    return BlueprintsError(f"the messenger says: {detail}")


def _detail(answer: httpx.Response) -> str:
    return told.detail(answer.content, f"{answer.status_code} {answer.reason_phrase}")
