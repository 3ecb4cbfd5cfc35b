"""Carts: who has which, and every change of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Sum

from blueprints import clock
from blueprints.errors import BlueprintsError
from blueprints.store.core import holding, merging, money, stock
from blueprints.store.models import Cart, CartLine, Game
from blueprints.web.database import writing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.http import HttpRequest

SESSION_KEY = "store.cart"
UNDO = timedelta(minutes=15)
"""How long the page offers to undo a removal."""


class NotForSale(BlueprintsError):
    """The game cannot be put into a cart now."""


@dataclass(frozen=True)
class Line:
    """A cart line as it stands now."""

    row: CartLine
    price: Decimal | None
    was: Decimal | None
    """The price the shopper knows, when today's is higher and not confirmed."""
    trouble: str
    """Why this line cannot be ordered; empty: it can."""

    @property
    def game(self) -> Game:
        """Its game."""
        return self.row.game

    @property
    def total(self) -> Decimal:
        """Price times quantity."""
        return (self.price or Decimal(0)) * self.row.quantity


@dataclass(frozen=True)
class Added:
    """What came of adding copies."""

    line: CartLine
    notice: str
    """Why fewer were added; empty: all were."""


def find(request: HttpRequest) -> Cart | None:
    """The cart of who asks; never makes one."""
    if request.user.is_authenticated:
        return Cart.objects.filter(user_id=request.user.pk).first()
    number = request.session.get(SESSION_KEY) if has_session(request) else None
    return Cart.objects.filter(pk=number, user=None).first() if number else None


def find_of(user: Any) -> Cart | None:
    """The cart of a user."""
    return Cart.objects.filter(user_id=user.pk).first()


def opened_for(user: Any) -> Cart:
    """The cart of a user, made if there is none, locked for this transaction."""
    cart, _ = Cart.objects.get_or_create(user_id=user.pk)
    return lock(cart.pk, clock.now()) or cart


def has_session(request: HttpRequest) -> bool:
    """Whether the visitor has been given a session; looking into one that is not there would be a query for nothing."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified


def count(request: HttpRequest) -> int:
    """Copies in the cart, for the badge."""
    if not has_session(request):
        return 0
    lines = CartLine.objects.filter(removed_at=None)
    if request.user.is_authenticated:
        lines = lines.filter(cart__user_id=request.user.pk)
    elif number := request.session.get(SESSION_KEY):
        lines = lines.filter(cart_id=number, cart__user=None)
    else:
        return 0
    return lines.aggregate(copies=Sum("quantity"))["copies"] or 0


def lines(cart: Cart | None) -> list[Line]:
    """What is in a cart, as it stands now."""
    return contents(cart)[0]


def contents(cart: Cart | None) -> tuple[list[Line], list[CartLine]]:
    """What is in a cart as it stands now, and what was just removed and can be put back."""
    if cart is None:
        return [], []
    now = clock.now()
    rows = list(cart.lines.select_related("game__platform").order_by("pk"))
    removed = [row for row in rows if row.removed_at is not None and row.removed_at > now - UNDO]
    return [_line(row, now) for row in rows if row.removed_at is None], removed


def _line(row: CartLine, now: datetime) -> Line:
    hold = timedelta(days=settings.SERVICE_CONFIG.cart.price_hold_days)
    held = holding.held(row.price, row.added_at, row.game.price, now, hold)
    return Line(row, held.price, held.was, trouble(row.game, row.quantity))


def trouble(game: Game, quantity: int) -> str:
    """Why `quantity` copies cannot be ordered now; empty: they can."""
    if not game.is_published:
        return "No longer in the shop"
    if not money.buyable(game.price):
        return "Price not available"
    if game.stock is not None and game.stock < quantity:
        return stock.label(game.stock) if game.stock <= stock.FEW else f"Only {game.stock} left"
    return ""


def total(of: list[Line]) -> Decimal:
    """The sum of the lines that have a price."""
    return sum((line.total for line in of), Decimal(0))


def add(request: HttpRequest, game_id: int, quantity: int) -> Added:
    """Put copies into the visitor's cart, which is made now if there is none.

    Raises NotForSale and Game.DoesNotExist.
    """
    with writing():
        game = Game.objects.select_related("platform").get(pk=game_id)
        if not game.is_published:
            raise NotForSale("This game is not in the shop at the moment.")
        if not money.buyable(game.price):
            raise NotForSale(f"{game.name} has no price at the moment, so it cannot be ordered.")
        if game.stock == 0:
            raise NotForSale(f"{game.name} is sold out.")
        return _add(_opened(request), game, quantity)


def _add(cart: Cart, game: Game, quantity: int) -> Added:
    now = clock.now()
    fresh = {"quantity": 0, "price": game.price_or_zero(), "added_at": now, "removed_at": None}
    line = CartLine.objects.filter(cart=cart, game=game).first() or CartLine(cart=cart, game=game, **fresh)
    if line.removed_at is not None:  # out and in again: today's price
        for name, value in fresh.items():
            setattr(line, name, value)
    wanted = line.quantity + quantity
    line.quantity = max(merging.capped(wanted, game.stock, _most()), 1)
    line.save()
    return Added(line, _shortfall(game) if line.quantity < wanted else "")


def _shortfall(game: Game) -> str:
    if game.stock is not None and game.stock < _most():
        return f"There are only {game.stock} of {game.name}: your cart has them all now."
    return f"A cart holds at most {_most()} of a game: {game.name} is at {_most()} now."


def _most() -> int:
    return int(min(settings.SERVICE_CONFIG.cart.max_quantity, 99))


def _opened(request: HttpRequest) -> Cart:
    """The visitor's cart, made if there is none, locked for this transaction."""
    if request.user.is_authenticated:
        return opened_for(request.user)
    cart = find(request) or Cart.objects.create()
    request.session[SESSION_KEY] = cart.pk
    return lock(cart.pk, clock.now()) or cart


