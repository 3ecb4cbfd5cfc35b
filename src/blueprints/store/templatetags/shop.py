"""Filters and tags of the shop's templates."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from blueprints.store import cards, covers, csrf, descriptions

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()


@register.filter
def money(amount: Decimal) -> str:
    """An amount as the shop writes it."""
    return cards.price_text(amount)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as HTML that is safe to show."""
    return descriptions.html(text)


@register.simple_tag(takes_context=True)
def form_token(context: dict[str, Any]) -> SafeString:
    """The hidden field that proves that a form is the shop's own; sets no cookie for a visitor without one."""
    request: HttpRequest = context["request"]
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', csrf.token(request))


@register.filter
def at(table: dict[Any, Any] | str, key: Any) -> Any:
    """The value for a key; nothing when there is none."""
    return table.get(key, "") if isinstance(table, dict) else ""


@register.filter
def cover(name: str) -> str:
    """The address of the small picture of a cover."""
    return covers.urls(name)[0]


@register.filter
def web_only(address: str) -> str:
    """An address if it is one of the web: no script hides in it."""
    return address if address.startswith(("https://", "http://")) else ""


@register.simple_tag
def access_alarm() -> int:
    """How many checkouts wait because the orders service refuses the shop's key."""
    from blueprints.store.models import Checkout

    return Checkout.objects.filter(state=Checkout.State.RESERVED, access_refused=True).count()
