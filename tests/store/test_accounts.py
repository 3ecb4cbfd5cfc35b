import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client

from blueprints import clock
from blueprints.store.mail import hand_over
from blueprints.store.models import Alert, Cart, Checkout, Game, WaitingMail, Wish
from blueprints.web.accounts.passwords import Argon2id
from tests.servers.scripted import Answer, Scripted, scripted
from tests.store.test_checkout import NOW

GOOD = {
    "username": "carol", "first_name": "Carol", "last_name": "Chip", "email": "carol@example.org",
    "password1": "correct-horse-battery", "password2": "correct-horse-battery",
}  # fmt: skip


def users() -> list[str]:
    return list(get_user_model().objects.values_list("username", flat=True))


def test_sign_up_logs_in_and_leads_on(shop: Any, client: Client) -> None:
    answer = client.post("/accounts/signup/", GOOD | {"next": "/games/"})
    assert (answer.status_code, answer["Location"]) == (302, "/games/")
    user = get_user_model().objects.get()
    assert (user.first_name, user.last_name, user.email) == ("Carol", "Chip", "carol@example.org")
    assert user.password.startswith("argon2$argon2id$")
    assert "carol" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password1": "12345", "password2": "12345"}, "password1"),
        ({"password1": "x" * 129, "password2": "x" * 129}, "password1"),
        ({"password2": "something-else-9"}, "password2"),
        ({"username": "ADA"}, "username"),
        ({"email": "ADA@example.org"}, "email"),
        ({"email": "nobody"}, "email"),
        ({"first_name": ""}, "first_name"),
        ({"username": ""}, "username"),
        ({"email": ""}, "email"),
    ],
)
def test_a_bad_sign_up_is_named_at_its_field(client: Client, user: Any, change: dict[str, str], field: str) -> None:
    answer = client.post("/accounts/signup/", GOOD | change)
    assert answer.status_code == 200
    assert re.search(rf'id="id_{field}_error"|{field}', answer.content.decode())
    assert "field-error" in answer.content.decode()
    assert users() == ["ada"]


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.org", "Ada@Example.ORG"])
def test_log_in_by_name_or_address(client: Client, user: Any, name: str) -> None:
    assert client.post("/accounts/login/", {"login": name, "password": "a-long-password"}).status_code == 302


def test_log_in_never_tells_who_has_an_account(client: Client, user: Any) -> None:
    texts = []
    for name in ("ada", "nobody"):
        answer = client.post("/accounts/login/", {"login": name, "password": "wrong"})
        assert answer.status_code == 200
        texts.append(re.findall(r"notice-error[^>]*>(.*?)</p>", answer.content.decode(), re.DOTALL))
    assert texts[0] == texts[1] != []
    for address in ("ada@example.org", "nobody@example.org"):
        answer = client.post("/accounts/password/reset/", {"email": address})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/reset/done/")


def test_guessing_is_slowed_down(client: Client, user: Any) -> None:
    statuses = [client.post("/accounts/login/", {"login": "ada", "password": "wrong"}).status_code for _ in range(6)]
    last = client.post("/accounts/login/", {"login": "ada", "password": "a-long-password"})
    assert statuses[0] == 200
    assert "_auth_user_id" not in client.session
    assert last.status_code == 429


def test_the_session_changes_at_log_in(game: Callable[..., Game], client: Client, user: Any) -> None:
    client.post(f"/cart/add/{game().pk}/")
    before = client.session.session_key
    client.post("/accounts/login/", {"login": "ada", "password": "a-long-password"})
    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_next_never_leaves_the_shop(client: Client, user: Any, target: str) -> None:
    form = {"login": "ada", "password": "a-long-password", "next": target}
    assert client.post("/accounts/login/", form)["Location"] == "/"
    client.post("/accounts/logout/")
    assert client.post("/accounts/signup/", GOOD | {"next": target})["Location"] == "/"


def test_next_survives_between_log_in_and_sign_up(shop: Any, client: Client) -> None:
    assert "/accounts/signup/?next=%2Fcheckout%2F" in client.get("/accounts/login/?next=/checkout/").content.decode()
    assert "/accounts/login/?next=%2Fcheckout%2F" in client.get("/accounts/signup/?next=/checkout/").content.decode()


def test_log_out_is_a_post(ada: Client) -> None:
    ada.get("/accounts/logout/")
    assert "_auth_user_id" in ada.session
    ada.post("/accounts/logout/")
    assert "_auth_user_id" not in ada.session


def test_details_are_edited(ada: Client, user: Any) -> None:
    assert ada.post("/accounts/profile/", {"first_name": "Augusta", "last_name": "King"}).status_code == 303
    user.refresh_from_db()
    assert user.get_full_name() == "Augusta King"
    assert ada.post("/accounts/profile/", {"first_name": "x" * 200, "last_name": ""}).status_code == 422


