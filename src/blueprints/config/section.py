"""What a section's dataclass says about its settings."""

import dataclasses
import typing
from collections.abc import Hashable, Iterator
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from keyword import iskeyword
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple

SCALARS = (str, int, float, bool, Decimal, Path, timedelta)


class Setting(NamedTuple):
    """One field of a section."""

    name: str
    kind: Any
    """The type without its Annotated wrapper; for a nested section its dataclass."""
    annotation: Any
    """The type as declared, with whatever constraints stand beside the help."""
    help: str
    default: Any
    """The default, or the built default where the field has a factory."""
    secret: bool

    @property
    def attribute(self) -> str:
        """The dataclass field: the name, with `_` behind it where Python keeps the word for itself (`lambda_`)."""
        return attribute(self.name)

    @property
    def is_section(self) -> bool:
        return isinstance(self.kind, type) and dataclasses.is_dataclass(self.kind)

    @property
    def is_scalar(self) -> bool:
        return self.plain in SCALARS or typing.get_origin(self.plain) is Literal or is_text_list(self.plain)

    @property
    def plain(self) -> Any:
        """The type without `| None`."""
        return without_none(self.kind)

    @property
    def is_constrained(self) -> bool:
        return typing.get_origin(self.annotation) is Annotated and len(typing.get_args(self.annotation)) > 2


def settings(section: type) -> list[Setting]:
    """The section's fields in the order declared; raises TypeError for one without help."""
    return _settings(section)


@lru_cache(maxsize=64)
def _settings(section: Hashable) -> list[Setting]:
    assert isinstance(section, type)  # noqa: S101 - caching wants something hashable, and classes are
    assert dataclasses.is_dataclass(section)  # noqa: S101 - a section is one
    hints = typing.get_type_hints(section, include_extras=True)
    return [_setting(section, field, hints[field.name]) for field in dataclasses.fields(section)]


def _setting(section: type, field: dataclasses.Field[Any], annotation: Any) -> Setting:
    kind, help_text = annotation, ""
    if typing.get_origin(annotation) is Annotated:
        kind, *metadata = typing.get_args(annotation)
        help_text = next((item for item in metadata if isinstance(item, str)), "")
    setting = Setting(field.name.removesuffix("_"), kind, annotation, help_text, _default(field), not field.repr)
    if not help_text and not setting.is_section:
        raise TypeError(f"{section.__name__}.{field.name} is declared without a line of help")
    return setting


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None if field.default is dataclasses.MISSING else field.default


def plugin_folders(section: type) -> tuple[str, ...]:
    """Names of the folders whose plug-ins have settings of their own below this section."""
    return tuple(getattr(section, "PLUGINS", ()))


def attribute(name: str) -> str:
    """The dataclass field of a setting, see `Setting.attribute`."""
    return f"{name}_" if iskeyword(name) else name


def without_none(kind: Any) -> Any:
    if typing.get_origin(kind) in (typing.Union, UnionType):
        rest = [part for part in typing.get_args(kind) if part is not NoneType]
        if len(rest) == 1:
            return rest[0]
    return kind


def is_text_list(kind: Any) -> bool:
    return typing.get_origin(kind) in (list, tuple) and typing.get_args(kind)[0] is str


def flattened(section: type, path: str) -> Iterator[tuple[str, Setting]]:
    """Every setting below a section as (dotted path, setting), nested sections opened."""
    for setting in settings(section):
        inner = f"{path}.{setting.name}"
        if setting.is_section:
            yield from flattened(setting.kind, inner)
        else:
            yield inner, setting
