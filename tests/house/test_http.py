"""Clients against a real server on loopback: retries, pauses, the cache on disk, and failures in our words."""

import asyncio
import re
import socket
from decimal import Decimal

import httpx
import pytest

from blueprints import http
from blueprints.errors import AuthError, ConfigError, UpstreamError
from tests.servers.scripted import Answer, scripted

SECRET = "s3cret"


def test_a_client_names_itself() -> None:
    with scripted() as server, http.client("fx", base_url=server.url) as client:
        client.get("/")
    assert re.fullmatch(r"blueprints/[\d.]+", server.seen[0].headers["user-agent"])
    assert http.user_agent("me@example.org") == f"{http.user_agent()} (+me@example.org)"
    assert "gzip" in server.seen[0].headers["accept-encoding"]


def test_a_passing_fault_is_retried_and_the_answer_given() -> None:
    answers = Answer(status=503), Answer(hang_up=True), Answer(b"fine")
    with scripted(*answers) as server, http.client("fx", base_url=server.url) as client:
        assert client.get("/").text == "fine"
    assert len(server.seen) == 3


def test_what_must_not_be_repeated_is_sent_once() -> None:
    with scripted(Answer(status=503)) as server, http.client("fx", base_url=server.url) as client:
        assert client.post("/").status_code == 503
    assert len(server.seen) == 1


def test_a_short_pause_is_kept_and_a_long_one_told() -> None:
    paused = Answer(status=429, headers={"Retry-After": "3600"})
    with scripted(paused) as server, http.client("fx", base_url=server.url) as client:
        with pytest.raises(http.Paused, match="fx asks for a pause of 3600 s") as caught:
            client.get("/")
        assert caught.value.seconds == 3600
    assert len(server.seen) == 1


def test_a_fresh_answer_comes_from_disk_and_a_stale_one_is_revalidated() -> None:
    first = Answer(b"one", headers={"Cache-Control": "max-age=60", "ETag": '"1"'})
    with scripted(first) as server:
        for _ in range(2):
            with http.client("fx", base_url=server.url, cache=True) as client:
                assert client.get("/a").text == "one"
        assert len(server.seen) == 1
    stale = Answer(b"two", headers={"Cache-Control": "max-age=0", "ETag": '"2"'})
    with scripted(stale, Answer(status=304)) as server:
        for _ in range(2):
            with http.client("fx", base_url=server.url, cache=True) as client:
                assert client.get("/b").text == "two"
        assert server.seen[1].headers["if-none-match"] == '"2"'


def test_the_asynchronous_client_does_the_same() -> None:
    fresh = Answer(b"one", headers={"Cache-Control": "max-age=60"})

    async def twice(url: str) -> list[str]:
        async with http.async_client("fx", base_url=url, cache=True) as client:
            return [(await client.get("/")).text for _ in range(2)]

    with scripted(Answer(status=502), fresh) as server:
        assert asyncio.run(twice(server.url)) == ["one", "one"]
        assert len(server.seen) == 2


def test_an_asynchronous_long_pause_is_told() -> None:
    async def once(url: str) -> None:
        async with http.async_client("fx", base_url=url) as client:
            await client.get("/")

    with scripted(Answer(status=503, headers={"Retry-After": "60"})) as server, pytest.raises(http.Paused):
        asyncio.run(once(server.url))


@pytest.mark.parametrize(
    ("answer", "timeout_s", "message"),
    [
        (Answer(hang_up=True), 60, "fx: the connection to {host} broke off"),
        (Answer(stall_s=60), 0.2, "fx: no answer in time from {host}"),
        (Answer(b"no gzip", headers={"Content-Encoding": "gzip"}), 60, "fx: the answer of {host} cannot be unpacked"),
        (Answer(status=302, headers={"Location": "/"}), 60, "fx: {host} redirects in circles"),
    ],
)
def test_failures_are_told_in_our_words_and_without_the_query(answer: Answer, timeout_s: float, message: str) -> None:
    with (
        scripted(answer) as server,
        http.client("fx", base_url=server.url, retries=0, timeout_s=timeout_s) as client,
        pytest.raises(UpstreamError) as caught,
    ):
        client.get("/", params={"key": SECRET})
    assert str(caught.value) == message.format(host=server.url.removeprefix("http://"))


