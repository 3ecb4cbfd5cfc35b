"""Results that are written although the database is away for a while."""

from collections.abc import Callable

import pytest
from django.db import OperationalError

from blueprints.notifier.insistence import PAUSES_S, insisted

pytestmark = pytest.mark.django_db(transaction=True)


def failing(times: int) -> Callable[[], str]:
    left = [OperationalError("the connection is closed")] * times

    def write() -> str:
        if left:
            raise left.pop()
        return "written"

    return write


def test_a_result_is_written_once_the_database_is_back() -> None:
    waits: list[float] = []
    assert insisted(failing(3), waits.append) == "written"
    assert waits == list(PAUSES_S[:3])


def test_a_database_that_stays_away_is_an_error_before_a_lease_ends() -> None:
    waits: list[float] = []
    with pytest.raises(OperationalError):
        insisted(failing(1000), waits.append)
    assert 50 < sum(waits) < 90


def test_other_mistakes_are_told_at_once() -> None:
    waits: list[float] = []
    with pytest.raises(ZeroDivisionError):
        insisted(lambda: 1 / 0, waits.append)
    assert waits == []


@pytest.mark.django_db
def test_inside_a_transaction_its_connection_is_kept() -> None:
    from django.db import transaction

    with transaction.atomic():
        assert insisted(failing(1), lambda _: None) == "written"
