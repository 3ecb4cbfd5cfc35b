"""The time zone of coordinates, from a map that a package ships: no network."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_at(latitude: float, longitude: float) -> str:
    """The IANA zone; UTC where no map has one."""
    from tzfpy import get_tz

    return known(get_tz(longitude, latitude)) or "UTC"


def known(name: str | None) -> str | None:
    """The name if this machine has that zone, else None."""
    try:
        return ZoneInfo(name).key if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
