"""How passwords are hashed and how long they may be."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

_turns = threading.BoundedSemaphore(2)
"""Two hashes at once per process: each takes 19 MiB and a core, and log-ins must not starve everything else."""


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, 2 passes, 1 lane. Source: OWASP Password Storage Cheat Sheet."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turns:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turns:
            return bool(super().verify(password, encoded))


class MaximumLength:
    """At most 128 characters, so that hashing cannot be made slow by long passwords."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:  # Django's signature
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return f"Your password can have at most {self.max_length} characters."
