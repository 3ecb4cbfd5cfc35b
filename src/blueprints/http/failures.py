"""What httpx raises, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from blueprints.errors import BlueprintsError, ConfigError, UpstreamError
from blueprints.http.retrying import LongPause


class Paused(UpstreamError):
    """The upstream asks for a pause longer than a retry may wait."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(f"{name} asks for a pause of {seconds:.0f} s: try again then")
        self.seconds = seconds


@contextmanager
def translated(name: str) -> Iterator[None]:
    """httpx's failures inside the block as ours, `name` being the upstream."""
    try:
        yield
    except BlueprintsError:
        raise
    except LongPause as error:
        raise Paused(name, error.seconds) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise ConfigError(f"{name}: its base_url is no http address") from error
    except httpx.TimeoutException as error:
        raise UpstreamError(f"{name}: no answer in time from {_host(error)}") from error
    except httpx.ConnectError as error:
        raise UpstreamError(f"{name}: cannot reach {_host(error)}: {_reason(error)}") from error
    except httpx.TooManyRedirects as error:
        raise UpstreamError(f"{name}: {_host(error)} redirects in circles") from error
    except httpx.DecodingError as error:
        raise UpstreamError(f"{name}: the answer of {_host(error)} cannot be unpacked") from error
    except httpx.RequestError as error:
        raise UpstreamError(f"{name}: the connection to {_host(error)} broke off") from error


def _host(error: httpx.RequestError) -> str:
    """Host of the failed request, with the port where the address names one."""
    try:
        url = error.request.url
    except RuntimeError:  # raised by httpx where no request is known
        return "the server"
    return f"{url.host}:{url.port}" if url.port else url.host


def _reason(error: Exception) -> str:
    text = _chain(error).lower()
    if "refused" in text:
        return "connection refused"
    if any(word in text for word in ("name or service", "resolution", "nodename", "no address")):
        return "its name is not known (is the network up?)"
    if "certificate" in text or "ssl" in text:
        return "its certificate is not accepted"
    return "no connection"


def _chain(error: BaseException | None) -> str:
    """Names and words of an error and of what caused it; asynchronous connections wrap the reason several times."""
    if error is None:
        return ""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    causes = [error.__cause__ or error.__context__, *inner]
    return " ".join([type(error).__name__, str(error), *map(_chain, causes)])
