"""Licence keys: each bought copy gets one, once, in the order of completion."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from blueprints import clock
from blueprints.store import events, stocking
from blueprints.store.models import Checkout, CheckoutLine, Game, KeyClaim, LicenceKey

if TYPE_CHECKING:
    from collections.abc import Iterable


def assign(checkout: Checkout) -> None:
    """Give every copy of a completed order its right to a key, and keys as far as there are any. Safe to repeat."""
    lines = list(checkout.lines.filter(game__has_keys=True).order_by("game_id", "pk"))
    wanted = [
        KeyClaim(line=line, copy=copy, game_id=line.game_id) for line in lines for copy in range(1, line.quantity + 1)
    ]
    KeyClaim.objects.bulk_create(wanted, ignore_conflicts=True)
    serve({line.game_id for line in lines})


def serve(games: Iterable[int]) -> int:
    """Hand out free keys of these games to the copies that wait longest; how many. Runs in the caller's transaction."""
    served: list[KeyClaim] = []
    for game in sorted(games):
        Game.objects.select_for_update().filter(pk=game).values_list("pk").first()  # one hands out at a time
        waiting = KeyClaim.objects.filter(game_id=game, key=None).select_related("line").order_by("pk")
        free = LicenceKey.objects.filter(game_id=game, claim=None).order_by("pk")
        served += [_given(claim, key) for claim, key in zip(waiting, free[: waiting.count()], strict=False)]
    _announce(served)
    return len(served)


def _given(claim: KeyClaim, key: LicenceKey) -> KeyClaim:
    claim.key, claim.assigned_at = key, clock.now()
    claim.save(update_fields=("key", "assigned_at"))
    return claim


def _announce(served: list[KeyClaim]) -> None:
    """One event for each order, naming what is ready of it now."""
    by_checkout: dict[Any, Counter[int]] = defaultdict(Counter)
    for claim in served:
        by_checkout[claim.line.checkout_id][claim.line_id] += 1
    for checkout in Checkout.objects.filter(pk__in=by_checkout).order_by("created_at"):
        lines = CheckoutLine.objects.filter(pk__in=by_checkout[checkout.pk]).order_by("pk")
        ready = lines.annotate(ready=Count("claims", filter=Q(claims__key__isnull=False)))
        items = [{"name": line.name, "quantity": line.quantity, "ready": line.ready} for line in ready]
        events.keys_ready(checkout, items)


def add(game: Game, codes: Iterable[str], *, add_stock: bool = False) -> tuple[int, int]:
    """Put codes into a game's pool and serve who waits; (new, repeated). Runs in the caller's transaction."""
    given = [code.strip() for code in codes if code.strip()]
    fresh = list(dict.fromkeys(given))
    known = set(LicenceKey.objects.filter(game=game, code__in=fresh).values_list("code", flat=True))
    new = [code for code in fresh if code not in known]
    Game.objects.filter(pk=game.pk).update(has_keys=True)
    LicenceKey.objects.bulk_create([LicenceKey(game=game, code=code) for code in new])
    if add_stock and new:
        stocking.set_to({game.pk: (Game.objects.get(pk=game.pk).stock or 0) + len(new)})
    serve([game.pk])
    return len(new), len(given) - len(new)


def report() -> list[dict[str, Any]]:
    """For each game with a pool: free, assigned and pending."""
    games = Game.objects.filter(has_keys=True).select_related("platform").order_by("name_words", "pk")
    keys = _counts(LicenceKey.objects.filter(claim=None))
    assigned = _counts(LicenceKey.objects.exclude(claim=None))
    pending = _counts(KeyClaim.objects.filter(key=None))
    return [
        {
            "game": game.pk, "name": game.name, "platform": game.platform.name,
            "free": keys.get(game.pk, 0), "assigned": assigned.get(game.pk, 0), "pending": pending.get(game.pk, 0),
        }
        for game in games
    ]  # fmt: skip


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("game_id").annotate(Count("pk")))
