"""Fetches pages for the open list, one at a time, out of what is kept or from Spotify."""

import asyncio
from collections.abc import Callable
from typing import Any

from blueprints.errors import AuthError, BlueprintsError, UpstreamError
from blueprints.spotify.app.listing import Listing, PageStore
from blueprints.spotify.app.network import Network
from blueprints.spotify.errors import QuotaUsedUp


class Loading:
    """`changed` is called after each page, `failed` with what went wrong; the list then says it too."""

    def __init__(
        self, network: Network, *, changed: Callable[[], Any], failed: Callable[[BlueprintsError], Any]
    ) -> None:
        self._network = network
        self._changed = changed
        self._failed = failed
        self._pages = PageStore()
        self._last_error: BlueprintsError | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def fill(self, listing: Listing, window_end: int) -> None:
        """Bring the next page if the list is to show it; pages kept from before come at once."""
        took_kept = False
        while listing.wants_page(window_end):
            start = listing.next
            page = None if start is None else self._pages.get(listing.key, start)
            if page is None:
                self._fetch(listing)
                break
            listing.add(page)
            took_kept = True
        if took_kept:
            self._changed()

    def forget(self, listing: Listing) -> None:
        """The list's pages are to be fetched again."""
        self._pages.forget(listing.key)

    def again(self, listing: Listing) -> None:
        """Try once more where an error stands."""
        listing.error = ""

    def is_worth_another_try(self) -> bool:
        """Whether what went wrong may have passed by itself."""
        return isinstance(self._last_error, UpstreamError) and not isinstance(self._last_error, QuotaUsedUp | AuthError)

    def _fetch(self, listing: Listing) -> None:
        listing.is_loading = True
        task = asyncio.ensure_future(self._fetched(listing))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._changed()

    async def _fetched(self, listing: Listing) -> None:
        start = listing.next
        assert listing.fetch is not None  # noqa: S101 - a list that wants a page has where to get it
        assert start is not None  # noqa: S101 - as above
        try:
            page = await self._network.call(listing.fetch, start)
        except BlueprintsError as error:
            self._last_error = error
            listing.error = str(error)
            self._failed(error)
        else:
            self._pages.put(listing.key, start, page)
            if listing.next == start:  # not refreshed meanwhile
                listing.add(page)
        finally:
            listing.is_loading = False
        self._changed()
