"""A list of any length: only the rows on screen are drawn."""

import textwrap
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from blueprints.spotify.app.listing import Listing
from blueprints.spotify.core.labels import Row

NARROW = 50
"""Columns below which rows show no detail."""
WIDEST_LABEL = 90
MARKS = 3
MOST_STRIPS = 1000


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a Listing; keys come from the app, the mouse is handled here."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor", "row-list--detail", "row-list--mark", "row-list--gone"}
    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        & > .row-list--cursor { background: $surface-lighten-2; text-style: bold; }
        &:focus > .row-list--cursor { background: $primary; color: $text; text-style: bold; }
        & > .row-list--detail { text-style: dim; }
        & > .row-list--mark { color: $success; }
        & > .row-list--gone { text-style: dim italic; }
    }
    """
    ALLOW_SELECT = False

    class Moved(Message):
        """Another row, or other rows, are in sight."""

    class Opened(Message):
        """The row under the cursor was chosen with the mouse."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.listing = Listing("", "", next=None)
        self._notes: list[str] = []
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._styles: tuple[int, Style, dict[str, Style]] = (0, Style(), {})
        self.playing_uri = ""
        self.liked: dict[str, bool] = {}

    # what is shown

    def show(self, listing: Listing) -> None:
        """Another list, at the row and scroll it was left at."""
        self.listing = listing
        self._measure()
        self.scroll_to(0, listing.top, animate=False, force=True, immediate=True)
        self._follow()
        self.redraw()

    def rows_changed(self) -> None:
        """Rows came or went, or a filter was typed; a list that is being fetched again keeps its place."""
        listing = self.listing
        if listing.shown or not listing.has_more:
            listing.cursor = max(0, min(listing.cursor, len(listing.shown) - 1))
        self._measure()
        self.redraw()

    def _measure(self) -> None:
        width = self.scrollable_content_region.width
        self._notes = textwrap.wrap(self._note(), max(10, width - MARKS - 1))
        self.virtual_size = Size(width, len(self.listing.shown) + len(self._notes))

    def _note(self) -> str:
        """What stands after the last row."""
        listing = self.listing
        if listing.error:
            return listing.error
        if listing.is_loading:
            return "loading…"
        if not listing.shown:
            return "No loaded row matches." if listing.pattern else listing.hint
        return ""

    def window_end(self) -> int:
        """The first row below the window."""
        return round(self.scroll_y) + max(1, self.scrollable_content_region.height)

    # moving

    def move(self, rows: int) -> None:
        self.move_to(self.listing.cursor + rows)

    def move_to(self, index: int) -> None:
        listing, before = self.listing, self.listing.cursor
        listing.cursor = max(0, min(index, len(listing.shown) - 1))
        self._follow()
        for line in {before, listing.cursor}:
            self.refresh_line(line)
        self.post_message(self.Moved())

    def page(self, direction: int) -> None:
        self.move(direction * max(1, self.scrollable_content_region.height - 1))

    def _follow(self) -> None:
        """Scroll as little as brings the cursor into sight."""
        height = max(1, self.scrollable_content_region.height)
        top, cursor = round(self.scroll_y), self.listing.cursor
        wanted = cursor if cursor < top else max(top, cursor - height + 1)
        if wanted != top:
            self.scroll_to(0, wanted, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.listing.top = round(new_value)
        self.post_message(self.Moved())

    def on_resize(self, event: events.Resize) -> None:
        self._measure()
        self._follow()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        index = round(self.scroll_y) + event.y
        if not 0 <= index < len(self.listing.shown):
            return
        was_chosen = index == self.listing.cursor
        self.move_to(index)
        if event.chain > 1 or was_chosen:
            self.post_message(self.Opened())

    # drawing

    def redraw(self) -> None:
        """Rows, or marks on them, changed."""
        self._strips.clear()
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Styles are worked out once per picture, and rows that were drawn in these styles are kept."""
        parts = {name: self.get_component_rich_style(name, partial=True) for name in self.COMPONENT_CLASSES}
        styles = (self.scrollable_content_region.width, self.rich_style, parts)
        if styles != self._styles or len(self._strips) > MOST_STRIPS:
            self._styles = styles
            self._strips.clear()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        index = round(self.scroll_y) + y
        shown = self.listing.shown
        if index >= len(shown):
            return self._note_line(index - len(shown))
        key = (index, index == self.listing.cursor)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._row(shown[index], is_cursor=key[1])
        return strip

    def _note_line(self, index: int) -> Strip:
        width, base, parts = self._styles
        note = self._notes[index] if index < len(self._notes) else ""
        return Strip([Segment(set_cell_size(f"   {note}", width), base + parts["row-list--detail"])], width)

    def _row(self, row: Row, *, is_cursor: bool) -> Strip:
        width, base, parts = self._styles
        if is_cursor:
            base += parts["row-list--cursor"]
        label_width = width - MARKS - 1 if width < NARROW else min(width * 11 // 20, WIDEST_LABEL)
        detail_width = max(0, width - MARKS - label_width - 3)
        label = base if row.is_playable or is_cursor else base + parts["row-list--gone"]
        detail = base if is_cursor else base + parts["row-list--detail"]
        mark = base if is_cursor else base + parts["row-list--mark"]
        cells = [
            Segment(self._marks(row), mark),
            Segment(cut(row.label, label_width), label),
            Segment("  " + cut(row.detail, detail_width) if width >= NARROW else "", detail),
        ]
        return Strip(cells).adjust_cell_length(width, base)

    def _marks(self, row: Row) -> str:
        playing = "▶" if row.uri and row.uri == self.playing_uri else " "
        return f"{playing}{'♥' if self.liked.get(row.uri) else ' '} "


def cut(text: str, width: int) -> str:
    """`text` in exactly `width` cells, with an ellipsis where it does not fit; wide characters count as two."""
    text = " ".join(text.split())
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
