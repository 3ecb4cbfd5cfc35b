"""Claiming a key inside the caller's transaction.

Two requests with one key meet at the unique index: on PostgreSQL the second waits there for the first to commit, on
SQLite it waits for the write lock. Whoever comes second finds the first one's answer. A transaction that is rolled back
takes its claim with it, so a refused request leaves no key behind.
"""

import hashlib
import json
import re
from typing import Any

from django.db import connection

from blueprints import clock
from blueprints.web.database import stored
from blueprints.web.idempotency.models import Claim
from blueprints.web.problems import Problem

LONGEST = 255
VISIBLE = re.compile(rf"[!-~]{{1,{LONGEST}}}")
INSERT = """
INSERT INTO idempotency_claim (namespace, key, digest, status, body, subject, voided, created_at)
VALUES (%s, %s, %s, 0, '', '', %s, %s) ON CONFLICT (namespace, key) DO NOTHING
"""


def valid(key: str | None, *, required: bool = True) -> str | None:
    """The key of the header, checked; raises a 400 problem."""
    if key is None:
        if required:
            raise Problem(
                400, "key-missing", "The header Idempotency-Key is needed: any text that is new for each order."
            )
        return None
    if not VISIBLE.fullmatch(key):
        raise Problem(400, "key-invalid", f"Idempotency-Key has 1 to {LONGEST} visible ASCII characters.")
    return key


def digest(request: Any) -> str:
    """SHA-256 of a request in one canonical spelling: key order and white space do not matter."""
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def claim(namespace: str, key: str, request_digest: str) -> Claim | None:
    """None when the key is new and now claimed, else the former claim with its answer.

    Call it inside `database.writing()`. Raises 422 when the key stood for another request, 409 when it is voided.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [namespace, key, request_digest, False, stored(clock.now())])
        if cursor.rowcount == 1:
            return None
    return former(Claim.objects.get(namespace=namespace, key=key), request_digest)


def former(found: Claim, request_digest: str) -> Claim:
    """The claim, if it may be answered again for this request."""
    if found.voided:
        raise Problem(409, "key-voided", "This Idempotency-Key was voided: nothing will be made for it.")
    if found.digest != request_digest:
        raise Problem(422, "key-reused", "This Idempotency-Key was used for another request.")
    return found


def fill(namespace: str, key: str, status: int, body: str, subject: str) -> None:
    """Keep the answer with the key, in the same transaction as the claim."""
    Claim.objects.filter(namespace=namespace, key=key).update(status=status, body=body, subject=subject)
