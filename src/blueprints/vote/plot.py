"""A result as bars of text."""

from blueprints import output
from blueprints.vote import words


def bars(shown: words.Result) -> str:
    """Horizontal bars with votes and shares; names alone while the result is hidden."""
    from rich.cells import cell_len

    candidates = shown["candidates"]
    most = max((one["votes"] or 0 for one in candidates), default=0)
    label_width = max(cell_len(one["label"]) for one in candidates)
    bar_width = max(10, output.width() - label_width - 18)
    lines = [_bar(one, most, label_width, bar_width) for one in candidates]
    return "\n".join([*lines, "", words.outcome(shown)])


def _bar(one: words.Result, most: int, label_width: int, bar_width: int) -> str:
    if one["votes"] is None:
        return str(one["label"])
    from rich.cells import set_cell_size

    eighths = round(bar_width * 8 * one["votes"] / most) if most else 0
    full, rest = divmod(eighths, 8)
    bar = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
    share = "" if one["share"] is None else f" {one['share']:6.1%}"
    return f"{set_cell_size(one['label'], label_width)}  {bar} {one['votes']}{share}"
