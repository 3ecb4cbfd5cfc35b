"""The temperature of the coming hours as a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.weather.core import units, words
from blueprints.weather.core.rounding import text
from blueprints.weather.text import Line, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blueprints.weather.cells import Cells
    from blueprints.weather.core.forecast import Conditions

HEIGHT = 11
NARROWEST = 30
"""Below so many columns a curve says nothing."""
LABEL_EVERY = 4


def plot(hours: Sequence[Conditions], cells: Cells, free: int) -> list[Line]:
    """The curve as lines of at most `free` columns; none where there is too little to draw."""
    known = [(index, hour) for index, hour in enumerate(hours) if hour.temperature is not None]
    if len(known) < 2 or free < NARROWEST:
        return []
    import plotext

    unit = cells.system.temperature
    heights = [units.temperature(hour.temperature, unit) or 0.0 for _, hour in known]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(min(free, 100), HEIGHT)
    plotext.plot([index for index, _ in known], heights, marker="braille")
    labelled = known[::LABEL_EVERY]
    plotext.xticks(
        [index for index, _ in labelled],
        [words.clock(hour.time.astimezone(cells.zone)) for _, hour in labelled],
    )
    low, high = min(heights), max(heights)
    ticks = sorted({low, (low + high) / 2, high})
    plotext.yticks(ticks, [text(tick, "°" if unit != "K" else "") for tick in ticks])
    drawn: str = plotext.uncolorize(plotext.build())
    return [(Span(line.rstrip(), "cyan"),) for line in drawn.splitlines()]
