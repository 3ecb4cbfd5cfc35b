"""What each service must know of the others to work with them: addresses, API keys and signing secrets.

It is handed over as environment variables, and only where nothing else is configured.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from blueprints import paths
from blueprints.config import origin
from blueprints.web import webhooks
from blueprints.web.keys import secret

ORDER_SCOPES = ["orders:create", "orders:read", "orders:cancel"]
MAIL_SCOPES = ["mails:send"]


def introductions(urls: Mapping[str, str]) -> dict[str, str]:
    """Environment variables for every service named in `urls` (service -> address), the same for all of them."""
    found: dict[str, str] = {}
    if "orders" in urls:
        found["BLUEPRINTS_ORDERS__BASE_URL"] = urls["orders"]
        found["BLUEPRINTS_ORDERS__SUBSCRIBERS"] = json.dumps(_subscribers(urls))
        found["BLUEPRINTS_ORDERS__KEYS"] = json.dumps(_key("store", ORDER_SCOPES, "store-to-orders"))
    if "notifier" in urls:
        found["BLUEPRINTS_NOTIFIER__BASE_URL"] = urls["notifier"]
        found["BLUEPRINTS_NOTIFIER__SOURCES"] = json.dumps(
            {name: {"secrets": [_secret(f"{name}-to-notifier")]} for name in ("orders", "store")}
        )
        found["BLUEPRINTS_NOTIFIER__KEYS"] = json.dumps(_key("store", MAIL_SCOPES, "store-to-notifier"))
        if "store" in urls:
            found["BLUEPRINTS_NOTIFIER__SHOP_URL"] = urls["store"]
    if "store" in urls:
        found |= _store(urls)
    if "messenger" in urls:
        found["BLUEPRINTS_MESSENGER__CLIENT__BASE_URL"] = urls["messenger"]
    return {name: value for name, value in found.items() if _is_free(name)}


def _subscribers(urls: Mapping[str, str]) -> list[dict[str, object]]:
    return [
        {
            "name": name,
            "url": f"{urls[name]}/webhooks/orders",
            "secret": _secret(f"orders-to-{name}"),
            "events": ["order.*"],
        }
        for name in ("store", "notifier")
        if name in urls
    ]


def _store(urls: Mapping[str, str]) -> dict[str, str]:
    found = {"BLUEPRINTS_STORE__PUBLIC_URL": urls["store"]}
    if "orders" in urls:
        found["BLUEPRINTS_STORE__ORDERS_URL"] = urls["orders"]
        found["BLUEPRINTS_STORE__ORDERS_API_KEY"] = _kept("store-to-orders.key", secret.new).read_text()
        found["BLUEPRINTS_STORE__ORDERS_WEBHOOK_SECRETS"] = _secret("orders-to-store")
    if "notifier" in urls:
        found["BLUEPRINTS_STORE__NOTIFIER_URL"] = urls["notifier"]
        found["BLUEPRINTS_STORE__NOTIFIER_API_KEY"] = _kept("store-to-notifier.key", secret.new).read_text()
        found["BLUEPRINTS_STORE__NOTIFIER_SECRET"] = _secret("store-to-notifier")
    return found


def _key(client: str, scopes: list[str], name: str) -> list[dict[str, object]]:
    return [{"client": client, "scopes": scopes, "key_file": str(_kept(f"{name}.key", secret.new))}]


def _secret(name: str) -> str:
    return _kept(f"{name}.secret", webhooks.new_secret).read_text()


def _kept(name: str, new: Callable[[], str]) -> Path:
    """A private file that holds a generated text, the same at every start."""
    path = paths.data_dir() / "together" / name
    if not path.exists():
        paths.private_file(path, new().encode())
    return path


def _is_free(variable: str) -> bool:
    """Whether neither environment nor file says something of this setting."""
    return origin(variable.removeprefix("BLUEPRINTS_").lower().replace("__", ".")) == "default"
