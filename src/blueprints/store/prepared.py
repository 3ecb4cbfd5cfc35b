"""Queries that nearly every page asks: their SQL is written once, which takes Django far longer than they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)
_HOLE = -(10**9)
"""Stands for the first value while the SQL is written, the next number for the second; nothing asks for such ids."""


class Prepared:
    """A query for ids that differ from time to time; `build` makes it for as many as it is given."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._known: dict[tuple[str, int], tuple[str, tuple[Any, ...]]] = {}

    def rows(self, *ids: int) -> list[tuple[Any, ...]]:
        """The rows as the database gives them: ask for numbers and texts only."""
        with connection.cursor() as cursor:
            cursor.execute(*self._filled(ids))
            return list(cursor.fetchall())

    def objects(self, model: type[M], *ids: int) -> list[M]:
        """The rows as objects of the model that is asked for."""
        return list(model._default_manager.raw(*self._filled(ids)))

    def _filled(self, ids: tuple[int, ...]) -> tuple[str, tuple[Any, ...]]:
        key = connection.vendor, len(ids)
        if key not in self._known:
            holes = range(_HOLE, _HOLE + len(ids))
            self._known[key] = self._build(*holes).query.sql_with_params()
        sql, parameters = self._known[key]
        given = dict(zip(range(_HOLE, _HOLE + len(ids)), ids, strict=True))
        return sql, tuple(given.get(each, each) for each in parameters)
