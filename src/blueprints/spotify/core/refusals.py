"""Spotify's answers other than success, as one of our errors."""

import json
from dataclasses import dataclass
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.spotify.errors import (
    Forbidden,
    HiddenItems,
    MissingScope,
    NoActiveDevice,
    NotFound,
    NotListed,
    PlayerRefused,
    PremiumRequired,
    QuotaUsedUp,
    RateLimited,
    TokenRejected,
    Unavailable,
)

DASHBOARD = "https://developer.spotify.com/dashboard"
PLAYER = {
    "NO_PREV_TRACK": "there is no previous track",
    "NO_NEXT_TRACK": "there is no next track",
    "ALREADY_PAUSED": "it is paused already",
    "NOT_PAUSED": "it is playing already",
    "DEVICE_NOT_CONTROLLABLE": "this device cannot be steered from afar",
    "VOLUME_CONTROL_DISALLOW": "this device has no volume control",
    "UNKNOWN": "it gives no reason",
}


@dataclass(frozen=True)
class Answer:
    """What is needed of a response to judge it."""

    status: int
    body: str
    path: str
    """Path below the API's base, without query."""
    asked: str
    """What the user asked for, to be named in messages."""
    scope: str = ""
    """The scope that this call needs."""
    retry_after_s: float | None = None


def refusal(answer: Answer, at: str = "") -> BlueprintsError:
    """The error for an answer that is no success; `at` is the time of day when a rate limit ends."""
    message, reason = _told(answer.body)
    if answer.status == 429:
        return _too_many(answer, reason, at)
    if answer.status == 403:
        return _forbidden(answer, message, reason)
    if answer.status == 404:
        return _missing(answer, message, reason)
    if answer.status == 400:
        return NotFound(f"Spotify does not accept {answer.asked}: check the id or the value")
    if answer.status == 401:
        return TokenRejected("Spotify refuses the login's token: run `blueprints spotify login`")
    return Unavailable(f"Spotify answers {answer.status}: try again in a moment")


def _told(body: str) -> tuple[str, str]:
    """Message and reason of an error body; some are plain text."""
    try:
        error: Any = json.loads(body).get("error")
    except (ValueError, AttributeError):
        return body[:300], ""
    if not isinstance(error, dict):
        return str(error or ""), ""
    return str(error.get("message") or ""), str(error.get("reason") or "")


def _too_many(answer: Answer, reason: str, at: str) -> BlueprintsError:
    if reason == "QUOTA_EXCEEDED":
        return QuotaUsedUp(
            "the quota of your developer account is used up; waiting seconds does not help; "
            f"{DASHBOARD} says when it is renewed"
        )
    seconds = answer.retry_after_s or 0.0
    return RateLimited(f"Spotify limits the rate of requests: again at {at}", seconds)


def _forbidden(answer: Answer, message: str, reason: str) -> BlueprintsError:
    text = message.lower()
    if reason == "PREMIUM_REQUIRED":
        return PremiumRequired("playback needs Spotify Premium; searching and browsing work without")
    if "scope" in text:
        return missing_scope(answer.scope)
    if "registered" in text or "developer dashboard" in text:
        return NotListed(
            "this account is not listed in the app: its owner adds it under "
            f"{DASHBOARD} → the app → Settings → User Management"
        )
    if answer.path.startswith("/me/player"):
        return PlayerRefused(f"the player refuses this now: {_why(reason, message)}", reason or "UNKNOWN")
    if answer.path.startswith("/playlists/") and answer.path.endswith("/items"):
        return HiddenItems(
            f"Spotify hides the items of {answer.asked} from all but its owner: it can be played, not listed"
        )
    return Forbidden(f"Spotify forbids {answer.asked}")


def _why(reason: str, message: str) -> str:
    known = PLAYER.get(reason)
    if known:
        return f"{known} ({reason})"
    return reason or message.strip().rstrip(".")[:100] or "it gives no reason"


def missing_scope(scope: str) -> BlueprintsError:
    return MissingScope(
        f"the login lacks the scope {scope or 'that this needs'}: "
        "add it to spotify.scopes if it is not there, then run `blueprints spotify login`"
    )


def _missing(answer: Answer, message: str, reason: str) -> BlueprintsError:
    if reason == "NO_ACTIVE_DEVICE" or (answer.path.startswith("/me/player") and "device" in message.lower()):
        return NoActiveDevice("no device is active")
    return NotFound(f"Spotify knows nothing of {answer.asked}")
