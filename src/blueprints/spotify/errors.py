"""What Spotify refuses, each in a sentence that says what to do.

BlueprintsError (1)  NotFound, PremiumRequired, PlayerRefused, HiddenItems, Forbidden
                     NoActiveDevice, NoDevice (DeviceChoice), DeviceUnknown, DeviceRefuses
UsageError (2)       BadArgument
UpstreamError (3)    RateLimited, QuotaUsedUp, Unreadable, Unavailable
AuthError (4)        MissingScope, NotListed, AppLogin, TokenRejected
"""

from typing import Any

from blueprints.errors import AuthError, BlueprintsError, UpstreamError, UsageError


class NotFound(BlueprintsError):
    """Spotify knows nothing under this id, or no hit for these words."""


class PremiumRequired(BlueprintsError):
    """Playback is for Premium accounts."""


class PlayerRefused(BlueprintsError):
    """The player refuses this command now; `reason` is Spotify's code."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class HiddenItems(BlueprintsError):
    """The items of somebody else's playlist; it can be played all the same."""


class Forbidden(BlueprintsError):
    """A 403 that says nothing more."""


class NoActiveDevice(BlueprintsError):
    """Nothing is active; the caller may wake a device and try again."""


class NoDevice(BlueprintsError):
    """No device runs, or none can be chosen without asking."""


class DeviceChoice(NoDevice):
    """More than one device could be woken; a person has to choose among `devices`."""

    def __init__(self, devices: list[dict[str, Any]]) -> None:
        names = ", ".join(one["name"] for one in devices)
        super().__init__(f"no device is active: choose one with --device: {names}")
        self.devices = devices


class DeviceUnknown(BlueprintsError):
    """No device, or more than one, answers to this name."""


class DeviceRefuses(BlueprintsError):
    """A device that Spotify lets nobody steer from afar, or that has no volume."""


class BadArgument(UsageError):
    """An argument that is not what its command reads."""


class RateLimited(UpstreamError):
    """Too many requests; another one is welcome after `seconds`."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class QuotaUsedUp(UpstreamError):
    """The developer account's quota; waiting seconds does not help."""


class Unreadable(UpstreamError):
    """A body that is not what Spotify sends."""


class Unavailable(UpstreamError):
    """A 5xx."""


class MissingScope(AuthError):
    """The login does not cover this command."""


class NotListed(AuthError):
    """The app is in development mode and its owner has not listed this user."""


class AppLogin(AuthError):
    """Client credentials act for the app, so there is no player and no library."""


class TokenRejected(AuthError):
    """401 although the token was just renewed."""
