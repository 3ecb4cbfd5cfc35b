"""From the body of a request to the mail that is wanted; the same for the service and for Lambda."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from blueprints.notifier.checks import Checks
from blueprints.notifier.core.decision import kind_of
from blueprints.notifier.core.draft import Draft
from blueprints.notifier.core.flood import TOO_OLD, too_old
from blueprints.notifier.core.kind import ALERT_KINDS, KINDS, ORDER_KINDS
from blueprints.notifier.rendering import is_name

_ORDER_KEYS = ("id", "total", "status", "created_at", "items", "order_customer")


@dataclass(frozen=True)
class Rules:
    """What the settings say about wishes for mails."""

    locale: str = "en"
    silence: Collection[str] = ()
    max_event_age: timedelta = timedelta(days=7)


def of_event(source: str, event_id: str, event: Mapping[str, Any], rules: Rules, now: datetime) -> Draft | None:
    """The mail that an event deserves; None for none. Raises checks.Invalid."""
    kind = kind_of(source, event, rules.silence)
    if kind is None:
        return None
    checks = Checks(event)
    happened_at = checks.time("timestamp")
    data = checks.inner("data")
    draft = _of_order(kind, data.inner("order"), rules) if kind in ORDER_KINDS else _of_shop(kind, data, rules)
    checks.done()
    late = too_old(happened_at, now, rules.max_event_age)
    return replace(
        draft,
        source=source,
        event_id=event_id,
        happened_at=happened_at,
        stillborn=TOO_OLD if late else None,
    )


def of_direct(kind: str, body: Mapping[str, Any], rules: Rules) -> Draft:
    """The mail that a body of `/notify/order-…/` asks for; keys besides the order's own go to the template too."""
    checks = Checks(body)
    draft = _of_order(kind, checks, rules)
    checks.done()
    more = {key: value for key, value in body.items() if key not in _ORDER_KEYS}
    stillborn = "silenced" if kind in rules.silence else None
    return replace(draft, source="direct", variables={**more, "order": dict(body)}, stillborn=stillborn)


def of_request(body: Mapping[str, Any], rules: Rules) -> Draft:
    """The mail that a body of `/api/v1/mails` asks for: of a template, or of its own text."""
    checks = Checks(body)
    to = checks.inner("to")
    template = checks.text("template") if checks.given("template") else "message"
    if checks.given("template") and not is_name(template):
        checks.wrong("is no name of a template", "template")
    variables = _own_text(checks) if template == "message" and not checks.given("data") else _data(checks)
    draft = Draft(
        kind=template if template in KINDS else "message",
        to_address=to.address("address"),
        to_name=to.name("name"),
        locale=checks.locale("locale", rules.locale),
        source="api",
        order_id=checks.whole("order_id", required=False),
        template=template,
        variables=variables,
        sensitive=checks.flag("sensitive"),
    )
    checks.done()
    return draft


def _of_order(kind: str, order: Checks, rules: Rules) -> Draft:
    customer = order.inner("order_customer")
    received = kind == "order_received"
    order.amount("total", required=received)
    for item in order.list_of("items", required=received):
        item.text("name")
        item.whole("quantity")
        item.amount("price_per_unit")
    if order.given("tracking"):
        order.inner("tracking").url("url", required=False)
    return Draft(
        kind=kind,
        to_address=customer.address("email"),
        to_name=customer.name("name"),
        locale=customer.locale("locale", rules.locale),
        order_id=order.whole("id"),
        template=kind,
        variables={"order": order.body},
    )


def _of_shop(kind: str, data: Checks, rules: Rules) -> Draft:
    recipient = data.inner("recipient")
    _check_alert(data) if kind in ALERT_KINDS else _check_keys(data)
    names = ("game", "unsubscribe_url") if kind in ALERT_KINDS else ("order_id", "url", "items")
    return Draft(
        kind=kind,
        to_address=recipient.address("email"),
        to_name=recipient.name("name"),
        locale=recipient.locale("locale", rules.locale),
        order_id=None if kind in ALERT_KINDS else data.whole("order_id"),
        template=kind,
        variables={name: data.body.get(name) for name in names},
    )


def _check_alert(data: Checks) -> None:
    game = data.inner("game")
    game.text("name")
    game.text("platform")
    game.url("url")
    game.amount("price")
    game.amount("old_price", required=False)
    data.url("unsubscribe_url")


def _check_keys(data: Checks) -> None:
    data.url("url")
    for item in data.list_of("items"):
        item.text("name")
        item.whole("quantity")
        item.amount("ready")


def _own_text(checks: Checks) -> dict[str, Any]:
    """Variables of a mail with its own words; paragraphs are for the HTML part that is made of them."""
    text = checks.text("text")
    html = checks.text("html", required=False)
    paragraphs = [part.strip().splitlines() for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    own = {"html": html} if html else {}
    return {"subject": checks.line("subject", limit=300), "text": text, "paragraphs": paragraphs, **own}


def _data(checks: Checks) -> dict[str, Any]:
    for key in ("subject", "text", "html"):
        if checks.given(key):
            checks.wrong("cannot be given together with a template", key)
    return dict(checks.inner("data").body) if checks.given("data") else {}
