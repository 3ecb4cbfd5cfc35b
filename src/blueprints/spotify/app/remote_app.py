"""The app: the lists, the player's state, and the keys that steer it."""

from collections.abc import Callable, Iterable
from typing import Any

from textual import on
from textual.app import SystemCommand
from textual.screen import Screen

from blueprints.spotify.app import intents
from blueprints.spotify.app.browser import Browser
from blueprints.spotify.app.likes import LIKEABLE
from blueprints.spotify.app.now_playing import NowPlaying
from blueprints.spotify.app.pace import Pace
from blueprints.spotify.app.row_list import RowList
from blueprints.spotify.app.steering import Steering
from blueprints.spotify.app.watch import Watch
from blueprints.spotify.core import keys
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.labels import Row
from blueprints.spotify.remote import Remote

SEEK_MS = 5000
VOLUME_STEP = 5
MOVES = ("down", "up", "page_down", "page_up", "first", "last", "next_kind", "previous_kind")
"""Actions that make no sense in the command palette."""


class RemoteApp(Browser):
    """`first_view` is one of VIEWS."""

    def __init__(
        self, remote: Remote, first_view: str = "search", *, notices: Iterable[str] = (), pace: Pace | None = None
    ) -> None:
        super().__init__(remote, first_view, notices=notices, pace=pace)
        self.watcher = Watch(
            self.network,
            remote.player.status,
            self.pace,
            remote.settings.poll_seconds,
            changed=self._show_state,
            failed=self._failed,
        )
        self._liked_due = False
        self.steering = Steering(
            self.network,
            remote.player,
            self.watcher,
            self.pace,
            told=self._tell,
            failed=self._failed,
            ask=self._ask_device,
        )

    def on_mount(self) -> None:
        """Nothing before the first picture needs the network."""
        self.set_interval(self.pace.real(1.0), self._tick)
        self.call_after_refresh(self.watcher.look)

    def on_unmount(self) -> None:
        self.watcher.close()
        self.steering.close()

    def _tick(self) -> None:
        self._show_progress()
        self._ask_whether_liked()
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
            self._liked_due = bool(uri)
        self._ask_whether_liked()
        self.rows.liked = self.likes.known
        self.rows.redraw()
        self._show_progress()

    def _ask_whether_liked(self) -> None:
        """Of the item playing, once; a list that is being fetched goes before."""
        if self._liked_due and not self.rows.listing.is_loading:
            self._liked_due = False
            self.spawn(self.likes.want([self.rows.playing_uri]))

    def _show_progress(self) -> None:
        note = ""
        if self.network.paused_s() > 0:
            note = f"rate limit: again in {self.network.paused_s():.0f} s"
        elif self.network.is_used_up:
            note = "quota used up"
        elif self.watcher.stale_since:
            note = f"as of {self.watcher.stale_since}"
        uri = self.rows.playing_uri
        self.now.tell(
            self.watcher.status, self.watcher.progress_ms(), is_liked=self.likes.known.get(uri, False), note=note
        )

    def likes_changed(self) -> None:
        self._show_state()

    def on_app_focus(self) -> None:
        self.watcher.focus(True)

    def on_app_blur(self) -> None:
        self.watcher.focus(False)

    def on_key(self) -> None:
        self.watcher.nudge()

    def _ask_device(self, devices: list[Json], chosen: Callable[[Json], None]) -> None:
        from blueprints.spotify.app.dialogs import DeviceDialog

        self.push_screen(DeviceDialog(devices), lambda device: chosen(device) if device else None)

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

    def do_refresh(self) -> None:
        """The list and the player again; also what the user does after a quota was used up."""
        self.network.is_used_up = False
        self.watcher.look()
        super().do_refresh()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for action, (what, _) in keys.ACTIONS.items():
            if action not in MOVES:
                shown = " ".join(keys.shown(key) for key in self.keys[action])
                yield SystemCommand(what, f"Key: {shown}" if shown else "", getattr(self, f"do_{action}"))
        yield SystemCommand("Theme", "Other colours", self.action_change_theme)
