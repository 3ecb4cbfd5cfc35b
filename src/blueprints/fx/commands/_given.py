"""What several commands read from their arguments."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from blueprints import clock, config
from blueprints.errors import UsageError
from blueprints.fx.commands import _completion
from blueprints.fx.config import FxConfig

if TYPE_CHECKING:
    from decimal import Decimal

    from blueprints.fx.stores import Store

F = TypeVar("F", bound=Callable[..., Any])
FILLERS = ("to", "in")
BASE = "base"


def settings() -> FxConfig:
    return config.load("fx", FxConfig)


def codes(words: Sequence[str]) -> list[str]:
    """Currency codes in capitals, without the words `to` and `in` between them."""
    return [word.strip().upper() for word in words if word.strip().lower() not in FILLERS]


def day(text: str | None) -> date | None:
    """The day of `--date` and its like; None without one."""
    if text is None:
        return None
    from blueprints.fx.core.days import day as parsed

    with as_usage():
        return parsed(text, clock.now().astimezone().date())


def amount(text: str, mark: str) -> "Decimal":
    """The amount of the command line."""
    from blueprints.fx.core.amounts import amount as parsed

    with as_usage():
        return parsed(text, mark)


@contextmanager
def as_usage() -> Iterator[None]:
    """What the command line says wrong, told with the command's usage and an example."""
    try:
        yield
    except UsageError as error:
        raise click.UsageError(str(error), click.get_current_context(silent=True)) from error


def default_currency(configured: str, store: "Store") -> str:
    """The currency to convert from when none is named: the setting, else the stored one. Raises UsageError."""
    found = configured or store.setting(BASE)
    if not found:
        raise UsageError("name a currency, or set one: blueprints fx base SEK")
    return found.strip().upper()


def date_option(function: F) -> F:
    return click.option("--date", "date_text", metavar="D", help="Day of the rate: YYYY-MM-DD, today or yesterday.")(
        function
    )


def source_option(function: F) -> F:
    return click.option(
        "--source",
        metavar="NAME",
        shell_complete=_completion.sources,
        help="Source of the rates.  [default: fx.source]",
    )(function)


def json_option(function: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON; numbers of money are text.")(function)
