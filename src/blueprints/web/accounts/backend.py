"""Who somebody is, by name or address and password."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth carries no types
    """Checks a password once for an account, as for names that nobody has.

    What is typed is tried as a name and as an address. An address that somebody has would be hashed twice, one that
    nobody has once: the time would tell which is which.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:
        self._found: dict[Any, Any] = {}
        return super().authenticate(request, **credentials)

    def _check_password(self, user: Any, password: str) -> Any:
        if user is None:
            return None
        if user.pk not in self._found:
            self._found[user.pk] = super()._check_password(user, password)
        return self._found[user.pk]
