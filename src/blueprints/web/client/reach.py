"""A service that does not answer: said with what to start."""

from collections.abc import Iterator
from contextlib import contextmanager

from blueprints.errors import UpstreamError


@contextmanager
def reaching(service: str) -> Iterator[None]:
    """Failures to reach the service inside the block name the command that serves it."""
    try:
        yield
    except UpstreamError as error:
        raise UpstreamError(f"{error}; is `blueprints serve {service}` running there?") from error
