"""The lists of the app, each from what Spotify lists."""

from blueprints.spotify.app.listing import FetchRows, Listing, Rows
from blueprints.spotify.catalogue import PAGE, SEARCH_PAGE, Catalogue, Fetch
from blueprints.spotify.core.labels import Row, device_row, row
from blueprints.spotify.player import Player

KINDS = ("track", "artist", "album", "playlist", "show", "episode", "audiobook")
LIBRARY = {
    "playlists": "Playlists",
    "liked": "Liked songs",
    "saved": "Saved albums",
    "followed": "Followed artists",
    "recent": "Recently played",
}


class Sources:
    """Makes listings; nothing is fetched until a list wants a page."""

    def __init__(self, catalogue: Catalogue, player: Player) -> None:
        self.catalogue = catalogue
        self.player = player

    def search(self, words: str, kind: str) -> Listing:
        def fetch(start: int | str) -> Rows:
            page = self.catalogue.found(words, [kind], int(start), SEARCH_PAGE)[kind]
            return Rows([row(one) for one in page.items], page.total, page.next)

        return Listing(f"{words!r}", f"search {kind} {words}", fetch, hint=f"No {kind} found for {words!r}.")

    def library(self) -> Listing:
        rows = [Row("menu", "", "", title, "", link=link) for link, title in LIBRARY.items()]
        return Listing("Library", "library", rows=rows, next=None)

    def shelf(self, link: str) -> Listing:
        """One of the lists of the library."""
        fetches: dict[str, Fetch] = {
            "playlists": self.catalogue.playlists,
            "liked": self.catalogue.liked,
            "saved": self.catalogue.saved_albums,
            "followed": self.catalogue.followed,
            "recent": self.catalogue.recent,
        }
        return Listing(LIBRARY[link], link, _rows(fetches[link], PAGE), hint="Nothing here yet.")

    def inside(self, found: Row) -> Listing | None:
        """What Enter opens: an artist's albums, the tracks of an album or a playlist, a shelf; None for the rest."""
        if found.kind == "menu":
            return self.shelf(found.link)
        if found.kind == "artist":
            fetch = _rows(self.catalogue.albums(found.id), SEARCH_PAGE)
            return Listing(found.label, found.uri, fetch, found.uri, hint="No albums.")
        if found.kind == "album":
            name = found.label.rpartition(" (")[0] or found.label
            return Listing(name, found.uri, _rows(self.catalogue.album_tracks(found.id), PAGE), found.uri)
        if found.kind == "playlist":
            fetch = _rows(self.catalogue.playlist_items(found.id), PAGE)
            return Listing(found.label, found.uri, fetch, found.uri, hint="This playlist is empty.")
        return None

    def queue(self) -> Listing:
        def fetch(_start: int | str) -> Rows:
            found = self.player.queue()
            items = [found["currently_playing"], *found["queue"]] if found["currently_playing"] else found["queue"]
            return Rows([row(one) for one in items], len(items), None)

        return Listing("Queue", "queue", fetch, hint="The queue is empty: z adds what is selected in a list.")

    def devices(self) -> Listing:
        def fetch(_start: int | str) -> Rows:
            found = [device_row(one) for one in self.player.devices()]
            return Rows(found, len(found), None)

        return Listing("Devices", "devices", fetch, hint="No device is running: open Spotify on a device.")


def _rows(fetch: Fetch, size: int) -> FetchRows:
    def fetched(start: int | str) -> Rows:
        page = fetch(start, size)
        return Rows([row(one) for one in page.items], page.total, page.next)

    return fetched
