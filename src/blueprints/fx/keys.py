"""Whether a source has the key it needs."""

from blueprints.fx.sources import Source

NONE, SET, MISSING = "none", "set", "missing"


def key_state(source: Source) -> str:
    """`none` if the source needs no key, else `set` or `missing`."""
    if not source.needs_key:
        return NONE
    return SET if getattr(source.settings, "key", "") else MISSING
