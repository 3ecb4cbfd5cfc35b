"""Games and their cards as pages show them, with what a process remembers of them until the catalogue changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprints.store import cards, listing, versions
from blueprints.store.models import Game
from blueprints.store.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from blueprints.store.cards import Card
    from blueprints.store.listing import Names

RELATED = 6
MOST_CARDS = 6000

_cards: versions.Remembered[Card] = versions.Remembered(MOST_CARDS)
_rows: versions.Remembered[list[Card]] = versions.Remembered(MOST_CARDS, weigh=lambda row: len(row) + 1)
_published = Prepared(lambda *ids: Game.objects.filter(pk__in=ids, is_published=True).order_by())
_of_developer = Prepared(lambda pk: listing.in_usual_order(developer_id=pk)[: RELATED + 1])
_of_platform = Prepared(lambda pk: listing.in_usual_order(platform_id=pk)[: 2 * RELATED + 1])


def game(pk: int, version: int) -> Game | None:
    """A game that is in the shop, with its platform, developer and publisher."""
    found = _named(_published.objects(Game, pk), version)
    return found[0] if found else None


def cards_of(ids: Iterable[int], version: int) -> list[Card]:
    """The cards of these games, in this order; of those that are in the shop."""
    return _cards.get_all(version, ids, lambda missing: _made(_published.objects(Game, *missing), version))


def related(of: Game, version: int) -> list[Card]:
    """Other games of the developer, then of the platform.

    The first ones of each are remembered, one more than are shown of the developer's and twice as many of the
    platform's: the game itself, and those that are shown already, may be among them.
    """
    found = _row(_of_developer, "developer", of.developer_id, version) if of.developer_id else []
    if len(found) <= RELATED:
        found = found + _row(_of_platform, "platform", of.platform_id, version)
    others = {card.id: card for card in found if card.id != of.pk}
    return list(others.values())[:RELATED]


def _row(query: Prepared, kind: str, pk: int, version: int) -> list[Card]:
    """The first cards of a developer or platform."""

    def made() -> list[Card]:
        found = {each.pk: each for each in query.objects(Game, pk)}
        return _cards.get_all(version, found, lambda new: _made([found[each] for each in new], version))

    return _rows.get(version, (kind, pk), made)


def _made(games: list[Game], version: int) -> dict[int, Card]:
    return {each.pk: cards.card(each) for each in _named(games, version)}


def _named(games: list[Game], version: int) -> list[Game]:
    known = listing.names(version)
    for each in games:
        _name(each, known)
    return games


def _name(game: Game, known: Names) -> None:
    """Give a game its platform and companies without asking for them; what is too new to be known is asked for."""
    if (platform := known.platform(game.platform_id)) is not None:
        game.platform = platform
    for role in ("developer", "publisher"):
        pk = getattr(game, f"{role}_id")
        if pk is not None and (company := known.company(pk)) is not None:
            setattr(game, role, company)
