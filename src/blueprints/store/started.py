"""What the shop knew when it was last started, for its commands: its own address, and the orders service it works with.

A shop that is started with nothing configured finds its neighbours by itself; a command beside it could not know them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from blueprints import config, paths

if TYPE_CHECKING:
    from pathlib import Path

    from blueprints.store.config import StoreConfig

KNOWN = ("public_url", "orders_url", "orders_api_key")


def _note() -> Path:
    return paths.data_dir() / "store" / "started.json"


def keep(known: StoreConfig) -> None:
    """Write it down, for the owner's eyes only."""
    noted = {name: getattr(known, name) for name in ("database", *KNOWN)}
    paths.private_file(_note(), json.dumps(noted).encode())


def environment() -> dict[str, str]:
    """Environment variables for what is not configured, where the shop was started with the configured database."""
    from blueprints.config.places import variable
    from blueprints.store.config import StoreConfig

    try:
        noted = json.loads(_note().read_bytes())
    except (OSError, ValueError):
        return {}
    if noted.get("database") != config.load("store", StoreConfig).database:
        return {}
    free = [name for name in KNOWN if noted.get(name) and config.origin(f"store.{name}") == "default"]
    if "orders_url" not in free:  # a key goes to nobody but the service that it was made for
        free = [name for name in free if name != "orders_api_key"]
    return {variable(f"store.{name}"): noted[name] for name in free}