def lock(number: int, now: datetime | None = None) -> Cart | None:
    """The cart, its row locked so that two changes of one cart come one after the other."""
    cart = Cart.objects.select_for_update().filter(pk=number).first()
    if cart and now:
        Cart.objects.filter(pk=number).update(touched_at=now)
    return cart


def change(cart: Cart | None, quantities: Mapping[int, int]) -> list[str]:
    """Set quantities by line id; ids of other carts are passed over. Notices about what did not fit."""
    if cart is None:
        return []
    notices = []
    with writing():
        lock(cart.pk, clock.now())
        rows = cart.lines.filter(pk__in=quantities, removed_at=None).select_related("game").order_by("pk")
        for row in rows:
            wanted = quantities[row.pk]
            fitting = max(merging.capped(wanted, row.game.stock, _most()), 1)
            if fitting < wanted:
                notices.append(_shortfall(row.game))
            if fitting != row.quantity:
                CartLine.objects.filter(pk=row.pk).update(quantity=fitting)
    return notices


def confirm(cart: Cart | None, line_id: int) -> bool:
    """Accept today's price of a line."""
    row = None if cart is None else cart.lines.filter(pk=line_id, removed_at=None).select_related("game").first()
    if row is None or not money.buyable(row.game.price):
        return False
    return bool(CartLine.objects.filter(pk=row.pk).update(price=row.game.price_or_zero()))


def remove(cart: Cart | None, line_id: int) -> CartLine | None:
    """Take a line out; it can be put back with `undo`."""
    row = None if cart is None else cart.lines.filter(pk=line_id, removed_at=None).select_related("game").first()
    if row is not None:
        CartLine.objects.filter(pk=row.pk).update(removed_at=clock.now())
    return row


def undo(cart: Cart | None, line_id: int) -> bool:
    """Put a removed line back as it was."""
    if cart is None:
        return False
    return bool(cart.lines.filter(pk=line_id, removed_at__isnull=False).update(removed_at=None))


def empty(cart: Cart | None) -> None:
    """Take everything out for good."""
    if cart is not None:
        cart.lines.all().delete()


def merge(number: int | None, user: AbstractBaseUser) -> list[str]:
    """Bring a guest's cart into the user's; notices about games of which less than the sum fitted."""
    with writing():
        guest = Cart.objects.select_for_update().filter(pk=number, user=None).first() if number else None
        if guest is None:
            return []
        own, _ = Cart.objects.get_or_create(user_id=user.pk)
        lock(own.pk, clock.now())
        notices = _merge(guest, own)
        guest.delete()
        return notices


def _merge(guest: Cart, own: Cart) -> list[str]:
    theirs = {row.game_id: row for row in guest.lines.filter(removed_at=None).select_related("game")}
    mine = {row.game_id: row for row in own.lines.select_related("game")}
    active = {game: row.quantity for game, row in mine.items() if row.removed_at is None}
    stock_now = {game: row.game.stock for game, row in theirs.items()}
    result = merging.merged({game: row.quantity for game, row in theirs.items()}, active, stock_now, _most())
    for game, row in theirs.items():
        _join(row, mine.get(game), own, result.quantities[game])
    return [f"Your carts were put together. {_shortfall(theirs[game].game)}" for game in result.capped]


def _join(row: CartLine, mine: CartLine | None, own: Cart, quantity: int) -> None:
    kept: dict[str, Any] = {"quantity": quantity, "removed_at": None}
    if mine is None or mine.removed_at is not None:
        kept |= {"price": row.price, "added_at": row.added_at}
    else:
        kept["price"] = min(mine.price, row.price)
    CartLine.objects.update_or_create(cart=own, game_id=row.game_id, defaults=kept)


def clear_away(now: datetime) -> int:
    """Delete guests' carts that nobody has touched for long, and removals that nobody has undone; how many carts."""
    CartLine.objects.filter(removed_at__lt=now - timedelta(days=1)).delete()
    oldest = now - timedelta(days=settings.SERVICE_CONFIG.cart.guest_days)
    return Cart.objects.filter(user=None, touched_at__lt=oldest).delete()[1].get("store.Cart", 0)
