"""What can be wrong with a conversion, each with the exit code of its kind."""

from blueprints.errors import AuthError, BlueprintsError, UpstreamError, UsageError


class BadAmount(UsageError):
    """The text is not an amount."""


class BadDay(UsageError):
    """The text is not a day, or it lies in the future."""


class UnknownCurrency(UsageError):
    """Nobody knows the code."""


class RateNotFound(BlueprintsError):
    """No published rate answers the question, and none may be guessed."""


class Unreadable(UpstreamError):
    """The answer of a source is not a rate file; nothing of it may be stored."""


class KeyMissing(AuthError):
    """A source wants a key, and no setting holds one."""


class KeyRefused(AuthError):
    """A source does not take the key, or not for this."""


class QuotaUsedUp(UpstreamError):
    """A source gives no more answers for a while."""


class StoreFailed(BlueprintsError):
    """The store cannot be reached, read or written."""
