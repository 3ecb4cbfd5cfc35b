"""What a shell offers at Tab for a parameter: names and files. See `shells` for the shells themselves."""

from collections.abc import Callable, Iterable
from typing import Any

import click

Names = Callable[[], Iterable[str]]
Offer = Callable[[click.Context, click.Parameter, str], list[Any]]


def completed(names: Names) -> Offer:
    """A parameter's `shell_complete`: those of the names that begin with what is typed, in any case of letters.

    The names are asked for only when a shell completes.
    """

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        return [name for name in names() if name.lower().startswith(incomplete.lower())]

    return complete


def listed(names: Names) -> Offer:
    """The same for a list with commas: the last name is completed, and no name offered twice."""

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        taken = before.lower().split(",")
        found = (name for name in names() if name.lower().startswith(last.lower()) and name.lower() not in taken)
        return [f"{before}{comma}{name}" for name in found]

    return complete


def files(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
    """Paths, for a parameter that is no path alone: `-` too."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]
