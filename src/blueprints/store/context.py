"""What the shop's templates may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from blueprints.store import carts

if TYPE_CHECKING:
    from django.http import HttpRequest


def shop(request: HttpRequest) -> dict[str, Any]:
    """`cart_count`: copies in the visitor's cart, counted when a page shows it; `public_url`: of the shop."""
    return {
        "cart_count": SimpleLazyObject(lambda: carts.count(request)),
        "public_url": settings.SERVICE_CONFIG.public_url.rstrip("/"),
    }
