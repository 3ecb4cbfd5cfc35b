"""The filters templates know: `money` and `date`, both in the mail's language."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from jinja2 import TemplateRuntimeError, pass_context
from jinja2.runtime import Context


@pass_context
def money(context: Context, value: Any, currency: str | None = None) -> str:
    """`32.75` -> `$32.75`, in the order's currency unless one is named."""
    return _money(str(value), currency or context["currency"], context["locale"])


@lru_cache(1024)
def _money(value: str, currency: str, locale: str) -> str:
    from babel.numbers import format_currency

    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise TemplateRuntimeError(f"money: {value!r} is not an amount") from error
    return format_currency(amount, currency, locale=known(locale))


@pass_context
def date(context: Context, value: Any, style: str = "long") -> str:
    """A date or RFC 3339 time -> `22 November 2026`; style `short`, `medium`, `long` or `full`; in UTC."""
    from babel.dates import format_date

    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value)
        except ValueError as error:
            raise TemplateRuntimeError(f"date: {value!r} is not a date") from error
    if not isinstance(value, dt.date):
        raise TemplateRuntimeError(f"date: {value!r} is not a date")
    return format_date(value, style, locale=known(context["locale"]))


@lru_cache(64)
def known(locale: str) -> str:
    """`locale` if the language is known, else its language, else English."""
    from babel import Locale, UnknownLocaleError

    for candidate in (locale.replace("-", "_"), locale.replace("-", "_").split("_")[0]):
        try:
            return str(Locale.parse(candidate))
        except (UnknownLocaleError, ValueError):
            continue
    return "en"
