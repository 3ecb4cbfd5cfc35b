"""A line of rates in the terminal. Drawing is the one place where rates become binary floats: a dot has no decimals."""

import shutil
import sys
from collections.abc import Sequence

HEIGHT = 20
WIDEST = 120


def plotted(points: Sequence[tuple[str, str]], title: str) -> str:
    """The rates of (ISO day, decimal text) as a drawing as wide as the terminal, without colour off a terminal."""
    import plotext

    plotext.clear_figure()
    plotext.date_form("Y-m-d")
    plotext.plotsize(min(shutil.get_terminal_size((80, 24)).columns, WIDEST), HEIGHT)
    plotext.theme("clear")
    plotext.title(title)
    plotext.plot([day for day, _rate in points], [float(rate) for _day, rate in points], marker="braille")
    drawn: str = plotext.build() if sys.stdout.isatty() else plotext.uncolorize(plotext.build())
    return drawn.rstrip("\n")
