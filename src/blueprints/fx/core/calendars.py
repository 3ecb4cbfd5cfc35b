"""When publications are due, and how many are missing.

The European Central Bank publishes at 16:00 in Frankfurt, Monday to Friday, except on the closing days of TARGET.
"""

from datetime import UTC, date, datetime, time, timedelta

_DUE = time(16)
_SATURDAY = 5


def publishes(on: date) -> bool:
    """Whether the European Central Bank publishes rates of that day."""
    return on.weekday() < _SATURDAY and on not in closing_days(on.year)


def closing_days(year: int) -> set[date]:
    """The closing days of TARGET since 2002; what was published before is in every history and never missing."""
    sunday = easter(year)
    moving = {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    return moving | {date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26)}


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the anonymous algorithm of 1876."""
    century = year // 100
    cycle = year % 19
    leap = century - century // 4 - (8 * century + 13) // 25
    epact = (19 * cycle + leap + 15) % 30
    full_moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - cycle) // 11))
    to_sunday = (year + year // 4 + full_moon + 2 - century + century // 4) % 7
    offset = full_moon - to_sunday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))


def last_due(now: datetime) -> date:
    """The newest day whose rates are published at that moment."""
    berlin = _berlin(now)
    on = berlin.date() if berlin.time() >= _DUE else berlin.date() - timedelta(days=1)
    while not publishes(on):
        on -= timedelta(days=1)
    return on


def missing(latest: date | None, now: datetime) -> int:
    """How many due publications there are after `latest`. Without any day the newest one counts as missing."""
    due = last_due(now)
    if latest is None:
        return 1
    return sum(publishes(latest + timedelta(days=n)) for n in range(1, (due - latest).days + 1))


def adjoins(earlier: date, later: date) -> bool:
    """Whether no publication lies between the two days."""
    return not any(publishes(earlier + timedelta(days=n)) for n in range(1, (later - earlier).days))


def _berlin(now: datetime) -> datetime:
    """The wall clock of Frankfurt, by the rule of Directive 2000/84/EC (zone files are not on every machine).

    Summer time lasts from the last Sunday of March to the last of October, both at 01:00 UTC.
    """
    summer = _last_sunday(now.year, 3) <= now < _last_sunday(now.year, 10)
    return now.astimezone(UTC) + timedelta(hours=2 if summer else 1)


def _last_sunday(year: int, month: int) -> datetime:
    last = date(year, month, 31)
    return datetime(year, month, last.day - (last.weekday() + 1) % 7, 1, tzinfo=UTC)
