"""A visitor without a browser: forms by httpx, with cookies and tokens as a browser would send them."""

import re
import secrets
from typing import Any, ClassVar

import httpx


class Visitor:
    all: ClassVar[list["Visitor"]] = []
    """Closed by a fixture at the end of the test."""

    def __init__(self, url: str) -> None:
        self.url = url
        # an address of its own, where the server trusts us as a proxy: throttles count by address
        address = ".".join(["10", *(str(secrets.randbelow(256)) for _ in range(3))])
        self.http = httpx.Client(base_url=url, timeout=60, headers={"X-Forwarded-For": address})
        Visitor.all.append(self)

    def submit(self, path: str, page: str = "", **fields: Any) -> httpx.Response:
        """Fetch the page with the form, fill it in, post it."""
        form = self.http.get(page or path)
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
        token = found[1] if found else ""
        data = {"csrfmiddlewaretoken": token, **fields}
        return self.http.post(path, data=data, headers={"Origin": self.url, "Referer": self.url + path})

    def sign_up(self, name: str) -> "Visitor":
        answer = self.submit(
            "/accounts/signup/", email=f"{name}@example.com", display_name=name, password1="correct horse 42"
        )
        assert (answer.status_code, answer.headers.get("location")) == (302, "/"), answer.text
        return self

    def log_in(self, name: str, password: str = "correct horse 42") -> "Visitor":
        answer = self.try_log_in(name, password)
        assert (answer.status_code, answer.headers.get("location")) == (302, "/"), answer.text
        return self

    def try_log_in(self, name: str, password: str) -> httpx.Response:
        return self.submit("/accounts/login/", login=f"{name}@example.com", password=password)

    def post(self, message: str, **fields: Any) -> httpx.Response:
        """By the live API, as the page's script does it."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.http.get("/").text)
        headers = {"X-CSRFToken": token[1] if token else "", "Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        return self.http.post("/messages", json={"message": message, **fields}, headers=headers)

    def texts(self, room: str = "lobby") -> list[str]:
        return [message["message"] for message in self.http.get("/messages", params={"room": room}).json()["messages"]]
