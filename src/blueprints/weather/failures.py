"""What can go wrong between a question about the weather and its answer."""

from __future__ import annotations

from blueprints.errors import AuthError, BlueprintsError, UpstreamError


class ProviderFailed(UpstreamError):
    """One provider has no answer; the message is the reason, without the provider's name."""


class NotFound(ProviderFailed):
    """The provider answers 404."""


class Refused(ProviderFailed):
    """The provider answers 401 or 403."""


class Held(ProviderFailed):
    """The provider asked for a pause, which is kept."""


class KeyRefused(AuthError):
    """The key of a provider is refused. Names the setting, never the key."""


class UnknownPlace(BlueprintsError):
    """No such place."""


class NotCovered(BlueprintsError):
    """The named provider has nothing about that place."""


class NoBrowser(BlueprintsError):
    """A page needs a browser and there is none."""


class NoAnswer(UpstreamError):
    """Nobody answered and nothing was stored."""
