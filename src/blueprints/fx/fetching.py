"""Asking a source: its requests over a real client, its answer checked whole, its failures with its name."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from blueprints.clock import now
from blueprints.errors import AuthError, ConfigError, UpstreamError
from blueprints.fx.core.checks import checked
from blueprints.fx.core.ecb_files import MOST_BYTES
from blueprints.fx.core.errors import KeyMissing, KeyRefused, QuotaUsedUp, Unreadable
from blueprints.fx.core.published import Published
from blueprints.fx.deadlines import Late, within
from blueprints.fx.sources import Source
from blueprints.fx.wire import Answer, Flow, Request, Wanted
from blueprints.http import Client, Paused, client, retry_after_s, translated

AHEAD = timedelta(days=1)
"""Rates may be dated tomorrow: it is tomorrow already in Australia."""
PATIENT_S = 20.0
"""Per connection and read, for updates on command."""
LONGEST_S = 120.0
"""All requests of one fetch together, on command."""
RETRIES = 2


def connected(name: str, limit_s: float | None = None) -> Client:
    """A client for the source. With `limit_s` nothing is tried twice."""
    return client(name, timeout_s=limit_s or PATIENT_S, retries=0 if limit_s else RETRIES)


def fetched(connection: Client, source: Source, wanted: Wanted, limit_s: float | None = None) -> list[Published]:
    """The days that the source has of those wanted, checked. `limit_s` bounds the whole exchange.

    Raises KeyMissing, KeyRefused, QuotaUsedUp or UpstreamError, each naming the source; nothing is stored here.
    """
    name = connection.upstream
    key = getattr(source.settings, "key", "")
    if source.needs_key and not key:
        raise KeyMissing(
            f"{name} wants a key: set fx.{name}.key (or the environment variable BLUEPRINTS_FX__{name.upper()}__KEY)"
        )
    with _named(name, key):
        days = _driven(connection, source.fetch(wanted), limit_s)
        if not days:
            return []
        moment = now()
        stamped = [day._replace(fetched_at=moment.isoformat(timespec="seconds").replace("+00:00", "Z")) for day in days]
        return checked(stamped, moment.date() + AHEAD, source.fewest_quotes)


def _driven(connection: Client, flow: Flow, limit_s: float | None) -> list[Published]:
    """Run a source's exchange to its end."""
    deadline = time.monotonic() + (limit_s or LONGEST_S)
    try:
        request = next(flow)
        while True:
            try:
                answer = _answer(connection, request, deadline)
            except UpstreamError as error:
                request = flow.throw(error)
            else:
                request = flow.send(answer)
    except StopIteration as stop:
        days: list[Published] = stop.value
        return days


def _answer(connection: Client, request: Request, deadline: float) -> Answer:
    try:
        return within(deadline - time.monotonic(), lambda: _read(connection, request))
    except Late:
        raise UpstreamError(f"{connection.upstream}: no answer in time") from None


def _read(connection: Client, request: Request) -> Answer:
    content = bytearray()
    with (
        translated(connection.upstream),
        connection.stream("GET", request.url, params=dict(request.params) or None) as response,
    ):
        for part in response.iter_bytes():
            content += part
            if len(content) > MOST_BYTES:
                raise Unreadable("it is larger than 64 MiB")
        return Answer(response.status_code, bytes(content), retry_after_s(response))


@contextmanager
def _named(name: str, key: str) -> Iterator[None]:
    """Failures with the source's name, the setting that helps, and never the key."""
    try:
        yield
    except Unreadable as error:
        raise Unreadable(f"{name}: the answer is not a rate file: {_masked(str(error), key)}") from error
    except KeyRefused as error:
        raise KeyRefused(f"{_prefixed(name, _masked(str(error), key))} (setting fx.{name}.key)") from None
    except QuotaUsedUp as error:
        raise QuotaUsedUp(_prefixed(name, _masked(str(error), key))) from None
    except Paused as error:
        raise QuotaUsedUp(f"{name}: the quota is used up; it may be asked again in {error.seconds:.0f} s") from None
    except AuthError as error:
        raise AuthError(_prefixed(name, _masked(str(error), key))) from None
    except ConfigError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:  # a form that nobody expected
        raise Unreadable(
            f"{name}: the answer is not a rate file: it has another form ({type(error).__name__})"
        ) from error
    except UpstreamError as error:
        raise UpstreamError(_prefixed(name, _masked(str(error), key))) from None


def _prefixed(name: str, text: str) -> str:
    return text if text.startswith(f"{name}:") else f"{name}: {text}"


def _masked(text: str, key: str) -> str:
    return text.replace(key, "••••") if key else text
