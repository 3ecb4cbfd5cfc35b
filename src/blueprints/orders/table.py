"""The table of transitions in force: the published one with what the configuration opens."""

from functools import lru_cache

from django.conf import settings

from blueprints.orders.core import statuses


def transitions() -> statuses.Table:
    """Status -> statuses that may follow it; raises BadTransitions for a wrong configuration."""
    changes = settings.SERVICE_CONFIG.transitions
    return _built(tuple((word, tuple(following)) for word, following in changes.items()))


@lru_cache(maxsize=8)
def _built(changes: tuple[tuple[str, tuple[str, ...]], ...]) -> statuses.Table:
    return statuses.table(dict(changes))
