"""The one place that makes AWS clients: region, address, time limit and number of attempts."""

from importlib.util import find_spec
from typing import Any

from blueprints import extras
from blueprints.errors import ConfigError


def require() -> None:
    """Raise ConfigError where AWS's library, which comes with an extra, is missing."""
    if find_spec("boto3") is None:
        raise ConfigError(extras.line("boto3"))


def client(service: str, region: str = "", base_url: str = "", *, timeout_s: float = 10, attempts: int = 3) -> Any:
    """A client of `service`; credentials are found as AWS's tools find them. `attempts` counts the first one too."""
    require()
    import boto3
    from botocore.config import Config

    settings = Config(
        connect_timeout=min(timeout_s, 10),
        read_timeout=timeout_s,
        retries={"total_max_attempts": attempts, "mode": "standard"},
        region_name=region or None,
    )
    return boto3.session.Session().client(service, config=settings, endpoint_url=base_url or None)
