"""How django-allauth behaves in the messenger."""

import logging
from typing import Any

from django.http import HttpRequest

from blueprints.web.accounts.adapter import Adapter as Shared

BAD = "Bad log in"
log = logging.getLogger(__name__)


class Adapter(Shared):
    """Says `Bad log in` whatever the reason; the log has the reason, never the address."""

    error_messages = Shared.error_messages | {
        "email_password_mismatch": BAD,
        "username_password_mismatch": BAD,
        "account_inactive": BAD,
        "too_many_login_attempts": f"{BAD}: too many attempts, wait a few minutes.",
        "email_taken": "This address cannot be used here. Choose another, or log in.",
    }

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:  # allauth's signature
        """The row has its name from the beginning: one that could not have it would be an account without."""
        user.display_name = form.cleaned_data.get("display_name")
        return super().save_user(request, user, form, commit)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        from blueprints.web.accounts.models import User

        user = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        reason = "unknown address" if user is None else "inactive account" if not user.is_active else "wrong password"
        log.warning("log-in failed: %s%s", reason, f", account {user.pk}" if user else "")
        super().authentication_failed(request, **credentials)
