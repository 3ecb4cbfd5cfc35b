"""One member of a mapping by an environment variable of its own: `BLUEPRINTS_SPOTIFY__KEYS__QUIT=ctrl+q`."""

import typing
from dataclasses import is_dataclass
from types import UnionType
from typing import Any

from blueprints.config.section import Setting, is_text_list, without_none
from blueprints.errors import ConfigError


def is_mapping(setting: Setting) -> bool:
    return typing.get_origin(setting.plain) is dict


def merged(key: str, setting: Setting, tail: str, text: str, former: Any, place: str) -> dict[str, Any]:
    """The mapping at `key` so far with the member that `tail` names: `quit`, or `orders.secrets` where it has fields.

    Raises ConfigError where there is no such member.
    """
    name, _, field = tail.partition(".")
    kind = without_none(typing.get_args(setting.plain)[1])
    whole = dict(former) if isinstance(former, dict) else {}
    if not is_dataclass(kind):
        if field:
            raise ConfigError(f"{key}.{name}: there is nothing below it, such as {field} ({place})")
        return {**whole, name: _value(kind, text)}
    inner = typing.get_type_hints(kind)
    if field not in inner:
        known = ", ".join(f"{key}.{name}.{each}" for each in inner)
        raise ConfigError(f"{key}.{tail}: no such setting; known: {known} ({place})")
    member = whole.get(name)
    return {
        **whole,
        name: {**(member if isinstance(member, dict) else {}), field: _value(without_none(inner[field]), text)},
    }


def _value(kind: Any, text: str) -> Any:
    """Text, or a list by its commas where the member is one or may be one; a lone comma is text."""
    may_be_list = typing.get_origin(kind) in (typing.Union, UnionType) and any(map(is_text_list, typing.get_args(kind)))
    items = [item.strip() for item in text.split(",") if item.strip()]
    return items if is_text_list(kind) or (may_be_list and len(items) > 1) else text
