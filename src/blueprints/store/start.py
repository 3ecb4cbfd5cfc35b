"""What the shop does before it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueprints.store.config import StoreConfig


def prepare(config: StoreConfig, demo: bool) -> None:
    """Keep what commands have to know, tell the outbox of the notifier, and fill an empty catalogue with the demo."""
    from blueprints.store import demo as demo_shop
    from blueprints.store import started
    from blueprints.store.models import Game
    from blueprints.web.config import SubscriberConfig
    from blueprints.web.outbox import subscribers

    started.keep(config)
    if config.notifier_url and config.notifier_secret:
        address = f"{config.notifier_url.rstrip('/')}/webhooks/store"
        subscribers.keep(SubscriberConfig("notifier", address, config.notifier_secret, ["store.*"]))
    if demo and not Game.objects.exists():
        demo_shop.fill()
