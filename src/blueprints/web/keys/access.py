"""Checking the key of a request."""

import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from blueprints import clock
from blueprints.web import plain
from blueprints.web.database import stored
from blueprints.web.keys import secret
from blueprints.web.keys.models import Key
from blueprints.web.problems import Problem

FIND = """
SELECT k.id, k.client_id, c.name, k.scopes FROM keys_key k JOIN keys_client c ON c.id = k.client_id
WHERE k.digest = %s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %s)
"""
"""Asked on every request: building the same through the ORM takes longer than the database does."""
NOTED_EVERY = timedelta(minutes=1)
_noted: dict[int, Any] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Caller:
    """The client behind a request."""

    client: str
    client_id: int
    key_id: int
    scopes: frozenset[str]


class Scope:
    """A check for django-ninja's `auth=`: the request carries a valid key with this scope. Gives the Caller."""

    openapi_type = "apiKey"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.openapi_name = "key"
        self.openapi_security_schema = {"type": "apiKey", "in": "header", "name": "X-API-Key"}

    def __call__(self, request: HttpRequest) -> Caller:
        return authenticate(request, self.scope)


def authenticate(request: HttpRequest, scope: str) -> Caller:
    """Who calls; raises a 401 problem without a valid key, 403 when the key lacks the scope."""
    caller = _caller(_given(request))
    if scope not in caller.scopes:
        raise Problem(403, "scope-missing", f"This key lacks the scope {scope}.")
    return caller


def _given(request: HttpRequest) -> str:
    kind, _, text = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if kind.lower() in ("token", "bearer") and text.strip():
        return text.strip()
    return str(request.META.get("HTTP_X_API_KEY", "")).strip()


def _caller(text: str) -> Caller:
    if not text:
        raise _refused("An API key is needed: Authorization: Token <key>.")
    now = clock.now()
    row = plain.execute(FIND, [secret.digest(text), stored(now)]).fetchone()
    if row is None:
        raise _refused("This API key is not valid.")
    key_id, client_id, client, scopes = row
    _note_use(key_id, now)
    return Caller(client, client_id, key_id, frozenset(json.loads(scopes) if isinstance(scopes, str) else scopes))


def _refused(detail: str) -> Problem:
    return Problem(401, "not-authenticated", detail, headers={"WWW-Authenticate": "Token"})


def _note_use(key_id: int, now: Any) -> None:
    """Remember when a key was last used, at most once a minute per process: not worth a write on each request."""
    with _lock:
        last = _noted.get(key_id)
        if last is not None and timedelta() <= now - last < NOTED_EVERY:
            return
        _noted[key_id] = now
    Key.objects.filter(pk=key_id).update(last_used_at=now)


def forget_uses() -> None:
    """Note the next use of every key anew, as after a restart."""
    with _lock:
        _noted.clear()
