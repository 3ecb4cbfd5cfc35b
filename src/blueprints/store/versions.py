"""What a process remembers of the catalogue, and when it has to forget it."""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

from blueprints.store.models import CatalogueVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

T = TypeVar("T")
_ROW = 1


_later = threading.local()


@contextmanager
def at_the_end() -> Iterator[None]:
    """Bump once when the block ends, however often it is asked for: the row stays free for shoppers until then."""
    _later.is_wanted = False
    try:
        yield
        is_wanted = _later.is_wanted
    finally:
        del _later.is_wanted
    if is_wanted:
        bump()


def bump() -> None:
    """Tell every process that what pages show has changed; call it in the transaction of the change."""
    if hasattr(_later, "is_wanted"):
        _later.is_wanted = True
        return
    number = secrets.randbits(62)
    if not CatalogueVersion.objects.filter(pk=_ROW).update(number=number):
        CatalogueVersion.objects.create(pk=_ROW, number=number)


def current() -> int:
    """The number of the present state; never one that another state has had."""
    return CatalogueVersion.objects.filter(pk=_ROW).values_list("number", flat=True).first() or 0


class Remembered(Generic[T]):
    """Values made from the catalogue, by key, kept until its version changes."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._state: tuple[int, dict[Hashable, T]] = (-1, {})
        """Version and values, exchanged as one: threads that serve pages never see one without the other."""

    def get(self, version: int, key: Hashable, make: Callable[[], T]) -> T:
        """The value for `key` at `version`, made when it is not there."""
        known, values = self._state
        if version != known:
            values = {}
            self._state = version, values
        try:
            return values[key]
        except KeyError:
            value = make()
        if len(values) >= self._most:
            values.clear()
        values[key] = value
        return value
