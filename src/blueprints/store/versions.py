"""What a process remembers of the catalogue, and when it has to forget it."""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from blueprints.store.models import CatalogueVersion
from blueprints.store.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from django.http import HttpRequest

T = TypeVar("T")
_ROW = 1
_SHOWN = "store_version"
_number = Prepared(lambda row: CatalogueVersion.objects.filter(pk=row).values_list("number"))


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
    found = _number.rows(_ROW)
    return found[0][0] if found else 0


def shown(request: HttpRequest) -> int:
    """The number of the state that the answer to this request shows, asked for once."""
    found: int | None = getattr(request, _SHOWN, None)
    if found is None:
        found = current()
        setattr(request, _SHOWN, found)
    return found


class _Kept(Generic[T]):
    """Values of one version, and how much they weigh."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.values: dict[Hashable, T] = {}
        self.weight = 0


class Remembered(Generic[T]):
    """Values made from the catalogue, by key, kept until its version changes or they weigh more than `most`."""

    def __init__(self, most: int = 256, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._most = most
        self._weigh = weigh
        self._state: _Kept[T] = _Kept(-1)
        """Exchanged as one: threads that serve pages never see a version without its values."""

    def get(self, version: int, key: Hashable, make: Callable[[], T]) -> T:
        """The value for `key` at `version`, made when it is not there."""
        kept = self._at(version)
        try:
            return kept.values[key]
        except KeyError:
            value = make()
        self._keep(kept, {key: value})
        return value

    def get_all(self, version: int, keys: Iterable[int], make: Callable[[list[int]], Mapping[Any, T]]) -> list[T]:
        """The values for `keys` at `version`, in their order; `make` makes those that are not there, if it can."""
        wanted = list(keys)
        kept = self._at(version)
        found: dict[Hashable, T] = {key: kept.values[key] for key in wanted if key in kept.values}
        if missing := [key for key in wanted if key not in found]:
            made = make(missing)
            self._keep(kept, made)
            found.update(made)
        return [found[key] for key in wanted if key in found]

    def _at(self, version: int) -> _Kept[T]:
        kept = self._state
        if version != kept.version:
            kept = self._state = _Kept(version)
        return kept

    def _keep(self, kept: _Kept[T], made: Mapping[Any, T]) -> None:
        weight = sum(map(self._weigh, made.values()))
        if kept.weight + weight > self._most:
            former, kept = kept, _Kept(kept.version)  # a thread that reads the former one goes on with it
            if self._state is former:
                self._state = kept
        kept.values.update(made)
        kept.weight += weight
