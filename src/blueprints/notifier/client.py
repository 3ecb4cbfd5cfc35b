"""The notifier's API for the commands: one method a question, failures as exit codes."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from blueprints import config, http
from blueprints.errors import AuthError, BlueprintsError, UpstreamError
from blueprints.notifier.config import NotifierConfig
from blueprints.web.client import key, told
from blueprints.web.client.reach import reaching

if TYPE_CHECKING:
    import httpx

_A_PAGE = 200


class Client:
    """Opened with `with`; the key is the configured one, else the one that the service left in the data folder."""

    def __init__(self, base_url: str | None = None) -> None:
        settings = config.load("notifier", NotifierConfig, {"base_url": base_url})
        self._url = settings.base_url.rstrip("/")
        headers = {"Authorization": f"Bearer {key.found('notifier', settings.api_key)}"}
        self._http = http.client("the notifier", base_url=self._url, headers=headers, timeout_s=30)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def mails(self, filters: Mapping[str, Any], limit: int) -> Iterator[dict[str, Any]]:
        """Newest first, page after page until `limit`."""
        cursor: str | None = ""
        while limit > 0 and cursor is not None:
            asked = {**filters, "limit": min(limit, _A_PAGE), "cursor": cursor}
            page = self._get("/api/v1/mails", {name: value for name, value in asked.items() if value not in (None, "")})
            yield from page["items"]
            limit -= len(page["items"])
            cursor = page["next"]

    def mail(self, mail_id: str) -> dict[str, Any]:
        return self._get(f"/api/v1/mails/{_quoted(mail_id)}")  # type: ignore[no-any-return]  # JSON gives Any

    def raw(self, mail_id: str) -> bytes:
        return self._asked("GET", f"/api/v1/mails/{_quoted(mail_id)}/raw").content

    def resend(self, mail_id: str) -> dict[str, Any]:
        return self._post(f"/api/v1/mails/{_quoted(mail_id)}/resend", {})

    def resolve(self, mail_id: str, verdict: str) -> dict[str, Any]:
        return self._post(f"/api/v1/mails/{_quoted(mail_id)}/resolve", {"as": verdict})

    def suppressions(self) -> Iterator[dict[str, Any]]:
        cursor: str | None = ""
        while cursor is not None:
            page = self._get("/api/v1/suppressions", {"limit": _A_PAGE, **({"cursor": cursor} if cursor else {})})
            yield from page["items"]
            cursor = page["next"]

    def suppress(self, address: str, note: str) -> dict[str, Any]:
        return self._post("/api/v1/suppressions", {"address": address, "note": note})

    def allow(self, address: str) -> None:
        self._asked("DELETE", f"/api/v1/suppressions/{_quoted(address)}")

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return _parsed(self._asked("GET", path, params=params))

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = _parsed(self._asked("POST", path, json=body))
        return answer

    def _asked(self, method: str, path: str, **more: Any) -> "httpx.Response":
        with reaching("notifier"):
            response = self._http.request(method, path, **more)
        if response.is_success:
            return response
        words = _words(response)
        if response.status_code in (401, 403):
            raise AuthError(f"the notifier at {self._url} refuses the key: {words}")
        if response.status_code >= 500:
            raise UpstreamError(f"the notifier at {self._url} answers {response.status_code}: {words}")
        raise BlueprintsError(words)


def _quoted(part: str) -> str:
    from urllib.parse import quote

    return quote(part, safe="")


def _parsed(response: "httpx.Response") -> Any:
    """The only number with a point in an answer is a duration, which need not be exact."""
    try:
        return response.json()
    except ValueError as error:
        raise UpstreamError("what answers there is not the notifier: its answer is not JSON") from error


def _words(response: "httpx.Response") -> str:
    return told.detail(response.content, response.reason_phrase)
