"""A click flag for each setting of a section."""

import typing
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from blueprints.clock import duration, duration_text
from blueprints.config.section import Setting, is_text_list, settings
from blueprints.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])


class Duration(click.ParamType[timedelta]):
    """`90s`, `3m`, `2h`, `7d`, as a timedelta."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            return duration(str(value))
        except UsageError as error:
            self.fail(str(error), param, ctx)


class Amount(click.ParamType[Decimal]):
    """An exact decimal number."""

    name = "decimal"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            self.fail(f"{value!r} is no number", param, ctx)
        if not found.is_finite():
            self.fail(f"{value!r} is no number", param, ctx)
        return found


class Words(click.ParamType[list[str]]):
    """A comma list, as a list of texts."""

    name = "list"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        if isinstance(value, list):
            return value
        return [item.strip() for item in str(value).split(",") if item.strip()]


def options(section: type, *names: str) -> Callable[[F], F]:
    """Decorator: one flag for each named field, or for every scalar field that is no secret.

    The default of a flag is None, so that one nobody typed hides neither environment nor file.
    """
    known = {setting.name: setting for setting in settings(section)}
    chosen = [known[name] for name in names] or [one for one in known.values() if one.is_scalar and not one.secret]

    def decorate(function: F) -> F:
        for setting in reversed(chosen):
            function = _flag(setting)(function)
        return function

    return decorate


def _flag(setting: Setting) -> Callable[[F], F]:
    name = "--" + setting.name.replace("_", "-")
    if setting.plain is bool:
        name = f"{name}/--no-{setting.name.replace('_', '-')}"
        return click.option(name, setting.name, default=None, help=_help(setting))
    return click.option(name, setting.name, default=None, type=_type(setting.plain), help=_help(setting))


def _type(kind: Any) -> Any:
    if typing.get_origin(kind) is Literal:
        return click.Choice([str(choice) for choice in typing.get_args(kind)])
    if is_text_list(kind):
        return Words()
    return {timedelta: Duration(), Decimal: Amount(), Path: click.Path(path_type=Path), int: int, float: float}.get(
        kind, str
    )


def _help(setting: Setting) -> str:
    shown = shown_value(setting.default)
    return f"{setting.help}  [default: {shown}]" if shown else setting.help


def shown_value(value: Any) -> str:
    """A setting's value as a person would write it; empty where there is none."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(shown_value(item) for item in value)
    return str(value)
