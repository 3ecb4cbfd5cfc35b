"""Things done twice at the same moment: one of them counts, the other is told why not."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from blueprints.messenger.core.messages import Author, Message
from blueprints.messenger.live.deadlines import FEW, Deadlines
from blueprints.messenger.live.frames import MessageFrame
from blueprints.messenger.models import Room
from blueprints.messenger.stores import Down
from blueprints.messenger.stores._line import Line
from blueprints.messenger.views.moderation import SuspendForm
from blueprints.messenger.views.rooms import RoomForm

ROOM = {"title": "Tea", "slug": "tea"}


@pytest.fixture
def member(service: Callable[..., Any], transactional_db: None) -> Any:
    service("messenger", rooms_per_member=2)
    return get_user_model().objects.create_user("ann", "ann@example.com", "correct horse 42", display_name="Ann")


@pytest.fixture
def client(member: Any) -> Client:
    made = Client()
    made.force_login(member)
    return made


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen after the form for a room was found right and before the room is kept."""

    def arrange(act: Callable[[], object]) -> None:
        save = RoomForm.save

        def saved(form: RoomForm, commit: bool = True) -> Any:
            act()
            return save(form, commit)

        monkeypatch.setattr(RoomForm, "save", saved)

    return arrange


def test_rooms_made_at_once_are_counted(
    client: Client, member: Any, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    meanwhile(lambda: [Room.objects.create(slug=f"r{n}", title="x", creator=member) for n in range(2)])
    assert client.post("/r/", ROOM).status_code == 403
    assert not Room.objects.filter(slug="tea").exists()


def test_an_address_that_was_just_taken_is_said(
    client: Client, meanwhile: Callable[[Callable[[], object]], None]
) -> None:
    meanwhile(lambda: Room.objects.create(slug="tea", title="Of another"))
    answer = client.post("/r/", ROOM)
    assert answer.status_code == 422
    assert "already exists" in answer.content.decode()
    assert Room.objects.get(slug="tea").title == "Of another"


def test_a_name_that_was_just_taken_is_said(client: Client, member: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    get_user_model().objects.create_user("bob", "bob@example.com", "correct horse 42", display_name="Bob")
    monkeypatch.setattr("blueprints.messenger.views.account.checked_name", lambda text, but: text)
    answer = client.post("/accounts/profile/", {"display_name": "BOB"})
    assert answer.status_code == 422
    assert "This name is taken." in answer.content.decode()
    member.refresh_from_db()
    assert member.display_name == "Ann"


def test_nobody_is_suspended_beyond_the_calendar() -> None:
    fields = {"reason": "spam", "user": "u_1"}
    assert SuspendForm(fields | {"lasting": "7d"}).is_valid()
    assert not SuspendForm(fields | {"lasting": "9999999d"}).is_valid()


def message(id_: str) -> MessageFrame:
    return MessageFrame(Message(id_, "lobby", "x", Author("b", "Bot"), "1", None, None, 0, 604_800_000, 1))


def test_deleted_messages_leave_nothing_behind() -> None:
    deadlines = Deadlines()
    deadlines.add(message("kept"))
    for number in range(5 * FEW):
        deadlines.add(message(str(number)))
        deadlines.remove(str(number))
    assert len(deadlines.heap) <= FEW + 3
    assert [frame.id for frame in deadlines.due(604_800_000)] == ["kept"]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_whatever_breaks_the_line_to_redis_nobody_waits_for_ever() -> None:
    def pipeline(transaction: bool) -> None:
        raise RuntimeError("a fault of the driver")

    line = Line(SimpleNamespace(pipeline=pipeline))  # type: ignore[arg-type]  # what it uses of one
    answers = await asyncio.wait_for(asyncio.gather(*(line.run("take") for _ in range(3)), return_exceptions=True), 60)
    assert [type(answer) for answer in answers] == [Down] * 3
