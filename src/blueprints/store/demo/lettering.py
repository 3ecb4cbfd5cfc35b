"""The words on drawn covers, in the font that comes with Pillow.

That font has the letters of ASCII alone, so accents are drawn above or below the letter that carries them.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

    Colour = tuple[int, int, int]
    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

WIDTH = 520
SIZE, LEADING = 58, 66
WHITE = (255, 255, 255)
STROKES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "\u0300": ((-0.11, -0.13, 0.04, 0.0),),
    "\u0301": ((-0.04, 0.0, 0.11, -0.13),),
    "\u0302": ((-0.12, 0.0, 0.0, -0.11), (0.0, -0.11, 0.12, 0.0)),
    "\u0303": ((-0.13, -0.02, -0.04, -0.08), (-0.04, -0.08, 0.04, -0.02), (0.04, -0.02, 0.13, -0.08)),
    "\u0308": ((-0.12, -0.05, -0.08, -0.05), (0.08, -0.05, 0.12, -0.05)),
    "\u030a": ((-0.05, -0.05, 0.0, -0.1), (0.0, -0.1, 0.05, -0.05), (0.05, -0.05, 0.0, 0.0), (0.0, 0.0, -0.05, -0.05)),
    "\u030c": ((-0.12, -0.11, 0.0, 0.0), (0.0, 0.0, 0.12, -0.11)),
}  # fmt: skip
"""Lines of each mark from (x, y) to (x, y), in sizes of the font, from the middle of the letter's top."""


def title(draw: ImageDraw.ImageDraw, name: str, platform: str, dark: Colour) -> None:
    """The platform on a band at the top, and the name below it."""
    from PIL import ImageFont

    draw.rectangle((0, 0, WIDTH, 44), fill=dark)
    draw.text((20, 8), _bare(platform.upper()), font=ImageFont.load_default(24), fill=WHITE)
    font = ImageFont.load_default(SIZE)
    for number, line in enumerate(_wrapped(draw, name, font)):
        _write(draw, (24, 62 + number * LEADING), line, font, dark)


def _bare(text: str) -> str:
    """The letters without what is drawn above them."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, font: Font, dark: Colour) -> None:
    """Outlines first, so that no letter's outline covers a mark."""
    for outline in (True, False):
        colour = {"fill": dark, "stroke_width": 5, "stroke_fill": dark} if outline else {"fill": WHITE}
        draw.text(place, _bare(text), font=font, **colour)
        for x, y, mark in _marks(draw, text, font):
            for line in STROKES[mark]:
                points = [(place[0] + x + line[i] * SIZE, place[1] + y + line[i + 1] * SIZE) for i in (0, 2)]
                draw.line(points, fill=dark if outline else WHITE, width=15 if outline else 5)


def _marks(draw: ImageDraw.ImageDraw, text: str, font: Font) -> list[tuple[float, float, str]]:
    """Where the marks of a text belong: middle and top of their letters."""
    found, before = [], ""
    for char in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(char):
            before += char
        elif char in STROKES:
            left = draw.textlength(before[:-1], font=font)
            middle = (left + draw.textlength(before, font=font)) / 2
            found.append((middle, font.getbbox(before[-1])[1] - 5, char))
    return found


def _wrapped(draw: ImageDraw.ImageDraw, text: str, font: Font) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(_bare(longer), font=font) > WIDTH - 56:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