def test_an_account_is_deleted_with_what_belongs_to_it(
    game: Callable[..., Game], ada: Client, user: Any, orders_desk: Any
) -> None:
    from tests.store.test_checkout import review

    one, gone = game("One"), game("Gone", stock=0)
    ada.post(f"/cart/add/{one.pk}/")
    ada.post("/checkout/", review(ada))
    ada.post(f"/cart/add/{one.pk}/")
    ada.post(f"/wishlist/toggle/{one.pk}/")
    ada.post(f"/alerts/stock/{gone.pk}/")
    assert ada.post("/accounts/delete/", {"password": "wrong"}).status_code == 422
    assert users() == ["ada"]
    assert ada.post("/accounts/delete/", {"password": "a-long-password"}).status_code == 303
    assert users() == []
    assert not Cart.objects.exists()
    assert not Wish.objects.exists()
    assert not Alert.objects.exists()
    assert Checkout.objects.get().user is None
    assert "_auth_user_id" not in ada.session


@pytest.fixture
def notifier(
    service: Callable[..., Any], shop: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Scripted]]:
    """`notifier(Answer(…), …)`: a notifier with these answers, to which the shop's account mails go."""
    monkeypatch.setattr("blueprints.store.mail.PATIENCE_S", 60.0)
    with ExitStack() as stack:

        def start(*answers: Answer) -> Scripted:
            running = stack.enter_context(scripted(*answers))
            service("store", notifier_url=running.url, notifier_api_key="mail-key")
            settings.EMAIL_BACKEND = "blueprints.store.mail.NotifierBackend"
            return running

        yield start


def test_account_mails_go_through_the_notifier(notifier: Callable[..., Scripted]) -> None:
    running = notifier(Answer(b"{}", 202))
    message = mail.EmailMultiAlternatives("Hi", "text", to=["Ada <ada@example.org>"])
    message.attach_alternative("<p>text</p>", "text/html")
    message.send()
    assert hand_over(clock.now()) == 1
    assert json.loads(running.seen[0].body) == {
        "subject": "Hi", "text": "text", "html": "<p>text</p>", "sensitive": True,
        "to": {"name": "Ada", "address": "ada@example.org"},
    }  # fmt: skip
    assert running.seen[0].headers["authorization"] == "Bearer mail-key"
    assert not WaitingMail.objects.exists()


def test_a_mail_waits_for_a_notifier_that_is_away(
    notifier: Callable[..., Scripted], client: Client, user: Any, caplog: pytest.LogCaptureFixture
) -> None:
    running = notifier(Answer(hang_up=True), Answer(b"", 503), Answer(b"", 401), Answer(b"{}", 202))
    with time_machine.travel(NOW, tick=False) as moment:
        client.post("/accounts/password/reset/", {"email": user.email})
        for _ in range(3):
            assert hand_over(clock.now()) == 0
            assert hand_over(clock.now()) == 0
            moment.move_to(WaitingMail.objects.get().next_attempt_at)
        assert hand_over(clock.now()) == 1
    assert len(running.seen) == 4
    assert len({one.headers["idempotency-key"] for one in running.seen}) == 1
    assert {json.loads(one.body)["to"]["address"] for one in running.seen} == {user.email}
    assert "/accounts/password/reset/key/" in json.loads(running.seen[3].body)["text"]
    assert "/accounts/password/reset/key/" not in caplog.text
    assert not WaitingMail.objects.exists()


@pytest.mark.parametrize(("status", "age"), [(422, timedelta()), (503, timedelta(hours=25))])
def test_a_mail_that_cannot_be_sent_is_given_up(
    notifier: Callable[..., Scripted], caplog: pytest.LogCaptureFixture, status: int, age: timedelta
) -> None:
    notifier(Answer(b"", status))
    with time_machine.travel(NOW, tick=False) as moment:
        mail.send_mail("Hi", "text", None, ["ada@example.org"])
        moment.shift(age)
        assert hand_over(clock.now()) == 0
    assert not WaitingMail.objects.exists()
    assert f"an account mail is given up: the notifier answered {status}" in caplog.text


def test_without_a_notifier_mails_are_files(shop: Any, settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND = "blueprints.store.mail.NotifierBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    mail.send_mail("Hi", "text", None, ["ada@example.org"])
    assert len(list((tmp_path / "mail").iterdir())) == 1


def test_a_wrong_password_costs_the_same_for_names_that_nobody_has(
    client: Client, user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str] = []
    encode, verify = Argon2id.encode, Argon2id.verify

    def counted(kind: str, work: Any) -> Any:
        def count(*args: Any) -> Any:
            hashes.append(kind)
            return work(*args)

        return count

    monkeypatch.setattr(Argon2id, "encode", counted("encode", encode))
    monkeypatch.setattr(Argon2id, "verify", counted("verify", verify))
    spent = []
    for name in ("ada", "ada@example.org", "nobody", "nobody@example.org"):
        client.post("/accounts/login/", {"login": name, "password": "not-her-password"}, follow=True)
        spent.append(len(hashes))
        hashes.clear()
    assert spent == [1, 1, 1, 1]
