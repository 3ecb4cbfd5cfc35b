"""Sessions, forms and accounts for the addresses that people visit.

Where only API keys open anything (`Service.keyed`), none of it runs: it would take a good part of a short request, and
a cookie cannot even by mistake count for something there.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware


def is_keyed(request: HttpRequest) -> bool:
    """Whether this address is for programs that show an API key."""
    keyed: tuple[str, ...] = settings.SERVICE.keyed
    return request.path.startswith(keyed)


class _ForPeople:
    """Steps aside where keys are shown."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if is_keyed(request) else super().__call__(request)  # type: ignore[misc]  # a mixin


class Sessions(_ForPeople, SessionMiddleware):
    pass


class Accounts(_ForPeople, AuthenticationMiddleware):
    pass


class Messages(_ForPeople, MessageMiddleware):
    pass


class Forms(_ForPeople, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, *rest: Any) -> Any:
        return None if is_keyed(request) else super().process_view(request, *rest)
