"""Pages for staff: admin and mailbox, who may see them, what the actions do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from blueprints import clock
from blueprints.notifier.core.outcome import Outcome
from blueprints.notifier.models import Mail, Pause, Suppression
from tests.notifier.conftest import Post, received
from tests.notifier.test_sending import Scripted

pytestmark = pytest.mark.django_db
LIST = "/admin/notifier/mail/"


def login(client: Client, *permissions: str, is_staff: bool = True, is_superuser: bool = False) -> None:
    name = "-".join(permissions) or "nobody"
    user = get_user_model().objects.create_user(
        name, f"{name}@shop.example", "pw", is_staff=is_staff, is_superuser=is_superuser
    )
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="notifier", codename__in=permissions))
    client.force_login(user)


@pytest.fixture
def sent(notifier: Callable[..., Any], post_event: Post, work_off: Callable[..., list[str]]) -> Mail:
    """A mail that the file channel kept."""
    config = notifier()
    post_event(received(order_customer={"name": "<b>Ada", "email": "ada@example.org"}))
    work_off(config)
    return Mail.objects.get()


def act(client: Client, action: str, *mails: Mail) -> str:
    data = {"action": action, "_selected_action": [mail.pk for mail in mails]}
    return client.post(LIST, data, follow=True).content.decode()


@pytest.mark.parametrize(
    "page", [LIST, "/admin/notifier/mail/{id}/change/", "/mailbox/", "/mailbox/{id}/", "/mailbox/{id}/page/"]
)
@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("user", (302, 403)), ("staff", 403), ("viewer", 200)])
def test_only_staff_with_the_permission_sees_mails(
    client: Client, sent: Mail, page: str, who: str, status: Any
) -> None:
    if who == "user":
        login(client, "view_mail", is_staff=False)
    elif who != "anonymous":
        login(client, *(["view_mail"] if who == "viewer" else []))
    answer = client.get(page.format(id=sent.id))
    assert answer.status_code in (status if isinstance(status, tuple) else (status,))
    assert ("ada@example.org" in answer.content.decode()) == (who == "viewer" and "page" not in page)


def test_a_viewer_changes_nothing(client: Client, sent: Mail) -> None:
    login(client, "view_mail")
    for action in ("resend", "resolve_sent", "suppress"):
        act(client, action, sent)
    client.post(f"/admin/notifier/mail/{sent.id}/change/", {"state": "dead"})
    assert client.post("/admin/notifier/mail/add/").status_code == 403
    assert client.post(f"/admin/notifier/mail/{sent.id}/delete/", {"post": "yes"}).status_code == 403
    assert Mail.objects.get().state == "sent"
    assert not Suppression.objects.exists()


def test_staff_cannot_edit_a_record_either(client: Client, sent: Mail) -> None:
    login(client, "view_mail", "change_mail")
    page = client.get(f"/admin/notifier/mail/{sent.id}/change/").content.decode()
    assert 'name="_save"' not in page
    client.post(f"/admin/notifier/mail/{sent.id}/change/", {"state": "dead", "to_address": "eve@example.org"})
    assert Mail.objects.get().to_address == "ada@example.org"


def test_the_admin_shows_a_mail_in_a_frame_that_can_do_nothing(client: Client, sent: Mail) -> None:
    login(client, is_superuser=True)
    page = client.get(f"/admin/notifier/mail/{sent.id}/change/").content.decode()
    assert f'<iframe class="mail" sandbox src="/mailbox/{sent.id}/page/"' in page
    assert "Order #39: thank you" in page
    frame = client.get(f"/mailbox/{sent.id}/page/")
    assert "sandbox; default-src 'none'" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "&lt;b&gt;Ada" in frame.content.decode()


def test_lists_are_searched_and_filtered(client: Client, sent: Mail) -> None:
    login(client, is_superuser=True)
    for query, is_found in (
        ("q=ada@", True),
        ("q=39", True),
        ("q=nobody", False),
        ("state=sent", True),
        ("state=dead", False),
    ):
        assert (sent.id in client.get(f"{LIST}?{query}").content.decode()) == is_found, query


def test_the_actions_say_what_they_did(
    client: Client, sent: Mail, work_off: Callable[..., list[str]], notifier: Any
) -> None:
    login(client, is_superuser=True)
    assert f"Mail {sent.id} is sent again as m_" in act(client, "resend", sent)
    again = Mail.objects.exclude(id=sent.id).get()
    assert again.resent_from == sent.id
    assert "going to be sent anyway" in act(client, "resend", again)
    work_off(notifier(), Scripted(Outcome("unknown", text="cut")))
    assert "resolve it first" in act(client, "resend", again)
    assert f"Mail {again.id} counts as sent" in act(client, "resolve_sent", again)
    assert "only a mail whose fate is unknown" in act(client, "resolve_dead", again)
    assert "No more mail goes to ada@example.org" in act(client, "suppress", sent)
    assert Suppression.objects.get().note == "by nobody"
    history = client.get(f"/admin/notifier/mail/{sent.id}/history/").content.decode()
    assert f"is sent again as {again.id}" in history
    assert "going to be sent anyway" not in client.get(f"/admin/notifier/mail/{again.id}/history/").content.decode()


@pytest.mark.parametrize(
    ("action", "words"), [("resolve_dead", "counts as not sent"), ("resolve_resend", "is sent again as m_")]
)
def test_a_mail_in_doubt_is_resolved_in_the_admin(
    client: Client, post_event: Post, notifier: Any, work_off: Callable[..., list[str]], action: str, words: str
) -> None:
    config = notifier()
    post_event(received())
    work_off(config, Scripted(Outcome("unknown", text="cut")))
    login(client, is_superuser=True)
    mail = Mail.objects.get()
    page = client.get(LIST).content.decode()
    assert "The fate of 1 mail is unknown" in page
    assert '>unknown<div class="mail-note">cut</div>' in page
    assert words in act(client, action, mail)
    mail.refresh_from_db()
    assert mail.state == "dead"


@pytest.mark.parametrize(
    ("permissions", "sees", "resends", "suppresses"),
    [
        (["view_mail"], True, False, False),
        (["change_mail"], False, False, False),
        (["view_mail", "change_mail"], True, True, False),
        (["view_mail", "add_suppression"], True, False, True),
        (["add_suppression", "delete_suppression"], False, False, False),
    ],
)
def test_each_act_needs_its_permission(
    client: Client, sent: Mail, permissions: list[str], sees: bool, resends: bool, suppresses: bool
) -> None:
    login(client, *permissions)
    assert (client.get(LIST).status_code, client.get("/mailbox/").status_code) == ((200, 200) if sees else (403, 403))
    act(client, "resend", sent)
    assert (Mail.objects.count() > 1) == resends
    act(client, "suppress", sent)
    assert Suppression.objects.exists() == suppresses


def test_banners_are_for_those_who_may_see_mails(client: Client, sent: Mail) -> None:
    Mail.objects.update(state="failed", reason="421 ada@example.org is busy")
    login(client)
    pages = [client.get(page).content.decode() for page in (LIST, "/admin/", "/accounts/password/change/")]
    assert not any("is busy" in page for page in pages)


def test_banners_tell_of_trouble(
    client: Client, post_event: Post, notifier: Any, work_off: Callable[..., list[str]]
) -> None:
    config = notifier()
    login(client, is_superuser=True)
    post_event(received())
    work_off(config, Scripted(Outcome("failed", "421", "busy")))
    Pause.objects.create(channel="smtp", until=clock.now() + timedelta(seconds=50), reason="535 no")
    page = client.get(LIST).content.decode()
    assert "1 mail waits for another attempt because of: 421 busy" in page
    assert "The channel smtp rests until" in page
    mail = Mail.objects.get()
    page = client.get(f"/admin/notifier/mail/{mail.id}/change/").content.decode()
    assert "<strong>failed</strong> 421 busy" in page
    assert client.get("/readyz").status_code == 200
    assert str(mail) == f"{mail.id} order_received"
    assert str(mail.content) == f"content of {mail.id}"
    assert str(Pause.objects.get()) == "smtp: 535 no"


def test_a_mail_that_was_not_rendered_has_no_page(client: Client, post_event: Post, notifier: Any) -> None:
    notifier()
    post_event(received())
    login(client, is_superuser=True)
    mail = Mail.objects.get()
    assert "not rendered yet" in client.get(f"/admin/notifier/mail/{mail.id}/change/").content.decode()
    assert client.get(f"/mailbox/{mail.id}/").status_code == 404
    assert client.get(f"/mailbox/{mail.id}/page/").status_code == 404


def test_suppressions_are_kept_in_the_admin(client: Client, notifier: Any) -> None:
    notifier()
    login(client, is_superuser=True)
    add = "/admin/notifier/suppression/add/"
    assert "not an e-mail address" in client.post(add, {"address": "nobody", "note": ""}).content.decode()
    for _ in range(2):
        assert client.post(add, {"address": "Ada@Bücher.example", "note": "asked"}).status_code == 302
    row = Suppression.objects.get()
    assert str(row) == "ada@xn--bcher-kva.example (staff)"
    page = client.get(f"/admin/notifier/suppression/{row.pk}/change/").content.decode()
    assert 'name="_save"' not in page
    assert client.post(f"/admin/notifier/suppression/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Suppression.objects.exists()


def test_the_mailbox_lists_what_was_kept_and_pages(
    client: Client, sent: Mail, post_event: Post, notifier: Any, work_off: Any
) -> None:
    login(client, is_superuser=True)
    page = client.get("/mailbox/").content.decode()
    assert "Order #39: thank you" in page
    assert "&lt;b&gt;Ada" in page
    Mail.objects.update(to_name="")
    for address in ("/mailbox/", LIST):
        assert "&lt;ada@example.org" not in client.get(address).content.decode(), "no brackets without a name"
    one = client.get(f"/mailbox/{sent.id}/").content.decode()
    assert f'src="/mailbox/{sent.id}/page/"' in one
    assert "Message-ID" in one
    assert client.get("/")["Location"] == "/admin/notifier/mail/"
    Mail.objects.all().delete()
    assert "No mail yet" in client.get("/mailbox/").content.decode()
