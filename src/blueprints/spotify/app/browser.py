"""The app's lists: views, the way in and out, search, filter, loading as one moves."""

import asyncio
from collections.abc import Callable, Iterable

from textual import events, on
from textual.widgets import Input

from blueprints.spotify.app.frame import LOW, Frame
from blueprints.spotify.app.likes import LIKEABLE, Likes
from blueprints.spotify.app.lines import Tabs
from blueprints.spotify.app.listing import Listing
from blueprints.spotify.app.loading import Loading
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.row_list import RowList
from blueprints.spotify.app.sources import Sources
from blueprints.spotify.app.trail import Trail
from blueprints.spotify.remote import Remote

LIKED_LISTS = ("liked", "saved")
SETTLED_S = 0.4
"""Seconds that a cursor rests before it is asked which rows in sight are liked."""


class Browser(Frame):
    """Opens `first_view`; a subclass says what is playing."""

    def __init__(
        self, remote: Remote, first_view: str = "search", *, notices: Iterable[str] = (), pace: Pace | None = None
    ) -> None:
        super().__init__(remote, notices=notices, pace=pace)
        self.first_view = first_view
        self.words = ""
        self.trail = Trail()
        self.sources = Sources(remote.catalogue, remote.player)
        self.loading = Loading(self.network, changed=self._rows_changed, failed=self._failed)
        self.likes = Likes(self.network, remote.player, self.likes_changed)
        self._settle: asyncio.TimerHandle | None = None

    def likes_changed(self) -> None:
        self.rows.liked = self.likes.known
        self.rows.redraw()

    def on_mount(self) -> None:
        self.show_view(self.first_view)

    def on_resize(self, event: events.Resize) -> None:
        self._show_kinds()

    def on_unmount(self) -> None:
        if self._settle:
            self._settle.cancel()

    def _show_kinds(self) -> None:
        searching = self.trail.view == "search"
        self.words_box.display = searching
        self.kinds.display = searching and self.size.height >= LOW

    def show_view(self, view: str) -> None:
        self.trail.go(view)
        if self.trail.listing is None or view in ("queue", "devices"):
            self._open_root(view)
        self._show_listing()

    def _open_root(self, view: str) -> None:
        if view == "library":
            self.trail.root(self.sources.library())
        elif view in ("queue", "devices"):
            listing = self.sources.queue() if view == "queue" else self.sources.devices()
            self.loading.forget(listing)
            self.trail.root(listing)

    def _show_listing(self) -> None:
        listing = self.trail.listing
        searching = self.trail.view == "search"
        self.views.choose(self.trail.view)
        self._show_kinds()
        self._show_filter(bool(listing and listing.pattern))
        self.rows.show(listing or Listing("", "", next=None, hint="Type what to look for and press Enter."))
        if searching and listing is None:
            self.words_box.focus()
        else:
            self.rows.focus()
        self._rows_changed()

    def _show_filter(self, wanted: bool) -> None:
        box = self.filter_box
        if not wanted:
            with box.prevent(Input.Changed):
                box.value = ""
        box.display = wanted

    def _rows_changed(self) -> None:
        if not self.is_open:
            return
        listing = self.rows.listing
        self.rows.rows_changed()
        self.crumbs.tell(self.trail.path, listing.count_text())
        self.call_after_refresh(self._load)
        self._when_settled()

    @on(RowList.Moved)
    def _load(self) -> None:
        self.loading.fill(self.rows.listing, self.rows.window_end())
        self._when_settled()

    def _when_settled(self) -> None:
        if self._settle:
            self._settle.cancel()
        self._settle = asyncio.get_running_loop().call_later(self.pace.real(SETTLED_S), self._ask_likes)

    def _ask_likes(self) -> None:
        listing, top = self.rows.listing, round(self.rows.scroll_y)
        rows = listing.shown[top : self.rows.window_end()]
        if listing.key in LIKED_LISTS:
            self.likes.learn(row.uri for row in rows)
            return
        self.spawn(self.likes.want(row.uri for row in rows if row.kind in LIKEABLE))

    def do_down(self) -> None:
        self._move(lambda: self.rows.move(1))

    def do_up(self) -> None:
        self._move(lambda: self.rows.move(-1))

    def do_page_down(self) -> None:
        self._move(lambda: self.rows.page(1))

    def do_page_up(self) -> None:
        self._move(lambda: self.rows.page(-1))

    def do_first(self) -> None:
        self._move(lambda: self.rows.move_to(0))

    def do_last(self) -> None:
        self._move(lambda: self.rows.move_to(len(self.rows.listing.shown) - 1))

    def _move(self, move: Callable[[], None]) -> None:
        """Moving keys pressed in an input lead into the list."""
        if not self.rows.has_focus:
            self.rows.focus()
        move()

    def do_back(self) -> None:
        listing = self.rows.listing
        if self.focused is not None and self.focused.id == "words" and self.trail.listing:
            self.rows.focus()
        elif listing.pattern or self.filter_box.display:
            listing.filter("")
            self._show_listing()
            self.rows.focus()
        elif self.trail.back():
            self._show_listing()
        else:
            self.rows.focus()

    def do_search(self) -> None:
        if self.trail.view != "search":
            self.trail.go("search")
            self._show_listing()
        self.words_box.focus()
        self.words_box.select_all()

    @on(Input.Submitted, "#words")
    def _search(self) -> None:
        words = self.words_box.value.strip()
        if not words:
            self._tell("Say what to search for: the box is empty.")
            return
        self.words = words
        self._search_kind(self.kinds.chosen)

    def _search_kind(self, kind: str) -> None:
        self.kinds.choose(kind)
        if self.words:
            self.trail.root(self.sources.search(self.words, kind))
            self._show_listing()

    def do_next_kind(self) -> None:
        self._step_kind(1)

    def do_previous_kind(self) -> None:
        self._step_kind(-1)

    def _step_kind(self, by: int) -> None:
        if self.trail.view == "search" and len(self.trail.path) <= 2:
            self._search_kind(self.kinds.step(by))

    @on(Tabs.Chosen)
    def _tab_chosen(self, event: Tabs.Chosen) -> None:
        if event.tabs.id == "views":
            self.show_view(event.name)
        else:
            self._search_kind(event.name)

    def do_filter(self) -> None:
        box = self.filter_box
        box.display = True
        box.focus()

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        self.rows.listing.filter(event.value)
        self.rows.scroll_to(0, 0, animate=False, force=True)
        self._rows_changed()

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.rows.focus()

    def do_devices(self) -> None:
        self.show_view("devices")

    def do_queue(self) -> None:
        self.show_view("queue")

    def do_library(self) -> None:
        self.show_view("library")

    def do_refresh(self) -> None:
        listing = self.rows.listing
        if listing.fetch:
            self.loading.forget(listing)
            listing.forget()
        self._rows_changed()
