"""Search and lists."""

from typing import Any

import click

from blueprints import config, output
from blueprints.spotify.catalogue import GROUPS, SEARCH_PAGE, Page, joined
from blueprints.spotify.commands.options import KINDS, as_json, opened
from blueprints.spotify.config import SpotifyConfig
from blueprints.spotify.core import labels, links
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.paging import LAST_SEARCH_OFFSET
from blueprints.spotify.errors import BadArgument, HiddenItems, NotFound
from blueprints.spotify.remote import Remote

HEADINGS = {
    "track": ("Track", "Artists"),
    "episode": ("Episode", "Show"),
    "album": ("Album", "Year and artists"),
    "artist": ("Artist", ""),
    "playlist": ("Playlist", "Owner"),
    "show": ("Show", "Publisher"),
    "audiobook": ("Audiobook", "Publisher"),
}


@click.command(epilog="Example: blueprints spotify search hot water music --type artist")
@click.argument("words", nargs=-1)
@click.option("--type", "kinds", type=click.Choice(KINDS), multiple=True, default=["track"], help="May be repeated.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Hits of each type.")
@click.option("--offset", type=click.IntRange(0, 1000), default=0, show_default=True, help="Hits to leave out.")
@config.options(SpotifyConfig, "market")
@as_json
def search(
    words: tuple[str, ...], kinds: tuple[str, ...], limit: int, offset: int, market: str | None, as_json: bool
) -> None:
    """Search the catalogue."""
    query = checked_words(words)
    pages = search_pages(opened(market=market), query, list(dict.fromkeys(kinds)), limit, offset)
    if as_json:
        results = {kind: {"total": page.total, "items": page.items} for kind, page in pages.items()}
        output.json({"query": query, "offset": offset, "results": results})
        return
    for kind, page in pages.items():
        show(page, kind)


def checked_words(words: tuple[str, ...]) -> str:
    query = " ".join(words).strip()
    if not query:
        raise BadArgument("WORDS: say what to search for, e.g. `blueprints spotify search hot water music`")
    return query


def search_pages(remote: Remote, query: str, kinds: list[str], limit: int, offset: int = 0) -> dict[str, Page]:
    """`limit` hits of each kind, joined out of pages of at most 10."""
    found: dict[str, Page] = {kind: Page([], None, offset) for kind in kinds}
    for start in range(offset, min(offset + limit, LAST_SEARCH_OFFSET + 1), SEARCH_PAGE):
        wanted = [kind for kind in kinds if found[kind].next is not None]
        if not wanted:
            break
        count = min(SEARCH_PAGE, offset + limit - start)
        for kind, page in remote.catalogue.found(query, wanted, start, count).items():
            found[kind] = Page(found[kind].items + page.items, page.total, page.next)
    return found


def first_hit(remote: Remote, words: str, kind: str) -> Json:
    """The first hit for words, named on stderr with how many there are; raises NotFound without one."""
    page = remote.catalogue.found(words, [kind], 0, SEARCH_PAGE)[kind]
    if not page.items:
        raise NotFound(f"no {kind} found for {words!r}")
    hit = page.items[0]
    row = labels.row(hit)
    by = f" by {row.detail}" if row.detail and kind == "track" else ""
    output.notice(f"{kind.capitalize()}: {row.label}{by}, the first of {page.total} hits ({hit['uri']})")
    return hit


@click.command(epilog="Example: blueprints spotify albums hot water music --group album")
@click.argument("artist", nargs=-1, required=True)
@click.option("--group", "groups", type=click.Choice(GROUPS), multiple=True, help="May be repeated.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Albums to list.")
@as_json
def albums(artist: tuple[str, ...], groups: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List an artist's albums; ARTIST is an id, URI, link or words."""
    remote = opened()
    identifier = _identifier(remote, " ".join(artist), "artist")
    page = joined(remote.catalogue.albums(identifier, groups), limit, SEARCH_PAGE)
    listed(page, "album", as_json)


def _identifier(remote: Remote, text: str, kind: str) -> str:
    link = links.by_id(text, kind)
    if link and link.kind != kind:
        raise BadArgument(f"{text!r} is not of the kind {kind}, but {link.kind}")
    return link.id if link else str(first_hit(remote, text, kind)["id"])


@click.command(epilog="Example: blueprints spotify tracks liked --limit 20")
@click.argument("what", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Tracks to list.")
@as_json
def tracks(what: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List tracks; WHAT is an album or playlist (id, URI, link, words), `liked` or `recent`."""
    listed(_tracks(opened(), " ".join(what), limit), "track", as_json)


def _tracks(remote: Remote, text: str, limit: int) -> Page:
    if text in ("liked", "recent"):
        return joined(remote.catalogue.liked if text == "liked" else remote.catalogue.recent, limit)
    link = links.by_id(text, "album")
    if link and link.kind == "playlist":
        return _playlist(remote, link, limit)
    if link and link.kind != "album":
        raise BadArgument(f"{text!r} has no tracks to list: give an album, a playlist, `liked` or `recent`")
    identifier = link.id if link else str(first_hit(remote, text, "album")["id"])
    page = joined(remote.catalogue.album_tracks(identifier), max(limit, 50))
    return Page(page.items[:limit], page.total, page.next)


def _playlist(remote: Remote, link: links.Link, limit: int) -> Page:
    try:
        return joined(remote.catalogue.playlist_items(link.id), limit)
    except HiddenItems as error:
        raise HiddenItems(f"{error}; play it: `blueprints spotify play {link.uri}`") from error


@click.command(epilog="Example: blueprints spotify playlists --json")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Playlists to list.")
@as_json
def playlists(limit: int, as_json: bool) -> None:
    """List your own and followed playlists."""
    listed(joined(opened().catalogue.playlists, limit), "playlist", as_json)


def listed(page: Page, kind: str, as_json: bool) -> None:
    if as_json:
        output.json({"total": page.total, "offset": 0, "items": page.items})
    else:
        show(page, kind)


def show(page: Page, kind: str) -> None:
    """A table of label, detail and URI; how many more there are goes to stderr."""
    rows: list[list[Any]] = [[row.label, row.detail, row.uri] for row in map(labels.row, page.items)]
    first, second = HEADINGS[kind]
    output.table(rows, [first, second, "URI"], empty=f"No {kind} found.")
    if page.total is not None and page.total > len(rows) > 0:
        output.notice(f"{len(rows)} of {page.total}")
