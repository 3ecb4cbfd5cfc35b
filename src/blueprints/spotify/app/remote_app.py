"""The app: a screen of lists over the player's state."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from textual import events, on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from blueprints.errors import BlueprintsError, ConfigError
from blueprints.spotify.app import intents
from blueprints.spotify.app.likes import LIKEABLE, Likes
from blueprints.spotify.app.lines import Crumbs, Hints, Tabs
from blueprints.spotify.app.listing import Listing
from blueprints.spotify.app.loading import Loading
from blueprints.spotify.app.network import Network
from blueprints.spotify.app.now_playing import NowPlaying
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.row_list import RowList
from blueprints.spotify.app.sources import KINDS, Sources
from blueprints.spotify.app.steering import Steering
from blueprints.spotify.app.trail import VIEWS, Trail
from blueprints.spotify.app.watch import Watch
from blueprints.spotify.core import keys
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.labels import Row
from blueprints.spotify.remote import Remote

SEEK_MS = 5000
VOLUME_STEP = 5
LIKED_LISTS = ("liked", "saved")
LOW = 13
"""Lines of a terminal below which ornaments go."""
SETTLED_S = 0.4
"""Seconds that a cursor rests before it is asked which rows in sight are liked."""


class RemoteApp(App[None]):
    """`first_view` is one of VIEWS. Whatever goes wrong is a notice; bugs leave the app by `bug`."""

    TITLE = "Spotify"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", show=False, priority=True)]
    CSS = """
    Screen { layers: base; }
    Input { border: none; height: 1; padding: 0 1; background: $boost; }
    Input:focus { border: none; background: $surface-lighten-2; }
    #filter { display: none; }
    ToastRack { margin-bottom: 5; }
    Toast { max-width: 70%; }
    .-low #views, .-low Hints { display: none; }
    """

    def __init__(
        self, remote: Remote, first_view: str = "search", *, notices: Iterable[str] = (), pace: Pace | None = None
    ) -> None:
        super().__init__()
        self.remote = remote
        self.first_view = first_view
        self.bug: BaseException | None = None
        self.keys = keys.merged(remote.settings.keys)
        self.pace = pace or Pace()
        self.network = Network(self.pace)
        self.trail = Trail()
        self.sources = Sources(remote.catalogue, remote.player)
        self.loading = Loading(self.network, changed=self._rows_changed, failed=self._failed)
        self.watcher = Watch(
            self.network,
            remote.player.status,
            self.pace,
            remote.settings.poll_seconds,
            changed=self._show_state,
            failed=self._failed,
        )
        self.steering = Steering(
            self.network,
            remote.player,
            self.watcher,
            self.pace,
            told=self._tell,
            failed=self._failed,
            ask=self._ask_device,
        )
        self.likes = Likes(self.network, remote.player, self._show_state)
        self.words = ""
        self.views = Tabs(VIEWS, id="views")
        self.words_box = Input(placeholder="Search artists, albums, tracks…", id="words", compact=True)
        self.kinds = Tabs(KINDS, id="kinds", plural=True)
        self.crumbs = Crumbs(id="crumbs")
        self.filter_box = Input(placeholder="Filter this list", id="filter", compact=True)
        self.rows = RowList(id="rows")
        self.now = NowPlaying(id="now")
        self._first_notices = list(notices)
        self._settle: asyncio.TimerHandle | None = None
        self._told_error = ("", -1e9)
        self._tasks: set[asyncio.Task[Any]] = set()
        for action, names in self.keys.items():
            if names:
                self.bind(",".join(names), f"do('{action}')", description=keys.ACTIONS[action][0], show=False)

    # the screen

    def compose(self) -> ComposeResult:
        yield self.views
        yield self.words_box
        yield self.kinds
        yield self.crumbs
        yield self.filter_box
        yield self.rows
        yield self.now
        yield Hints(self._hints(), id="hints")

    def _hints(self) -> list[tuple[str, str]]:
        wanted = {
            "help": "help",
            "search": "search",
            "open": "open",
            "back": "back",
            "toggle": "pause",
            "library": "library",
            "queue": "queue",
            "devices": "devices",
            "filter": "filter",
            "like": "like",
            "play_all": "play all",
            "queue_add": "queue up",
            "quit": "quit",
        }
        shown = {name: [keys.shown(key) for key in self.keys[name]] for name in wanted}
        return [(min(shown[name], key=len), what) for name, what in wanted.items() if shown[name]]

    def on_mount(self) -> None:
        self._set_theme(self.remote.settings.theme)
        self._fit(self.size.height)
        self.show_view(self.first_view)
        self.set_interval(self.pace.real(1.0), self._tick)
        self.call_after_refresh(self._start)

    def _set_theme(self, name: str) -> None:
        if name not in self.available_themes:
            known = ", ".join(sorted(self.available_themes))
            raise ConfigError(f"spotify.theme: no theme {name!r}; there are {known}")
        self.theme = name

    def _start(self) -> None:
        """After the first picture: nothing before it needs the network."""
        for text in self._first_notices:
            self.notify(text, severity="warning", timeout=10)
        self.watcher.look()

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)

    def _fit(self, height: int) -> None:
        low = height < LOW
        self.screen_stack[0].set_class(low, "-low")
        self.now.set_class(low, "-low")
        self._show_kinds()

    def _show_kinds(self) -> None:
        searching = self.trail.view == "search"
        self.words_box.display = searching
        self.kinds.display = searching and self.size.height >= LOW

    @property
    def is_open(self) -> bool:
        """Whether there is still a screen to draw on; answers may come later than that."""
        return self.is_running and self.rows.is_attached

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

    # loading

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

    def spawn(self, work: Any) -> None:
        """Run a coroutine; what it runs into is told."""

        async def guarded() -> None:
            try:
                await work
            except BlueprintsError as error:
                self._failed(error)

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # the player's state

    def _tick(self) -> None:
        self._show_progress()
        if self.network.paused_s() <= 0 and self.rows.listing.error and self.loading.is_worth_another_try():
            self.loading.again(self.rows.listing)
            self._rows_changed()

    def _show_state(self) -> None:
        if not self.is_open:
            return
        status = self.watcher.status
        uri = ((status or {}).get("item") or {}).get("uri") or ""
        if uri != self.rows.playing_uri:
            self.rows.playing_uri = uri
            if uri:
                self.spawn(self.likes.want([uri]))
        self.rows.liked = self.likes.known
        self.rows.redraw()
        self._show_progress()

    def _show_progress(self) -> None:
        note = ""
        if self.network.paused_s() > 0:
            note = f"rate limit: again in {self.network.paused_s():.0f} s"
        elif self.watcher.stale_since:
            note = f"as of {self.watcher.stale_since}"
        uri = self.rows.playing_uri
        self.now.tell(
            self.watcher.status, self.watcher.progress_ms(), is_liked=self.likes.known.get(uri, False), note=note
        )

    def on_app_focus(self) -> None:
        self.watcher.focus(True)

    def on_app_blur(self) -> None:
        self.watcher.focus(False)

    def on_key(self) -> None:
        self.watcher.nudge()

    # notices

    def _tell(self, text: str) -> None:
        self.notify(text, timeout=3, markup=False)

    def _failed(self, error: BlueprintsError) -> None:
        """The same trouble is told once in a while, not at every look."""
        text, at = self._told_error
        if str(error) == text and self.pace.now() - at < 30:
            return
        self._told_error = (str(error), self.pace.now())
        if self.is_open:
            self.notify(str(error), severity="error", timeout=8, markup=False)

    def _ask_device(self, devices: list[Json], chosen: Callable[[Json], None]) -> None:
        from blueprints.spotify.app.dialogs import DeviceDialog

        self.push_screen(DeviceDialog(devices), lambda device: chosen(device) if device else None)

    # keys

    def action_do(self, name: str) -> None:
        getattr(self, f"do_{name}")()

    def action_leave(self) -> None:
        """Ctrl-C."""
        self.exit(return_code=130)

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

    @on(RowList.Opened)
    def do_open(self) -> None:
        row = self.rows.listing.current
        if row is None:
            return
        if row.kind == "device":
            self._transfer(row)
            return
        inner = self.sources.inside(row)
        if inner:
            self.trail.push(inner)
            self._show_listing()
        else:
            self._play(intents.row_body(self.rows.listing, row), row.label)

    def _transfer(self, row: Row) -> None:
        async def move() -> None:
            device = await self.network.call(self.remote.player.device, row.id or row.label)
            self.steering.transfer(device)
            self.call_later(self.do_refresh)

        self.spawn(move())

    def _play(self, body: dict[str, Any] | None, name: str) -> None:
        if body is None:
            self._tell("There is nothing here that could be played.")
        else:
            self.steering.play(body, name)

    def do_play_all(self) -> None:
        listing = self.rows.listing
        body = intents.whole_body(listing)
        is_row = listing.current is not None and body == {"context_uri": listing.current.uri}
        self._play(body, listing.current.label if is_row and listing.current else listing.title)

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

    def do_toggle(self) -> None:
        self.steering.toggle()

    def do_next(self) -> None:
        self.steering.next()

    def do_previous(self) -> None:
        self.steering.previous()

    def do_seek_back(self) -> None:
        self.steering.seek_by(-SEEK_MS)

    def do_seek_forward(self) -> None:
        self.steering.seek_by(SEEK_MS)

    @on(NowPlaying.Sought)
    def _sought(self, event: NowPlaying.Sought) -> None:
        self.steering.seek_share(event.share)

    def do_quieter(self) -> None:
        self.steering.volume_by(-VOLUME_STEP)

    def do_louder(self) -> None:
        self.steering.volume_by(VOLUME_STEP)

    def do_shuffle(self) -> None:
        self.steering.shuffle()

    def do_repeat(self) -> None:
        self.steering.repeat()

    def do_queue_add(self) -> None:
        row = self.rows.listing.current
        if row is None or row.kind not in intents.PLAYABLE or not row.uri:
            self._tell("Only tracks and episodes can be queued.")
            return
        self.steering.enqueue(row.uri, row.label)

    def do_like(self) -> None:
        """The selected item where it is one, else what is playing."""
        row = self.rows.listing.current
        uri = row.uri if row and row.kind in LIKEABLE else self.rows.playing_uri
        if uri:
            self.spawn(self.likes.toggle(uri))
        else:
            self._tell("There is nothing here that could be liked.")

    def do_devices(self) -> None:
        self.show_view("devices")

    def do_queue(self) -> None:
        self.show_view("queue")

    def do_library(self) -> None:
        self.show_view("library")

    def do_help(self) -> None:
        from blueprints.spotify.app.dialogs import Help

        self.push_screen(Help(self.keys))

    def do_refresh(self) -> None:
        self.network.is_used_up = False
        listing = self.rows.listing
        if listing.fetch:
            self.loading.forget(listing)
            listing.forget()
        self.watcher.look()
        self._rows_changed()

    def do_quit(self) -> None:
        self.exit()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for action, (what, _) in keys.ACTIONS.items():
            if action not in ("down", "up", "page_down", "page_up", "first", "last", "next_kind", "previous_kind"):
                shown = " ".join(keys.shown(key) for key in self.keys[action])
                yield SystemCommand(what, f"Key: {shown}" if shown else "", getattr(self, f"do_{action}"))
        yield SystemCommand("Theme", "Other colours", self.action_change_theme)

    # leaving

    async def on_unmount(self) -> None:
        self.watcher.close()
        self.steering.close()
        if self._settle:
            self._settle.cancel()
        for task in list(self._tasks):
            task.cancel()

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print every local variable, tokens among them; the command prints one line instead."""
        self.bug = self.bug or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
