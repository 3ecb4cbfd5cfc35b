"""A question before the vote is ended, and the page of keys."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Label, Static

KEYS = """\
q       end the vote (asks); when it is over, leave
s       bars or lines
u       fetch now, where the source is polled
h       hide the result; reveal it after the end
e       export the result as CSV into this folder
?       these keys
Ctrl-P  all commands
Ctrl-C  interrupt; the session can be resumed"""


class EndQuestion(ModalScreen[bool]):
    """True when the vote is to end now."""

    BINDINGS: ClassVar[list[BindingType]] = [("y", "answer(True)", "Yes"), ("n,escape,q", "answer(False)", "No")]
    DEFAULT_CSS = """
    EndQuestion { align: center middle; }
    EndQuestion > Vertical { width: 50; max-width: 100%; height: auto; padding: 1 2; }
    EndQuestion > Vertical { border: round $primary; background: $surface; }
    EndQuestion Horizontal { height: auto; align-horizontal: right; margin-top: 1; }
    EndQuestion Button { margin-left: 2; }
    """

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("End the vote now? It cannot go on afterwards.")
            with Horizontal():
                yield Button("No (n)", id="no")
                yield Button("End it (y)", id="yes", variant="error")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)


class KeysPage(ModalScreen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,q", "dismiss", "Close")]
    DEFAULT_CSS = """
    KeysPage { align: center middle; }
    KeysPage > Static { width: 64; max-width: 100%; height: auto; padding: 1 2; }
    KeysPage > Static { border: round $primary; background: $surface; }
    """

    def compose(self) -> ComposeResult:
        yield Static(KEYS, markup=False)

    def on_click(self) -> None:
        self.dismiss()
