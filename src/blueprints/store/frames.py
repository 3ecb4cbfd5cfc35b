"""Templates drawn once for all things of a shape, with places where their texts go; a text takes hardly any time then.

Two things have the same shape when the same of their values are empty: then a template that only asks whether there is
a value, and prints it without a filter, gives the same page for both but for the texts themselves.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = Mapping[str, str | bool]
    """Texts, which are escaped unless they are safe, and marks, which a template asks for and never prints."""

_PLACE = re.compile("frameplace([a-z_]+)ecalpemarf")


def shape(values: Values) -> tuple[str, ...]:
    """Which of the values are there."""
    return tuple([name for name, value in values.items() if value])


def frame(values: Values, draw: Callable[[Values], str]) -> Frame:
    """What `draw` makes of values of this shape."""
    places = {name: _place(name) if value and isinstance(value, str) else value for name, value in values.items()}
    return Frame(draw(places))


def _place(name: str) -> SafeString:
    return mark_safe(f"frameplace{name}ecalpemarf")  # noqa: S308  letters


def _as_html(value: Any) -> str:
    return value if isinstance(value, SafeString) else escape(value)


class Frame:
    """A drawn template with places left open."""

    def __init__(self, drawn: str) -> None:
        self._parts = _PLACE.split(drawn)
        """Text and names of places by turns."""

    def around(self, values: Values) -> SafeString:
        """The template with these values in their places; they are not looked into for places of their own."""
        parts = self._parts.copy()
        parts[1::2] = [_as_html(values[name]) for name in parts[1::2]]
        return mark_safe("".join(parts))  # noqa: S308  escaped on the line above
