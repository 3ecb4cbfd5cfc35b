"""Numbers for checkouts that only this shop can have made, and only for one cart."""

import hashlib
import hmac
import uuid

_RANDOM_BYTES = 8


def ticket(secret: bytes, cart: int, random: bytes) -> uuid.UUID:
    """A UUID whose second half proves that it was made for `cart`; `random`: 8 fresh bytes."""
    return uuid.UUID(bytes=random + _proof(secret, cart, random))


def made_for(secret: bytes, cart: int, number: uuid.UUID) -> bool:
    """Whether `number` is a ticket for `cart`."""
    random, proof = number.bytes[:_RANDOM_BYTES], number.bytes[_RANDOM_BYTES:]
    return hmac.compare_digest(proof, _proof(secret, cart, random))


def _proof(secret: bytes, cart: int, random: bytes) -> bytes:
    return hmac.new(secret, b"checkout:%d:" % cart + random, hashlib.sha256).digest()[:8]
