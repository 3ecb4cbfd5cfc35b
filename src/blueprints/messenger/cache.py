"""The cache in Redis, in which throttles count; while Redis is away a page says so and asks to wait."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import ConnectionError as Away
from redis.exceptions import TimeoutError as Late

from blueprints.web import problems


class Client(Redis):
    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Raises Problem, a 503."""
        try:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # it has no annotations
        except (Away, Late) as error:
            raise problems.unavailable() from error


class CacheClient(RedisCacheClient):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._client = Client


class Cache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = CacheClient
