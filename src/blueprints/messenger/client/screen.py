"""`tail --live`: one screen on which messages vanish in time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from blueprints.errors import BlueprintsError
from blueprints.messenger.client.lines import author, local_time, seconds
from blueprints.terminal import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

    from blueprints.messenger.client.events import Event

REDRAWS_PER_S = 4


class Screen:
    """Messages with their deadlines by a clock that nobody sets."""

    def __init__(self, room: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.room, self.clock = room, clock
        self.rows: dict[str, tuple[float, dict[str, Any]]] = {}
        self.readers = 0

    def take(self, event: Event) -> None:
        data = event.data
        if event.name == "message":
            self.rows[data["id"]] = (self.clock() + data["expires_in"] / 1000, data)
        elif event.name == "deleted":
            self.rows.pop(data["id"], None)
        elif event.name == "expired":
            for id_ in data["ids"]:
                self.rows.pop(id_, None)
        elif event.name == "resync":
            self.rows.clear()
        elif event.name == "presence":
            self.readers = data["readers"]

    def drawn(self) -> RenderableType:
        from rich.console import Group
        from rich.text import Text

        now = self.clock()
        alive = [(deadline, message) for deadline, message in list(self.rows.values()) if deadline > now]
        head = Text(f"{self.room} · {self.readers} reading", style="bold")
        rows = [self._row(message, deadline - now) for deadline, message in alive]
        return Group(head, *(rows or [Text("No messages!", style="dim")]))

    def _row(self, message: dict[str, Any], left_s: float) -> RenderableType:
        from rich.text import Text

        line = Text(f"{local_time(message['posted_at'])} ", style="dim")
        line.append(author(message), style="bold")
        line.append(f": {escaped(message['message'])} ", style="")
        return line.append(f"({seconds(int(left_s) + 1)})", style="dim")


def show(screen: Screen, events: Iterator[Event]) -> None:
    """Redraw until the events end; raises what ended them."""
    from rich.live import Live

    ended: list[BlueprintsError | None] = []
    reader = threading.Thread(target=_read, args=(screen, events, ended), daemon=True)
    with Live(screen.drawn(), screen=True, auto_refresh=False) as live:
        reader.start()
        while not ended:
            live.update(screen.drawn(), refresh=True)
            reader.join(1 / REDRAWS_PER_S)
    if ended[0]:
        raise ended[0]


def _read(screen: Screen, events: Iterator[Event], ended: list[BlueprintsError | None]) -> None:
    try:
        for event in events:
            screen.take(event)
        ended.append(None)
    except BlueprintsError as error:
        ended.append(error)
