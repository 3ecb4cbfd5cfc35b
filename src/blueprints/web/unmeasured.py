"""Bodies that come in chunks: Django takes a body without an announced length for an empty one."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def measured(application: Application, limit: int) -> Application:
    """Read such a body first and announce its length; one byte beyond the limit is enough to have it refused.

    Forms with files stay as they are: no browser sends them in chunks.
    """

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" in environ and not _has_files(environ):
            body = environ["wsgi.input"].read(limit + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return call


def _has_files(environ: dict[str, Any]) -> bool:
    return bool(environ.get("CONTENT_TYPE", "").startswith("multipart/form-data"))
