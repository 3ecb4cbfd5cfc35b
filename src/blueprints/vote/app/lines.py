"""Votes over time, a line for each candidate."""

from rich.cells import cell_len
from textual_plotext import PlotextPlot

from blueprints.vote.words import Result

MOST_POINTS = 600
ZERO_WIDTH = "\u200b"
PLOT_COLOURS = ("cyan", "green", "magenta", "orange", "blue", "red", "cyan+", "green+", "magenta+")


class History:
    """Votes by candidate at growing times; thinned out so that it never holds more than 600 moments."""

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self.votes: list[list[int]] = []

    def add(self, time_s: float, votes: list[int]) -> None:
        """The newest votes; a time that is no later replaces those of the last."""
        if self.times_s and time_s <= self.times_s[-1]:
            self.votes[-1] = votes
            return
        self.times_s.append(time_s)
        self.votes.append(votes)
        if len(self.times_s) > MOST_POINTS:
            self.times_s = self.times_s[::2]
            self.votes = self.votes[::2]


class Lines(PlotextPlot):
    DEFAULT_CSS = "Lines { height: 1fr; min-height: 8; padding: 0 1; }"

    def show(self, shown: Result, history: History) -> None:
        """Draw the history of a result; nothing while it is hidden."""
        self.plt.clear_data()
        self.plt.xlabel("seconds")
        self.plt.ylabel("votes")
        if all(one["votes"] is not None for one in shown["candidates"]):
            for index, one in enumerate(shown["candidates"]):
                votes = [moment[index] for moment in history.votes]
                colour = PLOT_COLOURS[index % len(PLOT_COLOURS)]
                self.plt.plot(history.times_s, votes, label=measured(one["label"]), color=colour, marker="braille")
        self.refresh()


def measured(label: str) -> str:
    """The label with as many characters as it takes columns: plotext takes every letter for one column wide."""
    return label + ZERO_WIDTH * (cell_len(label) - len(label))
