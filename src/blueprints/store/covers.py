"""Cover pictures: checked, decoded, written anew in three sizes; nothing of an upload survives but its pixels."""

from __future__ import annotations

import io
import secrets
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from blueprints.errors import BlueprintsError

if TYPE_CHECKING:
    from PIL import Image

SIZES = ((130, 180), (260, 360), (520, 720))
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_SIDE = 4000
FORMATS = ("JPEG", "PNG", "WEBP")


class BadCover(BlueprintsError):
    """The file cannot become a cover."""


def folder() -> Path:
    """Where the pictures are."""
    return Path(settings.MEDIA_ROOT) / "covers"


def urls(cover: str) -> tuple[str, str, str]:
    """Addresses of the three sizes, small first; of the placeholder when there is no picture."""
    if not cover or not _exists(folder() / f"{cover}-{SIZES[-1][0]}.webp"):
        return _placeholder()
    small, middle, large = (f"{settings.MEDIA_URL}covers/{cover}-{width}.webp" for width, _ in SIZES)
    return small, middle, large


def _exists(path: Path) -> bool:
    return path.is_file()


@lru_cache(maxsize=1)
def _placeholder() -> tuple[str, str, str]:
    from django.templatetags.static import static

    found = static("store/no-cover.svg")
    return found, found, found


def save(upload: BinaryIO | bytes) -> str:
    """Write a picture in all sizes and return its random name. Raises BadCover; no file is left then."""
    data = upload if isinstance(upload, bytes) else upload.read(LARGEST_BYTES + 1)
    return save_drawn(decoded(data))


def save_drawn(picture: Image.Image) -> str:
    """Write a picture of our own in all sizes and return its random name."""
    name = secrets.token_hex(16)
    folder().mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        (folder() / f"{name}-{size[0]}.webp").write_bytes(_encoded(picture, size))
    return name


def delete(cover: str) -> None:
    """Remove the files of a cover that is no longer used."""
    for width, _ in SIZES:
        if cover:
            (folder() / f"{cover}-{width}.webp").unlink(missing_ok=True)


def decoded(data: bytes) -> Image.Image:
    """The picture in `data`, within the limits. Raises BadCover, which names the limit."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > LARGEST_BYTES:
        raise BadCover("The picture is larger than 5 MB.")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_side(picture.size)
            picture.load()
            return ImageOps.exif_transpose(picture).convert("RGB")
    except UnidentifiedImageError as error:
        raise BadCover("This is no JPEG, PNG or WebP picture.") from error
    except Image.DecompressionBombError as error:
        raise BadCover(f"The picture has too many pixels; at most {LARGEST_SIDE} a side are allowed.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise BadCover("The picture is damaged or incomplete.") from error


def _check_side(size: tuple[int, int]) -> None:
    if max(size) > LARGEST_SIDE:
        raise BadCover(f"The picture is {size[0]} × {size[1]} pixels; at most {LARGEST_SIDE} a side are allowed.")


def _encoded(picture: Image.Image, size: tuple[int, int]) -> bytes:
    from PIL import ImageOps

    target = io.BytesIO()
    ImageOps.fit(picture, size).save(target, "WEBP", quality=82, method=4)
    return target.getvalue()
