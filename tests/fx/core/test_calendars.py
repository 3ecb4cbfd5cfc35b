"""When the European Central Bank publishes, and what is missing."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from blueprints.fx.core import calendars
from blueprints.fx.core.ages import missing as missing_by_age

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY, FRIDAY = date(2026, 11, 19), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1999, 4, 4),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2024, 3, 31),
        (2026, 4, 5),
        (2038, 4, 25),
        (2285, 3, 22),
    ],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert calendars.easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    "closed",
    ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2025-12-25", "2025-12-26", "2026-11-21", "2026-11-22"],
)
def test_closing_days(closed: str) -> None:
    assert not calendars.publishes(date.fromisoformat(closed))


@pytest.mark.parametrize("open_day", ["2025-12-24", "2025-12-31", "2026-04-02", "2026-11-20"])
def test_days_of_publication(open_day: str) -> None:
    assert calendars.publishes(date.fromisoformat(open_day))


@pytest.mark.parametrize(
    ("moment", "latest", "count"),
    [
        (datetime(2026, 11, 20, 15, 59, tzinfo=BERLIN), THURSDAY, 0),
        (datetime(2026, 11, 20, 16, 0, tzinfo=BERLIN), THURSDAY, 1),
        (datetime(2026, 11, 21, 12, 0, tzinfo=BERLIN), THURSDAY, 1),
        (datetime(2026, 11, 21, 12, 0, tzinfo=BERLIN), FRIDAY, 0),
        (datetime(2026, 4, 6, 17, 0, tzinfo=BERLIN), date(2026, 4, 2), 0),
        (datetime(2026, 4, 7, 15, 59, tzinfo=BERLIN), date(2026, 4, 2), 0),
        (datetime(2026, 4, 7, 16, 0, tzinfo=BERLIN), date(2026, 4, 2), 1),
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), date(2026, 10, 30), 15),
        (datetime(2026, 7, 1, 13, 59, tzinfo=UTC), date(2026, 6, 30), 0),
        (datetime(2026, 7, 1, 14, 0, tzinfo=UTC), date(2026, 6, 30), 1),
        (datetime(2026, 11, 22, 12, 0, tzinfo=UTC), None, 1),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), FRIDAY, 0),
    ],
)
def test_missing_publications(moment: datetime, latest: date | None, count: int) -> None:
    assert calendars.missing(latest, moment) == count


@pytest.mark.parametrize("year", [1999, 2024, 2025, 2026, 2030])
@pytest.mark.parametrize(("month", "hour"), [(1, 12), (3, 0), (3, 1), (6, 12), (10, 0), (10, 1), (12, 23)])
def test_the_clock_of_frankfurt_is_that_of_the_zone_files(year: int, month: int, hour: int) -> None:
    for day in (1, 24, 25, 26, 27, 28, 29, 30, 31)[: 8 if month == 6 else 9]:
        moment = datetime(year, month, day, hour, tzinfo=UTC)
        zoned = moment.astimezone(BERLIN)
        due = zoned.date() if zoned.hour >= 16 else date.fromordinal(zoned.toordinal() - 1)
        while not calendars.publishes(due):
            due = date.fromordinal(due.toordinal() - 1)
        assert calendars.last_due(moment) == due


def test_adjoining_days() -> None:
    assert calendars.adjoins(THURSDAY, FRIDAY)
    assert calendars.adjoins(FRIDAY, date(2026, 11, 23))
    assert calendars.adjoins(date(2026, 4, 2), date(2026, 4, 7))
    assert not calendars.adjoins(date(2026, 10, 30), FRIDAY)


def test_age() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    day = now - datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert missing_by_age(None, now, day) == 1
    assert missing_by_age(now - day, now, day) == 0
    assert missing_by_age(now - 2 * day, now, day) == 1
