"""Finding orders: filters, sorting, and pages that begin after the last row of the one before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet

from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Order
from blueprints.web import cursors
from blueprints.web.idempotency.models import Claim
from blueprints.web.problems import Problem

GROUPS = {
    "open": [1, 2, 3, 4],
    "incomplete": [1, 2, 3, 4, 6],
    "completed": [5],
}


@dataclass(frozen=True)
class Key:
    """A column that a list is sorted by."""

    name: str
    descending: bool
    parse: Callable[[Any], Any]

    @property
    def ordering(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    def beyond(self, value: Any) -> Q:
        return Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})

    def from_here(self, value: Any) -> Q:
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})


def _time(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found


def _number(value: Any) -> int:
    if not isinstance(value, int) or abs(value) >= 2**63:
        raise ValueError(value)
    return value


CREATED = Key("created_at", descending=True, parse=_time)
NEWEST = (CREATED, Key("id", descending=True, parse=_number))
SORTS: dict[str, tuple[Key, ...]] = {
    "-created_at": NEWEST,
    "created_at": (Key("created_at", descending=False, parse=_time), Key("id", descending=False, parse=_number)),
    "status": (Key("status", descending=False, parse=_number), *NEWEST),
    "-total": (Key("total", descending=True, parse=Decimal), Key("id", descending=True, parse=_number)),
    "total": (Key("total", descending=False, parse=Decimal), Key("id", descending=False, parse=_number)),
}


@dataclass(frozen=True)
class Wanted:
    """Which orders, in which order; None or empty means any."""

    customer_id: int | None = None
    statuses: list[Status] = field(default_factory=list)
    group: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    text: str = ""
    idempotency_key: str | None = None
    reference: str | None = None
    sort: str = "-created_at"

    def orders(self) -> QuerySet[Order]:
        """All of them, unsorted."""
        found = Order.objects.all()
        for condition in self._conditions():
            found = found.filter(condition)
        return found

    def _conditions(self) -> list[Q]:
        pairs: list[tuple[Any, Callable[[], Q]]] = [
            (self.customer_id is not None, lambda: Q(customer_number=self.customer_id)),
            (self.statuses, lambda: Q(status__in=[one.value for one in self.statuses])),
            (self.group, lambda: Q(status__in=GROUPS[self.group or ""])),
            (self.created_from, lambda: Q(created_at__gte=self.created_from)),
            (self.created_to, lambda: Q(created_at__lte=self.created_to)),
            (self.updated_from, lambda: Q(updated_at__gte=self.updated_from)),
            (self.reference is not None, lambda: Q(reference=self.reference)),
            (self.idempotency_key is not None, lambda: Q(pk__in=self._of_key())),
            (self.text, lambda: matching(self.text)),
        ]
        return [make() for is_asked, make in pairs if is_asked]

    def _of_key(self) -> list[int]:
        claims = Claim.objects.filter(namespace__endswith=":orders.create", key=self.idempotency_key, voided=False)
        return [int(subject) for subject in claims.values_list("subject", flat=True)]


def matching(text: str) -> Q:
    """Orders with the text in name, e-mail or reference, or with it as their id."""
    found = Q(customer_name__icontains=text) | Q(customer_email__icontains=text) | Q(reference__icontains=text)
    if text.isascii() and text.isdigit() and int(text) < 2**63:
        found |= Q(pk=int(text))
    return found


@dataclass(frozen=True)
class Page:
    """Orders with their lines and clients, and the cursor of the next page."""

    orders: list[Order]
    next: str | None


def page(wanted: Wanted, limit: int, cursor: str | None) -> Page:
    """At most `limit` orders after the cursor, in two queries; raises a 422 problem for a cursor of another list."""
    keys = SORTS[wanted.sort]
    found = wanted.orders()
    if cursor:
        found = found.filter(_after(keys, _values(keys, cursor)))
    found = found.select_related("client").prefetch_related("lines").order_by(*(key.ordering for key in keys))
    rows = list(found[: limit + 1])
    following = (
        cursors.encode([_plain(getattr(rows[limit - 1], key.name)) for key in keys]) if len(rows) > limit else None
    )
    return Page(rows[:limit], following)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _values(keys: tuple[Key, ...], cursor: str) -> list[Any]:
    try:
        return [key.parse(value) for key, value in zip(keys, cursors.decode(cursor, len(keys)), strict=True)]
    except (ValueError, TypeError, InvalidOperation, OverflowError):
        detail = "cursor is not one that this list gave out"
        raise Problem(422, "validation-failed", detail, errors=[{"loc": ["query", "cursor"], "msg": detail}]) from None


def _after(keys: tuple[Key, ...], values: list[Any]) -> Q:
    """Rows after these sort values. The first condition alone lets an index find the place."""
    found = keys[-1].beyond(values[-1])
    for key, value in reversed(list(zip(keys[:-1], values[:-1], strict=True))):
        found = key.from_here(value) & (key.beyond(value) | (Q(**{key.name: value}) & found))
    return found
