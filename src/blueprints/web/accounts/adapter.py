"""How django-allauth behaves in our services."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.contrib.sites.requests import RequestSite
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Sign-up only where the service opens it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # allauth's signature
        return bool(settings.ACCOUNT_SIGNUP_OPEN)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that throttles count: the peer's, or what a trusted proxy reports."""
        from blueprints.web.addresses import client_address

        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The mail greets in the service's name; allauth's own word is the host, which may be a number and a port."""
        site = RequestSite(current.request)
        site.name = settings.SERVICE.title
        super().send_mail(template_prefix, email, {"current_site": site, **context})

    def get_user_search_fields(self) -> list[Any]:
        return ["username", "email", "first_name", "last_name"]
