"""Pages that are the same for every visitor without a cookie, kept until something in the shop changes.

What such a page shows depends on its address and on the state of the catalogue alone, except for the token in its
forms, which is put in anew each time. Every change of the catalogue, of a price or of a stock label changes the
catalogue's version, so a page is never shown after what it tells has changed.
"""

from __future__ import annotations

import zlib
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from blueprints.store import csrf, versions

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 16 * 2**20
LONGEST_ADDRESS = 160
PLACE = "first:place-of-the-token"

_pages: versions.Remembered[bytes] = versions.Remembered(MOST_BYTES, weigh=len)


class _NotTheSame(Exception):
    """An answer that is not kept: a redirect, or a page that something is wrong with."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer


def remembered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer visitors without a cookie from memory; searches and everybody else are answered by the view."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.get_full_path()
        if not _is_same_for_all(request, address):
            return view(request, *args, **kwargs)
        try:
            kept = _pages.get(
                versions.shown(request), address, lambda: _made(request, lambda: view(request, *args, **kwargs))
            )
        except _NotTheSame as error:
            error.answer.content = _with_token(error.answer.content)
            return error.answer
        return HttpResponse(_with_token(zlib.decompress(kept)))

    return answered


def _is_same_for_all(request: HttpRequest, address: str) -> bool:
    """Whether the answer depends on nothing but the address; texts that are searched for are too many to keep."""
    return (
        request.method == "GET"
        and csrf.is_stranger(request)
        and len(address) <= LONGEST_ADDRESS
        and "q" not in request.GET
        and "HX-Request" not in request.headers
    )


def _made(request: HttpRequest, make: Callable[[], HttpResponse]) -> bytes:
    csrf.mark_place(request, PLACE)
    answer = make()
    if answer.status_code != 200:
        raise _NotTheSame(answer)
    return zlib.compress(answer.content, 1)


def _with_token(page: bytes) -> bytes:
    return page.replace(PLACE.encode(), csrf.stranger_token().encode())
