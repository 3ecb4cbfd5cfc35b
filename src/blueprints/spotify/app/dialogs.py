"""What lies over the lists: help, and the choice of a device."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from blueprints.spotify.app.listing import Listing
from blueprints.spotify.app.row_list import RowList
from blueprints.spotify.core.items import Json
from blueprints.spotify.core.keys import ACTIONS, shown
from blueprints.spotify.core.labels import device_row

FRAME = """
    align: center middle;
    & > VerticalScroll, & > RowList {
        width: 64; max-width: 90%; height: auto; max-height: 90%; min-height: 3;
        border: round $primary; padding: 0 1; background: $surface;
    }
"""


class Help(ModalScreen[None]):
    """All keys, as they are set."""

    DEFAULT_CSS = f"Help {{{FRAME}}}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,backspace", "dismiss", "Close"),
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
    ]

    def __init__(self, keys: dict[str, list[str]]) -> None:
        super().__init__()
        self.keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll() as frame:
            frame.border_title = "Keys"
            frame.border_subtitle = "Esc closes"
            yield Static(self._text())

    def _text(self) -> Text:
        text = Text()
        for action, (what, _) in ACTIONS.items():
            names = " ".join(shown(key) for key in self.keys[action]) or "-"
            text.append(f"{names:<16}", style="bold").append(f"{what}\n")
        text.append("Ctrl-P          ", style="bold").append("Command palette\n")
        text.append("Ctrl-C          ", style="bold").append("Leave at once\n\n")
        text.append("Mouse: click a row, click it again to open it; click the bar to move in the track.", style="dim")
        return text

    def action_scroll_down(self) -> None:
        self.query_one(VerticalScroll).scroll_down()

    def action_scroll_up(self) -> None:
        self.query_one(VerticalScroll).scroll_up()


class DeviceDialog(ModalScreen[Json | None]):
    """Which device to wake; the answer is the device, None when the user would rather not."""

    DEFAULT_CSS = f"DeviceDialog {{{FRAME}}} DeviceDialog > RowList {{ height: 8; }}"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,backspace", "give_up", "Close"),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("enter", "choose", "Choose"),
    ]

    def __init__(self, devices: list[Json]) -> None:
        super().__init__()
        self.devices = devices

    def compose(self) -> ComposeResult:
        rows = RowList(id="choices")
        rows.border_title = "No device is active. Play on"
        rows.border_subtitle = "Enter chooses, Esc leaves it"
        yield rows

    def on_mount(self) -> None:
        rows = [device_row(device) for device in self.devices]
        self.rows.show(Listing("Devices", "choices", rows=rows, next=None))
        self.rows.focus()

    @property
    def rows(self) -> RowList:
        return self.query_one(RowList)

    def action_move(self, rows: int) -> None:
        self.rows.move(rows)

    def action_give_up(self) -> None:
        self.dismiss(None)

    def action_choose(self) -> None:
        self.dismiss(self.devices[self.rows.listing.cursor])

    def on_row_list_opened(self) -> None:
        self.action_choose()
