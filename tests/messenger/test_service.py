"""The messenger as its operator starts it, over the wire."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.messenger.browser import Visitor
from tests.messenger.conftest import HOUR_MS
from tests.messenger.streams import named, stream, until
from tests.servers.ports import is_free, lasting_port
from tests.servers.redis import RedisServer
from tests.servers.services import Served

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("messenger-service")]


def own_prefix() -> dict[str, str]:
    """Keys in Redis that no other test has."""
    return {"BLUEPRINTS_MESSENGER__REDIS__PREFIX": f"test-{secrets.token_hex(6)}:"}


def test_two_people_see_each_other_and_log_out_ends_it_everywhere(messenger: Served, name: str) -> None:
    ann, anybody = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    with stream(anybody) as seen, stream(ann) as own:
        assert ann.post(f"hello {name}", lifetime=HOUR_MS).status_code == 201
        message = until(lambda: [each for each in named(seen, "message") if each["message"] == f"hello {name}"])[0]
        assert message["author"]["name"] == name
        assert f"{name}@example.com" not in json.dumps(seen)
        cookies = dict(ann.http.cookies)
        assert ann.http.get("/accounts/logout/").status_code == 200
        here = ann.post("still here")
        assert here.status_code == 201, "a GET of the log-out page leaves the session alive"
        assert here.json()["lifetime"] == 10_000, "where nobody chooses"
        token = re.search(r'name="csrf-token" content="([^"]+)"', ann.http.get("/").text)
        assert token
        ann.submit("/accounts/logout/")
        until(lambda: ("end", None) in own)
        assert named(own, "bye")[0]["reason"] == "logout"
        headers = {"X-CSRFToken": token[1]}
        answer = httpx.post(f"{messenger.url}/messages", json={"message": "x"}, headers=headers, cookies=cookies)
        assert answer.status_code == 401
        assert ("end", None) not in seen


def test_everything_works_by_forms(messenger: Served, name: str) -> None:
    ann, anybody = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    page = anybody.http.get("/").text
    assert "<form" not in page
    assert 'href="/accounts/login/' in page
    assert 'href="/accounts/signup/' in page
    assert 'http-equiv="refresh"' not in page
    assert '<meta http-equiv="refresh" content="5">' in anybody.http.get("/?refresh=5").text
    assert anybody.http.get("/").headers.get("set-cookie") is None
    answer = ann.submit("/r/lobby", message="<b>a: b</b> http://example.com/?a=1&b=2", lifetime="90m")
    assert (answer.status_code, answer.headers["location"]) == (303, "/r/lobby")
    page = anybody.http.get("/").text
    assert "&lt;b&gt;a: b&lt;/b&gt;" in page
    assert '<a href="http://example.com/?a=1&amp;b=2" rel="nofollow noopener noreferrer">' in page
    assert ann.submit("/r/lobby", message="\x07").status_code == 422
    kept = ann.submit("/", message="kept text", lifetime="30d")
    assert kept.status_code == 422
    assert "kept text</textarea>" in kept.text
    message = next(each for each in ann.http.get("/messages").json()["messages"] if each["lifetime"] == 5_400_000)
    assert ann.submit("/r/lobby/delete", page="/", id=message["id"]).status_code == 303
    assert message["message"] not in anybody.texts()
    assert anybody.http.get("/r/nowhere").status_code == 404


def test_a_double_click_on_the_form_posts_once(messenger: Served, name: str) -> None:
    ann = Visitor(messenger.url).sign_up(name)
    for _ in range(2):
        ann.submit("/", message=f"once {name}", client_id="same", lifetime="1h")
    assert ann.texts().count(f"once {name}") == 1


def test_a_foreign_page_cannot_post(messenger: Served, name: str) -> None:
    ann = Visitor(messenger.url).sign_up(name)
    token = re.search(r'name="csrf-token" content="([^"]+)"', ann.http.get("/").text)
    assert token
    right = {"X-CSRFToken": token[1], "Origin": messenger.url}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"X-CSRFToken": "a" * 64}):
        answer = ann.http.post(
            "/messages", json={"message": f"foreign {name}"}, headers=(right | headers) if headers else {}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf"), headers
    assert f"foreign {name}" not in ann.texts()
    assert ann.http.post("/messages", json={"message": "x"}, headers=right).status_code == 201


def test_a_name_made_to_mean_this_machine_reads_nothing(messenger: Served, name: str) -> None:
    for path in ("/messages", "/stream", "/rooms", "/"):
        answer = httpx.get(messenger.url + path, headers={"Host": "evil.example"})
        assert answer.status_code == 400, path
    assert httpx.get(messenger.url + "/messages", headers={"Host": "localhost"}).status_code == 200


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_no_more_of_a_body_is_read_than_may_be(messenger: Served, name: str, kind: str) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 256 * 1024 * 1024:
            sent += 65536
            yield b"x" * 65536

    try:
        answer = httpx.post(messenger.url + "/accounts/login/", content=endless(), headers={"Content-Type": kind})
        assert answer.status_code == 413
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        pass  # hung up before all was sent
    assert sent < 128 * 1024 * 1024  # what is on its way is no more than the kernel's buffers
    assert httpx.get(messenger.url + "/healthz").status_code == 200


def test_bad_log_ins_say_the_same_and_the_log_says_why(messenger: Served, name: str) -> None:
    visitor = Visitor(messenger.url)
    visitor.sign_up(name).submit("/accounts/logout/", page="/")
    for who, password in ((name, "wrong"), ("nobody", "correct horse 42")):
        answer = visitor.try_log_in(who, password)
        assert "Bad log in" in answer.text
    until(lambda: any("wrong password" in line for line in messenger.log))
    assert any("unknown address" in line for line in messenger.log)
    assert not any(f"{name}@example.com" in line for line in messenger.log)
    visitor.log_in(name)
    for path in ("/accounts/login/", "/accounts/signup/"):
        assert visitor.http.get(path).headers["location"] == "/", "who is logged in goes home"


def test_guessing_passwords_is_throttled(messenger: Served, name: str) -> None:
    visitor = Visitor(messenger.url)
    answers = [visitor.try_log_in(name, f"wrong {number}").text for number in range(7)]
    assert "too many attempts" in answers[-1]
    assert "Bad log in" in answers[-1]


def test_an_address_is_used_once_and_the_name_too(messenger: Served, name: str) -> None:
    Visitor(messenger.url).sign_up(name)
    fields = {"email": f"{name.upper()}@example.com", "display_name": "Other", "password1": "correct horse 42"}
    again = Visitor(messenger.url).submit("/accounts/signup/", **fields)
    assert again.status_code in (200, 422)
    assert "cannot be used" in again.text
    same_name = Visitor(messenger.url).submit(
        "/accounts/signup/", **(fields | {"email": f"b{name}@example.com", "display_name": name.upper()})
    )
    assert "taken" in same_name.text


def test_old_addresses_lead_to_the_new_ones(messenger: Served, name: str) -> None:
    for old, new in (
        ("/sign_up", "/accounts/signup/"),
        ("/login", "/accounts/login/"),
        ("/logout", "/accounts/logout/"),
    ):
        answer = httpx.get(messenger.url + old)
        assert (answer.status_code, answer.headers["location"]) == (301, new)


def test_it_tells_its_state_and_describes_itself(messenger: Served, name: str) -> None:
    assert httpx.get(messenger.url + "/healthz").status_code == 200
    assert httpx.get(messenger.url + "/readyz").status_code == 200
    assert httpx.get(messenger.url + "/api/openapi.json").json()["openapi"] == "3.1.0"
    answer = httpx.get(messenger.url + "/messages", headers={"X-Request-ID": "my-request-1"})
    assert answer.headers["X-Request-ID"] == "my-request-1"
    until(lambda: any("my-request-1" in line and "GET /messages 200" in line for line in messenger.log))
    policy = httpx.get(messenger.url + "/").headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    admin = httpx.get(messenger.url + "/admin/login/").headers["Content-Security-Policy"]
    assert "trusted-types" not in admin


def test_a_password_change_ends_other_sessions(messenger: Served, name: str) -> None:
    ann, elsewhere = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    elsewhere.log_in(name)
    assert elsewhere.post("here").status_code == 201
    changed = ann.submit(
        "/accounts/password/change/",
        oldpassword="correct horse 42",
        password1="another horse 43",
        password2="another horse 43",
    )
    assert changed.status_code == 302
    assert ann.post("goes on").status_code == 201
    headers = {"X-CSRFToken": "a" * 32}
    assert elsewhere.http.post("/messages", json={"message": "x"}, headers=headers).status_code == 401


def test_an_account_that_ends_takes_its_messages_and_keys_along(messenger: Served, name: str) -> None:
    ann = Visitor(messenger.url).sign_up(name)
    key = re.search(r"bpm_[\w-]{20,}", ann.submit("/accounts/keys/", label="Robot").text)
    assert key
    bot = {"Authorization": f"Bearer {key[0]}"}
    assert (
        httpx.post(
            messenger.url + "/messages", json={"message": f"beep {name}", "lifetime": HOUR_MS}, headers=bot
        ).status_code
        == 201
    )
    ann.post(f"mine {name}", lifetime=HOUR_MS)
    assert {f"beep {name}", f"mine {name}"} <= set(ann.texts())
    assert ann.submit("/accounts/delete/", password="wrong").status_code == 422
    assert ann.submit("/accounts/delete/", password="correct horse 42").status_code == 302
    assert not {f"beep {name}", f"mine {name}"} & set(Visitor(messenger.url).texts())
    assert httpx.post(messenger.url + "/messages", json={"message": "x"}, headers=bot).status_code == 401
    assert ann.post("x").status_code == 401
    assert "Bad log in" in Visitor(messenger.url).try_log_in(name, "correct horse 42").text


def test_keys_are_few_shown_once_and_revoked_at_once(messenger: Served, name: str) -> None:
    ann = Visitor(messenger.url).sign_up(name)
    key = re.search(r"bpm_[\w-]{20,}", ann.submit("/accounts/keys/", label="Robot").text)
    assert key
    page = ann.http.get("/accounts/keys/").text
    assert key[0] not in page
    bot = {"Authorization": f"Bearer {key[0]}"}
    answer = httpx.post(messenger.url + "/messages", json={"message": "beep"}, headers=bot)
    assert answer.json()["author"]["bot"] is True
    assert (answer.json()["author"]["name"], answer.json()["author"]["owner"]) == ("Robot", name)
    for number in range(4):
        assert ann.submit("/accounts/keys/", label=f"Robot {number}").status_code == 201
    assert (
        "5 keys is the most"
        in ann.http.post(
            "/accounts/keys/",
            data={"label": "six", "csrfmiddlewaretoken": re.findall(r'csrfmiddlewaretoken" value="(\w+)', page)[0]},
            headers={"Origin": messenger.url},
        ).text
    )
    revoke = re.search(r"/accounts/keys/\d+/revoke", page)
    assert revoke
    ann.submit(revoke[0], page="/accounts/keys/")
    assert httpx.post(messenger.url + "/messages", json={"message": "x"}, headers=bot).status_code == 401


def test_sigterm_says_bye_and_ends_at_once(serve: Callable[..., Served]) -> None:
    messenger = serve("messenger")
    with stream(Visitor(messenger.url)) as events, stream(Visitor(messenger.url)) as others:
        assert messenger.stop() == 0
        until(lambda: ("end", None) in events and ("end", None) in others)
        assert named(events, "bye")[0]["reason"] == "shutdown"


def test_sessions_and_redis_messages_outlive_a_restart(
    serve: Callable[..., Served], redis_server: RedisServer, name: str
) -> None:
    flags = ("--store", "redis", "--redis-url", redis_server.url)
    prefix, port = own_prefix(), lasting_port()
    first = serve("messenger", *flags, env=prefix, port=port)
    ann = Visitor(first.url).sign_up(name)
    assert ann.post("outlives", lifetime=HOUR_MS).status_code == 201
    first.kill()
    until(lambda: is_free(port))
    second = serve("messenger", *flags, env=prefix, port=port)
    assert second.url == first.url
    assert ann.texts() == ["outlives"]
    assert ann.post("goes on").status_code == 201


def test_pages_leave_no_connections_behind(serve: Callable[..., Served], postgres_url: Callable[[], str]) -> None:
    import psycopg

    database = postgres_url()
    messenger = serve("messenger", "--database", database)
    with httpx.Client() as http, psycopg.connect(database, autocommit=True) as own:

        def connections() -> int:
            found = own.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").fetchone()
            return int(found[0]) - 1 if found else 0

        for _ in range(25):
            assert http.get(f"{messenger.url}/r/").status_code == 200
        until(lambda: connections() <= 4)


def test_redis_that_is_away_is_said_and_is_no_bad_log_in(
    serve: Callable[..., Served], tmp_path: Path, name: str
) -> None:
    redis = RedisServer(tmp_path)
    redis.start()
    served = serve("messenger", "--store", "redis", "--redis-url", redis.url)
    ann, out = Visitor(served.url).sign_up(name), Visitor(served.url)
    redis.stop()
    page = ann.http.get("/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "1")
    assert "The messages cannot be shown just now." in page.text
    assert ann.submit("/", message="kept text").text.count("kept text</textarea>") == 1
    refused = out.try_log_in(name, "correct horse 42")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "Bad log in" not in refused.text
    assert httpx.get(f"{served.url}/readyz").status_code == 503
    assert httpx.get(f"{served.url}/healthz").status_code == 200
    redis.start()
    until(lambda: out.try_log_in(name, "correct horse 42").status_code == 302)
    until(lambda: ann.post("again").status_code == 201)
    redis.stop()


def test_workers_end_with_a_main_process_that_is_killed(
    serve: Callable[..., Served], redis_server: RedisServer
) -> None:
    flags = ("--store", "redis", "--redis-url", redis_server.url, "--workers", "2")
    served = serve("messenger", *flags, env=own_prefix())
    with ExitStack() as readers:
        seen = [readers.enter_context(stream(Visitor(served.url))) for _ in range(4)]
        served.kill()
        until(lambda: all(("end", None) in events for events in seen))
        until(lambda: is_free(int(served.url.rpartition(":")[2])))
        assert all(named(events, "bye")[0]["reason"] == "shutdown" for events in seen)


def test_two_workers_on_redis_are_one_messenger(
    serve: Callable[..., Served], redis_server: RedisServer, name: str
) -> None:
    flags = ("--store", "redis", "--redis-url", redis_server.url, "--workers", "2")
    served = serve("messenger", *flags, env=own_prefix())
    ann = Visitor(served.url).sign_up(name)
    with ExitStack() as readers:
        seen = [readers.enter_context(stream(Visitor(served.url))) for _ in range(6)]
        for number in range(5):
            assert ann.post(str(number), lifetime=HOUR_MS).status_code == 201
        until(lambda: all(len(named(events, "message")) == 5 for events in seen))
        assert all([data["message"] for data in named(events, "message")] == list("01234") for events in seen)
    cookies = dict(ann.http.cookies)
    ann.submit("/accounts/logout/", page="/")

    def is_out() -> bool:
        answers = {
            httpx.post(served.url + "/messages", json={"message": "x"}, cookies=cookies).status_code for _ in range(8)
        }
        return answers == {401}

    until(is_out)
    assert served.stop() == 0


def _demo_password(messenger: Served, who: str) -> str:
    """As printed at the start; the line may still be on its way."""
    printed = re.compile(rf"{who}@example.com with the password (\S+)\n")
    return str(until(lambda: printed.search("".join(messenger.log)))[1])


def test_the_demo_has_people_and_a_clock(messenger: Served) -> None:
    visitor, admin = Visitor(messenger.url), Visitor(messenger.url)
    texts = until(lambda: visitor.texts("demo"))
    assert re.fullmatch(r"It is \d\d:\d\d:\d\d UTC\.", texts[0])
    visitor.log_in("demo", _demo_password(messenger, "demo"))
    admin.log_in("admin", _demo_password(messenger, "admin"))
    for page in ("room", "apikey", "suspension", "act"):
        assert admin.http.get(f"/admin/messenger/{page}/").status_code == 200
    assert admin.http.get("/admin/accounts/user/").status_code == 200


def test_moderators_delete_and_suspend_and_every_act_is_logged(messenger: Served, name: str) -> None:
    admin, ann = Visitor(messenger.url), Visitor(messenger.url).sign_up(name)
    admin.log_in("admin", _demo_password(messenger, "admin"))
    message = ann.post(f"a nasty text {name}", lifetime=HOUR_MS).json()
    assert f"a nasty text {name}" in admin.http.get("/moderation/").text
    assert ann.http.get("/moderation/").status_code == 403
    assert Visitor(messenger.url).http.get("/moderation/").status_code == 302
    with stream(ann) as events:
        admin.submit("/moderation/delete", page="/moderation/", id=message["id"], reason="rude")
        until(lambda: named(events, "deleted"))
        assert named(events, "deleted")[0]["by"] == "moderator"
        author = message["author"]["id"]
        admin.submit("/moderation/suspend", page="/moderation/", user=author, lasting="1h", reason="rude")
        until(lambda: named(events, "bye"))
        assert named(events, "bye")[0]["reason"] == "suspended"
    refused = ann.post("again")
    assert (refused.status_code, refused.json()["code"]) == (403, "suspended")
    assert ann.submit("/", message="by form").status_code == 403
    page = admin.http.get("/moderation/").text
    assert "deleted a message in lobby" in page
    assert page.count("rude") >= 2
    assert f"a nasty text {name}" not in page
    clock = {"user": "b_demo", "lasting": "1h", "reason": "noise"}
    assert admin.submit("/moderation/suspend", page="/moderation/", **clock).status_code == 302
    assert "There is no account behind this sender." in admin.http.get("/moderation/").text
    admin.submit("/moderation/lift", page="/moderation/", user=author)
    assert ann.post("free").status_code == 201


@pytest.mark.parametrize(
    ("flags", "code", "message"),
    [
        (("--store", "memory", "--workers", "2"), 2, "the memory store serves one process: use --store redis"),
        (("--store", "nothing"), 2, "no store named nothing"),
        (("--store", "redis", "--redis-url", "redis://u:secret@127.0.0.1:1/0"), 3, "127.0.0.1:1 does not answer"),
        (("--lifetime", "soon"), 2, "duration"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_work_is_said_before_anything_starts(
    spawn: Callable[..., Any], flags: tuple[str, ...], code: int, message: str
) -> None:
    process = spawn("serve", "messenger", "--port", "0", *flags)
    _, stderr = process.communicate(timeout=110)
    assert process.returncode == code, stderr
    assert message in stderr
    assert "secret" not in stderr
    assert "Traceback" not in stderr


def test_the_terminal_reads_and_posts(messenger: Served, name: str, run: Any) -> None:
    ann = Visitor(messenger.url).sign_up(name)
    key = re.search(r"bpm_[\w-]{20,}", ann.submit("/accounts/keys/", label="Robot").text)
    assert key
    env = {"BLUEPRINTS_MESSENGER__CLIENT__BASE_URL": messenger.url, "BLUEPRINTS_MESSENGER__CLIENT__API_KEY": key[0]}
    text = f"from {name}"
    posted = run("messenger", "post", text, "--lifetime", "1h", "--client-id", name, env=env, expect=0)
    assert re.fullmatch(r"[0-9a-f]{32}\n", posted.stdout)
    again = run("messenger", "post", text, "--lifetime", "1h", "--client-id", name, "--json", env=env, expect=0)
    assert json.loads(again.stdout)["id"] == posted.stdout.strip()
    assert text in run("messenger", "list", env=env, expect=0).stdout
    listed = json.loads(run("messenger", "--json", "list", "--order", "expiry", "--reverse", env=env, expect=0).stdout)
    assert text in [message["message"] for message in listed["messages"]]
    assert "lobby" in run("messenger", "rooms", env=env, expect=0).stdout
    lines = run("messenger", "tail", "--count", "1", "--json", env=env, expect=0).stdout.splitlines()
    assert set(json.loads(lines[0])) == {"event", "id", "data"}


def test_the_terminal_says_what_is_wrong(messenger: Served, run: Any) -> None:
    here = {"BLUEPRINTS_MESSENGER__CLIENT__BASE_URL": messenger.url}
    away = {"BLUEPRINTS_MESSENGER__CLIENT__BASE_URL": "http://127.0.0.1:1"}
    wrong = {"BLUEPRINTS_MESSENGER__CLIENT__API_KEY": "bpm_wrong_key"}
    assert run("messenger", "post", "x", env=here, expect=2).stdout == ""
    refused = run("messenger", "post", "x", env=here | wrong, expect=4)
    assert "please log in" in refused.stderr
    assert "bpm_wrong" not in refused.stderr
    run("messenger", "list", env=away, expect=3)
    run("messenger", "list", "nowhere", env=here, expect=1)
    assert "room not found" in run("messenger", "tail", "nowhere", env=here, expect=1).stderr
