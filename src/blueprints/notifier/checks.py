"""Checks of what comes from outside; all mistakes of a body are told at once."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from blueprints.errors import BlueprintsError
from blueprints.notifier import addresses

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")


class NotJson(BlueprintsError):
    """The body is not a JSON object."""


class Invalid(BlueprintsError):
    """The body says something impossible."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in errors))
        self.errors = errors
        """`[{"loc": ["order_customer", "email"], "msg": "…"}]`, as the answer shows them."""


def parsed(body: bytes) -> dict[str, Any]:
    """The object in `body`, numbers exact. Raises NotJson; Invalid for text that nothing could encode."""
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
        json.dumps(found, default=str, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Invalid([{"loc": [], "msg": "has half a surrogate pair, which is no text"}]) from error
    except (ValueError, RecursionError) as error:
        raise NotJson("the body is not JSON") from error
    if not isinstance(found, dict):
        raise NotJson("the body is not a JSON object")
    return found


def _refuse(word: str) -> None:
    raise ValueError(word)


class Checks:
    """Reads values out of a body and notes each that is missing or wrong; `done` raises them together."""

    def __init__(self, body: Any, *place: str | int, errors: list[dict[str, Any]] | None = None) -> None:
        self._place = place
        self.errors: list[dict[str, Any]] = [] if errors is None else errors
        if not isinstance(body, Mapping):
            self.wrong("must be an object")
        self.body: Mapping[str, Any] = body if isinstance(body, Mapping) else {}

    def wrong(self, why: str, *place: str | int) -> None:
        self.errors.append({"loc": [*self._place, *place], "msg": why})

    def done(self) -> None:
        if self.errors:
            raise Invalid(self.errors)

    def inner(self, key: str) -> "Checks":
        return Checks(self.body.get(key), *self._place, key, errors=self.errors)

    def given(self, key: str) -> bool:
        return self.body.get(key) is not None

    def text(self, key: str, *, required: bool = True, limit: int | None = None) -> str:
        value = self.body.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.wrong("must be a text" if value is not None else "is required", key)
            return ""
        if "\0" in value:
            self.wrong("has a NUL character", key)
        if limit and len(value) > limit:
            self.wrong(f"is longer than {limit} characters", key)
        return value

    def line(self, key: str, *, limit: int) -> str:
        value = self.text(key, limit=limit)
        if any(mark in value for mark in "\r\n\u2028\u2029"):
            self.wrong("has a line break", key)
        return value

    def name(self, key: str) -> str:
        try:
            return addresses.shown_name(self.text(key, required=False))
        except ValueError as error:
            self.wrong(str(error), key)
            return ""

    def address(self, key: str) -> str:
        value = self.text(key)
        try:
            return addresses.normalised(value) if value else ""
        except ValueError as error:
            self.wrong(str(error), key)
            return ""

    def whole(self, key: str, *, required: bool = True) -> int | None:
        value = self.body.get(key)
        if value is None and not required:
            return None
        if isinstance(value, Decimal) and abs(value) < 1 << 63 and value == value.to_integral_value():
            value = int(value)  # JSON knows one kind of number: 39.0 is 39
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value < 1 << 63:
            self.wrong("must be a whole number from 1", key)
            return None
        return value

    def amount(self, key: str, *, required: bool = True) -> None:
        value = self.body.get(key)
        if value is None and not required:
            return
        try:
            good = not isinstance(value, bool) and Decimal(str(value)).is_finite() and abs(Decimal(str(value))) < 10**12
        except InvalidOperation:
            good = False
        if not good:
            self.wrong("must be an amount", key)

    def url(self, key: str, *, required: bool = True) -> str:
        value = self.text(key, required=required, limit=2000)
        if value and (not value.startswith(("https://", "http://")) or any(letter.isspace() for letter in value)):
            self.wrong("must be a web address", key)
        return value

    def flag(self, key: str) -> bool:
        value = self.body.get(key, False)
        if not isinstance(value, bool):
            self.wrong("must be true or false", key)
        return value is True

    def locale(self, key: str, default: str) -> str:
        """The locale, or `default` for one that is none: a customer's odd setting costs nobody a mail."""
        value = self.body.get(key)
        return value if isinstance(value, str) and _LOCALE.fullmatch(value) else default

    def list_of(self, key: str, *, required: bool = True) -> list["Checks"]:
        """The entries of a list, each to be checked; a list that is not required may be empty too."""
        value = self.body.get(key)
        if value is None and not required:
            return []
        if not isinstance(value, list) or (required and not value):
            self.wrong("must be a list with at least one entry" if required else "must be a list", key)
            return []
        return [Checks(each, *self._place, key, n, errors=self.errors) for n, each in enumerate(value)]

    def time(self, key: str) -> datetime | None:
        value = self.body.get(key)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            found = None
        if found is None or found.tzinfo is None:
            self.wrong("must be a time with its offset, as in RFC 3339", key)
            return None
        return found
