"""The shop's pages in the admin."""

from blueprints.store.admin import alerts, catalogue, games, keys, sales

__all__ = ["alerts", "catalogue", "games", "keys", "sales"]
