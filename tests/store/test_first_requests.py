"""What many requests at once meet in a fresh process, and what a database in trouble leads to."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client

from blueprints.store.models import Game
from blueprints.store.versions import Remembered


def test_a_session_that_cannot_be_written_is_a_busy_shop_and_no_failure(
    game: Callable[..., Game], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    astro = game()
    browser = Client(raise_request_exception=False)
    monkeypatch.setattr(SessionStore, "save", locked)
    answer = browser.post(f"/cart/add/{astro.pk}/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_a_value_is_found_though_others_fill_the_memory() -> None:
    memory: Remembered[int] = Remembered(2)

    def made(number: int) -> int:
        memory.get(1, "another", lambda: 0)
        memory.get(1, "one more", lambda: 0)
        return number

    assert [memory.get(1, number, lambda number=number: made(number)) for number in range(9)] == list(range(9))  # type: ignore[misc]  # bound at once


def test_a_value_of_an_old_catalogue_is_not_kept_for_the_new_one() -> None:
    memory: Remembered[str] = Remembered()
    making, changed = threading.Event(), threading.Event()

    def slow() -> str:
        making.set()
        assert changed.wait(60)
        return "old"

    with ThreadPoolExecutor() as pool:
        old = pool.submit(memory.get, 1, "page", slow)
        assert making.wait(60)
        assert memory.get(2, "other", lambda: "new") == "new"
        changed.set()
        assert old.result(60) == "old"
    assert memory.get(2, "page", lambda: "new") == "new"
