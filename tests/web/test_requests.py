"""Around every request: ids, log lines, size, host, headers, errors."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from blueprints.web import logs, middleware, requests, unmeasured
from blueprints.web.keys import issue
from tests.servers.services import Served
from tests.waiting import until


@pytest.fixture
def client(service: Callable[..., Any], db: None) -> Client:
    service("orders")
    return Client(raise_request_exception=False)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What our loggers write, as a server that is not on a terminal would."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    ours = logging.getLogger("blueprints")
    former = ours.level
    ours.addHandler(handler)
    ours.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    ours.removeHandler(handler)
    ours.setLevel(former)


def test_an_id_that_a_caller_sends_is_taken_over(client: Client) -> None:
    answer = client.get("/api/v1/orders", HTTP_X_REQUEST_ID="trace-0123.abc")
    assert answer["X-Request-ID"] == answer.json()["request_id"] == "trace-0123.abc"


@pytest.mark.parametrize("sent", ["short", "x" * 65, "bad id with blanks", "line\nbreak-1234", "<script>alert"])
def test_an_id_that_is_none_is_replaced(client: Client, sent: str) -> None:
    given = client.get("/api/v1/orders", HTTP_X_REQUEST_ID=sent)["X-Request-ID"]
    assert given != sent
    assert len(given) == 32


def test_a_log_line_is_one_json_object_with_the_request(lines: Callable[[], list[dict[str, Any]]]) -> None:
    requests.begin("abcdefgh12")
    logging.getLogger("blueprints.requests").info("%s %s", "GET", "/x", extra={"status": 200, "ms": 1.5})
    found = lines()[0]
    assert {name: found[name] for name in ("level", "logger", "message", "request_id", "status", "ms")} == {
        "level": "INFO", "logger": "blueprints.requests", "message": "GET /x", "request_id": "abcdefgh12",
        "status": 200, "ms": 1.5,
    }  # fmt: skip
    assert found["time"].endswith("+00:00")


def test_a_trace_stays_on_its_line(lines: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        json.loads("two\nlines")
    except ValueError:
        logging.getLogger("blueprints").exception("it broke")
    assert len(lines()) == 1
    assert "JSONDecodeError" in lines()[0]["trace"]


@pytest.mark.parametrize(
    ("message", "is_passed_on"), [("12 threads, which seems quite high compared to", False), ("a worker ended", True)]
)
def test_the_servers_advice_about_its_threads_is_not_repeated(message: str, is_passed_on: bool) -> None:
    configured = logs.config("INFO", "orders")
    assert configured["loggers"]["_granian"]["filters"] == ["chosen"]
    record = logging.LogRecord("_granian", logging.WARNING, "", 0, message, None, None)
    assert logs.Chosen().filter(record) is is_passed_on


def test_people_at_a_terminal_get_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert logs.config("INFO", "orders")["handlers"]["stderr"]["formatter"] == "line"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    assert logs.config("INFO", "orders")["handlers"]["stderr"]["formatter"] == "json"


def test_served_requests_are_logged_without_what_is_nobodys_business(serve: Callable[..., Served]) -> None:
    served = serve("orders", "--no-relay")
    key = (served.home / "data" / "orders" / "admin.key").read_text()
    who = {"customer_id": 1, "name": "Ada Byte", "email": "ada@secret.example"}
    line = {"product_id": 1, "name": "Astro Racer", "quantity": 1, "price_per_unit": "1.00"}
    headers = {"Authorization": f"Token {key}", "Idempotency-Key": "key-of-mine", "X-Request-ID": "follow-me-1"}
    with httpx.Client(base_url=served.url, headers=headers, timeout=60) as http:
        assert http.post("/api/v1/orders", json={"order_customer": who, "items": [line]}).status_code == 201
        assert http.post("/api/v1/orders", json={"order_customer": who, "items": []}).status_code == 422
        assert http.get("/api/v1/orders", params={"q": "ada@secret.example"}).status_code == 200
        assert (
            http.post("/accounts/login/", data={"login": "ada@secret.example", "password": "hush-hush"}).status_code
            == 403
        )
    until(lambda: sum("follow-me-1" in one for one in served.log) >= 4)
    found = [json.loads(one) for one in served.log if one.startswith("{")]
    shown = [(one["message"], one.get("status")) for one in found if one.get("request_id") == "follow-me-1"]
    assert ("POST /api/v1/orders 201", 201) in shown
    assert ("GET /api/v1/orders 200", 200) in shown  # without what was searched for
    everything = "".join(served.log)
    assert "/healthz" not in everything  # it was asked until it answered
    for secret in (key, "ada@secret.example", "Ada Byte", "hush-hush", "key-of-mine"):
        assert secret not in everything


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_logged_only_where_the_answer_is_bad(
    path: str, settings: Any, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    settings.LOG_REQUESTS = True
    for answer in (HttpResponse(status=200), HttpResponse(status=503)):
        middleware.RequestId(lambda _, answer=answer: answer)(RequestFactory().get(path))  # type: ignore[misc]  # bound
    assert [one["message"] for one in lines()] == [f"GET {path} 503"]


@pytest.mark.parametrize("size", [64 * 1024 + 1, 10_000_000])
def test_a_body_that_is_too_large_is_refused_unread(client: Client, size: int) -> None:
    _, key = issue.create("store", ["orders:create"])
    answer = client.generic(
        "POST", "/api/v1/orders", b"x" * 10, content_type="application/json", CONTENT_LENGTH=str(size),
        HTTP_AUTHORIZATION=f"Token {key}",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_body_in_chunks_is_taken_like_any_other(serve: Callable[..., Served]) -> None:
    served = serve("orders", "--no-relay")
    key = (served.home / "data" / "orders" / "admin.key").read_text()
    body = json.dumps({
        "order_customer": {"customer_id": 1, "name": "Ada Byte", "email": "ada@example.org"},
        "items": [{"product_id": 1, "name": "Astro Racer", "quantity": 1, "price_per_unit": "1.00"}],
    }).encode()  # fmt: skip
    with httpx.Client(base_url=served.url, headers={"Authorization": f"Token {key}"}, timeout=60) as http:
        answer = http.post("/api/v1/orders", content=iter([body[:20], body[20:]]), headers={"Idempotency-Key": "k-1"})
        assert answer.request.headers["Transfer-Encoding"] == "chunked"
        assert (answer.status_code, answer.json()["total"]) == (201, "1.00")
        assert http.get("/api/v1/orders").json()["items"][0]["id"] == answer.json()["id"]


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, ("4", b"1234")),
        ({"CONTENT_LENGTH": "6"}, ("6", b"123456")),
        ({}, (None, b"123456")),
        ({"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "multipart/form-data; boundary=x"}, (None, b"123456")),
    ],
)
def test_of_a_body_in_chunks_no_more_is_read_than_shows_that_it_is_too_large(
    given: dict[str, Any], seen: tuple[str | None, bytes]
) -> None:
    found: list[Any] = []

    def application(environ: dict[str, Any], _: Callable[..., Any]) -> list[bytes]:
        found.append((environ.get("CONTENT_LENGTH"), environ["wsgi.input"].read()))
        return []

    unmeasured.measured(application, 3)({"wsgi.input": io.BytesIO(b"123456"), **given}, lambda: None)
    assert found == [seen]


def test_a_length_that_is_no_number_is_refused(client: Client) -> None:
    request = RequestFactory().post("/api/v1/orders", CONTENT_LENGTH="many")
    assert middleware.is_too_large(request)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"])
def test_a_foreign_host_name_is_refused(client: Client, host: str) -> None:
    answer = client.get("/accounts/password/reset/", HTTP_HOST=host)
    assert answer.status_code == 400
    assert host not in answer.content.decode()


def test_a_configured_host_is_answered(service: Callable[..., Any], db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUEPRINTS_WEB__ALLOWED_HOSTS", "shop.example")
    service("orders")
    assert Client().get("/accounts/login/", HTTP_HOST="shop.example").status_code == 200


def test_answers_carry_the_policy(client: Client) -> None:
    for path in ("/accounts/login/", "/admin/login/", "/api/v1/orders", "/nowhere"):
        answer = client.get(path, follow=True)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]


def test_an_unexpected_error_is_told_by_its_id_alone(
    client: Client, monkeypatch: pytest.MonkeyPatch, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    from blueprints.orders import create

    def broken(*_: object) -> None:
        raise RuntimeError("the password is hush")

    monkeypatch.setattr(create, "create", broken)
    _, key = issue.create("store", ["orders:create"])
    body = {
        "order_customer": {"customer_id": 1, "name": "A", "email": "a@example.org"},
        "items": [{"product_id": 1, "name": "x", "quantity": 1, "price_per_unit": 1}],
    }
    answer = client.post(
        "/api/v1/orders", json.dumps(body), content_type="application/json", HTTP_X_API_KEY=key,
        HTTP_IDEMPOTENCY_KEY="k", HTTP_X_REQUEST_ID="find-me-123",
    )  # fmt: skip
    assert (answer.status_code, answer.json()["request_id"]) == (500, "find-me-123")
    assert "hush" not in answer.content.decode()
    found = next(one for one in lines() if one["level"] == "ERROR")
    assert found["request_id"] == "find-me-123"
    assert "RuntimeError" in found["trace"]


def test_a_database_that_is_away_is_answered_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from blueprints.web import plain

    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(plain, "execute", away)
    answer = client.get("/api/v1/orders", HTTP_X_API_KEY="x" * 40)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "gone" not in answer.content.decode()


def test_a_service_without_its_tables_is_alive_and_not_ready(client: Client) -> None:
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO gone")
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert client.get("/healthz").status_code == 200


def test_the_session_of_the_admin_opens_no_api(client: Client, django_user_model: Any) -> None:
    root = django_user_model.objects.create_superuser("root", "root@example.org", "correct horse")
    client.force_login(root)
    assert client.get("/admin/").status_code == 200
    assert client.get("/api/v1/orders").status_code == 401


@pytest.mark.parametrize("service_name", ["store", "messenger"])
@pytest.mark.parametrize(
    "path", ["/accounts/password/reset/key/1-{secret}/", "/accounts/confirm-email/{secret}/"], ids=["reset", "confirm"]
)
def test_links_that_open_an_account_are_in_no_log_line(
    service: Callable[..., Any],
    settings: Any,
    db: None,
    lines: Callable[[], list[dict[str, Any]]],
    service_name: str,
    path: str,
) -> None:
    service(service_name)
    settings.LOG_REQUESTS = True
    Client().get(path.format(secret="0123456789-abcdef0123456789abcdef"))
    messages = [line["message"] for line in lines() if line["logger"] == "blueprints.requests"]
    assert messages[0].startswith(f"GET {path.partition('{')[0]}…/ ")
    assert "abcdef" not in "".join(messages)


def test_a_path_cannot_steer_a_terminal_or_begin_another_line(
    client: Client, settings: Any, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    settings.LOG_REQUESTS = True
    client.get("/a%0A12:00:00 orders INFO fine%1B[31m/ü")
    assert [line["message"] for line in lines()][-1].startswith(
        "GET /a%0A12%3A00%3A00%20orders%20INFO%20fine%1B%5B31m/"
    )
    client.get("/ü")
    assert "GET /ü 404" in [line["message"] for line in lines()]


def test_a_foreign_host_is_one_line_that_names_the_setting() -> None:
    record = logging.LogRecord("django.security.DisallowedHost", logging.ERROR, "", 0, "", None, None)
    record.msg = "Invalid HTTP_HOST header: 'evil.example'. You may need to add 'evil.example' to ALLOWED_HOSTS."
    record.exc_info = (ValueError, ValueError("x"), None)
    assert logs.ForeignHost().filter(record)
    line = json.loads(logs.JsonLines().format(record))
    assert line["message"] == "Invalid HTTP_HOST header: 'evil.example'. Hosts that are answered: web.allowed_hosts."
    assert "trace" not in line
    assert "foreign_host" in logs.config("INFO", "orders")["loggers"]["django.security.DisallowedHost"]["filters"]
