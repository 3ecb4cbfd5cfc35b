"""What search engines ask for."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blueprints.store import events, listing
from blueprints.store.core import folding

PER_FILE = 50_000
"""The most addresses that a sitemap may hold."""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What may be visited."""
    private = (
        "/accounts/",
        "/admin/",
        "/alerts/",
        "/api/",
        "/cart/",
        "/checkout/",
        "/my-orders/",
        "/search/",
        "/wishlist/",
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in private),
        "",
        f"Sitemap: {events.address('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All games; an index of parts where one file cannot hold them."""
    count = listing.on_sale().count()
    parts = -(-count // PER_FILE)
    if parts <= 1:
        return _part(request, 0)
    addresses = [events.address(f"/sitemap-{number}.xml") for number in range(1, parts + 1)]
    return render(request, "store/sitemap_index.xml", {"addresses": addresses}, content_type="application/xml")


@require_safe
def sitemap_part(request: HttpRequest, number: str) -> HttpResponse:
    """A part of a large sitemap."""
    return _part(request, int(number) - 1)


def _part(request: HttpRequest, part: int) -> HttpResponse:
    rows = listing.on_sale().order_by("pk").values_list("pk", "name", "price_updated_at")
    chosen = list(rows[part * PER_FILE : (part + 1) * PER_FILE])
    if part and not chosen:
        raise Http404
    base = settings.SERVICE_CONFIG.public_url.rstrip("/")
    games = [(f"{base}/games/{pk}-{folding.slug(name)}/", changed) for pk, name, changed in chosen]
    return render(request, "store/sitemap.xml", {"games": games, "home": f"{base}/"}, content_type="application/xml")
