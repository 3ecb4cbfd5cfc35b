"""The order service as seen by our own command line: requests, and its errors as ours."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from blueprints.errors import AuthError, BlueprintsError, UpstreamError
from blueprints.orders.config import OrdersConfig
from blueprints.web.client import key, told
from blueprints.web.client.reach import reaching

if TYPE_CHECKING:
    import httpx

PAGE = 200


class Refused(BlueprintsError):
    """The service understood and said no: 400, 404, 409, 412, 422."""


class OrdersClient:
    """Talks to `orders.base_url` with `orders.api_key`, or with the key that a service on this machine left."""

    def __init__(self, config: OrdersConfig) -> None:
        from blueprints import http

        headers = {"Authorization": f"Token {key.found('orders', config.api_key)}", "X-Blueprints-Via": "cli"}
        self.http = http.client("orders", base_url=config.base_url, headers=headers)

    def get(self, path: str, **parameters: Any) -> Any:
        chosen = {name: value for name, value in parameters.items() if value not in (None, [], "", ())}
        with reaching("orders"):
            answer = self.http.get(path, params=chosen)
        return self._checked(answer)

    def send(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        with reaching("orders"):
            answer = self.http.request(method, path, json=body, headers=headers)
        return self._checked(answer)

    def all(self, path: str, limit: int | None, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Items of a paged list, at most `limit` of them, page by page."""
        cursor, left = None, limit
        while left is None or left > 0:
            size = PAGE if left is None else min(left, PAGE)
            page = self.get(path, limit=size, cursor=cursor, **parameters)
            yield from page["items"]
            cursor = page["next"]
            left = None if left is None else left - len(page["items"])
            if cursor is None:
                return

    def _checked(self, answer: "httpx.Response") -> Any:
        if answer.status_code < 400:
            return _json(answer) if answer.content else None
        detail = _detail(answer)
        if answer.status_code in (401, 403):
            raise AuthError(f"orders: {detail}; set orders.api_key")
        if answer.status_code >= 500 or answer.status_code == 429:
            raise UpstreamError(f"orders: the service answered {answer.status_code}: {detail}")
        raise Refused(detail)


def _json(answer: "httpx.Response") -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise UpstreamError(f"orders: {answer.request.url.host} answered something that is not JSON") from error


def _detail(answer: "httpx.Response") -> str:
    try:
        further = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in answer.json().get("errors", [])]
    except (ValueError, AttributeError):
        further = []
    return "; ".join(further[:5]) or told.detail(answer.content, f"it answered {answer.status_code}")
