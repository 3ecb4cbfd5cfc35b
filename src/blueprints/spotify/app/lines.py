"""The one-line parts of the screen: views, kinds of hits, where you are, which keys there are."""

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from blueprints.spotify.app.row_list import cut


class Tabs(Widget):
    """Words of which one is chosen; a click chooses another."""

    DEFAULT_CSS = "Tabs { height: 1; padding: 0 1; color: $text-muted; }"
    ALLOW_SELECT = False

    class Chosen(Message):
        def __init__(self, tabs: "Tabs", name: str) -> None:
            super().__init__()
            self.tabs = tabs
            self.name = name

        @property
        def control(self) -> "Tabs":
            return self.tabs

    def __init__(self, names: tuple[str, ...], *, id: str, plural: bool = False) -> None:
        super().__init__(id=id)
        self.names = names
        self.chosen = names[0]
        self._words = [f"{name}s".capitalize() if plural else name.capitalize() for name in names]

    def choose(self, name: str) -> None:
        self.chosen = name
        self.refresh()

    def step(self, by: int) -> str:
        """The name beside the chosen one, round the ends."""
        return self.names[(self.names.index(self.chosen) + by) % len(self.names)]

    def render(self) -> Text:
        text = Text(no_wrap=True, overflow="ellipsis")
        for name, word in zip(self.names, self._words, strict=True):
            text.append(word, style="bold reverse" if name == self.chosen else "")
            text.append("  ")
        return text

    def on_click(self, event: events.Click) -> None:
        spot = event.get_content_offset(self)
        column = 0
        for name, word in zip(self.names, self._words, strict=True):
            if spot and column <= spot.x < column + len(word):
                self.post_message(self.Chosen(self, name))
            column += len(word) + 2


class Crumbs(Widget):
    """The way to the open list on the left, how much of it is loaded on the right."""

    DEFAULT_CSS = "Crumbs { height: 1; padding: 0 1; text-style: bold; background: $surface; }"
    ALLOW_SELECT = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.path: list[str] = []
        self.count = ""

    def tell(self, path: list[str], count: str) -> None:
        if (path, count) != (self.path, self.count):
            self.path, self.count = path, count
            self.refresh()

    def render(self) -> Text:
        room = max(0, self.content_size.width - cell_len(self.count) - 1)
        parts = self.path
        while len(parts) > 1 and cell_len(" › ".join(["…", *parts])) > room:
            parts = parts[1:]  # the nearest names matter most
        shown = parts if len(parts) == len(self.path) else ["…", *parts]
        return Text(f"{cut(' › '.join(shown), room)} {self.count}", no_wrap=True)


class Hints(Widget):
    """The keys that matter most, as many as fit."""

    DEFAULT_CSS = "Hints { height: 1; padding: 0 1; color: $text-muted; }"
    ALLOW_SELECT = False

    def __init__(self, hints: list[tuple[str, str]], *, id: str) -> None:
        super().__init__(id=id)
        self.hints = hints

    def render(self) -> Text:
        width = self.content_size.width
        text = Text(no_wrap=True)
        for key, what in self.hints:
            if len(text) + len(key) + len(what) + 1 > width:
                break
            text.append(key, style="bold").append(f" {what}  ")
        return text
