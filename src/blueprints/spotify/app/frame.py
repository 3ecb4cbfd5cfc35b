"""The app's frame: what stands where, which keys there are, notices, and how it is left."""

import asyncio
from collections.abc import Iterable
from typing import Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from blueprints.errors import BlueprintsError, ConfigError
from blueprints.spotify.app.lines import Crumbs, Hints, Tabs
from blueprints.spotify.app.network import Network
from blueprints.spotify.app.now_playing import NowPlaying
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.row_list import RowList
from blueprints.spotify.app.sources import KINDS
from blueprints.spotify.app.trail import VIEWS
from blueprints.spotify.core import keys
from blueprints.spotify.remote import Remote
from blueprints.terminal import escaped

LOW = 13
"""Lines of a terminal below which ornaments go."""
SAME_TROUBLE_S = 30
"""Seconds for which the same trouble is not told again."""
HINTS = {
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


class Frame(App[None]):
    """Keys call `do_<action>`. Whatever goes wrong is a notice; a bug ends the app and is kept in `bug`."""

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

    def __init__(self, remote: Remote, *, notices: Iterable[str] = (), pace: Pace | None = None) -> None:
        super().__init__()
        self.remote = remote
        self.bug: BaseException | None = None
        self.keys = keys.merged(remote.settings.keys)
        self.pace = pace or Pace()
        self.network = Network(self.pace)
        self.views = Tabs(VIEWS, id="views")
        self.words_box = Input(placeholder="Search artists, albums, tracks…", id="words", compact=True)
        self.kinds = Tabs(KINDS, id="kinds", plural=True)
        self.crumbs = Crumbs(id="crumbs")
        self.filter_box = Input(placeholder="Filter this list", id="filter", compact=True)
        self.rows = RowList(id="rows")
        self.now = NowPlaying(id="now")
        self._first_notices = list(notices)
        self._told_error = ("", -1e9)
        self._tasks: set[asyncio.Task[Any]] = set()
        for action, names in self.keys.items():
            if names:
                self.bind(",".join(names), f"do('{action}')", description=keys.ACTIONS[action][0], show=False)

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
        shown = {name: [keys.shown(key) for key in self.keys[name]] for name in HINTS}
        return [(min(shown[name], key=len), what) for name, what in HINTS.items() if shown[name]]

    def on_mount(self) -> None:
        self._set_theme(self.remote.settings.theme)
        self._fit(self.size.height)
        self.call_after_refresh(self._tell_first_notices)

    def _set_theme(self, name: str) -> None:
        if name not in self.available_themes:
            known = ", ".join(sorted(self.available_themes))
            raise ConfigError(f"spotify.theme: no theme {name!r}; there are {known}")
        self.theme = name

    def _tell_first_notices(self) -> None:
        for text in self._first_notices:
            self.notify(text, severity="warning", timeout=10, markup=False)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)

    def _fit(self, height: int) -> None:
        low = height < LOW
        self.screen_stack[0].set_class(low, "-low")
        self.now.set_class(low, "-low")

    @property
    def is_open(self) -> bool:
        """Whether there is still a screen to draw on; answers may come later than that."""
        return self.is_running and self.rows.is_attached

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

    def _tell(self, text: str) -> None:
        self.notify(text, timeout=3, markup=False)

    def _failed(self, error: BlueprintsError) -> None:
        """The same trouble is told once in a while, not at every look."""
        text, at = self._told_error
        if str(error) == text and self.pace.now() - at < SAME_TROUBLE_S:
            return
        self._told_error = (str(error), self.pace.now())
        if self.is_open:
            self.notify(escaped(str(error)), severity="error", timeout=8, markup=False)

    def action_do(self, name: str) -> None:
        getattr(self, f"do_{name}")()

    def action_leave(self) -> None:
        """Ctrl-C."""
        self.exit(return_code=130)

    def do_help(self) -> None:
        from blueprints.spotify.app.dialogs import Help

        self.push_screen(Help(self.keys))

    def do_quit(self) -> None:
        self.exit()

    def on_unmount(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    def _handle_exception(self, error: Exception) -> None:
        """Textual would print every local variable, tokens among them; the command prints one line instead."""
        self.bug = self.bug or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        self._close_messages_no_wait()
