"""Settings that all services share."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from blueprints.config import bounds
from blueprints.web import checks

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class WebConfig:
    allowed_hosts: Annotated[list[str], "Host names answered besides localhost and the service's own address."] = field(
        default_factory=list
    )
    https: Annotated[
        bool, "Whether visitors arrive by HTTPS, as behind a proxy: cookies become Secure, HSTS is sent."
    ] = False
    trusted_proxies: Annotated[
        list[str], "Addresses and networks of proxies before any of the services, whose X-Forwarded-For is believed."
    ] = field(default_factory=list)
    log_level: Annotated[str, "Least severe log lines to write: DEBUG, INFO, WARNING or ERROR."] = "INFO"
    log_requests: Annotated[bool, "Write a log line for each request."] = True
    lock_timeout: Annotated[timedelta, "How long a write waits for a locked SQLite database."] = timedelta(seconds=20)

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        if self.log_level.upper() not in LEVELS:
            raise ValueError(f"log_level: {self.log_level!r} is none of {', '.join(LEVELS)}")
        checks.networks("trusted_proxies", self.trusted_proxies)
        if any("/" in host for host in self.allowed_hosts):
            raise ValueError("allowed_hosts: give names such as shop.example, without scheme or path")


@dataclass(frozen=True)
class ClientKey:
    """An API key that the configuration brings along."""

    client: Annotated[str, "Name of the client."]
    scopes: Annotated[list[str], "What the key may do."]
    key_file: Annotated[str, "File that holds the key."]


@dataclass(frozen=True)
class SubscriberConfig:
    """Somebody who is told about events."""

    name: Annotated[str, "Name of the subscriber."]
    url: Annotated[str, "Address that events are posted to."]
    secret: Annotated[str, "Signing secret, whsec_ and base64; generated where empty."] = field(default="", repr=False)
    events: Annotated[list[str], "Types of events, such as order.shipped or order.*."] = field(
        default_factory=lambda: ["*"]
    )


def _schedule() -> list[timedelta]:
    seconds = (0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
    return [timedelta(seconds=each) for each in seconds]


@dataclass(frozen=True)
class RelayConfig:
    schedule: Annotated[list[timedelta], "Pause before each attempt to deliver an event."] = field(
        default_factory=_schedule
    )
    jitter: Annotated[float, "Share by which a pause is spread both ways."] = 0.2
    timeout: Annotated[timedelta, "How long a subscriber may take to answer."] = timedelta(seconds=15)
    batch: Annotated[int, "Deliveries claimed at once."] = 50
    lease: Annotated[timedelta, "How long a claim holds before another relay may take it over."] = timedelta(seconds=60)

    def __post_init__(self) -> None:
        """Raises ValueError, which the loader turns into an error that names the section."""
        bounds.at_least(1, batch=self.batch)
        if not 0 <= self.jitter <= 1:
            raise ValueError(f"jitter: {self.jitter:g} is not between 0 and 1")
        if not self.schedule:
            raise ValueError("schedule: there must be a first attempt, such as 0")
        if not timedelta() < self.timeout < self.lease:
            raise ValueError("timeout: it must be more than nothing and less than the lease")


SECTION = WebConfig
