"""Covers drawn from a game's name: the same name always gets the same picture."""

from __future__ import annotations

import colorsys
import random
from typing import TYPE_CHECKING

from blueprints.store.demo import lettering

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

WIDTH, HEIGHT = 520, 720
BAND = 92
Colour = tuple[int, int, int]


def cover(name: str, platform: str) -> Image.Image:
    """A cover of 520 × 720 pixels."""
    from PIL import Image, ImageDraw

    chance = random.Random(f"{name}|{platform}")  # noqa: S311  a picture, not a secret
    hue = chance.random()
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    _sky(draw, hue)
    (_sun if chance.random() < 0.5 else _stars)(draw, chance, hue)
    chance.choice((_hills, _towers, _waves, _grid))(draw, chance, hue)
    lettering.title(draw, name, platform, _colour(hue, 0.9, 0.16))
    return picture


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _sky(draw: ImageDraw.ImageDraw, hue: float) -> None:
    for y in range(0, HEIGHT, 6):
        share = y / HEIGHT
        draw.rectangle((0, y, WIDTH, y + 6), fill=_colour(hue + 0.12 * share, 0.75 - 0.35 * share, 0.28 + 0.55 * share))


def _sun(draw: ImageDraw.ImageDraw, chance: random.Random, hue: float) -> None:
    x, y, radius = chance.randint(120, 400), chance.randint(280, 400), chance.randint(80, 130)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(hue + 0.5, 0.35, 1))
    for stripe in range(4):
        top = y + radius * stripe // 4
        draw.rectangle((x - radius, top, x + radius, top + 3 + 3 * stripe), fill=_colour(hue + 0.06, 0.55, 0.6))


def _stars(draw: ImageDraw.ImageDraw, chance: random.Random, hue: float) -> None:
    for _ in range(70):
        x, y, size = chance.randrange(WIDTH), chance.randrange(BAND, 480), chance.choice((2, 2, 3, 5))
        draw.rectangle((x, y, x + size, y + size), fill=_colour(hue + 0.5, 0.15, 1))
    x, y, radius = chance.randint(140, 380), chance.randint(250, 380), chance.randint(50, 95)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=_colour(hue + 0.45, 0.4, 0.9))
    draw.ellipse((x - radius * 2, y - 12, x + radius * 2, y + 12), outline=_colour(hue + 0.5, 0.2, 1), width=5)


def _hills(draw: ImageDraw.ImageDraw, chance: random.Random, hue: float) -> None:
    for layer in range(4):
        base = 430 + layer * 65
        points = [(x, base + chance.randint(-75, 35)) for x in range(-40, WIDTH + 120, 80)]
        draw.polygon(
            [(-40, HEIGHT), *points, (WIDTH + 120, HEIGHT)], fill=_colour(hue + 0.06 * layer, 0.65, 0.55 - 0.11 * layer)
        )


def _towers(draw: ImageDraw.ImageDraw, chance: random.Random, hue: float) -> None:
    for layer in range(2):
        left = -20
        while left < WIDTH:
            width, top = chance.randint(46, 100), chance.randint(360, 530) + layer * 70
            draw.rectangle((left, top, left + width, HEIGHT), fill=_colour(hue + 0.03, 0.6, 0.32 - 0.14 * layer))
            for y in range(top + 14, HEIGHT, 26):
                for x in range(left + 9, left + width - 12, 20):
                    if chance.random() < 0.4:
                        draw.rectangle((x, y, x + 8, y + 11), fill=_colour(hue + 0.45, 0.5, 0.95 - 0.2 * layer))
            left += width + chance.randint(0, 16)


def _waves(draw: ImageDraw.ImageDraw, chance: random.Random, hue: float) -> None:
    for layer in range(6):
        top = 430 + layer * 50
        shift = chance.randint(0, 90)
        draw.rectangle((0, top + 25, WIDTH, HEIGHT), fill=_colour(hue + 0.02 * layer, 0.7, 0.66 - 0.09 * layer))
        for x in range(-90 + shift, WIDTH + 90, 90):
            draw.ellipse((x, top, x + 90, top + 60), fill=_colour(hue + 0.02 * layer, 0.7, 0.66 - 0.09 * layer))


def _grid(draw: ImageDraw.ImageDraw, chance: random.Random, hue: float) -> None:
    horizon = 440
    line = _colour(hue + 0.5, 0.5, 0.95)
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=_colour(hue, 0.8, 0.16))
    for x in range(-1500, 2100, 110):
        draw.line((WIDTH // 2 + (x - WIDTH // 2) // 12, horizon, x, HEIGHT), fill=line, width=2)
    for step in range(9):
        y = horizon + int(280 * (step / 9) ** 2)
        draw.line((0, y, WIDTH, y), fill=line, width=2)
    peak = chance.randint(160, 360)
    draw.polygon(
        [(peak - 150, horizon), (peak, 270), (peak + 150, horizon)], fill=_colour(hue + 0.08, 0.6, 0.3), outline=line
    )
