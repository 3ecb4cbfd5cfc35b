"""How django-allauth behaves in our services."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-up only where the service opens it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # allauth's signature
        return bool(settings.ACCOUNT_SIGNUP_OPEN)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttles count: the peer's, or what a trusted proxy reports."""
        from blueprints.web.addresses import client_address

        return client_address(request)

    def get_user_search_fields(self) -> list[Any]:
        return ["username", "email", "first_name", "last_name"]
