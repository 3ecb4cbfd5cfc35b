"""What the service makes ready before it serves: keys, subscribers, and an example on request."""

from blueprints.errors import ConfigError
from blueprints.orders.config import OrdersConfig
from blueprints.orders.core import statuses
from blueprints.orders.core.errors import BadTransitions
from blueprints.orders.scopes import SCOPES
from blueprints.web.keys import issue
from blueprints.web.outbox import subscribers


def prepare(config: OrdersConfig, demo: bool) -> None:
    """Bring configured keys and subscribers into the database; raises ConfigError for a wrong configuration."""
    check(config)
    issue.from_config(config.keys, SCOPES)
    issue.ensure_admin_key("orders", SCOPES)
    for subscriber in config.subscribers:
        subscribers.keep(subscriber)
    if demo:
        from blueprints.orders import demo as example

        example.fill()


def check(config: OrdersConfig) -> None:
    """Settings that need more than a type."""
    from zoneinfo import ZoneInfo

    try:
        statuses.table(config.transitions)
    except BadTransitions as error:
        raise ConfigError(str(error)) from error
    try:
        ZoneInfo(config.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(f"orders.time_zone: there is no zone {config.time_zone!r}") from error
    if len(config.currency) != 3 or not config.currency.isupper():
        raise ConfigError(f"orders.currency: {config.currency!r} is no code such as USD")
