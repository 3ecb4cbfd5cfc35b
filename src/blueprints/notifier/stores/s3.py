"""Templates in an S3 bucket, kept for `ttl` and then asked for again by their ETag.

The bucket is listed once per `ttl`, so that variants which do not exist cost no request. While S3 is away the templates
fetched before go on serving.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from blueprints.errors import ConfigError
from blueprints.notifier.stores import Unreachable

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    bucket: Annotated[str, "Bucket with the templates."] = ""
    prefix: Annotated[str, "What their keys begin with, such as mails/."] = ""
    region: Annotated[str, "Region of the bucket; empty for the environment's."] = ""
    base_url: Annotated[str, "Address of S3; empty for the region's own."] = ""
    ttl: Annotated[timedelta, "How long a template is used before S3 is asked whether it changed."] = timedelta(
        seconds=60
    )


@dataclass
class _Kept:
    text: str
    etag: str
    fresh_until: float


class Store:
    def __init__(self, settings: Settings) -> None:
        if not settings.bucket:
            raise ConfigError("notifier.s3.bucket is not set: name the bucket with the templates")
        from blueprints.notifier import aws

        aws.require()
        self._settings = settings
        self._ttl_s = settings.ttl.total_seconds()
        self._kept: dict[str, _Kept] = {}
        self._names: list[str] | None = None
        self._listed_until = 0.0
        self._lock = threading.RLock()
        self._client: Any = None

    def text(self, file: str) -> str | None:
        with self._lock:
            if file not in self.names():
                return None
            kept = self._kept.get(file)
            if kept is None or time.monotonic() >= kept.fresh_until:
                kept = self._refreshed(file, kept)
            return None if kept is None else kept.text

    def version(self, file: str) -> object:
        with self._lock:
            return None if self.text(file) is None else self._kept[file].etag

    def names(self) -> list[str]:
        with self._lock:
            if self._names is None or time.monotonic() >= self._listed_until:
                self._names = self._listed()
                self._listed_until = time.monotonic() + self._ttl_s
            return self._names

    def where(self, file: str) -> str:
        return f"s3://{self._settings.bucket}/{self._settings.prefix}{file}"

    def _listed(self) -> list[str]:
        from botocore.exceptions import BotoCoreError, ClientError

        prefix = self._settings.prefix
        try:
            pages = self._s3().get_paginator("list_objects_v2").paginate(Bucket=self._settings.bucket, Prefix=prefix)
            keys = [found["Key"].removeprefix(prefix) for page in pages for found in page.get("Contents", [])]
        except (BotoCoreError, ClientError) as error:
            if self._names is None or _gone(error):
                raise Unreachable(f"s3://{self._settings.bucket}/{prefix}: {error}") from error
            _log.warning("the template bucket cannot be listed, what is known of it goes on serving: %s", error)
            return self._names
        return sorted(key for key in keys if key.endswith((".html", ".txt")))

    def _refreshed(self, file: str, kept: _Kept | None) -> _Kept | None:
        from botocore.exceptions import BotoCoreError, ClientError

        condition = {"IfNoneMatch": kept.etag} if kept else {}
        key = self._settings.prefix + file
        try:
            answer = self._s3().get_object(Bucket=self._settings.bucket, Key=key, **condition)
            found = _Kept(answer["Body"].read().decode("utf-8"), answer["ETag"], 0.0)
        except UnicodeDecodeError as error:
            raise Unreachable(f"{self.where(file)} is not UTF-8") from error
        except (BotoCoreError, ClientError) as error:
            if _code(error) == "NoSuchKey":
                self._kept.pop(file, None)
                return None
            found = self._still(file, kept, error)
        found.fresh_until = time.monotonic() + self._ttl_s
        self._kept[file] = found
        return found

    def _still(self, file: str, kept: _Kept | None, error: Exception) -> _Kept:
        """What was fetched before, when S3 says that it is unchanged or says nothing at all."""
        unchanged = _code(error) in ("304", "NotModified")
        if kept is None or _gone(error):
            raise Unreachable(f"{self.where(file)}: {error}") from error
        if not unchanged:
            _log.warning("a template cannot be fetched, the one fetched before goes on serving: %s: %s", file, error)
        return kept

    def _s3(self) -> Any:
        if self._client is None:
            from blueprints.notifier import aws

            self._client = aws.client("s3", self._settings.region, self._settings.base_url)
        return self._client


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def _gone(error: Exception) -> bool:
    """Whether S3 is there and says that the bucket is not: no outage, and nothing to go on serving from."""
    return _code(error) == "NoSuchBucket"
