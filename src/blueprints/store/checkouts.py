"""From a full cart to an order: exactly one, whatever is pressed twice, lost or killed.

The row is written, with the stock taken and the cart emptied, in one transaction; then, outside it, the orders service
is asked. Its answer settles the row. Without one the row stays `reserved` and the relay asks again, under the same
key, until there is one; stock goes back only after a definite no.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction

from blueprints import clock
from blueprints.errors import BlueprintsError
from blueprints.store import carts, keys, orders, stocking
from blueprints.store.core import merging, retrying, tickets
from blueprints.store.models import CartLine, Checkout, CheckoutLine
from blueprints.web import failpoint
from blueprints.web.database import writing

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence

    from blueprints.store.models import Cart

LEASE = timedelta(seconds=30)
"""How long a sender keeps a checkout to itself; longer than any answer is waited for."""


class EmptyCart(BlueprintsError):
    """There is nothing to order."""


class Changed(BlueprintsError):
    """The cart is not what the shopper agreed to: prices or contents differ."""


class Short(BlueprintsError):
    """Some lines cannot be ordered as they are; the review page names them."""


class _Former(Exception):
    """The number is taken: this is the same click again."""


def _secret() -> bytes:
    return str(settings.SECRET_KEY).encode()


def new_ticket(cart: Cart) -> uuid.UUID:
    """A fresh id for a checkout of this cart."""
    return tickets.ticket(_secret(), cart.pk, secrets.token_bytes(8))


def place(user: Any, number: uuid.UUID, expected_total: Decimal | None) -> tuple[Checkout, bool]:
    """Reserve what is in the user's cart under `number`; False when that was done before, by this or another request.

    Raises EmptyCart, Changed and Short; nothing is changed then. Raises Checkout.DoesNotExist when the number is
    another user's.
    """
    try:
        with writing():
            if (former := Checkout.objects.filter(pk=number).first()) is not None:
                return _owned(former, user), False
            checkout = _reserve(user, number, expected_total)
            failpoint.reach("store.checkout.before_commit")
    except (_Former, IntegrityError):  # another request wrote the same number between the look and the insert
        return _owned(Checkout.objects.get(pk=number), user), False
    failpoint.reach("store.checkout.after_commit")
    return checkout, True


def _owned(checkout: Checkout, user: Any) -> Checkout:
    if checkout.user_id != user.pk:
        raise Checkout.DoesNotExist
    return checkout


def _reserve(user: Any, number: uuid.UUID, expected_total: Decimal | None) -> Checkout:
    cart = carts.find_of(user)
    if cart is None:
        raise EmptyCart("Your cart is empty.")
    cart = carts.lock(cart.pk)
    if Checkout.objects.filter(pk=number).exists():  # written while the lock was waited for
        raise _Former
    lines = carts.lines(cart)
    if not lines:
        raise EmptyCart("Your cart is empty.")
    assert cart is not None  # noqa: S101  lines() of no cart are none
    if not tickets.made_for(_secret(), cart.pk, number):
        raise Changed("This page was made for another cart. Look at your order again.")
    checkout = _written(user, number, carts.total(lines))
    _check(lines, checkout.total, expected_total)
    CheckoutLine.objects.bulk_create([_bought(checkout, line) for line in lines])
    CartLine.objects.filter(pk__in=[line.row.pk for line in lines]).delete()
    _take(lines)  # last, so that rows that others need are locked for a moment only
    return checkout


def _written(user: Any, number: uuid.UUID, total: Decimal) -> Checkout:
    config = settings.SERVICE_CONFIG
    return Checkout.objects.create(
        pk=number,
        user=user,
        customer_id=user.pk,
        name=(user.get_full_name() or user.get_username())[:200],
        email=user.email,
        locale=config.locale,
        total=total,
        currency=config.currency,
        next_attempt_at=clock.now() + timedelta(seconds=config.checkout.wait_seconds + 5),
    )


def _check(lines: Sequence[carts.Line], total: Decimal, expected: Decimal | None) -> None:
    if any(line.trouble for line in lines):
        raise Short("Some games cannot be ordered as they are in your cart.")
    if total != expected:
        raise Changed("Prices or contents of your cart have changed. Please look at the new total.")


def _take(lines: Sequence[carts.Line]) -> None:
    counted = {line.game.pk: line.row.quantity for line in lines if line.game.stock is not None}
    if not stocking.take(counted):
        raise Short("Somebody was faster: some games are sold out now.")


def _bought(checkout: Checkout, line: carts.Line) -> CheckoutLine:
    return CheckoutLine(
        checkout=checkout,
        game=line.game,
        name=line.game.name,
        quantity=line.row.quantity,
        price=line.price or Decimal(0),
        added_at=line.row.added_at,
        counted=line.game.stock is not None,
    )


def send(checkout: Checkout, timeout_s: float) -> bool:
    """Ask the orders service once and settle the checkout by its answer; False when it has to be sent again."""
    answer = orders.send(checkout, timeout_s)
    failpoint.reach("store.checkout.after_send")
    settle(checkout.pk, answer)
    return not answer.trouble


def claim(number: uuid.UUID) -> Checkout | None:
    """Take a due checkout for sending; None when somebody else has it."""
    now = clock.now()
    due = Checkout.objects.filter(pk=number, state=Checkout.State.RESERVED, next_attempt_at__lte=now)
    if not due.update(next_attempt_at=now + LEASE):
        return None
    return Checkout.objects.prefetch_related("lines").get(pk=number)


def settle(number: uuid.UUID, answer: orders.Answer) -> None:
    """Write down what the orders service said; a checkout that is settled already stays as it is."""
    with writing():
        checkout = Checkout.objects.select_for_update().filter(pk=number, state=Checkout.State.RESERVED).first()
        if checkout is None:
            return
        if answer.order is not None:
            _placed(checkout, answer.order)
        elif answer.refusal:
            _undone(checkout, Checkout.State.REFUSED, answer.refusal)
        else:
            _put_off(checkout, answer)


def _placed(checkout: Checkout, order: dict[str, Any]) -> None:
    checkout.state = Checkout.State.PLACED
    checkout.order_id = order["id"]
    checkout.next_attempt_at, checkout.last_error, checkout.access_refused = None, "", False
    checkout.save()
    follow(checkout, order)


def _put_off(checkout: Checkout, answer: orders.Answer) -> None:
    checkout.attempts += 1
    chance = secrets.randbelow(1001) / 1000
    checkout.next_attempt_at = clock.now() + retrying.delay(checkout.attempts, chance)
    checkout.last_error, checkout.access_refused = answer.trouble, answer.access_refused
    checkout.save(update_fields=("attempts", "next_attempt_at", "last_error", "access_refused"))


def _undone(checkout: Checkout, state: Checkout.State, reason: str) -> None:
    checkout.state, checkout.reason, checkout.next_attempt_at = state, reason, None
    checkout.save(update_fields=("state", "reason", "next_attempt_at"))
    _return_stock(checkout)
    _return_lines(checkout)


def _return_stock(checkout: Checkout) -> None:
    """Give the reserved copies back, once."""
    if not Checkout.objects.filter(pk=checkout.pk, stock_returned=False).update(stock_returned=True):
        return
    checkout.stock_returned = True
    stocking.give_back({line.game_id: line.quantity for line in checkout.lines.filter(counted=True)})


def _return_lines(checkout: Checkout) -> None:
    """Put the lines back into the owner's cart with the prices they had."""
    if checkout.user is None:
        return
    cart = carts.opened_for(checkout.user)
    for line in checkout.lines.select_related("game"):
        row = CartLine.objects.filter(cart=cart, game=line.game).first()
        if row is None or row.removed_at is not None:
            back = {"quantity": line.quantity, "price": line.price, "added_at": line.added_at, "removed_at": None}
            CartLine.objects.update_or_create(cart=cart, game=line.game, defaults=back)
        else:
            CartLine.objects.filter(pk=row.pk).update(quantity=merging.capped(row.quantity + line.quantity, None, 99))


