"""What can go wrong around a login; each message says what to run.

AuthError (4): NotLoggedIn, LoginEnded, LoginFailed (Declined), TokenRefused, BrokenTokenFile, TokenFileBusy
ConfigError (2): BadRedirect
UsageError (2): PortTaken
"""

from blueprints.errors import AuthError, ConfigError, UsageError


class NotLoggedIn(AuthError):
    """There is no token, and only a person can get one."""


class LoginEnded(AuthError):
    """The provider no longer renews this login."""


class LoginFailed(AuthError):
    """No code arrived: timeout, three bad pastes, or the provider sent an error."""


class Declined(LoginFailed):
    """The user said no on the consent page."""


class TokenRefused(AuthError):
    """The token endpoint refused; `code` is its OAuth error code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class BrokenTokenFile(AuthError):
    """The token file cannot be used and was set aside."""


class TokenFileBusy(AuthError):
    """Another process holds the token file's lock for too long."""


class BadRedirect(ConfigError):
    """A redirect address that would leak the code or that no provider accepts."""


class PortTaken(UsageError):
    """The one port that the redirect address names is in use."""
