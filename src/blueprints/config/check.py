"""Checks of single values with pydantic, and its findings in our words."""

import typing
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from blueprints.clock import duration
from blueprints.config.section import Setting, is_text_list
from blueprints.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from blueprints.config.merge import Given


def checked(key: str, setting: Setting, given: "Given") -> Any:
    """The value in the setting's type; raises ConfigError naming the key and the place, never a secret's value."""
    value = given.value
    if not setting.is_constrained and setting.kind in (str, bool, int) and type(value) is setting.kind:
        return value  # pydantic would say the same, after 0.1 s of importing
    try:
        if not setting.is_constrained and setting.kind is timedelta and isinstance(value, str):
            return duration(value)  # as above
    except UsageError as error:
        raise ConfigError(f"{key}: {error} ({given.place})") from error
    from pydantic import ValidationError

    try:
        return _adapter(setting.annotation).validate_python(_prepared(setting.plain, value))
    except UsageError as error:
        raise ConfigError(f"{key}: {error} ({given.place})") from error
    except ValidationError as error:
        shown = "" if setting.secret or not isinstance(value, str | int | float) else f"{value!r} "
        raise ConfigError(f"{key}: {shown}{_reason(error)} ({given.place})") from None


@lru_cache(maxsize=256)
def _adapter(annotation: Any) -> Any:
    from pydantic import ConfigDict, TypeAdapter

    try:
        return TypeAdapter(annotation, config=ConfigDict(coerce_numbers_to_str=True))
    except TypeError:  # pragma: no cover - pydantic refuses a config only for types that carry their own
        return TypeAdapter(annotation)


def _prepared(kind: Any, value: Any) -> Any:
    """Durations and comma lists are written by people; pydantic does not read them."""
    if kind is timedelta and isinstance(value, str):
        return duration(value)
    if kind is timedelta and isinstance(value, int | float) and not isinstance(value, bool):
        return timedelta(seconds=value)
    if is_text_list(kind) and isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if typing.get_origin(kind) is list and typing.get_args(kind)[0] is timedelta and isinstance(value, list):
        return [_prepared(timedelta, item) for item in value]
    return value


def _reason(error: Any) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    text = first["msg"].removeprefix("Input ").removeprefix("Value error, ")
    return f"{where} {text}".strip()
