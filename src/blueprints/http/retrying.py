"""When a request is tried again, and after which pause."""

import random

import httpx
from httpx_retries import Retry

RETRIED = (502, 503, 504, 429)
LONGEST_PAUSE_S = 10.0
"""A Retry-After beyond this is not waited for; the caller learns of it instead."""


class LongPause(Exception):
    """The upstream asks for more patience than a retry may have."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Patience(Retry):
    """httpx-retries' rules, except that a long Retry-After ends the attempt instead of being cut short."""

    def sleep(self, response: httpx.Response | Exception) -> None:
        self._refuse_long_pause(response)
        super().sleep(response)

    async def asleep(self, response: httpx.Response | Exception) -> None:
        self._refuse_long_pause(response)
        await super().asleep(response)

    def _refuse_long_pause(self, response: httpx.Response | Exception) -> None:
        seconds = retry_after_s(response) if isinstance(response, httpx.Response) else None
        if seconds is not None and seconds > LONGEST_PAUSE_S:
            raise LongPause(seconds)


def patience(retries: int) -> Retry:
    """The rules for so many further attempts."""
    return Patience(
        total=retries,
        allowed_methods=("GET", "HEAD", "PUT", "DELETE", "OPTIONS"),
        status_forcelist=RETRIED,
        backoff_factor=0.25,
        max_backoff_wait=LONGEST_PAUSE_S,
        total_timeout=2 * LONGEST_PAUSE_S,
    )


def retry_after_s(response: httpx.Response) -> float | None:
    """Seconds that Retry-After asks for, from now; None without one that can be read."""
    text = response.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return Patience().parse_retry_after(text)
    except ValueError:
        return None


def jittered(seconds: float, share: float = 0.2) -> float:
    """Seconds moved by up to ± `share`, so that many clients do not come back at once."""
    return seconds * random.uniform(1 - share, 1 + share)  # noqa: S311 - spreads load, protects nothing
