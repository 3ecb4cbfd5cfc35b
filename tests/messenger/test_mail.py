"""What an account does by mail, and on all its devices at once."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.messenger.browser import Visitor
from tests.messenger.streams import named, stream, until
from tests.servers.services import Served
from tests.servers.smtp import Sink

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("messenger-service")]


def mailed(messenger: Served, address: str, pattern: str) -> str:
    """What the newest mail to somebody says."""

    def found() -> str:
        folder = messenger.home / "data" / "messenger" / "mail"
        for path in sorted(folder.glob("*"), key=lambda file: file.stat().st_mtime_ns, reverse=True):
            text = _text(path, address)
            if match := re.search(pattern, text):
                return match[1]
        return ""

    return str(until(found))


def _text(path: Path, address: str) -> str:
    mails = path.read_bytes().split(b"-" * 79)
    for mail in reversed(mails):
        parsed = message_from_bytes(mail.strip(), policy=default)
        if parsed["To"] == address:
            body = parsed.get_body(("plain",))
            return body.get_content() if body else ""
    return ""


def test_a_forgotten_password_is_reset_by_mail_and_ends_other_sessions(messenger: Served, name: str) -> None:
    ann, forgetful = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    unknown = forgetful.submit("/accounts/password/reset/", email="nobody@example.com")
    known = forgetful.submit("/accounts/password/reset/", email=f"{name}@example.com")
    assert (unknown.status_code, unknown.headers["location"]) == (known.status_code, known.headers["location"])
    link = mailed(messenger, f"{name}@example.com", r"(/accounts/password/reset/key/\S+)")
    page = forgetful.http.get(link)
    path = page.headers["location"]
    done = forgetful.submit(path, password1="another horse 43", password2="another horse 43")
    assert done.status_code == 302
    token = {"X-CSRFToken": "a" * 32}
    assert ann.http.post("/messages", json={"message": "x"}, headers=token).status_code == 401
    assert "Bad log in" in Visitor(messenger.url).try_log_in(name, "correct horse 42").text
    assert Visitor(messenger.url).log_in(name, "another horse 43").post("back").status_code == 201
    again = Visitor(messenger.url).http.get(link, follow_redirects=True)
    assert "password1" not in again.text, "a link works once"


def test_an_address_changes_once_it_is_confirmed(messenger: Served, name: str) -> None:
    ann, new = Visitor(messenger.url).sign_up(name), f"new{name}@example.com"
    assert ann.submit("/accounts/email/", email=new, action_add="").status_code == 302
    page = ann.http.get("/accounts/email/").text
    assert f"You log in with <strong>{name}@example.com</strong>" in page
    assert f"It changes to <strong>{new}</strong>" in page
    Visitor(messenger.url).log_in(name)
    link = mailed(messenger, new, r"(/accounts/confirm-email/\S+)")
    assert ann.submit(link).status_code == 302
    Visitor(messenger.url).log_in(f"new{name}")
    assert "Bad log in" in Visitor(messenger.url).try_log_in(name, "correct horse 42").text
    assert ann.post("still here").status_code == 201


def test_a_change_of_address_can_be_called_off(messenger: Served, name: str) -> None:
    ann = Visitor(messenger.url).sign_up(name)
    for new in (f"1{name}@example.com", f"2{name}@example.com"):
        assert ann.submit("/accounts/email/", email=new, action_add="").status_code == 302
    page = ann.http.get("/accounts/email/").text
    assert f"1{name}@" not in page.replace("Confirmation email sent to", "").split("<h1>")[1], "the last wish counts"
    assert ann.submit("/accounts/email/", email=f"2{name}@example.com", action_remove="").status_code == 302
    assert "It changes to" not in ann.http.get("/accounts/email/").text
    Visitor(messenger.url).log_in(name)


def test_the_owner_of_an_address_gets_the_account_that_another_made_with_it(messenger: Served, name: str) -> None:
    stranger, owner = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    owner.submit("/accounts/password/reset/", email=f"{name}@example.com")
    path = owner.http.get(mailed(messenger, f"{name}@example.com", r"(/accounts/password/reset/key/\S+)"))
    owner.submit(path.headers["location"], password1="another horse 43", password2="another horse 43")
    assert Visitor(messenger.url).log_in(name, "another horse 43").post("mine").status_code == 201
    assert stranger.post("not mine").status_code == 401
    assert "Bad log in" in stranger.try_log_in(name, "correct horse 42").text


def test_where_mail_is_sent_an_account_begins_with_the_code_in_it(
    serve: Callable[..., Served], smtp: Callable[..., Sink], name: str
) -> None:
    sink = smtp()
    served = serve("messenger", "--demo", env={"BLUEPRINTS_MESSENGER__MAIL__URL": f"smtp://127.0.0.1:{sink.port}"})
    ann, again = Visitor(served.url), Visitor(served.url)
    fields = {"email": f"{name}@example.com", "display_name": name, "password1": "correct horse 42"}
    asked = ann.submit("/accounts/signup/", **fields)
    assert asked.headers["location"] == "/accounts/confirm-email/"
    again.try_log_in(name, "correct horse 42")
    assert [visitor.post("not yet").status_code for visitor in (ann, again)] == [401, 401]
    code = re.search(rb"\r\n\r\n([A-Z0-9-]{6,})\r\n", until(lambda: sink.mails)[0][2])
    assert code
    assert ann.submit("/accounts/confirm-email/", code=code[1].decode()).status_code == 302
    assert ann.post("in").status_code == 201
    taken = Visitor(served.url).submit(
        "/accounts/signup/", **(fields | {"email": "demo@example.com", "display_name": f"b{name}"})
    )
    assert (taken.status_code, taken.headers.get("location")) == (asked.status_code, asked.headers["location"])
    assert sink.mails[-1][1] == ["demo@example.com"], "only who reads that mail learns of the account"


def test_logging_out_everywhere_ends_all_sessions_and_streams(messenger: Served, name: str) -> None:
    ann, phone = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    phone.log_in(name)
    page = ann.http.get("/accounts/sessions/").text
    assert "/accounts/sessions/everywhere" in page
    assert page.count('<li class="card">') == 2
    with stream(phone) as events, stream(ann) as own:
        ann.submit("/accounts/sessions/everywhere", page="/accounts/sessions/")
        until(lambda: ("end", None) in events and ("end", None) in own)
        assert named(events, "bye")[0]["reason"] == "logout"
    token = {"X-CSRFToken": "a" * 32}
    for visitor in (ann, phone):
        assert visitor.http.post("/messages", json={"message": "x"}, headers=token).status_code == 401
    phone.log_in(name)
    assert phone.post("back").status_code == 201


def test_the_other_sessions_end_and_ones_own_stays(messenger: Served, name: str) -> None:
    ann, phone = Visitor(messenger.url).sign_up(name), Visitor(messenger.url)
    phone.log_in(name)
    assert ann.submit("/accounts/sessions/").status_code == 302
    token = {"X-CSRFToken": "a" * 32}
    assert phone.http.post("/messages", json={"message": "x"}, headers=token).status_code == 401
    assert ann.post("here").status_code == 201
    assert ann.http.get("/accounts/sessions/").text.count('<li class="card">') == 1


def test_a_new_display_name_is_shown_and_no_other_can_have_it(messenger: Served, name: str) -> None:
    ann, bob = Visitor(messenger.url).sign_up(name), Visitor(messenger.url).sign_up(f"b{name}")
    assert ann.submit("/accounts/profile/", display_name=f"New {name}").status_code == 302
    assert ann.post("who").json()["author"]["name"] == f"New {name}"
    assert "taken" in bob.submit("/accounts/profile/", display_name=f"nEW {name}").text


def test_a_log_in_makes_a_new_session(messenger: Served, name: str) -> None:
    Visitor(messenger.url).sign_up(name)
    visitor = Visitor(messenger.url)
    visitor.http.cookies.set("messenger_session", "chosen-by-somebody-else")
    visitor.log_in(name)
    values = [cookie.value for cookie in visitor.http.cookies.jar if cookie.name == "messenger_session"]
    assert values
    assert values[-1] != "chosen-by-somebody-else"
