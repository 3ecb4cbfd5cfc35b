"""Standard Webhooks signatures: HMAC-SHA256 over `id.timestamp.body`, several secrets during a rotation.

Source: the Standard Webhooks specification 1.0.0.
"""

import base64
import binascii
import hashlib
import hmac
import secrets as random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from blueprints.errors import BlueprintsError

PREFIX = "whsec_"
TOLERANCE = timedelta(seconds=300)


class BadSignature(BlueprintsError):
    """A request that no configured secret signed, or not within the tolerance."""


def new_secret() -> str:
    """A fresh signing secret of 32 random bytes."""
    return PREFIX + base64.b64encode(random.token_bytes(32)).decode()


def key_bytes(secret: str) -> bytes:
    """The decoded part of `whsec_<base64>`, 24 to 64 bytes; raises BlueprintsError, which never repeats the secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BlueprintsError("a signing secret must be whsec_ and base64") from None
    if not 24 <= len(key) <= 64:
        raise BlueprintsError(f"a signing secret holds 24 to 64 bytes, this one {len(key)}")
    return key


def sign(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one `v1,<base64>` for each secret, separated by blanks."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join("v1," + _digest(secret, content) for secret in secrets)


def headers(secrets: Iterable[str], message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(secrets, message_id, timestamp, body),
    }


def verify(
    secrets: Iterable[str], given: Mapping[str, str], body: bytes, now: datetime, tolerance: timedelta = TOLERANCE
) -> str:
    """The id of a message that one of the secrets signed at most `tolerance` from now; raises BadSignature.

    `given` is looked up by lower-case names first, then by names as Django's `request.headers` spells them.
    """
    message_id, timestamp, signatures = (_header(given, name) for name in ("id", "timestamp", "signature"))
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise BadSignature("webhook-timestamp is no Unix time")
    if abs(now.timestamp() - int(timestamp)) > tolerance.total_seconds():
        raise BadSignature("webhook-timestamp is too far from now: check both clocks")
    content = f"{message_id}.{timestamp}.".encode() + body
    offered = [text.encode() for text in signatures.split(" ")]
    expected = [("v1," + _digest(secret, content)).encode() for secret in secrets]
    matches = [hmac.compare_digest(one, other) for one in expected for other in offered]
    if not any(matches):
        raise BadSignature("no configured secret made this signature")
    return message_id


def _digest(secret: str, content: bytes) -> str:
    return base64.b64encode(hmac.new(key_bytes(secret), content, hashlib.sha256).digest()).decode()


def _header(given: Mapping[str, str], name: str) -> str:
    value = given.get(f"webhook-{name}") or given.get(f"Webhook-{name.title()}") or ""
    if not value:
        raise BadSignature(f"header webhook-{name} is missing")
    return value
