"""The candidates as bars, in the order typed; as wide as the screen."""

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.widget import Widget

from blueprints.vote.words import Result

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "red", "bright_cyan", "bright_green", "bright_magenta")
"""By place, again from the first after the last; figures stand beside every bar, for eyes that see no colours."""
EIGHTHS = " ▏▎▍▌▋▊▉"
LONGEST_LABEL = 24
FIGURES = 30
"""Columns for votes, share and rate."""
FEW_FIGURES = 18
"""Columns for votes and share, where there is no room for more."""
SHORTEST_BAR = 8


def colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]


class Bars(Widget):
    """Two lines for each candidate: bar and figures, then room."""

    DEFAULT_CSS = "Bars { height: auto; padding: 1 2; }"

    def __init__(self) -> None:
        super().__init__()
        self.shown: Result = {"candidates": []}

    def show(self, shown: Result) -> None:
        """Draw another result."""
        resized = len(shown["candidates"]) != len(self.shown["candidates"])
        self.shown = shown
        self.refresh(layout=resized)

    def render(self) -> Text:
        candidates = self.shown["candidates"]
        width = self.size.width
        labels = min(LONGEST_LABEL, max((cell_len(one["label"]) for one in candidates), default=0))
        most = max((one["votes"] or 0 for one in candidates), default=0)
        is_narrow = width - labels - FIGURES - 3 < SHORTEST_BAR
        room = max(SHORTEST_BAR, width - labels - (FEW_FIGURES if is_narrow else FIGURES) - 3)
        lines = [
            _line(index, one, labels, _bar(one["votes"], most, room), is_narrow) for index, one in enumerate(candidates)
        ]
        return Text("\n\n").join(lines)


def _line(index: int, one: Result, labels: int, bar: str, is_narrow: bool) -> Text:
    line = Text(no_wrap=True, overflow="crop")
    line.append(set_cell_size(one["label"], labels) + " ", "bold")
    if one["votes"] is not None:
        line.append(bar, colour(index))
        line.append(_figures(one, is_narrow), "bold" if _leads(one) else "")
    return line


def _figures(one: Result, is_narrow: bool) -> str:
    """Votes, share and rate; the time of old figures in place of the last."""
    share = "" if one["share"] is None else f"{one['share']:.1%}"
    rate = "" if one["per_minute"] is None else f"{one['per_minute']:.1f}/min"
    as_of = one.get("as_of")
    if is_narrow:
        return f" {one['votes']:>8} {as_of[11:19] if as_of else share:>8}"
    return f" {one['votes']:>8} {share:>7} {'as of ' + as_of[11:19] if as_of else rate:>12}"


def _leads(one: Result) -> bool:
    return one["rank"] == 1 and bool(one["votes"])


def _bar(votes: int | None, most: int, room: int) -> str:
    full, rest = divmod(round(room * 8 * (votes or 0) / most) if most else 0, 8)
    return ("█" * full + (EIGHTHS[rest] if rest else "")).ljust(room)
