"""What is on: three lines at the bottom that move by the local clock."""

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from blueprints.spotify.core import playback
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.times import clock_text

REPEAT_MARKS = {"off": "", "context": "repeat", "track": "repeat 1"}
STATE_MARKS = {"playing": "▶", "paused": "‖", "stopped": "■"}


class NowPlaying(Widget):
    """Draws what the app tells it; a click on the bar asks for a position."""

    DEFAULT_CSS = """
    NowPlaying {
        height: 4;
        border-top: solid $primary;
        padding: 0 1;
        &.-low { height: 3; border-top: none; }
    }
    """
    ALLOW_SELECT = False

    class Sought(Message):
        """The bar was clicked at `share` of its length."""

        def __init__(self, share: float) -> None:
            super().__init__()
            self.share = share

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.status: Json | None = None
        self.progress_ms: int | None = None
        self.is_liked = False
        self.note = ""
        """Why this may be old, or what is being waited for."""

    def tell(self, status: Json | None, progress_ms: int | None, *, is_liked: bool, note: str) -> None:
        found = (status, progress_ms, is_liked, note)
        if found != (self.status, self.progress_ms, self.is_liked, self.note):
            self.status, self.progress_ms, self.is_liked, self.note = found
            self.refresh()

    def render(self) -> Text:
        width = self.content_size.width
        return Text("\n").join(
            [
                _spread(self._what(), self._marks(), width),
                _spread(Text(self._where(), style="dim"), Text(self.note, style="yellow"), width),
                self._bar(width),
            ]
        )

    def _what(self) -> Text:
        if self.status is None:
            return Text("…", style="dim")
        state = playback.state_word(self.status)
        if state == "stopped":
            return Text(f"{STATE_MARKS[state]} Nothing is playing", style="dim")
        mark = (f"{STATE_MARKS[state]} ", "green" if state == "playing" else "yellow")
        by = playback.by_line(self.status["item"])
        return Text.assemble(mark, (playback.title(self.status), "bold"), f" - {by}" if by else "")

    def _marks(self) -> Text:
        found = self.status or playback.EMPTY
        volume = (found["device"] or {}).get("volume_percent")
        marks = [
            "♥" if self.is_liked else "",
            "shuffle" if found["shuffle"] else "",
            REPEAT_MARKS[found["repeat"] or "off"],
            "" if volume is None else f"vol {volume}",
        ]
        return Text(" ".join(mark for mark in marks if mark))

    def _where(self) -> str:
        found = self.status or playback.EMPTY
        album = ((found["item"] or {}).get("album") or {}).get("name") or ""
        device = f"on {found['device']['name']}" if found["device"] else ""
        return " · ".join(part for part in (album, device) if part)

    def _bar(self, width: int) -> Text:
        if not self.status or not (self.status["item"] or {}).get("duration_ms"):
            return Text("")
        duration = self.status["item"]["duration_ms"]
        progress = min(self.progress_ms or 0, duration)
        left, right = clock_text(progress), clock_text(duration)
        room = max(0, width - len(left) - len(right) - 2)
        done = room * progress // duration
        return Text.assemble(left, " ", ("━" * done, "green"), ("─" * (room - done), "dim"), " ", right)

    def on_click(self, event: events.Click) -> None:
        """Only the bar answers: the last of the lines."""
        spot = event.get_content_offset(self)
        if not spot or spot.y != 2 or not self.status or not (self.status["item"] or {}).get("duration_ms"):
            return
        margin = len(clock_text(self.progress_ms or 0)) + 1
        room = max(1, self.content_size.width - margin - len(self.status["item"]["duration"]) - 1)
        self.post_message(self.Sought(max(0.0, min(1.0, (spot.x - margin) / room))))


def _spread(left: Text, right: Text, width: int) -> Text:
    """One text at the left edge, one at the right; the left one gives way."""
    room = width - cell_len(right.plain)
    if room < 8:
        right, room = Text(""), width
    elif right.plain:
        room -= 1
    left.truncate(max(0, room), overflow="ellipsis")
    padding = max(0, width - cell_len(left.plain) - cell_len(right.plain))
    return Text.assemble(left, " " * padding, right, no_wrap=True)
