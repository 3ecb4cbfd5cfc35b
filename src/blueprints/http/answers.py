"""Answers: whether they are a success, and what stands in them."""

from typing import Any

import httpx

from blueprints.errors import AuthError, UpstreamError
from blueprints.http.failures import Paused
from blueprints.http.retrying import retry_after_s


def checked(response: httpx.Response, name: str = "") -> httpx.Response:
    """The response itself if it is a success; raises AuthError for 401 and 403, Paused or UpstreamError otherwise."""
    if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
        return response
    who = name or response.request.url.host
    if response.status_code in (401, 403):
        raise AuthError(f"{who} refuses the request ({response.status_code})")
    seconds = retry_after_s(response)
    if response.status_code in (429, 503) and seconds:
        raise Paused(who, seconds)
    raise UpstreamError(f"{who} answers {response.status_code} {response.reason_phrase}".rstrip())


def json_exact(response: httpx.Response, name: str = "") -> Any:
    """The body as JSON with every number that has a point as Decimal; raises UpstreamError when it is none."""
    import json
    from decimal import Decimal

    try:
        return json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise UpstreamError(f"{name or response.request.url.host}: the answer is not JSON") from error
