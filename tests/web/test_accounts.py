"""Logging in, signing up and forgotten passwords, as a visitor and as somebody who tries to find out too much."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from blueprints.web.accounts.models import User

PASSWORD = "correct horse battery"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Page = Any


@pytest.fixture
def client(service: Callable[..., Any], db: None) -> Client:
    service("orders")
    cache.clear()  # throttles count there
    return Client()


@pytest.fixture
def ada(client: Client) -> User:
    return User.objects.create_user("ada", "ada@example.org", PASSWORD)


def log_in(client: Client, login: str, password: str = PASSWORD, **headers: str) -> Page:
    return client.post("/accounts/login/", {"login": login, "password": password}, **headers)  # type: ignore[arg-type]  # META


def told(page: Page) -> str:
    """What the page says, without what differs from one request to the next."""
    return re.sub(r'value="[^"]*"|request [0-9a-f]{32}', "", page.content.decode())


@pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.org", "Ada@Example.org"])
def test_one_logs_in_by_name_or_address_whatever_the_case(client: Client, ada: User, login: str) -> None:
    assert log_in(client, login).status_code == 302
    assert client.session["_auth_user_id"] == str(ada.pk)


def test_logging_in_gives_a_new_session(client: Client, ada: User) -> None:
    session = client.session
    session["seen"] = 1
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    log_in(client, "ada")
    assert client.session.session_key != session.session_key


def test_a_wrong_password_says_no_more_than_an_unknown_name(client: Client, ada: User) -> None:
    wrong, unknown = log_in(client, "ada", "wrong password"), log_in(client, "bob", "wrong password")
    assert wrong.status_code == unknown.status_code == 200
    assert told(wrong).replace("ada", "") == told(unknown).replace("bob", "")
    assert "_auth_user_id" not in client.session


def test_logging_in_leads_nowhere_else(client: Client, ada: User) -> None:
    answer = client.post("/accounts/login/?next=https://evil.example/", {"login": "ada", "password": PASSWORD})
    assert answer["Location"] == "/"


def test_guessing_is_slowed_down(client: Client, ada: User) -> None:
    for _ in range(5):
        log_in(client, "ada", "wrong password")
    refused = log_in(client, "ada")
    assert (refused.status_code, refused["Retry-After"]) == (429, "300")
    assert "Too many failed login attempts" in refused.content.decode()
    assert "_auth_user_id" not in client.session
    assert log_in(Client(), "ada", REMOTE_ADDR="198.51.100.7").status_code != 302, (
        "the account is guarded, not the address"
    )


def test_guessing_names_is_slowed_down(client: Client, ada: User) -> None:
    with time_machine.travel(NOON, tick=False):
        assert {log_in(client, f"name{each}", "wrong password").status_code for each in range(10)} == {200}
        assert log_in(client, "ada").status_code == 429
        assert log_in(Client(), "ada", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_one_logs_out_by_a_form_only(client: Client, ada: User) -> None:
    log_in(client, "ada")
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_form_without_its_token_is_refused(client: Client, ada: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = log_in(strict, "ada")
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def sign_up(client: Client, name: str, address: str, password: str = PASSWORD) -> Page:
    data = {"username": name, "email": address, "password1": password, "password2": password}
    return client.post("/accounts/signup/", data)


def test_nobody_signs_up_where_it_is_closed(client: Client) -> None:
    shown = client.get("/accounts/signup/")
    assert "<form" not in re.sub(r"(?s)<(header|nav).*?</\1>", "", shown.content.decode())
    sign_up(client, "eve", "eve@example.org")
    assert not User.objects.exists()
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


def test_a_forgotten_password_is_set_anew_once(client: Client, ada: User) -> None:
    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link
    assert "Hello from Orders!" in str(mail.outbox[0].body)
    form = client.get(link[1], follow=True)
    where = form.redirect_chain[-1][0]
    new = "another horse battery"
    assert client.post(where, {"password1": new, "password2": new}).status_code == 302
    assert log_in(Client(), "ada", new).status_code == 302
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode()


def test_who_has_no_account_is_not_told(client: Client, ada: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "ada@example.org"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "bob@example.org"}, follow=True)
    assert known.status_code == unknown.status_code == 200
    assert told(known) == told(unknown)


def test_the_mail_to_an_unknown_address_tells_it_only_to_its_owner(client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": "bob@example.org"})
    assert all(one.to == ["bob@example.org"] and "/reset/key/" not in str(one.body) for one in mail.outbox)


def test_the_admin_logs_in_by_the_same_guarded_page(client: Client, ada: User) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")
    log_in(client, "ada")
    assert client.get("/admin/").status_code != 200


@pytest.mark.parametrize("is_https", [True, False])
def test_cookies_are_guarded(
    service: Callable[..., Any], db: None, monkeypatch: pytest.MonkeyPatch, isolated: Path, is_https: bool
) -> None:
    if is_https:
        monkeypatch.setenv("BLUEPRINTS_WEB__HTTPS", "true")
    service("orders")
    cache.clear()
    User.objects.create_user("ada", "ada@example.org", PASSWORD)
    client = Client()
    client.get("/accounts/login/", secure=is_https)
    headers = {"HTTP_X_FORWARDED_PROTO": "https"} if is_https else {}
    answer = log_in(client, "ada", **headers)
    cookies = [answer.cookies["orders_session"], client.cookies["orders_csrf"]]
    assert all(one["httponly"] and one["samesite"] == "Lax" for one in cookies)
    assert all(bool(one["secure"]) is is_https for one in cookies)
    assert answer.has_header("Strict-Transport-Security") is is_https


def test_passwords_are_hashed_with_the_effort_that_owasp_advises() -> None:
    code = "from blueprints.web.accounts.passwords import Argon2id; print(Argon2id().encode('secret', 'saltsaltsalt'))"
    hashed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_twice_makes_one_account(service: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    service("store")
    cache.clear()
    given = {"username": "carol", "first_name": "Carol", "last_name": "Chip", "email": "carol@example.org"}
    save = DefaultAccountAdapter.save_user

    def save_second(adapter: Any, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        if not User.objects.exists():  # the first press, which comes between
            User.objects.create_user("carol", "carol@example.org", PASSWORD)
        return save(adapter, request, user, form, commit)

    monkeypatch.setattr(DefaultAccountAdapter, "save_user", save_second)
    answer = Client().post("/accounts/signup/", given | {"password1": PASSWORD, "password2": PASSWORD})
    assert answer.status_code == 200
    assert "already" in answer.content.decode()
    assert User.objects.count() == 1


def test_what_counts_against_somebody_is_not_pushed_out(service: Callable[..., Any], db: None) -> None:
    service("orders")
    cache.clear()
    for number in range(400):
        cache.set(f"guess-{number}", [number], 300)
    assert len(cache.get_many([f"guess-{number}" for number in range(400)])) == 400