def test_a_closed_port_says_that_the_connection_is_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # held, so that nobody else answers here, but nobody listens
        client = http.client("fx", base_url=f"http://127.0.0.1:{held.getsockname()[1]}", retries=0)
        with client, pytest.raises(UpstreamError, match="connection refused"):
            client.get("/", params={"key": SECRET})


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("[Errno -2] Name or service not known", "its name is not known"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED]", "its certificate is not accepted"),
        ("all attempts failed", "no connection"),
    ],
)
def test_a_connection_that_fails_says_why(reason: str, words: str) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(reason, request=request)

    transport = httpx.MockTransport(refuse)
    client = http.client("fx", base_url="https://rates.example", retries=0, transport=transport)
    with client, pytest.raises(UpstreamError, match=words):
        client.get("/")


def test_a_failure_without_a_request_still_has_words() -> None:
    with pytest.raises(UpstreamError, match="no answer in time from the server"), http.translated("fx"):
        raise httpx.ReadTimeout("late")


def test_our_own_errors_pass_unchanged() -> None:
    with pytest.raises(AuthError, match="as it was"), http.translated("fx"):
        raise AuthError("as it was")


def test_a_redirect_to_clear_text_is_not_followed() -> None:
    def downgrade(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://rates.example/"}, request=request)

    client = http.client("fx", base_url="https://rates.example", transport=httpx.MockTransport(downgrade))
    with client, pytest.raises(UpstreamError, match="unencrypted address"):
        client.get("/")


def test_the_proxy_of_the_environment_is_used_and_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(Answer(b"by proxy")) as proxy, scripted(Answer(b"direct")) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", ".spared.example, 10.0.0.1")
        with http.client("fx") as client:
            assert client.get("http://rates.example/day").text == "by proxy"
            assert client.get(server.url).text == "direct"
        assert [seen.path for seen in proxy.seen] == ["http://rates.example/day"]

        async def once() -> str:
            async with http.async_client("fx", base_url="http://rates.example") as client:
                return (await client.get("/day")).text

        assert asyncio.run(once()) == "by proxy"
        monkeypatch.setenv("NO_PROXY", "*")
        with http.client("fx", retries=0) as client, pytest.raises(UpstreamError):
            client.get("http://rates.invalid/day")
        assert len(proxy.seen) == 2


@pytest.mark.parametrize("address", ["rates.example", "ftp://rates.example"])
def test_an_address_that_is_none_is_a_mistake_in_the_settings(address: str) -> None:
    with pytest.raises(ConfigError, match="is no http address"):
        http.client("fx", base_url=address)


def test_a_request_elsewhere_than_http_is_a_mistake_in_the_settings() -> None:
    with http.client("fx") as client, pytest.raises(ConfigError, match="is no http address"):
        client.get("gopher://rates.example/")


@pytest.mark.parametrize(
    ("status", "headers", "kind", "message"),
    [
        (401, {}, AuthError, "fx refuses the request (401)"),
        (404, {}, UpstreamError, "fx answers 404 Not Found"),
        (429, {"Retry-After": "7"}, http.Paused, "fx asks for a pause of 7 s: try again then"),
        (503, {"Retry-After": "soon"}, UpstreamError, "fx answers 503 Service Unavailable"),
    ],
)
def test_a_refusal_is_an_error_of_its_kind(
    status: int, headers: dict[str, str], kind: type[Exception], message: str
) -> None:
    response = httpx.Response(status, headers=headers, request=httpx.Request("GET", "http://h/?key=" + SECRET))
    with pytest.raises(kind) as caught:
        http.checked(response, "fx")
    assert str(caught.value) == message


def test_a_success_passes() -> None:
    response = httpx.Response(304, request=httpx.Request("GET", "http://h/"))
    assert http.checked(response) is response


def test_json_keeps_decimals_exact() -> None:
    request = httpx.Request("GET", "http://h/")
    assert http.json_exact(httpx.Response(200, content=b'{"rate": 1.10}', request=request)) == {"rate": Decimal("1.10")}
    with pytest.raises(UpstreamError, match="h: the answer is not JSON"):
        http.json_exact(httpx.Response(200, content=b"<html>", request=request))


def test_jitter_stays_in_its_share() -> None:
    assert all(8 <= http.jittered(10) <= 12 for _ in range(100))
