"""What Spotify lists: search, artists' albums, albums' tracks, playlists and the library, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blueprints.spotify.core import items, paging, scopes
from blueprints.spotify.core.items import Json
from blueprints.spotify.errors import Unreadable
from blueprints.spotify.web import Web

SEARCH_PAGE = 10
PAGE = 50
KINDS = ("track", "album", "artist", "playlist", "show", "episode", "audiobook")
GROUPS = ("album", "single", "compilation", "appears_on")
FETCH_TYPES = "track,episode"


@dataclass(frozen=True)
class Page:
    """`next` is where the following page starts (an offset, or a cursor), None after the last."""

    items: list[Json]
    total: int | None
    next: int | str | None


Fetch = Callable[[int | str, int], Page]
"""From a start (offset or cursor) and a number of rows to a page."""


class Catalogue:
    """Reads of lists; the shapes are those of `--json`."""

    def __init__(self, web: Web, market: str = "") -> None:
        self.web = web
        self.market = market

    def found(self, words: str, kinds: list[str], offset: int, limit: int) -> dict[str, Page]:
        """One page of hits for each kind (`limit` ≤ 10)."""
        query = {"q": words, "type": ",".join(kinds), "limit": limit, "offset": offset, "market": self.market}
        body = _object(self.web.get("/search", query, asked=f"the search for {words!r}", user=False))
        return {kind: self._hits(kind, body.get(f"{kind}s"), offset, limit) for kind in kinds}

    def _hits(self, kind: str, found: Any, offset: int, limit: int) -> Page:
        page = _page(found or {}, lambda rows: items.shaped(kind, rows), offset, limit)
        beyond = isinstance(page.next, int) and page.next > paging.LAST_SEARCH_OFFSET
        return Page(page.items, page.total, None) if beyond else page

    def albums(self, artist: str, groups: tuple[str, ...] = ()) -> Fetch:
        """Albums of an artist's id, newest first within each group; pages of at most 10."""

        def fetch(start: int | str, limit: int) -> Page:
            query = {"include_groups": ",".join(groups), "limit": limit, "offset": start, "market": self.market}
            body = self.web.get(f"/artists/{artist}/albums", query, asked=f"the artist {artist}", user=False)
            return _page(body, lambda rows: items.shaped("album", rows), start, limit)

        return fetch

    def album(self, identifier: str) -> Json:
        """An album with the first page of its tracks under `page`."""
        query = {"market": self.market}
        body = _object(self.web.get(f"/albums/{identifier}", query, asked=f"the album {identifier}", user=False))
        return {**items.album(body), "page": body.get("tracks"), "inner": items.inner_album(body)}

    def album_tracks(self, identifier: str) -> Fetch:
        """Tracks of an album; the first page comes with the album itself, whose name each track carries."""
        inner: Json = {}

        def shaped(rows: Any) -> list[Json]:
            return [{**one, "album": one["album"] or inner["album"]} for one in items.shaped("track", rows)]

        def fetch(start: int | str, limit: int) -> Page:
            if start == 0 and not inner:
                album = self.album(identifier)
                inner["album"] = album["inner"]
                if isinstance(album["page"], dict) and limit == PAGE:
                    return _page(album["page"], shaped, 0, PAGE)
            query = {"limit": limit, "offset": start, "market": self.market}
            body = self.web.get(f"/albums/{identifier}/tracks", query, asked=f"the album {identifier}", user=False)
            inner.setdefault("album", None)
            return _page(body, shaped, start, limit)

        return fetch

    def playlists(self, start: int | str, limit: int) -> Page:
        query = {"limit": limit, "offset": start}
        body = self.web.get("/me/playlists", query, asked="your playlists", scope=scopes.PLAYLISTS)
        return _page(body, lambda rows: items.shaped("playlist", rows), start, limit)

    def playlist_items(self, identifier: str) -> Fetch:
        """Rows of an own playlist; raises HiddenItems for somebody else's."""

        def fetch(start: int | str, limit: int) -> Page:
            query = {"limit": limit, "offset": start, "market": self.market, "additional_types": FETCH_TYPES}
            asked = f"the playlist {identifier}"
            body = self.web.get(f"/playlists/{identifier}/items", query, asked=asked, scope=scopes.PLAYLISTS)
            return _page(body, lambda rows: items.wrapped(rows, "item", "track"), start, limit)

        return fetch

    def liked(self, start: int | str, limit: int) -> Page:
        query = {"limit": limit, "offset": start, "market": self.market}
        body = self.web.get("/me/tracks", query, asked="your liked songs", scope=scopes.LIBRARY)
        return _page(body, lambda rows: items.wrapped(rows, "track"), start, limit)

    def saved_albums(self, start: int | str, limit: int) -> Page:
        query = {"limit": limit, "offset": start, "market": self.market}
        body = self.web.get("/me/albums", query, asked="your saved albums", scope=scopes.LIBRARY)
        return _page(
            body, lambda rows: items.shaped("album", [one.get("album") for one in items.entries(rows)]), start, limit
        )

    def followed(self, start: int | str, limit: int) -> Page:
        """`start` is the cursor of the page before, 0 for the first."""
        query = {"type": "artist", "limit": limit, "after": start or None}
        found = self.web.get("/me/following", query, asked="the artists you follow", scope=scopes.FOLLOWED)
        body = _object(_object(found).get("artists"))
        cursor = (body.get("cursors") or {}).get("after")
        return Page(items.shaped("artist", body.get("items")), paging.total_of(body), cursor or None)

    def recent(self, start: int | str, limit: int) -> Page:
        """What was played lately: one page is all that Spotify keeps."""
        query = {"limit": limit, "before": start or None}
        body = _object(
            self.web.get("/me/player/recently-played", query, asked="what was played lately", scope=scopes.RECENT)
        )
        rows = items.wrapped(body.get("items"), "track")
        return Page(rows, paging.total_of(body) or len(rows), None)


def joined(fetch: Fetch, limit: int, size: int = PAGE) -> Page:
    """The first `limit` rows out of as many pages of at most `size` as that takes."""
    rows: list[Json] = []
    start: int | str | None = 0
    total, asked = None, 0
    while start is not None and asked < limit:
        count = min(size, limit - asked)
        page = fetch(start, count)
        rows += page.items
        total, start, asked = page.total, page.next, asked + count
    return Page(rows, total, start)


def _page(found: Any, shaped: Callable[[Any], list[Json]], start: int | str, limit: int) -> Page:
    body = _object(found)
    rows = body.get("items")
    total = paging.total_of(body)
    following = paging.next_offset(int(start), limit, total, len(rows) if isinstance(rows, list) else 0)
    return Page(shaped(rows), total, following)


def _object(found: Any) -> Json:
    if not isinstance(found, dict):
        raise Unreadable("Spotify's answer is not what its documentation says: try again in a moment")
    return found
