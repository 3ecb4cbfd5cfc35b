"""A list as far as it is loaded: its rows, where the next page starts, and where the user is in it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from blueprints.spotify.core.labels import Row
from blueprints.spotify.core.paging import wants_page

MOST_PAGES = 500
MOST_URIS = 100
"""Tracks of a plain list that are sent to be played."""


@dataclass(frozen=True)
class Rows:
    """A page as the lists keep it; `next` is where the following one starts."""

    rows: list[Row]
    total: int | None
    next: int | str | None


FetchRows = Callable[[int | str], Rows]


@dataclass
class Listing:
    """`key` names the list among the pages kept; `context` is the URI under which Spotify plays it as a whole."""

    title: str
    key: str
    fetch: FetchRows | None = None
    context: str = ""
    rows: list[Row] = field(default_factory=list)
    total: int | None = None
    next: int | str | None = 0
    hint: str = ""
    """What stands in an empty list."""
    error: str = ""
    is_loading: bool = False
    cursor: int = 0
    top: int = 0
    pattern: str = ""
    _matches: list[Row] = field(default_factory=list)

    @property
    def shown(self) -> list[Row]:
        """The rows on screen: all that are loaded, or those that match the filter."""
        return self._matches if self.pattern else self.rows

    @property
    def current(self) -> Row | None:
        return self.shown[self.cursor] if 0 <= self.cursor < len(self.shown) else None

    @property
    def has_more(self) -> bool:
        return self.fetch is not None and self.next is not None

    def filter(self, pattern: str) -> None:
        """Show only rows that contain `pattern`, in label or detail, whatever the case."""
        self.pattern = pattern.casefold()
        self._matches = self._matching(self.rows)
        self.cursor = self.top = 0

    def _matching(self, rows: list[Row]) -> list[Row]:
        return [row for row in rows if self.pattern in f"{row.label} {row.detail}".casefold()] if self.pattern else []

    def wants_page(self, window_end: int) -> bool:
        if not self.has_more or self.is_loading or self.error:
            return False
        return wants_page(len(self.shown), window_end, self.cursor) and not (self.pattern and self._matches)

    def add(self, page: Rows) -> None:
        self.rows.extend(page.rows)
        self._matches.extend(self._matching(page.rows))
        self.total, self.next = page.total, page.next

    def forget(self) -> None:
        """Back to nothing loaded; the place in the list stays if the rows come again."""
        self.rows, self._matches, self.total, self.next, self.error = [], [], None, 0, ""

    def count_text(self) -> str:
        """`30 of 918`; with a filter how many of the loaded rows match, and whether there are more."""
        if self.pattern:
            more = ", more not loaded" if self.has_more else ""
            return f"{len(self._matches)} of {len(self.rows)} loaded match{more}"
        if self.fetch is None and not self.total:
            return ""
        if self.total is None:
            return f"{len(self.rows)}" if self.rows else ""
        return f"{min(len(self.rows), self.total)} of {self.total}"

    def uris_from(self, row: Row | None = None) -> list[str]:
        """Up to 100 playable URIs, from `row` on."""
        rows = self.shown[self.shown.index(row) :] if row else self.shown
        return [one.uri for one in rows if one.kind in ("track", "episode") and one.uri][:MOST_URIS]


class PageStore:
    """Pages of this run, the 500 used last."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, int | str], Rows] = OrderedDict()

    def get(self, key: str, start: int | str) -> Rows | None:
        page = self._pages.get((key, start))
        if page:
            self._pages.move_to_end((key, start))
        return page

    def put(self, key: str, start: int | str, page: Rows) -> None:
        self._pages[key, start] = page
        if len(self._pages) > MOST_PAGES:
            self._pages.popitem(last=False)

    def forget(self, key: str) -> None:
        for found in [one for one in self._pages if one[0] == key]:
            del self._pages[found]
