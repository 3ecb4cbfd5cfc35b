"""Icon codes of weather.com to WMO codes."""

from __future__ import annotations

CODES = {
    icon: wmo
    for wmo, icons in {
        19: (0,),
        82: (1, 2),
        95: (3, 4, 37, 38, 47),
        69: (5, 7),
        79: (6, 18),
        56: (8,),
        53: (9,),
        66: (10,),
        80: (11, 39, 45),
        63: (12,),
        71: (13,),
        85: (14, 41, 46),
        38: (15,),
        73: (16,),
        89: (17, 35),
        6: (19,),
        45: (20,),
        5: (21,),
        4: (22,),
        3: (26, 27, 28),
        2: (29, 30),
        0: (31, 32, 36),
        1: (33, 34),
        65: (40,),
        75: (42, 43),
    }.items()
    for icon in icons
}


def code(icon: int | None) -> int | None:
    """None for wind, frost and whatever else says nothing about the sky."""
    return None if icon is None else CODES.get(icon)
