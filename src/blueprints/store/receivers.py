"""What happens in the shop when something happens elsewhere."""

from __future__ import annotations

from typing import Any


def connect() -> None:
    """Bring a guest's cart along at log-in."""
    from django.contrib.auth.signals import user_logged_in

    user_logged_in.connect(_logged_in, dispatch_uid="store.merge-carts")


def _logged_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    from django.contrib import messages

    from blueprints.store import carts

    if request is None or not hasattr(request, "session"):
        return
    number = request.session.pop(carts.SESSION_KEY, None)
    for notice in carts.merge(number, user):
        messages.warning(request, notice)
