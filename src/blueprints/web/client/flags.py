"""`--base-url` and `--json`, which may stand on either side of a command's name."""

from typing import Any

import click

_META = "blueprints.client."


def add_to(command: click.Command, setting: str) -> None:
    """Give both flags to a command and to all commands under it; `setting` names the default address."""
    command.params += [
        _option("--base-url", metavar="URL", help=f"Address of the service.  [default: {setting}]"),
        _option("--json", is_flag=True, help="Print JSON."),
    ]
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        add_to(below, setting)


def base_url() -> str | None:
    """The address typed with the running command; None: the configured one."""
    return click.get_current_context().meta.get(_META + "base_url")


def as_json() -> bool:
    """Whether the running command shall print JSON."""
    return bool(click.get_current_context().meta.get(_META + "json"))


def _option(name: str, **attributes: Any) -> click.Option:
    return click.Option([name], expose_value=False, callback=_remember, **attributes)


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    """`meta` is one for a context and those above it; what was not typed here must not hide what was typed there."""
    if value:
        ctx.meta[_META + str(parameter.name)] = value
