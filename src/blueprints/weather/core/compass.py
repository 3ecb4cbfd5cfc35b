"""Directions: degrees to the sixteen points and back."""

from __future__ import annotations

POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")


def point(degrees: float | None) -> str | None:
    """The point the wind blows from; each covers 22.5°, N from 348.75° up to 11.25°."""
    return None if degrees is None else POINTS[int((degrees + 11.25) // 22.5) % 16]


def degrees(name: str | None) -> float | None:
    """The middle of a point; None for `VAR`, `CALM` and anything else."""
    wanted = (name or "").strip().upper()
    return POINTS.index(wanted) * 22.5 if wanted in POINTS else None
