"""The one place that builds HTTP clients: timeouts, retries, the cache on disk, limits, and failures in our words.

Nothing else in the program names httpx's exceptions, so that a successor of httpx touches this folder alone. A client
belongs to one upstream, whose `name` opens every message; messages hold its host, never a path's query string.
"""

from blueprints.http.answers import checked, json_exact
from blueprints.http.clients import AsyncClient, Client, async_client, client, user_agent
from blueprints.http.failures import Paused, translated
from blueprints.http.retrying import jittered, retry_after_s

__all__ = [
    "AsyncClient",
    "Client",
    "Paused",
    "async_client",
    "checked",
    "client",
    "jittered",
    "json_exact",
    "retry_after_s",
    "translated",
    "user_agent",
]