def follow(checkout: Checkout, order: dict[str, Any]) -> None:
    """Take over what the orders service says of an order; older news than is known already changes nothing.

    A cancelled order gives its stock back once, a completed one gets its keys once: telling it again is harmless.
    """
    if order["version"] >= checkout.order_version:
        checkout.order_status, checkout.order_version = order["status_code"], order["version"]
        checkout.tracking, checkout.seen_at = order.get("tracking"), clock.now()
        checkout.save(update_fields=("order_status", "order_version", "tracking", "seen_at"))
    if order["status_code"] == orders.CANCELLED:
        _return_stock(checkout)
    if order["status_code"] == orders.COMPLETED:
        keys.assign(checkout)


def follow_known(order: dict[str, Any]) -> None:
    """The same for an order by its id, or, when its answer has not come in yet, by its reference."""
    with writing():
        found = Checkout.objects.select_for_update().filter(order_id=order["id"]).first()
        if found is not None:
            follow(found, order)
            return
        if (number := _uuid(order.get("reference"))) is None:
            return
        waiting = Checkout.objects.select_for_update().filter(pk=number, state=Checkout.State.RESERVED)
        if (checkout := waiting.first()) is not None and checkout.customer_id == _customer(order):
            _placed(checkout, order)


def _uuid(text: object) -> uuid.UUID | None:
    from uuid import UUID

    try:
        return UUID(str(text))
    except ValueError:
        return None


def _customer(order: dict[str, Any]) -> object:
    return order.get("order_customer", {}).get("customer_id")


def abort(checkout: Checkout) -> Checkout:
    """Give a waiting checkout up: its key is voided first, so that it cannot become an order later.

    Raises UpstreamError when the orders service cannot say so; then nothing is changed.
    """
    order_id = orders.void(checkout.pk)
    if order_id is not None:
        settle(checkout.pk, orders.Answer(order=orders.order(order_id)))
    else:
        with writing():
            row = Checkout.objects.select_for_update().filter(pk=checkout.pk, state=Checkout.State.RESERVED).first()
            if row is not None:
                _undone(row, Checkout.State.ABORTED, "The shop has taken this order back before it was placed.")
    checkout.refresh_from_db()
    return checkout


def retry(checkout: Checkout) -> Checkout:
    """Send a waiting checkout now, whatever its turn."""
    with transaction.atomic():
        waiting = Checkout.objects.filter(pk=checkout.pk, state=Checkout.State.RESERVED)
        taken = waiting.update(next_attempt_at=clock.now() + LEASE)
    if taken:
        send(checkout, orders.PATIENCE_S)
    checkout.refresh_from_db()
    return checkout
