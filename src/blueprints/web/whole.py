"""Answers in one piece: the server sends a list at once.

Of anything else it asks for piece after piece, and a thread waits for its turn to run Python before each of them, and
again before it closes the answer.
"""

from collections.abc import Callable, Iterable
from typing import Any

from blueprints.web.unmeasured import Application


def whole(application: Callable[..., Any]) -> Application:
    """Django's application, whose answers are lists where their content is known."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        response = application(environ, start_response)
        if getattr(response, "streaming", True):  # also a file, which is no response any more
            pieces: Iterable[bytes] = response
            return pieces
        try:
            return [response.content]
        finally:
            response.close()

    return call
