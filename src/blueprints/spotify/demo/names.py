"""Plausible names, the same in every run."""

import random

_FIRST = """
Amber Blue Broken Coastal Cold Copper Crystal Distant Electric Empty Evening Faded Fallen Foreign Gentle Golden Hidden
Hollow Hot Idle Iron Late Little Lost Lunar Midnight Modern Northern Open Pale Paper Plain Quiet Rapid Red Rural Salt
Second Secret Silent Silver Slow Small Solar Southern Still Stone Summer Velvet Wild Winter Wooden
"""
FIRST = _FIRST.split()
_SECOND = """
Animals Arcade Avenue Bridge Candles Canyon Choir Circus City Cloud Coffee Colours Dance Desert Echo Engine Field Fire
Forest Garden Ghosts Harbour Highway Hours Island Kitchen Lake Lanterns Letters Light Machine Memory Mirror Moon
Mountain Music Night Ocean Orchard Parade Party Piano Radio Rain River Road Room School Season Shadow Signal Sky Song
Station Stories Street Sugar Summer Theatre Thunder Tide Tower Train Valley Voices Water Window Wolves
"""
SECOND = _SECOND.split()
_THIRD = """
Band Club Collective Company Duo Ensemble Music Orchestra Project Quartet Society Trio
"""
THIRD = _THIRD.split()


def _random(kind: str, number: int) -> random.Random:
    return random.Random(f"{kind} {number}")  # noqa: S311 - names, not secrets


def artist(number: int) -> str:
    if number == 0:
        return "Hot Water Music"
    chosen = _random("artist", number)
    words = [chosen.choice(FIRST), chosen.choice(SECOND)]
    if chosen.random() < 0.4:
        words.append(chosen.choice(THIRD))
    return ("The " if chosen.random() < 0.2 else "") + " ".join(words)


def album(number: int) -> str:
    if number == 0:
        return "Light It Up"
    chosen = _random("album", number)
    return f"{chosen.choice(FIRST)} {chosen.choice(SECOND)}"


def track(number: int) -> str:
    known = {0: "Livid", 1: "Complicated", 2: "Never Going Back"}.get(number)
    chosen = _random("track", number)
    patterns = ("{0} {1}", "{1}", "{0} {1} (Live)", "The {1} Is {0}", "No {1} in the {2}", "{1} and {2}")
    words = chosen.choice(FIRST), chosen.choice(SECOND), chosen.choice(SECOND)
    return known or chosen.choice(patterns).format(*words)


def playlist(number: int) -> str:
    chosen = _random("playlist", number)
    return f"{chosen.choice(FIRST)} {chosen.choice(SECOND)} {chosen.choice(('Mix', 'Sessions', 'Hits', 'Favourites'))}"


def show(number: int) -> str:
    chosen = _random("show", number)
    return f"{chosen.choice(SECOND)} and {chosen.choice(SECOND)}"


def duration_ms(number: int) -> int:
    known = {0: 235_000, 1: 182_000, 2: 185_999}.get(number)
    return known or _random("duration", number).randint(95_000, 420_000)
