"""Answers kept on disk by RFC 9111, in one file for all clients."""

from typing import Any

import httpx

from blueprints import paths

CACHE_BYTES = 256 * 2**20


def _cache_path() -> str:
    return str(paths.ensure(paths.cache_dir()) / "http.sqlite")


def cached(inner: httpx.BaseTransport) -> httpx.BaseTransport:
    hishel = _hishel()
    storage = hishel.SqliteStorage(database_path=_cache_path(), max_size=CACHE_BYTES)
    made: httpx.BaseTransport = hishel.httpx.CacheTransport(
        inner, storage=storage, rfc=hishel.CacheOptions(shared=False)
    )
    return made


def async_storage() -> Any:
    return _hishel().AsyncSqliteStorage(database_path=_cache_path(), max_size=CACHE_BYTES)


def cached_async(inner: httpx.AsyncBaseTransport, storage: Any) -> httpx.AsyncBaseTransport:
    hishel = _hishel()
    made: httpx.AsyncBaseTransport = hishel.httpx.AsyncCacheTransport(
        inner, storage=storage, rfc=hishel.CacheOptions(shared=False)
    )
    return made


def _hishel() -> Any:
    """hishel without the 0.35 s of its Redis storage, which it imports wherever redis is installed.

    Its log is kept silent: a cache that fails is a miss, nothing that a user has to read a traceback about.
    """
    import logging
    import sys

    hidden = "hishel" not in sys.modules and "redis" not in sys.modules
    if hidden:
        sys.modules["redis"] = None  # type: ignore[assignment]  # the documented way to make an import fail
    try:
        import hishel
        import hishel.httpx
    finally:
        if hidden:
            del sys.modules["redis"]
    logging.getLogger("hishel").setLevel(logging.CRITICAL + 1)
    return hishel
