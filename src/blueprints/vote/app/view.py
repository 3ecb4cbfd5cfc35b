"""The app: it runs the vote on its own event loop and draws at most five times a second what has changed."""

import asyncio
import csv
import signal
from pathlib import Path
from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import ContentSwitcher, Footer, Static

from blueprints.terminal import escaped
from blueprints.vote import words
from blueprints.vote.app.bars import Bars
from blueprints.vote.app.dialogs import EndQuestion, KeysPage
from blueprints.vote.app.lines import History, Lines
from blueprints.vote.core import result
from blueprints.vote.election import Election
from blueprints.vote.report import CSV_COLUMNS, csv_rows, print_result
from blueprints.vote.watch import left_s

REDRAW_S = 0.2
HISTORY_S = 1.0


class VoteApp(App[None]):
    TITLE = "vote"
    CSS = """
    #title { height: 1; padding: 0 2; background: $primary; color: $text; text-style: bold; }
    #facts { height: auto; max-height: 3; padding: 0 2; }
    #outcome { height: auto; padding: 0 2; text-style: bold; }
    ContentSwitcher { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "End"),
        Binding("s", "switch", "Bars/lines"),
        Binding("u", "fetch", "Fetch"),
        Binding("h", "hide", "Hide"),
        Binding("e", "export", "Export"),
        Binding("question_mark", "keys", "Keys", key_display="?"),
        Binding("ctrl+c", "interrupt", "Interrupt", show=False, priority=True),
    ]

    def __init__(self, election: Election) -> None:
        super().__init__()
        self.election = election
        self.history = History()
        self.is_hidden_here = False
        """Hidden by its key: until the key reveals it, after the end."""
        self.repaints = 0
        self._drawn: tuple[Any, ...] = ()
        self._vote: asyncio.Task[None] | None = None

    def watch_vote(self) -> None:
        """Show the vote until the user leaves; prints the result afterwards, and raises what went wrong."""
        self.run()
        if self._vote is not None and self._vote.done() and not self._vote.cancelled():
            self._vote.result()
        print_result(self.election.standing().as_dict())

    def compose(self) -> ComposeResult:
        yield Static(id="title")
        with ContentSwitcher(initial="bars"):
            with VerticalScroll(id="bars"):
                yield Bars()
            yield Lines(id="lines")
        yield Static(id="outcome")
        yield Static(id="facts")
        yield Footer()

    def on_mount(self) -> None:
        self.election.desk.on_notice = lambda text: self.notify(text, markup=False)
        self._vote = asyncio.get_running_loop().create_task(self.election.run())
        self._vote.add_done_callback(lambda _task: self.call_later(self._ended))
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, lambda: self.call_later(self.action_interrupt))
        self.set_interval(REDRAW_S, self.redraw)
        self.redraw()

    def _ended(self) -> None:
        """Leave when the vote could not even start, or was interrupted; else stay and show the result."""
        self.redraw()
        task = self._vote
        if task is not None and (task.cancelled() or task.exception() is not None):
            self.exit()
        elif self.election.failure is not None:
            self.notify(escaped(str(self.election.failure)), severity="error", timeout=30, markup=False)

    # drawing

    def shown(self) -> dict[str, Any]:
        """The result as this screen may show it."""
        shown = self.election.standing().as_dict()
        if self.is_hidden_here:
            hidden = dict.fromkeys(("votes", "share", "rank", "per_minute"))
            shown["candidates"] = [{**one, **hidden} for one in shown["candidates"]]
            shown |= {"winner": None, "tie": []}
        return shown

    def redraw(self) -> None:
        left = left_s(self.election)
        state = (
            self.election.desk.version,
            None if left is None else int(left),
            self.election.state,
            self.is_hidden_here,
        )
        if state == self._drawn or not self.is_running:
            return
        self._drawn = state
        self.repaints += 1
        shown = self.shown()
        self._remember()
        self.query_one("#title", Static).update(_title(shown, left))
        self.query_one("#facts", Static).update(_facts(shown, self.election.desk.status))
        self.query_one("#outcome", Static).update(Text(self._outcome(shown) if self.election.is_over else ""))
        if self.query_one(ContentSwitcher).current == "bars":
            self.query_one(Bars).show(shown)
        else:
            self.query_one(Lines).show(shown, self.history)

    def _outcome(self, shown: dict[str, Any]) -> str:
        return "Hidden: h reveals it" if self.is_hidden_here else words.outcome(shown)

    def _remember(self) -> None:
        tally = self.election.desk.tally
        if self.election.source.is_recorded:
            time_s = ((tally.last_ms or 0) - (tally.first_ms or 0)) / 1000
        else:
            time_s = (self.election.desk.now_ms() - (self.election.session.matcher.window.start_ms or 0)) / 1000
        self.history.add(time_s // HISTORY_S * HISTORY_S, list(tally.votes))

    def _redraw_now(self) -> None:
        self._drawn = ()
        self.redraw()

    # keys

    async def action_quit(self) -> None:
        """End the vote, after a question; leave when it is over."""
        if self.election.is_over:
            self.exit()
            return
        self.push_screen(EndQuestion(), self._end)

    def _end(self, is_wanted: bool | None) -> None:
        if is_wanted:
            self.election.desk.stop()

    def action_interrupt(self) -> None:
        """Stop cleanly; the session can be resumed."""
        if self.election.is_over or self._vote is None:
            self.exit()
        else:
            self._vote.cancel()

    def action_switch(self) -> None:
        switcher = self.query_one(ContentSwitcher)
        switcher.current = "lines" if switcher.current == "bars" else "bars"
        self._redraw_now()

    def action_fetch(self) -> None:
        if self.election.source.every_s is None:
            self.notify("This source is not polled: posts come by themselves.")
        else:
            self.election.desk.wanted.set()

    def action_hide(self) -> None:
        if self.election.is_over:
            self.is_hidden_here = not self.is_hidden_here
        elif self.is_hidden_here or self.election.session.options.is_hidden:
            self.notify("Hidden until the end; then the same key reveals it.")
        else:
            self.is_hidden_here = True
        self._redraw_now()

    def action_export(self) -> None:
        """Write the result, as far as it is shown, beside where the program was started."""
        path = Path(f"vote-{self.election.session.id}.csv")
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, CSV_COLUMNS, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
                writer.writerows(csv_rows(self.shown()))
        except OSError as error:
            self.notify(f"{path}: {error.strerror}", severity="error", markup=False)
        else:
            self.notify(f"Wrote {path.absolute()}", markup=False)

    def action_keys(self) -> None:
        self.push_screen(KeysPage())


def _title(shown: words.Result, left: float | None) -> Text:
    name = shown["name"] or f"vote {shown['session']}"
    parts = [name, shown["source"], shown["state"]]
    if left is not None and shown["state"] == result.RUNNING:
        parts.append(f"{words.clock_text(left)} left")
    return Text(" · ".join(parts), no_wrap=True, overflow="ellipsis")


def _facts(shown: words.Result, connection: str) -> Text:
    rejected = sum(shown["posts"]["rejected"].values())
    parts = [f"{shown['votes']} votes", f"{shown['ballots']} ballots"]
    if shown["accounts"] is not None:
        parts += [f"{shown['posts']['seen']} posts seen", f"{rejected} not counted"]
    rates = [one["per_minute"] for one in shown["candidates"]]
    if rates and all(rate is not None for rate in rates):
        parts.append(f"{sum(rates):.1f} votes/min")
    parts += [words.money(shown), connection]
    return Text(" · ".join(part for part in parts if part))
