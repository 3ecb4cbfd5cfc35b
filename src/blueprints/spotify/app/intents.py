"""What Enter and P mean for a row: the body that makes Spotify play it so that the music goes on."""

from typing import Any

from blueprints.spotify.app.listing import Listing
from blueprints.spotify.core.labels import Row

CONTAINERS = ("album", "artist", "playlist", "show", "audiobook")
PLAYABLE = ("track", "episode")


def row_body(listing: Listing, row: Row) -> dict[str, Any] | None:
    """A track inside its album or playlist, or the list from it on; a container as a whole; None for other rows."""
    if row.kind in CONTAINERS:
        return {"context_uri": row.uri}
    if row.kind not in PLAYABLE or not row.uri:
        return None
    if listing.context:
        return {"context_uri": listing.context, "offset": {"uri": row.uri}}
    if listing.key.startswith("search ") and row.album_uri:
        return {"context_uri": row.album_uri, "offset": {"uri": row.uri}}
    return {"uris": listing.uris_from(row)}


def whole_body(listing: Listing) -> dict[str, Any] | None:
    """The whole open list; in a list of albums or playlists the one that is selected."""
    if listing.context:
        return {"context_uri": listing.context}
    row = listing.current
    if row and row.kind in CONTAINERS:
        return {"context_uri": row.uri}
    uris = listing.uris_from()
    return {"uris": uris} if uris else None
