"""Ids for invented posts and accounts."""

from blueprints.vote.core.snowflakes import EPOCH_MS


def first_id(moment_ms: int) -> int:
    """The smallest id of that millisecond since 1970."""
    return (moment_ms - EPOCH_MS) << 22
