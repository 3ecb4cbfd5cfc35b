"""A game as pages show it: every text ready, nothing left for a template to work out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string

from blueprints.store import covers, frames
from blueprints.store.core import money, stock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.utils.safestring import SafeString

    from blueprints.store.models import Game


@dataclass(frozen=True)
class Card:
    """What a card of a game shows; one that is remembered is drawn once."""

    id: int
    path: str
    name: str
    platform: str
    year: int | None
    makers: str
    """Developer and publisher, once when they are the same."""
    price: str
    """Empty: not available."""
    stock: str
    level: str
    is_addable: bool
    is_highlighted: bool
    image: str
    image_set: str
    alt: str

    @cached_property
    def plain(self) -> SafeString:
        """The card as HTML."""
        return self._drawn(is_tinted=False)

    @cached_property
    def tinted(self) -> SafeString:
        """The card as HTML where highlighted games differ from others."""
        return self._drawn(is_tinted=self.is_highlighted)

    def _drawn(self, *, is_tinted: bool) -> SafeString:
        values = {name: getattr(self, name) for name in _SHOWN}
        values |= {"id": str(self.id), "year": str(self.year or ""), "is_tinted": is_tinted}
        shape = frames.shape(values)
        if shape not in _frames:
            _frames[shape] = frames.frame(values, _draw)
        return _frames[shape].around(values)


_SHOWN = ("path", "name", "platform", "makers", "price", "stock", "level", "is_addable", "image", "image_set")
_frames: dict[tuple[str, ...], frames.Frame] = {}


def _draw(values: frames.Values) -> str:
    return render_to_string("store/fragments/card.html", {"card": values})


def price_text(amount: object) -> str:
    """An amount in the shop's currency and way of writing."""
    from decimal import Decimal

    config = settings.SERVICE_CONFIG
    return money.formatted(Decimal(str(amount)), config.currency, config.locale)


def card(game: Game) -> Card:
    """The card of a game whose platform, developer and publisher are loaded."""
    is_buyable = money.buyable(game.price)
    pictures = covers.urls(game.cover)
    return Card(
        id=game.pk,
        path=game.path,
        name=game.name,
        platform=game.platform.name,
        year=game.release_year,
        makers=makers(game),
        price=price_text(game.price) if is_buyable else "",
        stock=stock.label(game.stock),
        level=stock.level(game.stock),
        is_addable=is_buyable and game.stock != 0,
        is_highlighted=game.highlighted,
        image=pictures[1],
        image_set=f"{pictures[0]} 130w, {pictures[1]} 260w, {pictures[2]} 520w" if game.cover else "",
        alt=f"Cover of {game.name} for {game.platform.name}",
    )


def cards(games: Iterable[Game]) -> list[Card]:
    """The cards of games."""
    return [card(game) for game in games]


def makers(game: Game) -> str:
    """Developer and publisher as one line."""
    names = [company.name for company in (game.developer, game.publisher) if company is not None]
    return " · ".join(dict.fromkeys(names))
