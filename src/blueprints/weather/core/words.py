"""Dates, times and ages in the one way they are printed, whatever the machine's locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(on: date) -> str:
    """`Sat 10 Feb`."""
    return f"{DAYS[on.weekday()]} {on.day:2d} {MONTHS[on.month - 1]}"


def clock(time: datetime) -> str:
    """`09:05`."""
    return f"{time.hour:02d}:{time.minute:02d}"


def day_clock(time: datetime) -> str:
    """`Sat 09:05`."""
    return f"{DAYS[time.weekday()]} {clock(time)}"


def age(value: timedelta) -> str:
    """`45 min`, `7 h`, `3 d`: the largest unit that says enough."""
    minutes = int(value.total_seconds() // 60)
    if minutes < 90:
        return f"{minutes} min"
    hours = (minutes + 30) // 60
    return f"{hours} h" if hours < 48 else f"{(hours + 12) // 24} d"
